/** The buttons above each column of the diagram: fewer and more neurons. */

import { WIDEST } from "../contract.gen.js";
import { make } from "../dom.js";

/**
 * @param {import("../store.js").Store} store
 * @param {number} index  of the column; 0 is the inputs
 * @param {boolean} last
 * @param {number} middle  of the column, in pixels
 */
export function columnTools(store, index, last, middle) {
  const element = make("div", { className: "column-tools" });
  element.style.left = `${middle}px`;
  if (index === 0 || last) {
    element.append(make("span", { className: "column-title", textContent: index === 0 ? "Inputs" : "Output" }));
    return element;
  }
  const width = store.scene?.widths[index] ?? 0;
  const unit = make("span", { className: "unit", textContent: width === 1 ? " neuron" : " neurons" });
  element.append(pair(store, index, width), make("span", { className: "column-title" }, String(width), unit));
  return element;
}

/**
 * The − and the + of a hidden layer; in ids, as in commands, the first has the number 0.
 * @param {import("../store.js").Store} store
 * @param {number} index
 * @param {number} width
 */
function pair(store, index, width) {
  const change = (/** @type {number} */ by) => {
    const hidden = [...store.settings.hidden];
    hidden[index - 1] = Math.max(1, Math.min(WIDEST, hidden[index - 1] + by));
    store.set({ hidden });
  };
  const remove = make("button", {
    type: "button",
    id: `remove-neuron-${index - 1}`,
    textContent: "−",
    "aria-label": `Remove a neuron from hidden layer ${index}`,
    disabled: width <= 1,
    onclick: () => change(-1),
  });
  const add = make("button", {
    type: "button",
    id: `add-neuron-${index - 1}`,
    textContent: "+",
    "aria-label": `Add a neuron to hidden layer ${index}`,
    disabled: width >= WIDEST,
    onclick: () => change(1),
  });
  return make("div", { className: "pair", "data-control": "hidden" }, remove, add);
}
