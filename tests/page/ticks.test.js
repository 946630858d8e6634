/** Round numbers for axes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decades, label, ticks } from "../../src/ffnn/playground/static/output/ticks.js";

test("steps are 1, 2 or 5 times a power of ten", () => {
  assert.deepEqual(ticks(0, 10, 5), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual(ticks(-1, 1, 4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(3, 47, 4), [20, 40]);
  assert.deepEqual(ticks(5, 5, 4), [5]);
  assert.deepEqual(ticks(0, Infinity, 4), [0]);
});

test("ticks of any range lie in it, evenly, and are about as many as asked for", () => {
  for (let number = 0; number < 500; number++) {
    const least = Math.sin(number) * 10 ** (number % 9);
    const greatest = least + (1 + (number % 17)) * 10 ** ((number % 13) - 4);
    const found = ticks(least, greatest, 6);
    const room = (greatest - least) * 1e-6 + Math.abs(least) * 1e-14; // what a double can hold
    assert.ok(found.length >= 2 && found.length <= 8, `${least} ${greatest}: ${found}`);
    assert.ok(found[0] >= least - room && found[found.length - 1] <= greatest + room);
    const step = found[1] - found[0];
    for (const [at, tick] of found.entries()) assert.ok(Math.abs(tick - found[0] - at * step) < 4 * room);
  }
});

test("powers of ten", () => {
  assert.deepEqual(decades(0.01, 100, 10).map(label), ["0.01", "0.1", "1", "10", "100"]);
  assert.deepEqual(decades(1, 1e6, 4), [1, 100, 1e4, 1e6]);
  assert.deepEqual(decades(2, 8, 4), [2, 5]);
});

test("labels are short", () => {
  const said = { 0: "0", 0.5: "0.5", 2500: "2500", 25000: "25k", 3e6: "3e6" };
  for (const [value, text] of Object.entries(said)) assert.equal(label(Number(value)), text);
  assert.equal(label(-0.25), "−0.25");
  assert.equal(label(0.0002), "2e−4");
  assert.equal(label(0.1 + 0.2), "0.3");
});
