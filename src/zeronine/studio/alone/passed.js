// Ink as high as the digits and beside one of them, in which the finder sees nothing. As reading/unread.py.

import { median, rounded } from './arithmetic.js';
import { sharedOf } from './boxes.js';

const ALIKE = Math.log(1.5); // factor within which ink is as high as the digits
const [NARROW, WIDE] = [0.25, 1.2]; // of its height that ink like a digit is broad
const BESIDE = 1.5; // heights to the left and right of a digit where it stands beside it
const LEVEL = 0.6; // of its box that lies there
const FULL = 0.5; // of the digits' own darkness from which something is ink

/** @param {Grey} grey @param {Corners[]} digits @returns {Corners[]} */
export function passedOver(grey, digits) {
  if (digits.length === 0) return [];
  const usual = median(digits.map((box) => box[3] - box[1]));
  const reach = BESIDE * usual;
  const near = digits.map(
    ([left, top, right, bottom]) => /** @type {Corners} */ ([left - reach, top, right + reach, bottom]),
  );
  return boxesOf(inkLike(grey, digits), grey.height, grey.width).filter((box) => {
    const [wide, high] = [box[2] - box[0], box[3] - box[1]];
    const alike = Math.abs(Math.log(high / usual)) < ALIKE && wide > NARROW * high && wide < WIDE * high;
    return alike && near.some((other) => sharedOf(box, other) > LEVEL);
  });
}

/** Where a picture differs from what is round it about as much as the digits do, 0 or 1. @param {Grey} grey @param {Corners[]} digits */
function inkLike(grey, digits) {
  const around = blurred(grey, Math.trunc(2 * median(digits.map((box) => box[3] - box[1]))) | 1);
  const away = Float32Array.from(grey.data, (tone, at) => tone - around[at]);
  const inside = digits.flatMap((box) => {
    const [left, top, right, bottom] = box.map((side) => Math.trunc(Math.max(side, 0)));
    let [least, most] = [Infinity, -Infinity];
    for (let y = top; y < Math.min(bottom + 1, grey.height); y += 1) {
      for (let x = left; x < Math.min(right + 1, grey.width); x += 1) {
        least = Math.min(least, away[y * grey.width + x]);
        most = Math.max(most, away[y * grey.width + x]);
      }
    }
    return most === -Infinity ? [] : [{ least, most }];
  });
  if (inside.length === 0) return new Uint8Array(grey.data.length);
  const sign = median(inside.map(({ least, most }) => least + most)) < 0 ? -1 : 1; // dark on light, or light on dark
  const full = median(inside.map(({ least, most }) => (sign < 0 ? -least : most)));
  return Uint8Array.from(away, (value) => (sign * value > FULL * full ? 1 : 0));
}

/** The mean of a square round each pixel; beyond the border the picture is mirrored. @param {Grey} grey @param {number} side */
function blurred({ data, height, width }, side) {
  const across = new Float64Array(height * width);
  for (let row = 0; row < height; row += 1)
    slide(
      (at) => data[row * width + at],
      width,
      side,
      (at, sum) => (across[row * width + at] = sum),
    );
  const result = new Uint8Array(height * width);
  for (let column = 0; column < width; column += 1)
    slide(
      (at) => across[at * width + column],
      height,
      side,
      (at, sum) => {
        result[at * width + column] = rounded(sum / side ** 2);
      },
    );
  return result;
}

/** @param {(at: number) => number} value @param {number} count @param {number} side @param {(at: number, sum: number) => unknown} put */
function slide(value, count, side, put) {
  const half = (side - 1) / 2;
  const period = Math.max(1, 2 * (count - 1));
  const mirrored = (/** @type {number} */ at) => {
    const place = ((at % period) + period) % period;
    return value(place < count ? place : period - place);
  };
  let sum = 0;
  for (let at = -half; at <= half; at += 1) sum += mirrored(at);
  for (let at = 0; at < count; at += 1) {
    put(at, sum);
    sum += mirrored(at + half + 1) - mirrored(at - half);
  }
}

/** Boxes round what hangs together, corners too. @param {Uint8Array} mask @param {number} height @param {number} width */
function boxesOf(mask, height, width) {
  const open = Uint8Array.from(mask);
  const found = /** @type {Corners[]} */ ([]);
  for (let start = 0; start < open.length; start += 1) {
    if (!open[start]) continue;
    open[start] = 0;
    const waiting = [start];
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const [y, x] = [Math.floor(at / width), at % width];
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + 1);
      bottom = Math.max(bottom, y + 1);
      for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row += 1) {
        for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column += 1) {
          const next = row * width + column;
          if (!open[next]) continue;
          open[next] = 0;
          waiting.push(next);
        }
      }
    }
    found.push([left, top, right, bottom]);
  }
  return found;
}
