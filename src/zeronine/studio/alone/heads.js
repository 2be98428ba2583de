// The last layer before each answer of a network: what teaching changes. As teaching/heads.py, its last layer.

import { matched } from './quick.js';

const WAYS = /** @type {const} */ (['logits', 'digit_logit']);

/**
 * The last layers of a network, as they stand in its file: logits = gain * (weights @ hidden + bias).
 *
 * @param {Graph} graph
 * @returns {(Head & {hidden: string, names: string[]})[]}
 */
export function headsOf(graph) {
  const makers = new Map(graph.nodes.map((node) => [node.outputs[0], node]));
  return WAYS.flatMap((way) => {
    let [node, gain] = [makers.get(matched(graph, way)), 1];
    while (node && ['Div', 'Mul', 'Squeeze'].includes(node.op)) {
      const by = graph.tensors.get(node.inputs[1])?.data[0] ?? 1;
      if (node.op !== 'Squeeze') gain *= node.op === 'Div' ? 1 / by : by;
      node = makers.get(node.inputs[0]);
    }
    const [hidden, ...names] = node?.inputs ?? [];
    const [weights, bias] = names.map((name) => graph.tensors.get(name));
    if (node?.op !== 'Gemm' || !weights || !bias || !node.transB) return [];
    return [{ hidden, names, gain, weights: [...weights.data], bias: [...bias.data] }];
  });
}

/** The network with other last layers. @param {Graph} graph @param {Head[]} heads @returns {Graph} */
export function withHeads(graph, heads) {
  const tensors = new Map(graph.tensors);
  for (const [index, { names }] of headsOf(graph).entries()) {
    const parts = [heads[index].weights, heads[index].bias];
    for (const [place, name] of names.entries()) {
      const old = /** @type {Tensor} */ (graph.tensors.get(name));
      tensors.set(name, { data: Float32Array.from(parts[place]), shape: old.shape });
    }
  }
  return { ...graph, tensors };
}
