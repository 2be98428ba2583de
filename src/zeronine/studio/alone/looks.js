// Looks of the finder at one picture, from nearer and from farther away, and their marks as one list.
// As reading/looks.py.

import { logSoftmax } from './arithmetic.js';
import { unionShare, widened } from './boxes.js';
import { heightOf, IDEAL_PX, markOf, marksOf, moved } from './marks.js';
import { resized } from './pictures.js';

const SEEN_PX = [11, 76]; // heights of characters that the finder has learnt to see, pixels
const SAME = 0.45; // of the area that two boxes cover together: those that share more are one mark's
const UNSEEN = -3; // log-odds that a look gives to what it did not see

/** @typedef {{mark: Mark, look: number, away: number, able: boolean[]}} Seen a mark, whose it is, how far from ideal, and which looks can see its size */

/**
 * Look at a picture, or at a part of one that begins at (left, top), at a scale.
 *
 * @param {Grey} grey
 * @param {import('./finder.js').Finder} finder
 * @param {number} scale
 * @param {number} left
 * @param {number} top
 * @returns {Look}
 */
export function lookAt(grey, finder, scale, left, top) {
  return seenIn(resized(grey, scale), finder, scale, left, top);
}

/**
 * Look again from so many times as far, at a copy of what a nearer look was shown.
 *
 * @param {Look} nearer
 * @param {import('./finder.js').Finder} finder
 * @param {number} times
 * @returns {Look}
 */
export const lookFromAfar = ({ grey, scale, left, top }, finder, times) =>
  seenIn(resized(grey, 1 / times), finder, scale / times, left, top);

/** @param {Grey} grey @param {import('./finder.js').Finder} finder @param {number} scale @param {number} left @param {number} top */
function seenIn(grey, finder, scale, left, top) {
  const maps = finder.look(grey);
  return { grey, scale, left, top, maps, marks: moved(marksOf(maps, finder.box), 1 / scale, left, top) };
}

/**
 * The marks of several looks: each size from the look that sees it nearest to the ideal height.
 *
 * @param {Look[]} looks
 */
export function bestSeen(looks) {
  return looks.flatMap((look, place) =>
    look.marks.filter((mark) => {
      const away = looks.map(({ scale }) => fromIdeal(Math.max(heightOf(mark), 1e-6) * scale));
      return away.indexOf(Math.min(...away)) === place;
    }),
  );
}

/** @param {number} px */
const fromIdeal = (px) => Math.abs(Math.log(px / IDEAL_PX));

/**
 * Each mark of several looks once, as the look that sees it best draws it.
 * Its place and classes are the means of what every look says that can see so large a character.
 *
 * @param {Look[]} looks
 * @returns {Mark[]}
 */
export function together(looks) {
  const all = looks.flatMap(({ marks }, look) => marks.map((mark) => seenBy(mark, look, looks)));
  const seen = all.filter(({ able, look }) => able[look] || !able.includes(true));
  const counterparts = counterpartsOf(seen, looks.length);
  const order = seen.map((_, index) => index).sort((one, other) => seen[one].away - seen[other].away);
  const rank = new Int32Array(seen.length);
  for (const [place, index] of order.entries()) rank[index] = place;
  return seen.flatMap((one, index) => {
    const others = counterparts[index];
    if (others.some((other) => other >= 0 && rank[other] < rank[index])) return [];
    const votes = others.map((other) => (other < 0 ? null : seen[other].mark));
    return [asOne(one, votes)];
  });
}

/** @param {Mark} mark @param {number} look @param {Look[]} looks @returns {Seen} */
function seenBy(mark, look, looks) {
  const height = heightOf(mark);
  const able = looks.map(({ scale }) => height * scale > SEEN_PX[0] && height * scale < SEEN_PX[1]);
  return { mark, look, away: fromIdeal(height * looks[look].scale), able };
}

/**
 * The mark that all looks come to together.
 *
 * @param {Seen} leader
 * @param {(Mark | null)[]} votes what each look saw there
 */
function asOne({ mark, able }, votes) {
  const saw = votes.filter((vote) => vote !== null);
  const silent = votes.filter((vote, look) => vote === null && able[look]).length;
  const place = saw.reduce((sum, vote) => sum + vote.place, silent * UNSEEN) / (saw.length + silent);
  const kinds = mark.kinds.map((_, one) => saw.reduce((sum, { kinds }) => sum + kinds[one], 0) / saw.length);
  return markOf(mark.box, place, logSoftmax(kinds), mark.seenPx);
}

/**
 * Which mark of each look has the box of a mark; -1 for none. Each is its own counterpart.
 *
 * @param {Seen[]} seen
 * @param {number} count of looks
 * @returns {number[][]}
 */
function counterpartsOf(seen, count) {
  const boxes = seen.map(({ mark }) => widened(mark.box));
  const found = seen.map(() => Array(count).fill(-1));
  for (let look = 0; look < count; look += 1) {
    const there = seen.flatMap((one, index) => (one.look === look ? [index] : []));
    there.sort((one, other) => boxes[one][1] - boxes[other][1]);
    const reach = there.reduce((most, one) => Math.max(most, boxes[one][3] - boxes[one][1]), 0);
    for (const [index, box] of boxes.entries())
      found[index][look] = seen[index].look === look ? index : twinOf(box, boxes, there, reach);
  }
  return found;
}

/**
 * Which of some boxes, from the top down and none higher than `reach`, shares most with a box; -1 for none.
 *
 * @param {Corners} box
 * @param {Corners[]} boxes
 * @param {number[]} there
 * @param {number} reach
 */
function twinOf(box, boxes, there, reach) {
  let [low, high] = [0, there.length];
  while (low < high) {
    const half = (low + high) >> 1;
    if (boxes[there[half]][1] < box[1] - reach) low = half + 1;
    else high = half;
  }
  let [twin, most] = [-1, SAME];
  for (let place = low; place < there.length && boxes[there[place]][1] < box[3]; place += 1) {
    const share = unionShare(box, boxes[there[place]]);
    if (share > most) [twin, most] = [there[place], share];
  }
  return twin;
}
