/** Curves of losses as paths: scaled, and thinned to what a pixel can show. */

/** @typedef {import("./history.js").History} History */

const SMALLEST = 1e-9;
const SAMPLES = 70; // places at which the spread of restarts is taken

export class Scale {
  /**
   * @param {History} [history]
   * @param {{epoch: number, restart: number}} [frame]
   * @param {number} [width]
   * @param {number} [height]
   * @param {boolean} [log]
   */
  constructor(history, frame, width = 1, height = 1, log = false) {
    this.width = width;
    this.height = height;
    this.log = log;
    this.last = Math.max(10, frame?.epoch ?? 0, history?.epochs[history.epochs.length - 1] ?? 0);
    const chosen = Math.min(frame?.restart ?? 0, (history?.train.length ?? 1) - 1);
    const [least, greatest] = extent(history ? [history.train[chosen], history.test[chosen]] : []);
    const others = extent(history ? history.test : []);
    const high = Math.max(greatest, Math.min(others[1], 3 * greatest));
    this.greatest = log ? high * 1.1 : high * 1.06;
    this.least = log ? Math.max(SMALLEST, Math.min(least, Math.max(others[0], least / 100))) * 0.9 : 0;
  }

  /** @param {number} epoch */
  toX(epoch) {
    return (epoch / this.last) * this.width;
  }

  /** @param {number} loss */
  toY(loss) {
    if (!this.log) return this.height * (1 - loss / this.greatest);
    return (this.height * Math.log(this.greatest / Math.max(SMALLEST, loss))) / Math.log(this.greatest / this.least);
  }
}

/**
 * A curve as a path; of all that falls on one pixel across, the least and the greatest.
 * @param {number[]} epochs
 * @param {number[]} losses
 * @param {Scale} scale
 */
export function trace(epochs, losses, scale) {
  const path = new Path2D();
  let [pixel, low, high, pen] = [-1, 0, 0, false];
  const put = (/** @type {number} */ x, /** @type {number} */ y) => {
    if (pen) path.lineTo(x, y);
    else path.moveTo(x, y);
    pen = true;
  };
  for (let row = 0; row < epochs.length; row++) {
    const y = scale.toY(losses[row]);
    if (!Number.isFinite(y)) continue;
    const x = Math.round(scale.toX(epochs[row]) * 2) / 2;
    if (x !== pixel) {
      if (pixel >= 0 && low !== high) put(pixel, low);
      [pixel, low, high] = [x, y, y];
      put(x, y);
    } else if (y < low || y > high) {
      [low, high] = [Math.min(low, y), Math.max(high, y)];
      put(x, y);
    }
  }
  return path;
}

/**
 * The middle half of all restarts as a band, and their median.
 * @param {number[]} epochs
 * @param {number[][]} series
 * @param {Scale} scale
 * @returns {{band: Path2D, median: Path2D}}
 */
export function spread(epochs, series, scale) {
  const step = Math.max(1, Math.floor(epochs.length / SAMPLES));
  /** @type {[number, number, number, number][]} */
  const rows = [];
  for (let row = 0; row < epochs.length; row += step) {
    const sorted = series
      .map((losses) => losses[row])
      .filter(Number.isFinite)
      .sort((one, other) => one - other);
    const at = (/** @type {number} */ share) => scale.toY(sorted[Math.round(share * (sorted.length - 1))]);
    if (sorted.length) rows.push([scale.toX(epochs[row]), at(0.25), at(0.5), at(0.75)]);
  }
  const [band, median] = [new Path2D(), new Path2D()];
  for (const [x, low] of rows) band.lineTo(x, low);
  for (const [x, , , high] of rows.reverse()) band.lineTo(x, high);
  for (const [x, , middle] of rows) median.lineTo(x, middle);
  band.closePath();
  return { band, median };
}

/** Least loss above 0 and greatest of some curves. @param {(number[] | undefined)[]} series @returns {[number, number]} */
function extent(series) {
  let [least, greatest] = [Infinity, 0];
  for (const losses of series) {
    for (const loss of losses ?? []) {
      if (loss > greatest && loss < 1e30) greatest = loss;
      if (loss < least && loss > 0) least = loss;
    }
  }
  return greatest > 0 ? [least, greatest] : [0.1, 1];
}
