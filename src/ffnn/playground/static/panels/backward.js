/** The way back of one point: ∂L/∂sum of every neuron, ∂L/∂w of every weight, and what a step would do to them. */

import { bracketed, parameter, products, slope, softmax, written } from "./arithmetic.js";
import { folding, more, small, structure } from "./forward.js";
import { make, write } from "../dom.js";
import { signedBar } from "./panel.js";

/** @typedef {import("./inside.js").Point} Point */
/** @typedef {import("./arithmetic.js").Layer} Layer */
/** @typedef {import("../store.js").Store} Store */

/**
 * @param {Store} store
 * @param {() => void} ask For a drawing, after more or less is to be seen.
 */
export function backward(store, ask) {
  const words = make("p", { id: "inside-words" });
  const layers = make("div");
  const element = make("div", { id: "inside-way-backward" }, words, layers);
  let [key, draws] = ["", /** @type {((point: Point) => void)[]} */ ([])];
  const draw = (/** @type {Point} */ point) => {
    const missing = point.truth === null ? NO_LOSS : point.gradients.length ? "" : NOT_YET;
    layers.hidden = missing !== "";
    write(words, missing || inWords(point, store));
    if (missing) return;
    const now = structure(point);
    if (now !== key) {
      key = now;
      // The last layer first: each needs what the one after it has found.
      const each = [...point.layers].reverse().map((layer) => layerBackward(layer, small(point), store, ask));
      layers.replaceChildren(...each.map((layer) => layer.element));
      draws = each.map((layer) => layer.draw);
    }
    for (const one of draws) one(point);
  };
  return { element, draw };
}

const NO_LOSS = "A place without a target has no loss, and so no gradients. Choose a point.";
const NOT_YET = "Gradients come once the network is compiled.";

/**
 * What a step of plain gradient descent on this point alone would do.
 * @param {Point} point
 * @param {Store} store
 */
function inWords(point, store) {
  const rate = store.settings.learning_rate;
  const squares = point.gradients.reduce((sum, gradient) => sum + gradient * gradient, 0);
  if (squares === 0) return "Every gradient is 0: as far as this point goes, a step would change nothing.";
  const far = farthest(point);
  const before = parameter(far.layer, point.parameters, far.row, far.unit);
  const gradient = parameter(far.layer, point.gradients, far.row, far.unit);
  const name =
    far.row === null
      ? `the bias of ${far.layer.units[far.unit]}`
      : `the weight from ${far.layer.from[far.row]} to ${far.layer.units[far.unit]}`;
  const others =
    store.settings.optimizer === "sgd"
      ? ""
      : ` This is plain gradient descent: ${store.settings.optimizer} sizes its steps by the gradients before as well.`;
  return (
    `A step of gradient descent takes off each number its gradient times the learning rate ${rate}: what has a ` +
    `positive ∂L/∂w falls, what has a negative one rises. It would move ${name} (${far.layer.title.toLowerCase()}) ` +
    `farthest: ${moved(before, rate * gradient)}. This point's loss would fall by about ` +
    `${written(rate * squares)} (the rate times the sum of all squared gradients, as long as the step is small). ` +
    `Training first takes the mean of such gradients over a batch of ${store.settings.batch}.${others}`
  );
}

/**
 * What a step makes of a number. Most steps are too short to be seen in the number itself.
 * @param {number} before
 * @param {number} step What is taken off.
 */
function moved(before, step) {
  if (step === 0) return `${written(before)} stays`;
  return `${written(before)} ${step > 0 ? "falls" : "rises"} by ${written(Math.abs(step))}`;
}

/**
 * The parameter with the largest gradient.
 * @param {Point} point
 * @returns {{layer: Layer, row: number | null, unit: number}}
 */
function farthest({ layers, gradients }) {
  let place = 0;
  gradients.forEach((gradient, at) => {
    if (Math.abs(gradient) > Math.abs(gradients[place])) place = at;
  });
  const layer = [...layers].reverse().find((each) => each.start <= place) ?? layers[0];
  const row = Math.floor((place - layer.start) / layer.units.length);
  return { layer, row: row === layer.from.length ? null : row, unit: (place - layer.start) % layer.units.length };
}

/**
 * @param {Layer} layer
 * @param {boolean} open
 * @param {Store} store
 * @param {() => void} ask
 */
function layerBackward(layer, open, store, ask) {
  return folding(
    layer,
    open,
    ask,
    layer.units.map((name, unit) => neuronBackward(layer, name, unit, store, ask)),
  );
}

/**
 * @param {Layer} layer
 * @param {string} name
 * @param {number} unit
 * @param {Store} store
 * @param {() => void} ask
 */
function neuronBackward(layer, name, unit, store, ask) {
  const sum = make("span", { className: "sum" });
  const [bar, expand, list] = [signedBar(), more(layer.from.length, "weights", ask), make("ul", {})];
  const element = make(
    "li",
    {},
    make("b", { textContent: name }),
    make("span", { className: "inside-line" }, sum, bar.element),
    list,
    expand.element,
  );
  /** @type {ReturnType<typeof weightBackward>[]} */
  let lines = [];
  const draw = (/** @type {Point} */ point) => {
    const delta = parameter(layer, point.gradients, null, unit);
    write(sum, `${deltaText(point, layer, unit)} = ${written(delta)}`);
    const most = Math.min(expand.most(), layer.from.length);
    if (lines.length !== most + 1) {
      lines = [null, ...Array(most).keys()].map((row) => weightBackward(layer, row, unit, store));
      list.replaceChildren(...lines.map((line) => line.element));
    }
    const largest = largestOf(point, layer);
    bar.show(delta / largest);
    for (const line of lines) line.draw(point, delta, largest);
  };
  return { element, draw };
}

/**
 * The largest gradient of a layer: the full length of its bars.
 * @param {Point} point
 * @param {Layer} layer
 */
function largestOf({ gradients }, layer) {
  let largest = 0;
  const end = layer.start + (layer.from.length + 1) * layer.units.length;
  for (let place = layer.start; place < end; place++) largest = Math.max(largest, Math.abs(gradients[place]));
  return largest || 1;
}

/**
 * Where ∂L/∂sum of a neuron comes from, in numbers.
 * @param {Point} point
 * @param {Layer} layer
 * @param {number} unit
 */
function deltaText(point, layer, unit) {
  const output = point.outputs[layer.number][unit];
  const bend = slope(layer.activation, point.sums[layer.number][unit], output);
  const bent = layer.activation === "linear" ? "" : ` · ${written(bend)}`;
  const after = point.layers[layer.number + 1];
  if (after) {
    const terms = after.units.map(
      (_, to) =>
        /** @type {[number, number]} */ ([
          parameter(after, point.parameters, unit, to),
          parameter(after, point.gradients, null, to),
        ]),
    );
    return `∂L/∂sum = (${products(terms, 8)})${bent}`;
  }
  if (point.scene.settings.loss === "cross_entropy") {
    return `∂L/∂sum = p − t = ${written(softmax(point.outputs[layer.number])[unit])} − ${point.targets[unit]}`;
  }
  const count = layer.units.length === 1 ? "" : ` / ${layer.units.length}`;
  return `∂L/∂sum = 2·(${written(output)} − ${bracketed(point.targets[unit])})${count}${bent}`;
}

/**
 * @param {Layer} layer
 * @param {number | null} row Null for the bias.
 * @param {number} unit
 * @param {Store} store
 */
function weightBackward(layer, row, unit, store) {
  const [text, bar] = [make("span", { className: "sum" }), signedBar()];
  const name = row === null ? "bias" : `from ${layer.from[row]}`;
  const element = make("li", { className: "inside-weight" }, make("span", { textContent: name }), text, bar.element);
  const draw = (/** @type {Point} */ point, /** @type {number} */ delta, /** @type {number} */ largest) => {
    const gradient = parameter(layer, point.gradients, row, unit);
    const entering = row === null ? 1 : (layer.number ? point.outputs[layer.number - 1] : point.inputs)[row];
    const before = parameter(layer, point.parameters, row, unit);
    const name = row === null ? "∂L/∂b" : `∂L/∂w = ${written(entering)}·${bracketed(delta)}`;
    write(text, `${name} = ${written(gradient)}: ${moved(before, store.settings.learning_rate * gradient)}`);
    bar.show(gradient / largest);
  };
  return { element, draw };
}
