// One update seen whole, in four pictures: forward, the loss, the slopes flowing back, the weights moving.

import { shares } from './layers.js';
import { number } from './microscope.js';

/**
 * @typedef {object} Phase
 * @property {string} name
 * @property {string} says
 * @property {import('./layers.js').Layer[]} layers
 * @property {Float32Array[]} values what fills the units
 * @property {Float32Array[]} lines what the weights are multiplied by to be lines
 * @property {boolean} signed whether units may be against
 * @property {Float32Array} ink
 * @property {number[]} shares
 */

/**
 * The phases of an update that was taken; the pictures are of the first digit of its batch.
 *
 * @param {import('./layers.js').Update} last
 * @param {import('./layers.js').Layer[]} layers as they are after it
 * @returns {Phase[]}
 */
export function phases({ loss, count, slopes, values, flow, label, rate }, layers) {
  const before = layers.map((layer, place) => ({
    ...layer,
    weights: layer.weights.map((weight, at) => weight + rate * slopes[place].weights[at]),
  }));
  const steep = layers.map((layer, place) => ({ ...layer, weights: slopes[place].weights }));
  const moves = slopes.map(({ weights, bias }) => ({
    weights: weights.map((slope) => -rate * slope),
    bias: bias.map((slope) => -rate * slope),
  }));
  const moved = layers.map((layer, place) => ({ ...layer, weights: moves[place].weights }));
  const ones = values.map((some) => some.map(() => 1));
  const logits = values[values.length - 1];
  const found = shares(logits);
  const ink = values[0].map((value) => (value + 1) / 2);
  const all = { ink, shares: found, values, lines: values, signed: false, layers: before };
  const [place, at, most] = largest(moves.map(({ weights }) => weights));
  const [from, to] = [at % layers[place].into, Math.floor(at / layers[place].into)];
  return [
    {
      ...all,
      name: 'Forward',
      says: `The first digit of the batch, a ${label}, goes through: ${number(logits[label])} for ${label}, and ${number(Math.max(...logits))} for ${logits.indexOf(Math.max(...logits))}, which is the most.`,
    },
    {
      ...all,
      name: 'Loss',
      says: `That is a share of ${number(found[label])} for ${label}: its loss is −ln ${number(found[label])} = ${number(-Math.log(found[label]))}. The mean of ${count} digits is ${number(loss)}.`,
    },
    {
      ...all,
      name: 'Slopes back',
      says: `At the answers the slope is share less truth, by ${count}: ${number(flow[flow.length - 1][label])} for ${label}. It flows back through the weights; a unit whose ReLU says 0 passes nothing. Blue: more of it, more loss.`,
      layers: steep,
      values: flow,
      lines: ones,
      signed: true,
    },
    {
      ...all,
      name: 'Weights move',
      says: `Every weight moves by −${number(rate)} × its slope. The largest step, from ${place ? `unit ${from + 1}` : `square ${from + 1}`} to ${place === layers.length - 1 ? `answer ${to}` : `unit ${to + 1}`}: ${number(before[place].weights[at])} ${most < 0 ? '−' : '+'} ${number(Math.abs(most))} = ${number(layers[place].weights[at])}. Units show their biases’ steps.`,
      layers: moved,
      values: [values[0], ...moves.map(({ bias }) => bias)],
      lines: ones,
      signed: true,
    },
  ];
}

/** Where the largest of several arrays' numbers stands: [array, place, number]. */
/** @param {Float32Array[]} some @returns {[number, number, number]} */
function largest(some) {
  let [array, place] = [0, 0];
  for (const [one, numbers] of some.entries())
    for (let at = 0; at < numbers.length; at += 1)
      if (Math.abs(numbers[at]) > Math.abs(some[array][place])) [array, place] = [one, at];
  return [array, place, some[array][place]];
}
