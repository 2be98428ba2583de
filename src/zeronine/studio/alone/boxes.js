// How boxes lie to each other. As reading/boxes.py.

export const SHARED = 0.35; // of the smaller of two boxes: more stand for the same ink
const NARROW = 0.5; // width over height below which boxes are compared as if they were that wide

/**
 * How much of the smaller of two boxes both share.
 *
 * @param {Corners} one
 * @param {Corners} other
 */
export const sharedOf = (one, other) => common(one, other) / Math.max(Math.min(area(one), area(other)), 1e-6);

/**
 * How much of what two boxes cover together both share.
 *
 * @param {Corners} one
 * @param {Corners} other
 */
export function unionShare(one, other) {
  const both = common(one, other);
  return both / Math.max(area(one) + area(other) - both, 1e-9);
}

/** A box at least half as wide as high: a pixel more or less makes no other thing of a thin 1. @param {Corners} box @returns {Corners} */
export function widened([left, top, right, bottom]) {
  const middle = (left + right) / 2;
  const half = Math.max((right - left) / 2, (NARROW / 2) * (bottom - top));
  return [middle - half, top, middle + half, bottom];
}

/** @param {Corners} box */
const area = (box) => (box[2] - box[0]) * (box[3] - box[1]);

/** @param {Corners} one @param {Corners} other */
function common(one, other) {
  const wide = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const high = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return Math.max(wide, 0) * Math.max(high, 0);
}
