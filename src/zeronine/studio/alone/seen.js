// The layers of a network that can be seen through: all of a feed-forward one, the last of any other.
// As explaining/insight.py.

import { matched } from './quick.js';

/** @typedef {{weights: Float64Array, bias: Float64Array, into: number, out: number, relu: boolean}} SeenLayer */
/** @typedef {{layers: SeenLayer[], fromCanvas: boolean}} Insight */

const SCALES = ['Add', 'Sub', 'Mul', 'Div'];
const SAME = ['Reshape', 'Flatten', 'Identity', 'Unsqueeze', 'Squeeze', 'Slice']; // the same values in another form

/**
 * What can be seen of a network; no layers where its steps are of another kind.
 *
 * @param {Graph} graph
 * @returns {Insight}
 */
export function insightOf(graph) {
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0], node]));
  const way = /** @type {GraphNode[]} */ ([]);
  let name = matched(graph, 'logits');
  while (name !== 'canvas') {
    const node = makers.get(name);
    if (!node || ![...SCALES, ...SAME, 'Relu', 'Gemm'].includes(node.op)) break;
    way.unshift(node);
    name = node.inputs[0];
  }
  const whole = name === 'canvas';
  const from = whole ? 0 : way.findIndex(({ inputs }) => inputs[0] === matched(graph, 'embedding'));
  if (from < 0) return { layers: [], fromCanvas: false };
  return { layers: layersAlong(graph, way.slice(from)), fromCanvas: whole };
}

/** @param {Graph} graph @param {GraphNode[]} way @returns {SeenLayer[]} */
function layersAlong(graph, way) {
  const places = way.flatMap(({ op }, index) => (op === 'Gemm' ? [index] : []));
  const layers = places.map((place, index) => {
    const until = places[index + 1] ?? way.length;
    return layerOf(
      graph,
      way[place],
      way.slice(place + 1, until).some(({ op }) => op === 'Relu'),
    );
  });
  if (layers.length === 0) return [];
  const [first, last] = [layers[0], layers[layers.length - 1]];
  const before = scaleOf(graph, way.slice(0, places[0]));
  for (let unit = 0; unit < first.out; unit += 1) {
    let sum = 0;
    for (let at = unit * first.into; at < (unit + 1) * first.into; at += 1) {
      sum += first.weights[at];
      first.weights[at] *= before.gain;
    }
    first.bias[unit] += sum * before.shift;
  }
  const after = scaleOf(graph, way.slice(places[places.length - 1] + 1));
  last.weights = last.weights.map((value) => value * after.gain);
  last.bias = last.bias.map((value) => value * after.gain + after.shift);
  return layers;
}

/** @param {Graph} graph @param {GraphNode} node @param {boolean} relu @returns {SeenLayer} */
function layerOf(graph, node, relu) {
  const [weight, bias] = node.inputs.slice(1).map((name) => /** @type {Tensor} */ (graph.tensors.get(name)));
  const [out, into] = node.transB ? weight.shape : [weight.shape[1], weight.shape[0]];
  const weights = Float64Array.from(weight.data, (_, at) =>
    node.transB ? weight.data[at] : weight.data[(at % into) * out + Math.floor(at / into)],
  );
  return { weights, bias: Float64Array.from(bias.data), into, out, relu };
}

/** Steps that multiply or shift by one number: value * gain + shift. @param {Graph} graph @param {GraphNode[]} steps */
function scaleOf(graph, steps) {
  let [gain, shift] = [1, 0];
  for (const { op, inputs } of steps) {
    const number = graph.tensors.get(inputs[1])?.data[0];
    if (!SCALES.includes(op) || number === undefined) continue;
    const factor = op === 'Div' ? 1 / number : op === 'Mul' ? number : 1;
    gain *= factor;
    shift = shift * factor + (op === 'Add' ? number : op === 'Sub' ? -number : 0);
  }
  return { gain, shift };
}

/** @param {SeenLayer} layer @param {ArrayLike<number>} values @returns {Float64Array} before the rectifier */
export function sums({ weights, bias, into, out }, values) {
  const found = new Float64Array(out);
  for (let unit = 0; unit < out; unit += 1) {
    let sum = bias[unit];
    for (let at = 0; at < into; at += 1) sum += weights[unit * into + at] * values[at];
    found[unit] = sum;
  }
  return found;
}

/** @param {SeenLayer} layer @param {ArrayLike<number>} values */
export const through = (layer, values) =>
  sums(layer, values).map((value) => (layer.relu ? Math.max(0, value) : value));
