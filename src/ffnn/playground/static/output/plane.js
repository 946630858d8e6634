/** The plane of the output: from its units to pixels and back, and its axes. */

import { sharpen } from "../dom.js";
import { ink } from "../colour.js";
import { label, ticks } from "./ticks.js";

/** @typedef {[[number, number], [number, number]]} Domain */

export const MARGIN = { left: 40, right: 8, top: 6, bottom: 34 };
const LARGEST = 300;

export class Plane {
  /**
   * @param {number} width  of the column, in pixels
   * @param {Domain} domain
   */
  constructor(width, domain) {
    this.size = Math.max(160, Math.min(LARGEST, Math.floor(width - MARGIN.left - MARGIN.right)));
    this.domain = domain;
  }

  /** @param {number} value */
  toX(value) {
    const [[least, greatest]] = this.domain;
    return ((value - least) / (greatest - least)) * this.size;
  }

  /** @param {number} value */
  toY(value) {
    const [, [least, greatest]] = this.domain;
    return ((greatest - value) / (greatest - least)) * this.size;
  }

  /**
   * @param {number} x  pixels from the left of the plane
   * @param {number} y  pixels from its top
   * @returns {[number, number]} in units of the plane
   */
  at(x, y) {
    const [[left, right], [bottom, top]] = this.domain;
    return [left + (x / this.size) * (right - left), top - (y / this.size) * (top - bottom)];
  }

  /**
   * Draw both axes around the place of the field.
   * @param {HTMLCanvasElement} canvas
   * @param {[string, string]} names
   */
  drawAxes(canvas, names) {
    const [width, height] = [this.size + MARGIN.left + MARGIN.right, this.size + MARGIN.top + MARGIN.bottom];
    const drawing = sharpen(canvas, width, height);
    drawing.translate(MARGIN.left, MARGIN.top);
    drawing.strokeStyle = ink("--line");
    drawing.strokeRect(-0.5, -0.5, this.size + 1, this.size + 1);
    drawing.fillStyle = ink("--muted");
    drawing.font = "11px system-ui, sans-serif";
    drawing.textAlign = "center";
    drawing.textBaseline = "top";
    for (const tick of ticks(...this.domain[0], 6)) drawing.fillText(label(tick), this.toX(tick), this.size + 5);
    drawing.textAlign = "right";
    drawing.textBaseline = "middle";
    for (const tick of ticks(...this.domain[1], 6)) drawing.fillText(label(tick), -6, this.toY(tick));
    this.#drawNames(drawing, names);
  }

  /** @param {CanvasRenderingContext2D} drawing @param {[string, string]} names */
  #drawNames(drawing, [across, up]) {
    drawing.fillStyle = ink("--text");
    drawing.font = "600 12px system-ui, sans-serif";
    drawing.textAlign = "center";
    drawing.textBaseline = "alphabetic";
    drawing.fillText(across, this.size / 2, this.size + MARGIN.bottom - 3, this.size);
    drawing.rotate(-Math.PI / 2);
    drawing.fillText(up, -this.size / 2, 11 - MARGIN.left, this.size);
  }
}
