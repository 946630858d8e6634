/** One's own table: opened or dropped, its target and its plane chosen; and what the network makes of its points. */

import { sessionName } from "../connection.js";
import { LARGEST_TABLE, TABLE_ENDINGS } from "../contract.gen.js";
import { confusion } from "./confusion.js";
import { byId, make, write } from "../dom.js";
import { fill, labelled, redrawn } from "./panel.js";
import { scatter } from "./scatter.js";

/** @typedef {import("../store.js").Store} Store */

const LARGEST = `${LARGEST_TABLE / 1e6} MB`;

/**
 * @param {HTMLElement} element
 * @param {Store} store
 */
export function mount(element, store) {
  const choices = choicesOf(store);
  const columns = make("ul", { className: "table-columns", id: "table-columns" });
  const notes = make("ul", { className: "panel-notes", id: "table-notes" });
  const results = [confusion(store), scatter(store)];
  element.append(opener(store), choices.element, notes, columns, ...results.map((result) => result.element));
  redrawn(element, store, ["scene", "settings"], () => {
    choices.draw();
    listed(notes, store.scene?.notes ?? []);
    const table = store.settings.dataset === "table" ? store.scene?.table : null;
    listed(
      columns,
      table?.columns.map(({ name, kind, role }) =>
        role === "target" ? `${name}: target of ${kind}` : `${name}: ${kind}, ${role}`,
      ) ?? [],
    );
  });
}

/**
 * @param {HTMLElement} list
 * @param {string[]} texts
 */
function listed(list, texts) {
  const key = JSON.stringify(texts);
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.hidden = !texts.length;
  list.replaceChildren(...texts.map((textContent) => make("li", { textContent })));
}

/**
 * The file input; the whole page takes dropped files as well.
 * @param {Store} store
 */
function opener(store) {
  const input = make("input", { type: "file", id: "table-file", accept: TABLE_ENDINGS.join(",") });
  const progress = make("progress", {
    id: "table-progress",
    max: 1,
    value: 0,
    hidden: true,
    "aria-label": "Sent so far",
  });
  const stop = make("button", { type: "button", id: "table-stop", textContent: "Stop", hidden: true });
  const outcome = make("p", { id: "table-outcome", role: "status" });
  const send = (/** @type {File | undefined} */ file) => file && upload(file, store, { progress, stop, outcome });
  input.addEventListener("change", () => {
    send(input.files?.[0]);
    input.value = ""; // so that the same file can be opened again
  });
  dropped(send);
  const about =
    `CSV, TSV, Parquet, Arrow or JSON lines, text also packed by gzip or Zstandard, up to ${LARGEST}. Or drop the file anywhere on this page. It goes to your own ffnn and nowhere else.`;
  return make(
    "div",
    { className: "table-open" },
    labelled("Open a table", input),
    make("p", { className: "panel-small", textContent: about }),
    progress,
    stop,
    outcome,
  );
}

/**
 * Files dropped anywhere on the page. Without this, a browser would leave the page and show the file.
 * @param {(file: File | undefined) => void} send
 */
function dropped(send) {
  const veil = make(
    "div",
    { className: "table-veil", hidden: true, "aria-hidden": "true" },
    make("p", { textContent: "Drop the table to open it" }),
  );
  document.body.append(veil);
  const files = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (/** @type {DragEvent} */ event) => {
    if (!files(event)) return;
    event.preventDefault();
    veil.hidden = false;
  };
  window.addEventListener("dragenter", over);
  window.addEventListener("dragover", over);
  window.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) veil.hidden = true; // not where the pointer only moves on to another element
  });
  window.addEventListener("drop", (event) => {
    if (!files(event)) return;
    event.preventDefault();
    veil.hidden = true;
    byId("tab-table").click(); // where one sees what becomes of it
    send(event.dataTransfer?.files[0]);
  });
}

/**
 * @typedef {{progress: HTMLProgressElement, stop: HTMLButtonElement, outcome: HTMLElement}} Signs
 */

/**
 * Send a file. XMLHttpRequest, since fetch does not tell how much has been sent.
 * @param {File} file
 * @param {Store} store
 * @param {Signs} signs
 */
function upload(file, store, signs) {
  if (file.size > LARGEST_TABLE) {
    signs.outcome.textContent = `${file.name} has ${Math.ceil(file.size / 1e6)} MB; ${LARGEST} is the most. Try ffnn train for larger ones.`;
    return;
  }
  const request = new XMLHttpRequest();
  const query = new URLSearchParams({ session: sessionName(), name: file.name });
  request.open("POST", `/table?${query}`);
  const busy = (/** @type {boolean} */ on) => (signs.progress.hidden = signs.stop.hidden = !on);
  request.upload.onprogress = (event) => (signs.progress.value = event.loaded / (event.total || 1));
  request.upload.onload = () => (signs.outcome.textContent = `${file.name} is being read …`);
  request.onload = () => arrived(request, file, store, signs.outcome);
  request.onerror = () => (signs.outcome.textContent = `${file.name} could not be sent: the server does not answer.`);
  request.onabort = () => (signs.outcome.textContent = `${file.name} was not sent.`);
  request.onloadend = () => busy(false);
  signs.stop.onclick = () => request.abort();
  signs.outcome.textContent = `${file.name} is being sent …`;
  busy(true);
  request.send(file);
}

/**
 * @param {XMLHttpRequest} request
 * @param {File} file
 * @param {Store} store
 * @param {HTMLElement} outcome
 */
function arrived(request, file, store, outcome) {
  const answer = parsed(request.responseText);
  if (request.status !== 200) {
    outcome.textContent = answer.sentence || `${file.name} was not opened: the server answered ${request.status}.`;
    return;
  }
  outcome.textContent = `${answer.name ?? file.name} is open.`;
}

/**
 * @param {string} text
 * @returns {{sentence?: string, name?: string}}
 */
function parsed(text) {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/**
 * What is predicted, and the plane in which it is seen; there only while a table is open.
 * @param {Store} store
 */
function choicesOf(store) {
  const target = chooser(store, "target");
  const across = chooser(store, "across");
  const up = chooser(store, "up");
  const view = chooser(store, "view");
  const row = make("input", { id: "set-row", type: "number", min: "0", step: "1" });
  row.addEventListener("change", () => {
    if (!row.checkValidity()) store.emit("refused", `There are rows 0 to ${row.max}.`);
    else if (row.value !== "") store.set({ row: Number(row.value) });
    row.value = String(store.settings.row);
  });
  const reuse = make("button", {
    type: "button",
    id: "table-again",
    textContent: "Back to the table",
    onclick: () => store.set({ dataset: "table", inputs: "normalised" }),
  });
  const name = make("p", { id: "table-name" });
  const fields = make(
    "div",
    { className: "panel-row" },
    labelled("Predict", target),
    labelled("Seen as", view),
    labelled("Across", across),
    labelled("Up", up),
    labelled("Others as in row", row),
  );
  const draw = () => {
    const table = store.settings.dataset === "table" ? (store.scene?.table ?? null) : null;
    const kept = store.scene?.opened; // the server keeps it while points are learned
    fields.hidden = !table;
    reuse.hidden = Boolean(table) || !kept;
    write(name, table ? sized(table) : kept ? `${kept} is still open, but not used now.` : "No table is open.");
    if (table) drawChoices(store, table, { target, across, up, view, row });
  };
  return { element: make("div", {}, name, reuse, fields), draw };
}

/** @param {NonNullable<import("../store.js").Scene["table"]>} table */
const sized = ({ name, rows, columns }) => `${name}: ${rows.toLocaleString("en")} rows, ${columns.length} columns`;

/**
 * @param {Store} store
 * @param {"target" | "across" | "up" | "view"} key
 */
function chooser(store, key) {
  const select = make("select", { id: `set-${key}` });
  select.addEventListener("change", () => {
    // Another target may be one of the plane's columns: then the server chooses the plane anew.
    store.set(key === "target" ? { target: select.value, across: "", up: "" } : { [key]: select.value });
  });
  return select;
}

/**
 * @param {Store} store
 * @param {NonNullable<import("../store.js").Scene["table"]>} table
 * @param {{target: HTMLSelectElement, across: HTMLSelectElement, up: HTMLSelectElement, view: HTMLSelectElement, row: HTMLInputElement}} fields
 */
function drawChoices({ settings, scene }, table, { target, across, up, view, row }) {
  const named = (/** @type {{name: string}[]} */ columns) =>
    columns.map(({ name }) => /** @type {[string, string]} */ ([name, name]));
  const predicted = table.columns.find(({ role }) => role === "target")?.name ?? "";
  fill(target, named(table.columns), settings.target || predicted);
  const numbers = named(table.columns.filter(({ kind, role }) => kind === "number" && role === "input"));
  const plane = settings.view === "plane" && numbers.length > 1;
  fill(across, numbers, settings.across || scene?.axes[0]);
  fill(up, numbers, settings.up || scene?.axes[1]);
  fill(
    view,
    [
      ["plane", "two columns"],
      ["pca", "two principal components"],
    ],
    settings.view,
  );
  across.disabled = up.disabled = row.disabled = !plane;
  const { train = 0, test = 0 } = scene?.rows ?? {};
  row.max = String(Math.max(0, train + test - 1)); // of the rows that are used
  if (document.activeElement !== row) row.value = String(settings.row);
}
