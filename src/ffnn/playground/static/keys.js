/** Keys for the whole page: space runs or pauses, a full stop steps, r resets. Never while something is typed. */

import { byId } from "./dom.js";

/** @param {import("./store.js").Store} store */
export function handleKeys(store) {
  const toggle = () => store.send({ do: store.frame?.status === "running" ? "pause" : "run" });
  const step = () => store.send({ do: "step", epochs: 1 });
  const reset = () => store.send({ do: "reset" });
  byId("run").addEventListener("click", toggle);
  byId("step").addEventListener("click", step);
  byId("reset").addEventListener("click", reset);
  const keys = /** @type {Record<string, () => void>} */ ({ " ": toggle, ".": step, r: reset });
  document.addEventListener("keydown", (event) => {
    const action = keys[event.key.toLowerCase()];
    if (!action || event.ctrlKey || event.metaKey || event.altKey || event.repeat || typing(event.target, event.key))
      return;
    event.preventDefault();
    action();
  });
}

/** Whether the key belongs to what has the focus: text to a field, a space to a button. @param {EventTarget | null} target @param {string} key */
function typing(target, key) {
  if (!(target instanceof Element)) return false;
  const text = "input:not([type=checkbox]):not([type=radio]):not([type=range]), select, textarea";
  return target.matches(text) || (key === " " && target.matches("button, input, summary, a"));
}
