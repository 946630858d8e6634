/** What the server sends: u32 length of the JSON, the JSON, then the arrays that it names, each padded to 8 bytes. */

/**
 * @typedef {import("./settings.js").Settings} Settings
 *
 * @typedef {object} TableColumn
 * @property {string} name
 * @property {string} kind
 * @property {"input" | "target" | "left out"} role
 *
 * @typedef {object} Scene  The data, the structure and the plane; arrays are properties like any other.
 * @property {"scene"} kind
 * @property {number} generation
 * @property {Settings} settings
 * @property {string[] | null} classes  labels; null for regression
 * @property {string[]} input_names
 * @property {string[]} output_names
 * @property {number[]} widths  inputs, hidden layers, outputs
 * @property {string[]} activations  one for each layer after the inputs
 * @property {[string, string]} axes
 * @property {[[number, number], [number, number]]} domain
 * @property {number} side  of the field
 * @property {number} tile  side of a neuron's map
 * @property {{train: number, test: number, shown: number}} rows
 * @property {[number, number] | null} [scale]  values at both ends of the colours (regression)
 * @property {string[]} notes
 * @property {{name: string, rows: number, columns: TableColumn[]} | null} table  that is used
 * @property {string | null} opened  the name of the table that is open, used or not
 * @property {boolean} reset
 * @property {Float32Array} points  [shown, 2], in units of the plane
 * @property {Float32Array} truth  [shown]: class number or value
 * @property {Uint8Array} test  [shown]
 * @property {Uint8Array} features  [inputs, tile, tile]
 * @property {Record<string, number[]>} shapes  of the arrays, by name
 *
 * @typedef {{accuracy?: number | null, r2?: number | null, rmse?: number | null}} Figures
 *
 * @typedef {object} Frame  The network at one epoch; arrays are properties like any other.
 * @property {"frame"} kind
 * @property {number} generation
 * @property {number} epoch
 * @property {"compiling" | "paused" | "running" | "diverged"} status
 * @property {number} speed  epochs a second
 * @property {number} restart  the chosen one
 * @property {boolean[]} running  of each restart
 * @property {string} sentence
 * @property {number | null} good
 * @property {number[]} snapshots
 * @property {{train: Figures, test: Figures}} figures
 * @property {[number, string][]} marks
 * @property {number | null} cut
 * @property {{row: number | null, at: [number, number] | null} | null} look  the point or the place that is followed through
 * @property {Float32Array} parameters  each layer's kernel [in, out] row by row, then its bias
 * @property {Float32Array} loss  [restarts, 2]: train, test
 * @property {Float32Array} curve  [k, 1 + 2·restarts]: epoch, train losses, test losses
 * @property {Uint8Array} field  [planes, side, side]
 * @property {Uint8Array} neurons  [hidden neurons, tile, tile]
 * @property {Uint8Array} [focus]  [side, side]
 * @property {Float32Array} predicted  [shown]
 * @property {Float32Array} health  [layers, 4]
 * @property {Float32Array} [look_values]
 * @property {Float32Array} [look_sums]
 * @property {Float32Array} [look_gradients]
 * @property {Record<string, number[]>} shapes  of the arrays, by name
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
