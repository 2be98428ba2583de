// Which of the chosen characters are believed, each beside the others of its number. As reading/belief.py.

import { clipped, logOdds, median } from './arithmetic.js';
import { weighed } from './evidence.js';
import { FAR, isDigit, partOdds, spansOf } from './numbers.js';

/**
 * The characters that belong to their numbers, without numbers that are likelier none: words, patterns, grain.
 *
 * @param {Chosen[]} chosen
 * @param {Evidence} evidence
 */
export function believed(chosen, { part, belongs, stands }) {
  const kept = runsOf(chosen, part).flatMap((run) => {
    const belong = belongsFeatures(run).map((features) => weighed(belongs, features) > 0);
    return belong.includes(true) ? run.slice(belong.indexOf(true), belong.lastIndexOf(true) + 1) : [];
  });
  return runsOf(kept, part).flatMap((run) =>
    !run.some(isDigit) || weighed(stands, standsFeatures(run.filter(isDigit))) > 0 ? run : [],
  );
}

/** @param {Chosen[]} chosen @param {Logistic} part */
const runsOf = (chosen, part) =>
  spansOf(chosen, partOdds(chosen, part), false).map(([start, stop]) => chosen.slice(start, stop));

/**
 * The features of the characters of one number, each beside the others.
 *
 * @param {Chosen[]} run
 * @returns {Record<string, number>[]}
 */
function belongsFeatures(run) {
  const there = run.map((mark) => clipped(mark.there));
  const heights = run.map(({ box }) => Math.max(box[3] - box[1], 1));
  const ofDigits = heights.filter((_, index) => isDigit(run[index]));
  const usual = median(ofDigits.length ? ofDigits : heights);
  const middles = run.map(({ box }) => (box[1] + box[3]) / 2);
  const aside = middles.slice(1).map((middle, index) => Math.abs(middle - middles[index]) / usual);
  let reach = -Infinity;
  const gaps = run.slice(1).map(({ box }, index) => {
    reach = Math.max(reach, run[index].box[2]);
    return Math.min(Math.max((box[0] - reach) / usual, -1), FAR);
  });
  const between = gaps.length ? median(gaps) : 0;
  const sum = there.reduce((all, one) => all + one, 0);
  return run.map((mark, index) => {
    const digit = isDigit(mark);
    const end = index === 0 || index === run.length - 1 ? 1 : 0;
    const gap = nearer(gaps, index);
    return {
      there: there[index],
      right: logOdds(mark.confidence),
      sign: digit ? 0 : 1,
      'there, of signs': digit ? 0 : there[index],
      'odd size': digit ? Math.abs(Math.log(heights[index] / usual)) : 0,
      'beside the line': digit ? Math.min(nearer(aside, index), 1) : 0,
      gap,
      'gap over usual': Math.max(gap - between, 0),
      end,
      'there, at an end': end * there[index],
      alone: run.length === 1 ? 1 : 0,
      others: (sum - there[index]) / Math.max(run.length - 1, 1),
      letters: mark.letters,
    };
  });
}

/** The smaller of the steps on both sides; 0 where there is none. @param {number[]} steps @param {number} index */
const nearer = (steps, index) =>
  steps.length ? Math.min(steps[index - 1] ?? Infinity, steps[index] ?? Infinity) : 0;

/** @param {Chosen[]} digits of one number */
function standsFeatures(digits) {
  const there = digits.map((digit) => clipped(digit.there));
  const right = digits.map(({ confidence }) => confidence);
  return {
    count: Math.log(1 + digits.length),
    'mean there': mean(there),
    'most there': Math.max(...there),
    'mean right': mean(right),
    'most right': Math.max(...right),
    letters: mean(digits.map(({ letters }) => letters)),
  };
}

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
