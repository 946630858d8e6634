/** Figures of layers become the findings that they stand for. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { diagnose, readings } from "../../src/ffnn/playground/static/panels/diagnosis.js";

const scene = {
  widths: [2, 3, 3, 1],
  activations: ["tanh", "tanh", "tanh"],
  input_names: ["x", "y"],
  output_names: ["label"],
  settings: { activation: "tanh" },
};
const parameters = Float32Array.from({ length: 9 + 12 + 4 }, (_, at) => Math.sin(at + 1));
const WELL = [
  [0.1, 0.001, NaN, 0],
  [0.1, 0.001, NaN, 0],
  [0.1, 0.001, NaN, 0],
];
const titles = (rows, others = {}, itself = scene) => {
  const frame = { status: "running", sentence: "", parameters, health: Float32Array.from(rows.flat()), ...others };
  return diagnose(itself, frame, readings(itself, frame)).map(({ title }) => title);
};
const changed = (layer, place, value) =>
  WELL.map((row, at) => row.map((each, column) => (at === layer && column === place ? value : each)));

test("a network that is well", () => assert.deepEqual(titles(WELL), ["Nothing stands out."]));

test("before anything is measured", () => {
  assert.deepEqual(titles([], { health: undefined }), ["Nothing measured yet."]);
});

test("gradients", () => {
  assert.deepEqual(titles(changed(0, 0, 0.1 / 101)), ["Vanishing gradients."]);
  assert.deepEqual(titles(changed(0, 0, 0.1 / 99)), ["Nothing stands out."]);
  assert.deepEqual(titles(changed(0, 0, 0.1 * 101)), ["Exploding gradients."]);
  assert.deepEqual(titles(WELL.map(([, ...others]) => [0, ...others])), ["No gradient at all."]);
});

test("neurons and steps", () => {
  assert.deepEqual(titles(changed(1, 2, 1 / 3)), ["Dead ReLUs."]);
  assert.deepEqual(titles(changed(1, 3, 2 / 3)), ["Saturated tanh."]);
  assert.deepEqual(titles(changed(1, 3, 1 / 3)), ["Nothing stands out."]);
  assert.deepEqual(titles(changed(2, 3, 1)), ["Nothing stands out."]); // the output may stand at its ends
  assert.deepEqual(titles(changed(2, 1, 0.2)), ["Output layer: large steps."]);
});

test("neurons that are all alike", () => {
  const alike = parameters.map((value, at) => (at < 9 ? Math.floor(at / 3) : value));
  assert.deepEqual(titles(WELL, { parameters: alike }), ["Symmetry."]);
});

test("the gravest comes first", () => {
  const found = titles(changed(1, 2, 1), { status: "diverged" });
  assert.deepEqual(found, ["Training has stopped.", "Dead ReLUs."]);
});
