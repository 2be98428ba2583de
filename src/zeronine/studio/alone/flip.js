// What would change the answer: a small change of ink, made of dabs of a pen and of an eraser.
// The search of explaining/flip.py, step by step; it is greedy, so the change is small, not provably the smallest.

import { clamp, logSoftmax } from './arithmetic.js';

const SIDE = 28;
const BRUSH = [0.35, 0.8, 0.35, 0.8, 1, 0.8, 0.35, 0.8, 0.35].map(Math.fround); // 3 x 3
const EDGE_PX = 3; // touches are centred at least this far from the edge of the canvas
const REACH_PX = 3; // a pen dab lies at most this far from ink
const MIN_INK = 0.15; // ink that a dab has to change to be worth a try
const TOGETHER = 3; // dabs put together in one round
const KEPT = 64; // dabs that are tried again in the next round
const ROUNDS = 20;
const WITH_STROKES = [3, 7, 11]; // rounds at which all touches are tried anew, on the changed canvas
const FADES = 24;
const SURE = 1e-3; // by how much the new answer has to lead

/** @typedef {(canvas: Float32Array) => ArrayLike<number>} Ask */

/**
 * The canvas with a small change of ink after which the network answers `rival`, if one is found.
 *
 * @param {Ask} ask the logits of a canvas
 * @param {Float32Array} canvas
 * @param {number} rival
 * @returns {Float32Array}
 */
export function flip(ask, canvas, rival) {
  const start = rounded(canvas);
  const { dabs, turned } = searched(ask, start, rival);
  if (!turned) return changedBy(start, total(dabs));
  return faded(ask, start, needed(ask, start, dabs, rival), rival);
}

/** @param {Ask} ask @param {Float32Array} start @param {number} rival */
function searched(ask, start, rival) {
  const dabs = /** @type {Float32Array[]} */ ([]);
  let canvas = start;
  /** @type {Float32Array[]} */
  let touches = touchesOn(start, [{ ink: BRUSH, side: 3 }], false);
  for (let round = 0; round < ROUNDS; round += 1) {
    if (WITH_STROKES.includes(round)) {
      const brushes = [{ ink: BRUSH, side: 3 }, ...strokes()];
      touches = touchesOn(canvas, brushes, round === WITH_STROKES[WITH_STROKES.length - 1]);
    }
    touches = bestFirst(ask, canvas, touches, rival).slice(0, KEPT);
    if (touches.length === 0) continue; // until strokes are tried
    const steps = touches
      .slice(0, TOGETHER)
      .map((_, index) => changedBy(canvas, total(touches.slice(0, index + 1))));
    const first = steps.findIndex((step) => lead(ask, step, rival) >= SURE);
    const beliefs = steps.map((step) => belief(ask, step, rival));
    const count = 1 + (first >= 0 ? first : beliefs.indexOf(Math.max(...beliefs)));
    dabs.push(...touches.slice(0, count));
    if (first >= 0) return { dabs, turned: true };
    canvas = steps[count - 1];
    touches = touches.slice(count);
  }
  return { dabs, turned: false };
}

/**
 * What each brush can change; long brushes are tried at fewer places unless `everywhere`.
 *
 * @param {Float32Array} canvas
 * @param {{ink: number[], side: number}[]} brushes
 * @param {boolean} everywhere
 */
function touchesOn(canvas, brushes, everywhere) {
  const near = grown(canvas);
  return brushes.flatMap(({ ink, side }) => {
    const sparse = side > 3 && !everywhere;
    return [false, true].flatMap((erase) => dabsOf(canvas, ink, side, { erase, sparse, near }));
  });
}

/**
 * @param {Float32Array} canvas
 * @param {number[]} ink
 * @param {number} side
 * @param {{erase: boolean, sparse: boolean, near: boolean[]}} how
 */
function dabsOf(canvas, ink, side, { erase, sparse, near }) {
  const half = (side - 1) / 2;
  const found = [];
  for (let y = half; y < SIDE - half; y += 1) {
    for (let x = half; x < SIDE - half; x += 1) {
      const inside = Math.min(y, x) >= EDGE_PX && Math.max(y, x) < SIDE - EDGE_PX;
      if (!inside || (x + y) % 2 || (sparse && x % 2) || (!erase && !near[y * SIDE + x])) continue;
      const change = new Float32Array(SIDE * SIDE);
      let sum = 0;
      for (let at = 0; at < ink.length; at += 1) {
        const place = (y - half + Math.floor(at / side)) * SIDE + x - half + (at % side);
        change[place] = erase ? -ink[at] * canvas[place] : Math.max(ink[at] - canvas[place], 0);
        sum += Math.abs(change[place]);
      }
      if (sum > MIN_INK) found.push(change);
    }
  }
  return found;
}

/** The places within reach of ink, in rows and columns. @param {Float32Array} canvas */
function grown(canvas) {
  return Array.from(canvas, (_, at) => {
    const [row, column] = [Math.floor(at / SIDE), at % SIDE];
    for (let y = Math.max(0, row - REACH_PX); y <= Math.min(SIDE - 1, row + REACH_PX); y += 1)
      for (let x = Math.max(0, column - REACH_PX); x <= Math.min(SIDE - 1, column + REACH_PX); x += 1)
        if (canvas[y * SIDE + x] > 0.3) return true;
    return false;
  });
}

/** Four short lines, 7 x 7 each: lying, standing and both ways aslant. */
function strokes() {
  return [
    [0, 1],
    [1, 0],
    [1, 1],
    [1, -1],
  ].map(([down, right]) => {
    const ink = Array(49).fill(0);
    for (const along of [-2, -1, 0, 1, 2]) {
      for (const [at, value] of BRUSH.entries()) {
        const place = (3 + along * down - 1 + Math.floor(at / 3)) * 7 + 3 + along * right - 1 + (at % 3);
        ink[place] = Math.max(ink[place], value);
      }
    }
    return { ink, side: 7 };
  });
}

/** The dabs that bring the answer nearer, the best for their ink first. @param {Ask} ask @param {Float32Array} canvas @param {Float32Array[]} dabs @param {number} rival */
function bestFirst(ask, canvas, dabs, rival) {
  const before = belief(ask, canvas, rival);
  return dabs
    .map((dab) => {
      const changed = changedBy(canvas, dab);
      const ink = changed.reduce((sum, value, at) => sum + Math.abs(value - canvas[at]), MIN_INK);
      return { dab, gain: (belief(ask, changed, rival) - before) / Math.sqrt(ink) };
    })
    .filter(({ gain }) => gain > 0)
    .sort((one, other) => other.gain - one.gain)
    .map(({ dab }) => dab);
}

/** The dabs without those that the answer turns without. @param {Ask} ask @param {Float32Array} start @param {Float32Array[]} all @param {number} rival */
function needed(ask, start, all, rival) {
  let dabs = all;
  while (dabs.length > 1) {
    const whole = total(dabs);
    const spare = dabs.filter((dab) => {
      const rest = whole.map((value, at) => value - dab[at]);
      return lead(ask, changedBy(start, rest), rival) >= SURE;
    });
    if (spare.length === 0) break;
    // Among the dabs that can be spared, the one that costs most ink goes.
    const ink = spare.map((dab) => dab.reduce((sum, value) => sum + Math.abs(value), 0));
    const gone = spare[ink.indexOf(Math.max(...ink))];
    dabs = dabs.filter((dab) => dab !== gone);
  }
  return dabs;
}

/** The changed canvas with the change as faint as the answer allows. @param {Ask} ask @param {Float32Array} start @param {Float32Array[]} dabs @param {number} rival */
function faded(ask, start, dabs, rival) {
  const whole = total(dabs);
  for (let step = 1; step < FADES; step += 1) {
    const canvas = changedBy(
      start,
      whole.map((value) => Math.fround(step / FADES) * value),
    );
    if (lead(ask, canvas, rival) >= SURE) return canvas;
  }
  return changedBy(start, whole);
}

/** @param {Float32Array[]} dabs */
function total(dabs) {
  const sum = new Float32Array(SIDE * SIDE);
  for (const dab of dabs) for (let at = 0; at < sum.length; at += 1) sum[at] += dab[at];
  return sum;
}

/** @param {Float32Array} canvas @param {Float32Array} change */
const changedBy = (canvas, change) => rounded(canvas.map((value, at) => clamp(value + change[at], 0, 1)));

/** To multiples of 1/255, so that the picture that is shown is the one that was judged. @param {Float32Array} canvas */
const rounded = (canvas) => canvas.map((value) => Math.round(value * 255) / 255);

/** By how much the logit of `rival` leads the best of the others. @param {Ask} ask @param {Float32Array} canvas @param {number} rival */
function lead(ask, canvas, rival) {
  const logits = Array.from(ask(canvas));
  return logits[rival] - Math.max(...logits.filter((_, digit) => digit !== rival));
}

/** The logarithm of the probability of `rival`. @param {Ask} ask @param {Float32Array} canvas @param {number} rival */
const belief = (ask, canvas, rival) => logSoftmax(ask(canvas))[rival];
