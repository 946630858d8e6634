/** Links of TensorFlow Playground mean here what they mean there. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { translate } from "../../src/ffnn/playground/static/aliases.js";
import { readHash } from "../../src/ffnn/playground/static/settings.js";

const LINK =
  "activation=relu&regularization=L2&batchSize=20&dataset=gauss&regDataset=reg-plane&learningRate=0.1" +
  "&regularizationRate=0.003&noise=15&networkShape=6,3&seed=0.85123&showTestData=true&discretize=true" +
  "&percTrainData=70&x=false&y=true&xTimesY=true&xSquared=false&ySquared=false&cosX=false&sinX=true&cosY=false" +
  "&sinY=false&collectStats=false&problem=classification&initZero=false&hideText=false&batchSize_hide=true" +
  "&stepButton_hide=true&sinX_hide=false";

test("a whole link", () => {
  const { settings, view } = readHash(LINK);
  assert.deepEqual(
    { ...settings, ...view },
    {
      ...readHash("").settings,
      ...readHash("").view,
      activation: "relu",
      penalty: "l2",
      batch: 20,
      dataset: "gauss",
      learning_rate: 0.1,
      penalty_rate: 0.003,
      noise: 15,
      hidden: [6, 3],
      seed: 85123,
      show_test: true,
      discretize: true,
      share: 70,
      features: ["y", "xy", "sinx"],
      hide: ["batch", "step"],
    },
  );
});

test("its dataset of numbers is the one that counts for regression", () => {
  const pairs = (link) => Object.fromEntries(translate(new URLSearchParams(link)));
  assert.equal(pairs("problem=regression&dataset=circle&regDataset=reg-gauss").dataset, "reg-gauss");
  assert.equal(pairs("problem=regression&dataset=circle").dataset, "reg-plane");
  assert.equal(pairs("problem=regression&dataset=table").dataset, "table");
});

test("weights of zero, and names of ours that pass through", () => {
  const pairs = translate(new URLSearchParams("initZero=true&optimizer=adam&seed=7"));
  assert.deepEqual(pairs, [
    ["kernel_initializer", "zeros"],
    ["optimizer", "adam"],
    ["seed", "7"],
  ]);
});
