// A network as one picture: columns of units, each as strong as it speaks, and the strongest lines between.
// A filter is a small map of where it speaks.

import { filterLines } from './filters.js';

const LINES = 70; // between two layers, the strongest
const COLUMNS = [0, 4, 2, 1]; // in which 128, 64 and 10 units stand
const [WIDE, HIGH, PAD] = [880, 520, 16]; // of the picture, in its own units
const SQUARE = 208; // side of the ink

/** @typedef {import('./layers.js').Layer} Layer */
/** @typedef {{layer: number, unit: number, at?: number}} Place layer 1 is the first hidden one; `at` of a map */

/**
 * Where a unit stands in the picture, and how large it is.
 *
 * @param {Layer[]} layers
 * @param {Place} place
 * @returns {[x: number, y: number, side: number]}
 */
function spot(layers, { layer, unit }) {
  if (layer === 0) {
    const side = SQUARE / 28;
    return [PAD + (unit % 28) * side, (HIGH - SQUARE) / 2 + Math.floor(unit / 28) * side, side];
  }
  const last = layers.length;
  const { out, conv } = layers[layer - 1];
  const columns = conv
    ? Math.min(4, Math.ceil(out / 27))
    : layer === last
      ? 1
      : out > 96
        ? COLUMNS[1]
        : out > 24
          ? COLUMNS[2]
          : 1;
  const rows = Math.ceil(out / columns);
  const pitch = Math.min((HIGH - 2 * PAD) / rows, conv ? 24 : 40);
  const first = SQUARE + (last > 3 ? 70 : 130);
  const middle = first + ((layer - 1) * (WIDE - 70 - first)) / Math.max(1, last - 1);
  const left = middle - (columns * pitch) / 2;
  const top = (HIGH - rows * pitch) / 2;
  return [left + (unit % columns) * pitch, top + Math.floor(unit / columns) * pitch, pitch * 0.8];
}

/**
 * The unit at a place of the picture, the nearest one; none on the ink or far from all.
 *
 * @param {Layer[]} layers
 * @param {number} x in [0, 1]
 * @param {number} y in [0, 1]
 * @returns {Place | null}
 */
export function unitAt(layers, x, y) {
  let [best, near] = [/** @type {Place | null} */ (null), 30];
  for (let layer = 1; layer <= layers.length; layer += 1) {
    for (let unit = 0; unit < layers[layer - 1].out; unit += 1) {
      const [left, top, side] = spot(layers, { layer, unit });
      const far = Math.hypot(x * WIDE - left - side / 2, y * HIGH - top - side / 2);
      if (far < near) [best, near] = [{ layer, unit }, far];
    }
  }
  return best;
}

/**
 * Paint the picture.
 *
 * @param {HTMLCanvasElement} element
 * @param {Layer[]} layers
 * @param {Float32Array[]} values of every layer, the inputs first
 * @param {Values} ink
 * @param {Place | null} chosen
 * @param {{lines: Float32Array[], signed: boolean}} as what weights are multiplied by to be lines, and whether units
 *   may be against
 */
export function paintNet(element, layers, values, ink, chosen, as = { lines: values, signed: false }) {
  const dense = Math.min(2, window.devicePixelRatio || 1);
  if (element.width !== WIDE * dense) [element.width, element.height] = [WIDE * dense, HIGH * dense];
  const context = /** @type {CanvasRenderingContext2D} */ (element.getContext('2d'));
  const style = getComputedStyle(element);
  const colours = ['--first', '--second', '--line', '--ink', '--soft'].map((name) =>
    style.getPropertyValue(name),
  );
  context.setTransform(dense, 0, 0, dense, 0, 0);
  context.clearRect(0, 0, WIDE, HIGH);
  for (const place of layers.keys()) lines(context, layers, place, as.lines, colours, chosen);
  square(context, ink, colours);
  for (let layer = 1; layer <= layers.length; layer += 1)
    units(context, layers, layer, values, colours, chosen, as.signed);
}

/**
 * @param {CanvasRenderingContext2D} context @param {Layer[]} layers @param {number} place
 * @param {Float32Array[]} values @param {string[]} colours @param {Place | null} chosen
 */
function lines(context, layers, place, values, colours, chosen) {
  const only = chosen && chosen.layer === place + 1 ? chosen : null;
  const { conv } = layers[place];
  const found = conv
    ? best(filterLines({ ...layers[place], conv }, values[place], values[place + 1], only))
    : strongestLines(layers[place], values[place], only?.unit);
  const area = place ? values[place].length / layers[place - 1].out : 1; // of a map, where those come in
  const largest = Math.abs(found[0]?.[2] ?? 0) || 1;
  context.lineWidth = 1;
  for (const [from, unit, product] of found) {
    const [a, b, small] = spot(layers, { layer: place, unit: conv ? from : Math.floor(from / area) });
    const [c, d, side] = spot(layers, { layer: place + 1, unit });
    context.globalAlpha = 0.08 + 0.6 * (Math.abs(product) / largest);
    context.strokeStyle = product > 0 ? colours[0] : colours[1];
    context.beginPath();
    context.moveTo(a + small / 2, b + small / 2);
    context.lineTo(c, d + side / 2);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/**
 * The strongest products of a weight and what comes in: [from, to, product], the strongest first.
 *
 * @param {Layer} layer
 * @param {Float32Array} values
 * @param {number} [only] to this unit
 * @returns {[number, number, number][]}
 */
export function strongestLines({ weights, into, out }, values, only) {
  const [first, after] = only === undefined ? [0, out] : [only, only + 1];
  /** @type {[number, number, number][]} */
  let kept = [];
  let least = 0;
  for (let unit = first; unit < after; unit += 1) {
    for (let from = 0; from < into; from += 1) {
      const product = weights[unit * into + from] * values[from];
      if (Math.abs(product) <= least) continue;
      kept.push([from, unit, product]);
      if (kept.length < 2 * LINES) continue;
      kept = best(kept);
      least = Math.abs(kept[LINES - 1][2]);
    }
  }
  return best(kept);
}

/** @param {[number, number, number][]} some @returns {[number, number, number][]} */
function best(some) {
  return some.sort((one, two) => Math.abs(two[2]) - Math.abs(one[2])).slice(0, LINES);
}

/** @param {CanvasRenderingContext2D} context @param {Values} ink @param {string[]} colours */
function square(context, ink, colours) {
  const side = SQUARE / 28;
  const top = (HIGH - SQUARE) / 2;
  context.fillStyle = colours[3];
  for (let place = 0; place < 784; place += 1) {
    if (!(ink[place] > 0)) continue;
    context.globalAlpha = ink[place];
    context.fillRect(PAD + (place % 28) * side, top + Math.floor(place / 28) * side, side + 0.3, side + 0.3);
  }
  context.globalAlpha = 1;
  context.strokeStyle = colours[2];
  context.strokeRect(PAD, top, SQUARE, SQUARE);
}

/**
 * @param {CanvasRenderingContext2D} context @param {Layer[]} layers @param {number} layer
 * @param {Float32Array[]} values @param {string[]} colours @param {Place | null} chosen @param {boolean} signed
 */
function units(context, layers, layer, values, colours, chosen, signed) {
  const last = layer === layers.length;
  const logits = last && !signed;
  const said = values[layer];
  const { out } = layers[layer - 1];
  const across = Math.sqrt(said.length / out); // squares of a map; one for a unit that is no filter
  const low = logits ? Math.min(...said) : 0;
  const largest = Math.max(...Array.from(said, (value) => Math.abs(value - low))) || 1;
  const most = said.indexOf(Math.max(...said));
  for (let unit = 0; unit < out; unit += 1) {
    const [x, y, side] = spot(layers, { layer, unit });
    const dot = side / across;
    for (let at = 0; at < across * across; at += 1) {
      const value = said[unit * across * across + at];
      const strength = Math.abs(value - low) / largest;
      if (!(strength > 0)) continue;
      context.globalAlpha = Number.isFinite(strength) ? strength : 0;
      context.fillStyle = value < 0 && !logits ? colours[1] : colours[0];
      context.fillRect(x + (at % across) * dot, y + Math.floor(at / across) * dot, dot, dot);
    }
    context.globalAlpha = 1;
    const here = chosen?.layer === layer && chosen.unit === unit;
    context.lineWidth = here ? 3 : 1;
    context.strokeStyle = here ? colours[3] : colours[2];
    context.strokeRect(x, y, side, side);
    if (!last) continue;
    context.fillStyle = unit === most ? colours[3] : colours[4];
    context.font = `${unit === most ? 700 : 400} 20px system-ui, sans-serif`;
    context.fillText(String(unit), x + side + 10, y + side * 0.75);
  }
}
