/** Small pictures of the datasets: a few points each, by their own formulas, the same every time. */

import { context } from "../dom.js";
import { classColour, ink, stroke } from "../colour.js";

/** @typedef {[x: number, y: number, answer: number]} Point  the answer from −1 to 1 */

const SOME = 90;
const SHOWN = 120; // points that were drawn last
const HILLS = [
  [-4, 2.5, 1],
  [0, 2.5, -1],
  [4, 2.5, 1],
  [-4, -2.5, -1],
  [0, -2.5, 1],
  [4, -2.5, -1],
];

/** @type {Record<string, () => Point[]>} */
const PICTURES = {
  circle: () =>
    some((one, two) => {
      const inside = one < 0.45;
      const radius = inside ? 2.5 * Math.sqrt(one / 0.45) : 3.6 + 1.6 * (one - 0.45);
      return [radius * Math.sin(6.2832 * two), radius * Math.cos(6.2832 * two), inside ? 1 : -1];
    }),
  xor: () =>
    some((one, two) => {
      const [x, y] = [apart(10 * one - 5), apart(10 * two - 5)];
      return [x, y, x * y > 0 ? 1 : -1];
    }),
  gauss: () =>
    some((one, two) => {
      const side = one < 0.5 ? 2 : -2;
      const radius = 1.2 * Math.sqrt(-2 * Math.log(1 - 0.97 * ((2 * one) % 1)));
      return [side + radius * Math.sin(6.2832 * two), side + radius * Math.cos(6.2832 * two), Math.sign(side)];
    }),
  spiral: () =>
    some((_one, _two, index) => {
      const share = Math.floor(index / 2) / (SOME / 2);
      const angle = 5.5 * Math.PI * 0.64 * share + (index % 2 ? Math.PI : 0);
      return [5 * share * Math.sin(angle), 5 * share * Math.cos(angle), index % 2 ? -1 : 1];
    }),
  "reg-plane": () => some((one, two) => [12 * one - 6, 12 * two - 6, 1.2 * (one + two - 1)]),
  "reg-gauss": () => some((one, two) => [12 * one - 6, 12 * two - 6, height(12 * one - 6, 12 * two - 6)]),
};

/**
 * Draw a dataset's picture.
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 * @param {import("../store.js").Store} store
 */
export function thumbnail(canvas, name, store) {
  const { problem, drawn } = store.settings;
  const key = `${name} ${document.documentElement.dataset.theme} ${name === "drawn" ? `${problem} ${drawn.slice(-SHOWN)}` : ""}`;
  if (canvas.dataset.drawn === key) return;
  canvas.dataset.drawn = key;
  const drawing = context(canvas);
  drawing.clearRect(0, 0, 72, 72);
  if (name === "table") grid(drawing);
  else if (name === "drawn" && drawn.length === 0) pencil(drawing);
  else if (name === "drawn") dots(drawing, drawn.slice(-SHOWN), problem === "regression" ? stroke : classColour);
  else dots(drawing, PICTURES[name](), stroke);
}

/**
 * @param {CanvasRenderingContext2D} drawing
 * @param {Point[]} points
 * @param {(answer: number) => string} colour
 */
function dots(drawing, points, colour) {
  for (const [x, y, answer] of points) {
    drawing.fillStyle = colour(answer);
    drawing.beginPath();
    drawing.arc(36 + 5.6 * x, 36 - 5.6 * y, 2.6, 0, 7);
    drawing.fill();
  }
}

/** @param {CanvasRenderingContext2D} drawing */
function grid(drawing) {
  drawing.strokeStyle = ink("--muted");
  drawing.lineWidth = 3;
  drawing.strokeRect(12, 16, 48, 40);
  drawing.stroke(new Path2D("M12 29H60M12 43H60M28 16V56M44 16V56"));
}

/** @param {CanvasRenderingContext2D} drawing */
function pencil(drawing) {
  drawing.strokeStyle = ink("--muted");
  drawing.lineWidth = 3;
  drawing.lineJoin = "round";
  drawing.stroke(new Path2D("M16 57L20 43L46 16L57 27L30 53ZM40 22L51 33"));
}

/**
 * Points from a sequence that fills the square evenly (Roberts 2018, "R2").
 * @param {(one: number, two: number, index: number) => Point} point
 */
function some(point) {
  return Array.from({ length: SOME }, (_, index) =>
    point((0.7548776662 * (index + 1)) % 1, (0.569840291 * (index + 1)) % 1, index),
  );
}

/** @param {number} value */
function apart(value) {
  return value + (value > 0 ? 0.3 : -0.3);
}

/** @param {number} x @param {number} y */
function height(x, y) {
  const heights = HILLS.map(([left, up, sign]) => sign * Math.max(0, 1 - Math.hypot(x - left, y - up) / 2));
  return heights.reduce((highest, each) => (Math.abs(each) > Math.abs(highest) ? each : highest));
}
