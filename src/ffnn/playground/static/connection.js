/** The line to the server: reads its messages, answers each drawn one, and comes back when it breaks. */

import { REPLACED } from "./contract.gen.js";
import { decode } from "./messages.js";

/** @typedef {import("./store.js").Store} Store */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const REFUSED_WAIT = 10000;

export class Connection {
  /** @type {WebSocket | null} */ #socket = null;
  #undrawn = 0;
  #wait = FIRST_WAIT;
  #timer = 0;
  #first = true;
  #wasRunning = false;

  /**
   * @param {Store} store
   * @param {boolean} insist  send our settings on the first connection too (the address names some)
   */
  constructor(store, insist) {
    this.store = store;
    this.insist = insist;
    this.session = sessionName();
    store.transport = (command) => this.#send(command);
    window.addEventListener("online", () => this.#hurry());
  }

  open() {
    window.clearTimeout(this.#timer);
    if ((this.#socket?.readyState ?? WebSocket.CLOSED) < WebSocket.CLOSING) return; // of two, one would lose the session
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/socket?session=${this.session}`);
    socket.binaryType = "arraybuffer";
    const ours = () => socket === this.#socket; // not one that is closing while the next is already there
    socket.onopen = () => ours() && this.#opened();
    socket.onmessage = (event) => ours() && this.#received(event.data);
    socket.onclose = (event) => ours() && this.#closed(event);
    this.#socket = socket;
    this.#undrawn = 0;
  }

  /** The newest message is on the screen: the server may prepare the next. */
  seen() {
    for (; this.#undrawn > 0; this.#undrawn--) this.#send({ do: "seen" });
  }

  #opened() {
    if (!this.#first || this.insist) this.store.insist();
    if (this.#wasRunning) this.#send({ do: "run" });
    if (this.store.focus) this.#send({ do: "focus", ...this.store.focus });
    this.#first = false;
  }

  /** @param {string | ArrayBuffer} data */
  #received(data) {
    if (typeof data === "string") {
      const message = JSON.parse(data);
      if (message.kind === "refused") this.store.refuse(message.sentence, message.settings);
      return;
    }
    if (this.store.status !== "live") this.store.become("live"); // now it really serves us
    this.#wait = FIRST_WAIT;
    this.#undrawn++;
    this.store.receive(decode(data));
  }

  /** @param {CloseEvent} event */
  async #closed(event) {
    this.#wasRunning = this.store.frame?.status === "running";
    if (event.reason) {
      this.store.become("refused", event.reason);
      if (event.code !== REPLACED) this.#again(REFUSED_WAIT); // or two pages would take it from each other without end
      return;
    }
    this.store.become("gone", await reason());
    this.#again(this.#wait);
    this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
  }

  /** @param {number} wait  milliseconds */
  #again(wait) {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.open(), wait);
  }

  #hurry() {
    if (this.store.status !== "live") this.open();
  }

  /** @param {import("./store.js").Command} command */
  #send(command) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(command));
  }
}

/** A browser hides why a socket failed; an ordinary request tells whether the server lives and still knows us. */
async function reason() {
  try {
    const response = await fetch("/", { cache: "no-store" });
    if (response.ok) return "The connection broke. Connecting again …";
    return "The server no longer knows this page. Open the address that it printed when it started.";
  } catch {
    return "The server is gone. Start it again; this page connects by itself and keeps its settings.";
  }
}

/** A reload resumes the session of its tab. */
export function sessionName() {
  const kept = sessionStorage.getItem("session");
  if (kept) return kept;
  const numbers = crypto.getRandomValues(new Uint32Array(4));
  const name = Array.from(numbers, (number) => number.toString(36)).join("");
  sessionStorage.setItem("session", name);
  return name;
}
