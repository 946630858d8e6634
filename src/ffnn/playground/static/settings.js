/** The settings: the words for their values, and the address that holds and restores them. */

import { translate } from "./aliases.js";
import {
  DATASETS,
  DEFAULTS,
  FARTHEST_DRAWN,
  FEATURES,
  LONGEST_NAME,
  MOST_CLASSES,
  MOST_DRAWN,
  MOST_LAYERS,
  OPTIONS,
  RANGES,
  WHOLE,
  WIDEST,
} from "./contract.gen.js";

/**
 * @typedef {import("./contract.gen.js").Settings} Settings
 *
 * @typedef {import("./contract.gen.js").Chosen} Chosen
 * @typedef {import("./contract.gen.js").Numbered} Numbered
 *
 * @typedef {object} View  What only this page knows; never sent.
 * @property {boolean} show_test
 * @property {boolean} discretize
 * @property {string} theme
 * @property {boolean} log
 * @property {string[]} hide
 * @property {string} lesson
 */

/** The view as it is at first. @type {Readonly<View>} */
export const VIEW = Object.freeze({
  show_test: false,
  discretize: false,
  theme: "auto",
  log: false,
  hide: [],
  lesson: "",
});

/** The words that the page shows for each legal value. @type {{[Name in Chosen]: Record<Settings[Name], string>}} */
export const WORDS = {
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
};

/** The themes, in words. */
export const THEMES = { auto: "As the system", light: "Light", dark: "Dark" };

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
  const { dataset, problem } = settings;
  if (!DATASETS[problem].includes(dataset)) {
    if (dataset === DEFAULTS.dataset) settings.dataset = DATASETS[problem][0];
    else settings.problem = problem === "regression" ? "classification" : "regression";
  }
  if (settings.problem === "regression") settings.loss = "mean_squared_error";
  else if (dataset === "drawn") settings.drawn = settings.drawn.filter(([, , answer]) => isClass(answer));
  return settings;
}

/** @param {number} answer */
function isClass(answer) {
  return Number.isInteger(answer) && answer >= 0 && answer < MOST_CLASSES;
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
  if (isNumber(key)) return readNumber(key, text);
  if (key === "hidden") return readHidden(items);
  if (key === "drawn") return readDrawn(items);
  if (key === "features") return readFeatures(items);
  if (key === "hide") return items;
  if (typeof usual === "boolean") return text === "1" || text === "true";
  if (key === "theme") return Object.hasOwn(THEMES, text) ? text : undefined;
  if (isChosen(key)) return OPTIONS[key].some((option) => option === text) ? text : undefined;
  return text.length <= LONGEST_NAME ? text : undefined;
}

/** @param {string} key @returns {key is Numbered} */
function isNumber(key) {
  return Object.hasOwn(RANGES, key);
}

/** @param {string} key @returns {key is Chosen} */
function isChosen(key) {
  return Object.hasOwn(OPTIONS, key);
}

/** @param {Numbered} key @param {string} text */
function readNumber(key, text) {
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? legal(key, value) : undefined;
}

/**
 * The nearest number that a setting may be.
 * @param {Numbered} key
 * @param {number} value
 */
export function legal(key, value) {
  const [least, greatest] = RANGES[key];
  return Math.min(greatest, Math.max(least, WHOLE.includes(key) ? Math.round(value) : value));
}

/** @param {string[]} items */
function readHidden(items) {
  const widths = items.map(Number);
  return widths.length <= MOST_LAYERS &&
    widths.every((width) => Number.isInteger(width) && width >= 1 && width <= WIDEST)
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
  const near = (/** @type {number} */ number) => Math.abs(number) <= FARTHEST_DRAWN;
  return points.filter((point) => point.length === 3 && point.every(near)).slice(0, MOST_DRAWN);
}
