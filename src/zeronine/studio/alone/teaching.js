// Teaching a hand in the page: the last layer learns, judged on digits that it did not learn. As teaching/*.py,
// its fast way; what must not be forgotten is held by some hundred digits of MNIST that the page carries.

import { run } from '../static/network.js';
import { best } from './arithmetic.js';
import { headsOf } from './heads.js';

const RATE = 2e-3;
const BETAS = [0.9, 0.99];
const STEPS = 60;
const OWN = 96; // digits of the hand in one step
const OTHERS = 160; // and of other hands
const HOLD = 4; // weight of the old answers beside the new digits
const STAY = 1e-3; // pull back to the old weights
const FOLDS = 10;
const TIMES = 8; // versions of every digit that is learnt
const FEWEST = 5;
const ALLOWED = 1; // of the judging digits that may be forgotten
const STRENGTHS = [1, 0.7, 0.5, 0.3, 0.15];
const Z = 1.96; // of the 95 % interval

/** @typedef {{hidden: Float32Array[], weights: number[], bias: number[], gain: number}} Learner hidden of other hands */
/** @typedef {{canvas: Float32Array, label: number}} Lesson */

/**
 * Teach a network a hand, and say what that did.
 *
 * @param {Graph} graph
 * @param {Lesson[]} lessons
 * @param {Uint8Array} digits of MNIST's training digits: other hands
 * @param {Uint8Array} judges of its validation digits
 */
export function taught(graph, lessons, digits, judges) {
  const began = performance.now();
  const kinds = new Set(lessons.map(({ label }) => label)).size;
  if (lessons.length < FEWEST || kinds < 2)
    throw new Error(
      `${lessons.length} digits of ${kinds} kinds are too few: give at least ${FEWEST} of two kinds.`,
    );
  const heads = headsOf(graph);
  if (heads.length === 0)
    throw new Error('This network’s last layer cannot be taught: teach the shipped one.');
  const names = heads.map(({ hidden }) => hidden);
  const others = unpacked(digits).map(({ canvas }) => hiddenOf(graph, names, canvas));
  const judging = unpacked(judges).map(({ canvas, label }) => ({
    label,
    hidden: hiddenOf(graph, names, canvas)[0],
  }));
  const random = randomOf(30);
  const own = lessons.map(({ canvas, label }) => ({
    label,
    versions: Array.from({ length: TIMES }, (_, time) =>
      hiddenOf(graph, names, time ? varied(canvas, random) : canvas),
    ),
  }));
  const learnt = (/** @type {typeof own} */ some) => learn(heads, some, others, judging, random);
  const [first] = heads;
  const rightly = (/** @type {Head} */ head, /** @type {(typeof own)[number]} */ one) =>
    best(said(head, one.versions[0][0])) === one.label;
  const before = own.map((one) => rightly(first, one));
  const after = own.map(() => false);
  for (const apart of foldsOf(own.map(({ label }) => label))) {
    const model = learnt(own.filter((_, place) => !apart.includes(place)));
    for (const place of apart) after[place] = rightly(model[0], own[place]);
  }
  const found = learnt(own);
  const count = (/** @type {boolean[]} */ some) => some.filter(Boolean).length;
  const mine = { before: score(count(before), own.length), after: score(count(after), own.length) };
  const [kept, forgot] = [right(first, judging), right(found[0], judging)];
  const mnist = { before: score(kept, judging.length), after: score(forgot, judging.length) };
  const verdict = judged(mine, mnist);
  return {
    heads: verdict.kept ? found.map(({ weights, bias, gain }) => ({ weights, bias, gain })) : null,
    report: {
      ...verdict,
      own: mine,
      mnist,
      made: null,
      mended: count(after.map((one, place) => one && !before[place])),
      spoilt: count(before.map((one, place) => one && !after[place])),
      seconds: Math.round((performance.now() - began) / 10) / 100,
    },
  };
}

/** @param {{before: Score, after: Score}} own @param {{before: Score, after: Score}} mnist */
function judged(own, mnist) {
  const [{ right: before, count }, after] = [own.before, own.after.right];
  const lost = mnist.before.right - mnist.after.right;
  if (before === count)
    return { kept: false, reason: `not kept: all ${count} digits are read right already` };
  if (after <= before)
    return {
      kept: false,
      reason: `not kept: of your digits that it did not learn from it reads ${after}, the model that it began with ${before}: give more of those that are misread`,
    };
  if (lost > ALLOWED)
    return {
      kept: false,
      reason: `not kept: it forgets ${lost} of MNIST’s ${mnist.before.count} digits here, ${ALLOWED} is allowed`,
    };
  return { kept: true, reason: `kept: ${after - before} of ${count} more digits of yours are read right` };
}

/** @typedef {{right: number, count: number, interval: [number, number]}} Score */

/** With the 95 % interval of the share (Wilson, 1927). @param {number} found @param {number} count @returns {Score} */
function score(found, count) {
  const share = found / count;
  const middle = (share + Z ** 2 / (2 * count)) / (1 + Z ** 2 / count);
  const reach =
    (Z / (1 + Z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  return { right: found, count, interval: [Math.max(0, middle - reach), Math.min(1, middle + reach)] };
}

// ---- learning ----

/**
 * Heads after learning, as far along as no more is forgotten than may be.
 *
 * @param {Head[]} heads
 * @param {{label: number, versions: Float32Array[][]}[]} own
 * @param {Float32Array[][]} others
 * @param {{label: number, hidden: Float32Array}[]} judging
 * @param {() => number} random
 * @returns {Head[]}
 */
function learn(heads, own, others, judging, random) {
  const learnt = heads.map((head, which) => {
    const mine = own.flatMap(({ label, versions }) =>
      versions.map((hidden) => ({ hidden: hidden[which], wanted: wantedOf(head, label) })),
    );
    const theirs = others.map((hidden) => ({ hidden: hidden[which], wanted: said(head, hidden[which]) }));
    return downhill(head, mine, theirs, random);
  });
  const least = right(heads[0], judging);
  const strength = STRENGTHS.find((share) => right(towards(heads[0], learnt[0], share), judging) >= least);
  return heads.map((head, which) =>
    towards(head, learnt[which], strength ?? STRENGTHS[STRENGTHS.length - 1]),
  );
}

/**
 * @param {Head} head
 * @param {{hidden: Float32Array, wanted: number[]}[]} mine
 * @param {{hidden: Float32Array, wanted: number[]}[]} theirs
 * @param {() => number} random
 * @returns {Head}
 */
function downhill(head, mine, theirs, random) {
  const now = { ...head, weights: [...head.weights], bias: [...head.bias] };
  const moments = [head.weights, head.bias].map((part) => ({
    mean: part.map(() => 0),
    square: part.map(() => 0),
  }));
  for (let step = 1; step <= STEPS; step += 1) {
    const slopes = [head.weights.map(() => 0), head.bias.map(() => 0)];
    addSlopes(now, some(mine, OWN, random), 1, slopes);
    addSlopes(now, some(theirs, OTHERS, random), HOLD, slopes);
    const rate = RATE * 0.5 * (1 + Math.cos((Math.PI * step) / STEPS));
    for (const [place, part] of [now.weights, now.bias].entries()) {
      const start = place ? head.bias : head.weights;
      descend(part, slopes[place], start, moments[place], step, rate);
    }
  }
  return now;
}

/** @param {Head} head @param {{hidden: Float32Array, wanted: number[]}[]} some @param {number} weight @param {number[][]} slopes */
function addSlopes(head, some, weight, [slopes, biases]) {
  for (const { hidden, wanted } of some) {
    for (const [out, share] of said(head, hidden).entries()) {
      const error = ((share - wanted[out]) * weight * head.gain) / some.length;
      biases[out] += error;
      for (let at = 0; at < hidden.length; at += 1) slopes[out * hidden.length + at] += error * hidden[at];
    }
  }
}

/**
 * One of Adam's steps (Kingma and Ba, 2015), in place.
 *
 * @param {number[]} part
 * @param {number[]} slope
 * @param {number[]} start
 * @param {{mean: number[], square: number[]}} moments
 * @param {number} step
 * @param {number} rate
 */
function descend(part, slope, start, { mean, square }, step, rate) {
  for (let at = 0; at < part.length; at += 1) {
    const down = slope[at] + STAY * (part[at] - start[at]);
    mean[at] += (1 - BETAS[0]) * (down - mean[at]);
    square[at] += (1 - BETAS[1]) * (down ** 2 - square[at]);
    const sure = mean[at] / (1 - BETAS[0] ** step);
    part[at] -= (rate * sure) / (Math.sqrt(square[at] / (1 - BETAS[1] ** step)) + 1e-8);
  }
}

/** What a head says of hidden values: a softmax, or a logistic for one output. @param {Head} head @param {Float32Array} hidden @returns {number[]} */
function said({ weights, bias, gain }, hidden) {
  const logits = bias.map((start, out) => {
    let sum = start;
    for (let at = 0; at < hidden.length; at += 1) sum += weights[out * hidden.length + at] * hidden[at];
    return gain * sum;
  });
  if (logits.length === 1) return [1 / (1 + Math.exp(-logits[0]))];
  const most = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

/** @param {Head} head @param {number} label */
const wantedOf = ({ bias }, label) =>
  bias.length === 1 ? [1] : bias.map((_, digit) => (digit === label ? 1 : 0));

/** @param {Head} head @param {{label: number, hidden: Float32Array}[]} judging */
const right = (head, judging) =>
  judging.filter(({ label, hidden }) => best(said(head, hidden)) === label).length;

/** @param {Head} one @param {Head} other @param {number} share of the way @returns {Head} */
function towards(one, other, share) {
  const between = (/** @type {number[]} */ from, /** @type {number[]} */ to) =>
    from.map((value, at) => value + share * (to[at] - value));
  return { ...one, weights: between(one.weights, other.weights), bias: between(one.bias, other.bias) };
}

/** @template T @param {T[]} all @param {number} count @param {() => number} random @returns {T[]} */
const some = (all, count, random) =>
  Array.from({ length: Math.min(count, all.length) }, () => all[Math.floor(random() * all.length)]);

/** The places of the digits that are kept apart together: the same digit is spread over the folds. @param {number[]} labels */
function foldsOf(labels) {
  const order = labels.map((_, place) => place).sort((one, other) => labels[one] - labels[other]);
  const count = Math.min(FOLDS, labels.length);
  return Array.from({ length: count }, (_, fold) => order.filter((_, place) => place % count === fold));
}

// ---- digits ----

/** @param {Graph} graph @param {string[]} names @param {Float32Array} canvas @returns {Float32Array[]} what each head gets */
function hiddenOf(graph, names, canvas) {
  const found = run({ ...graph, outputs: names.map((name) => [name, name]) }, canvas);
  return names.map((name) => found[name]);
}

/** @param {Uint8Array} bytes 784 of ink for each digit, then a label for each @returns {Lesson[]} */
function unpacked(bytes) {
  const count = Math.floor(bytes.length / 785);
  return Array.from({ length: count }, (_, index) => ({
    canvas: Float32Array.from(bytes.subarray(784 * index, 784 * (index + 1)), (value) => value / 255),
    label: bytes[784 * count + index],
  }));
}

/** The same digit turned, slanted, stretched and moved a little, as one hand strays. @param {Float32Array} canvas @param {() => number} random */
export function varied(canvas, random) {
  const stray = (/** @type {number} */ reach) => reach * (2 * random() - 1);
  const [turn, slant] = [stray(0.14), stray(0.18)];
  const [size, aspect] = [Math.exp(stray(0.12)), Math.exp(stray(0.1))];
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [moveX, moveY] = [13.5 + stray(1.3), 13.5 + stray(1.3)];
  const at = (/** @type {number} */ y, /** @type {number} */ x) =>
    y >= 0 && y < 28 && x >= 0 && x < 28 ? canvas[y * 28 + x] : 0;
  return Float32Array.from({ length: 784 }, (_, place) => {
    const [down, across] = [Math.floor(place / 28) - 13.5, (place % 28) - 13.5];
    const [u, v] = [size * aspect * across + slant * down, (size / aspect) * down];
    const [x, y] = [cos * u - sin * v + moveX, sin * u + cos * v + moveY];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const upper = at(top, left) + (x - left) * (at(top, left + 1) - at(top, left));
    const lower = at(top + 1, left) + (x - left) * (at(top + 1, left + 1) - at(top + 1, left));
    return upper + (y - top) * (lower - upper);
  });
}

/** Numbers in [0, 1) that are the same each time (a linear congruence, Knuth, 1969). @param {number} seed */
export function randomOf(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
