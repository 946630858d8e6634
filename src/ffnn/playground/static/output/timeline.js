/** The slider under the chart: back to any moment that was kept. */

import { make, write } from "../dom.js";
import { throttled } from "../controls/widgets.js";

/** @typedef {import("../store.js").Store} Store */

export class Timeline {
  #slider = make("input", { type: "range", id: "timeline", min: "0", step: "1", "aria-label": "Rewind to an epoch" });
  #told = make("output", { for: "timeline" });
  #held = 0;

  /** @param {HTMLElement} element @param {Store} store */
  constructor(element, store) {
    this.store = store;
    const rewind = throttled(() => store.send({ do: "rewind", epoch: this.#epoch() }), 60);
    this.#slider.addEventListener("input", () => {
      this.#held = performance.now();
      rewind();
      this.#tell();
    });
    element.append(
      make(
        "div",
        { className: "timeline", "data-control": "timeline" },
        make("span", { textContent: "Rewind", "aria-hidden": "true" }),
        this.#slider,
        this.#told,
      ),
    );
  }

  draw() {
    const { frame } = this.store;
    if (!frame) return;
    const last = Math.max(0, frame.snapshots.length - 1);
    if (Number(this.#slider.max) !== last) this.#slider.max = String(last);
    this.#slider.disabled = last === 0;
    if (performance.now() - this.#held > 600) {
      const later = frame.snapshots.findIndex((epoch) => epoch > frame.epoch);
      const value = String(later < 0 ? last : Math.max(0, later - 1));
      if (this.#slider.value !== value) this.#slider.value = value;
    }
    this.#tell();
  }

  #epoch() {
    return this.store.frame?.snapshots[Number(this.#slider.value)] ?? 0;
  }

  #tell() {
    const words = `epoch ${this.#epoch().toLocaleString("en")}`;
    write(this.#told, words);
    if (this.#slider.getAttribute("aria-valuetext") !== words) this.#slider.setAttribute("aria-valuetext", words);
  }
}
