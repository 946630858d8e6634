/** The way forward of one point: every neuron's sum written out, its output, and at the end the loss. */

import { bracketed, lossOf, parameter, products, softmax, written } from "./arithmetic.js";
import { make, write } from "../dom.js";
import { signedBar } from "./panel.js";

/** @typedef {import("./inside.js").Point} Point */
/** @typedef {import("./arithmetic.js").Layer} Layer */

const TERMS = 8; // of a long sum before "…": about two lines of a phone

/**
 * @param {() => void} ask For a drawing, after more or less is to be seen.
 */
export function forward(ask) {
  const element = make("div", { id: "inside-way-forward" });
  let [key, draws] = ["", /** @type {((point: Point) => void)[]} */ ([])];
  const draw = (/** @type {Point} */ point) => {
    const now = structure(point);
    if (now !== key) {
      key = now;
      const layers = point.layers.map((layer) => layerForward(layer, small(point), ask));
      const end = ending();
      element.replaceChildren(...layers.map((each) => each.element), end.element);
      draws = [...layers.map((each) => each.draw), end.draw];
    }
    for (const each of draws) each(point);
  };
  return { element, draw };
}

/**
 * What the elements depend on: as long as it stays, only their texts change.
 * @param {Point} point
 */
export function structure({ scene }) {
  const { widths, activations, input_names, output_names } = scene;
  return JSON.stringify([widths, activations, input_names, output_names]);
}

/**
 * Whether all layers fit at once; else each opens when asked for.
 * @param {Point} point
 */
export function small({ scene }) {
  return scene.widths.reduce((sum, width) => sum + width, 0) <= 30;
}

/**
 * A layer that opens and closes; while it is closed, nothing of it is drawn.
 * @param {Layer} layer
 * @param {boolean} open
 * @param {() => void} ask
 * @param {{element: Element, draw: (point: Point) => void}[]} neurons
 */
export function folding(layer, open, ask, neurons) {
  const title = `${layer.title}: ${layer.units.length === 1 ? "1 neuron" : `${layer.units.length} neurons`}, ${layer.activation}`;
  const element = make(
    "details",
    { className: "inside-layer", open },
    make("summary", { textContent: title }),
    make("ol", {}, ...neurons.map((neuron) => neuron.element)),
  );
  element.addEventListener("toggle", () => element.open && ask());
  const draw = (/** @type {Point} */ point) => {
    if (element.open) for (const neuron of neurons) neuron.draw(point);
  };
  return { element, draw };
}

/**
 * A button that shows all of a long list, and the first of it again.
 * @param {number} count
 * @param {string} what
 * @param {() => void} ask
 */
export function more(count, what, ask) {
  let most = TERMS;
  const element = make("button", {
    type: "button",
    className: "panel-more",
    "aria-expanded": "false",
    hidden: count <= TERMS,
  });
  const press = () => {
    most = most === TERMS ? count : TERMS;
    element.setAttribute("aria-expanded", String(most === count));
    name();
    ask();
  };
  const name = () => write(element, most === TERMS ? `all ${count} ${what}` : `only the first ${TERMS}`);
  element.addEventListener("click", press);
  name();
  return { element, most: () => most };
}

/**
 * @param {Layer} layer
 * @param {boolean} open
 * @param {() => void} ask
 */
function layerForward(layer, open, ask) {
  return folding(
    layer,
    open,
    ask,
    layer.units.map((name, unit) => neuronForward(layer, name, unit, ask)),
  );
}

/**
 * @param {Layer} layer
 * @param {string} name
 * @param {number} unit
 * @param {() => void} ask
 */
function neuronForward(layer, name, unit, ask) {
  const [sum, output] = [make("span", { className: "sum" }), make("span", { className: "sum" })];
  const [bar, expand] = [signedBar(), more(layer.from.length, "terms", ask)];
  const element = make(
    "li",
    {},
    make("b", { textContent: name }),
    make("span", { className: "inside-line" }, sum, expand.element),
    make("span", { className: "inside-line" }, output, bar.element),
  );
  const draw = (/** @type {Point} */ point) => {
    const entering = layer.number ? point.outputs[layer.number - 1] : point.inputs;
    const total = point.sums[layer.number][unit];
    const leaving = point.outputs[layer.number][unit];
    const terms = entering.map(
      (value, row) => /** @type {[number, number]} */ ([parameter(layer, point.parameters, row, unit), value]),
    );
    const bias = parameter(layer, point.parameters, null, unit);
    write(sum, `${products(terms, expand.most())} + ${written(bias)} = ${written(total)}`);
    const linear = layer.activation === "linear";
    write(
      output,
      linear ? `output = ${written(leaving)}` : `${layer.activation}(${written(total)}) = ${written(leaving)}`,
    );
    bar.show(leaving);
  };
  return { element, draw };
}

/** Softmax where there is one, and the loss of the point. */
function ending() {
  const lines = make("div", { className: "inside-end", id: "inside-loss" });
  const draw = (/** @type {Point} */ point) => {
    const texts = [...probabilities(point), ...losses(point)];
    while (lines.children.length < texts.length) lines.append(make("p"));
    while (lines.children.length > texts.length) lines.lastElementChild?.remove();
    texts.forEach((text, place) => write(lines.children[place], text));
  };
  return { element: lines, draw };
}

/**
 * @param {Point} point
 * @returns {string[]}
 */
function probabilities({ scene, outputs }) {
  if (scene.settings.loss !== "cross_entropy" || !scene.classes) return [];
  const last = outputs[outputs.length - 1];
  const total = last.reduce((sum, output) => sum + Math.exp(output), 0);
  const each = softmax(last).map((likely, place) => {
    // Outputs of hundreds have probabilities, but no exp(y) that could be written.
    const raised = Number.isFinite(total) ? ` = exp(${written(last[place])}) / ${written(total)}` : "";
    return `P(${scene.classes?.[place]})${raised} = ${written(likely)}`;
  });
  return ["Softmax makes probabilities of the outputs: each exp(y), divided by the sum of all of them.", ...each];
}

/**
 * @param {Point} point
 * @returns {string[]}
 */
function losses({ scene, outputs, targets, truth }) {
  if (truth === null) return ["A place without a target has no loss."];
  if (!targets.length) return ["The loss comes once the network is compiled."];
  const last = outputs[outputs.length - 1];
  const loss = written(lossOf(scene.settings.loss, last, targets));
  if (scene.settings.loss === "cross_entropy") {
    const own = softmax(last)[truth];
    return [
      `Cross-entropy, the loss of this point: −log P(${scene.classes?.[truth]}) = −log(${written(own)}) = ${loss}`,
    ];
  }
  const squares = last.slice(0, TERMS).map((output, unit) => `(${written(output)} − ${bracketed(targets[unit])})²`);
  if (last.length > TERMS) squares.push("…");
  const sum = last.length === 1 ? squares[0] : `(${squares.join(" + ")}) / ${last.length}`;
  return [`Squared error, the loss of this point: ${sum} = ${loss}`];
}
