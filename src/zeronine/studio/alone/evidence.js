// What every opinion says of a mark -> one calibrated chance: reading/evidence.py, step by step.
// Weights and their names come from reader.json; a feature that is not known here is an error, not a guess.

import { best, clipped, FAR, logOdds, logSoftmax } from './arithmetic.js';
import { SHARED, sharedOf } from './boxes.js';
import { DIGITS, heightOf, IDEAL_PX, MARKS, middleX, middleY, OTHER, widthOf } from './marks.js';

const CLOSE = 1.4; // heights, from middle to middle, within which a digit is the next
const NEAR = 2.5; // heights within which a mark's neighbours stand
const WELL_SEEN = 0.6; // log of a height over the ideal one within which the finder sees as well
const CHUNK = 64; // marks compared with those around them at once
const NEVER_FIRST = '/:%)=x'; // signs that something stands before

/** @type {Shares} */
export const OWN = { finder: 0, context: 0, canvas: 1, clear: 0 }; // another model names the digits alone,
/** @type {Shares} */
export const TAUGHT = { finder: 0.5, context: 0.5, canvas: 1, clear: 0 }; // one that was taught a hand with the others

/** @typedef {{exists: number[], right: number[], sign: number[], letters: number[], classes: number[][], signs: number[][]}} Weighed */

/**
 * Log-odds as a weighted sum of features by name.
 *
 * @param {Logistic} model
 * @param {Record<string, number>} features
 */
export function weighed({ weights, bias }, features) {
  let sum = bias;
  for (const [name, weight] of Object.entries(weights)) {
    if (!(name in features)) throw new Error(`this page does not know the feature “${name}” of reader.json`);
    sum += weight * features[name];
  }
  return sum;
}

/** @param {number[]} values */
const most = (values) => Math.max(...values);

/**
 * What is known of each mark, weighed.
 *
 * @param {Mark[]} marks
 * @param {number[][]} seen the second opinion's log-probabilities
 * @param {{logits: ArrayLike<number>, digitLogit: number}[]} answers the canvas network's
 * @param {Evidence} evidence
 * @param {number} usual the height of digits
 * @param {Shares} shares how much each network's classes count
 * @returns {Weighed}
 */
export function opinionsOf(marks, seen, answers, evidence, usual, shares) {
  const around = surroundings(marks);
  const found = { exists: [], right: [], sign: [], classes: [], signs: [] };
  const { exists, right, sign, classes, signs } = /** @type {Omit<Weighed, 'letters'>} */ (found);
  for (const [index, mark] of marks.entries()) {
    const finder = logSoftmax(mark.kinds.slice(0, DIGITS));
    const context = logSoftmax(seen[index].slice(0, DIGITS));
    const canvas = logSoftmax(answers[index].logits);
    const { digitLogit } = answers[index];
    const joint = jointOf(shares, finder, context, canvas, digitLogit);
    const size = Math.log(Math.max(heightOf(mark), 1) / Math.max(usual, 1));
    const shape = Math.log(Math.max(widthOf(mark), 1) / Math.max(heightOf(mark), 1));
    const odd = Math.abs(Math.log(Math.max(mark.seenPx, 1) / IDEAL_PX)) - WELL_SEEN;
    const shared = {
      place: clipped(mark.place),
      digit: logOdds(mark.digit),
      'odd scale': Math.max(odd, 0),
      rival: around.rival[index],
      letters: around.letters[index],
      left: around.left[index],
      right: around.right[index],
    };
    const features = {
      ...shared,
      crowd: around.crowd[index],
      'finder class': logOdds(Math.exp(most(finder))),
      'context digit': logOdds(digitShare(seen[index])),
      'context class': logOdds(Math.exp(most(context))),
      'canvas class': logOdds(Math.exp(most(canvas))),
      'canvas digit': clipped(digitLogit),
      agreement: best(finder) === best(context) ? 1 : 0,
      'joint class': logOdds(Math.exp(most(joint))),
      size,
      'odd size': Math.abs(size),
      'odd shape': Math.abs(shape - evidence.shapes[best(joint)]),
    };
    const named = logSoftmax(
      mark.kinds.slice(DIGITS, OTHER).map((kind, at) => kind + seen[index][DIGITS + at]),
    );
    const at = DIGITS + best(named);
    const ofSign = {
      ...shared,
      'finder class': logOdds(Math.exp(mark.kinds[at])),
      'context class': logOdds(Math.exp(seen[index][at])),
      slash: MARKS[at] === '/' ? 1 : 0,
      'out of place': NEVER_FIRST.includes(MARKS[at]) ? 1 - around.left[index] : 0,
    };
    exists.push(weighed(evidence.exists, features));
    right.push(weighed(evidence.right, features));
    sign.push(weighed(evidence.sign, ofSign));
    classes.push(joint);
    signs.push(named);
  }
  return { exists, right, sign, letters: around.letters, classes, signs };
}

/** How likely it is a digit that stands there. @param {number[]} seen */
export function digitShare(seen) {
  let sum = 0;
  for (let one = 0; one < DIGITS; one += 1) sum += Math.exp(seen[one]);
  return sum;
}

/**
 * The networks' log-probabilities of the digits together.
 *
 * @param {Shares} shares
 * @param {number[]} finder
 * @param {number[]} context
 * @param {number[]} canvas
 * @param {number} digitLogit
 */
function jointOf(shares, finder, context, canvas, digitLogit) {
  const clear = 1 / (1 + Math.exp(-clipped(digitLogit)));
  const ofCanvas = shares.canvas + shares.clear * clear;
  return logSoftmax(
    canvas.map(
      (value, one) => shares.finder * finder[one] + shares.context * context[one] + ofCanvas * value,
    ),
  );
}

/**
 * What stands around each mark: its strongest rival, letters beside it, the log of one more than the marks
 * beside it, digits close on its left and right.
 *
 * @param {Mark[]} marks
 */
function surroundings(marks) {
  const rival = marks.map(() => -FAR);
  const letters = marks.map(() => 0);
  const crowd = marks.map(() => 0);
  const left = marks.map(() => 0);
  const right = marks.map(() => 0);
  const order = marks
    .map((_, index) => index)
    .sort((one, other) => middleY(marks[one]) - middleY(marks[other]));
  for (let start = 0; start < order.length; start += CHUNK) {
    const some = order.slice(start, start + CHUNK);
    const reach = Math.max(...some.map((one) => heightOf(marks[one])));
    const low = middleY(marks[some[0]]) - reach;
    const high = middleY(marks[some[some.length - 1]]) + reach;
    const near = order.filter((one) => middleY(marks[one]) >= low && middleY(marks[one]) < high);
    for (const index of some) {
      const one = marks[index];
      let [other, character, beside] = [0, 0, 0];
      for (const place of near) {
        if (place === index) continue;
        const mark = marks[place];
        if (sharedOf(one.box, mark.box) > SHARED) {
          rival[index] = Math.max(rival[index], clipped(mark.place - one.place));
          continue;
        }
        const height = Math.max(heightOf(one), heightOf(mark));
        const way = middleX(mark) - middleX(one);
        if (Math.abs(way) >= NEAR * height || Math.abs(middleY(mark) - middleY(one)) >= 0.6 * height)
          continue;
        beside += 1;
        const there = 1 / (1 + Math.exp(-clipped(mark.place)));
        other += there * mark.other;
        character += there * (mark.other + mark.digit);
        if (Math.abs(way) >= CLOSE * height) continue;
        if (way < 0) left[index] = Math.max(left[index], there * mark.digit);
        if (way > 0) right[index] = Math.max(right[index], there * mark.digit);
      }
      crowd[index] = Math.log1p(beside);
      letters[index] = other / (0.5 + character);
    }
  }
  return { rival, letters, crowd, left, right };
}
