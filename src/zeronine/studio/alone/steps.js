// Where the finder looked, as a small map over the picture. As reading/steps.py.

import { DIGITS } from './marks.js';

const SHOWN_SIDE = 640; // pixels of the longest side of what is shown
const STRIDE = 4; // pixels between two of the finder's answers

/**
 * How likely the middle of a digit is at each place, in [0, 1], on a copy of the picture's form.
 *
 * @param {Sight} sight
 * @param {Grey} grey
 * @returns {{heat: Float32Array, height: number, width: number}}
 */
export function heatOf({ looks }, grey) {
  const share = Math.min(1, SHOWN_SIDE / Math.max(grey.height, grey.width));
  const [height, width] = [grey.height, grey.width].map((side) => Math.max(1, Math.round(side * share)));
  const heat = new Float32Array(height * width);
  for (const { maps, way } of looks) {
    const own = heatMap(maps);
    const [a, b, c, d, e, f] = way;
    const size = a * e - b * d;
    for (let row = 0; row < height; row += 1) {
      for (let column = 0; column < width; column += 1) {
        const [x, y] = [(column + 0.5) / share - c, (row + 0.5) / share - f];
        const value = between(
          own,
          maps,
          (e * x - b * y) / size / STRIDE - 0.5,
          (a * y - d * x) / size / STRIDE - 0.5,
        );
        const at = row * width + column;
        heat[at] = Math.max(heat[at], value);
      }
    }
  }
  return { heat, height, width };
}

/**
 * A map's value between its places, 0 outside.
 *
 * @param {Float32Array} map
 * @param {Maps} maps
 * @param {number} x
 * @param {number} y
 */
function between(map, { height, width }, x, y) {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [aside, below] = [x - left, y - top];
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && row < height && column >= 0 && column < width ? map[row * width + column] : 0;
  const upper = at(top, left) * (1 - aside) + at(top, left + 1) * aside;
  return upper * (1 - below) + (at(top + 1, left) * (1 - aside) + at(top + 1, left + 1) * aside) * below;
}

/** @param {Maps} maps @returns {Float32Array} */
function heatMap({ planes, height, width, classes }) {
  const size = height * width;
  return Float32Array.from({ length: size }, (_, at) => {
    const place = planes[at];
    if (place < -4) return 0;
    let [digit, all] = [0, 0];
    for (let one = 0; one < classes; one += 1) {
      const power = Math.exp(planes[(1 + one) * size + at]);
      all += power;
      if (one < DIGITS) digit += power;
    }
    return digit / all / (1 + Math.exp(-place));
  });
}
