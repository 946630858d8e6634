/** Where everything of the diagram stands: pure geometry, no drawing. */

import { FEATURES } from "../contract.gen.js";

/**
 * @typedef {import("../contract.gen.js").Feature} Feature
 *
 * @typedef {object} Spot  A tile.
 * @property {number} layer  −1 is the inputs
 * @property {number} unit  its number in the layer; −1 for a feature that is not chosen
 * @property {string} name
 * @property {Feature | ""} feature  key of a feature of the toy problems, else ""
 * @property {number} x
 * @property {number} y  of the upper left corner
 *
 * @typedef {object} Link
 * @property {number} layer
 * @property {number} row
 * @property {number} unit
 * @property {number} x0
 * @property {number} y0
 * @property {number} x1
 * @property {number} y1
 * @property {number} index  of its weight in the parameters
 *
 * @typedef {{x: number, spots: Spot[], more: number}} Column  more: how many are not shown
 * @typedef {{tile: number, width: number, height: number, columns: Column[], links: Link[]}} Diagram
 */

const MOST_INPUTS = 12;
const HEADER = 52; // room above for the buttons of a layer
const [LEAST_NAME, MOST_NAME, LETTER] = [58, 120, 7.4]; // pixels of a name beside its tile, and of a letter
const NARROWEST = 66; // between two columns

/**
 * @param {import("../contract.gen.js").Scene} scene
 * @param {number} width  of the panel, in pixels
 * @param {number} height
 * @param {string[]} hide  what a teacher has hidden
 * @returns {Diagram}
 */
export function arrange(scene, width, height, hide) {
  const units = [inputs(scene, hide), ...scene.widths.slice(1).map((count, layer) => neurons(scene, layer, count))];
  const most = Math.max(...units.map((column) => column.length));
  const rows = Math.max(most, 5);
  const pitch = Math.max(21, Math.min(66, Math.floor((height - HEADER - 8) / rows)));
  const tile = Math.max(16, Math.min(46, pitch - (pitch > 34 ? 14 : 5)));
  const [before, after] = [nameWidth(units[0]), nameWidth(units[units.length - 1])];
  const room = width - before - after - tile;
  const step = Math.max(NARROWEST, Math.min(190, room / (units.length - 1)));
  const start = before + Math.max(0, (room - step * (units.length - 1)) / 2);
  const columns = units.map((column, index) => {
    const top = HEADER + ((most - column.length) * pitch) / 2;
    const spots = column.map((spot, place) => ({ ...spot, x: start + index * step, y: top + place * pitch }));
    return {
      x: start + index * step,
      spots,
      more: index === 0 ? scene.widths[0] - spots.filter((spot) => spot.unit >= 0).length : 0,
    };
  });
  return {
    tile,
    columns,
    links: connect(columns, scene.widths, tile),
    width: Math.max(width, start + step * (units.length - 1) + tile + after),
    height: HEADER + most * pitch + 14,
  };
}

/**
 * The link nearest to a place, if one passes within reach.
 * @param {Link[]} links
 * @param {number} x
 * @param {number} y
 * @param {number} reach  pixels
 * @returns {Link | null}
 */
export function linkAt(links, x, y, reach = 7) {
  /** @type {Link | null} */
  let nearest = null;
  let least = reach;
  for (const link of links) {
    if (x <= link.x0 || x >= link.x1) continue;
    const distance = Math.abs(heightAt(link, (x - link.x0) / (link.x1 - link.x0)) - y);
    if (distance < least) [nearest, least] = [link, distance];
  }
  return nearest;
}

/**
 * Height of a link's curve at a share of its way across. Its handles stand in the middle, so that across = 1.5t − 1.5t² + t³.
 * @param {Link} link
 * @param {number} share
 */
function heightAt({ y0, y1 }, share) {
  let t = share;
  for (let step = 0; step < 4; step++) t -= (1.5 * t - 1.5 * t * t + t ** 3 - share) / (1.5 - 3 * t + 3 * t * t);
  return y0 + (y1 - y0) * (3 * t * t - 2 * t ** 3);
}

/** @param {Link} link @returns {string} the path of SVG */
export function curve({ x0, y0, x1, y1 }) {
  const middle = (x0 + x1) / 2;
  return `M${x0} ${y0}C${middle} ${y0} ${middle} ${y1} ${x1} ${y1}`;
}

/** @typedef {Omit<Spot, "x" | "y">} Unplaced */

/** Room for the longest name of a column. @param {Unplaced[]} column */
function nameWidth(column) {
  const longest = Math.max(...column.map(({ name }) => name.length));
  return Math.max(LEAST_NAME, Math.min(MOST_NAME, longest * LETTER + 14));
}

/**
 * All features of the toy problems, or the first inputs of a table. A feature that is hidden can't be toggled, so it is
 * shown only where it is chosen.
 * @param {import("../contract.gen.js").Scene} scene
 * @param {string[]} hide
 * @returns {Unplaced[]}
 */
function inputs(scene, hide) {
  if (scene.settings.dataset === "table") {
    return scene.input_names.slice(0, MOST_INPUTS).map((name, unit) => ({ layer: -1, unit, name, feature: "" }));
  }
  const chosen = scene.settings.features;
  const fixed = (/** @type {string} */ feature) => hide.includes("features") || hide.includes(`feature-${feature}`);
  return /** @type {Feature[]} */ (Object.keys(FEATURES))
    .filter((feature) => chosen.includes(feature) || !fixed(feature))
    .map((feature) => ({
      layer: -1,
      unit: chosen.indexOf(feature),
      name: FEATURES[feature],
      feature: fixed(feature) ? "" : feature,
    }));
}

/** @param {import("../contract.gen.js").Scene} scene @param {number} layer @param {number} count @returns {Unplaced[]} */
function neurons(scene, layer, count) {
  const last = layer === scene.widths.length - 2;
  return Array.from({ length: count }, (_, unit) => ({
    layer,
    unit,
    feature: "",
    name: last ? (scene.output_names[unit] ?? `output ${unit + 1}`) : `Hidden layer ${layer + 1}, neuron ${unit + 1}`,
  }));
}

/** @param {Column[]} columns @param {number[]} widths @param {number} tile @returns {Link[]} */
function connect(columns, widths, tile) {
  /** @type {Link[]} */
  const links = [];
  let offset = 0;
  for (let layer = 0; layer + 1 < columns.length; layer++) {
    for (const from of columns[layer].spots) {
      if (from.unit < 0) continue;
      for (const to of columns[layer + 1].spots) {
        links.push({
          layer,
          row: from.unit,
          unit: to.unit,
          index: offset + from.unit * widths[layer + 1] + to.unit,
          x0: from.x + tile,
          y0: from.y + tile / 2,
          x1: to.x,
          y1: to.y + tile / 2,
        });
      }
    }
    offset += (widths[layer] + 1) * widths[layer + 1];
  }
  return links;
}
