// Marks that overlap: two characters, or one seen twice? As reading/rivals.py.

import { clipped } from './arithmetic.js';
import { sharedOf, unionShare } from './boxes.js';
import { weighed } from './evidence.js';

const TOUCHING = 0.1; // of the smaller of two boxes: marks that share less know nothing of each other
const WITHIN = 0.6; // of the smaller of two boxes: marks that share more lie within each other

/** @typedef {Map<number, number>[]} Rivals for each mark: others on its ink, and what taking both adds, log-odds */
/** @typedef {{box: Corners, there: number, named: number}} Rival */

/**
 * The rivals of each mark.
 *
 * @param {Rival[]} marks their boxes, log-odds of being a character, and which
 * @param {Logistic} apart
 * @param {number} lean what every mark is given to be taken; of two on the same ink only one needs it
 * @returns {Rivals}
 */
export function rivalsOf(marks, apart, lean) {
  const rivals = marks.map(() => /** @type {Map<number, number>} */ (new Map()));
  const order = marks.map((_, index) => index).sort((one, other) => marks[one].box[0] - marks[other].box[0]);
  for (const [place, one] of order.entries()) {
    for (let next = place + 1; next < order.length; next += 1) {
      const other = order[next];
      if (marks[other].box[0] > marks[one].box[2]) break;
      const shared = sharedOf(marks[one].box, marks[other].box);
      if (shared <= TOUCHING) continue;
      const more = added(marks[one], marks[other], shared, apart) - lean;
      rivals[one].set(other, more);
      rivals[other].set(one, more);
    }
  }
  return rivals;
}

/** @param {Rival} one @param {Rival} other @param {number} shared @param {Logistic} apart */
function added(one, other, shared, apart) {
  const [strong, weak] = one.there >= other.there ? [one, other] : [other, one];
  const [high, low] = [strong, weak].map(({ box }) => Math.max(box[3] - box[1], 1));
  const there = clipped(weak.there);
  const away = (/** @type {0 | 1} */ axis) =>
    Math.abs(strong.box[axis] + strong.box[axis + 2] - weak.box[axis] - weak.box[axis + 2]) / (high + low);
  const union = unionShare(one.box, other.box);
  const height = Math.log(low / high);
  const same = strong.named === weak.named ? 1 : 0;
  const features = {
    there,
    shared,
    'union share': union,
    across: away(0),
    down: away(1),
    within: Math.max(shared - WITHIN, 0),
    height,
    'odd height': Math.abs(height),
    same,
    'same, union share': same * union,
  };
  return weighed(apart, features) - there;
}
