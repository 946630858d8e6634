/** The loss by epoch: the chosen network's, the other restarts' thin, their median and quartiles, and what was changed when. */

import { ink } from "../colour.js";
import { make, sharpen, tell, write } from "../dom.js";
import { Scale, spread, trace } from "./curves.js";
import { decades, label, ticks } from "./ticks.js";
import { viewed } from "../controls/widgets.js";

/** @typedef {import("../store.js").Store} Store */

const MARGIN = { left: 44, right: 10, top: 8, bottom: 20 };
const HEIGHT = 132;
const NEAR = 8; // pixels from which a line is meant by a click

export class Chart {
  #canvas = make("canvas", { role: "img" });
  #choice = make("select", { id: "choose-restart" });
  #chooser = make("label", { className: "chooser", hidden: true }, "Restart ", this.#choice);
  #train = make("span");
  #test = make("span");
  #scale = new Scale();
  #listed = 0;
  /** @type {import("../contract.gen.js").Frame | null} the last one whose losses were listed */ #told = null;

  /** @param {HTMLElement} element @param {Store} store */
  constructor(element, store) {
    this.element = element;
    this.store = store;
    const key = make(
      "div",
      { className: "key" },
      make("span", { className: "line train" }),
      "Train ",
      this.#train,
      make("span", { className: "line test" }),
      "Test ",
      this.#test,
    );
    element.append(
      make("div", { className: "heading" }, key, viewed(store, "log", "Log")),
      this.#canvas,
      this.#chooser,
    );
    this.#choice.addEventListener("change", () => store.send({ do: "choose", restart: Number(this.#choice.value) }));
    this.#canvas.addEventListener("click", (event) => this.#click(event));
  }

  draw() {
    const { frame, history, view } = this.store;
    const width = this.element.clientWidth;
    if (!frame || width < 80) return;
    const [across, down] = [width - MARGIN.left - MARGIN.right, HEIGHT - MARGIN.top - MARGIN.bottom];
    this.#scale = new Scale(history, frame, across, down, view.log);
    const drawing = sharpen(this.#canvas, width, HEIGHT);
    drawing.translate(MARGIN.left, MARGIN.top);
    this.#drawAxes(drawing);
    drawing.save();
    drawing.beginPath();
    drawing.rect(0, -2, across, down + 3);
    drawing.clip();
    this.#drawLines(drawing);
    this.#drawMarks(drawing);
    drawing.restore();
    this.#tellLosses();
  }

  /** @param {CanvasRenderingContext2D} drawing */
  #drawAxes(drawing) {
    const { width, height, least, greatest, last, log } = this.#scale;
    drawing.font = "11px system-ui, sans-serif";
    drawing.fillStyle = ink("--muted");
    drawing.strokeStyle = ink("--line");
    drawing.lineWidth = 1;
    drawing.textAlign = "right";
    drawing.textBaseline = "middle";
    for (const tick of log ? decades(least, greatest, 5) : ticks(0, greatest, 4)) {
      const y = Math.round(this.#scale.toY(tick)) + 0.5;
      drawing.fillText(label(tick), -6, y);
      drawing.stroke(new Path2D(`M0 ${y}H${width}`));
    }
    drawing.textBaseline = "top";
    drawing.textAlign = "center";
    for (const tick of ticks(0, last, 5)) drawing.fillText(label(tick), this.#scale.toX(tick), height + 5);
    drawing.stroke(new Path2D(`M0.5 0V${height}`));
  }

  /** What was changed, and when. @param {CanvasRenderingContext2D} drawing */
  #drawMarks(drawing) {
    const { width, height } = this.#scale;
    drawing.textAlign = "left";
    drawing.textBaseline = "top";
    drawing.lineWidth = 1;
    this.store.history.marks.slice(-12).forEach(([epoch, text], index) => {
      const x = Math.round(this.#scale.toX(epoch)) + 0.5;
      drawing.strokeStyle = ink("--muted");
      drawing.setLineDash([2, 3]);
      drawing.stroke(new Path2D(`M${x} 0V${height}`));
      drawing.setLineDash([]);
      const left = Math.max(0, Math.min(x + 4, width - drawing.measureText(text).width - 2));
      drawing.strokeStyle = ink("--panel");
      drawing.lineWidth = 4; // a rim that keeps the words legible on the curves
      drawing.strokeText(text, left, (index % 4) * 13);
      drawing.lineWidth = 1;
      drawing.fillStyle = ink("--text");
      drawing.fillText(text, left, (index % 4) * 13);
    });
  }

  /** @param {CanvasRenderingContext2D} drawing */
  #drawLines(drawing) {
    const { history, frame } = this.store;
    const chosen = Math.min(frame?.restart ?? 0, history.train.length - 1);
    if (history.test.length > 1) this.#drawRestarts(drawing, chosen);
    drawing.lineJoin = "round";
    drawing.strokeStyle = ink("--accent");
    drawing.lineWidth = 1.6;
    drawing.setLineDash([5, 3]);
    drawing.stroke(trace(history.epochs, history.train[chosen], this.#scale));
    drawing.setLineDash([]);
    drawing.strokeStyle = ink("--text");
    drawing.lineWidth = 2.2;
    drawing.stroke(trace(history.epochs, history.test[chosen], this.#scale));
  }

  /** Test losses of the others, the middle half of all as a band, and their median. @param {CanvasRenderingContext2D} drawing @param {number} chosen */
  #drawRestarts(drawing, chosen) {
    const { epochs, test } = this.store.history;
    const { band, median } = spread(epochs, test, this.#scale);
    drawing.globalAlpha = 0.18;
    drawing.fillStyle = ink("--text");
    drawing.fill(band);
    drawing.globalAlpha = 0.45;
    drawing.strokeStyle = ink("--muted");
    drawing.lineWidth = 0.8;
    test.forEach((losses, restart) => {
      if (restart !== chosen) drawing.stroke(trace(epochs, losses, this.#scale));
    });
    drawing.globalAlpha = 1;
    drawing.lineWidth = 1.4;
    drawing.setLineDash([1, 3]);
    drawing.stroke(median);
    drawing.setLineDash([]);
  }

  #tellLosses() {
    const { frame } = this.store;
    if (!frame) return;
    const [train, test] = [frame.loss[2 * frame.restart], frame.loss[2 * frame.restart + 1]];
    write(this.#train, tell(train));
    write(this.#test, tell(test));
    this.#canvas.setAttribute(
      "aria-label",
      `Loss by epoch; now ${tell(train)} in training and ${tell(test)} in testing`,
    );
    this.#list(frame);
  }

  /** The keyboard's way to choose: all restarts, the best first. @param {import("../contract.gen.js").Frame} frame */
  #list(frame) {
    const count = frame.loss.length / 2;
    this.#chooser.hidden = count < 2;
    const now = performance.now();
    if (
      count < 2 ||
      frame === this.#told ||
      (frame.status === "running" && now - this.#listed < 500) ||
      (document.activeElement === this.#choice && this.#choice.length === count)
    )
      return;
    [this.#listed, this.#told] = [now, frame];
    const order = Array.from({ length: count }, (_, restart) => restart).sort(
      (one, other) => rank(frame.loss[2 * one + 1]) - rank(frame.loss[2 * other + 1]),
    );
    const options = order.map((restart, place) =>
      make("option", {
        value: String(restart),
        textContent: `${restart + 1}: ${frame.running[restart] ? `test loss ${tell(frame.loss[2 * restart + 1])}` : "diverged"}, place ${place + 1}`,
      }),
    );
    this.#choice.replaceChildren(...options);
    this.#choice.value = String(frame.restart);
  }

  /** The line nearest to a click becomes the chosen one. @param {MouseEvent} event */
  #click(event) {
    const { history, frame } = this.store;
    if (history.test.length < 2 || !frame) return;
    const [x, y] = [event.offsetX - MARGIN.left, event.offsetY - MARGIN.top];
    const row = history.epochs.findIndex((epoch) => this.#scale.toX(epoch) >= x);
    if (row < 0) return;
    const distances = history.test.map((losses) => Math.abs(this.#scale.toY(losses[row]) - y));
    const restart = distances.indexOf(Math.min(...distances.filter(Number.isFinite)));
    if (restart >= 0 && distances[restart] < NEAR) this.store.send({ do: "choose", restart });
  }
}

/** What diverged comes last. @param {number} loss */
function rank(loss) {
  return Number.isFinite(loss) ? loss : Infinity;
}
