/** Controls of one setting each: they show what the store holds and set what a person chooses. */

import { OPTIONS, RANGES } from "../contract.gen.js";
import { make } from "../dom.js";
import { legal, WORDS } from "../settings.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../contract.gen.js").Settings} Settings */
/** @typedef {import("../contract.gen.js").Numbered} Numbered */

const THROTTLE = 120; // milliseconds between two settings of a dragged slider

/** Values that the − and + of a number walk along; between and beyond them any number can be typed. */
const LADDERS = /** @type {Record<string, number[]>} */ ({
  learning_rate: [1e-5, 1e-4, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  penalty_rate: [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
  batch: [1, 2, 5, 10, 20, 30, 50, 100, 200, 500, 1000],
  restarts: [1, 2, 4, 8, 16],
  points: [20, 50, 100, 200, 500, 1000, 2000, 5000],
});

/**
 * A choice among the legal values.
 * @template {import("../contract.gen.js").Chosen} Key
 * @param {Store} store
 * @param {Key} key
 * @param {string} label
 * @param {(value: Settings[Key]) => void} [choose]
 */
export function choice(store, key, label, choose = (value) => store.set({ [key]: value })) {
  const options = OPTIONS[key].map((value) => make("option", { value, textContent: WORDS[key][value] }));
  const select = make("select", { id: `set-${key}` }, ...options);
  select.addEventListener("change", () => choose(OPTIONS[key][select.selectedIndex]));
  follow(store, () => {
    select.value = String(store.settings[key]);
  });
  return framed(key, label, select);
}

/**
 * A number between a − and a +.
 * @param {Store} store
 * @param {Numbered} key
 * @param {string} label
 */
export function number(store, key, label) {
  const [least, greatest] = RANGES[key];
  const input = make("input", {
    id: `set-${key}`,
    type: "number",
    min: String(least),
    max: String(greatest),
    step: "any",
  });
  input.inputMode = "decimal";
  const apply = (/** @type {number} */ value) => store.set({ [key]: legal(key, value) });
  let typing = false; // what is half typed must not be overwritten by a scene that comes
  const show = () => {
    const value = store.settings[key];
    if (!typing) input.value = value === null ? "" : String(value);
  };
  const walk = (/** @type {1 | -1} */ way) => {
    typing = false; // a step ends it, or what was typed would come back when the field is left
    apply(next(key, Number(input.value || input.placeholder), way));
    show();
  };
  input.addEventListener("input", () => {
    typing = true;
  });
  input.addEventListener("change", () => {
    typing = false;
    if (!input.checkValidity()) store.emit("refused", `${label} is a number from ${least} to ${greatest}.`);
    else if (input.value.trim()) apply(Number(input.value));
    show();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    walk(event.key === "ArrowUp" ? 1 : -1);
  });
  follow(store, show);
  const less = stepButton("−", `${label}: less`, () => walk(-1));
  const more = stepButton("+", `${label}: more`, () => walk(1));
  return framed(key, label, make("span", { className: "stepper" }, less, input, more));
}

/**
 * For the pointer only: the keyboard has its arrows in the field itself.
 * @param {string} sign
 * @param {string} words
 * @param {() => void} onclick
 */
function stepButton(sign, words, onclick) {
  return make("button", { type: "button", textContent: sign, tabIndex: -1, "aria-label": words, onclick });
}

/**
 * A slider with its number.
 * @param {Store} store
 * @param {Numbered} key
 * @param {string} label
 * @param {string} unit
 */
export function slider(store, key, label, unit) {
  const [least, greatest] = RANGES[key];
  const input = make("input", {
    id: `set-${key}`,
    type: "range",
    min: String(least),
    max: String(greatest),
    step: "1",
  });
  const told = make("output", { for: input.id });
  const show = () => {
    told.textContent = `${input.value}${unit}`;
    input.setAttribute("aria-valuetext", told.textContent);
  };
  let due = false; // a value that is yet to be set must not be overwritten by a scene that comes
  const set = throttled(() => {
    due = false;
    store.set({ [key]: Number(input.value) });
  }, THROTTLE);
  input.addEventListener("input", () => {
    due = true;
    show();
    set();
  });
  follow(store, () => {
    if (!due) input.value = String(store.settings[key]);
    show();
  });
  const frame = make("div", { className: "control slider", "data-control": key });
  frame.append(make("label", { for: input.id, textContent: label }), told, input);
  return frame;
}

/**
 * A check box of the page's own view.
 * @param {Store} store
 * @param {"show_test" | "discretize" | "log"} key
 * @param {string} label
 */
export function viewed(store, key, label) {
  const input = make("input", { id: `view-${key}`, type: "checkbox" });
  input.addEventListener("change", () => store.show({ [key]: input.checked }));
  const show = () => {
    input.checked = store.view[key];
  };
  store.on("view", show);
  show();
  return make("label", { className: "check", "data-control": key }, input, label);
}

/**
 * A control with its label above.
 * @param {string} key
 * @param {string} label
 * @param {HTMLElement} control  itself, or a frame around the element `set-KEY`
 */
function framed(key, label, control) {
  const name = make("label", { for: `set-${key}`, textContent: label });
  return make("div", { className: "control", "data-control": key }, name, control);
}

/**
 * Show now, and whenever the settings change.
 * @param {Store} store
 * @param {() => void} show
 */
export function follow(store, show) {
  store.on("settings", show);
  show();
}

/**
 * Call at most so often, the last time for sure; `flush` makes a call that waits now.
 * @param {() => void} call
 * @param {number} wait  milliseconds
 */
export function throttled(call, wait) {
  let [timer, last] = [0, -Infinity];
  const now = () => {
    window.clearTimeout(timer);
    [timer, last] = [0, performance.now()];
    call();
  };
  const soon = () => {
    const left = last + wait - performance.now();
    if (left <= 0) now();
    else timer ||= window.setTimeout(now, left);
  };
  const flush = () => {
    if (timer) now();
  };
  return Object.assign(soon, { flush });
}

/**
 * The next value on the ladder of a setting, or the next whole number.
 * @param {string} key
 * @param {number} value
 * @param {1 | -1} way
 */
function next(key, value, way) {
  const ladder = LADDERS[key];
  if (!ladder) return value + way;
  const beyond =
    way > 0 ? ladder.find((rung) => rung > value * (1 + 1e-9)) : ladder.findLast((rung) => rung < value * (1 - 1e-9));
  return beyond ?? value;
}
