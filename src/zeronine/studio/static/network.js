// A small network, run by hand: the operations of a model file, one array at a time.
// Used by the exported page, which has no server. Tensors are {data: Float32Array, shape: [..]}.
// The graph is written by export.py: {nodes: [{op, inputs, outputs, ...attributes}], tensors, outputs}.

import { OPERATIONS, size } from './operations.js';

/**
 * Run the graph on one canvas (784 values) and return its outputs by name.
 *
 * @param {Graph} graph
 * @param {Values} canvas
 * @returns {Record<string, Float32Array>}
 */
export function run(graph, canvas) {
  const known = new Map(graph.tensors);
  const value = (/** @type {string} */ name) => /** @type {Tensor} */ (known.get(name)); // none for an empty name
  known.set('canvas', { data: Float32Array.from(canvas), shape: [1, 28, 28] });
  for (const node of graph.nodes) {
    const operation = OPERATIONS[node.op];
    if (!operation) throw new Error(`the page cannot run the operation ${node.op}`);
    known.set(node.outputs[0], operation(node, ...node.inputs.map(value)));
  }
  return Object.fromEntries(graph.outputs.map(([name, tensor]) => [name, value(tensor).data]));
}

/**
 * Turn the description that Python wrote, and its bytes, into a graph ready to run.
 *
 * @param {GraphDescription} description
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Graph}
 */
export function load({ nodes, tensors, outputs }, bytes) {
  const unpacked = new Map();
  for (const [name, one] of Object.entries(tensors))
    unpacked.set(name, { data: unpack(one, bytes), shape: one.shape });
  return { nodes, outputs: Object.entries(outputs), tensors: unpacked };
}

/**
 * The bytes of a base64 text.
 *
 * @param {string} text
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {PackedTensor} tensor @param {Uint8Array<ArrayBuffer>} bytes @returns {Float32Array} */
function unpack({ kind, at, values, shape, scales, axis }, bytes) {
  const count = size(shape);
  if (kind === 'plain') return Float32Array.from(values);
  if (kind === 'float16')
    return Float32Array.from({ length: count }, (_, index) => half(bytes, at + 2 * index));
  const after = size(shape.slice(axis + 1)); // int8, one scale for each place along `axis`
  const signed = new Int8Array(bytes.buffer, at, count);
  return Float32Array.from(signed, (value, index) => value * scales[Math.floor(index / after) % shape[axis]]);
}

/** @param {Uint8Array} bytes @param {number} at @returns {number} */
function half(bytes, at) {
  const bits = bytes[at] | (bytes[at + 1] << 8);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
