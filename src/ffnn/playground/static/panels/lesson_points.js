/** Points of the lessons: the same at every visit, so that what a lesson says comes true. */

/** @typedef {[x: number, y: number, value: number][]} Points */

/**
 * Evenly distributed numbers from 0 to 1. Source: Park and Miller 1988, "Random number generators: good ones are hard
 * to find" (multiplier 48271).
 * @param {number} seed
 */
function generator(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/**
 * A disc of class 1 in a ring of class 0, both small and far from the middle.
 * @returns {Points}
 */
export function corner() {
  const random = generator(1);
  return Array.from({ length: 120 }, (_, place) => {
    const inner = place % 2;
    const [radius, angle] = [inner ? 0.25 * random() : 0.35 + 0.15 * random(), 2 * Math.PI * random()];
    const near = (/** @type {number} */ way) => Number((4.5 + radius * way).toFixed(2));
    return [near(Math.sin(angle)), near(Math.cos(angle)), inner];
  });
}

/**
 * Four clouds: chairs, tables, wardrobes, doors.
 * @returns {Points}
 */
export function furniture() {
  const random = generator(2);
  const centres = [
    [-2.5, -2.5],
    [2.5, -2.5],
    [-2.5, 2.5],
    [2.5, 2.5],
  ];
  return Array.from({ length: 120 }, (_, place) => {
    const [x, y] = centres[place % 4];
    const scattered = (/** @type {number} */ middle) =>
      Number((middle + 2 * (random() + random() + random() - 1.5)).toFixed(1));
    return [scattered(x), scattered(y), place % 4];
  });
}
