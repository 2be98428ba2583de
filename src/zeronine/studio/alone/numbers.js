// Chosen marks -> digits, signs and numbers with boxes in the picture's own pixels. As reading/numbers.py.

import { chance, clamp, clipped, median } from './arithmetic.js';
import { weighed } from './evidence.js';
import { runsOf } from './lines.js';
import { DIGITS, MARKS } from './marks.js';

const OPERATORS = '+=x()%'; // signs that stand between numbers
const LEADING = '+-'; // signs that may begin one
const FAR = 4; // heights: wider gaps are no wider
const FAR_ODDS = 8; // log-odds beyond which a gap is no clearer
const EVEN = 0.15; // heights: gaps narrower than this hardly differ

/**
 * Put characters into numbers: the numbers, and the signs that belong to none.
 *
 * @param {Chosen[]} chosen in reading order
 * @param {Evidence} evidence
 * @param {Grey} picture
 * @param {{least: number, digitsOnly: boolean}} wishes
 * @returns {{numbers: NumberRead[], signs: SignBetween[]}}
 */
export function numbersOf(chosen, evidence, picture, { least, digitsOnly }) {
  const names = [...new Set(chosen.map(({ line }) => line))];
  const numbers = /** @type {NumberRead[]} */ ([]);
  const signs = /** @type {SignBetween[]} */ ([]);
  const parts = partOdds(chosen, evidence.part);
  for (const [start, stop] of spansOf(chosen, parts, digitsOnly)) {
    const run = chosen.slice(start, stop);
    const line = names.indexOf(run[0].line);
    if (run.some(isDigit)) {
      const confidence = chance(weighed(evidence.number, numberFeatures(run, parts.slice(start, stop + 1))));
      const marks = run.filter((mark) => isDigit(mark) || !digitsOnly);
      numbers.push(numberOf(marks, line, confidence, picture, least));
    } else if (!digitsOnly) {
      signs.push(...run.map((mark) => ({ line, ...signOf(mark, picture) })));
    }
  }
  return { numbers, signs };
}

/** @param {Chosen} mark */
export const isDigit = ({ kind }) => kind < DIGITS;

/** @param {Chosen[]} marks @param {number} line @param {number} confidence @param {Grey} picture @param {number} least */
function numberOf(marks, line, confidence, picture, least) {
  const boxes = marks.map(({ inPicture }) => boxWithin(inPicture, picture));
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  const text = marks
    .map((mark) => (isDigit(mark) && mark.confidence < least ? '?' : MARKS[mark.kind]))
    .join('');
  return {
    text,
    value: amountOf(text),
    confidence,
    line,
    box: { x, y, width: right - x, height: bottom - y },
    digits: marks.filter(isDigit).map((mark) => digitOf(mark, picture, least)),
    signs: marks.filter((mark) => !isDigit(mark)).map((mark) => signOf(mark, picture)),
  };
}

/** @param {Chosen} mark @param {Grey} picture @param {number} least @returns {Digit} */
function digitOf({ kind, confidence, classes, inPicture }, picture, least) {
  const shares = classes.map(Math.exp);
  const ranks = shares.map((_, one) => one).sort((one, other) => shares[other] - shares[one]);
  const order = [kind, ...ranks.filter((one) => one !== kind)];
  return {
    value: confidence >= least ? kind : null,
    confidence,
    alternatives: order.map((one) => [one, shares[one]]),
    box: boxWithin(inPicture, picture),
  };
}

/** @param {Chosen} mark @param {Grey} picture */
const signOf = ({ kind, confidence, inPicture }, picture) => ({
  sign: MARKS[kind],
  confidence,
  box: boxWithin(inPicture, picture),
});

/** A box in whole pixels of the picture, at least one wide. @param {Corners} box @param {Grey} picture @returns {Box} */
export function boxWithin([left, top, right, bottom], { height, width }) {
  const [x, y] = [clamp(Math.floor(left), 0, width - 1), clamp(Math.floor(top), 0, height - 1)];
  const [toX, toY] = [clamp(Math.ceil(right), x + 1, width), clamp(Math.ceil(bottom), y + 1, height)];
  return { x, y, width: toX - x, height: toY - y };
}

/**
 * The log-odds that a new number begins with each character; FAR_ODDS for a line's first.
 *
 * @param {Chosen[]} chosen
 * @param {Logistic} part
 */
function partOdds(chosen, part) {
  return runsOf(chosen.map(({ line }) => line)).flatMap(([start, stop]) => [
    FAR_ODDS,
    ...gapFeatures(chosen.slice(start, stop)).map((gap) => clamp(weighed(part, gap), -FAR_ODDS, FAR_ODDS)),
  ]);
}

/**
 * The characters without those of numbers that are likelier none: words, patterns, grain.
 *
 * @param {Chosen[]} chosen
 * @param {Evidence} evidence
 */
export function believed(chosen, { part, stands }) {
  return spansOf(chosen, partOdds(chosen, part), false).flatMap(([start, stop]) => {
    const run = chosen.slice(start, stop);
    return !run.some(isDigit) || weighed(stands, standsFeatures(run.filter(isDigit))) > 0 ? run : [];
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

/**
 * Where each number, and each run of signs between numbers, begins and ends among the chosen.
 *
 * @param {Chosen[]} chosen
 * @param {number[]} parts as of `partOdds`
 * @param {boolean} digitsOnly
 * @returns {[start: number, stop: number][]}
 */
function spansOf(chosen, parts, digitsOnly) {
  const starts = parts.flatMap((odds, index) => (odds > 0 ? [index] : []));
  return starts.flatMap((start, place) => {
    const run = chosen.slice(start, starts[place + 1] ?? chosen.length);
    const text = run.map(({ kind }) => (kind < DIGITS ? '0' : MARKS[kind]));
    return parted(text, digitsOnly).map(
      ([one, other]) => /** @type {[number, number]} */ ([start + one, start + other]),
    );
  });
}

/**
 * Part what stands together into numbers and the signs between them.
 *
 * @param {string[]} text digits written as 0
 * @param {boolean} digitsOnly
 * @returns {[number, number][]}
 */
function parted(text, digitsOnly) {
  let between = OPERATORS;
  const inner = text.join('').replace(/^[+-]+/, '');
  if (digitsOnly) between += '/:-';
  else if (/[+=x(]/.test(inner)) between += '-/:'; // a sum: its minus and its slash are signs of calculation
  const parts = /** @type {[number, number][]} */ ([]);
  let start = 0;
  for (const [index, one] of text.entries()) {
    if (!between.includes(one)) continue;
    const follows = index === 0 || between.includes(text[index - 1]);
    const leads = LEADING.includes(one) && text[index + 1] === '0' && follows;
    if (leads && !digitsOnly) continue;
    parts.push([start, index], [index, index + 1]);
    start = index + 1;
  }
  parts.push([start, text.length]);
  return parts.filter(([from, to]) => to > from);
}

/**
 * The features of the gaps between characters of a line.
 *
 * @param {Chosen[]} line
 * @returns {Record<string, number>[]}
 */
function gapFeatures(line) {
  const digits = line.filter(isDigit);
  const tall = (digits.length ? digits : line).map(({ box }) => box[3] - box[1]);
  const height = Math.max(median(tall), 1);
  let reach = -Infinity;
  const gaps = line.slice(1).map(({ box }, index) => {
    reach = Math.max(reach, line[index].box[2]);
    return clamp((box[0] - reach) / height, -1, FAR);
  });
  const sorted = [...gaps].sort((one, other) => one - other);
  const usual = Math.max(gaps.length ? sorted[(gaps.length - 1) >> 1] : 0, 0);
  const through = median(line.map((mark) => mark.through));
  return gaps.map((gap, index) => {
    const { wall, stacked } = line[index + 1];
    return {
      gap,
      'log of gap over usual': Math.log((Math.max(gap, 0) + EVEN) / (usual + EVEN)),
      'usual gap': usual,
      'sign beside': isDigit(line[index]) && isDigit(line[index + 1]) ? 0 : 1,
      wall,
      stacked,
      'walled and stacked': wall * stacked,
      'walled and ruled through': wall * through,
    };
  });
}

/** @param {Chosen[]} run @param {number[]} parts of its characters, and of the one after it, if there is one */
function numberFeatures(run, parts) {
  const sure = run.filter(isDigit).map(({ confidence }) => clamp(confidence, 1e-4, 1 - 1e-4));
  const worst = Math.min(...sure);
  const gaps = run.length > 1 ? gapFeatures(run).map(({ gap }) => gap) : [0];
  return {
    count: Math.log(1 + sure.length),
    'sum of log chances': sure.reduce((sum, one) => sum + Math.log(one), 0),
    worst: Math.log(worst / (1 - worst)),
    'left out': Math.max(-8, ...run.map(({ doubt }) => doubt)),
    'uneven gaps': Math.max(...gaps) - Math.min(...gaps),
    'loosest join': Math.max(-FAR_ODDS, ...parts.slice(1, run.length)),
    'tightest end': Math.min(parts[0], parts[run.length] ?? FAR_ODDS),
  };
}

/**
 * What a written number amounts to, as answers.py has it; null where it is none.
 *
 * @param {string} text
 */
export function amountOf(text) {
  const bare = text.replace(/[.,]?(-{1,2}|=)?[.,]?$/, '');
  const match = /^([+-]?)([1-9]\d{0,2}(?:([.,])\d{3})(?:\3\d{3})*|\d+)(?:([.,])(\d+))?$/.exec(bare);
  if (!match || (match[4] !== undefined && match[4] === match[3])) return null;
  const [, sign, whole, , , cents] = match;
  return (
    (sign === '-' ? '-' : '') +
    whole.replace(/[.,]/g, '').replace(/^0+(?=\d)/, '') +
    (cents ? `.${cents}` : '')
  );
}
