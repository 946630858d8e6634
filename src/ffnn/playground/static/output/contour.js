/** Lines through a field: where a value crosses a level, and where the likeliest class changes. */

/** Bytes from here on are values of 0 and above. */
export const LEVEL = 127.6;

const AROUND = 3; // pixels

/**
 * Where the values cross the level. Source: marching squares (Lorensen and Cline 1987, in two dimensions).
 * @param {Uint8Array} field  [side, side]
 * @param {number} side
 * @param {number} size  of the picture in pixels
 * @returns {Path2D}
 */
export function contour(field, side, size) {
  const path = new Path2D();
  const pixel = size / side;
  /** Where an edge from corner `a` to corner `b` crosses the level, as a share of it. @param {number} a @param {number} b */
  const share = (a, b) => (LEVEL - field[a]) / (field[b] - field[a]);
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const at = row * side + column;
      const [one, two, three, four] = [at, at + 1, at + side + 1, at + side];
      const kind =
        +(field[one] > LEVEL) |
        (+(field[two] > LEVEL) << 1) |
        (+(field[three] > LEVEL) << 2) |
        (+(field[four] > LEVEL) << 3);
      if (kind === 0 || kind === 15) continue;
      const [left, top] = [(column + 0.5) * pixel, (row + 0.5) * pixel];
      /** @type {[number, number][]} */
      const crossings = [];
      if ((kind ^ (kind >> 1)) & 1) crossings.push([left + share(one, two) * pixel, top]);
      if (((kind >> 1) ^ (kind >> 2)) & 1) crossings.push([left + pixel, top + share(two, three) * pixel]);
      if (((kind >> 2) ^ (kind >> 3)) & 1) crossings.push([left + share(four, three) * pixel, top + pixel]);
      if (((kind >> 3) ^ kind) & 1) crossings.push([left, top + share(one, four) * pixel]);
      for (let index = 0; index + 1 < crossings.length; index += 2) {
        path.moveTo(...crossings[index]);
        path.lineTo(...crossings[index + 1]);
      }
    }
  }
  return path;
}

/**
 * Where the likeliest class changes. A class is a whole number, so a crossing is placed by how many pixels around it are
 * of either class: without that the line would be a staircase.
 * @param {Uint8Array} classes  [side, side]
 * @param {number} side
 * @param {number} size  of the picture in pixels
 * @returns {Path2D}
 */
export function boundary(classes, side, size) {
  const path = new Path2D();
  const pixel = size / side;
  for (let row = 0; row < side - 1; row++) {
    for (let column = 0; column < side - 1; column++) {
      const at = row * side + column;
      const [one, two, three, four] = [at, at + 1, at + side + 1, at + side];
      if (classes[one] === classes[two] && classes[two] === classes[three] && classes[three] === classes[four])
        continue;
      const [left, top] = [(column + 0.5) * pixel, (row + 0.5) * pixel];
      const share = (/** @type {number} */ a, /** @type {number} */ b) => pixel * between(classes, side, a, b);
      /** @type {[number, number][]} */
      const crossings = [];
      if (classes[one] !== classes[two]) crossings.push([left + share(one, two), top]);
      if (classes[two] !== classes[three]) crossings.push([left + pixel, top + share(two, three)]);
      if (classes[four] !== classes[three]) crossings.push([left + share(four, three), top + pixel]);
      if (classes[one] !== classes[four]) crossings.push([left, top + share(one, four)]);
      connect(path, crossings, [left + pixel / 2, top + pixel / 2]);
    }
  }
  return path;
}

/**
 * Where between two neighbours of different classes the line passes, as a share of the way.
 * @param {Uint8Array} classes
 * @param {number} side
 * @param {number} a
 * @param {number} b
 */
function between(classes, side, a, b) {
  const [here, there] = [
    lead(classes, side, a, classes[a], classes[b]),
    lead(classes, side, b, classes[a], classes[b]),
  ];
  return here > there ? Math.max(0, Math.min(1, here / (here - there))) : 0.5;
}

/**
 * How many more pixels around a place are of one class than of another.
 * @param {Uint8Array} classes
 * @param {number} side
 * @param {number} at
 * @param {number} one
 * @param {number} other
 */
function lead(classes, side, at, one, other) {
  const [row, column] = [Math.floor(at / side), at % side];
  let ahead = 0;
  for (let down = Math.max(0, row - AROUND); down <= Math.min(side - 1, row + AROUND); down++) {
    for (let across = Math.max(0, column - AROUND); across <= Math.min(side - 1, column + AROUND); across++) {
      const found = classes[down * side + across];
      ahead += found === one ? 1 : found === other ? -1 : 0;
    }
  }
  return ahead;
}

/**
 * Two crossings are one line; more of them meet in the middle.
 * @param {Path2D} path
 * @param {[number, number][]} crossings
 * @param {[number, number]} middle
 */
function connect(path, crossings, middle) {
  if (crossings.length === 2) {
    path.moveTo(...crossings[0]);
    path.lineTo(...crossings[1]);
    return;
  }
  for (const crossing of crossings) {
    path.moveTo(...crossing);
    path.lineTo(...middle);
  }
}
