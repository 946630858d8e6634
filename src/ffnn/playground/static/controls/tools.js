/** The tools of the page itself: its theme, and a teacher's choice of what to hide. */

import { make } from "../dom.js";
import { THEMES } from "../settings.js";

/** @typedef {import("../store.js").Store} Store */

/** What can be hidden: names in the address, words on the page. */
const HIDEABLE = {
  problem: "Problem",
  learning_rate: "Learning rate",
  optimizer: "Optimizer",
  activation: "Activation",
  kernel_initializer: "Initial weights",
  seed: "Seed",
  loss: "Loss",
  penalty: "Penalty",
  penalty_rate: "Penalty rate",
  batch: "Batch",
  restarts: "Restarts",
  speed: "Speed",
  dataset: "Dataset",
  noise: "Noise",
  points: "Number of points",
  share: "Share that trains",
  data_seed: "Seed of the data",
  regenerate: "Regenerate",
  inputs: "Raw or normalised",
  categories: "Categories",
  drawn: "Draw on these points",
  features: "Inputs of the network",
  hidden: "Layers and neurons",
  show_test: "Show test points",
  discretize: "Two colours only",
  log: "Logarithmic loss",
  timeline: "Timeline",
  run: "Run",
  step: "Step",
  reset: "Reset",
  lessons: "Lessons",
  tricks: "Tricks",
  inside: "Look inside",
  health: "Health",
  table: "Your table",
  exports: "Take it with you",
  theme: "Theme",
  menu: "This menu",
};

/** @param {HTMLElement} element @param {Store} store */
export function mountTools(element, store) {
  element.append(theme(store), menu(store));
  store.on("view", () => hideChosen(store));
  hideChosen(store);
}

/** Hide what a teacher has chosen, also of what was built since. @param {Store} store */
export function hideChosen(store) {
  for (const control of document.querySelectorAll("[data-control]")) {
    const name = control instanceof HTMLElement ? (control.dataset.control ?? "") : "";
    control.classList.toggle("hidden-by-teacher", store.view.hide.includes(name));
  }
}

/** @param {Store} store */
function theme(store) {
  const options = Object.entries(THEMES).map(([value, textContent]) => make("option", { value, textContent }));
  const select = make("select", { id: "view-theme", "aria-label": "Theme" }, ...options);
  select.addEventListener("change", () => store.show({ theme: select.value }));
  const show = () => {
    select.value = store.view.theme;
  };
  store.on("view", show);
  show();
  return make("div", { "data-control": "theme" }, select);
}

/** @param {Store} store */
function menu(store) {
  const boxes = Object.entries(HIDEABLE).map(([name, words]) => box(store, name, words));
  const about = make("p", {
    textContent:
      "For teachers: what you tick disappears from the page and from every link that you copy now. To get it back, take “hide=…” out of the address.",
  });
  const all = make("button", {
    type: "button",
    id: "hide-nothing",
    textContent: "Show everything",
    onclick: () => store.show({ hide: [] }),
  });
  const details = make(
    "details",
    { className: "menu", id: "teacher-menu", "data-control": "menu" },
    make("summary", { textContent: "Hide controls" }),
    make("div", { className: "sheet-menu" }, about, make("div", { className: "boxes" }, ...boxes), all),
  );
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    details.querySelector("summary")?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !details.contains(event.target)) details.open = false;
  });
  return details;
}

/** @param {Store} store @param {string} name @param {string} words */
function box(store, name, words) {
  const input = make("input", { type: "checkbox", id: `hide-${name}` });
  input.addEventListener("change", () => {
    const others = store.view.hide.filter((hidden) => hidden !== name);
    store.show({ hide: input.checked ? [...others, name] : others });
  });
  const show = () => {
    input.checked = store.view.hide.includes(name);
  };
  store.on("view", show);
  show();
  return make("label", { className: "check" }, input, words);
}
