/** Drawing one's own points: with a pointer (paint, erase) or by typing their numbers. */

import { classShape } from "../colour.js";
import { MOST_CLASSES, MOST_DRAWN } from "../contract.gen.js";
import { byId, make } from "../dom.js";
import { looks, outline } from "../output/points.js";
import { throttled } from "./widgets.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {[number, number, number]} Drawn */

const APART = 9; // pixels between two points of one stroke
const ERASER = 14; // pixels

export class Painting {
  /** Points added since the newest scene: drawn at once, before the server answers. @type {Drawn[]} */ fresh = [];
  /** @type {"add" | "erase" | null} what the pressed pointer does */ #stroke = null;
  /** @type {[number, number]} */ #last = [0, 0];
  /** @type {Drawn[]} */ #drawn = [];
  #send;

  /**
   * @param {HTMLElement} element
   * @param {Store} store
   * @param {() => import("../output/plane.js").Plane} plane
   */
  constructor(element, store, plane) {
    this.element = element;
    this.store = store;
    this.plane = plane;
    this.#send = throttled(() => store.set({ drawn: this.#drawn }), 150);
    this.#build();
    const show = () => {
      element.hidden = store.settings.dataset !== "drawn";
      byId("field").classList.toggle("painting", this.active); // there a finger draws and does not scroll
      byId("painting-class").hidden = store.settings.problem === "regression";
      byId("painting-value").hidden = store.settings.problem !== "regression";
    };
    element.addEventListener("change", show);
    store.on("settings", show);
    store.on("scene", () => {
      this.fresh = [];
      show();
    });
    show();
  }

  /** @returns {boolean} whether a press draws (and does not choose a point) */
  get active() {
    return this.store.settings.dataset === "drawn" && this.#tool() !== "look";
  }

  /** @param {number} x @param {number} y  pixels @param {boolean} erase @returns {boolean} whether it was ours */
  press(x, y, erase) {
    if (!this.active) return false;
    this.#begin();
    this.#stroke = erase || this.#tool() === "erase" ? "erase" : "add";
    this.#dab(x, y);
    return true;
  }

  /** @param {number} x @param {number} y @returns {boolean} whether something was drawn */
  move(x, y) {
    if (!this.#stroke || (this.#stroke === "add" && Math.hypot(x - this.#last[0], y - this.#last[1]) < APART))
      return false;
    this.#dab(x, y);
    return true;
  }

  /** The stroke is over: from here on its points are settings like all others. */
  release() {
    this.#stroke = null;
    this.#send.flush();
  }

  /**
   * @param {CanvasRenderingContext2D} drawing
   * @param {import("../contract.gen.js").Scene} scene
   * @param {import("../output/plane.js").Plane} plane
   */
  drawFresh(drawing, scene, plane) {
    for (const [x, y, answer] of this.fresh) {
      const { colour, shape } = looks(scene, answer);
      const path = new Path2D();
      outline(path, shape, plane.toX(x), plane.toY(y), 3.6);
      drawing.fillStyle = colour;
      drawing.fill(path);
    }
  }

  /** @param {number} x @param {number} y  pixels */
  #dab(x, y) {
    const plane = this.plane();
    this.#last = [x, y];
    if (this.#stroke === "add")
      this.#add(...plane.at(Math.min(plane.size, Math.max(0, x)), Math.min(plane.size, Math.max(0, y))));
    else {
      this.#drawn = this.#drawn.filter(([left, up]) => Math.hypot(plane.toX(left) - x, plane.toY(up) - y) > ERASER);
      this.#send();
    }
  }

  /** @param {number} x @param {number} y */
  #add(x, y) {
    if (this.#drawn.length >= MOST_DRAWN) {
      this.store.emit("refused", `There are ${MOST_DRAWN} points already; erase some first.`);
      return;
    }
    /** @type {Drawn} */
    const point = [Math.round(x * 100) / 100, Math.round(y * 100) / 100, this.#answer()];
    this.#drawn = [...this.#drawn, point];
    this.fresh.push(point);
    this.#send();
  }

  /** The store's points are what we go on from. */
  #begin() {
    this.#drawn = this.store.settings.drawn;
  }

  /** @param {(drawn: Drawn[]) => Drawn[]} change */
  #edit(change) {
    this.store.set({ drawn: change(this.store.settings.drawn) });
  }

  #tool() {
    const chosen = this.element.querySelector("input[name=painting-tool]:checked");
    return chosen instanceof HTMLInputElement ? chosen.value : "add";
  }

  #answer() {
    const regression = this.store.settings.problem === "regression";
    const control = /** @type {HTMLInputElement | HTMLSelectElement} */ (
      byId(regression ? "paint-value" : "paint-class")
    );
    return Number(control.value) || 0;
  }

  #build() {
    const tool = (/** @type {string} */ value, /** @type {string} */ text) =>
      make(
        "label",
        { className: "check" },
        make("input", { type: "radio", name: "painting-tool", id: `paint-${value}`, value, checked: value === "add" }),
        text,
      );
    const field = (/** @type {string} */ id, /** @type {string} */ text) =>
      make("label", {}, text, make("input", { type: "number", id, step: "any", value: "0" }));
    const options = Array.from({ length: MOST_CLASSES }, (_, value) =>
      make("option", { value: String(value), textContent: `${value} ${classShape(value)}` }),
    );
    const button = (/** @type {string} */ id, /** @type {string} */ text, /** @type {() => void} */ onclick) =>
      make("button", { type: "button", id, textContent: text, onclick });
    this.element.append(
      make(
        "fieldset",
        { className: "row" },
        make("legend", { textContent: "On the map, the pointer" }),
        tool("add", "adds"),
        tool("erase", "erases"),
        tool("look", "looks"),
      ),
      make(
        "div",
        { className: "row" },
        make("label", { id: "painting-class" }, "Class ", make("select", { id: "paint-class" }, ...options)),
        make(
          "label",
          { id: "painting-value" },
          "Value ",
          make("input", { type: "number", id: "paint-value", step: "0.1", value: "1" }),
        ),
        field("paint-x", "x "),
        field("paint-y", "y "),
        button("paint-point", "Add", () => this.#type()),
        button("paint-undo", "Remove last", () => this.#edit((drawn) => drawn.slice(0, -1))),
        button("paint-clear", "Clear", () => this.#edit(() => [])),
      ),
    );
  }

  /** Add the point whose numbers were typed. */
  #type() {
    this.#begin();
    const [x, y] = ["paint-x", "paint-y"].map((id) => Number(/** @type {HTMLInputElement} */ (byId(id)).value) || 0);
    this.#add(x, y);
    this.#send.flush();
  }
}
