/** The arithmetic of a network as the page writes it out: numbers, sums, slopes, softmax and loss of one point. */

/** @typedef {import("../store.js").Scene} Scene */

/**
 * One layer as the panels read it.
 * @typedef {object} Layer
 * @property {number} number From 0, the first after the inputs.
 * @property {string} title
 * @property {string} activation
 * @property {string[]} from Names of what enters.
 * @property {string[]} units Names of its neurons.
 * @property {number} start Where its kernel begins among all parameters.
 * @property {number} sums Where its neurons begin among all neurons.
 */

export const MINUS = "−";

/**
 * A number in about three digits, as people write it.
 * @param {number} value
 * @returns {string}
 */
export function written(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : value < 0 ? "−∞" : "∞";
  const text = unsigned(Math.abs(value));
  return value < 0 ? MINUS + text : text;
}

/** @param {number} size */
function unsigned(size) {
  if (size >= 1e7 || (size < 1e-3 && size > 0)) return power(size);
  if (size >= 1000 || Number.isInteger(size)) return Math.round(size).toLocaleString("en");
  return size.toFixed(size >= 100 ? 1 : size >= 0.1 ? 2 : size >= 0.01 ? 3 : 4);
}

/**
 * A factor or a term after a sign: in brackets where it has one of its own.
 * @param {number} value
 */
export function bracketed(value) {
  return value < 0 ? `(${written(value)})` : written(value);
}

/**
 * 3.2·10⁻⁵
 * @param {number} size
 */
function power(size) {
  const [digits, exponent] = size.toExponential(1).split("e");
  const raised = [...String(Number(exponent))].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]));
  return `${digits}·10${raised.join("")}`;
}

/**
 * A share as whole percent, which says 100 % and 0 % only where it is so.
 * @param {number} share
 */
export function percent(share) {
  if (!Number.isFinite(share)) return "–";
  const whole = Math.round(share * 100);
  if (whole === 100 && share < 1) return ">99 %";
  return whole === 0 && share > 0 ? "<1 %" : `${whole} %`;
}

/**
 * What a scene's network is made of.
 * @param {Pick<Scene, "widths" | "activations" | "input_names" | "output_names">} scene
 * @returns {Layer[]}
 */
export function layersOf(scene) {
  let [start, sums] = [0, 0];
  return scene.activations.map((activation, number) => {
    const [inputs, width] = scene.widths.slice(number, number + 2);
    const last = number === scene.activations.length - 1;
    const from = number === 0 ? scene.input_names : neurons(inputs);
    const units = last ? outputs(scene.output_names) : neurons(width);
    const title = last ? "Output layer" : `Layer ${number + 1}`;
    const layer = { number, title, activation, from, units, start, sums };
    start += (inputs + 1) * width;
    sums += width;
    return layer;
  });
}

/** @param {number} width */
const neurons = (width) => Array.from({ length: width }, (_, unit) => `neuron ${unit + 1}`);

/** @param {string[]} names */
const outputs = (names) => (names.length === 1 ? ["output"] : names.map((name) => `output ${name}`));

/**
 * The weight from input `row` to neuron `unit`, or its bias where the row is null.
 * @param {Layer} layer
 * @param {ArrayLike<number>} parameters
 * @param {number | null} row
 * @param {number} unit
 */
export function parameter(layer, parameters, row, unit) {
  return parameters[layer.start + (row ?? layer.from.length) * layer.units.length + unit];
}

/**
 * a·b + c·d + … in numbers; only the first terms where there are more than `most`.
 * @param {[number, number][]} terms
 * @param {number} most
 */
export function products(terms, most) {
  const shown = terms.slice(0, most).map(([a, b]) => `${written(a)}·${bracketed(b)}`);
  if (terms.length > most) shown.push("…");
  return shown.join(" + ");
}

/**
 * The slope of an activation at a sum, from the sum and the output that the engine sent.
 * @param {string} activation
 * @param {number} sum
 * @param {number} output
 * @returns {number}
 */
export function slope(activation, sum, output) {
  const logistic = 1 / (1 + Math.exp(-sum));
  switch (activation) {
    case "tanh":
      return 1 - output * output;
    case "sigmoid":
      return output * (1 - output);
    case "relu":
      return sum > 0 ? 1 : 0;
    case "leaky_relu":
      return sum > 0 ? 1 : 0.2;
    case "elu":
      return sum < 0 ? output + 1 : 1;
    case "selu":
      return sum < 0 ? output + 1.0507009873554805 * 1.6732632423543772 : 1.0507009873554805;
    case "softplus":
      return logistic;
    case "silu":
      return logistic + sum * logistic * (1 - logistic);
    case "mish":
      return slopeOfMish(sum, logistic);
    case "gelu":
      return (sum === 0 ? 0.5 : output / sum) + (sum * Math.exp((-sum * sum) / 2)) / Math.sqrt(2 * Math.PI);
    default:
      return 1;
  }
}

/**
 * @param {number} sum
 * @param {number} logistic
 */
function slopeOfMish(sum, logistic) {
  const bent = Math.tanh(Math.max(sum, 0) + Math.log1p(Math.exp(-Math.abs(sum))));
  return bent + sum * (1 - bent * bent) * logistic;
}

/**
 * Probabilities: exp(y) of each by the sum of all. The largest is taken off first, so that nothing overflows.
 * @param {number[]} outputs
 */
export function softmax(outputs) {
  const largest = Math.max(...outputs);
  const powers = outputs.map((output) => Math.exp(output - largest));
  const total = powers.reduce((sum, one) => sum + one, 0);
  return powers.map((one) => one / total);
}

/**
 * The targets of a point, one for each output.
 *
 * For numbers they are found back from the gradient, 2(y − t)/outputs · slope: the engine may have scaled them.
 * @param {Scene} scene
 * @param {number} truth Class number, or value.
 * @param {number[]} outputs
 * @param {ArrayLike<number>} gradients ∂L/∂sum of each output; none where they are not known.
 * @returns {number[]}
 */
export function targetsOf(scene, truth, outputs, gradients) {
  if (scene.settings.problem === "regression") {
    return gradients.length ? outputs.map((output, unit) => output - gradients[unit] / 2) : [];
  }
  if (scene.settings.loss === "cross_entropy") return outputs.map((_, unit) => Number(unit === truth));
  if (outputs.length === 1) return [truth === 1 ? 1 : -1];
  return outputs.map((_, unit) => (unit === truth ? 1 : -1));
}

/**
 * The loss of one point.
 * @param {string} name
 * @param {number[]} outputs
 * @param {number[]} targets
 */
export function lossOf(name, outputs, targets) {
  if (name === "cross_entropy") {
    const largest = Math.max(...outputs);
    const below = outputs.map((output) => output - largest);
    const all = Math.log(below.reduce((sum, output) => sum + Math.exp(output), 0));
    return targets.reduce((sum, target, unit) => sum + target * (all - below[unit]), 0);
  }
  return outputs.reduce((sum, output, unit) => sum + (output - targets[unit]) ** 2, 0) / outputs.length;
}
