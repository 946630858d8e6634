/** The losses so far: appended, cut where time was turned back, thinned without losing a peak. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyHistory, extend, forget } from "../../src/ffnn/playground/static/output/history.js";

const frame = (rows, marks = []) => ({
  curve: Float32Array.from(rows.flat()),
  shapes: { curve: [rows.length, 5] },
  restart: 0,
  marks,
});

test("a frame brings epochs of every restart on both sides", () => {
  const history = emptyHistory(2);
  extend(history, frame([[1, 10, 20, 30, 40], [2, 11, 21, 31, 41]], [[1, "noise 0 → 5"]]));
  assert.deepEqual(history, {
    epochs: [1, 2],
    train: [[10, 11], [20, 21]],
    test: [[30, 31], [40, 41]],
    marks: [[1, "noise 0 → 5"]],
  });
  forget(history, 1);
  assert.deepEqual([history.epochs, history.train, history.test], [[1], [[10], [20]], [[30], [40]]]);
  forget(history, 0);
  assert.deepEqual([history.epochs, history.marks], [[], []]);
});

test("a long history keeps its ends, its order and its peaks", () => {
  const history = emptyHistory(2);
  const loss = (epoch) => (epoch === 3001 ? 99 : epoch === 1234 ? -99 : Math.cos(epoch / 100));
  for (let epoch = 1; epoch <= 9000; epoch += 100) {
    extend(history, frame(Array.from({ length: 100 }, (_, at) => [epoch + at, loss(epoch + at), 0, 0, 0])));
  }
  assert.ok(history.epochs.length <= 2000);
  assert.deepEqual([history.epochs[0], history.epochs.at(-1)], [1, 9000]);
  assert.deepEqual(history.epochs, [...new Set(history.epochs)].sort((a, b) => a - b));
  assert.deepEqual([Math.max(...history.train[0]), Math.min(...history.train[0])], [99, -99]);
  for (const [at, epoch] of history.epochs.entries()) assert.ok(Math.abs(history.train[0][at] - loss(epoch)) < 1e-6);
});
