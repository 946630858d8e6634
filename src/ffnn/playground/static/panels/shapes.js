/** The shape trap: the loss of outputs [4, 1] against targets [4], which broadcasting makes a table of 4 × 4. */

import { MINUS, written } from "./arithmetic.js";
import { make, write } from "../dom.js";
import { button, row, scrolling } from "./panel.js";

/** @typedef {import("../store.js").Store} Store */

const XOR = [0, 1, 1, 0];

/**
 * @param {Store} store
 * @returns {HTMLElement}
 */
export function shapeTrap(store) {
  const outputs = XOR.map((_, place) => field(place));
  let targets = XOR;
  const heads = targets.map(() => make("th", { scope: "col" }));
  const wrong = targets.map(() => targets.map(() => make("td")));
  const right = targets.map(() => make("td"));
  const sums = make("p", { id: "shape-sums", role: "status" });
  const draw = () => {
    const given = outputs.map((input) => input.valueAsNumber || 0);
    targets.forEach((target, row) => {
      write(heads[row], `target ${target}`.replace("-", MINUS));
      write(right[row], term(given[row], target));
      wrong[row].forEach((cell, column) => write(cell, term(given[row], targets[column])));
    });
    write(sums, inWords(given, targets));
  };
  const put = (/** @type {number[]} */ values, /** @type {number[]} */ held) => {
    targets = held;
    outputs.forEach((input, row) => (input.value = String(values[row])));
    draw();
  };
  for (const input of outputs) input.addEventListener("input", draw);
  draw();
  const buttons = [
    button("shape-half", "All 0.5", () => put([0.5, 0.5, 0.5, 0.5], XOR)),
    button("shape-perfect", "The right answers 0, 1, 1, 0", () => put(XOR, XOR)),
    button("shape-page", "Four points of this page", () => put(...ofPage(store))),
  ];
  const table = make(
    "table",
    { className: "shape-table", id: "shape-table" },
    header(heads),
    make("tbody", {}, ...rows(outputs, right, wrong)),
  );
  return make("div", {}, row(...buttons), scrolling("Differences", table), sums);
}

/** @param {number} place */
const field = (place) =>
  make("input", {
    type: "number",
    step: "0.1",
    value: "0.5",
    id: `shape-output-${place}`,
    "aria-label": `Output ${place + 1}`,
  });

/** @param {HTMLElement[]} heads */
function header(heads) {
  const corner = make("th", { scope: "col", textContent: "output, shape [4, 1]" });
  const groups = make(
    "tr",
    {},
    make("td", { colSpan: 1 }),
    make("th", { scope: "colgroup", textContent: "right: [4, 1]" }),
    make("th", { scope: "colgroup", colSpan: 4, textContent: "wrong: [4] becomes [4, 4]" }),
  );
  return make(
    "thead",
    {},
    groups,
    make("tr", {}, corner, make("th", { scope: "col", textContent: "own target" }), ...heads),
  );
}

/**
 * @param {HTMLInputElement[]} outputs
 * @param {HTMLElement[]} right
 * @param {HTMLElement[][]} wrong
 */
function rows(outputs, right, wrong) {
  return outputs.map((input, row) => {
    wrong[row][row].className = "own"; // the four differences that were meant
    return make("tr", {}, make("th", { scope: "row" }, input), right[row], ...wrong[row]);
  });
}

/**
 * @param {number} output
 * @param {number} target
 */
const term = (output, target) =>
  `(${output} ${target < 0 ? "+" : MINUS} ${Math.abs(target)})² = ${written((output - target) ** 2)}`.replace(
    /-/g,
    MINUS,
  );

/**
 * @param {number[]} outputs
 * @param {number[]} targets
 */
function inWords(outputs, targets) {
  const right = outputs.reduce((sum, output, row) => sum + (output - targets[row]) ** 2, 0);
  const wrong = outputs.reduce(
    (sum, output) => sum + targets.reduce((part, target) => part + (output - target) ** 2, 0),
    0,
  );
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const least = targets.length * targets.reduce((sum, target) => sum + (target - mean) ** 2, 0);
  return (
    `Right loss: ${written(right)}, and 0 for the right answers. Wrong loss: ${written(wrong)}; whatever the outputs, it ` +
    `never falls below ${written(least)}, which it has where every output is the mean of all targets, ${written(mean)}.`
  );
}

/**
 * What the network says of the first four points, and what it should say.
 * @param {Store} store
 * @returns {[outputs: number[], targets: number[]]}
 */
function ofPage(store) {
  const { scene, frame } = store;
  if (!scene || !frame || frame.generation !== scene.generation || scene.truth.length < 4)
    return [[0.5, 0.5, 0.5, 0.5], XOR];
  const four = (/** @type {ArrayLike<number>} */ values) =>
    Array.from({ length: 4 }, (_, row) => Number(values[row].toFixed(2)));
  return [four(frame.predicted), four(scene.truth)];
}
