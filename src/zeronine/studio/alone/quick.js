// The canvas network at the kernel's speed: its convolutions go there, everything else stays as it is.

import { load, run } from '../static/network.js';
import { OPERATIONS } from '../static/operations.js';
import { blank, convolution, convolve, free, values } from './heap.js';

/** @type {WeakMap<Tensor, Convolution>} */
const known = new WeakMap(); // weights that lie in the kernel's memory already
const { Conv: slowly } = OPERATIONS;

/** Let every network of this thread use the kernel; it must have been started. */
export function hurry() {
  OPERATIONS.Conv = (node, x, weight, bias) =>
    fits(node, weight) ? quickly(node, x, weight, bias) : slowly(node, x, weight, bias);
}

/**
 * Whether a convolution is of the kind that the kernel does: padded to keep sides, in one group.
 *
 * @param {GraphNode} node
 * @param {Tensor} weight
 */
function fits({ group = 1, pads = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1] }, { shape }) {
  const kept = [2, 3].every((axis) => shape[axis] % 2 && pads[axis - 2] === (shape[axis] - 1) / 2);
  return group === 1 && kept && [...strides, ...dilations].every((step) => step === 1);
}

/** @type {import('../static/operations.js').Operation} */
function quickly(node, x, weight, bias) {
  const [, channels, height, width] = x.shape;
  if (width < 4) return slowly(node, x, weight, bias);
  let layer = known.get(weight);
  if (!layer) {
    const about = { shape: weight.shape, stride: 1, gap: 1, relu: false };
    layer = convolution(about, weight.data, bias?.data ?? new Float32Array(weight.shape[0]));
    known.set(weight, layer);
  }
  const area = height * width;
  const block = blank(height, width, channels);
  const pixels = values(block);
  for (let channel = 0; channel < channels; channel += 1)
    for (let at = 0; at < area; at += 1) pixels[at * channels + channel] = x.data[channel * area + at];
  const answer = convolve(layer, block);
  const found = values(answer);
  const outs = weight.shape[0];
  const data = new Float32Array(outs * area);
  for (let channel = 0; channel < outs; channel += 1)
    for (let at = 0; at < area; at += 1) data[channel * area + at] = found[at * answer.channels + channel];
  free(block);
  free(answer);
  return { data, shape: [1, outs, height, width] };
}

/**
 * The models of the page, ready to run, by their ids.
 *
 * @param {PackedModel[]} models
 * @returns {Map<string, Graph>}
 */
export function graphsOf(models) {
  return new Map(
    models.map(({ id, graph, weights }) => {
      const one = load(graph, weights);
      if (one.nodes.some(({ outputs }) => outputs[0] === 'embedding'))
        one.outputs.push(['embedding', 'embedding']);
      return [id, one];
    }),
  );
}

/** The tensor that stands for an output. @param {Graph} graph @param {string} output */
export const matched = (graph, output) => graph.outputs.find(([name]) => name === output)?.[1] ?? output;

/** @param {Graph} graph @param {Values} canvas in [0, 1] */
export function answerOf(graph, canvas) {
  const { logits, digit_logit: evidence, embedding } = run(graph, canvas);
  return { logits, digitLogit: evidence[0], embedding: /** @type {Float32Array | undefined} */ (embedding) };
}
