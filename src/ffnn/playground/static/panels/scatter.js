/** Predicted against true, for numbers: on the diagonal the network is right. The ten worst points as buttons. */

import { written } from "./arithmetic.js";
import { make, sharpen, write } from "../dom.js";
import { redrawn, section } from "./panel.js";
import { label, ticks } from "../output/ticks.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../store.js").Scene} Scene */
/** @typedef {{low: number, high: number, size: number}} Frame The range of both axes, and the side of the canvas. */

const MARGIN = 48; // pixels for the numbers of the axes
const WORST = 10;
const NEAR = 12; // pixels within which a click means a point
const ABOUT =
  "Circles are training points, diamonds test points. On the diagonal, predicted and true agree. " +
  "Click a point: the map shows it, and “Look inside” its numbers.";

/**
 * @param {Store} store
 * @returns {{element: HTMLElement}}
 */
export function scatter(store) {
  const canvas = make("canvas", { id: "scatter", role: "img" });
  const figures = make("p", { id: "scatter-figures" });
  const worst = make("ol", { className: "scatter-worst", id: "scatter-worst" });
  const about = make("p", { className: "panel-small", textContent: ABOUT });
  const listed = make("div", {}, make("h4", { textContent: `The ${WORST} worst` }), worst);
  const both = make("div", { className: "scatter-row" }, canvas, listed);
  const element = section("scatter-section", "Predicted and true", about, figures, both);
  const buttons = Array.from({ length: WORST }, (_, place) => make("button", { type: "button", id: `worst-${place}` }));
  worst.append(...buttons.map((button) => make("li", {}, button)));
  const choose = (/** @type {number} */ point) => {
    store.highlightPoints([point]);
    store.send({ do: "look", row: point });
  };
  for (const button of buttons) button.addEventListener("click", () => choose(Number(button.dataset.point)));
  canvas.addEventListener("click", (event) => {
    const point = nearest(store, canvas, event);
    if (point !== null) choose(point);
  });
  redrawn(element, store, ["scene", "frame", "highlight", "view"], () => {
    const { scene, frame } = store;
    const numbers = Boolean(scene && !scene.classes);
    for (const part of element.children) /** @type {HTMLElement} */ (part).hidden = !numbers;
    if (!scene || scene.classes || !frame || frame.generation !== scene.generation) return;
    write(figures, inWords(frame.figures));
    canvas.setAttribute("aria-label", `Predicted against true values of ${scene.rows.shown} points.`);
    paint(canvas, scene, frame.predicted, store.highlight);
    list(buttons, scene, frame.predicted);
  });
  return { element };
}

/** @param {import("../store.js").Frame["figures"]} figures */
function inWords({ train, test }) {
  const side = (/** @type {string} */ name, /** @type {import("../contract.gen.js").Figures} */ its) =>
    `${name}: R² ${written(its.r2 ?? NaN)}, RMSE ${written(its.rmse ?? NaN)}`;
  return `${side("Training", train)}. ${side("Test", test)}.`;
}

/**
 * Both axes have the same range, so that the diagonal is a diagonal.
 * @param {Scene} scene
 * @param {Float32Array} predicted
 * @param {number} size
 * @returns {Frame}
 */
function frameOf(scene, predicted, size) {
  const there = [...scene.truth].filter(Number.isFinite);
  let [low, high] = [Math.min(...there), Math.max(...there)];
  const reach = high - low || 1;
  // Predictions widen it, up to a limit: one that is far out would press all others together.
  for (const value of predicted) {
    if (value < low) low = Math.max(value, low - reach / 2);
    if (value > high) high = Math.min(value, high + reach / 2);
  }
  return { low: low - reach / 20, high: high + reach / 20, size };
}

/**
 * @param {Frame} frame
 * @param {number} truth
 * @param {number} predicted
 * @returns {[number, number]} In pixels; what lies beyond the range stands at its edge.
 */
function at({ low, high, size }, truth, predicted) {
  const share = (/** @type {number} */ value) => Math.min(1, Math.max(0, (value - low) / (high - low)));
  const inner = size - MARGIN - 8;
  return [MARGIN + share(truth) * inner, 8 + (1 - share(predicted)) * inner];
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Scene} scene
 * @param {Float32Array} predicted
 * @param {Set<number>} highlight
 */
function paint(canvas, scene, predicted, highlight) {
  const size = Math.min(360, (canvas.parentElement?.clientWidth ?? 360) - 4);
  const pen = sharpen(canvas, size, size);
  const style = getComputedStyle(canvas);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim() || style.color;
  const frame = frameOf(scene, predicted, size);
  axes(pen, frame, colour);
  scene.truth.forEach((truth, point) => {
    if (!Number.isFinite(predicted[point])) return;
    const marked = highlight.has(point);
    pen.fillStyle = marked ? colour("--danger") : colour("--accent");
    pen.globalAlpha = marked ? 1 : 0.45;
    mark(pen, at(frame, truth, predicted[point]), marked ? 6 : 3, scene.test[point] === 1);
  });
  pen.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {[number, number]} place
 * @param {number} radius
 * @param {boolean} diamond
 */
function mark(pen, [x, y], radius, diamond) {
  pen.beginPath();
  if (diamond) {
    pen.moveTo(x, y - radius - 1);
    pen.lineTo(x + radius + 1, y);
    pen.lineTo(x, y + radius + 1);
    pen.lineTo(x - radius - 1, y);
  } else pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Frame} frame
 * @param {(name: string) => string} colour
 */
function axes(pen, frame, colour) {
  const { low, high, size } = frame;
  pen.strokeStyle = colour("--line");
  pen.fillStyle = colour("--text");
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "middle";
  for (const value of ticks(low, high, 4)) {
    const [x, y] = at(frame, value, value);
    pen.beginPath();
    pen.moveTo(x, 8);
    pen.lineTo(x, size - MARGIN);
    pen.moveTo(MARGIN, y);
    pen.lineTo(size - 8, y);
    pen.stroke();
    pen.textAlign = "center";
    pen.fillText(label(value), x, size - MARGIN + 10);
    pen.textAlign = "right";
    pen.fillText(label(value), MARGIN - 4, y);
  }
  pen.textAlign = "center";
  pen.fillText("true", (size + MARGIN) / 2, size - 10);
  pen.save();
  pen.translate(8, (size - MARGIN) / 2);
  pen.rotate(-Math.PI / 2);
  pen.fillText("predicted", 0, 0);
  pen.restore();
  pen.strokeStyle = colour("--text");
  pen.beginPath();
  pen.moveTo(...at(frame, low, low));
  pen.lineTo(...at(frame, high, high));
  pen.stroke();
}

/**
 * @param {HTMLButtonElement[]} buttons
 * @param {Scene} scene
 * @param {Float32Array} predicted
 */
function list(buttons, scene, predicted) {
  const far = (/** @type {number} */ point) => Math.abs(predicted[point] - scene.truth[point]);
  const order = [...scene.truth.keys()].filter((point) => Number.isFinite(far(point))).sort((a, b) => far(b) - far(a));
  buttons.forEach((button, place) => {
    const point = order[place];
    button.hidden = point === undefined;
    if (point === undefined || document.activeElement === button) return; // the one in focus does not change under the finger
    button.dataset.point = String(point);
    write(button, `point ${point}: predicted ${written(predicted[point])}, true ${written(scene.truth[point])}`);
  });
}

/**
 * @param {Store} store
 * @param {HTMLCanvasElement} canvas
 * @param {MouseEvent} event
 * @returns {number | null}
 */
function nearest({ scene, frame }, canvas, event) {
  if (!scene || !frame) return null;
  const box = canvas.getBoundingClientRect();
  const range = frameOf(scene, frame.predicted, box.width);
  let [best, least] = [/** @type {number | null} */ (null), NEAR];
  scene.truth.forEach((truth, point) => {
    const [x, y] = at(range, truth, frame.predicted[point]);
    const distance = Math.hypot(event.clientX - box.left - x, event.clientY - box.top - y);
    if (distance < least) [best, least] = [point, distance];
  });
  return best;
}
