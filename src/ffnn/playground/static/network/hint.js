/** A few words beside what the pointer or the focus is on. They repeat what the card holds, so no reader speaks them. */

import { make, tell } from "../dom.js";

/** @typedef {import("../store.js").Store} Store */

export class Hint {
  element = make("div", { className: "hint", "aria-hidden": "true", hidden: true });

  /** @param {HTMLElement} sheet */
  constructor(sheet) {
    this.sheet = sheet;
  }

  /**
   * @param {Store} store
   * @param {import("./diagram.js").Spot} spot
   * @param {ReturnType<import("../messages.js").layers>} layers
   * @param {number} tile
   */
  neuron({ frame, scene }, spot, layers, tile) {
    if (!frame || !scene) return;
    if (spot.feature)
      this.#show(`${spot.name}: click to ${spot.unit < 0 ? "use" : "leave out"}`, spot.x, spot.y + tile);
    else if (spot.layer < 0) this.#show(spot.name, spot.x, spot.y + tile);
    else {
      const bias = frame.parameters[layers[spot.layer].bias + spot.unit];
      this.#show(
        `${scene.activations[spot.layer]}, bias ${tell(bias, 2)}. Click for its weights`,
        spot.x,
        spot.y + tile,
      );
    }
  }

  /** @param {Store} store @param {import("./diagram.js").Link} link */
  link({ frame, backward }, link) {
    if (!frame) return;
    const gradient = backward && frame.look_gradients ? `, gradient ${tell(frame.look_gradients[link.index], 2)}` : "";
    this.#show(
      `Weight ${tell(frame.parameters[link.index], 3)}${gradient}. Click to change it`,
      (link.x0 + link.x1) / 2 - 60,
      (link.y0 + link.y1) / 2 + 8,
    );
  }

  hide() {
    this.element.hidden = true;
  }

  /** @param {string} text @param {number} x @param {number} y */
  #show(text, x, y) {
    this.element.textContent = text;
    this.element.hidden = false;
    const most = this.sheet.clientWidth - this.element.offsetWidth - 4;
    Object.assign(this.element.style, { left: `${Math.max(4, Math.min(most, x))}px`, top: `${y + 6}px` });
  }
}
