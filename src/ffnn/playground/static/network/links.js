/** The links of the diagram: width and colour are the weight, dashes a negative one. Very many are drawn on a canvas. */

import { stroke } from "../colour.js";
import { curve } from "./diagram.js";
import { make, makeSvg, sharpen } from "../dom.js";

/** @typedef {import("./diagram.js").Diagram} Diagram */
/** @typedef {import("./diagram.js").Link} Link */

const MOST_PATHS = 160;
const MOST_FLOWING = 100;
const PAUSE = 100; // milliseconds between two drawings of very many links

export class Links {
  element = makeSvg("svg", { class: "links", "aria-hidden": "true" });
  canvas = make("canvas", { className: "links", "aria-hidden": "true" });
  /** @type {Link[]} */ #links = [];
  /** @type {SVGPathElement[]} */ #paths = [];
  /** What each path shows, so that only what changed is written. @type {Int32Array} */ #shown = new Int32Array(0);
  #flow = makeSvg("path", { class: "flow" });
  #over = makeSvg("path", { class: "over" });
  #last = -Infinity;
  #width = 0;
  #height = 0;
  #thickest = 8;

  /** @param {Diagram} diagram */
  build({ links, width, height, tile }) {
    const many = links.length > MOST_PATHS;
    Object.assign(this.element.style, { width: `${width}px`, height: `${height}px` });
    this.canvas.hidden = !many;
    this.#links = links;
    this.#width = width;
    this.#height = height;
    this.#thickest = Math.min(9, tile / 4);
    this.#paths = many ? [] : links.map((link) => makeSvg("path", { d: curve(link) }));
    this.#shown = new Int32Array(links.length).fill(-1);
    this.#flow.setAttribute("d", links.length > MOST_FLOWING ? "" : links.map(curve).join(""));
    this.element.replaceChildren(...this.#paths, this.#flow, this.#over);
    this.emphasise(null);
    this.#last = -Infinity;
  }

  /** The theme changed: every colour is written again. */
  forget() {
    this.#shown.fill(-1);
    this.#last = -Infinity;
  }

  /** @param {Float32Array} parameters */
  draw(parameters) {
    if (this.#paths.length) this.#drawPaths(parameters);
    else if (this.#links.length && performance.now() - this.#last > PAUSE) this.#drawCanvas(parameters);
  }

  /** @param {Link | null} link  drawn emphasised */
  emphasise(link) {
    this.#over.setAttribute("d", link ? curve(link) : "");
  }

  /** @param {Float32Array} parameters */
  #drawPaths(parameters) {
    for (let index = 0; index < this.#paths.length; index++) {
      const weight = parameters[this.#links[index].index];
      const size = step(weight);
      const look = weight < 0 ? -size - 2 : size;
      if (look === this.#shown[index]) continue;
      const path = this.#paths[index];
      if (this.#shown[index] === -1 || look < 0 !== this.#shown[index] < 0)
        path.setAttribute("class", weight < 0 ? "negative" : "positive");
      this.#shown[index] = look;
      path.setAttribute("stroke-width", this.#thickness(size));
      path.setAttribute("stroke", stroke(shade(look < 0 ? -size : size)));
    }
  }

  /** Links alike in one stroke, the thin ones first. @param {Float32Array} parameters */
  #drawCanvas(parameters) {
    this.#last = performance.now();
    /** @type {Map<number, Path2D>} */
    const groups = new Map();
    for (const link of this.#links) {
      const weight = parameters[link.index];
      const size = Math.round(step(weight) / 4) * 4;
      const key = weight < 0 ? -size - 1 : size;
      const path = groups.get(key) ?? new Path2D();
      groups.set(key, path);
      const middle = (link.x0 + link.x1) / 2;
      path.moveTo(link.x0, link.y0);
      path.bezierCurveTo(middle, link.y0, middle, link.y1, link.x1, link.y1);
    }
    const drawing = sharpen(this.canvas, this.#width, this.#height);
    for (const key of [...groups.keys()].sort((one, other) => Math.abs(one) - Math.abs(other))) {
      const size = key < 0 ? -key - 1 : key;
      drawing.setLineDash(key < 0 ? [6, 4] : []);
      drawing.lineWidth = Number(this.#thickness(size)) * (this.#links.length > 1000 ? 0.5 : 0.9);
      drawing.strokeStyle = stroke(shade(key < 0 ? -size : size));
      drawing.globalAlpha = this.#links.length > 1000 ? 0.25 + 0.75 * Math.min(1, size / 40) : 1;
      drawing.stroke(/** @type {Path2D} */ (groups.get(key)));
    }
    drawing.globalAlpha = 1;
  }

  /** @param {number} size */
  #thickness(size) {
    return (0.7 + (size / 100) * this.#thickest).toFixed(2);
  }
}

/** The size of a weight in hundredths of 5, beyond which links grow no thicker. @param {number} weight */
function step(weight) {
  return Math.round(Math.min(1, Math.abs(weight) / 5 || 0) * 100);
}

/** How much colour a weight of that size has: already at 1 it is full. @param {number} size */
function shade(size) {
  const share = Math.min(1, (Math.abs(size) / 100) * 5);
  return Math.sign(size) * (0.35 + 0.65 * share);
}
