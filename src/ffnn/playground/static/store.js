/** The one state of the page. Panels read it, listen to it and send commands through it; nobody else keeps any. */

import { emptyHistory, extend, forget } from "./output/history.js";
import { DATASETS, LARGEST_WEIGHT } from "./contract.gen.js";
import { same } from "./settings.js";

/**
 * @typedef {import("./contract.gen.js").Settings} Settings
 * @typedef {import("./settings.js").View} View
 * @typedef {import("./contract.gen.js").Scene} Scene
 * @typedef {import("./contract.gen.js").Frame} Frame
 * @typedef {import("./contract.gen.js").Command} Command
 * @typedef {"scene" | "frame" | "status" | "refused" | "view" | "settings" | "highlight" | "focus"} Event
 * @typedef {"connecting" | "live" | "gone" | "refused"} Status
 * @typedef {{layer: number, unit: number}} Neuron  layer −1 is the inputs
 */

/** A setting of ours is believed for this long although a scene, sent before it arrived, says otherwise. */
const PATIENCE = 3000;

export class Store {
  /** @type {Scene | null} */ scene = null;
  /** @type {Frame | null} */ frame = null;
  /** @type {Set<number>} numbers of shown points */ highlight = new Set();
  /** @type {Neuron | null} whose map is shown large */ focus = null;
  /** whether the point that is looked at is followed from its loss back, in place of forward */ backward = false;
  /** @type {Status} */ status = "connecting";
  /** Why the server refused or left. */ sentence = "";
  history = emptyHistory(1);
  /** @type {(command: Command) => void} set by the connection */ transport = () => {};
  /** @type {Map<string, number>} settings sent, but not yet seen in a scene; until when we believe them */ #pending =
    new Map();
  /** Whether all settings were ours to send, and nobody has chosen anything since. */ #insisted = false;
  /** @type {Map<string, Set<(store: Store, sentence: string) => void>>} */ #listeners = new Map();

  /** @param {{settings: Settings, view: View}} start */
  constructor({ settings, view }) {
    this.settings = settings;
    this.view = view;
  }

  /**
   * Call back whenever the event happens.
   * @param {Event} event
   * @param {(store: Store, sentence: string) => void} callback  the sentence is that of "refused"
   * @returns {() => void} ends it
   */
  on(event, callback) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(callback));
    return () => listeners.delete(callback);
  }

  /** @param {Event} event @param {string} [sentence] */
  emit(event, sentence = "") {
    for (const callback of this.#listeners.get(event) ?? []) callback(this, sentence);
  }

  /** @param {Command} command  for the server, e.g. {do: "run"} */
  send(command) {
    if (command.do !== "look" && command.do !== "focus") this.emit("refused", ""); // what was refused before is over
    this.transport(command);
  }

  /**
   * Set a weight, or with no row a bias.
   * @param {{layer: number, row: number | null, unit: number}} place
   * @param {number} value
   */
  edit(place, value) {
    if (Math.abs(value) <= LARGEST_WEIGHT) this.send({ do: "edit", ...place, value });
    else this.emit("refused", `A weight can be set to a number from ${-LARGEST_WEIGHT} to ${LARGEST_WEIGHT}.`);
  }

  /** @param {Partial<Settings>} changes  shown at once and sent */
  set(changes) {
    if (!this.expect(changes)) return;
    this.send({ do: "set", settings: changes });
    this.emit("settings");
  }

  /**
   * Take these settings for ours until a scene answers.
   * @param {Partial<Settings>} changes
   * @returns {boolean} whether any differs
   */
  expect(changes) {
    const changed = Object.entries(changes).filter(([key, value]) => !same(value, Reflect.get(this.settings, key)));
    this.#insisted &&= !changed.length;
    for (const [key, value] of changed) {
      this.#pending.set(key, performance.now() + PATIENCE);
      Reflect.set(this.settings, key, value);
    }
    return changed.length > 0;
  }

  /** All settings are ours to send (a new connection, a link): do not let an older scene overwrite them. */
  insist() {
    const until = performance.now() + PATIENCE;
    for (const key of Object.keys(this.settings)) this.#pending.set(key, until);
    this.#insisted = true;
    this.send({ do: "set", settings: this.settings });
  }

  /** @param {Partial<View>} changes  of what only this page knows */
  show(changes) {
    Object.assign(this.view, changes);
    this.emit("view");
  }

  /** @param {Iterable<number>} points */
  highlightPoints(points) {
    this.highlight = new Set(points);
    this.emit("highlight");
  }

  /** Follow the point that is looked at forward, or back. @param {boolean} back */
  follow(back) {
    this.backward = back;
    this.emit("view");
  }

  /** @param {Neuron | null} neuron  to show large; null for the output */
  focusOn(neuron) {
    if (same(neuron, this.focus)) return;
    this.focus = neuron;
    this.send(neuron ? { do: "focus", layer: neuron.layer, unit: neuron.unit } : { do: "focus" });
    this.emit("focus");
  }

  /** @param {Scene | Frame} message */
  receive(message) {
    if (message.kind === "scene") this.#receiveScene(message);
    else if (this.scene && message.generation === this.scene.generation) this.#receiveFrame(message);
  }

  /** @param {Scene} scene */
  #receiveScene(scene) {
    const another = !same(scene.widths, this.scene?.widths);
    this.scene = scene;
    this.frame = another || scene.reset ? null : this.frame;
    if (scene.reset) this.history = emptyHistory(scene.settings.restarts);
    this.highlight = new Set();
    if (another) this.focusOn(null);
    this.#agree(scene.settings);
    this.emit("settings");
    this.emit("scene");
  }

  /** @param {Frame} frame */
  #receiveFrame(frame) {
    this.frame = frame;
    if (frame.cut !== null && frame.cut !== undefined) forget(this.history, frame.cut);
    extend(this.history, frame);
    this.emit("frame");
  }

  /** Take the server's settings, except those that it cannot have seen yet. @param {Settings} settings */
  #agree(settings) {
    for (const [key, value] of Object.entries(settings)) {
      const pending = this.#pending.get(key);
      const agreed = same(value, Reflect.get(this.settings, key));
      if (pending !== undefined && !agreed && performance.now() < pending) continue;
      this.#pending.delete(key);
      Reflect.set(this.settings, key, value);
    }
  }

  /**
   * The server refused a command.
   * @param {string} sentence
   * @param {Partial<Settings>} settings  those that it would have changed, as they still are
   */
  refuse(sentence, settings) {
    if (this.#misses(settings)) this.#doWithout();
    else {
      for (const key of Object.keys(settings)) this.#pending.delete(key);
      Object.assign(this.settings, settings);
    }
    this.emit("settings");
    this.emit("refused", sentence);
  }

  /** Whether we insisted on a table: it travels in no link, and does not outlive its server. @param {Partial<Settings>} settings */
  #misses(settings) {
    return this.settings.dataset === "table" && this.#insisted && settings.dataset !== undefined;
  }

  /** All else is kept. */
  #doWithout() {
    this.settings.dataset = DATASETS[this.settings.problem][0];
    this.insist();
  }

  /** @param {Status} status @param {string} [sentence] */
  become(status, sentence = "") {
    this.status = status;
    this.sentence = sentence;
    this.emit("status");
  }
}
