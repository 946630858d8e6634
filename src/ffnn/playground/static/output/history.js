/** The losses since the training began: thinned when long, cut when rewound. */

/**
 * @typedef {object} History
 * @property {number[]} epochs
 * @property {number[][]} train  for each restart
 * @property {number[][]} test  for each restart
 * @property {[number, string][]} marks
 */

const LONGEST = 2000;

/** @param {number} restarts @returns {History} */
export function emptyHistory(restarts) {
  const empty = () => Array.from({ length: restarts }, () => /** @type {number[]} */ ([]));
  return { epochs: [], train: empty(), test: empty(), marks: [] };
}

/**
 * Append the frame's part of the curve and its marks.
 * @param {History} history
 * @param {import("../contract.gen.js").Frame} frame
 */
export function extend(history, frame) {
  const [rows, columns] = frame.shapes.curve ?? [0, 1 + 2 * history.train.length];
  const restarts = (columns - 1) / 2;
  if (restarts !== history.train.length) Object.assign(history, emptyHistory(restarts));
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    history.epochs.push(frame.curve[start]);
    for (let restart = 0; restart < restarts; restart++) {
      history.train[restart].push(frame.curve[start + 1 + restart]);
      history.test[restart].push(frame.curve[start + 1 + restarts + restart]);
    }
  }
  history.marks.push(...frame.marks);
  if (history.epochs.length > LONGEST) thin(history, frame.restart);
}

/**
 * Forget what came after an epoch.
 * @param {History} history
 * @param {number} epoch
 */
export function forget(history, epoch) {
  const later = history.epochs.findIndex((recorded) => recorded > epoch);
  if (later >= 0) for (const series of [history.epochs, ...history.train, ...history.test]) series.length = later;
  history.marks = history.marks.filter(([marked]) => marked <= epoch);
}

/**
 * Of every four rows keep those with the least and the greatest loss of the chosen restart: peaks survive.
 * @param {History} history
 * @param {number} chosen
 */
function thin(history, chosen) {
  const losses = history.train[chosen] ?? history.train[0];
  const kept = [0];
  for (let start = 1; start < losses.length - 1; start += 4) {
    const end = Math.min(start + 4, losses.length - 1);
    let [least, greatest] = [start, start];
    for (let row = start + 1; row < end; row++) {
      if (losses[row] < losses[least]) least = row;
      if (losses[row] >= losses[greatest]) greatest = row;
    }
    kept.push(...(least === greatest ? [least] : [Math.min(least, greatest), Math.max(least, greatest)]));
  }
  kept.push(losses.length - 1);
  const pick = (/** @type {number[]} */ series) => kept.map((row) => series[row]);
  history.epochs = pick(history.epochs);
  history.train = history.train.map(pick);
  history.test = history.test.map(pick);
}
