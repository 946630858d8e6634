/** All weights and biases of one layer as a table of number inputs: to read, to change, to copy. */

import { layersOf, parameter } from "./arithmetic.js";
import { make } from "../dom.js";
import { button, copy, fill, labelled, redrawn, row, scrolling } from "./panel.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./arithmetic.js").Layer} Layer */

/**
 * @param {Store} store
 * @returns {HTMLElement}
 */
export function weights(store) {
  const choice = make("select", { id: "weights-layer" });
  const outcome = make("p", { role: "status", id: "weights-outcome" });
  const place = scrolling("Weights of the layer");
  const copied = () => {
    const layer = layerChosen();
    if (layer && store.frame) copy(asText(layer, store.frame.parameters), outcome, "Weights of the layer");
  };
  const element = make(
    "details",
    { className: "inside-weights", open: true, id: "inside-weights" },
    make("summary", { textContent: "All weights and biases" }),
    make("p", { textContent: ABOUT }),
    row(labelled("Layer", choice), button("weights-copy", "Copy as text", copied)),
    outcome,
    place,
  );
  const layerChosen = () => (store.scene ? layersOf(store.scene)[Number(choice.value) || 0] : undefined);
  let [key, cells] = ["", /** @type {ReturnType<typeof cellOf>[]} */ ([])];
  const ask = redrawn(element, store, ["scene", "frame"], () => {
    if (!element.open || !store.scene || !store.frame || store.frame.generation !== store.scene.generation) return;
    fill(choice, layersOf(store.scene).map(option));
    const layer = layerChosen();
    if (!layer) return;
    const now = JSON.stringify(layer);
    if (now !== key) {
      key = now;
      cells = cellsOf(layer, store);
      place.replaceChildren(tableOf(layer, cells));
    }
    for (const cell of cells) cell.draw(store.frame.parameters);
  });
  choice.addEventListener("change", ask);
  element.addEventListener("toggle", ask);
  return element;
}

const ABOUT = "A column is a neuron, a row what enters it. Change a number, and the network goes on from there.";

/**
 * @param {Layer} layer
 * @returns {[value: string, text: string]}
 */
const option = ({ number, title, activation }) => [String(number), `${title} (${activation})`];

/**
 * @param {Layer} layer
 * @param {Store} store
 */
function cellsOf(layer, store) {
  const rows = [...layer.from.keys(), null];
  return rows.flatMap((row) => layer.units.map((_, unit) => cellOf(layer, row, unit, store)));
}

/**
 * @param {Layer} layer
 * @param {number | null} row Null for the bias.
 * @param {number} unit
 * @param {Store} store
 */
function cellOf(layer, row, unit, store) {
  const name = row === null ? `bias of ${layer.units[unit]}` : `weight from ${layer.from[row]} to ${layer.units[unit]}`;
  const id = `weight-${layer.number}-${row ?? "bias"}-${unit}`;
  const input = make("input", { id, type: "number", step: "any", "aria-label": `${layer.title}: ${name}` });
  let written = "";
  const edit = () => {
    // Nothing is sent where nothing was typed: leaving the field would otherwise set a rounded number.
    if (input.value === written || input.value === "" || !Number.isFinite(input.valueAsNumber)) return;
    written = input.value;
    store.edit({ layer: layer.number, row, unit }, input.valueAsNumber);
  };
  input.addEventListener("change", edit);
  const draw = (/** @type {Float32Array} */ parameters) => {
    if (document.activeElement === input) return; // whoever is typing keeps what was typed
    const text = short(parameter(layer, parameters, row, unit));
    if (text === input.value) return;
    input.value = written = text;
  };
  input.addEventListener("focus", () => (written = input.value));
  return { input, draw };
}

/**
 * @param {Layer} layer
 * @param {ReturnType<typeof cellOf>[]} cells Row by row, the biases last.
 */
function tableOf(layer, cells) {
  const heads = ["from", ...layer.units].map((text) => make("th", { scope: "col", textContent: text }));
  const rows = [...layer.from, "bias"].map((name, row) => {
    const own = cells.slice(row * layer.units.length, (row + 1) * layer.units.length);
    return make(
      "tr",
      {},
      make("th", { scope: "row", textContent: name }),
      ...own.map((cell) => make("td", {}, cell.input)),
    );
  });
  return make(
    "table",
    { className: "weights-table" },
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...rows),
  );
}

/**
 * The layer as columns between tabs, which spreadsheets take.
 * @param {Layer} layer
 * @param {ArrayLike<number>} parameters
 */
function asText(layer, parameters) {
  const line = (/** @type {number | null} */ row) =>
    layer.units.map((_, unit) => String(parameter(layer, parameters, row, unit))).join("\t");
  const rows = layer.from.map((name, row) => `${clean(name)}\t${line(row)}`);
  return [["from", ...layer.units.map(clean)].join("\t"), ...rows, `bias\t${line(null)}`].join("\n");
}

/** @param {string} name */
const clean = (name) => name.replace(/\s+/g, " ");

/**
 * A number as a number input takes it, with digits enough to change it by hand.
 * @param {number} value
 */
function short(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "";
}
