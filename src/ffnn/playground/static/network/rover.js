/** One tab stop for many buttons in columns: arrows move among them (the pattern "roving tabindex"). */

export class Rover {
  /** @type {HTMLElement[][]} */ #columns = [];
  /** @type {string} id of the button that the Tab key reaches */ #home = "";

  /** @param {HTMLElement[][]} columns */
  take(columns) {
    this.#columns = columns.filter((column) => column.length);
    const all = this.#columns.flat();
    const home = all.find(({ id }) => id === this.#home) ?? all[0];
    for (const button of all) {
      button.tabIndex = button === home ? 0 : -1;
      button.addEventListener("keydown", (event) => this.#key(event, button));
      button.addEventListener("focus", () => this.#settle(button));
    }
  }

  /** @param {HTMLElement} button */
  #settle(button) {
    this.#home = button.id;
    for (const other of this.#columns.flat()) other.tabIndex = other === button ? 0 : -1;
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} button */
  #key(event, button) {
    const column = this.#columns.findIndex((buttons) => buttons.includes(button));
    const row = this.#columns[column].indexOf(button);
    const there = this.#neighbour(event.key, column, row);
    if (!there) return;
    event.preventDefault();
    there.focus();
  }

  /** @param {string} key @param {number} column @param {number} row @returns {HTMLElement | undefined} */
  #neighbour(key, column, row) {
    const own = this.#columns[column];
    if (key === "ArrowUp") return own[row - 1];
    if (key === "ArrowDown") return own[row + 1];
    if (key === "Home") return own[0];
    if (key === "End") return own[own.length - 1];
    const beside = this.#columns[column + (key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : NaN)];
    return beside?.[Math.round((row / Math.max(1, own.length - 1)) * (beside.length - 1))];
  }
}
