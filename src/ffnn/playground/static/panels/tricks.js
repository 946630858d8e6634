/** The lecture's tricks for improving network training, each as a switch with a word on why. */

import { make, write } from "../dom.js";
import { redrawn } from "./panel.js";
import { TRICKS } from "./trick_list.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./trick_list.js").Trick} Trick */

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const switches = TRICKS.map((trick) => switchOf(trick, store));
  element.append(
    make("p", {
      textContent:
        "Each switch begins the training anew from the same seed, except the optimizer, which changes as it runs. Switch one at a time, and compare the loss.",
    }),
    make("div", { className: "tricks" }, ...switches.map((each) => each.element)),
    make("p", {
      className: "panel-small",
      textContent:
        "Source: “Tricks for improving network training”, lecture by Michael Fairbank, University of Essex, 2022; Glorot and Bengio 2010; He et al. 2015; Kingma and Ba 2015.",
    }),
  );
  redrawn(element, store, ["settings", "scene"], () => {
    for (const each of switches) each.draw();
  });
}

/**
 * @param {Trick} trick
 * @param {Store} store
 */
function switchOf(trick, store) {
  const radios = trick.choices.map(({ value }) =>
    make("input", {
      type: "radio",
      name: `trick-${trick.key}`,
      id: idOf(trick.key, value),
      value: String(value),
      onchange: () => store.set({ [trick.key]: value }),
    }),
  );
  const labels = trick.choices.map(({ name }, place) =>
    make("label", {}, radios[place], make("span", { textContent: name })),
  );
  const now = make("p", { className: "trick-now", role: "status" });
  const element = make(
    "fieldset",
    { id: `trick-${trick.key}` },
    make("legend", { textContent: trick.title }),
    make("div", { className: "trick-choices" }, ...labels),
    make("p", { textContent: trick.about }),
    now,
  );
  const draw = () => {
    const unfit = trick.unfit?.(store) ?? "";
    element.disabled = unfit !== "";
    const value = store.settings[trick.key];
    const place = trick.choices.findIndex((choice) => choice.value === value);
    radios.forEach((radio, at) => (radio.checked = at === place));
    const chosen =
      place < 0 ? `Now ${String(value)}, which was chosen elsewhere on the page.` : `Now: ${trick.choices[place].now}`;
    write(now, unfit || chosen);
  };
  return { element, draw };
}

/**
 * @param {string} key
 * @param {string | number} value
 */
const idOf = (key, value) =>
  `trick-${key}-${String(value)
    .replace(/[^a-z0-9]+/gi, "_")
    .replace(/_$/, "")}`;
