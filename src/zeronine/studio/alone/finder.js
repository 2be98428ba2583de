// A grey picture in, the finder's maps out: network/finder.py and reading/finder.py, run by the kernel.

import { blank, convolve, free, instead, layerOf, values } from './heap.js';
import { paper, rimTone } from './pictures.js';

export const STRIDE = 4; // pixels between two answers
const MARGIN = 16; // pixels of paper laid round a picture
const MULTIPLE = 8; // of pixels that the sides have to be
const POOL = 8; // pixels over which light and contrast are averaged first

/** The finder, its weights in the kernel's memory. */
export class Finder {
  /** @param {PackedNetwork} packed @param {Uint8Array<ArrayBuffer>} bytes */
  constructor(packed, bytes) {
    const layers = packed.layers.map((layer) => layerOf(layer, bytes));
    const under = (/** @type {string} */ start) =>
      layers.filter(({ name }) => name === start || name.startsWith(`${start}.`)).map(({ layer }) => layer);
    this.stem = under('stem');
    this.down = under('down')[0];
    this.deep = under('deep');
    this.up = under('up')[0];
    this.join = under('join');
    this.head = under('head')[0];
    this.floor = packed.floor;
    this.ground = packed.ground;
    this.classes = packed.classes;
    this.box = /** @type {[number, number]} */ (packed.box);
  }

  /** @param {Grey} grey @returns {Maps} */
  look(grey) {
    const answers = this.run(evened(withMargin(grey), this.floor, this.ground));
    const [height, width] = [grey.height, grey.width].map((side) => Math.ceil(side / STRIDE));
    const edge = MARGIN / STRIDE;
    const size = height * width;
    const channels = 1 + this.classes + 4;
    const planes = new Float32Array(channels * size);
    const all = values(answers);
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const from = ((row + edge) * answers.width + column + edge) * answers.channels;
        for (let plane = 0; plane < channels; plane += 1)
          planes[plane * size + row * width + column] = all[from + plane];
      }
    }
    free(answers);
    return { planes, height, width, classes: this.classes };
  }

  /** @param {Block} even @returns {Block} */
  run(even) {
    let strokes = even;
    for (const layer of this.stem) strokes = instead(strokes, convolve(layer, strokes));
    const around = convolve(this.down, strokes);
    for (const layer of this.deep) {
      const more = convolve(layer, around);
      const [sum, extra] = [values(around), values(more)];
      for (let index = 0; index < sum.length; index += 1) sum[index] += extra[index];
      free(more);
    }
    const up = instead(around, convolve(this.up, around));
    addDoubled(strokes, up);
    free(up);
    for (const layer of [...this.join, this.head]) strokes = instead(strokes, convolve(layer, strokes));
    return strokes;
  }
}

/** @param {Block} large @param {Block} small half as large: each of its pixels is added to four */
function addDoubled(large, small) {
  const [to, from] = [values(large), values(small)];
  const { width, channels } = large;
  for (let row = 0; row < large.height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = (row * width + column) * channels;
      const other = ((row >> 1) * small.width + (column >> 1)) * channels;
      for (let channel = 0; channel < channels; channel += 1) to[at + channel] += from[other + channel];
    }
  }
}

/** @param {Grey} grey @returns {Grey} with paper round it, its sides multiples of eight */
function withMargin(grey) {
  const [height, width] = [grey.height, grey.width].map(
    (side) => Math.ceil((side + 2 * MARGIN) / MULTIPLE) * MULTIPLE,
  );
  const padded = paper(height, width, Math.floor(rimTone(grey)));
  for (let row = 0; row < grey.height; row += 1)
    padded.data.set(
      grey.data.subarray(row * grey.width, (row + 1) * grey.width),
      (row + MARGIN) * width + MARGIN,
    );
  return padded;
}

/**
 * The picture in [0, 1] without light, its contrast about 1 at every place.
 *
 * @param {Grey} grey
 * @param {number} floor
 * @param {number} ground pixels over which light and contrast are evened out
 */
function evened({ data, height, width }, floor, ground) {
  const [rows, columns] = [height / POOL, width / POOL];
  const sums = new Float64Array(rows * columns);
  const squares = new Float64Array(rows * columns);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = data[row * width + column] / 255;
      const at = Math.floor(row / POOL) * columns + Math.floor(column / POOL);
      sums[at] += value / POOL ** 2;
      squares[at] += value ** 2 / POOL ** 2;
    }
  }
  const reach = (ground / (2 * POOL)) | 0;
  const mean = new Float64Array(rows * columns);
  const spread = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      let [sum, square, count] = [0, 0, 0];
      for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y += 1) {
        for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x += 1) {
          sum += sums[y * columns + x];
          square += squares[y * columns + x];
          count += 1;
        }
      }
      const at = row * columns + column;
      mean[at] = sum / count;
      spread[at] = Math.sqrt(Math.max(0, square / count - mean[at] ** 2));
    }
  }
  const even = blank(height, width, 1);
  const result = values(even);
  const across = Array.from({ length: width }, (_, column) => between(column, columns));
  for (let row = 0; row < height; row += 1) {
    const [top, bottom, below] = between(row, rows);
    for (let column = 0; column < width; column += 1) {
      const [left, right, aside] = across[column];
      const mix = (/** @type {Float64Array} */ map) =>
        (map[top * columns + left] * (1 - aside) + map[top * columns + right] * aside) * (1 - below) +
        (map[bottom * columns + left] * (1 - aside) + map[bottom * columns + right] * aside) * below;
      result[row * width + column] = (data[row * width + column] / 255 - mix(mean)) / (mix(spread) + floor);
    }
  }
  return even;
}

/** @param {number} place @param {number} count @returns {[one: number, other: number, share: number]} */
function between(place, count) {
  const at = Math.max((place + 0.5) / POOL - 0.5, 0);
  const one = Math.min(Math.floor(at), count - 1);
  return [one, Math.min(one + 1, count - 1), at - one];
}
