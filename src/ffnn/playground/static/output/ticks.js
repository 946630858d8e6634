/** Round numbers for an axis. */

/**
 * About `count` round numbers from `least` to `greatest`.
 * @param {number} least
 * @param {number} greatest
 * @param {number} count
 * @returns {number[]}
 */
export function ticks(least, greatest, count) {
  const span = greatest - least;
  if (!(span > 0) || !Number.isFinite(span)) return [least];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(least / step - 1e-9);
  const last = Math.floor(greatest / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/**
 * Powers of ten from `least` to `greatest`, thinned to about `count`; where there are hardly any, 1, 2 and 5 times those.
 * @param {number} least  above 0
 * @param {number} greatest
 * @param {number} count
 * @returns {number[]}
 */
export function decades(least, greatest, count) {
  const [first, last] = [Math.ceil(Math.log10(least) - 1e-9), Math.floor(Math.log10(greatest) + 1e-9)];
  const step = Math.max(1, Math.ceil((last - first + 1) / count));
  const powers = [];
  for (let power = first; power <= last; power += step) powers.push(10 ** power);
  if (powers.length > 1) return powers;
  const finer = [first - 1, first, first + 1].flatMap((power) => [1, 2, 5].map((factor) => factor * 10 ** power));
  return finer.filter((value) => value >= least && value <= greatest);
}

/**
 * A tick's label: short, and exact for round numbers.
 * @param {number} value
 */
export function label(value) {
  const size = Math.abs(value);
  if (size < 1e-12) return "0";
  if (size >= 1e6 || size < 1e-3) return value.toExponential(0).replace("e+", "e").replace(/-/g, "−");
  if (size >= 1e4) return `${Number((value / 1000).toPrecision(4))}k`.replace("-", "−");
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
