/** The card of a neuron or a link: its bias and weights as number inputs, written to the network as they change. */

import { make, write } from "../dom.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./diagram.js").Spot} Spot */
/** @typedef {{input: HTMLInputElement, index: number}} Cell  index: of the number in the parameters */

const PAUSE = 100; // milliseconds between two writings of the numbers

export class Card {
  element = make("div", { className: "card", role: "dialog", hidden: true });
  /** @type {Cell[]} */ #cells = [];
  #opener = "";
  #last = 0;
  #shape = "";

  /** @param {HTMLElement} sheet @param {Store} store */
  constructor(sheet, store) {
    this.sheet = sheet;
    this.store = store;
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close(true);
    });
    document.addEventListener("pointerdown", (event) => {
      if (event.target instanceof Node && !this.element.contains(event.target)) this.close(false);
    });
  }

  /**
   * @param {Spot} spot
   * @param {HTMLElement} opener
   * @param {ReturnType<import("../messages.js").layers>} layers
   */
  openNeuron(spot, opener, layers) {
    const { scene } = this.store;
    if (!scene) return;
    const { kernel, bias, inputs, units } = layers[spot.layer];
    const output = spot.layer === scene.widths.length - 2;
    const from = (/** @type {number} */ row) => (spot.layer === 0 ? scene.input_names[row] : `neuron ${row + 1}`);
    const rows = Array.from({ length: inputs }, (_, row) =>
      this.#cell(`weight from ${from(row)}`, kernel + row * units + spot.unit, {
        layer: spot.layer,
        row,
        unit: spot.unit,
      }),
    );
    const first = this.#cell("bias", bias + spot.unit, { layer: spot.layer, row: null, unit: spot.unit });
    const words = make("p", { textContent: `${scene.activations[spot.layer]} of Σ weight · input + bias` });
    this.#open(
      output ? `Output ${spot.name}` : spot.name,
      [words, ...[first, ...rows].map(({ label }) => label)],
      [first, ...rows],
      spot.x + 50,
      spot.y,
      opener.id,
    );
  }

  /** @param {import("./diagram.js").Link} link */
  openLink(link) {
    const { scene } = this.store;
    if (!scene) return;
    const from = link.layer === 0 ? scene.input_names[link.row] : `neuron ${link.row + 1}`;
    const to =
      link.layer === scene.widths.length - 2
        ? `output ${scene.output_names[link.unit]}`
        : `neuron ${link.unit + 1} of hidden layer ${link.layer + 1}`;
    const cell = this.#cell("weight", link.index, { layer: link.layer, row: link.row, unit: link.unit });
    this.#open(`From ${from} to ${to}`, [cell.label], [cell], (link.x0 + link.x1) / 2, (link.y0 + link.y1) / 2, "");
  }

  /** @param {boolean} back  the focus goes back to where it came from */
  close(back) {
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#cells = [];
    if (back) document.getElementById(this.#opener)?.focus();
  }

  /** The diagram was built anew: a card of another structure closes. */
  rebuilt() {
    if (String(this.store.scene?.widths) !== this.#shape) this.close(false);
  }

  draw() {
    const { frame } = this.store;
    if (this.element.hidden || !frame || performance.now() - this.#last < PAUSE) return;
    this.#last = performance.now();
    for (const { input, index } of this.#cells) {
      const value = String(Number(frame.parameters[index].toPrecision(4)));
      if (document.activeElement !== input && input.value !== value) input.value = value;
    }
  }

  /**
   * @param {string} title
   * @param {HTMLElement[]} content
   * @param {Cell[]} cells
   * @param {number} x
   * @param {number} y
   * @param {string} opener
   */
  #open(title, content, cells, x, y, opener) {
    this.#opener = opener;
    this.#shape = String(this.store.scene?.widths);
    this.#cells = cells;
    this.#last = 0;
    const heading = make("h3", { id: "card-title" });
    write(heading, title);
    const close = make("button", {
      type: "button",
      className: "close",
      "aria-label": "Close",
      textContent: "×",
      onclick: () => this.close(true),
    });
    this.element.replaceChildren(
      make("div", { className: "heading" }, heading, close),
      make("div", { className: "cells" }, ...content),
    );
    this.element.setAttribute("aria-labelledby", "card-title");
    this.element.hidden = false;
    const [most, lowest] = [
      this.sheet.clientWidth - this.element.offsetWidth - 6,
      this.sheet.clientHeight - this.element.offsetHeight - 6,
    ];
    Object.assign(this.element.style, {
      left: `${Math.max(4, Math.min(most, x))}px`,
      top: `${Math.max(4, Math.min(lowest, y))}px`,
    });
    this.draw();
    cells[0].input.focus();
    cells[0].input.select();
  }

  /**
   * @param {string} name
   * @param {number} index
   * @param {{layer: number, row: number | null, unit: number}} place
   */
  #cell(name, index, place) {
    const input = make("input", { type: "number", step: "0.1", id: `card-${place.row ?? "bias"}` });
    const edit = () => {
      const value = input.valueAsNumber;
      if (Number.isFinite(value)) this.store.edit(place, value);
    };
    input.addEventListener("input", edit);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // else the button that gets the focus would be pressed by the same key
      this.close(true);
    });
    return { label: make("label", {}, make("span", { textContent: name }), input), input, index };
  }
}
