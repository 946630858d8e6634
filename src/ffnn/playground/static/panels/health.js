/**
 * A strip for each layer: size of the gradient, size of the steps, dead and saturated neurons; and what that means.
 *
 * Sources: Glorot and Bengio 2010 (gradients that shrink from layer to layer, saturated sigmoids); He et al. 2015
 * (initial weights for ReLU). That a step should be about a thousandth of its weight is a rule of thumb.
 */

import { layersOf, percent, written } from "./arithmetic.js";
import { PROBED_ROWS } from "../contract.gen.js";
import { diagnose, readings } from "./diagnosis.js";
import { make, write } from "../dom.js";
import { redrawn } from "./panel.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./diagnosis.js").Reading} Reading */

const GRADIENT = [-9, 1]; // powers of ten at the ends of the bar
const RATIO = [-6, 0];
const HEALTHY = [-3.5, -2.5]; // around 1e-3

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const body = make("tbody");
  const heads = ["Layer", "Gradient", "Step : weight", "Dead", "Saturated"].map((text) =>
    make("th", { scope: "col", textContent: text }),
  );
  const found = make("ul", { id: "health-diagnosis", className: "health-diagnosis" });
  element.append(
    found,
    make("table", { className: "health-table", id: "health-table" }, make("thead", {}, make("tr", {}, ...heads)), body),
    legend(),
  );
  /** @type {ReturnType<typeof strip>[]} */
  let strips = [];
  redrawn(element, store, ["scene", "frame"], () => {
    const { scene, frame } = store;
    if (!scene || !frame || frame.generation !== scene.generation) return;
    const all = readings(scene, frame);
    if (strips.length !== all.length) {
      strips = all.map(() => strip());
      body.replaceChildren(...strips.map((each) => each.element));
    }
    const layers = layersOf(scene);
    strips.forEach((each, place) => each.draw(`${layers[place].title} (${layers[place].activation})`, all[place]));
    list(found, diagnose(scene, frame, all));
  });
}

/** What the columns mean; closed, for those who know. */
function legend() {
  const texts = [
    [
      "Gradient",
      "the root of the mean square of ∂L/∂w over the layer's weights; the bar is logarithmic, from 10⁻⁹ to 10. Where the first layers' is far below the last's, the first layers hardly learn.",
    ],
    [
      "Step : weight",
      `how long the optimizer's next step would be, compared with the layer's weights, taken on the first ${PROBED_ROWS} training points; the mark stands on a logarithmic scale from 10⁻⁶ to 1. The band marks what is mostly healthy while a network learns, about a thousandth; at the end of training steps become smaller.`,
    ],
    ["Dead", "neurons whose output is 0 for each of these points: a ReLU there has no slope, so it never learns again."],
    ["Saturated", "neurons whose outputs mostly lie at the flat ends of sigmoid or tanh, where the slope is nearly 0."],
  ];
  const terms = texts.flatMap(([term, text]) => [make("dt", { textContent: term }), make("dd", { textContent: text })]);
  const source = "Sources: Glorot and Bengio 2010; He et al. 2015.";
  return make(
    "details",
    { className: "health-legend" },
    make("summary", { textContent: "What the columns mean" }),
    make("dl", {}, ...terms),
    make("p", { textContent: source }),
  );
}

/** One layer's row. */
function strip() {
  const name = make("th", { scope: "row" });
  const gradient = scale("log-bar");
  const ratio = scale("log-mark");
  const band = make("i", { className: "band" });
  band.style.left = `${100 * share(HEALTHY[0], RATIO)}%`;
  band.style.width = `${100 * (share(HEALTHY[1], RATIO) - share(HEALTHY[0], RATIO))}%`;
  ratio.bar.prepend(band);
  const [dead, saturated] = [scale("share-bar"), scale("share-bar")];
  const cells = [gradient, ratio, dead, saturated].map((each) => make("td", {}, each.text, each.bar));
  const element = make("tr", {}, name, ...cells);
  const draw = (/** @type {string} */ title, /** @type {Reading} */ reading) => {
    write(name, title);
    gradient.show(known(reading.gradient), share(Math.log10(reading.gradient), GRADIENT));
    ratio.show(known(reading.ratio), share(Math.log10(reading.ratio), RATIO));
    dead.show(percent(reading.dead), reading.dead);
    saturated.show(percent(reading.saturated), reading.saturated);
  };
  return { element, draw };
}

/** @param {number} value */
const known = (value) => (Number.isNaN(value) ? "–" : written(value));

/**
 * Where a power of ten lies between two others, from 0 to 1.
 * @param {number} power
 * @param {number[]} ends
 */
function share(power, [low, high]) {
  return Math.min(1, Math.max(0, (power - low) / (high - low)));
}

/**
 * A number above a bar; the bar is for the eye alone.
 * @param {string} kind
 */
function scale(kind) {
  const [text, inner] = [make("span"), make("b")];
  const bar = make("span", { className: `health-bar ${kind}`, "aria-hidden": "true" }, inner);
  const show = (/** @type {string} */ words, /** @type {number} */ part) => {
    write(text, words);
    inner.hidden = !Number.isFinite(part);
    inner.style[kind === "log-mark" ? "left" : "width"] = `${(100 * (part || 0)).toFixed(1)}%`;
  };
  return { text, bar, show };
}

/**
 * @param {HTMLElement} place
 * @param {import("./diagnosis.js").Finding[]} findings
 */
function list(place, findings) {
  const key = JSON.stringify(findings);
  if (place.dataset.key === key) return; // the same again would be read out again
  place.dataset.key = key;
  const items = findings.map(({ grade, title, text, help }) => {
    const sign = grade === "good" ? "✓" : grade === "watch" ? "!" : "✗";
    const words = [make("b", { textContent: title }), ` ${text} `];
    if (help) words.push(make("em", { textContent: help }));
    return make(
      "li",
      { className: grade },
      make("span", { className: "sign", "aria-hidden": "true", textContent: sign }),
      make("span", {}, ...words),
    );
  });
  place.replaceChildren(...items);
}
