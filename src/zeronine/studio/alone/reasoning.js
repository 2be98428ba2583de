// Why a network answers what it answers: occlusion, contribution and hidden units, as explaining/*.py.
// A change that flips the answer is in flip.js.  Neighbours and map need the training digits: the studio has them.

import { softmax } from '../static/operations.js';
import { best } from './arithmetic.js';
import { flip } from './flip.js';
import { answerOf } from './quick.js';
import { insightOf, sums, through } from './seen.js';
import { signedTiles, tilesOf } from './tiles.js';

const SIDE = 28;
const PATCH = 4; // pixels on each side of the square that covers ink
const STRIDE = 2;

/** @typedef {{canvas: Float32Array, logits: Float64Array, value: number, rival: number, margin: number, embedding: Float32Array | undefined}} Case */

/**
 * @param {Graph} graph
 * @param {{canvas: number[], kinds: Kind[], rival: number | null, sentences: Record<string, string>}} asked
 * @returns {Explanation}
 */
export function explained(graph, { canvas, kinds, rival, sentences }) {
  const one = caseOf(graph, canvas, rival);
  const found = /** @type {Explanation} */ ({
    value: one.value,
    rival: one.rival,
    probabilities: softmax(one.logits),
    sentences,
  });
  for (const kind of kinds) {
    if (kind === 'occlusion')
      found.occlusion = { picture: signedTiles([occluded(graph, one)]), patch: PATCH };
    if (kind === 'contribution') found.contribution = contributed(insightOf(graph), one);
    if (kind === 'hidden') found.hidden = unitsOf(insightOf(graph), one);
    if (kind === 'flip') found.flip = flipped(graph, one);
    if (kind === 'neighbours' || kind === 'map') found[kind] = null;
  }
  return found;
}

/** @param {Graph} graph @param {number[]} bytes @param {number | null} rival @returns {Case} */
function caseOf(graph, bytes, rival) {
  const canvas = Float32Array.from(bytes, (value) => value / 255);
  const { logits, embedding } = answerOf(graph, canvas);
  const order = [...logits.keys()].sort((one, other) => logits[other] - logits[one]);
  const [value, second] = order;
  const against = rival ?? second;
  if (against === value) throw new Error(`The model answers ${value}: ask about another digit.`);
  return {
    canvas,
    logits: Float64Array.from(logits),
    value,
    rival: against,
    margin: logits[value] - logits[against],
    embedding,
  };
}

/** How far the margin falls when the ink there is covered. @param {Graph} graph @param {Case} one */
export function occluded(graph, { canvas, value, rival, margin }) {
  const [total, count] = [new Float64Array(SIDE * SIDE), new Float64Array(SIDE * SIDE)];
  for (let y = 0; y <= SIDE - PATCH; y += STRIDE) {
    for (let x = 0; x <= SIDE - PATCH; x += STRIDE) {
      const squares = Array.from(
        { length: PATCH ** 2 },
        (_, at) => (y + Math.floor(at / PATCH)) * SIDE + x + (at % PATCH),
      );
      let fall = 0;
      if (squares.some((at) => canvas[at] > 0)) {
        const covered = Float32Array.from(canvas);
        for (const at of squares) covered[at] = 0;
        const { logits } = answerOf(graph, covered);
        fall = margin - (logits[value] - logits[rival]);
      }
      for (const at of squares) {
        total[at] += fall;
        count[at] += 1;
      }
    }
  }
  return total.map((sum, at) => sum / Math.max(count[at], 1));
}

/** What each pixel of ink added to the margin; null for all but feed-forward networks. @param {import('./seen.js').Insight} insight @param {Case} one */
function contributed({ layers, fromCanvas }, { canvas, value, rival, margin }) {
  if (!fromCanvas) return null;
  /** @type {ArrayLike<number>} */
  let values = canvas;
  const active = layers.map((layer) => {
    const before = sums(layer, values);
    values = through(layer, values);
    return before.map((sum) => (layer.relu && sum <= 0 ? 0 : 1));
  });
  let slope = new Float64Array(10);
  slope[value] = 1;
  slope[rival] = -1;
  for (const [index, layer] of [...layers.entries()].reverse()) {
    const next = new Float64Array(layer.into);
    for (let unit = 0; unit < layer.out; unit += 1) {
      const share = slope[unit] * active[index][unit];
      if (share)
        for (let at = 0; at < layer.into; at += 1) next[at] += share * layer.weights[unit * layer.into + at];
    }
    slope = next;
  }
  const picture = slope.map((one, at) => one * canvas[at]);
  const rest = margin - picture.reduce((sum, one) => sum + one, 0);
  return { picture: signedTiles([picture]), exact: true, rest, margin };
}

/** Every hidden layer that can be seen, with each unit switched off in turn. @param {import('./seen.js').Insight} insight @param {Case} one */
function unitsOf(insight, one) {
  const { layers, fromCanvas } = insight;
  const found = hiddenValues(insight, one).map((values, number) => {
    const rest = fromCanvas ? layers.slice(number + 1) : layers;
    const margin = (/** @type {ArrayLike<number>} */ start) => {
      const logits = rest.reduce((now, layer) => through(layer, now), start);
      return logits[one.value] - logits[one.rival];
    };
    const whole = margin(values);
    const effect = Array.from(values, (value, unit) => {
      if (value === 0) return 0;
      const without = Float64Array.from(values);
      without[unit] = 0;
      return whole - margin(without);
    });
    return { name: fromCanvas ? `hidden ${number + 1}` : 'embedding', values: [...values], effect };
  });
  const first = layers[0];
  const weights =
    fromCanvas && layers.length > 1
      ? signedTiles(
          Array.from({ length: first.out }, (_, unit) =>
            first.weights.subarray(unit * first.into, (unit + 1) * first.into),
          ),
        )
      : null;
  return { layers: found, weights };
}

/** @param {import('./seen.js').Insight} insight @param {Case} one @param {{layer: number, units: number[]}[]} [off] @returns {Float64Array[]} */
function hiddenValues({ layers, fromCanvas }, { canvas, embedding }, off = []) {
  const without = (/** @type {Float64Array} */ values, /** @type {number} */ number) => {
    for (const { layer, units } of off) if (layer === number) for (const unit of units) values[unit] = 0;
    return values;
  };
  if (!fromCanvas) return layers.length && embedding ? [without(Float64Array.from(embedding), 0)] : [];
  /** @type {ArrayLike<number>} */
  let values = canvas;
  return layers.slice(0, -1).map((layer, number) => {
    const found = without(through(layer, values), number);
    values = found;
    return found;
  });
}

/**
 * The answer with hidden units switched off.
 *
 * @param {Graph} graph
 * @param {{canvas: number[], off: {layer: number, units: number[]}[]}} asked
 */
export function ablated(graph, { canvas, off }) {
  const insight = insightOf(graph);
  const one = caseOf(graph, canvas, null);
  const values = hiddenValues(insight, one, off);
  if (values.length === 0) throw new Error('This model’s hidden units cannot be seen: choose another one.');
  const probabilities = softmax(
    through(insight.layers[insight.layers.length - 1], values[values.length - 1]),
  );
  return { value: best(probabilities), probabilities };
}

/** @param {Graph} graph @param {Case} one */
function flipped(graph, { canvas, rival }) {
  const changed = flip((picture) => answerOf(graph, picture).logits, canvas, rival);
  const { logits } = answerOf(graph, changed);
  let [added, removed] = [0, 0];
  for (let at = 0; at < canvas.length; at += 1) {
    added += Math.max(changed[at] - canvas[at], 0);
    removed += Math.max(canvas[at] - changed[at], 0);
  }
  const probabilities = softmax(logits);
  return {
    rival,
    flipped: best(probabilities) === rival,
    canvas: tilesOf([changed], 0, 1, 255),
    added,
    removed,
    probabilities,
  };
}
