/** What the page tells in words and numbers: epoch, state, alerts, and now and then a sentence for a screen reader. */

import { byId, tell, write } from "../dom.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../contract.gen.js").Frame} Frame */

const QUIET = 5000; // milliseconds between two sentences
const WORDS = { compiling: "Compiling …", paused: "Paused", running: "Training", diverged: "Diverged" };

export class Readout {
  #spoken = 0;
  #state = "";
  /** @type {Frame | null} */ #drawn = null;

  /** @param {Store} store @param {() => void} reconnect */
  constructor(store, reconnect) {
    this.store = store;
    store.on("status", () => this.#status());
    store.on("refused", (_, sentence) => alert("refused", sentence));
    store.on("scene", ({ scene }) => write(byId("notes"), scene?.notes.join(" ") ?? ""));
    byId("refused-close").addEventListener("click", () => alert("refused", ""));
    byId("connect").addEventListener("click", reconnect);
    byId("rewind-good").addEventListener("click", () => store.send({ do: "rewind", epoch: store.frame?.good ?? 0 }));
  }

  draw() {
    const { frame } = this.store;
    if (!frame) return;
    const running = frame.status === "running";
    write(byId("epoch"), frame.epoch.toLocaleString("en"));
    write(byId("rate"), running && frame.speed ? Math.round(frame.speed).toLocaleString("en") : "–");
    write(byId("run-name"), running ? "Pause" : "Run");
    byId("run").classList.toggle("running", running);
    write(byId("figures"), figures(frame));
    alert("diverged", frame.status === "diverged" ? frame.sentence : "");
    this.#status();
    this.#data(frame);
    this.#speak(frame);
  }

  #status() {
    const { status, sentence, frame } = this.store;
    const live = status === "live";
    const state = live ? (frame?.status ?? "connecting") : status;
    document.body.dataset.status = state === "refused" ? "gone" : state;
    write(
      byId("state"),
      live ? (frame ? WORDS[frame.status] : "Preparing …") : status === "connecting" ? "Connecting …" : "No server",
    );
    alert("gone", status === "gone" || status === "refused" ? sentence : "");
  }

  /** For tests and measurements. @param {Frame} frame */
  #data(frame) {
    const { dataset } = document.body;
    dataset.epoch = String(frame.epoch);
    dataset.generation = String(frame.generation);
    dataset.train = String(frame.loss[2 * frame.restart]);
    dataset.test = String(frame.loss[2 * frame.restart + 1]);
    if (frame !== this.#drawn) dataset.frames = String(Number(dataset.frames ?? 0) + 1);
    this.#drawn = frame;
  }

  /** @param {Frame} frame */
  #speak(frame) {
    const now = performance.now();
    const changed = frame.status !== this.#state;
    if (!changed && (frame.status !== "running" || now - this.#spoken < QUIET)) return;
    if (changed && frame.status === "running" && now - this.#spoken < QUIET) return;
    [this.#state, this.#spoken] = [frame.status, now];
    const losses = `training loss ${tell(frame.loss[2 * frame.restart])}, test loss ${tell(frame.loss[2 * frame.restart + 1])}`;
    write(byId("announce"), `${WORDS[frame.status]}. Epoch ${frame.epoch}: ${losses}.`);
  }
}

/** Accuracy, or the error of numbers, on the test rows. @param {Frame} frame */
function figures({ figures: { test } }) {
  if (typeof test.accuracy === "number") return `${(100 * test.accuracy).toFixed(1)} % of the test points right`;
  if (typeof test.rmse === "number")
    return `test error ${tell(test.rmse)}${typeof test.r2 === "number" ? `, R² ${test.r2.toFixed(2)}` : ""}`;
  return "";
}

/** Show an alert, or with "" hide it. @param {string} id @param {string} sentence */
function alert(id, sentence) {
  const element = byId(id);
  const text = element.querySelector("p");
  if (text && sentence) write(text, sentence);
  if (element.hidden === (sentence !== "")) element.hidden = sentence === "";
}
