/** The controls of training, data and layers. */

import { DATASETS, MOST_DRAWN, MOST_LAYERS, OPTIONS, POINTS, RANGES } from "../contract.gen.js";
import { byId, make } from "../dom.js";
import { WORDS } from "../settings.js";
import { thumbnail } from "./thumbnails.js";
import { choice, follow, number, slider } from "./widgets.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../contract.gen.js").Settings} Settings */

/** @param {Store} store */
export function mountControls(store) {
  byId("training").append(
    number(store, "learning_rate", "Learning rate"),
    choice(store, "optimizer", "Optimizer"),
    choice(store, "activation", "Activation"),
    choice(store, "kernel_initializer", "Initial weights"),
    number(store, "seed", "Seed"),
    choice(store, "loss", "Loss"),
    choice(store, "penalty", "Penalty"),
    number(store, "penalty_rate", "Penalty rate"),
    number(store, "batch", "Batch"),
    number(store, "restarts", "Restarts"),
    choice(store, "speed", "Speed"),
  );
  byId("data-controls").append(
    choice(store, "problem", "Problem", (problem) => chooseProblem(store, problem)),
    datasets(store),
    make("div", { className: "made" }, slider(store, "noise", "Noise", " %"), number(store, "points", "Points")),
    slider(store, "share", "Share that trains", " %"),
    make("div", { className: "made" }, number(store, "data_seed", "Seed of the data"), regenerate(store)),
    choice(store, "inputs", "Inputs"),
    choice(store, "categories", "Categories"),
    drawOwn(store),
  );
  byId("set-hidden").append(...depth(store));
  follow(store, () => fit(store));
  store.on("scene", () => fit(store));
}

/** Show only what means something with these settings. @param {Store} store */
function fit(store) {
  const { problem, dataset, penalty } = store.settings;
  const made = dataset !== "drawn" && dataset !== "table";
  for (const element of document.querySelectorAll(".made")) element.classList.toggle("unfit", !made);
  control("categories").classList.toggle("unfit", dataset !== "table");
  const loss = /** @type {HTMLSelectElement} */ (byId("set-loss"));
  loss.options[1].disabled = problem === "regression";
  /** @type {HTMLInputElement} */ (byId("set-penalty_rate")).disabled = penalty === "none";
  const points = /** @type {HTMLInputElement} */ (byId("set-points"));
  points.placeholder = String(POINTS[problem]);
}

/**
 * A problem with a dataset and a loss that fit it.
 * @param {Store} store
 * @param {Settings["problem"]} problem
 */
function chooseProblem(store, problem) {
  const { dataset, loss, drawn } = store.settings;
  const kept = DATASETS[problem].includes(dataset);
  const value =
    problem === "regression"
      ? (/** @type {number} */ number) => (number === 0 ? -1 : number)
      : (/** @type {number} */ number) => (number > 0 ? 1 : 0);
  store.set({
    problem,
    dataset: kept ? dataset : DATASETS[problem][0],
    loss: problem === "regression" ? "mean_squared_error" : loss,
    drawn: drawn.map(([x, y, answer]) => [x, y, value(answer)]),
  });
}

/** The datasets as pictures. @param {Store} store */
function datasets(store) {
  const group = make("div", {
    id: "set-dataset",
    className: "datasets",
    role: "group",
    "aria-label": "Dataset",
    "data-control": "dataset",
  });
  for (const name of OPTIONS.dataset) {
    const words = WORDS.dataset[name];
    const picture = make("canvas", { width: 72, height: 72, "aria-hidden": "true" });
    const button = make(
      "button",
      { type: "button", id: `dataset-${name}`, title: words },
      picture,
      make("span", { textContent: words }),
    );
    button.addEventListener("click", () => chooseDataset(store, name));
    const show = () => {
      const { problem, dataset } = store.settings;
      button.setAttribute("aria-pressed", String(dataset === name));
      button.classList.toggle("unfit", !DATASETS[problem].includes(name));
      thumbnail(picture, name, store);
    };
    follow(store, show);
    store.on("view", show);
    group.append(button);
  }
  return group;
}

/** @param {Store} store @param {Settings["dataset"]} dataset */
function chooseDataset(store, dataset) {
  if (dataset !== "table") store.set({ dataset });
  else if (store.scene?.opened) store.set({ dataset, inputs: "normalised" });
  else {
    byId("tab-table").click();
    byId("table").scrollIntoView({ block: "nearest" });
    /** @type {HTMLElement | null} */ (byId("table").querySelector("input, button"))?.focus();
  }
}

/** @param {Store} store */
function regenerate(store) {
  const button = make("button", {
    type: "button",
    id: "regenerate",
    textContent: "Regenerate",
    "data-control": "regenerate",
  });
  button.addEventListener("click", () => store.set({ data_seed: (store.settings.data_seed + 1) % (RANGES.data_seed[1] + 1) }));
  return button;
}

/** Take the points of a toy problem over, to draw on. @param {Store} store */
function drawOwn(store) {
  const button = make("button", {
    type: "button",
    id: "draw-own",
    className: "made",
    textContent: "Draw on these points",
    "data-control": "drawn",
    title: "Copies these points to “Drawn”, where you add and erase points",
  });
  button.addEventListener("click", () => {
    if (store.scene) store.set({ dataset: "drawn", drawn: copied(store.scene) });
  });
  return button;
}

/**
 * The shown points as drawn ones, two decimals each.
 * @param {import("../contract.gen.js").Scene} scene
 * @returns {[number, number, number][]}
 */
function copied({ points, truth }) {
  const round = (/** @type {number} */ value) => Math.round(value * 100) / 100;
  return Array.from(truth.subarray(0, MOST_DRAWN), (answer, index) => [
    round(points[2 * index]),
    round(points[2 * index + 1]),
    round(answer),
  ]);
}

/** Fewer and more hidden layers. @param {Store} store */
function depth(store) {
  const told = make("output", { id: "depth" });
  const remove = make("button", {
    type: "button",
    id: "remove-layer",
    textContent: "−",
    "aria-label": "Remove the last hidden layer",
  });
  const add = make("button", { type: "button", id: "add-layer", textContent: "+", "aria-label": "Add a hidden layer" });
  remove.addEventListener("click", () => store.set({ hidden: store.settings.hidden.slice(0, -1) }));
  add.addEventListener("click", () => store.set({ hidden: [...store.settings.hidden, 2] }));
  follow(store, () => {
    const count = store.settings.hidden.length;
    told.textContent = count === 1 ? "1 hidden layer" : `${count} hidden layers`;
    remove.disabled = count === 0;
    add.disabled = count >= MOST_LAYERS;
  });
  return [remove, told, add];
}

/** @param {string} key @returns {HTMLElement} */
function control(key) {
  const found = document.querySelector(`.control[data-control="${key}"]`);
  if (!(found instanceof HTMLElement)) throw new Error(`the page has no control of ${key}`);
  return found;
}
