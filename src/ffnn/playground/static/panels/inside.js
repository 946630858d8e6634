/**
 * Look inside: one point's way through the network in numbers, forward to its loss and backward to every gradient,
 * and a table of all weights in which each can be changed.
 */

import { layersOf, targetsOf, written } from "./arithmetic.js";
import { backward } from "./backward.js";
import { FARTHEST_PLACE } from "../contract.gen.js";
import { forward } from "./forward.js";
import { make, write } from "../dom.js";
import { redrawn, switched } from "./panel.js";
import { weights } from "./weights.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../store.js").Scene} Scene */
/** @typedef {import("../store.js").Frame} Frame */

/**
 * What is known of the chosen point.
 * @typedef {object} Point
 * @property {Scene} scene
 * @property {import("./arithmetic.js").Layer[]} layers
 * @property {Float32Array} parameters
 * @property {number[]} inputs
 * @property {number[][]} sums Of each layer's neurons.
 * @property {number[][]} outputs Of each layer's neurons.
 * @property {Float32Array} gradients Of the loss for each parameter; empty where they are not known.
 * @property {number | null} truth Class number or value; null at a place without a point.
 * @property {number[]} targets Of each output; empty where they are not known.
 */

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const chooser = chooserOf(store);
  const about = make("p", { id: "inside-about" });
  const views = { "inside-forward": forward(() => ask()), "inside-backward": backward(store, () => ask()) };
  let shown = /** @type {keyof typeof views} */ ("inside-forward");
  const choose = (/** @type {string} */ id) => {
    shown = /** @type {keyof typeof views} */ (id);
    direction.show(id);
    store.follow(id === "inside-backward");
    for (const [name, view] of Object.entries(views)) view.element.hidden = name !== id;
    ask();
  };
  const direction = switched(
    "Direction",
    [
      ["inside-forward", "Forward →"],
      ["inside-backward", "← Backward"],
    ],
    choose,
  );
  const body = make("div", { hidden: true }, direction.element, ...Object.values(views).map((view) => view.element));
  element.append(chooser.element, about, body, weights(store));
  const ask = redrawn(element, store, ["scene", "frame"], () => {
    chooser.draw();
    const point = pointOf(store.scene, store.frame);
    body.hidden = !point;
    write(about, point && store.frame ? aboutPoint(point, store.frame) : HOW);
    if (point) views[shown].draw(point);
  });
  choose(shown);
  keepLooking(store);
}

const HOW =
  "No point is chosen. Click a point on the map, or write its number above and press “Look”: then every sum of its way " +
  "through the network stands here in numbers, and, backward, every gradient.";

/**
 * Whoever looks at a point and changes a setting still looks at it: the server forgets it when training begins anew.
 * @param {Store} store
 */
function keepLooking(store) {
  /** @type {Frame["look"]} */
  let wanted = null;
  let seen = -1; // the generation in which it was last seen: only there its absence means that it was let go
  store.on("frame", () => {
    const { look, generation } = /** @type {Frame} */ (store.frame);
    if (look) [wanted, seen] = [look, generation];
    else if (generation === seen) wanted = null;
  });
  store.on("scene", () => {
    if (!wanted || !store.scene?.reset) return;
    const { row, at } = wanted;
    if (typeof row === "number" ? row < store.scene.rows.shown : at) store.send({ do: "look", row, at });
  });
}

/**
 * The keyboard's way to choose a point: by its number, or any place by its two coordinates.
 * @param {Store} store
 */
function chooserOf(store) {
  const row = make("input", { id: "inside-row", type: "number", min: 0, step: 1, value: 0 });
  const across = make("input", { id: "inside-across", type: "number", step: "any", value: 0 });
  const up = make("input", { id: "inside-up", type: "number", step: "any", value: 0 });
  const names = [make("span"), make("span")];
  const most = make("span");
  const numbered = make("label", { className: "panel-field" }, most, row);
  const places = [across, up].map((input, axis) => make("label", { className: "panel-field" }, names[axis], input));
  const look = () => row.checkValidity() && store.send({ do: "look", row: Number(row.value) });
  row.addEventListener("change", look);
  const coordinate = (/** @type {HTMLInputElement} */ input) =>
    Math.max(-FARTHEST_PLACE, Math.min(FARTHEST_PLACE, Number(input.value) || 0));
  const at = () => store.send({ do: "look", at: [coordinate(across), coordinate(up)] });
  const element = make(
    "div",
    { className: "panel-row" },
    numbered,
    make("button", { type: "button", id: "inside-look", textContent: "Look", onclick: look }),
    ...places,
    make("button", { type: "button", id: "inside-place", textContent: "Look at this place", onclick: at }),
    make("button", {
      type: "button",
      id: "inside-none",
      textContent: "Let go",
      onclick: () => store.send({ do: "look" }),
    }),
  );
  let seen = "";
  const draw = () => {
    const last = (store.scene?.rows.shown ?? 1) - 1;
    row.max = String(last);
    write(most, last < 0 ? "Point" : `Point (0 to ${last})`);
    names.forEach((name, axis) => write(name, store.scene?.axes[axis] ?? ""));
    const domain = store.scene?.domain;
    if (domain && JSON.stringify(domain) !== seen) {
      seen = JSON.stringify(domain);
      [across, up].forEach((input, axis) => (input.value = middle(domain[axis])));
    }
    const chosen = store.frame?.look?.row;
    if (typeof chosen === "number" && document.activeElement !== row) row.value = String(chosen);
  };
  return { element, draw };
}

/**
 * The middle of a range, in as many digits as one would type.
 * @param {[number, number]} range
 */
const middle = ([low, high]) => String(Number(((low + high) / 2).toPrecision(3)));

/**
 * The chosen point, or null while there is none.
 * @param {Scene | null} scene
 * @param {Frame | null} frame
 * @returns {Point | null}
 */
function pointOf(scene, frame) {
  if (!scene || !frame?.look || !frame.look_values || !frame.look_sums) return null;
  if (frame.generation !== scene.generation) return null;
  const layers = layersOf(scene);
  const [inputs, ...outputs] = parts(frame.look_values, scene.widths);
  const sums = parts(frame.look_sums, scene.widths.slice(1));
  const row = frame.look.row;
  const truth = typeof row === "number" ? scene.truth[row] : null;
  const { parameters, look_gradients: gradients = new Float32Array(0) } = frame;
  const last = layers[layers.length - 1];
  const biases = gradients.subarray(last.start + last.from.length * last.units.length);
  const targets = truth === null ? [] : targetsOf(scene, truth, outputs[outputs.length - 1], biases);
  return { scene, layers, parameters, inputs, sums, outputs, gradients, truth, targets };
}

/**
 * @param {Float32Array} values
 * @param {number[]} widths
 * @returns {number[][]}
 */
function parts(values, widths) {
  let start = 0;
  return widths.map((width) => [...values.subarray(start, (start += width))]);
}

/**
 * @param {Point} point
 * @param {Frame} frame
 */
function aboutPoint({ scene, truth, inputs }, frame) {
  const row = frame.look?.row;
  const values = scene.input_names.slice(0, MOST).map((name, place) => `${name} = ${written(inputs[place])}`);
  if (scene.input_names.length > MOST) values.push("…");
  const entering = `what enters the network is ${values.join(", ")}`;
  if (typeof row !== "number" || truth === null)
    return `A place without a point: ${entering}. It has no target, so no loss.`;
  const side = scene.test[row] ? "a test point, from which nothing is learned" : "a training point";
  const meaning = scene.classes ? `class ${scene.classes[truth]}` : `value ${written(truth)}`;
  return `Point ${row} at epoch ${frame.epoch} is ${side}, ${meaning}; ${entering}.`;
}

const MOST = 12; // inputs named in the sentence above the sums
