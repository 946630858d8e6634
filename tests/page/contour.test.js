/** Lines through a field lie where its formula says. */

import assert from "node:assert/strict";
import { test } from "node:test";

globalThis.Path2D = class {
  points = [];
  moveTo(x, y) {
    this.points.push([x, y]);
  }
  lineTo(x, y) {
    this.points.push([x, y]);
  }
};
const { boundary, contour, LEVEL } = await import("../../src/ffnn/playground/static/output/contour.js");

const SIDE = 40;
const field = (value) =>
  Uint8Array.from({ length: SIDE * SIDE }, (_, at) => value((at % SIDE) + 0.5, Math.floor(at / SIDE) + 0.5));

test("between two pixels a line lies where the values cross the level", () => {
  const { points } = contour(Uint8Array.of(0, 255, 0, 255), 2, 20);
  const x = 5 + (10 * LEVEL) / 255; // from the middle of one pixel to that of the next
  assert.deepEqual(points.map(([, y]) => y).sort((a, b) => a - b), [5, 15]);
  for (const [found] of points) assert.ok(Math.abs(found - x) < 1e-9);
});

test("a field that never crosses the level has no line", () => {
  assert.deepEqual(contour(field(() => 0), SIDE, 100).points, []);
  assert.deepEqual(contour(field(() => 255), SIDE, 100).points, []);
  assert.deepEqual(boundary(field(() => 3), SIDE, 100).points, []);
});

test("a hill's line is a circle", () => {
  const hill = field((x, y) => Math.max(0, Math.min(255, 127.6 + 12 * (10 - Math.hypot(x - 20, y - 20)))));
  const { points } = contour(hill, SIDE, SIDE);
  assert.ok(points.length > 80);
  for (const [x, y] of points) assert.ok(Math.abs(Math.hypot(x - 20, y - 20) - 10) < 0.1);
});

test("the boundary of two halves is straight, slanted or not", () => {
  for (const [across, down] of [
    [1, 0],
    [0, 1],
    [3, 4],
  ]) {
    const size = Math.hypot(across, down);
    const distance = (x, y) => (across * (x - 20) + down * (y - 20)) / size;
    const { points } = boundary(field((x, y) => +(distance(x, y) > 0)), SIDE, SIDE);
    assert.ok(points.length >= SIDE);
    for (const [x, y] of points) {
      if (Math.min(x, y) > 5 && Math.max(x, y) < 35) assert.ok(Math.abs(distance(x, y)) < 0.35, `${x} ${y}`);
    }
  }
});

test("where three classes meet, their lines meet", () => {
  const { points } = boundary(Uint8Array.of(0, 1, 2, 2), 2, 2);
  assert.equal(points.filter(([x, y]) => x === 1 && y === 1).length, 3);
});
