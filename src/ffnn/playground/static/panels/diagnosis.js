/** What the figures of the layers mean, in plain words, and what may help. Pure functions of a scene and a frame. */

import { layersOf, parameter, percent, written } from "./arithmetic.js";

/** @typedef {import("../store.js").Scene} Scene */
/** @typedef {import("../store.js").Frame} Frame */

/**
 * One layer's figures; NaN where one is not defined.
 * @typedef {object} Reading
 * @property {number} gradient Root of the mean square.
 * @property {number} ratio Norm of the next step by norm of the weights.
 * @property {number} dead Share of the neurons.
 * @property {number} saturated Share of the neurons.
 */

/**
 * @typedef {object} Finding
 * @property {"good" | "watch" | "bad"} grade
 * @property {string} title
 * @property {string} text What is the matter.
 * @property {string} help What to change; "" where nothing need be.
 */

const VANISHING = 1e-2; // first layer's gradient by the last's: below, the first learns a hundred times as slowly
const EXPLODING = 1e2;
const COARSE = 0.1; // a step of a tenth of its weight and more
const MANY = 0.5; // share of dead or saturated neurons at which a layer loses its use

/**
 * @param {Scene} scene
 * @param {Frame} frame
 * @returns {Reading[]}
 */
export function readings(scene, frame) {
  const health = frame.health ?? new Float32Array(4 * scene.activations.length).fill(NaN); // until it is compiled
  return scene.activations.map((_, layer) => {
    const [gradient, ratio, dead, saturated] = health.subarray(4 * layer, 4 * layer + 4);
    return { gradient, ratio, dead, saturated };
  });
}

/**
 * Everything worth saying, the gravest first.
 * @param {Scene} scene
 * @param {Frame} frame
 * @param {Reading[]} all
 * @returns {Finding[]}
 */
export function diagnose(scene, frame, all) {
  const found = [diverged(frame), same(scene, frame), gradients(scene, all), ...units(scene, all), steps(scene, all)];
  const findings = found.filter((finding) => finding !== null);
  if (findings.length) return findings;
  if (all.every((reading) => Number.isNaN(reading.gradient))) {
    return [say("good", "Nothing measured yet.", "Press Run: the first steps bring the first figures.")];
  }
  return [say("good", "Nothing stands out.", "Gradients reach every layer, and no hidden layer is dead or saturated.")];
}

/**
 * @param {Finding["grade"]} grade
 * @param {string} title
 * @param {string} text
 * @param {string} [help]
 * @returns {Finding}
 */
const say = (grade, title, text, help = "") => ({ grade, title, text, help });

/** @param {Frame} frame */
function diverged(frame) {
  return frame.status === "diverged" ? say("bad", "Training has stopped.", frame.sentence) : null;
}

/**
 * Neurons of a layer that are all alike, as zeros leave them.
 * @param {Scene} scene
 * @param {Frame} frame
 */
function same(scene, frame) {
  const alike = layersOf(scene).filter(
    (layer) =>
      layer.units.length > 1 &&
      layer.number < scene.activations.length - 1 &&
      [...layer.from.keys(), null].every((row) =>
        layer.units.every(
          (_, unit) =>
            Math.abs(parameter(layer, frame.parameters, row, unit) - parameter(layer, frame.parameters, row, 0)) < 1e-9,
        ),
      ),
  );
  if (!alike.length) return null;
  const names = alike.map((layer) => layer.title.toLowerCase()).join(" and ");
  return say(
    "bad",
    "Symmetry.",
    `All neurons of ${names} have the same weights, so they get the same gradients and stay the same: ` +
      "together they are worth one neuron.",
    "Begin with random weights: Glorot or He.",
  );
}

/**
 * Gradients that vanish or explode on their way back to the first layer.
 * @param {Scene} scene
 * @param {Reading[]} all
 */
function gradients(scene, all) {
  const [first, last] = [all[0].gradient, all[all.length - 1].gradient];
  if (Number.isNaN(first) || Number.isNaN(last)) return null;
  if (all.every((reading) => reading.gradient === 0)) {
    return say(
      "bad",
      "No gradient at all.",
      "Every gradient is 0, so nothing is learned.",
      "Begin with other initial weights.",
    );
  }
  const bend = scene.settings.activation;
  if (all.length > 1 && first < VANISHING * last) {
    const help =
      bend === "sigmoid" || bend === "tanh"
        ? "Try ReLU with He's initial weights, fewer layers, or Adam."
        : "Try He's or Glorot's initial weights, fewer layers, or Adam.";
    return say(
      "bad",
      "Vanishing gradients.",
      `Layer 1's gradient is only ${written(first / last)} of the last layer's: on the way back each layer has made it smaller, so the first ones hardly learn.`,
      help,
    );
  }
  if (all.length > 1 && first > EXPLODING * last) {
    return say(
      "bad",
      "Exploding gradients.",
      `Layer 1's gradient is ${written(first / last)} times the last layer's: on the way back each layer has made it larger.`,
      "Try smaller initial weights (Glorot) and a smaller learning rate.",
    );
  }
  return null;
}

/**
 * Dead and saturated neurons, of all layers in one sentence each.
 * @param {Scene} scene
 * @param {Reading[]} all
 * @returns {Finding[]}
 */
function units(scene, all) {
  // The output may stand at its ends: there the targets lie.
  const hidden = all.slice(0, -1);
  const found = [];
  const dead = hidden.map((reading) => reading.dead);
  if (dead.some((share) => share > 0)) {
    const grade = dead.some((share) => share >= MANY) ? "bad" : "watch";
    const text = `${shares(dead, 0)} give 0 for every point looked at, so no gradient passes through them.`;
    found.push(say(grade, "Dead ReLUs.", text, "Try He's initial weights, a smaller learning rate, or leaky ReLU."));
  }
  const saturated = hidden.map((reading) => reading.saturated);
  if (saturated.some((share) => share >= MANY)) {
    const bend = scene.settings.activation;
    const text = `${shares(saturated, MANY)} stand at the flat ends of ${bend}, where the slope is almost 0.`;
    const help = "Try normalised inputs, smaller initial weights (Glorot), or ReLU.";
    found.push(say("watch", `Saturated ${bend}.`, text, help));
  }
  return found;
}

/**
 * 13 % of layer 3's neurons, 25 % of layer 5's
 * @param {number[]} each
 * @param {number} least
 */
function shares(each, least) {
  const named = each.map((share, place) =>
    share > 0 && share >= least ? `${percent(share)} of layer ${place + 1}'s` : "",
  );
  const [first, ...others] = named.filter((text) => text !== "");
  return [`${first} neurons`, ...others].join(", ");
}

/**
 * Steps too large for their weights. Small ones are not blamed: at the end of training they are as they should be.
 * @param {Scene} scene
 * @param {Reading[]} all
 */
function steps(scene, all) {
  const place = all.findIndex((reading) => reading.ratio > COARSE);
  if (place < 0) return null;
  const title = layersOf(scene)[place].title;
  return say(
    "watch",
    `${title}: large steps.`,
    `One step changes its weights by ${percent(all[place].ratio)}; about a thousandth is usual.`,
    "Try a smaller learning rate.",
  );
}
