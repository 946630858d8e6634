/** Links of TensorFlow Playground, said in our names. */

const NAMES = /** @type {Record<string, string>} */ ({
  networkShape: "hidden",
  batchSize: "batch",
  learningRate: "learning_rate",
  regularization: "penalty",
  regularizationRate: "penalty_rate",
  percTrainData: "share",
  showTestData: "show_test",
});
const FEATURES = /** @type {Record<string, string>} */ ({
  x: "x",
  y: "y",
  xSquared: "x2",
  ySquared: "y2",
  xTimesY: "xy",
  sinX: "sinx",
  sinY: "siny",
});
const HIDDEN = /** @type {Record<string, string>} */ ({
  ...NAMES,
  playButton: "run",
  stepButton: "step",
  resetButton: "reset",
  numHiddenLayers: "hidden",
  regDataset: "dataset",
  ...Object.fromEntries(Object.entries(FEATURES).map(([name, ours]) => [name, `feature-${ours}`])),
});

/**
 * The pairs of an address in our names; ours pass through unchanged.
 * @param {URLSearchParams} pairs
 * @returns {[string, string][]}
 */
export function translate(pairs) {
  /** @type {[string, string][]} */
  const translated = [];
  const hide = (pairs.get("hide") ?? "").split(",").filter(Boolean);
  for (const [name, text] of pairs) {
    if (name.endsWith("_hide")) {
      const control = name.slice(0, -"_hide".length);
      if (text === "true") hide.push(HIDDEN[control] ?? control);
    } else if (name in NAMES) translated.push([NAMES[name], name === "regularization" ? text.toLowerCase() : text]);
    else if (name === "seed") translated.push([name, wholeSeed(text)]);
    else if (name === "initZero" && text === "true") translated.push(["kernel_initializer", "zeros"]);
    else if (name !== "hide" && !(name in FEATURES)) translated.push([name, text]);
  }
  if (hide.length) translated.push(["hide", hide.join(",")]);
  return [...translated, ...features(pairs), ...regression(pairs)];
}

/**
 * Its seeds are fractions such as 0.85123; ours are whole numbers.
 * @param {string} text
 */
function wholeSeed(text) {
  return /^0\.\d+$/.test(text) ? String(Number(text.slice(2, 11))) : text;
}

/** @param {URLSearchParams} pairs @returns {[string, string][]} */
function features(pairs) {
  if (!Object.keys(FEATURES).some((name) => pairs.has(name))) return [];
  const usual = /** @type {Record<string, string>} */ ({ x: "true", y: "true" });
  const chosen = Object.keys(FEATURES).filter((name) => (pairs.get(name) ?? usual[name]) === "true");
  return [["features", chosen.map((name) => FEATURES[name]).join(",")]];
}

/**
 * It keeps a dataset for each problem; we have one, which must fit the problem.
 * @param {URLSearchParams} pairs
 * @returns {[string, string][]}
 */
function regression(pairs) {
  if (pairs.get("problem") !== "regression") return [];
  const chosen = pairs.get("regDataset") ?? pairs.get("dataset") ?? "";
  return [["dataset", ["reg-gauss", "drawn", "table"].includes(chosen) ? chosen : "reg-plane"]];
}
