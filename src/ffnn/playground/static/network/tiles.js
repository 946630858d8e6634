/** The small maps of all neurons on one canvas beneath their buttons: one canvas is far cheaper than one for each. */

import { classTable, fieldTable } from "../colour.js";
import { context, make, sharpen } from "../dom.js";

/** @typedef {import("../contract.gen.js").Scene} Scene */
/** @typedef {import("../contract.gen.js").Frame} Frame */
/** @typedef {import("./diagram.js").Spot} Spot */

const FARTHEST = 6;
const PALE = 0.4; // of a feature that is not chosen

/** The features of the toy problems. @type {Record<string, (x: number, y: number) => number>} */
const FORMULAS = {
  x: (x) => x,
  y: (_, y) => y,
  x2: (x) => x * x,
  y2: (_, y) => y * y,
  xy: (x, y) => x * y,
  sinx: (x) => Math.sin(x),
  siny: (_, y) => Math.sin(y),
};

export class Tiles {
  canvas = make("canvas", { className: "tiles", "aria-hidden": "true" });
  /** Maps at the size of their data, one below the other. */ #strip = make("canvas");
  /** @type {Spot[]} */ #spots = [];
  #tile = 16;
  #inputs = false;
  #drawing = context(this.canvas);

  /** @param {import("./diagram.js").Diagram} diagram */
  build({ columns, tile, width, height }) {
    this.#spots = columns.flatMap(({ spots }) => spots);
    this.#tile = tile;
    this.#drawing = sharpen(this.canvas, width, height);
    this.forget();
  }

  /** The theme changed. */
  forget() {
    this.#inputs = false;
  }

  /** @param {Scene} scene @param {Frame} frame */
  draw(scene, frame) {
    const { tile, widths } = scene;
    const last = widths.length - 2;
    if (!this.#inputs) this.#drawInputs(scene);
    this.#inputs = true;
    const hidden = this.#spots.filter(({ layer }) => layer >= 0 && layer < last);
    const table = fieldTable();
    this.#fill(tile, hidden.length, (pixels) => {
      for (let index = 0; index < pixels.length; index++) pixels[index] = table[frame.neurons[index]];
    });
    hidden.forEach((spot, place) => this.#put(spot, place, tile));
    const outputs = this.#spots.filter(({ layer }) => layer === last);
    const half = scene.side >> 1;
    this.#fill(half, outputs.length, (pixels) =>
      outputs.forEach(({ unit }) => paintOutput(pixels, unit, half, scene, frame)),
    );
    outputs.forEach((spot, place) => this.#put(spot, place, half));
  }

  /** Inputs change only with their scene; a feature not chosen is drawn by its formula. @param {Scene} scene */
  #drawInputs({ tile, features }) {
    const inputs = this.#spots.filter(({ layer }) => layer < 0);
    const table = fieldTable();
    this.#fill(tile, inputs.length, (pixels) =>
      inputs.forEach(({ unit, feature }, place) => {
        const [bytes, offset] = unit >= 0 ? [features, unit * tile * tile] : [byFormula(feature, tile), 0];
        for (let index = 0; index < tile * tile; index++)
          pixels[place * tile * tile + index] = table[bytes[offset + index]];
      }),
    );
    inputs.forEach((spot, place) => this.#put(spot, place, tile, spot.unit < 0 ? PALE : 1));
  }

  /**
   * Fill the strip with maps at the size of their data.
   * @param {number} side
   * @param {number} count
   * @param {(pixels: Uint32Array) => void} paint
   */
  #fill(side, count, paint) {
    if (count === 0) return;
    if (this.#strip.width !== side) this.#strip.width = side;
    if (this.#strip.height < side * count) this.#strip.height = side * count;
    const drawing = context(this.#strip);
    const image = drawing.createImageData(side, side * count);
    paint(new Uint32Array(image.data.buffer));
    drawing.putImageData(image, 0, 0);
  }

  /** @param {Spot} spot @param {number} place  in the strip @param {number} side @param {number} [alpha] */
  #put({ x, y }, place, side, alpha = 1) {
    const size = this.#tile - 2;
    if (alpha < 1) this.#drawing.clearRect(x, y, this.#tile, this.#tile);
    this.#drawing.globalAlpha = alpha;
    this.#drawing.drawImage(this.#strip, 0, place * side, side, side, x + 1, y + 1, size, size);
    this.#drawing.globalAlpha = 1;
  }
}

/** @param {string} feature @param {number} tile */
function byFormula(feature, tile) {
  const at = (/** @type {number} */ place) => ((place + 0.5) / tile) * 2 * FARTHEST - FARTHEST;
  return Uint8Array.from({ length: tile * tile }, (_, index) => {
    const value = FORMULAS[feature](at(index % tile), -at(Math.floor(index / tile)));
    return Math.round((Math.max(-1, Math.min(1, value)) + 1) * 127.5);
  });
}

/**
 * The output's map made small; of several classes, where this one is the likeliest.
 * @param {Uint32Array} pixels  of all outputs
 * @param {number} unit
 * @param {number} half
 * @param {Scene} scene
 * @param {Frame} frame
 */
function paintOutput(pixels, unit, half, { side, classes, widths }, { field }) {
  const several = (classes?.length ?? 0) > 2;
  const table = several ? classTable(unit) : fieldTable();
  const first = widths[widths.length - 1] === 2 && unit === 0; // of two classes the map is that of the second
  for (let row = 0; row < half; row++) {
    for (let column = 0; column < half; column++) {
      const at = 2 * row * side + 2 * column;
      const byte = several ? (field[at] === unit ? field[side * side + at] : 0) : first ? 255 - field[at] : field[at];
      pixels[(unit * half + row) * half + column] = table[byte];
    }
  }
}
