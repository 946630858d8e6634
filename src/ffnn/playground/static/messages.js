/** What the server sends: u32 length of the JSON, the JSON, then the arrays that it names, each padded to 8 bytes. */

/**
 * @typedef {import("./contract.gen.js").Scene} Scene
 * @typedef {import("./contract.gen.js").Frame} Frame
 */

/** @type {Record<string, new (buffer: ArrayBuffer, offset: number, length: number) => ArrayBufferView>} */
const KINDS = { u1: Uint8Array, i4: Int32Array, f4: Float32Array };
const BYTES = /** @type {Record<string, number>} */ ({ u1: 1, i4: 4, f4: 4 });

/**
 * Read a binary message; the arrays look into the buffer and copy nothing.
 * @param {ArrayBuffer} buffer
 * @returns {Scene | Frame}
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  message.shapes = {};
  let offset = 4 + length;
  for (const [name, kind, shape] of message.arrays) {
    const size = shape.reduce((/** @type {number} */ product, /** @type {number} */ side) => product * side, 1);
    message[name] = new KINDS[kind](buffer, offset, size);
    message.shapes[name] = shape;
    offset += Math.ceil((size * BYTES[kind]) / 8) * 8;
  }
  return message;
}

/**
 * Where the kernel and the bias of each layer begin in `parameters` (and in `look_gradients`).
 * @param {number[]} widths  inputs, hidden layers, outputs
 * @returns {{inputs: number, units: number, kernel: number, bias: number}[]}
 */
export function layers(widths) {
  let offset = 0;
  return widths.slice(1).map((units, index) => {
    const inputs = widths[index];
    const layer = { inputs, units, kernel: offset, bias: offset + inputs * units };
    offset += (inputs + 1) * units;
    return layer;
  });
}
