// Which numbers are believed to stand there, and signs at their ends: words and patterns are none.
// As reading/belief.py.

import { clipped } from './arithmetic.js';
import { weighed } from './evidence.js';
import { isDigit, partOdds, spansOf } from './numbers.js';

/**
 * The characters without those of numbers that are likelier none, and signs at ends that are.
 *
 * @param {Chosen[]} chosen
 * @param {Evidence} evidence
 */
export function believed(chosen, { part, stands }) {
  const runs = spansOf(chosen, partOdds(chosen, part), false).map(([start, stop]) =>
    chosen.slice(start, stop),
  );
  return runs.flatMap((run) => {
    if (!run.some(isDigit)) return run;
    if (weighed(stands, standsFeatures(run.filter(isDigit))) <= 0) return [];
    const likely = run.map((mark) => isDigit(mark) || mark.confidence >= 0.5);
    return run.slice(likely.indexOf(true), likely.lastIndexOf(true) + 1);
  });
}

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
