// What stands in a box, seen with its neighbours: reading/glimpses.py and context.py, run by the kernel.

import { clipped, logSoftmax, rounded } from './arithmetic.js';
import { blank, convolve, free, halves, instead, layerOf, values } from './heap.js';
import { patchOf, rimTone } from './pictures.js';

const GLIMPSE = 40; // pixels of a glimpse's side
const LONGEST = 26; // of them the box's longer side takes
const AREA = GLIMPSE * GLIMPSE;
const SURELY = -12; // log-probability of what is not believed at all

/** The second opinion. */
export class Context {
  /** @param {PackedNetwork} packed @param {Uint8Array<ArrayBuffer>} bytes */
  constructor(packed, bytes) {
    this.layers = packed.layers.map((layer) => layerOf(layer, bytes).layer);
    this.dense = (packed.dense ?? []).map(({ shape, at, bias }) => ({
      weights: halves(bytes, at, shape[0] * shape[1]),
      bias,
    }));
    this.floor = packed.floor;
  }

  /**
   * Log-probabilities of what stands in each box: the classes of a mark, and that nothing does.
   *
   * @param {Grey} grey
   * @param {Corners[]} boxes
   * @returns {number[][]}
   */
  ask(grey, boxes) {
    const beyond = rimTone(grey);
    return boxes.map((box) => logSoftmax(this.run(glimpseOf(grey, box, beyond, this.floor))));
  }

  /** @param {Block} glimpse @returns {number[]} */
  run(glimpse) {
    let x = glimpse;
    for (const layer of this.layers) x = instead(x, convolve(layer, x));
    const area = x.height * x.width;
    const found = values(x);
    let flat = Float32Array.from(
      found,
      (_, index) => found[(index % area) * x.channels + Math.floor(index / area)],
    );
    free(x);
    for (const [index, { weights, bias }] of this.dense.entries()) {
      const rectified = index < this.dense.length - 1 ? 0 : -Infinity;
      flat = Float32Array.from(bias, (start, out) => {
        let sum = start;
        const at = out * flat.length;
        for (let inner = 0; inner < flat.length; inner += 1) sum += weights[at + inner] * flat[inner];
        return Math.max(rectified, sum);
      });
    }
    return [...flat];
  }
}

/**
 * A box as it stands there, and a second layer that says where it is; as the network takes them.
 *
 * @param {Grey} grey
 * @param {Corners} box
 * @param {number} beyond
 * @param {number} floor
 */
function glimpseOf(grey, [left, top, right, bottom], beyond, floor) {
  const [wide, high] = [right - left, bottom - top];
  const scale = LONGEST / Math.max(wide, high, 1);
  const middle = /** @type {[number, number]} */ ([(left + right) / 2, (top + bottom) / 2]);
  const { data } = patchOf(grey, middle, scale, [GLIMPSE, GLIMPSE], beyond);
  let [sum, square] = [0, 0];
  for (const value of data) sum += value / 255;
  const mean = sum / AREA;
  for (const value of data) square += (value / 255 - mean) ** 2;
  const spread = Math.sqrt(square / AREA) + floor;
  const glimpse = blank(GLIMPSE, GLIMPSE, 2);
  const pixels = values(glimpse).fill(0);
  for (let index = 0; index < AREA; index += 1) pixels[2 * index] = (data[index] / 255 - mean) / spread;
  const [halfW, halfH] = [wide, high].map((side) => Math.max(1, rounded((side * scale) / 2)));
  const centre = GLIMPSE / 2;
  for (let row = centre - halfH; row < centre + halfH; row += 1)
    for (let column = centre - halfW; column < centre + halfW; column += 1)
      pixels[2 * (row * GLIMPSE + column) + 1] = 1;
  return glimpse;
}

/** What is said of a mark that surely is nothing. @param {number} classes */
export const nothingThere = (classes) => [...Array(classes).fill(SURELY), 0];

/**
 * What the finder says, in the second opinion's terms.
 *
 * @param {Mark} mark
 */
export function asFound({ kinds, place }) {
  const there = -Math.log1p(Math.exp(-clipped(place, 60)));
  const none = -Math.log1p(Math.exp(clipped(place, 60)));
  return [...kinds.map((kind) => kind + there), none];
}
