// The finder's maps -> marks: each a place, a box, and how likely every class is. As reading/marks.py.

import { clamp, logSoftmax } from './arithmetic.js';
import { STRIDE } from './finder.js';

const LEAST_PLACE = -2; // log-odds of a peak below which nothing is kept
const MOST_MARKS = 20_000; // the likeliest are kept
export const IDEAL_PX = 32; // height at which the finder sees best
export const DIGITS = 10; // the first classes of a mark
export const MARKS = [...'0123456789.,-+/:=()x%', 'other']; // the classes of a mark
export const OTHER = MARKS.length - 1;

/** @param {Mark} mark */
export const heightOf = ({ box }) => box[3] - box[1];
/** @param {Mark} mark */
export const widthOf = ({ box }) => box[2] - box[0];
/** @param {Mark} mark */
export const middleY = ({ box }) => (box[1] + box[3]) / 2;
/** @param {Mark} mark */
export const middleX = ({ box }) => (box[0] + box[2]) / 2;

/**
 * A mark for each peak of the places, boxes in pixels of the picture that the finder saw.
 *
 * @param {Maps} maps
 * @param {[wide: number, high: number]} usual the box that the finder calls (0, 0)
 * @returns {Mark[]}
 */
export function marksOf({ planes, height, width, classes }, usual) {
  const size = height * width;
  let peaks = /** @type {number[]} */ ([]);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = planes[row * width + column];
      if (value <= LEAST_PLACE) continue;
      if (isPeak(planes, row, column, height, width)) peaks.push(row * width + column);
    }
  }
  if (peaks.length > MOST_MARKS) {
    const best = [...peaks].sort((one, other) => planes[other] - planes[one]).slice(0, MOST_MARKS);
    peaks = best.sort((one, other) => one - other);
  }
  return peaks.map((at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const box = [0, 1, 2, 3].map((plane) => planes[(1 + classes + plane) * size + at]);
    const [x, y] = [(column + 0.5 + box[0]) * STRIDE, (row + 0.5 + box[1]) * STRIDE];
    const [halfW, halfH] = [2, 3].map((plane) => (Math.exp(clamp(box[plane], -4, 4)) * usual[plane - 2]) / 2);
    const logits = Array.from({ length: classes }, (_, one) => planes[(1 + one) * size + at]);
    return markOf([x - halfW, y - halfH, x + halfW, y + halfH], planes[at], logSoftmax(logits), 2 * halfH);
  });
}

/** @param {Corners} box @param {number} place @param {number[]} kinds @param {number} seenPx @returns {Mark} */
export function markOf(box, place, kinds, seenPx) {
  let digit = 0;
  for (let one = 0; one < DIGITS; one += 1) digit += Math.exp(kinds[one]);
  return { box, place, kinds, seenPx, digit, other: Math.exp(kinds[OTHER]) };
}

/** @param {Float32Array} map @param {number} row @param {number} column @param {number} height @param {number} width */
function isPeak(map, row, column, height, width) {
  const value = map[row * width + column];
  for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y += 1)
    for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x += 1)
      if (map[y * width + x] > value) return false;
  return true;
}

/**
 * Marks in another picture: boxes times `scale`, and moved after that.
 *
 * @param {Mark[]} marks
 * @param {number} scale
 * @param {number} right
 * @param {number} down
 */
export const moved = (marks, scale, right, down) =>
  marks.map((mark) => ({
    ...mark,
    box: /** @type {Corners} */ (mark.box.map((side, index) => side * scale + (index % 2 ? down : right))),
  }));
