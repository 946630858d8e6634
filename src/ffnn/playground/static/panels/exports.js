/** Take it with you: the network as a model and as programs, its points, its picture, its weights, and a link to it all. */

import { layersOf, parameter } from "./arithmetic.js";
import { sessionName } from "../connection.js";
import { make } from "../dom.js";
import { copy, save } from "./panel.js";
import { asCanvas, asSvg } from "./picture.js";
import { writeHash } from "../settings.js";
import { sketch } from "./sketch.js";

/** @typedef {import("../store.js").Store} Store */

/** @type {[string, string, import("../contract.gen.js").FileName, string][]} */
const FILES = [
  [
    "export-model",
    "Model",
    "model.safetensors",
    "The network as it is now. ffnn predict and ffnn.load read it.",
  ],
  [
    "export-tf",
    "TensorFlow-style program",
    "network_tf.py",
    "Its layers and weights as a program of ffnn.tf, the vocabulary of the lecture.",
  ],
  ["export-ff", "Training program", "train_ff.py", "The call that trains such a network in Python."],
  ["export-points", "Points", "points.csv", "All points and their answers."],
];

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const outcome = make("p", { id: "export-outcome", role: "status" });
  const files = FILES.map(([id, name, file, about]) =>
    item(id, `${name} (${file})`, about, () => download(file, outcome)),
  );
  const rest = [
    item("export-svg", "Picture (SVG)", "The network with its maps, to be scaled and edited.", () =>
      picture(store, outcome, "svg"),
    ),
    item("export-png", "Picture (PNG)", "The same as pixels, twice as fine as the screen.", () =>
      picture(store, outcome, "png"),
    ),
    item(
      "export-link",
      "Copy the link",
      "Opens this page with all its settings, where ffnn playground runs. A table of yours does not travel in it.",
      () => copy(link(store), outcome, "Link"),
    ),
    item("export-weights", "Copy the weights (JSON)", "Every weight and bias in full precision.", () =>
      weights(store, outcome),
    ),
  ];
  element.append(make("ul", { className: "exports" }, ...files, ...rest), outcome);
}

/**
 * @param {string} id
 * @param {string} name
 * @param {string} about
 * @param {() => void} onclick
 */
function item(id, name, about, onclick) {
  const told = make("span", { id: `${id}-about`, textContent: about });
  return make(
    "li",
    {},
    make("button", { type: "button", id, textContent: name, "aria-describedby": told.id, onclick }),
    told,
  );
}

/**
 * Fetched rather than linked to: a refusal is a sentence for the page, not a file to be saved.
 * @param {string} name
 * @param {HTMLElement} outcome
 */
async function download(name, outcome) {
  outcome.textContent = `${name} is being made …`;
  try {
    const response = await fetch(`/export/${name}?${new URLSearchParams({ session: sessionName() })}`);
    if (!response.ok) {
      const answer = await response.json().catch(() => ({}));
      outcome.textContent = `${name}: ${answer.sentence || `the server answered ${response.status}`}`;
      return;
    }
    save(await response.blob(), name);
    outcome.textContent = `${name} is saved.`;
  } catch {
    outcome.textContent = `${name} could not be fetched: the server does not answer.`;
  }
}

/**
 * @param {Store} store
 * @param {HTMLElement} outcome
 * @param {"svg" | "png"} kind
 */
async function picture({ scene, frame, view }, outcome, kind) {
  if (!scene || !frame) {
    outcome.textContent = "There is no network to draw yet.";
    return;
  }
  const drawing = sketch(scene, frame, view);
  const blob = kind === "svg" ? new Blob([asSvg(drawing)], { type: "image/svg+xml" }) : await pngOf(asCanvas(drawing));
  if (blob) save(blob, `network.${kind}`);
  outcome.textContent = blob ? `network.${kind} is saved.` : "The picture is too large for this browser; try SVG.";
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob | null>}
 */
const pngOf = (canvas) => new Promise((resolve) => canvas.toBlob(resolve, "image/png"));

/** @param {Store} store */
function link({ settings, view }) {
  const hash = writeHash(settings, view);
  return `${location.origin}${location.pathname}${hash && `#${hash}`}`;
}

/**
 * @param {Store} store
 * @param {HTMLElement} outcome
 */
function weights({ scene, frame }, outcome) {
  if (!scene || !frame) {
    outcome.textContent = "There are no weights yet.";
    return;
  }
  const layers = layersOf(scene).map((layer) => {
    const row = (/** @type {number | null} */ from) =>
      layer.units.map((_, unit) => parameter(layer, frame.parameters, from, unit));
    return { activation: layer.activation, kernel: layer.from.map((_, from) => row(from)), bias: row(null) };
  });
  const text = JSON.stringify(
    { epoch: frame.epoch, inputs: scene.input_names, outputs: scene.output_names, layers },
    null,
    1,
  );
  copy(text, outcome, "Weights");
}
