/** The colours of values, classes and ink: orange below 0, blue above, in a light and a dark theme. */

/** @typedef {[number, number, number]} Rgb */

export const NEGATIVE = /** @type {Rgb} */ ([245, 147, 34]);
export const POSITIVE = /** @type {Rgb} */ ([8, 119, 189]);
/** Of value 0. */
export const ZERO = { light: /** @type {Rgb} */ ([236, 238, 240]), dark: /** @type {Rgb} */ ([38, 42, 48]) };
/** Blue that is seen on dark paper. */
const BRIGHT = /** @type {Rgb} */ ([58, 160, 232]);

/** Class 0 is drawn like a negative value, class 1 like a positive one; the others follow. @type {Rgb[]} */
export const CLASSES = [
  NEGATIVE,
  POSITIVE,
  [38, 153, 92],
  [190, 80, 160],
  [196, 164, 20],
  [110, 96, 200],
  [200, 70, 60],
  [20, 160, 170],
  [140, 100, 60],
  [120, 130, 140],
];

/** The shape of each class: sign and class are never told by colour alone. */
const SHAPES = ["diamond", "circle", "square", "triangle", "wedge", "cross", "plus", "star"];

const dark = window.matchMedia("(prefers-color-scheme: dark)");
let theme = /** @type {"light" | "dark"} */ ("light");
let field = new Uint32Array(256);
/** @type {string[]} */
let strokes = [];
/** @type {Map<string, string>} */
const inks = new Map();

/**
 * Choose the theme; "auto" follows the system.
 * @param {string} choice
 */
export function useTheme(choice) {
  theme = choice === "dark" || (choice === "auto" && dark.matches) ? "dark" : "light";
  document.documentElement.dataset.theme = theme;
  field = Uint32Array.from({ length: 256 }, (_, byte) => packed(shade(byte / 127.5 - 1, 0.66)));
  strokes = Array.from({ length: 256 }, (_, byte) => css(shade(byte / 127.5 - 1, 1)));
  inks.clear();
}

/** @param {() => void} callback  the system changed its theme */
export function onSystemTheme(callback) {
  dark.addEventListener("change", callback);
}

/** Colour of each byte of a map, as `ImageData` wants it. */
export function fieldTable() {
  return field;
}

/** Colour of a value from −1 to 1, as CSS. @param {number} value */
export function stroke(value) {
  return strokes[Math.round((Math.max(-1, Math.min(1, value || 0)) + 1) * 127.5)];
}

/**
 * Colour of each probability (a byte) of a class.
 * @param {number} index
 * @returns {Uint32Array}
 */
export function classTable(index) {
  const colour = classRgb(index);
  return Uint32Array.from({ length: 256 }, (_, byte) =>
    packed(mix(ZERO[theme], colour, 0.15 + 0.6 * (byte / 255) ** 2)),
  );
}

/** @param {number} index */
export function classColour(index) {
  return css(classRgb(index));
}

/** @param {number} index */
export function classShape(index) {
  return SHAPES[index % SHAPES.length];
}

/**
 * A colour of the style sheet, e.g. "--text", as a canvas wants it.
 * @param {string} name
 */
export function ink(name) {
  const known = inks.get(name);
  if (known) return known;
  const found = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  inks.set(name, found);
  return found;
}

/** @param {number} index @returns {Rgb} */
function classRgb(index) {
  if (index === 1) return positive();
  const known = CLASSES[index]; // of what is no class number, as a link may hold, there is none
  if (known) return known;
  const around = (index * 137.5 * Math.PI) / 180;
  return /** @type {Rgb} */ ([0, 2, 4].map((third) => Math.round(128 + 80 * Math.cos(around + third))));
}

/** A value from −1 to 1, at full strength or paler. @param {number} value @param {number} strength @returns {Rgb} */
function shade(value, strength) {
  return mix(ZERO[theme], value < 0 ? NEGATIVE : positive(), Math.abs(value) * strength);
}

function positive() {
  return theme === "dark" ? BRIGHT : POSITIVE;
}

/** @param {Rgb} from @param {Rgb} to @param {number} share @returns {Rgb} */
function mix(from, to, share) {
  return /** @type {Rgb} */ (from.map((part, index) => Math.round(part + (to[index] - part) * share)));
}

/** @param {Rgb} colour */
function packed([red, green, blue]) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/** @param {Rgb} colour */
function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}
