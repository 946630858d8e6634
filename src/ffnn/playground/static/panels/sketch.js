/** The picture of the network that is taken along: where everything stands, as a list of shapes; light, whatever the theme. */

import { CLASSES, NEGATIVE, POSITIVE, ZERO as ZEROS } from "../colour.js";
import { layersOf, parameter, written } from "./arithmetic.js";

const ZERO = ZEROS.light;

/** @typedef {import("../store.js").Scene} Scene */
/** @typedef {import("../store.js").Frame} Frame */
/** @typedef {import("./arithmetic.js").Layer} Layer */
/** @typedef {[red: number, green: number, blue: number]} Rgb */

/**
 * @typedef {{kind: "link", from: [number, number], to: [number, number], width: number, colour: string, dashed: boolean}} Link
 * @typedef {{kind: "map", x: number, y: number, size: number, side: number, pixels: Uint8ClampedArray}} Chart
 * @typedef {{kind: "text", x: number, y: number, text: string, size: number, anchor: "start" | "middle" | "end"}} Words
 * @typedef {{kind: "mark", x: number, y: number, colour: string, diamond: boolean}} Mark
 * @typedef {{width: number, height: number, shapes: (Link | Chart | Words | Mark)[]}} Drawing
 */

const [TILE, GAP, ACROSS, FIELD, EDGE, TOP] = [40, 26, 130, 300, 24, 64]; // pixels
const MOST = 32; // inputs drawn: as many as a layer may have neurons
const HEAVIEST = 5; // a weight of this size has the widest line

/**
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {import("../store.js").View} view
 * @returns {Drawing}
 */
export function sketch(scene, frame, view) {
  const shown = scene.widths.map((width, column) => (column ? width : Math.min(width, MOST)));
  const tallest = Math.max(...shown) * (TILE + GAP) - GAP;
  const middle = TOP + Math.max(tallest, FIELD + 20) / 2;
  const place = (/** @type {number} */ column, /** @type {number} */ row) =>
    /** @type {[number, number]} */ ([
      EDGE + 60 + column * ACROSS,
      middle + (row - (shown[column] - 1) / 2) * (TILE + GAP) - TILE / 2,
    ]);
  const right = EDGE + 60 + (scene.widths.length - 1) * ACROSS + TILE + 170; // room for two names
  const shapes = [
    ...links(scene, frame, shown, place),
    ...tiles(scene, frame, shown, place),
    ...names(scene, frame, shown, place),
    ...field(scene, frame, view, right, middle - FIELD / 2),
    words(EDGE, 30, title(scene, frame), 15),
  ];
  return {
    width: right + FIELD + EDGE + 20,
    height: Math.max(middle + Math.max(tallest, FIELD + 60) / 2 + EDGE),
    shapes,
  };
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {number} [size]
 * @param {Words["anchor"]} [anchor]
 * @returns {Words}
 */
const words = (x, y, text, size = 11, anchor = "start") => ({ kind: "text", x, y, text, size, anchor });

/**
 * @param {Scene} scene
 * @param {Frame} frame
 */
function title({ settings, table }, frame) {
  const [train, test] = frame.loss.subarray(2 * frame.restart, 2 * frame.restart + 2);
  const name = settings.dataset === "table" && table ? table.name : settings.dataset;
  return `ffnn: ${name}, epoch ${frame.epoch.toLocaleString("en")}, loss ${written(train)} (train), ${written(test)} (test)`;
}

/**
 * Orange below 0, blue above, grey at 0.
 * @param {number} value From −1 to 1.
 * @param {Rgb} ends
 * @param {number} [strength]
 * @returns {Rgb}
 */
function mixed(value, ends, strength = 1) {
  const share = Math.min(1, Math.abs(value)) * strength;
  return /** @type {Rgb} */ (ZERO.map((part, at) => Math.round(part + (ends[at] - part) * share)));
}

/**
 * @param {number} value
 * @param {number} [strength]
 */
const shade = (value, strength = 1) => mixed(value, value < 0 ? NEGATIVE : POSITIVE, strength);

/** @param {Rgb} colour */
const css = ([red, green, blue]) => `rgb(${red},${green},${blue})`;

/**
 * @typedef {(column: number, row: number) => [number, number]} Place
 *
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {number[]} shown
 * @param {Place} place
 * @returns {Link[]}
 */
function links(scene, frame, shown, place) {
  return layersOf(scene).flatMap((layer) =>
    layer.units.flatMap((_, unit) =>
      Array.from({ length: shown[layer.number] }, (__, row) => {
        const weight = parameter(layer, frame.parameters, row, unit);
        const [[x, y], [toX, toY]] = [place(layer.number, row), place(layer.number + 1, unit)];
        const width = 0.6 + (Math.min(HEAVIEST, Math.abs(weight) || 0) / HEAVIEST) * 8;
        // A pale line still has to be seen on white: the weakest keep a third of their colour.
        const colour = css(mixed(0.35 + 0.65 * Math.min(1, Math.abs(weight) || 0), weight < 0 ? NEGATIVE : POSITIVE));
        return {
          kind: "link",
          from: [x + TILE, y + TILE / 2],
          to: [toX, toY + TILE / 2],
          width,
          colour,
          dashed: weight < 0,
        };
      }),
    ),
  );
}

/**
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {number[]} shown
 * @param {Place} place
 * @returns {Chart[]}
 */
function tiles(scene, frame, shown, place) {
  const { tile } = scene;
  const inputs = Array.from({ length: shown[0] }, (_, row) =>
    chart(...place(0, row), TILE, tile, scene.features.subarray(row * tile * tile)),
  );
  let start = 0;
  const hidden = scene.widths
    .slice(1, -1)
    .flatMap((width, layer) =>
      Array.from({ length: width }, (_, unit) =>
        chart(...place(layer + 1, unit), TILE, tile, frame.neurons.subarray(start++ * tile * tile)),
      ),
    );
  const last = scene.widths.length - 1;
  const outputs = Array.from({ length: scene.widths[last] }, (_, unit) =>
    output(scene, frame, unit, place(last, unit)),
  );
  return [...inputs, ...hidden, ...outputs];
}

/**
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {number} unit
 * @param {[number, number]} corner
 */
function output(scene, frame, unit, [x, y]) {
  const { side } = scene;
  if (frame.shapes.field[0] === 1) {
    const turned = scene.widths[scene.widths.length - 1] === 2 && unit === 0; // of two outputs the first is the negative one
    return chart(x, y, TILE, side, turned ? frame.field.map((byte) => 255 - byte) : frame.field);
  }
  const own = frame.field.subarray(0, side * side).map((number) => (number === unit ? 1 : 0));
  return coloured(x, y, TILE, side, (at) => (own[at] ? mixed(1, CLASSES[unit % CLASSES.length], 0.8) : ZERO));
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} side
 * @param {Uint8Array} bytes 0 is −1, 255 is +1.
 * @returns {Chart}
 */
function chart(x, y, size, side, bytes) {
  return coloured(x, y, size, side, (at) => shade(bytes[at] / 127.5 - 1));
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {number} side
 * @param {(at: number) => Rgb} colour
 * @returns {Chart}
 */
function coloured(x, y, size, side, colour) {
  const pixels = new Uint8ClampedArray(side * side * 4);
  for (let at = 0; at < side * side; at++) pixels.set([...colour(at), 255], 4 * at);
  return { kind: "map", x, y, size, side, pixels };
}

/** @param {string} text */
const clipped = (text) => (text.length > 12 ? `${text.slice(0, 11)}…` : text);

/**
 * Names of inputs and outputs, and every bias.
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {number[]} shown
 * @param {Place} place
 * @returns {Words[]}
 */
function names(scene, frame, shown, place) {
  const inputs = Array.from({ length: shown[0] }, (_, row) => {
    const [x, y] = place(0, row);
    return words(x - 6, y + TILE / 2 + 4, clipped(scene.input_names[row]), 11, "end");
  });
  const units = layersOf(scene).flatMap((layer) =>
    layer.units.map((_, unit) => {
      const [x, y] = place(layer.number + 1, unit);
      return words(
        x + TILE / 2,
        y + TILE + 12,
        `bias ${written(parameter(layer, frame.parameters, null, unit))}`,
        9,
        "middle",
      );
    }),
  );
  const last = scene.widths.length - 1;
  const outputs = scene.output_names.map((name, unit) => {
    const [x, y] = place(last, unit);
    return words(x + TILE + 6, y + TILE / 2 + 4, clipped(name));
  });
  const more = scene.widths[0] - shown[0];
  const [x, y] = place(0, shown[0]);
  return [...inputs, ...units, ...outputs, ...(more > 0 ? [words(x, y + 12, `and ${more} more inputs`)] : [])];
}

/**
 * The large map with its points and its axes.
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {import("../store.js").View} view
 * @param {number} x
 * @param {number} y
 * @returns {(Chart | Mark | Words)[]}
 */
function field(scene, frame, view, x, y) {
  const { side, domain, axes } = scene;
  const ofClasses = frame.shapes.field[0] > 1;
  const likely = frame.field.subarray(side * side);
  const map = ofClasses
    ? coloured(x, y, FIELD, side, (at) =>
        mixed(1, CLASSES[frame.field[at] % CLASSES.length], 0.15 + 0.6 * (likely[at] / 255) ** 2),
      )
    : coloured(x, y, FIELD, side, (at) => shade(frame.field[at] / 127.5 - 1, 0.7)); // paler, to see the points
  const [[left, right], [bottom, top]] = domain;
  const marks = [...scene.truth.keys()]
    .filter((point) => view.show_test || !scene.test[point])
    .map((point) => {
      const across = x + ((scene.points[2 * point] - left) / (right - left)) * FIELD;
      const down = y + ((top - scene.points[2 * point + 1]) / (top - bottom)) * FIELD;
      return /** @type {Mark} */ ({ kind: "mark", x: across, y: down, ...looks(scene, point) });
    });
  const inside = marks.filter((mark) => mark.x >= x && mark.x <= x + FIELD && mark.y >= y && mark.y <= y + FIELD);
  return [
    map,
    ...inside,
    words(x, y + FIELD + 14, written(left)),
    words(x + FIELD, y + FIELD + 14, written(right), 11, "end"),
    words(x + FIELD / 2, y + FIELD + 14, axes[0], 12, "middle"),
    words(x - 4, y + FIELD, written(bottom), 11, "end"),
    words(x - 4, y + 10, written(top), 11, "end"),
    words(x - 4, y + FIELD / 2, clipped(axes[1]), 12, "end"),
  ];
}

/**
 * @param {Scene} scene
 * @param {number} point
 */
function looks({ classes, truth, scale }, point) {
  if (classes) return { colour: css(CLASSES[truth[point] % CLASSES.length]), diamond: truth[point] % 2 === 0 };
  const [low, high] = scale ?? [-1, 1];
  const value = ((truth[point] - low) / (high - low || 1)) * 2 - 1;
  return { colour: css(shade(value)), diamond: value < 0 };
}
