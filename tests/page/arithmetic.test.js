/** The page's arithmetic against the formulas of the textbook, and slopes against differences. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { OPTIONS } from "../../src/ffnn/playground/static/contract.gen.js";
import {
  bracketed, layersOf, lossOf, parameter, percent, products, slope, softmax, targetsOf, written,
} from "../../src/ffnn/playground/static/panels/arithmetic.js";

const near = (found, expected, room = 1e-6) => assert.ok(Math.abs(found - expected) < room, `${found} is not ${expected}`);

const erf = (x) => {
  let [term, sum] = [x, x]; // its Taylor series
  for (let n = 1; n < 60; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const logistic = (x) => 1 / (1 + Math.exp(-x));
const softplus = (x) => Math.log(1 + Math.exp(x));
const elu = (x) => (x < 0 ? Math.exp(x) - 1 : x);
const ACTIVATIONS = {
  tanh: Math.tanh,
  relu: (x) => Math.max(0, x),
  sigmoid: logistic,
  linear: (x) => x,
  leaky_relu: (x) => Math.max(0.2 * x, x),
  elu,
  selu: (x) => 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * elu(x) : x),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x * logistic(x),
  mish: (x) => x * Math.tanh(softplus(x)),
  softplus,
};

test("every activation's slope is that of its formula", () => {
  assert.deepEqual(Object.keys(ACTIVATIONS).sort(), [...OPTIONS.activation].sort());
  for (const [name, activation] of Object.entries(ACTIVATIONS)) {
    for (const sum of [-3.1, -1, -0.2, 0.3, 1.7, 2.9]) {
      near(slope(name, sum, activation(sum)), (activation(sum + 1e-5) - activation(sum - 1e-5)) / 2e-5);
    }
  }
  near(slope("gelu", 0, 0), 0.5);
});

test("softmax", () => {
  const found = softmax([0, Math.log(2), Math.log(5)]);
  [1 / 8, 2 / 8, 5 / 8].forEach((share, at) => near(found[at], share, 1e-12));
  assert.deepEqual(softmax([1000, 1000]), [0.5, 0.5]);
  assert.deepEqual(softmax([-1000, 1000]), [0, 1]);
});

test("losses", () => {
  assert.equal(lossOf("mean_squared_error", [1, 3], [0, 1]), (1 + 4) / 2);
  near(lossOf("cross_entropy", [0, Math.log(3)], [0, 1]), Math.log(4 / 3), 1e-12);
  near(lossOf("cross_entropy", [2000, 0], [0, 1]), 2000, 1e-9);
});

test("targets", () => {
  const scene = (problem, loss) => ({ settings: { problem, loss } });
  assert.deepEqual(targetsOf(scene("classification", "cross_entropy"), 2, [0, 0, 0], []), [0, 0, 1]);
  assert.deepEqual(targetsOf(scene("classification", "mean_squared_error"), 0, [0.2], []), [-1]);
  assert.deepEqual(targetsOf(scene("classification", "mean_squared_error"), 1, [0, 0, 0], []), [-1, 1, -1]);
  assert.deepEqual(targetsOf(scene("regression", "mean_squared_error"), 3, [1.5], [2 * (1.5 - 4)]), [4]);
  assert.deepEqual(targetsOf(scene("regression", "mean_squared_error"), 3, [1.5], []), []);
});

test("layers and their parameters", () => {
  const layers = layersOf({
    widths: [2, 3, 1],
    activations: ["tanh", "linear"],
    input_names: ["x", "y"],
    output_names: ["value"],
  });
  assert.deepEqual(layers.map(({ title, start, sums }) => [title, start, sums]), [
    ["Layer 1", 0, 0],
    ["Output layer", 9, 3],
  ]);
  assert.deepEqual(layers[1].from, ["neuron 1", "neuron 2", "neuron 3"]);
  const numbers = [11, 12, 13, 21, 22, 23, 1, 2, 3, 41, 42, 43, 4]; // kernel row by row, bias; twice
  assert.equal(parameter(layers[0], numbers, 1, 2), 23);
  assert.equal(parameter(layers[0], numbers, null, 1), 2);
  assert.equal(parameter(layers[1], numbers, 2, 0), 43);
  assert.equal(parameter(layers[1], numbers, null, 0), 4);
});

test("numbers as people write them", () => {
  const said = [
    [0, "0"], [3, "3"], [-3, "−3"], [0.5, "0.50"], [0.0512, "0.051"], [0.00512, "0.0051"], [123.456, "123.5"],
    [12345.6, "12,346"], [3.2e-5, "3.2·10⁻⁵"], [1.5e12, "1.5·10¹²"], [NaN, "not a number"], [-Infinity, "−∞"],
  ];
  for (const [value, text] of said) assert.equal(written(value), text);
  assert.equal(bracketed(-2), "(−2)");
  assert.equal(products([[1, 2], [0.5, -1], [3, 4]], 2), "1·2 + 0.50·(−1) + …");
  assert.deepEqual([1, 0.999, 0.5, 0.001, 0, NaN].map(percent), ["100 %", ">99 %", "50 %", "<1 %", "0 %", "–"]);
});
