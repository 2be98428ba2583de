// Boxes on a grey picture -> canvases: the ink inside each box, on its own paper. As reading/windows.py.

import { canvasOf, SIDE } from '../static/normalise.js';
import { median, percentile, rounded } from './arithmetic.js';
import { part, patchOf, rimTone } from './pictures.js';

const PATCH = 48; // pixels of a patch's side
const INSIDE = 36; // of them the box's longer side takes
const RIM = (PATCH - INSIDE) >> 1;
const FULL = 88; // percentile of the darkness inside that is full ink
const GRAIN = 2.5; // deviations of the rim's tones that are paper still
const LEAST_INK = 0.25; // of full ink: lighter is paper

/**
 * One canvas for each box, 784 values in [0, 1].
 *
 * @param {Grey} grey
 * @param {Corners[]} boxes
 * @returns {Float32Array[]}
 */
export function canvasesOf(grey, boxes) {
  const beyond = rimTone(grey);
  const patches = boxes.map((box) => patchRound(grey, box, beyond));
  let light = 0;
  for (const { inside, paper } of patches) for (const tone of inside.data) light += tone - paper;
  const sign = light > 0 ? 1 : -1; // a page has one pen: all boxes together say which way
  return patches.map(({ inside, rim, paper }) => {
    const ink = inkOf(inside.data, rim, paper, sign);
    return canvasOf(ink, inside.height, inside.width) ?? new Float32Array(SIDE * SIDE);
  });
}

/** @param {Grey} grey @param {Corners} box @param {number} beyond */
function patchRound(grey, [left, top, right, bottom], beyond) {
  const scale = INSIDE / Math.max(right - left, bottom - top, 1);
  const [wide, high] = [right - left, bottom - top].map((side) => Math.max(4, rounded(side * scale)));
  const [width, height] = [wide + 2 * RIM, high + 2 * RIM];
  const patch = patchOf(grey, [(left + right) / 2, (top + bottom) / 2], scale, [width, height], beyond);
  const rim = /** @type {number[]} */ ([]);
  for (let column = 0; column < width; column += 1)
    rim.push(patch.data[column], patch.data[(height - 1) * width + column]);
  for (let row = 0; row < height; row += 1)
    rim.push(patch.data[row * width], patch.data[(row + 1) * width - 1]);
  return { inside: part(patch, RIM, RIM, RIM + wide, RIM + high), rim, paper: median(rim) };
}

/**
 * The ink inside a patch, in [0, 1].
 *
 * @param {Uint8Array} tones
 * @param {number[]} rim
 * @param {number} paper
 * @param {number} sign 1 for light ink, -1 for dark
 */
function inkOf(tones, rim, paper, sign) {
  const away = Float32Array.from(tones, (tone) => sign * (tone - paper));
  const full = Math.max(percentile(away, FULL), 0.6 * Math.max(...away), 1);
  const grain = GRAIN * 1.4826 * median(rim.map((tone) => Math.abs(tone - paper)));
  const lowest = Math.fround(Math.min(Math.max(grain, LEAST_INK * full * 0.5), 0.5 * full));
  const range = Math.fround(Math.fround(0.9 * full) - lowest);
  return away.map((value) => Math.min(1, Math.max(0, Math.fround(value - lowest) / range)));
}
