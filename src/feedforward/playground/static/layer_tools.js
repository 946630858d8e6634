/** The buttons above each column of the diagram: fewer and more neurons. */

import { make } from "./dom.js";

const WIDEST = 32;

/**
 * @param {import("./store.js").Store} store
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
  const layer = index - 1;
  const width = store.scene?.widths[index] ?? 0;
  const change = (/** @type {number} */ by) => {
    const hidden = [...store.settings.hidden];
    hidden[layer] = Math.max(1, Math.min(WIDEST, hidden[layer] + by));
    store.set({ hidden });
  };
  const button = (/** @type {string} */ id, /** @type {string} */ sign, /** @type {string} */ words, /** @type {number} */ by, /** @type {boolean} */ disabled) =>
    make("button", { type: "button", id: `${id}-${index}`, textContent: sign, "aria-label": `${words} hidden layer ${index}`, disabled, onclick: () => change(by) });
  element.append(
    make("div", { className: "pair", "data-control": "hidden" },
      button("remove-neuron", "−", "Remove a neuron from", -1, width <= 1),
      button("add-neuron", "+", "Add a neuron to", 1, width >= WIDEST)),
    make("span", { className: "column-title" }, String(width), make("span", { className: "unit", textContent: width === 1 ? " neuron" : " neurons" })),
  );
  return element;
}
