/** Points of the data as shapes: class by shape and colour, trained by filling, test by outline. */

import { classColour, classShape, ink, stroke } from "../colour.js";

/** @typedef {import("../contract.gen.js").Scene} Scene */
/** @typedef {import("./plane.js").Plane} Plane */

const [RADIUS, SMALL, MANY] = [3.6, 2.8, 400]; // of a point, of one among many, and how many those are
const NEAR = 9; // pixels from which a point is meant by a click

/**
 * What a point looks like.
 * @param {Scene} scene
 * @param {number} answer  class number or value
 * @returns {{colour: string, shape: string}}
 */
export function looks(scene, answer) {
  if (scene.classes) return { colour: classColour(answer), shape: classShape(answer) };
  const [low, high] = scene.scale ?? [-1, 1];
  const value = ((answer - low) / (high - low || 1)) * 2 - 1;
  return { colour: stroke(Math.round(value * 12) / 12), shape: value < 0 ? "diamond" : "circle" };
}

/**
 * Draw all points; those alike in one stroke.
 * @param {CanvasRenderingContext2D} drawing
 * @param {Scene} scene
 * @param {Plane} plane
 * @param {{test: boolean, highlight: Set<number>}} options
 */
export function drawPoints(drawing, scene, plane, { test, highlight }) {
  /** @type {Map<string, {path: Path2D, colour: string, hollow: boolean, pale: boolean}>} */
  const groups = new Map();
  const radius = scene.truth.length > MANY ? SMALL : RADIUS;
  for (let index = 0; index < scene.truth.length; index++) {
    const hollow = scene.test[index] === 1;
    if (hollow && !test && !highlight.has(index)) continue;
    const [x, y] = place(scene, plane, index);
    if (!inside(plane, x, y)) continue;
    const { colour, shape } = looks(scene, scene.truth[index]);
    const pale = highlight.size > 0 && !highlight.has(index);
    const key = `${colour} ${hollow} ${pale}`;
    const group = groups.get(key) ?? { path: new Path2D(), colour, hollow, pale };
    groups.set(key, group);
    outline(group.path, shape, x, y, highlight.has(index) ? radius * 1.6 : radius);
  }
  const rim = scene.classes ? ink("--rim") : ink("--edge"); // values about 0 are as pale as the classes' rim
  for (const group of groups.values()) fill(drawing, group, rim);
  drawing.globalAlpha = 1;
}

/**
 * The point under a pixel, -1 if there is none.
 * @param {Scene} scene
 * @param {Plane} plane
 * @param {number} x
 * @param {number} y
 * @param {boolean} test  whether test points are drawn
 */
export function pointAt(scene, plane, x, y, test) {
  let [nearest, least] = [-1, NEAR];
  for (let index = 0; index < scene.truth.length; index++) {
    if (scene.test[index] && !test) continue;
    const [left, top] = place(scene, plane, index);
    const distance = Math.hypot(left - x, top - y);
    if (distance < least) [nearest, least] = [index, distance];
  }
  return nearest;
}

/**
 * Where a point lies, in pixels.
 * @param {Scene} scene
 * @param {Plane} plane
 * @param {number} index
 * @returns {[number, number]}
 */
export function place(scene, plane, index) {
  return [plane.toX(scene.points[2 * index]), plane.toY(scene.points[2 * index + 1])];
}

/**
 * Add a shape to a path.
 * @param {Path2D} path
 * @param {string} shape
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
export function outline(path, shape, x, y, radius) {
  if (shape === "circle") {
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  const corners = CORNERS[shape] ?? CORNERS.square;
  corners.forEach(([across, down], index) => {
    if (index === 0) path.moveTo(x + across * radius, y + down * radius);
    else path.lineTo(x + across * radius, y + down * radius);
  });
  path.closePath();
}

/** @param {CanvasRenderingContext2D} drawing @param {{path: Path2D, colour: string, hollow: boolean, pale: boolean}} group @param {string} rim */
function fill(drawing, { path, colour, hollow, pale }, rim) {
  drawing.globalAlpha = pale ? 0.25 : 1;
  drawing.fillStyle = hollow ? ink("--veil") : colour;
  drawing.strokeStyle = hollow ? colour : rim;
  drawing.lineWidth = hollow ? 1.6 : 0.8;
  drawing.fill(path);
  drawing.stroke(path);
}

/** @param {Plane} plane @param {number} x @param {number} y */
function inside(plane, x, y) {
  return x >= 0 && y >= 0 && x <= plane.size && y <= plane.size;
}

const PLUS = /** @type {[number, number][]} */ ([
  [0.4, -1.3],
  [0.4, -0.4],
  [1.3, -0.4],
  [1.3, 0.4],
  [0.4, 0.4],
  [0.4, 1.3],
  [-0.4, 1.3],
  [-0.4, 0.4],
  [-1.3, 0.4],
  [-1.3, -0.4],
  [-0.4, -0.4],
  [-0.4, -1.3],
]);

/** @type {Record<string, [number, number][]>} */
const CORNERS = {
  diamond: [
    [0, -1.25],
    [1.25, 0],
    [0, 1.25],
    [-1.25, 0],
  ],
  square: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  triangle: [
    [0, -1.25],
    [1.2, 0.9],
    [-1.2, 0.9],
  ],
  wedge: [
    [-1.2, -0.9],
    [1.2, -0.9],
    [0, 1.25],
  ],
  cross: turned(PLUS),
  plus: PLUS,
  star: Array.from({ length: 10 }, (_, index) => {
    const radius = index % 2 ? 0.6 : 1.4;
    return /** @type {[number, number]} */ ([
      radius * Math.sin((index * Math.PI) / 5),
      -radius * Math.cos((index * Math.PI) / 5),
    ]);
  }),
};

/** By an eighth of a turn. @param {[number, number][]} corners @returns {[number, number][]} */
function turned(corners) {
  return corners.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);
}
