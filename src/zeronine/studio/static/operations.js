// The operations of a model file, for one canvas: each takes its node and its inputs and gives a tensor.
// Tensors are {data: Float32Array, shape: [..]}. graph.py refuses a model with any other operation.

/** @typedef {(node: GraphNode, ...inputs: Tensor[]) => Tensor} Operation */

/**
 * Probabilities from logits.
 *
 * @param {number[] | Float32Array | Float64Array} logits
 * @returns {number[]}
 */
export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - largest));
  const sum = powers.reduce((one, other) => one + other, 0);
  return powers.map((power) => power / sum);
}

/**
 * How many values an array of this shape has.
 *
 * @param {number[]} shape
 * @returns {number}
 */
export function size(shape) {
  return shape.reduce((product, side) => product * side, 1);
}

/** @type {(change: (value: number, node: GraphNode) => number) => Operation} */
const each = (change) => (node, x) => ({ data: x.data.map((value) => change(value, node)), shape: x.shape });
/** @type {(join: (one: number, other: number) => number) => Operation} */
const pair = (join) => (node, one, other) => broadcast(one, other, join);
/** @type {(value: number, least: number, most: number) => number} */
const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
/** @type {(value: number) => number} */
const logistic = (value) => 1 / (1 + Math.exp(-value));

/** @type {Record<string, Operation>} */
export const OPERATIONS = {
  Add: pair((one, other) => one + other),
  Sub: pair((one, other) => one - other),
  Mul: pair((one, other) => one * other),
  Div: pair((one, other) => one / other),
  Pow: pair((one, other) => one ** other),
  Max: pair(Math.max),
  Min: pair(Math.min),
  Identity: (node, x) => x,
  Relu: each((value) => Math.max(0, value)),
  LeakyRelu: each((value, { alpha = 0.01 }) => (value > 0 ? value : alpha * value)),
  Elu: each((value, { alpha = 1 }) => (value > 0 ? value : alpha * (Math.exp(value) - 1))),
  Sigmoid: each(logistic),
  HardSigmoid: each((value, { alpha = 0.2, beta = 0.5 }) => clamp(alpha * value + beta, 0, 1)),
  HardSwish: each((value) => value * clamp(value / 6 + 0.5, 0, 1)),
  Tanh: each(Math.tanh),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Sqrt: each(Math.sqrt),
  Neg: each((value) => -value),
  Abs: each(Math.abs),
  Reciprocal: each((value) => 1 / value),
  Erf: each(erf),
  Gelu: each((value) => 0.5 * value * (1 + erf(value / Math.SQRT2))),
  Clip: (node, x, least, most) =>
    each((value) => clamp(value, least?.data[0] ?? -Infinity, most?.data[0] ?? Infinity))(node, x),
  Softmax: ({ axis = -1 }, x) => softmaxAlong(x, axis),
  Flatten: ({ axis = 1 }, x) => ({
    data: x.data,
    shape: [size(x.shape.slice(0, axis)), size(x.shape.slice(axis))],
  }),
  Reshape: (node, x, shape) => reshape(x, Array.from(shape.data)),
  Squeeze: (node, x, axes) => squeeze(x, axes),
  Unsqueeze: (node, x, axes) => unsqueeze(x, Array.from(axes.data)),
  Transpose: ({ perm }, x) => transpose(x, perm),
  Slice: (node, x, starts, ends, axes, steps) => slice(x, starts, ends, axes, steps),
  Concat: ({ axis }, ...parts) => concat(parts, axis),
  MatMul: (node, one, other) => matmul(one, other),
  Gemm: gemm,
  Conv: convolve,
  BatchNormalization: normalise,
  MaxPool: (node, x) => pool(node, x, (kept) => Math.max(...kept)),
  AveragePool: (node, x) => pool(node, x, average),
  GlobalAveragePool: (node, x) => globalPool(x, average),
  GlobalMaxPool: (node, x) => globalPool(x, (kept) => kept.reduce((one, other) => Math.max(one, other))),
  ReduceMean: (node, x, axes) => reduce(node, x, axes, average),
  ReduceSum: (node, x, axes) => reduce(node, x, axes, (kept) => kept.reduce((one, other) => one + other, 0)),
  ReduceMax: (node, x, axes) => reduce(node, x, axes, (kept) => Math.max(...kept)),
  ReduceLogSumExp: (node, x, axes) => reduce(node, x, axes, logSumExp),
  ReduceL2: (node, x, axes) => reduce(node, x, axes, (kept) => Math.hypot(...kept)),
};

/** @param {Float32Array | number[]} values @returns {number} */
function average(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** @param {number[]} values @returns {number} */
function logSumExp(values) {
  const largest = Math.max(...values);
  return largest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - largest), 0));
}

/** @param {Tensor} x @param {number} axis @returns {Tensor} */
function softmaxAlong(x, axis) {
  const along = (axis + x.shape.length) % x.shape.length;
  const [count, step] = [x.shape[along], size(x.shape.slice(along + 1))];
  const data = new Float32Array(x.data.length);
  for (let group = 0; group < x.data.length / count; group += 1) {
    const start = Math.floor(group / step) * step * count + (group % step);
    const powers = softmax(Array.from({ length: count }, (_, index) => x.data[start + index * step]));
    for (const [index, power] of powers.entries()) data[start + index * step] = power;
  }
  return { data, shape: x.shape };
}

/**
 * Abramowitz and Stegun (1964), 7.1.26: within 1.5e-7.
 *
 * @param {number} x
 * @returns {number}
 */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const series =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  return Math.sign(x) * (1 - series * Math.exp(-x * x));
}

/**
 * @param {Tensor} one
 * @param {Tensor} other
 * @param {(one: number, other: number) => number} join
 * @returns {Tensor}
 */
function broadcast(one, other, join) {
  if (other.data.length === 1 && one.shape.length >= other.shape.length) {
    return { data: one.data.map((value) => join(value, other.data[0])), shape: one.shape };
  }
  if (one.shape.join() === other.shape.join()) {
    return { data: one.data.map((value, index) => join(value, other.data[index])), shape: one.shape };
  }
  const rank = Math.max(one.shape.length, other.shape.length);
  const [left, right] = [one, other].map(({ shape }) => [...Array(rank - shape.length).fill(1), ...shape]);
  const shape = left.map((side, axis) => Math.max(side, right[axis]));
  const [first, second] = [left, right].map((sides) =>
    strides(sides).map((step, axis) => (sides[axis] === 1 ? 0 : step)),
  );
  const data = new Float32Array(size(shape));
  walk(shape, (place, index) => {
    data[index] = join(one.data[dot(place, first)], other.data[dot(place, second)]);
  });
  return { data, shape };
}

/** @param {number[]} shape @returns {number[]} */
function strides(shape) {
  return shape.map((_, axis) => size(shape.slice(axis + 1)));
}

/** @param {number[]} one @param {number[]} other @returns {number} */
function dot(one, other) {
  return one.reduce((sum, value, index) => sum + value * other[index], 0);
}

/**
 * Call visit(place, index) for every place of an array of this shape, in order.
 *
 * @param {number[]} shape
 * @param {(place: number[], index: number) => void} visit
 */
function walk(shape, visit) {
  const place = shape.map(() => 0);
  for (let index = 0; index < size(shape); index += 1) {
    visit(place, index);
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      place[axis] += 1;
      if (place[axis] < shape[axis]) break;
      place[axis] = 0;
    }
  }
}

/** @param {Tensor} x @param {number[]} wanted @returns {Tensor} */
function reshape(x, wanted) {
  const shape = wanted.map((side, axis) => (side === 0 ? x.shape[axis] : side));
  const open = shape.indexOf(-1);
  if (open >= 0) shape[open] = x.data.length / size(shape.filter((side) => side !== -1));
  return { data: x.data, shape };
}

/** @param {Tensor} x @param {Tensor | undefined} axes @returns {Tensor} */
function squeeze(x, axes) {
  const gone = axes ? Array.from(axes.data, (axis) => (axis + x.shape.length) % x.shape.length) : null;
  return { data: x.data, shape: x.shape.filter((side, axis) => (gone ? !gone.includes(axis) : side !== 1)) };
}

/** @param {Tensor} x @param {number[]} axes @returns {Tensor} */
function unsqueeze(x, axes) {
  const rank = x.shape.length + axes.length;
  const shape = [...x.shape];
  for (const axis of axes.map((one) => (one + rank) % rank).sort((one, other) => one - other))
    shape.splice(axis, 0, 1);
  return { data: x.data, shape };
}

/**
 * Part of an array; as in ONNX, places below zero count from the end, and beyond the end is the end.
 *
 * @param {Tensor} x
 * @param {Tensor} starts
 * @param {Tensor} ends
 * @param {Tensor} axes
 * @param {Tensor} steps
 * @returns {Tensor}
 */
function slice(x, starts, ends, axes, steps) {
  const along = axes ? Array.from(axes.data, (axis) => (axis + x.shape.length) % x.shape.length) : null;
  const first = x.shape.map(() => 0);
  const shape = [...x.shape];
  Array.from(starts.data).forEach((start, index) => {
    if (steps && steps.data[index] !== 1) throw new Error(`a slice in steps of ${steps.data[index]}`);
    const axis = along ? along[index] : index;
    const side = x.shape[axis];
    const [from, to] = [start, ends.data[index]].map((at) => clamp(at < 0 ? at + side : at, 0, side));
    first[axis] = from;
    shape[axis] = Math.max(0, to - from);
  });
  const widths = strides(x.shape);
  const data = new Float32Array(size(shape));
  const offset = dot(first, widths);
  walk(shape, (place, index) => {
    data[index] = x.data[offset + dot(place, widths)];
  });
  return { data, shape };
}

/** @param {Tensor} x @param {number[]} perm @returns {Tensor} */
function transpose(x, perm = x.shape.map((_, axis) => x.shape.length - 1 - axis)) {
  const shape = perm.map((axis) => x.shape[axis]);
  const steps = strides(x.shape);
  const moved = perm.map((axis) => steps[axis]);
  const data = new Float32Array(x.data.length);
  walk(shape, (place, index) => {
    data[index] = x.data[dot(place, moved)];
  });
  return { data, shape };
}

/** @param {Tensor[]} parts @param {number} axis @returns {Tensor} */
function concat(parts, axis) {
  const along = (axis + parts[0].shape.length) % parts[0].shape.length;
  const shape = [...parts[0].shape];
  shape[along] = parts.reduce((sum, part) => sum + part.shape[along], 0);
  const rows = size(shape.slice(0, along));
  const data = new Float32Array(size(shape));
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    for (const part of parts) {
      const width = part.data.length / rows;
      data.set(part.data.subarray(row * width, (row + 1) * width), at);
      at += width;
    }
  }
  return { data, shape };
}

/** @param {Tensor} one @param {Tensor} other @returns {Tensor} */
function matmul(one, other) {
  const [inner, columns] = [one.shape, other.shape].map((shape) => shape[shape.length - 1]);
  const rows = one.data.length / inner;
  const data = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let index = 0; index < inner; index += 1) {
      const value = one.data[row * inner + index];
      if (value === 0) continue;
      for (let column = 0; column < columns; column += 1)
        data[row * columns + column] += value * other.data[index * columns + column];
    }
  }
  return { data, shape: [...one.shape.slice(0, -1), columns] };
}

/** @param {GraphNode} node @param {Tensor} a @param {Tensor} b @param {Tensor} c @returns {Tensor} */
function gemm({ alpha = 1, beta = 1, transA = 0, transB = 0 }, a, b, c) {
  const product = matmul(transA ? transpose(a, [1, 0]) : a, transB ? turned(b) : b);
  const scaled = alpha === 1 ? product : { ...product, data: product.data.map((value) => alpha * value) };
  return c ? broadcast(scaled, c, (value, extra) => value + beta * extra) : scaled;
}

/**
 * The transpose of a weight, made once.
 *
 * @param {Tensor} tensor
 * @returns {Tensor}
 */
function turned(tensor) {
  tensor.turned ??= transpose(tensor, [1, 0]);
  return tensor.turned;
}

/**
 * Where a window of pooling or convolution may stand: {kernel, steps, before, gaps, out} by axis (rows, columns).
 *
 * @param {GraphNode} node
 * @param {number[]} kernel
 * @param {number[]} sides
 */
function windows(node, kernel, sides) {
  const { strides: steps = [1, 1], dilations: gaps = [1, 1], pads = [0, 0, 0, 0], ceil_mode: up = 0 } = node;
  const out = sides.map((side, axis) => {
    const room = side + pads[axis] + pads[axis + 2] - gaps[axis] * (kernel[axis] - 1) - 1;
    return (up ? Math.ceil(room / steps[axis]) : Math.floor(room / steps[axis])) + 1;
  });
  return { kernel, steps, gaps, before: pads.slice(0, 2), out };
}

/** @param {GraphNode} node @param {Tensor} x @param {Tensor} weight @param {Tensor} bias @returns {Tensor} */
function convolve(node, x, weight, bias) {
  const { group = 1 } = node;
  const [, , high, wide] = x.shape;
  const [channels, each_, ...kernel] = weight.shape;
  const { steps, gaps, before, out } = windows(node, kernel, [high, wide]);
  const data = new Float32Array(channels * out[0] * out[1]);
  for (let channel = 0; channel < channels; channel += 1) {
    const target = data.subarray(channel * out[0] * out[1], (channel + 1) * out[0] * out[1]);
    if (bias) target.fill(bias.data[channel]);
    const from = Math.floor(channel / (channels / group)) * each_;
    for (let inner = 0; inner < each_; inner += 1) {
      const source = x.data.subarray((from + inner) * high * wide, (from + inner + 1) * high * wide);
      for (let row = 0; row < kernel[0]; row += 1) {
        for (let column = 0; column < kernel[1]; column += 1) {
          const factor = weight.data[((channel * each_ + inner) * kernel[0] + row) * kernel[1] + column];
          const shift = [row * gaps[0] - before[0], column * gaps[1] - before[1]];
          if (factor !== 0) addShifted(target, out, source, [high, wide], steps, shift, factor);
        }
      }
    }
  }
  return { data, shape: [1, channels, ...out] };
}

/**
 * target += factor * source, moved by `shift`; what lies outside counts as 0.
 *
 * @param {Float32Array} target
 * @param {number[]} out
 * @param {Float32Array} source
 * @param {number[]} sides
 * @param {number[]} steps
 * @param {number[]} shift
 * @param {number} factor
 */
function addShifted(target, [rows, columns], source, [high, wide], [down, right], [top, left], factor) {
  const first = Math.max(0, Math.ceil(-left / right));
  const last = Math.min(columns - 1, Math.floor((wide - 1 - left) / right));
  for (let row = 0; row < rows; row += 1) {
    const y = row * down + top;
    if (y < 0 || y >= high) continue;
    const [to, from] = [row * columns, y * wide + left];
    for (let column = first; column <= last; column += 1)
      target[to + column] += factor * source[from + column * right];
  }
}

/** @param {GraphNode} node @param {Tensor} x @param {(kept: number[]) => number} join @returns {Tensor} */
function pool(node, x, join) {
  const [, channels, high, wide] = x.shape;
  const { kernel, steps, before, out } = windows(node, node.kernel_shape, [high, wide]);
  const whole = node.count_include_pad ? kernel[0] * kernel[1] : 0;
  const data = new Float32Array(channels * out[0] * out[1]);
  walk([channels, ...out], ([channel, row, column], index) => {
    const kept = /** @type {number[]} */ ([]);
    for (let y = row * steps[0] - before[0]; y < row * steps[0] - before[0] + kernel[0]; y += 1) {
      for (let z = column * steps[1] - before[1]; z < column * steps[1] - before[1] + kernel[1]; z += 1) {
        if (y >= 0 && y < high && z >= 0 && z < wide) kept.push(x.data[(channel * high + y) * wide + z]);
      }
    }
    while (kept.length < whole) kept.push(0);
    data[index] = join(kept);
  });
  return { data, shape: [1, channels, ...out] };
}

/** @param {Tensor} x @param {(kept: Float32Array) => number} join @returns {Tensor} */
function globalPool(x, join) {
  const [, channels, high, wide] = x.shape;
  const data = Float32Array.from({ length: channels }, (_, one) =>
    join(x.data.subarray(one * high * wide, (one + 1) * high * wide)),
  );
  return { data, shape: [1, channels, 1, 1] };
}

/**
 * @param {GraphNode} node
 * @param {Tensor} x
 * @param {Tensor} scale
 * @param {Tensor} offset
 * @param {Tensor} mean
 * @param {Tensor} variance
 * @returns {Tensor}
 */
function normalise({ epsilon = 1e-5 }, x, scale, offset, mean, variance) {
  const area = x.data.length / x.shape[1];
  const data = x.data.map((value, index) => {
    const channel = Math.floor(index / area);
    return (
      ((value - mean.data[channel]) / Math.sqrt(variance.data[channel] + epsilon)) * scale.data[channel] +
      offset.data[channel]
    );
  });
  return { data, shape: x.shape };
}

/**
 * @param {GraphNode} node
 * @param {Tensor} x
 * @param {Tensor | undefined} axes
 * @param {(kept: number[]) => number} join
 * @returns {Tensor}
 */
function reduce(node, x, axes, join) {
  const rank = x.shape.length;
  /** @type {number[]} */
  const listed = axes ? Array.from(axes.data) : (node.axes ?? x.shape.map((_, axis) => axis));
  const gone = listed.map((axis) => (axis + rank) % rank);
  const kept = x.shape.map((side, axis) => (gone.includes(axis) ? 1 : side));
  const steps = strides(kept).map((step, axis) => (gone.includes(axis) ? 0 : step));
  const groups = Array.from({ length: size(kept) }, () => /** @type {number[]} */ ([]));
  walk(x.shape, (place, index) => groups[dot(place, steps)].push(x.data[index]));
  const shape = (node.keepdims ?? 1) ? kept : x.shape.filter((_, axis) => !gone.includes(axis));
  return { data: Float32Array.from(groups.map(join)), shape };
}
