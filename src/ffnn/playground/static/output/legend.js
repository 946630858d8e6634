/** What the colours and shapes of the map mean: a bar with numbers, or a mark for each class. */

import { classColour, classShape, fieldTable, ink } from "../colour.js";
import { context, make, sharpen } from "../dom.js";
import { outline } from "./points.js";
import { label } from "./ticks.js";

const MOST = 10;

/** @param {import("../store.js").Store} store */
export function legend(store) {
  const element = make("div", { className: "legend" });
  const draw = () => {
    const { scene, focus } = store;
    if (!scene) return;
    if (focus) {
      element.replaceChildren(bar([-1, 1])); // of one neuron
      return;
    }
    const classes = scene.classes ?? [];
    const marks = classes.slice(0, MOST).map((name, index) => mark(name, index));
    if (classes.length > MOST) marks.push(make("span", { textContent: `and ${classes.length - MOST} more` }));
    element.replaceChildren(...(classes.length > 2 ? [] : [bar(scene.scale ?? [-1, 1])]), ...marks);
  };
  return { element, draw };
}

/** @param {[number, number]} scale */
function bar([low, high]) {
  const canvas = make("canvas", { width: 256, height: 1, "aria-hidden": "true" });
  const drawing = context(canvas);
  const image = drawing.createImageData(256, 1);
  new Uint32Array(image.data.buffer).set(fieldTable());
  drawing.putImageData(image, 0, 0);
  const numbers = [low, (low + high) / 2, high].map((value) =>
    make("span", { textContent: label(Number(value.toPrecision(3))) }),
  );
  return make("div", { className: "bar" }, canvas, make("div", { className: "numbers" }, ...numbers));
}

/** @param {string} name @param {number} index */
function mark(name, index) {
  const canvas = make("canvas", { "aria-hidden": "true" });
  const drawing = sharpen(canvas, 14, 14);
  const path = new Path2D();
  outline(path, classShape(index), 7, 7, 4.4);
  drawing.fillStyle = classColour(index);
  drawing.strokeStyle = ink("--rim");
  drawing.fill(path);
  drawing.stroke(path);
  return make("span", { className: "mark" }, canvas, name);
}
