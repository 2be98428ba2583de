// A feed-forward network as plain numbers: forward, backward and one update, with nothing hidden.
// Everything is in 32 bits, as PyTorch has it, and a test holds the two together to 1e-5.
// A convnet's filters are shown as well and not trained here: filters.js.

import { convolved } from './filters.js';

/**
 * A layer says relu(weights x values + bias), or without the ReLU; weights are row by row, one row a unit.
 *
 * @typedef {{weights: Float32Array, bias: Float32Array, into: number, out: number, relu: boolean, conv?: import('./filters.js').Conv}} Layer
 */

/**
 * What one update did: the loss before it, how many were right, each layer's slopes; and of the first digit of the
 * batch what every layer said (`values`, the inputs first) and the slope of the loss for it (`flow`, ReLUs passed).
 *
 * @typedef {{weights: Float32Array, bias: Float32Array}} Slopes
 * @typedef {{loss: number, right: number, count: number, slopes: Slopes[], values: Float32Array[], flow: Float32Array[], label: number, rate: number}} Update
 */

/**
 * A fresh network, its weights drawn as PyTorch's nn.Linear draws them: evenly within 1 / sqrt(inputs).
 *
 * @param {number[]} sizes
 * @param {number} seed
 * @returns {Layer[]}
 */
export function fresh(sizes, seed) {
  const next = random(seed);
  return sizes.slice(1).map((out, place) => {
    const into = sizes[place];
    const reach = 1 / Math.sqrt(into);
    const draw = () => (2 * next() - 1) * reach;
    return {
      weights: Float32Array.from({ length: out * into }, draw),
      bias: Float32Array.from({ length: out }, draw),
      into,
      out,
      relu: place < sizes.length - 2,
    };
  });
}

/**
 * A copy that can be changed without changing the first.
 *
 * @param {Layer[]} layers
 * @returns {Layer[]}
 */
export function copied(layers) {
  return layers.map((one) => ({ ...one, weights: one.weights.slice(), bias: one.bias.slice() }));
}

/**
 * The values of every layer for some inputs, one after the other in one array: [inputs, hidden ..., logits].
 * `gains` scale what a unit says: 0 switches it off. With filters, one input at a time.
 *
 * @param {Layer[]} layers
 * @param {Float32Array} inputs
 * @param {number} count
 * @param {(Float32Array | null)[]} gains
 * @returns {Float32Array[]}
 */
export function forward(layers, inputs, count = 1, gains = []) {
  const values = [inputs];
  for (const [place, layer] of layers.entries()) {
    const gain = gains[place] ?? null;
    const { conv } = layer;
    values.push(
      conv ? convolved({ ...layer, conv }, values[place], gain) : through(layer, values[place], count, gain),
    );
  }
  return values;
}

/** @param {Layer} layer @param {Float32Array} values @param {number} count @param {Float32Array | null} gain */
function through({ weights, bias, into, out, relu }, values, count, gain) {
  const found = new Float32Array(count * out);
  for (let one = 0; one < count; one += 1) {
    const from = one * into;
    for (let unit = 0; unit < out; unit += 1) {
      let sum = bias[unit];
      const row = unit * into;
      for (let index = 0; index < into; index += 1) sum += weights[row + index] * values[from + index];
      if (relu && sum < 0) sum = 0;
      found[one * out + unit] = gain ? sum * gain[unit] : sum;
    }
  }
  return found;
}

/**
 * Ten probabilities for ten logits.
 *
 * @param {ArrayLike<number>} logits
 * @returns {number[]}
 */
export function shares(logits) {
  const largest = Math.max(...Array.from(logits));
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((all, one) => all + one, 0);
  return powers.map((one) => one / sum);
}

/**
 * One update by gradient descent on the cross-entropy of a batch; the layers change in place.
 *
 * @param {Layer[]} layers
 * @param {Float32Array} inputs
 * @param {Uint8Array} labels
 * @param {number} rate
 * @returns {Update}
 */
export function update(layers, inputs, labels, rate) {
  const count = labels.length;
  const values = forward(layers, inputs, count);
  let { slope, loss, right } = judged(values[layers.length], labels, layers[layers.length - 1].out);
  /** @type {Slopes[]} */
  const slopes = [];
  /** @type {Float32Array[]} */
  const flow = [];
  for (let place = layers.length - 1; place >= 0; place -= 1) {
    const layer = layers[place];
    if (layer.relu) stopped(slope, values[place + 1]);
    flow.unshift(slope.slice(0, layer.out));
    slopes.unshift(ofWeights(layer, slope, values[place], count));
    if (place) slope = below(layer, slope, count);
  }
  for (const [place, layer] of layers.entries()) {
    moved(layer.weights, slopes[place].weights, rate);
    moved(layer.bias, slopes[place].bias, rate);
  }
  const first = values.map((some) => some.slice(0, some.length / count));
  return {
    loss,
    right,
    count,
    slopes,
    values: first,
    flow: [first[0].slice().fill(0), ...flow],
    label: labels[0],
    rate,
  };
}

/** The loss, how many are right, and the slope of the loss for every logit: (shares - truth) / count. */
/** @param {Float32Array} logits @param {Uint8Array} labels @param {number} out */
function judged(logits, labels, out) {
  const slope = new Float32Array(logits.length);
  let [loss, right] = [0, 0];
  for (const [one, label] of labels.entries()) {
    const found = shares(logits.subarray(one * out, (one + 1) * out));
    loss -= Math.log(found[label]) / labels.length;
    if (found.every((share) => share <= found[label])) right += 1;
    for (let unit = 0; unit < out; unit += 1)
      slope[one * out + unit] = (found[unit] - (unit === label ? 1 : 0)) / labels.length;
  }
  return { slope, loss, right };
}

/** A unit that said nothing passes nothing back. */
/** @param {Float32Array} slope @param {Float32Array} values */
function stopped(slope, values) {
  for (let index = 0; index < slope.length; index += 1) if (values[index] <= 0) slope[index] = 0;
}

/** @param {Layer} layer @param {Float32Array} slope @param {Float32Array} values @param {number} count */
function ofWeights({ into, out }, slope, values, count) {
  const weights = new Float32Array(out * into);
  const bias = new Float32Array(out);
  for (let one = 0; one < count; one += 1) {
    for (let unit = 0; unit < out; unit += 1) {
      const steep = slope[one * out + unit];
      if (steep === 0) continue;
      bias[unit] += steep;
      const [row, from] = [unit * into, one * into];
      for (let index = 0; index < into; index += 1) weights[row + index] += steep * values[from + index];
    }
  }
  return { weights, bias };
}

/** @param {Layer} layer @param {Float32Array} slope @param {number} count */
function below({ weights, into, out }, slope, count) {
  const found = new Float32Array(count * into);
  for (let one = 0; one < count; one += 1) {
    for (let unit = 0; unit < out; unit += 1) {
      const steep = slope[one * out + unit];
      if (steep === 0) continue;
      const [row, to] = [unit * into, one * into];
      for (let index = 0; index < into; index += 1) found[to + index] += steep * weights[row + index];
    }
  }
  return found;
}

/** @param {Float32Array} numbers @param {Float32Array} slopes @param {number} rate */
function moved(numbers, slopes, rate) {
  for (let index = 0; index < numbers.length; index += 1) numbers[index] -= rate * slopes[index];
}

/**
 * Numbers in [0, 1) that a seed decides (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
