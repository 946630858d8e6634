/** The confusion matrix of the shown points: true classes in rows, predicted ones in columns; a cell highlights its points. */

import { percent } from "./arithmetic.js";
import { make, write } from "../dom.js";
import { button, redrawn, row, scrolling, section, switched } from "./panel.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../store.js").Scene} Scene */
/** @typedef {{row: number, column: number}} Cell */

/**
 * @param {Store} store
 * @returns {{element: HTMLElement}}
 */
export function confusion(store) {
  const place = scrolling("Confusion matrix");
  const summary = make("p", { id: "confusion-summary" });
  let [side, chosen] = ["confusion-test", /** @type {Cell | null} */ (null)];
  /** @type {ReturnType<typeof matrixOf> | null} */
  let matrix = null;
  let key = "";
  store.on("scene", () => (chosen = null)); // its points are no longer there
  const turn = (/** @type {string} */ id) => {
    side = id;
    refresh();
  };
  const sides = switched("Points counted", SIDES, turn);
  const choose = (/** @type {Cell} */ cell) => {
    chosen = chosen?.row === cell.row && chosen.column === cell.column ? null : cell;
    if (!chosen) store.highlightPoints([]);
    refresh();
  };
  const clear = button("confusion-clear", "Highlight nothing", () => chosen && choose(chosen));
  const about = make("p", { className: "panel-small", textContent: ABOUT });
  const element = section("confusion", "Right and wrong", about, row(sides.element, clear), place, summary);
  const refresh = redrawn(element, store, ["scene", "frame"], () => {
    const { scene, frame } = store;
    // The section itself stays: hidden, it would never be seen to come back.
    for (const part of element.children) /** @type {HTMLElement} */ (part).hidden = !scene?.classes;
    if (!scene?.classes || !frame || frame.generation !== scene.generation) return;
    // Built anew for other classes only: a button that is replaced loses the focus.
    const now = JSON.stringify(scene.classes);
    if (now !== key) [key, matrix] = [now, matrixOf(scene.classes, choose)];
    sides.show(side);
    if (!matrix) return;
    if (place.firstChild !== matrix.element) place.replaceChildren(matrix.element);
    const counted = count(scene, frame.predicted, Number(side === "confusion-test"));
    matrix.draw(counted, chosen);
    write(summary, inWords(counted));
    if (chosen) highlight(store, counted[chosen.row][chosen.column]);
  });
  return { element };
}

/** @type {[id: string, text: string][]} */
const SIDES = [
  ["confusion-test", "Test"],
  ["confusion-train", "Training"],
];
const ABOUT = "Rows: the true class. Columns: what the network says. Press a number to see its points on the map.";

/**
 * The points of each cell.
 * @param {Scene} scene
 * @param {Float32Array} predicted
 * @param {number} test
 * @returns {number[][][]} [true class][predicted class] → points
 */
function count(scene, predicted, test) {
  const classes = scene.classes ?? [];
  const cells = classes.map(() => classes.map(() => /** @type {number[]} */ ([])));
  scene.truth.forEach((truth, point) => {
    if (scene.test[point] === test) cells[truth]?.[predicted[point]]?.push(point);
  });
  return cells;
}

/**
 * Only where it changed: whoever draws the points need not draw the same again.
 * @param {Store} store
 * @param {number[]} points
 */
function highlight(store, points) {
  if (points.length === store.highlight.size && points.every((point) => store.highlight.has(point))) return;
  store.highlightPoints(points);
}

/** @param {number[][][]} counted */
function inWords(counted) {
  const all = counted.flat().reduce((sum, cell) => sum + cell.length, 0);
  const right = counted.reduce((sum, row, place) => sum + row[place].length, 0);
  return all ? `${right} of ${all} shown points are right: ${percent(right / all)}.` : "No points are shown here.";
}

/**
 * @param {string[]} classes
 * @param {(cell: Cell) => void} choose
 */
function matrixOf(classes, choose) {
  const buttons = classes.map((_, row) =>
    classes.map((__, column) =>
      make("button", {
        type: "button",
        id: `confusion-${row}-${column}`,
        "aria-pressed": "false",
        onclick: () => choose({ row, column }),
      }),
    ),
  );
  const shares = classes.map(() => make("td", { className: "confusion-share" }));
  const heads = ["true ↓ said →", ...classes, "right"].map((textContent) => make("th", { scope: "col", textContent }));
  const rows = classes.map((name, row) =>
    make(
      "tr",
      {},
      make("th", { scope: "row", textContent: name }),
      ...buttons[row].map((button) => make("td", {}, button)),
      shares[row],
    ),
  );
  const element = make(
    "table",
    { className: "confusion-table", id: "confusion-table" },
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...rows),
  );
  const draw = (/** @type {number[][][]} */ counted, /** @type {Cell | null} */ chosen) => {
    counted.forEach((cells, row) => {
      const total = cells.reduce((sum, cell) => sum + cell.length, 0);
      write(shares[row], total ? percent(cells[row].length / total) : "–");
      cells.forEach((cell, column) => {
        const button = buttons[row][column];
        const name = `${cell.length} of class ${classes[row]} taken for ${classes[column]}`;
        write(button, String(cell.length));
        if (button.getAttribute("aria-label") !== name) button.setAttribute("aria-label", name);
        button.className = cell.length === 0 ? "none" : row === column ? "right" : "wrong";
        button.style.setProperty("--share", total ? String(cell.length / total) : "0");
        button.setAttribute("aria-pressed", String(chosen?.row === row && chosen.column === column));
      });
    });
  };
  return { element, draw };
}
