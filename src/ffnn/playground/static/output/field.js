/** The output as a map of the plane: field, contour, points, legend. A click chooses a point or draws one. */

import { classTable, fieldTable, ink } from "../colour.js";
import { boundary, contour, LEVEL } from "./contour.js";
import { context, make, sharpen, write } from "../dom.js";
import { legend } from "./legend.js";
import { Painting } from "../controls/painting.js";
import { MARGIN, Plane } from "./plane.js";
import { drawPoints, outline, place, pointAt } from "./points.js";
import { same } from "../settings.js";
import { viewed } from "../controls/widgets.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {{values: Uint8Array, side: number, certain: Uint8Array | null}} Picture */

export class Field {
  #title = make("p", { className: "map-title" });
  #axes = make("canvas", { className: "axes", "aria-hidden": "true" });
  #map = make("canvas", { className: "map", "aria-hidden": "true" });
  #lines = make("canvas", { className: "lines", "aria-hidden": "true" });
  #points = make("canvas", { className: "points", tabIndex: -1 });
  #legend;
  #plane = new Plane(320, [
    [-6, 6],
    [-6, 6],
  ]);
  #width = 0;
  /** Points and axes lie still: they are drawn only when something of them changes. */ #stale = true;
  /** @type {import("../contract.gen.js").Frame["look"]} */ #looked = null;

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} tools  of drawing
   * @param {Store} store
   */
  constructor(element, tools, store) {
    this.element = element;
    this.store = store;
    this.#legend = legend(store);
    this.#points.setAttribute("role", "img");
    const plot = make("div", { className: "plot" }, this.#axes, this.#map, this.#lines, this.#points);
    const options = make(
      "div",
      { className: "options" },
      viewed(store, "show_test", "Show test points"),
      viewed(store, "discretize", "Two colours only"),
    );
    element.append(this.#title, plot, this.#legend.element, options);
    this.painting = new Painting(tools, store, () => this.#plane);
    this.#points.addEventListener("pointerdown", (event) => this.#press(event));
    this.#points.addEventListener("pointermove", (event) => this.#move(event));
    this.#points.addEventListener("lostpointercapture", () => this.painting.release());
    for (const event of /** @type {const} */ (["scene", "view", "highlight", "focus"]))
      store.on(event, () => this.invalidate());
  }

  invalidate() {
    this.#stale = true;
  }

  draw() {
    const { scene, frame } = this.store;
    if (!scene) return;
    this.#still();
    if (!frame) return;
    const map = this.#chosen();
    if (map) this.#drawMap(map);
    write(this.#title, this.#name());
  }

  /** Draw what lies still, if it changed. */
  #still() {
    const { scene, frame, highlight } = this.store;
    const width = this.element.clientWidth;
    if (
      !scene ||
      (!this.#stale && width === this.#width && same(frame?.look ?? null, this.#looked) && !this.painting.fresh.length)
    )
      return;
    this.#stale = false;
    this.#width = width;
    this.#looked = frame?.look ?? null;
    this.#plane = new Plane(width, scene.domain);
    this.#plane.drawAxes(this.#axes, scene.axes);
    const { size } = this.#plane;
    const drawing = sharpen(this.#points, size, size);
    drawPoints(drawing, scene, this.#plane, { test: this.#showsTest, highlight });
    this.painting.drawFresh(drawing, scene, this.#plane);
    this.#drawLook(drawing);
    for (const canvas of [this.#map, this.#points, this.#lines]) {
      Object.assign(canvas.style, {
        left: `${MARGIN.left}px`,
        top: `${MARGIN.top}px`,
        width: `${size}px`,
        height: `${size}px`,
      });
    }
    this.#points.setAttribute("aria-label", this.#description());
    this.#legend.draw();
  }

  /** The map to draw large: that of the neuron in focus, or the output's. @returns {Picture | null} */
  #chosen() {
    const { scene, frame, focus } = this.store;
    if (!scene || !frame) return null;
    const { side, tile, widths } = scene;
    if (focus && frame.focus) return { values: frame.focus, side, certain: null };
    if (focus && focus.layer < widths.length - 2) {
      const before = widths.slice(1, focus.layer + 1).reduce((sum, units) => sum + units, 0) + focus.unit;
      const [maps, index] = focus.layer < 0 ? [scene.features, focus.unit] : [frame.neurons, before];
      return { values: maps.subarray(index * tile * tile, (index + 1) * tile * tile), side: tile, certain: null };
    }
    const pixels = side * side;
    const planes = frame.field.length / pixels;
    return { values: frame.field.subarray(0, pixels), side, certain: planes > 1 ? frame.field.subarray(pixels) : null };
  }

  /** @param {Picture} map */
  #drawMap({ values, side, certain }) {
    const drawing = context(this.#map);
    if (this.#map.width !== side) this.#map.width = this.#map.height = side;
    const image = drawing.createImageData(side, side);
    const pixels = new Uint32Array(image.data.buffer);
    if (certain) this.#paintClasses(pixels, values, certain);
    else this.#paintValues(pixels, values);
    drawing.putImageData(image, 0, 0);
    const { size } = this.#plane;
    const lines = sharpen(this.#lines, size, size);
    lines.strokeStyle = ink("--contour");
    lines.lineWidth = 1.2;
    lines.stroke(certain ? boundary(values, side, size) : contour(values, side, size));
  }

  /** @param {Uint32Array} pixels @param {Uint8Array} values */
  #paintValues(pixels, values) {
    const table = fieldTable();
    const two = this.store.view.discretize;
    for (let index = 0; index < pixels.length; index++) {
      pixels[index] = table[two ? (values[index] > LEVEL ? 255 : 0) : values[index]];
    }
  }

  /** @param {Uint32Array} pixels @param {Uint8Array} classes @param {Uint8Array} certain */
  #paintClasses(pixels, classes, certain) {
    const one = this.store.view.discretize;
    /** @type {Uint32Array[]} */
    const tables = [];
    for (let index = 0; index < pixels.length; index++) {
      const table = (tables[classes[index]] ??= classTable(classes[index]));
      pixels[index] = table[one ? 255 : certain[index]];
    }
  }

  /** Mark the point or the place that is looked at. @param {CanvasRenderingContext2D} drawing */
  #drawLook(drawing) {
    const { scene, frame } = this.store;
    if (!scene || !frame?.look) return;
    const { row, at } = frame.look;
    const centre =
      row !== null ? place(scene, this.#plane, row) : at && [this.#plane.toX(at[0]), this.#plane.toY(at[1])];
    if (!centre) return;
    const path = new Path2D();
    outline(path, "circle", centre[0], centre[1], 8);
    for (const [width, colour] of /** @type {const} */ ([
      [4, "--panel"],
      [2, "--text"],
    ])) {
      drawing.lineWidth = width;
      drawing.strokeStyle = ink(colour);
      drawing.stroke(path);
    }
  }

  #name() {
    const { scene, focus } = this.store;
    if (scene?.settings.dataset === "drawn" && scene.rows.shown === 0) return "Press on the map to draw points";
    if (!focus || !scene) return scene?.classes ? "What the network answers" : "What the network predicts";
    if (focus.layer < 0) return `Input ${scene.input_names[focus.unit]}`;
    if (focus.layer === scene.widths.length - 2) return `Output ${scene.output_names[focus.unit]}`;
    return `Hidden layer ${focus.layer + 1}, neuron ${focus.unit + 1}`;
  }

  /** Drawn points are all shown: a point that vanishes as it is drawn would surprise. */
  get #showsTest() {
    return this.store.view.show_test || this.store.settings.dataset === "drawn";
  }

  #description() {
    const { scene } = this.store;
    if (!scene) return "";
    const { train, test, shown } = scene.rows;
    return `Map of the output over ${scene.axes[0]} and ${scene.axes[1]} with ${shown} points; ${train} train, ${test} test.`;
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const { scene } = this.store;
    if (!scene || event.button !== 0) return;
    const [x, y] = [event.offsetX, event.offsetY];
    if (this.painting.press(x, y, event.shiftKey)) {
      this.#points.setPointerCapture(event.pointerId);
      return;
    }
    const row = pointAt(scene, this.#plane, x, y, this.#showsTest);
    this.store.send(row < 0 ? { do: "look", at: this.#plane.at(x, y) } : { do: "look", row });
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const { scene } = this.store;
    if (this.painting.move(event.offsetX, event.offsetY)) this.invalidate();
    else if (scene) {
      const row = pointAt(scene, this.#plane, event.offsetX, event.offsetY, this.#showsTest);
      this.#points.classList.toggle("over", row >= 0);
    }
  }
}
