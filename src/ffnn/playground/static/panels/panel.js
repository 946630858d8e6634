/**
 * What the panels below the diagram share: fields and bars, drawing no oftener than anybody can read, copying, saving.
 */

import { make } from "../dom.js";

/** @typedef {import("../store.js").Store} Store */

const PAUSE = 100; // milliseconds from one drawing of a panel to the next: nobody reads numbers that change faster
const SHARE = 8; // of the time, a panel draws an eighth at most: large networks have thousands of numbers

/**
 * Draw a panel after these events of the store, at most ten times a second, and only while it can be seen.
 * @param {Element} element
 * @param {Store} store
 * @param {Parameters<Store["on"]>[0][]} events
 * @param {() => void} draw
 * @returns {() => void} Asks for a drawing.
 */
export function redrawn(element, store, events, draw) {
  let [stale, visible, waiting, next] = [true, false, false, -Infinity];
  const now = () => {
    waiting = false;
    if (!visible) return;
    stale = false;
    const began = performance.now();
    draw();
    const ended = performance.now();
    next = began + Math.max(PAUSE, SHARE * (ended - began));
  };
  const ask = () => {
    stale = true;
    if (!visible || waiting) return;
    waiting = true;
    setTimeout(() => requestAnimationFrame(now), Math.max(0, next - performance.now()));
  };
  const seen = (/** @type {IntersectionObserverEntry[]} */ entries) => {
    visible = entries[entries.length - 1].isIntersecting;
    if (visible && stale) ask();
  };
  // Beyond the window's edge too: what is scrolled to, or reached by Tab, is already as it should be.
  new IntersectionObserver(seen, { rootMargin: "500px" }).observe(element);
  for (const event of events) store.on(event, ask);
  return ask;
}

/**
 * A button.
 * @param {string} id
 * @param {string} textContent
 * @param {() => void} onclick
 */
export const button = (id, textContent, onclick) => make("button", { type: "button", id, textContent, onclick });

/**
 * Controls side by side.
 * @param {...HTMLElement} children
 */
export const row = (...children) => make("div", { className: "panel-row" }, ...children);

/**
 * A part of a panel under its title.
 * @param {string} id
 * @param {string} title
 * @param {...HTMLElement} children
 */
export const section = (id, title, ...children) =>
  make("section", { id, "aria-label": title }, make("h3", { textContent: title }), ...children);

/**
 * A place for what may be wider than the window; it can be reached and scrolled by keyboard.
 * @param {string} name
 * @param {...HTMLElement} children
 */
export const scrolling = (name, ...children) =>
  make("div", { className: "panel-scroll", tabIndex: 0, role: "region", "aria-label": name }, ...children);

/**
 * A control under its label.
 * @param {string} text
 * @param {HTMLElement} control
 * @returns {HTMLLabelElement}
 */
export function labelled(text, control) {
  return make("label", { className: "panel-field" }, make("span", { textContent: text }), control);
}

/**
 * Fill a select, unless it already holds these; the choice stays where it still exists.
 * @param {HTMLSelectElement} select
 * @param {[value: string, text: string][]} options
 * @param {string} [chosen]
 */
export function fill(select, options, chosen = select.value) {
  const key = JSON.stringify(options);
  if (select.dataset.options !== key) {
    select.dataset.options = key;
    select.replaceChildren(...options.map(([value, text]) => make("option", { value, textContent: text })));
  }
  if (document.activeElement !== select || select.value === "") select.value = chosen;
  if (select.selectedIndex < 0 && options.length) select.selectedIndex = 0;
}

/**
 * Buttons of which one is pressed in.
 * @param {string} name Of the group, for who does not see it.
 * @param {[id: string, text: string][]} choices
 * @param {(id: string) => void} chosen
 * @returns {{element: HTMLElement, show: (id: string) => void}}
 */
export function switched(name, choices, chosen) {
  const buttons = choices.map(([id, text]) =>
    make("button", { type: "button", id, textContent: text, "aria-pressed": "false", onclick: () => chosen(id) }),
  );
  const element = make("div", { className: "panel-switch", role: "group", "aria-label": name }, ...buttons);
  const show = (/** @type {string} */ id) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.id === id));
  };
  return { element, show };
}

/**
 * A bar from the middle to the left (below 0) or to the right (above 0). Its number stands beside it, so it is silent.
 * @returns {{element: HTMLElement, show: (share: number) => void}}
 */
export function signedBar() {
  const inner = make("span");
  const element = make("span", { className: "signed-bar", "aria-hidden": "true" }, inner);
  const show = (/** @type {number} */ share) => {
    const size = Number.isFinite(share) ? Math.min(1, Math.abs(share)) * 50 : 0;
    inner.className = share < 0 ? "below" : "above";
    inner.style.width = `${size.toFixed(1)}%`;
    inner.style.left = `${(share < 0 ? 50 - size : 50).toFixed(1)}%`;
  };
  return { element, show };
}

/**
 * Text to the clipboard; where the browser forbids that, into a field, selected, to be copied by hand.
 * @param {string} text
 * @param {HTMLElement} place Where the outcome is told, and where the field appears.
 * @param {string} what
 */
export async function copy(text, place, what) {
  place.replaceChildren();
  try {
    await navigator.clipboard.writeText(text);
    place.textContent = `${what} copied.`;
  } catch {
    const field = make("textarea", {
      className: "panel-copy",
      readOnly: true,
      rows: 4,
      "aria-label": `${what}, to copy`,
    });
    field.value = text;
    place.append(make("span", { textContent: `Copy the ${what.toLowerCase()} with Ctrl+C or ⌘C:` }), field);
    field.focus();
    field.select();
  }
}

/**
 * Save bytes under a name, as a download.
 * @param {Blob} blob
 * @param {string} name
 */
export function save(blob, name) {
  const address = URL.createObjectURL(blob);
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // not at once: the browser still has to read it
}
