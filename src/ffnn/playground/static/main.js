/** Boot: build the page, connect it, and draw each frame once, in the browser's own time. */

import { Chart } from "./output/chart.js";
import { onSystemTheme, useTheme } from "./colour.js";
import { Connection } from "./connection.js";
import { mountControls } from "./controls/controls.js";
import { byId } from "./dom.js";
import * as exports from "./panels/exports.js";
import { Field } from "./output/field.js";
import * as health from "./panels/health.js";
import * as inside from "./panels/inside.js";
import { handleKeys } from "./keys.js";
import * as lessons from "./panels/lessons.js";
import { Network } from "./network/network.js";
import { Readout } from "./controls/readout.js";
import { readHash, writeHash } from "./settings.js";
import { Store } from "./store.js";
import * as table from "./panels/table.js";
import { leaveHidden, mountTabs } from "./tabs.js";
import { throttled } from "./controls/widgets.js";
import { Timeline } from "./output/timeline.js";
import { mountTools } from "./controls/tools.js";
import * as tricks from "./panels/tricks.js";

const PANELS = { lessons, tricks, inside, health, table, exports };
const KEPT = 600; // draw times

const ADDRESS = "address";
const start = readHash(reloaded() ?? location.hash);
const store = new Store(start);
const connection = new Connection(store, !start.empty);
/** @type {number[]} milliseconds that drawing a frame took, the newest last */
const drawTimes = [];
Object.assign(window, { ffnn: { store, drawTimes } });

useTheme(store.view.theme);
mountControls(store);
const showPanel = mountTabs(byId("tabs"), Object.keys(PANELS).map(byId));
const network = new Network(byId("diagram"), store);
const field = new Field(byId("field"), byId("painting"), store);
const parts = [
  network,
  field,
  new Chart(byId("chart"), store),
  new Timeline(byId("chart"), store),
  new Readout(store, () => connection.open()),
];
mountTools(byId("tools"), store);
store.on("view", () => leaveHidden(byId("tabs")));
leaveHidden(byId("tabs"));
handleKeys(store);
followAddress();
drawFrames();
mountPanels();
connection.open();

/** Draw in animation frames only, from the newest state; then the server may send the next. */
function drawFrames() {
  let asked = false;
  let drawn = store.frame;
  const draw = () => {
    asked = false;
    const began = performance.now();
    for (const part of parts) part.draw();
    if (store.frame !== drawn) drawTimes.push(performance.now() - began);
    if (drawTimes.length > KEPT) drawTimes.shift();
    drawn = store.frame;
    connection.seen();
  };
  const ask = () => {
    if (!asked) requestAnimationFrame(draw);
    asked = true;
  };
  for (const event of /** @type {const} */ (["scene", "frame", "view", "highlight", "focus"])) store.on(event, ask);
  window.addEventListener("resize", ask);
  byId("field").addEventListener("pointermove", ask);
  onSystemTheme(() => store.show({}));
  store.on("view", () => {
    useTheme(store.view.theme);
    field.invalidate();
  });
  store.on("scene", () => store.focus && store.send({ do: "focus", ...store.focus })); // a new scene forgets it
}

/** What a reload goes on with: the address may not yet have followed. @returns {string | null} null where it is none */
function reloaded() {
  const [entry] = performance.getEntriesByType("navigation");
  const again = entry instanceof PerformanceNavigationTiming && entry.type === "reload";
  return again ? sessionStorage.getItem(ADDRESS) : null;
}

/** The address follows the page, and the page a changed address. */
function followAddress() {
  const address = () => writeHash(store.settings, store.view);
  const write = () => {
    const hash = address();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
  };
  const soon = throttled(write, 200); // a browser counts how often an address changes
  store.on("settings", soon);
  store.on("view", soon);
  window.addEventListener("pagehide", () => sessionStorage.setItem(ADDRESS, address()));
  window.addEventListener("hashchange", () => {
    const { settings, view } = readHash(location.hash);
    if (store.expect(settings)) store.insist(); // as a link does that the page begins with
    store.emit("settings");
    store.show(view);
  });
}

/** Each panel builds itself in its section; one that fails takes no other with it. A chosen point opens "Look inside". */
function mountPanels() {
  for (const [name, { mount }] of Object.entries(PANELS)) {
    const body = byId(name).querySelector(".body");
    try {
      if (body instanceof HTMLElement) mount(body, store);
    } catch (error) {
      console.error(`the panel ${name} does not work`, error);
    }
  }
  byId("field").addEventListener("click", ({ target }) => {
    if (target instanceof HTMLCanvasElement && !field.painting.active) showPanel("inside");
  });
}
