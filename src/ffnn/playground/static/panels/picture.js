/** A drawing as SVG and as pixels: the same shapes twice. */

import { context, make, makeSvg } from "../dom.js";

/** @typedef {import("./sketch.js").Drawing} Drawing */
/** @typedef {Drawing["shapes"][number]} Shape */

const FONT = "system-ui, sans-serif";
const FINE = 2; // pixels of the PNG for one of the drawing
const [PAPER, INK, DASHES] = ["#ffffff", "#202124", [7, 4]];

/**
 * A file of its own: maps travel in it as data, text as text.
 * @param {Drawing} drawing
 * @returns {string}
 */
export function asSvg({ width, height, shapes }) {
  const root = makeSvg("svg", { viewBox: `0 0 ${width} ${height}`, width, height, "font-family": FONT, fill: INK });
  root.append(makeSvg("rect", { width, height, fill: PAPER }), ...shapes.map(element));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(root)}\n`;
}

/**
 * @param {Shape} shape
 * @returns {SVGElement}
 */
function element(shape) {
  switch (shape.kind) {
    case "link":
      return makeSvg("path", {
        d: curve(shape),
        fill: "none",
        stroke: shape.colour,
        "stroke-width": round(shape.width),
        ...(shape.dashed ? { "stroke-dasharray": DASHES.join(" ") } : {}),
      });
    case "map": {
      const { x, y, size } = shape;
      const group = makeSvg("g");
      const image = {
        x: round(x),
        y: round(y),
        width: size,
        height: size,
        href: pixels(shape).toDataURL("image/png"),
        "image-rendering": "auto",
      };
      group.append(
        makeSvg("image", image),
        makeSvg("rect", { x: round(x), y: round(y), width: size, height: size, fill: "none", stroke: INK }),
      );
      return group;
    }
    case "mark":
      return makeSvg("path", { d: outline(shape), fill: shape.colour, stroke: PAPER });
    case "text": {
      const text = makeSvg("text", {
        x: round(shape.x),
        y: round(shape.y),
        "font-size": shape.size,
        "text-anchor": shape.anchor,
      });
      text.textContent = shape.text;
      return text;
    }
  }
}

/**
 * @param {Drawing} drawing
 * @returns {HTMLCanvasElement}
 */
export function asCanvas({ width, height, shapes }) {
  const canvas = make("canvas", { width: Math.ceil(width * FINE), height: Math.ceil(height * FINE) });
  const pen = context(canvas);
  pen.scale(FINE, FINE);
  pen.fillStyle = PAPER;
  pen.fillRect(0, 0, width, height);
  for (const shape of shapes) paint(pen, shape);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Shape} shape
 */
function paint(pen, shape) {
  pen.setLineDash([]);
  pen.lineWidth = 1;
  if (shape.kind === "link") {
    pen.setLineDash(shape.dashed ? DASHES : []);
    pen.lineWidth = shape.width;
    pen.strokeStyle = shape.colour;
    pen.stroke(new Path2D(curve(shape)));
  } else if (shape.kind === "map") {
    pen.drawImage(pixels(shape), shape.x, shape.y, shape.size, shape.size);
    pen.strokeStyle = INK;
    pen.strokeRect(shape.x, shape.y, shape.size, shape.size);
  } else if (shape.kind === "mark") {
    pen.fillStyle = shape.colour;
    pen.strokeStyle = PAPER;
    pen.fill(new Path2D(outline(shape)));
    pen.stroke(new Path2D(outline(shape)));
  } else {
    pen.fillStyle = INK;
    pen.font = `${shape.size}px ${FONT}`;
    pen.textAlign = shape.anchor === "middle" ? "center" : shape.anchor;
    pen.fillText(shape.text, shape.x, shape.y);
  }
}

/** @param {import("./sketch.js").Chart} map */
function pixels({ side, pixels: colours }) {
  const canvas = make("canvas", { width: side, height: side });
  const image = context(canvas).createImageData(side, side);
  image.data.set(colours);
  context(canvas).putImageData(image, 0, 0);
  return canvas;
}

/** @param {import("./sketch.js").Link} link */
function curve({ from: [x, y], to: [toX, toY] }) {
  const half = (x + toX) / 2;
  return `M${round(x)} ${round(y)}C${round(half)} ${round(y)} ${round(half)} ${round(toY)} ${round(toX)} ${round(toY)}`;
}

/** @param {import("./sketch.js").Mark} mark */
function outline({ x, y, diamond }) {
  const [at, size] = [`M${round(x)} ${round(y)}`, 3.5];
  if (diamond)
    return `${at}m0 ${-size - 0.7}l${size + 0.7} ${size + 0.7}l${-size - 0.7} ${size + 0.7}l${-size - 0.7} ${-size - 0.7}z`;
  return `${at}m${-size} 0a${size} ${size} 0 1 0 ${2 * size} 0a${size} ${size} 0 1 0 ${-2 * size} 0z`;
}

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
