/** The settings: their defaults and ranges, and the address that holds and restores them. */

import { translate } from "./aliases.js";

/**
 * @typedef {object} Settings  The server knows them by the same names.
 * @property {string} problem
 * @property {string} dataset
 * @property {number} noise
 * @property {number} share
 * @property {number | null} points
 * @property {number} data_seed
 * @property {string[]} features
 * @property {string} inputs
 * @property {string} categories
 * @property {number[]} hidden
 * @property {string} activation
 * @property {string} kernel_initializer
 * @property {number} seed
 * @property {string} loss
 * @property {string} optimizer
 * @property {number} learning_rate
 * @property {number} batch
 * @property {string} penalty
 * @property {number} penalty_rate
 * @property {number} restarts
 * @property {string} speed
 * @property {[number, number, number][]} drawn
 * @property {string} target
 * @property {string} across
 * @property {string} up
 * @property {string} view
 * @property {number} row
 *
 * @typedef {object} View  What only this page knows; never sent.
 * @property {boolean} show_test
 * @property {boolean} discretize
 * @property {string} theme
 * @property {boolean} log
 * @property {string[]} hide
 * @property {string} lesson
 */

/** @type {Readonly<Settings>} */
export const DEFAULTS = Object.freeze({
  problem: "classification",
  dataset: "circle",
  noise: 0,
  share: 50,
  points: null,
  data_seed: 0,
  features: ["x", "y"],
  inputs: "raw",
  categories: "one-hot",
  hidden: [4, 2],
  activation: "tanh",
  kernel_initializer: "glorot_uniform",
  seed: 0,
  loss: "mean_squared_error",
  optimizer: "sgd",
  learning_rate: 0.03,
  batch: 10,
  penalty: "none",
  penalty_rate: 0,
  restarts: 1,
  speed: "growing",
  drawn: [],
  target: "",
  across: "",
  up: "",
  view: "plane",
  row: 0,
});

/** @type {Readonly<View>} */
export const VIEW = Object.freeze({
  show_test: false,
  discretize: false,
  theme: "auto",
  log: false,
  hide: [],
  lesson: "",
});

/** The legal values, each with the words that the page shows. @type {Record<string, Record<string, string>>} */
export const CHOICES = {
  problem: { classification: "Classification", regression: "Regression" },
  dataset: {
    circle: "Circle",
    xor: "XOR",
    gauss: "Two clouds",
    spiral: "Spiral",
    "reg-plane": "Plane",
    "reg-gauss": "Six hills",
    drawn: "Drawn",
    table: "Table",
  },
  inputs: { raw: "Raw", normalised: "Normalised" },
  categories: { "one-hot": "One-hot", number: "A number" },
  activation: {
    tanh: "Tanh",
    relu: "ReLU",
    sigmoid: "Sigmoid",
    linear: "Linear",
    leaky_relu: "Leaky ReLU",
    elu: "ELU",
    selu: "SELU",
    gelu: "GELU",
    silu: "SiLU",
    mish: "Mish",
    softplus: "Softplus",
  },
  kernel_initializer: {
    glorot_uniform: "Glorot",
    he_normal: "He",
    "uniform(0.5)": "Uniform ±0.5",
    "normal(0.01)": "Too small",
    "normal(3)": "Too large",
    zeros: "Zeros",
  },
  loss: { mean_squared_error: "Squared error", cross_entropy: "Cross-entropy" },
  optimizer: { sgd: "SGD", adam: "Adam", rmsprop: "RMSprop", adagrad: "Adagrad" },
  penalty: { none: "None", l1: "L1", l2: "L2" },
  speed: { growing: "Growing", 1: "1 a frame", 10: "10 a frame", 100: "100 a frame", fastest: "Fastest" },
  view: { plane: "Two columns", pca: "Principal components" },
  theme: { auto: "As the system", light: "Light", dark: "Dark" },
};

/** The inputs of the toy problems. @type {Record<string, string>} */
export const FEATURES = { x: "x", y: "y", x2: "x²", y2: "y²", xy: "x·y", sinx: "sin x", siny: "sin y" };

/** The datasets of each problem. @type {Record<string, string[]>} */
export const DATASETS = {
  classification: ["circle", "xor", "gauss", "spiral"],
  regression: ["reg-plane", "reg-gauss"],
};

/** Least and greatest value of each number. @type {Record<string, [number, number]>} */
export const RANGES = {
  noise: [0, 50],
  share: [10, 90],
  points: [20, 5000],
  data_seed: [0, 2 ** 31 - 1],
  seed: [0, 2 ** 31 - 1],
  learning_rate: [1e-6, 100],
  batch: [1, 1000],
  penalty_rate: [0, 100],
  restarts: [1, 16],
  row: [0, 2 ** 31 - 1],
};
const LONGEST_NAME = 1000; // of a column
const WHOLE = new Set(["points", "data_seed", "seed", "batch", "restarts", "row"]);
const CLIENT = new Set(Object.keys(VIEW));

/**
 * What an address says; what it leaves out has its default.
 * @param {string} hash  with or without "#"
 * @returns {{settings: Settings, view: View, empty: boolean}} empty: it says nothing of the settings
 */
export function readHash(hash) {
  const settings = /** @type {Settings} */ (structuredClone({ ...DEFAULTS }));
  const view = /** @type {View} */ (structuredClone({ ...VIEW }));
  let empty = true;
  for (const [key, text] of translate(new URLSearchParams(hash.replace(/^#/, "")))) {
    const value = readValue(key, text);
    if (value === undefined) continue;
    if (CLIENT.has(key)) Reflect.set(view, key, value);
    else Reflect.set(settings, key, value);
    empty &&= CLIENT.has(key);
  }
  return { settings: fitting(settings), view, empty };
}

/**
 * Settings that go with one another: a problem follows its dataset, a loss its problem, drawn classes are whole numbers.
 * @param {Settings} settings
 */
function fitting(settings) {
  const { dataset } = settings;
  const own = Object.keys(DATASETS).find((problem) => DATASETS[problem].includes(dataset));
  if (own && own !== settings.problem) {
    if (dataset === DEFAULTS.dataset) settings.dataset = DATASETS[settings.problem][0];
    else settings.problem = own;
  }
  if (settings.problem === "regression") settings.loss = "mean_squared_error";
  else if (dataset === "drawn")
    settings.drawn = settings.drawn.filter(([, , answer]) => Number.isInteger(answer) && answer >= 0 && answer < 6);
  return settings;
}

/**
 * The address of these settings: only what differs from the defaults.
 * @param {Settings} settings
 * @param {View} view
 * @returns {string} without "#"; "" if nothing differs
 */
export function writeHash(settings, view) {
  const parts = [];
  const both = /** @type {[string, any][]} */ ([...Object.entries(settings), ...Object.entries(view)]);
  for (const [key, value] of both) {
    const usual = Reflect.get(CLIENT.has(key) ? VIEW : DEFAULTS, key);
    if (usual === undefined || same(value, usual)) continue;
    parts.push(`${key}=${encodeURIComponent(writeValue(value)).replace(/%2C/g, ",").replace(/%3A/g, ":")}`);
  }
  return parts.join("&");
}

/**
 * Whether two values of a setting are equal.
 * @param {unknown} one
 * @param {unknown} other
 */
export function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** @param {any} value */
function writeValue(value) {
  if (value === null) return "";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (!Array.isArray(value)) return String(value);
  return value.map((item) => (Array.isArray(item) ? item.join(":") : String(item))).join(",");
}

/**
 * The value that a text of the address stands for; undefined if it stands for none.
 * @param {string} key
 * @param {string} text
 * @returns {unknown}
 */
function readValue(key, text) {
  const usual = Reflect.get(CLIENT.has(key) ? VIEW : DEFAULTS, key);
  const items = text.split(",").filter((item) => item !== "");
  if (usual === undefined) return undefined;
  if (key === "points" && text === "") return null;
  if (Object.hasOwn(RANGES, key)) return readNumber(key, text);
  if (key === "hidden") return readHidden(items);
  if (key === "drawn") return readDrawn(items);
  if (key === "features") return readFeatures(items);
  if (key === "hide") return items;
  if (typeof usual === "boolean") return text === "1" || text === "true";
  if (Object.hasOwn(CHOICES, key)) return Object.hasOwn(CHOICES[key], text) ? text : undefined;
  return text.length <= LONGEST_NAME ? text : undefined;
}

/** @param {string} key @param {string} text */
function readNumber(key, text) {
  const value = Number(text);
  const [least, greatest] = RANGES[key];
  if (text.trim() === "" || !Number.isFinite(value)) return undefined;
  return Math.min(greatest, Math.max(least, WHOLE.has(key) ? Math.round(value) : value));
}

/** @param {string[]} items */
function readHidden(items) {
  const widths = items.map(Number);
  return widths.length <= 10 && widths.every((width) => Number.isInteger(width) && width >= 1 && width <= 32)
    ? widths
    : undefined;
}

/** @param {string[]} items */
function readFeatures(items) {
  const known = Object.keys(FEATURES).filter((name) => items.includes(name));
  return known.length ? known : undefined;
}

/** @param {string[]} items */
function readDrawn(items) {
  const points = items.map((item) => item.split(":").map(Number));
  return points.filter((point) => point.length === 3 && point.every((each) => Math.abs(each) <= 1e6)).slice(0, 1000);
}
