/** Lessons: each sets its scene in one click, says what to do and what to watch, and shows the remedy as a second scene. */

import { LESSONS } from "./lesson_list.js";
import { make, write } from "../dom.js";
import { DEFAULTS } from "../contract.gen.js";
import { same } from "../settings.js";
import { row } from "./panel.js";
import { shapeTrap } from "./shapes.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./lesson_list.js").Lesson} Lesson */
/** @typedef {import("./lesson_list.js").Setting} Setting */
/** @typedef {{settings: import("../store.js").Settings, view: import("../store.js").View}} Choices */

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const place = make("div", { id: "lesson-place", "aria-live": "polite" });
  const buttons = LESSONS.map(({ name, title }) =>
    make("button", { type: "button", id: `lesson-${name}`, textContent: title, "aria-pressed": "false" }),
  );
  buttons.forEach((button, at) => button.addEventListener("click", () => choose(LESSONS[at])));
  const list = make("ol", { className: "lesson-list" }, ...buttons.map((button) => make("li", {}, button)));
  element.append(make("p", { textContent: ABOUT }), list, place);
  let open = "";
  let before = kept(store);
  const choose = (/** @type {Lesson} */ lesson) => {
    if (open === "" || !isScene(store.settings)) before = kept(store);
    const name = open === lesson.name ? "" : lesson.name;
    if (name && lesson.scenes.length) set(store, lesson.scenes[0]);
    store.show({ lesson: name });
  };
  const back = () => {
    store.set(before.settings);
    store.show({ ...before.view, lesson: "" });
  };
  const draw = () => {
    if (store.view.lesson === open) return;
    open = store.view.lesson;
    LESSONS.forEach((lesson, at) => buttons[at].setAttribute("aria-pressed", String(lesson.name === open)));
    const lesson = LESSONS.find((each) => each.name === open);
    place.replaceChildren(...(lesson ? [page(lesson, store, back)] : []));
  };
  store.on("view", draw);
  openFromLink(store);
  draw();
}

const ABOUT =
  "A lesson sets all of the page for what it shows. What you had before comes back by “Back to what I had”.";

/**
 * What there is now, so that it can come back.
 * @param {Store} store
 * @returns {Choices}
 */
const kept = ({ settings, view }) => structuredClone({ settings: { ...settings }, view: { ...view } });

/**
 * Whether these are the settings of a lesson's scene, and nobody has gone on from there.
 * @param {import("../store.js").Settings} settings
 */
const isScene = (settings) =>
  LESSONS.some(({ scenes }) => scenes.some((scene) => same(sorted(settings), sorted(settingsOf(scene)))));

/**
 * A link that names a lesson and nothing else sets its scene; one with settings keeps these: somebody went on from there.
 * @param {Store} store
 */
function openFromLink(store) {
  const lesson = LESSONS.find(({ name }) => name === store.view.lesson);
  if (!lesson?.scenes.length || !same(store.settings, DEFAULTS)) return;
  const begin = () => {
    if (store.status !== "live") return; // what is sent before is lost
    end();
    set(store, lesson.scenes[0]);
  };
  const end = store.on("status", begin);
  begin();
}

/**
 * The scene from its beginning, standing still: whoever presses Run sees the first steps.
 * @param {Store} store
 * @param {Setting} scene
 */
function set(store, scene) {
  store.send({ do: "pause" });
  store.set(settingsOf(scene));
  store.send({ do: "reset" }); // even where nothing differs, or only what changes live
  store.show({ show_test: false, discretize: false, log: false, ...scene.view });
}

/**
 * All settings of a scene.
 * @param {Setting} scene
 * @returns {import("../store.js").Settings}
 */
const settingsOf = (scene) => structuredClone({ ...DEFAULTS, ...scene.settings });

/**
 * @param {Lesson} lesson
 * @param {Store} store
 * @param {() => void} back
 */
function page(lesson, store, back) {
  /** @type {HTMLElement[]} */
  const parts = [make("h3", { textContent: lesson.title })];
  parts.push(...lesson.text.map((text) => make("p", { textContent: text })));
  const undo = make("button", { type: "button", id: "lesson-back", textContent: "Back to what I had", onclick: back });
  parts.push(lesson.scenes.length ? scenesOf(lesson, store, undo) : row(undo));
  if (lesson.name === "shapes") parts.push(shapeTrap(store));
  if (lesson.source) parts.push(make("p", { className: "panel-small", textContent: `Source: ${lesson.source}.` }));
  return make("article", { className: "lesson" }, ...parts);
}

/**
 * The scenes of a lesson; the one that is set is pressed in.
 * @param {Lesson} lesson
 * @param {Store} store
 * @param {HTMLElement} undo  a button
 */
function scenesOf(lesson, store, undo) {
  const buttons = lesson.scenes.map((scene, at) =>
    make("button", {
      type: "button",
      id: `lesson-scene-${at}`,
      textContent: scene.name,
      onclick: () => set(store, scene),
    }),
  );
  const items = lesson.scenes.map(({ watch }, at) => make("li", {}, buttons[at], make("span", { textContent: watch })));
  const run = make("button", { type: "button", id: "lesson-run", className: "primary" });
  const running = () => store.frame?.status === "running";
  run.addEventListener("click", () => store.send({ do: running() ? "pause" : "run" }));
  const element = make("div", {}, make("ol", { className: "lesson-scenes" }, ...items), row(run, undo));
  const draw = () => {
    write(run, running() ? "Pause" : "Run");
    lesson.scenes.forEach((scene, at) =>
      buttons[at].setAttribute("aria-pressed", String(same(sorted(store.settings), sorted(settingsOf(scene))))),
    );
  };
  const ends = [store.on("frame", () => (element.isConnected ? write(run, running() ? "Pause" : "Run") : end()))];
  ends.push(store.on("settings", draw));
  const end = () => ends.forEach((each) => each());
  draw();
  return element;
}

/**
 * Settings in an order of their own, whoever wrote them.
 * @param {object} settings
 */
const sorted = (settings) => Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1));
