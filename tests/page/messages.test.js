/** Messages are read as they are written: length, JSON, arrays that begin at multiples of eight bytes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, layers } from "../../src/ffnn/playground/static/messages.js";

/** @param {object} header @param {Uint8Array[]} parts */
function message(header, parts) {
  let text = JSON.stringify(header);
  text += " ".repeat((8 - ((new TextEncoder().encode(text).length + 4) % 8)) % 8);
  const bytes = new TextEncoder().encode(text);
  const padded = parts.map((part) => [...part, ...new Uint8Array((8 - (part.length % 8)) % 8)]);
  const whole = Uint8Array.from([0, 0, 0, 0, ...bytes, ...padded.flat()]);
  new DataView(whole.buffer).setUint32(0, bytes.length, true);
  return whole.buffer;
}

test("a header and its arrays become one object", () => {
  const numbers = new Uint8Array(Float32Array.of(1.5, -2, 3e8).buffer);
  const header = { kind: "frame", sentence: "ü ∞", arrays: [["small", "u1", [5]], ["curve", "f4", [1, 3]], ["none", "f4", [0, 3]]] };
  const found = decode(message(header, [Uint8Array.of(1, 2, 3, 4, 255), numbers]));
  assert.equal(found.sentence, "ü ∞");
  assert.deepEqual([...found.small], [1, 2, 3, 4, 255]);
  assert.deepEqual([...found.curve], [1.5, -2, 3e8]);
  assert.equal(found.none.length, 0);
  assert.deepEqual(found.shapes, { small: [5], curve: [1, 3], none: [0, 3] });
});

test("parameters lie layer after layer, the kernel before the bias", () => {
  assert.deepEqual(layers([2, 3, 1]), [
    { inputs: 2, units: 3, kernel: 0, bias: 6 },
    { inputs: 3, units: 1, kernel: 9, bias: 12 },
  ]);
});
