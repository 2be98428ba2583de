// Memory that JavaScript and the WebAssembly kernel share, and convolutions in it.
// A tensor is {at, height, width, channels}: float32 values, pixel by pixel, channels last.
// The kernel is written by studio/kernel.py; what it needs of a row is said there.

const BLOCK = 8; // channels that the kernel does at once
const PAGE = 65536; // bytes by which WebAssembly's memory grows

/** @type {{memory: WebAssembly.Memory, row: Function, narrow: Function}} */
let kernel;
/** @type {{at: number, size: number}[]} */
let holes = []; // free parts of the memory, by address
let end = PAGE; // of what was ever in use

/**
 * Start the kernel.
 *
 * @param {Uint8Array<ArrayBuffer>} code
 */
export async function start(code) {
  const { instance } = await WebAssembly.instantiate(code);
  kernel = /** @type {any} */ (instance.exports);
}

/**
 * Take memory for so many float32 values; what stands there is not defined.
 *
 * @param {number} count
 * @returns {number} their address
 */
export function take(count) {
  const size = (4 * count + 63) & ~63;
  const hole = holes.find((one) => one.size >= size);
  if (hole) {
    const at = hole.at;
    hole.at += size;
    hole.size -= size;
    return at;
  }
  const at = end;
  end += size;
  const missing = end - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / PAGE));
  return at;
}

/**
 * Give memory back.
 *
 * @param {number} at
 * @param {number} count as it was taken
 */
export function give(at, count) {
  holes.push({ at, size: (4 * count + 63) & ~63 });
  holes.sort((one, other) => one.at - other.at);
  /** @type {typeof holes} */
  const joined = [];
  for (const hole of holes) {
    const last = joined.at(-1);
    if (hole.size === 0) continue;
    if (last && last.at + last.size === hole.at) last.size += hole.size;
    else joined.push(hole);
  }
  holes = joined;
}

/**
 * The values of a part of the memory; only until more is taken.
 *
 * @param {number} at
 * @param {number} count
 */
export const view = (at, count) => new Float32Array(kernel.memory.buffer, at, count);

/** @param {number} height @param {number} width @param {number} channels @returns {Block} */
export function blank(height, width, channels) {
  return { at: take(height * width * channels), height, width, channels };
}

/** @param {Block} block */
export const values = ({ at, height, width, channels }) => view(at, height * width * channels);

/** @param {Block} block */
export const free = ({ at, height, width, channels }) => give(at, height * width * channels);

/**
 * A convolution's weights as the kernel takes them, kept in its memory.
 *
 * @param {{shape: number[], stride: number, gap: number, relu: boolean}} about weights are (out, in, rows, columns)
 * @param {Float32Array} weights
 * @param {Float32Array} bias
 * @returns {Convolution}
 */
export function convolution({ shape, stride, gap, relu }, weights, bias) {
  const [outs, ins, rows, columns] = shape;
  const blocks = Math.ceil(outs / BLOCK);
  const at = take(blocks * BLOCK * (ins * rows * columns + 1));
  const room = view(at, blocks * BLOCK * (ins * rows * columns + 1)).fill(0);
  const area = rows * columns;
  for (let out = 0; out < outs; out += 1) {
    const start = Math.floor(out / BLOCK) * BLOCK * ins * area + (out % BLOCK);
    for (let inner = 0; inner < ins; inner += 1)
      for (let tap = 0; tap < area; tap += 1)
        room[start + (tap * ins + inner) * BLOCK] = weights[(out * ins + inner) * area + tap];
  }
  room.set(bias, blocks * BLOCK * ins * area);
  const biasAt = at + 4 * blocks * BLOCK * ins * area;
  return { at, biasAt, blocks, ins, rows, columns, stride, gap, relu };
}

/**
 * The output of a convolution whose padding keeps sides (or halves them, with a stride of 2).
 *
 * @param {Convolution} layer
 * @param {Block} x
 * @returns {Block} its channels filled up to eights
 */
export function convolve(layer, x) {
  const { rows, columns, stride, gap, ins, blocks } = layer;
  const [down, right] = [(gap * (rows - 1)) / 2, (gap * (columns - 1)) / 2];
  const result = blank(Math.ceil(x.height / stride), Math.ceil(x.width / stride), blocks * BLOCK);
  const wide = padded(x, down, right);
  const merged = gap === 1; // then the columns of a kernel's row lie side by side
  const pixel = 4 * ins;
  const call = result.width < 6 ? kernel.narrow : kernel.row;
  for (let row = 0; row < result.height; row += 1) {
    call(
      wide.at + row * stride * wide.width * pixel,
      layer.at,
      layer.biasAt,
      result.at + 4 * row * result.width * result.channels,
      result.width,
      blocks,
      rows,
      merged ? 1 : columns,
      merged ? columns * pixel : pixel,
      gap * wide.width * pixel,
      gap * pixel,
      stride * pixel,
      4 * result.channels,
      layer.relu ? 0 : -Infinity,
    );
  }
  if (wide !== x) free(wide);
  return result;
}

/** @param {Block} x @param {number} down @param {number} right @returns {Block} with zeros round it */
function padded(x, down, right) {
  if (down + right === 0) return x;
  const wide = blank(x.height + 2 * down, x.width + 2 * right, x.channels);
  const [from, to] = [values(x), values(wide).fill(0)];
  const line = x.width * x.channels;
  for (let row = 0; row < x.height; row += 1)
    to.set(from.subarray(row * line, (row + 1) * line), ((row + down) * wide.width + right) * x.channels);
  return wide;
}

/**
 * A network's layer out of the bytes that Python packed: its weights in the kernel's memory.
 *
 * @param {PackedLayer} packed
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
export function layerOf(packed, bytes) {
  const count = packed.shape.reduce((product, side) => product * side, 1);
  const weights = halves(bytes, packed.at, count);
  return { name: packed.name, layer: convolution(packed, weights, Float32Array.from(packed.bias)) };
}

/** @param {Uint8Array<ArrayBuffer>} bytes @param {number} at @param {number} count of float16 values */
export function halves(bytes, at, count) {
  const found = new Float32Array(count);
  const bits = new Uint16Array(bytes.slice(at, at + 2 * count).buffer);
  for (let index = 0; index < count; index += 1) {
    const [sign, exponent, rest] = [bits[index] >> 15, (bits[index] >> 10) & 31, bits[index] & 1023];
    const size = exponent === 0 ? rest * 2 ** -24 : (1 + rest / 1024) * 2 ** (exponent - 15);
    found[index] = sign ? -size : size;
  }
  return found;
}

/** @param {Block} old @param {Block} fresh */
export function instead(old, fresh) {
  free(old);
  return fresh;
}
