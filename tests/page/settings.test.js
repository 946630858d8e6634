/** The address holds all settings, and restores none that the server would refuse. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DATASETS, DEFAULTS, OPTIONS, RANGES, WHOLE } from "../../src/ffnn/playground/static/contract.gen.js";
import { legal, readHash, VIEW, WORDS, writeHash } from "../../src/ffnn/playground/static/settings.js";

const read = (hash) => readHash(hash).settings;

test("an empty address says nothing", () => {
  assert.deepEqual(readHash("#"), { settings: { ...DEFAULTS }, view: { ...VIEW }, empty: true });
  assert.equal(writeHash(DEFAULTS, VIEW), "");
  assert.equal(readHash("theme=dark&nothing=1").empty, true);
  assert.equal(readHash("noise=5").empty, false);
});

test("an address holds what differs, and only that", () => {
  const settings = { ...DEFAULTS, hidden: [8, 3], noise: 5, drawn: [[1.5, -2, 1]], target: "a&b=c" };
  const hash = writeHash(settings, { ...VIEW, log: true, hide: ["run", "step"] });
  assert.equal(hash, "noise=5&hidden=8,3&drawn=1.5:-2:1&target=a%26b%3Dc&log=1&hide=run,step");
  assert.deepEqual(readHash(hash).settings, settings);
});

test("every option comes back from an address, and has words", () => {
  for (const [name, options] of Object.entries(OPTIONS)) {
    assert.deepEqual(Object.keys(WORDS[name]).sort(), [...options].sort());
    for (const option of options) {
      if (name === "loss" || name === "problem") assert.equal(read(`${name}=${option}`)[name], option);
      const problem = name === "dataset" ? Object.keys(DATASETS).find((each) => DATASETS[each].includes(option)) : "";
      const settings = { ...DEFAULTS, [name]: option, ...(problem && { problem }) };
      if (settings.problem === "regression" && name !== "dataset") continue; // brings another dataset
      assert.deepEqual(read(writeHash(settings, VIEW)), settings, `${name}=${option}`);
    }
    assert.equal(read(`${name}=another`)[name], DEFAULTS[name]);
    assert.equal(read(`${name}=constructor`)[name], DEFAULTS[name]);
  }
});

test("a number beyond its range becomes its end, and a fraction whole where it must be", () => {
  for (const [name, [least, greatest]] of Object.entries(RANGES)) {
    assert.equal(read(`${name}=-1e12`)[name], least);
    assert.equal(read(`${name}=1e12`)[name], greatest);
    assert.equal(read(`${name}=x`)[name], DEFAULTS[name]);
    assert.equal(legal(name, least + 0.75), WHOLE.includes(name) ? least + 1 : least + 0.75);
  }
  assert.equal(read("points=")["points"], null);
});

test("lists keep their limits", () => {
  assert.deepEqual(read("hidden=32,1").hidden, [32, 1]);
  assert.deepEqual(read("hidden=").hidden, []);
  for (const wrong of ["33", "0", "1.5", "a", Array(11).fill(1).join(",")])
    assert.deepEqual(read(`hidden=${wrong}`).hidden, [4, 2], wrong);
  assert.equal(read(`hidden=${Array(10).fill(1).join(",")}`).hidden.length, 10);
  assert.deepEqual(read("features=siny,other,x").features, ["x", "siny"]);
  assert.deepEqual(read("features=other").features, ["x", "y"]);
  const points = Array.from({ length: 1001 }, (_, at) => `${at / 100}:0:1`).join(",");
  assert.equal(read(`dataset=drawn&drawn=${points}`).drawn.length, 1000);
  assert.deepEqual(read("drawn=1:2,1:2:3:4,1e7:0:0,a:b:c,1:2:3").drawn, [[1, 2, 3]]);
});

test("settings go with one another", () => {
  assert.equal(read("dataset=reg-gauss").problem, "regression");
  assert.equal(read("problem=regression").dataset, "reg-plane");
  assert.equal(read("problem=classification&dataset=reg-gauss").problem, "regression");
  assert.equal(read("problem=regression&dataset=table").problem, "regression");
  assert.equal(read("problem=regression&loss=cross_entropy").loss, "mean_squared_error");
  assert.deepEqual(read("dataset=drawn&drawn=0:0:5,0:0:6,0:0:0.5,0:0:-1").drawn, [[0, 0, 5]]);
  assert.deepEqual(read("problem=regression&dataset=drawn&drawn=0:0:0.5").drawn, [[0, 0, 0.5]]);
});
