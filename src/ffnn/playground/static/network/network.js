/** The diagram: a column of buttons for each layer, each with the map of its neuron, and the links between them. */

import { Card } from "./card.js";
import { stroke } from "../colour.js";
import { arrange, linkAt } from "./diagram.js";
import { make, tell, write } from "../dom.js";
import { Hint } from "./hint.js";
import { Links } from "./links.js";
import { columnTools } from "./layer_tools.js";
import { layers } from "../messages.js";
import { Rover } from "./rover.js";
import { Tiles } from "./tiles.js";
import { hideChosen } from "../controls/tools.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./diagram.js").Spot} Spot */
/** @typedef {{spot: Spot, button: HTMLButtonElement, bias: HTMLElement | null, value: HTMLElement}} Node */

const TALLEST = 560; // pixels of the diagram without scrolling

export class Network {
  #links = new Links();
  #tiles = new Tiles();
  #sheet = make("div", { className: "sheet" });
  /** @type {Node[]} */ #nodes = [];
  /** @type {import("./diagram.js").Diagram | null} */ #diagram = null;
  /** @type {ReturnType<typeof layers>} */ #layers = [];
  #width = 0;
  #stale = true;
  #card;
  #hint;
  #rover = new Rover();

  /**
   * @param {HTMLElement} element  the part that may scroll
   * @param {Store} store
   */
  constructor(element, store) {
    this.element = element;
    this.store = store;
    this.#card = new Card(this.#sheet, store);
    this.#hint = new Hint(this.#sheet);
    element.append(this.#sheet);
    store.on("scene", () => {
      this.#stale = true;
    });
    store.on("view", () => {
      this.#links.forget();
      this.#tiles.forget();
      this.#stale = true;
    });
    this.#sheet.addEventListener("pointermove", (event) => this.#point(event));
    this.#sheet.addEventListener("pointerleave", () => this.#leave());
    this.#sheet.addEventListener("click", (event) => this.#click(event));
  }

  draw() {
    const { scene, frame } = this.store;
    if (!scene) return;
    if (this.#stale || this.element.clientWidth !== this.#width) this.#build();
    if (!frame) return;
    this.#links.draw(frame.parameters);
    this.#tiles.draw(scene, frame);
    for (const node of this.#nodes) this.#drawNode(node);
    this.#card.draw();
  }

  #build() {
    const { scene } = this.store;
    if (!scene) return;
    this.#stale = false;
    this.#width = this.element.clientWidth;
    const diagram = arrange(
      scene,
      this.#width,
      Math.min(TALLEST, Math.max(320, this.element.clientHeight || 420)),
      this.store.view.hide,
    );
    this.#diagram = diagram;
    this.#layers = layers(scene.widths);
    const focused = document.activeElement?.id ?? "";
    this.#nodes = diagram.columns.flatMap((column) => column.spots.map((spot) => this.#node(spot, diagram.tile)));
    this.#links.build(diagram);
    this.#tiles.build(diagram);
    this.#sheet.classList.toggle("small", diagram.tile < 28);
    this.#sheet.classList.toggle("narrow", (diagram.columns[1]?.x ?? 0) - diagram.columns[0].x < 70);
    Object.assign(this.#sheet.style, { width: `${diagram.width}px`, height: `${diagram.height}px` });
    const columns = diagram.columns.map((column, index) => this.#column(column, index));
    this.#sheet.replaceChildren(
      this.#links.canvas,
      this.#links.element,
      this.#tiles.canvas,
      ...columns,
      this.#hint.element,
      this.#card.element,
    );
    this.#rover.take(
      diagram.columns.map((column) =>
        this.#nodes.filter(({ spot }) => column.spots.includes(spot)).map(({ button }) => button),
      ),
    );
    document.getElementById(focused)?.focus({ preventScroll: true });
    this.#card.rebuilt();
    hideChosen(this.store);
  }

  /** @param {import("./diagram.js").Column} column @param {number} index */
  #column(column, index) {
    const { scene } = this.store;
    const last = index === (scene?.widths.length ?? 0) - 1;
    const title = index === 0 ? "Inputs" : last ? "Output" : `Hidden layer ${index}`;
    const group = make("div", { className: "column", role: "group", "aria-label": title });
    if (index === 0) group.id = "set-features";
    const nodes = this.#nodes.filter(({ spot }) => column.spots.includes(spot));
    const tools = columnTools(this.store, index, last, column.x + (this.#diagram?.tile ?? 0) / 2);
    group.append(tools, ...nodes.map(({ button }) => button), ...nodes.flatMap(({ spot }) => this.#name(spot, last)));
    if (column.more > 0) group.append(this.#more(column));
    return group;
  }

  /** @param {Spot} spot @param {number} tile @returns {Node} */
  #node(spot, tile) {
    const bias = spot.layer < 0 ? null : make("span", { className: "bias", "aria-hidden": "true" });
    const value = make("span", { className: "value", "aria-hidden": "true" });
    const key = spot.feature
      ? `feature-${spot.feature}`
      : spot.layer < 0
        ? `input-${spot.unit}`
        : `neuron-${spot.layer}-${spot.unit}`;
    const name = spot.layer < 0 ? `Input ${spot.name}` : this.#isOutput(spot) ? `Output ${spot.name}` : spot.name;
    const button = make(
      "button",
      { type: "button", id: key, className: "node", "aria-label": name },
      ...(bias ? [bias] : []),
      value,
    );
    if (spot.feature) button.setAttribute("aria-pressed", String(spot.unit >= 0));
    Object.assign(button.style, { left: `${spot.x}px`, top: `${spot.y}px`, width: `${tile}px`, height: `${tile}px` });
    button.addEventListener("pointerenter", () => this.#focus(spot));
    button.addEventListener("pointerleave", () => this.#focus(null));
    button.addEventListener("focus", () => this.#focus(spot));
    button.addEventListener("blur", () => this.#focus(null));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.#press(spot, button);
    });
    return { spot, button, bias, value };
  }

  /** @param {Spot} spot */
  #isOutput(spot) {
    return spot.layer === (this.store.scene?.widths.length ?? 0) - 2;
  }

  /** The name beside an input or an output. @param {Spot} spot @param {boolean} last */
  #name(spot, last) {
    const { tile = 0 } = this.#diagram ?? {};
    if (spot.layer >= 0 && !last) return [];
    const text = make("span", {
      className: last ? "name output" : "name",
      textContent: spot.name,
      title: spot.name,
      "aria-hidden": "true",
    });
    Object.assign(text.style, { left: `${last ? spot.x + tile + 6 : spot.x - 6}px`, top: `${spot.y + tile / 2}px` });
    return [text];
  }

  /** @param {import("./diagram.js").Column} column */
  #more(column) {
    const bottom = column.spots[column.spots.length - 1];
    const text = make("span", { className: "more-inputs", textContent: `and ${column.more} more` });
    Object.assign(text.style, { left: `${column.x}px`, top: `${bottom.y + (this.#diagram?.tile ?? 0) + 4}px` });
    return text;
  }

  /** @param {Node} node */
  #drawNode({ spot, bias, value }) {
    const { frame } = this.store;
    if (!frame) return;
    if (bias) {
      const number = frame.parameters[this.#layers[spot.layer].bias + spot.unit];
      const step = Math.sign(number) * Math.min(10, Math.ceil(Math.abs(number) * 10)); // written only where it is seen to change
      const look = `${document.documentElement.dataset.theme}${step}`;
      if (bias.dataset.look !== look) {
        bias.dataset.look = look;
        bias.style.backgroundColor = stroke(Math.sign(step) * 0.3 + step * 0.07);
        bias.classList.toggle("below", step < 0);
      }
    }
    write(value, this.#looked(spot));
  }

  /** What the neuron answers for the point that is looked at, or the gradient ∂L/∂sum that comes back. @param {Spot} spot */
  #looked(spot) {
    const { scene, frame, backward } = this.store;
    if (!scene || !frame?.look_values || spot.unit < 0) return "";
    if (backward && frame.look_gradients)
      return spot.layer < 0 ? "" : tell(frame.look_gradients[this.#layers[spot.layer].bias + spot.unit], 2);
    const before = scene.widths.slice(0, spot.layer + 1).reduce((sum, units) => sum + units, 0);
    return frame.look_values[before + spot.unit].toFixed(2).replace("-", "−");
  }

  /** @param {Spot | null} spot  under the pointer or in focus */
  #focus(spot) {
    const there = spot && spot.unit >= 0 ? { layer: spot.layer, unit: spot.unit } : null;
    this.store.focusOn(there);
    if (spot) this.#hint.neuron(this.store, spot, this.#layers, this.#diagram?.tile ?? 0);
    else this.#hint.hide();
  }

  /** @param {Spot} spot @param {HTMLElement} button */
  #press(spot, button) {
    if (spot.feature) this.#toggle(spot.feature);
    else if (spot.layer >= 0) {
      this.#hint.hide();
      this.#card.openNeuron(spot, button, this.#layers);
    }
  }

  /** At least one feature stays. @param {import("../contract.gen.js").Feature} feature */
  #toggle(feature) {
    const { features } = this.store.settings;
    const changed = features.includes(feature) ? features.filter((name) => name !== feature) : [...features, feature];
    if (changed.length) this.store.set({ features: changed });
    else this.store.emit("refused", "The network needs at least one input.");
  }

  /** @param {MouseEvent} event */
  #under(event) {
    if (!(event.target instanceof Element) || event.target.closest(".card, button, input")) return null;
    const box = this.#sheet.getBoundingClientRect();
    return linkAt(this.#diagram?.links ?? [], event.clientX - box.left, event.clientY - box.top);
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const link = this.#under(event);
    this.#links.emphasise(link);
    this.#sheet.classList.toggle("over-link", Boolean(link));
    if (link && this.store.frame) this.#hint.link(this.store, link);
    else if (!(event.target instanceof Element && event.target.closest(".node"))) this.#hint.hide();
  }

  #leave() {
    this.#links.emphasise(null);
    this.#hint.hide();
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const link = this.#under(event);
    if (link) {
      this.#hint.hide();
      this.#card.openLink(link);
    }
  }
}
