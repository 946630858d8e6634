/** Boot: build the page, connect it, and draw each frame once, in the browser's own time. */

import { Chart } from "./chart.js";
import { onSystemTheme, useTheme } from "./colour.js";
import { Connection } from "./connection.js";
import { mountControls } from "./controls.js";
import { byId } from "./dom.js";
import { Field } from "./field.js";
import { handleKeys } from "./keys.js";
import { Network } from "./network.js";
import { Readout } from "./readout.js";
import { readHash, writeHash } from "./settings.js";
import { Store } from "./store.js";
import { mountTabs } from "./tabs.js";
import { Timeline } from "./timeline.js";
import { mountTools } from "./tools.js";

const PANELS = ["lessons", "tricks", "inside", "health", "table", "exports"];
const KEPT = 600; // draw times

const start = readHash(location.hash);
const store = new Store(start);
const connection = new Connection(store, !start.empty);
/** @type {number[]} milliseconds that drawing a frame took, the newest last */
const drawTimes = [];
Object.assign(window, { feedforward: { store, drawTimes } });

useTheme(store.view.theme);
mountControls(store);
const showPanel = mountTabs(byId("tabs"), PANELS.map(byId));
const network = new Network(byId("diagram"), store);
const field = new Field(byId("field"), byId("painting"), store);
const parts = [network, field, new Chart(byId("chart"), store), new Timeline(byId("chart"), store), new Readout(store, () => connection.open())];
mountTools(byId("tools"), store);
handleKeys(store);
followAddress();
drawFrames();
mountPanels();
connection.open();

/** Draw in animation frames only, from the newest state; then the server may send the next. */
function drawFrames() {
  let asked = false;
  const draw = () => {
    asked = false;
    const began = performance.now();
    for (const part of parts) part.draw();
    drawTimes.push(performance.now() - began);
    if (drawTimes.length > KEPT) drawTimes.shift();
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

/** The address follows the page, and the page a changed address. */
function followAddress() {
  let timer = 0;
  const write = () => {
    const hash = writeHash(store.settings, store.view);
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname);
  };
  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(write, 200);
  };
  store.on("settings", later);
  store.on("view", later);
  window.addEventListener("hashchange", () => {
    const { settings, view } = readHash(location.hash);
    store.set(settings);
    store.show(view);
  });
}

/** Each panel builds itself in its section. A point that is looked at opens "Look inside". */
async function mountPanels() {
  for (const name of PANELS) {
    try {
      const { mount } = await import(`./${name}.js`);
      mount(byId(name).querySelector(".body"), store);
    } catch (error) {
      console.error(`the panel ${name} does not work`, error);
    }
  }
  byId("field").addEventListener("click", () => store.settings.dataset === "drawn" || showPanel("inside"));
}
