/** The panels below the diagram, one at a time. */

import { make } from "./dom.js";

/**
 * @param {HTMLElement} list
 * @param {HTMLElement[]} sections  each with an id and `data-tab`, its title
 * @returns {(id: string) => void} shows one
 */
export function mountTabs(list, sections) {
  const tabs = sections.map((section) => {
    const tab = make("button", {
      type: "button",
      id: `tab-${section.id}`,
      role: "tab",
      "aria-controls": section.id,
      textContent: section.dataset.tab ?? "",
    });
    tab.dataset.control = section.id;
    section.setAttribute("role", "tabpanel");
    section.setAttribute("aria-labelledby", tab.id);
    return tab;
  });
  const show = (/** @type {string} */ id) => {
    sections.forEach((section, index) => {
      const chosen = section.id === id;
      section.classList.toggle("folded", !chosen);
      tabs[index].setAttribute("aria-selected", String(chosen));
      tabs[index].tabIndex = chosen ? 0 : -1;
    });
  };
  list.append(...tabs);
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(sections[index].id));
    tab.addEventListener("keydown", (event) => {
      const open = tabs.filter(visible);
      const way = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (way) open[(open.indexOf(tab) + way + open.length) % open.length].focus();
      if (way && document.activeElement instanceof HTMLElement) document.activeElement.click();
    });
  });
  show(sections[0].id);
  return show;
}

/** Where the open panel was hidden, open the first that was not. @param {HTMLElement} list */
export function leaveHidden(list) {
  const tabs = Array.from(list.querySelectorAll("button"));
  const open = tabs.find((tab) => tab.getAttribute("aria-selected") === "true");
  if (open && !visible(open)) tabs.find(visible)?.click();
}

/** @param {HTMLElement} tab */
function visible(tab) {
  return !tab.classList.contains("hidden-by-teacher");
}
