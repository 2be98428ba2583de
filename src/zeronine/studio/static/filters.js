// The filters of a convnet as plain numbers: what they say everywhere, and one patch of one of them.

/**
 * What a layer of filters has besides weights (a row a filter: its channels, each a square) and bias: its filters
 * say relu(gains x (the largest of a window of sums) + shifts); the first one takes ink without a margin.
 *
 * @typedef {object} Conv
 * @property {number} kernel side of a kernel
 * @property {number} side of the maps that come in
 * @property {number} pool side of the window
 * @property {number} [margin]
 * @property {number} [gain]
 * @property {number} [shift]
 * @property {Float32Array} gains
 * @property {Float32Array} shifts
 */
/** @typedef {import('./layers.js').Layer & {conv: Conv}} Filters */

/** @type {WeakMap<Float32Array, Float32Array>} */
const rims = new WeakMap(); // maps that came in, with their rim
/** @type {WeakMap<Float32Array, Uint16Array>} */
const winners = new WeakMap(); // where the largest sum of each window stood, for maps that were said

/**
 * The maps that come in, with a rim of zeros as wide as a kernel reaches.
 *
 * @param {Filters} layer
 * @param {Float32Array} values
 */
function padded({ into, conv: { kernel, side, margin, gain = 1, shift = 0 } }, values) {
  const kept = rims.get(values);
  if (kept) return kept;
  const reach = kernel >> 1;
  const wide = side + 2 * reach;
  const channels = into / kernel ** 2;
  const [skip, row] = margin === undefined ? [0, side] : [margin, side + 2 * margin];
  const found = new Float32Array(channels * wide * wide);
  for (let channel = 0; channel < channels; channel += 1)
    for (let y = 0; y < side; y += 1)
      for (let x = 0; x < side; x += 1)
        found[(channel * wide + y + reach) * wide + x + reach] =
          values[(channel * row + y + skip) * row + x + skip] * gain + shift;
  rims.set(values, found);
  return found;
}

/**
 * What the filters of a layer say: a map of (side / pool) squared for each.
 *
 * @param {Filters} layer
 * @param {Float32Array} values
 * @param {Float32Array | null} loud what each filter is scaled by
 */
export function convolved(layer, values, loud) {
  const { weights, bias, into, out, conv } = layer;
  const { kernel, side, pool, gains, shifts } = conv;
  const maps = padded(layer, values);
  const wide = side + kernel - 1;
  const small = side / pool;
  const found = new Float32Array(out * small * small);
  const best = new Uint16Array(out * small * small);
  const sums = new Float32Array(side * side);
  for (let unit = 0; unit < out; unit += 1) {
    sums.fill(bias[unit]);
    for (let at = 0; at < into; at += 1) {
      const weight = weights[unit * into + at];
      const channel = Math.floor(at / kernel ** 2);
      const from = (channel * wide + (Math.floor(at / kernel) % kernel)) * wide + (at % kernel);
      for (let y = 0; y < side; y += 1)
        for (let x = 0; x < side; x += 1) sums[y * side + x] += weight * maps[from + y * wide + x];
    }
    for (let place = 0; place < small * small; place += 1) {
      const won = winner(sums, conv, place);
      best[unit * small * small + place] = won;
      const said = sums[won] * gains[unit] + shifts[unit];
      found[unit * small * small + place] = Math.max(0, said) * (loud ? loud[unit] : 1);
    }
  }
  winners.set(found, best);
  return found;
}

/**
 * Where the largest sum of a window stands.
 *
 * @param {ArrayLike<number>} sums
 * @param {Conv} conv
 * @param {number} place of the window
 */
function winner(sums, { side, pool }, place) {
  const small = side / pool;
  const corner = Math.floor(place / small) * pool * side + (place % small) * pool;
  let best = corner;
  for (let y = 0; y < pool; y += 1)
    for (let x = 0; x < pool; x += 1) {
      const here = corner + y * side + x;
      if (sums[here] > sums[best]) best = here;
    }
  return best;
}

/**
 * What one filter sees at one place of its map: the patch of the place in the window where its sum is largest.
 *
 * @param {Filters} layer
 * @param {Float32Array} values
 * @param {Float32Array} said what `convolved` gave for them
 * @param {number} unit
 * @param {number} place
 * @returns {{patch: Float32Array, row: number, column: number}} row and column in the maps that come in
 */
export function seen(layer, values, said, unit, place) {
  const { into, out, conv } = layer;
  const { kernel, side } = conv;
  const maps = padded(layer, values);
  const wide = side + kernel - 1;
  const best = winners.get(said)?.[(unit * said.length) / out + place] ?? 0;
  const [row, column] = [Math.floor(best / side), best % side];
  const patch = new Float32Array(into);
  for (let index = 0; index < into; ) {
    const channel = index / kernel ** 2;
    for (let y = 0; y < kernel; y += 1) {
      const from = (channel * wide + row + y) * wide + column;
      for (let x = 0; x < kernel; x += 1) patch[index++] = maps[from + x];
    }
  }
  return { patch, row, column };
}

/**
 * The map of one filter, as loud as it is by itself.
 *
 * @param {Filters} layer
 * @param {Float32Array} values
 * @param {number} unit
 */
export function alone({ weights, bias, into, relu, conv }, values, unit) {
  const part = (/** @type {Float32Array} */ some) => some.subarray(unit, unit + 1);
  const own = { ...conv, gains: part(conv.gains), shifts: part(conv.shifts) };
  const kernels = weights.subarray(unit * into, (unit + 1) * into);
  return convolved({ weights: kernels, bias: part(bias), into, out: 1, relu, conv: own }, values, null);
}

/**
 * Where the largest value stands.
 *
 * @param {Float32Array} values
 */
export function loudest(values) {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) if (values[at] > values[best]) best = at;
  return best;
}

/**
 * The products of every filter at its loudest place, each channel's together: [from, to, product]; from the
 * ink each square by itself.
 *
 * @param {Filters} layer
 * @param {Float32Array} values
 * @param {Float32Array} said
 * @param {import('./netpicture.js').Place | null} only
 * @returns {[number, number, number][]}
 */
export function filterLines(layer, values, said, only) {
  const { weights, into, out, conv } = layer;
  const { kernel, margin } = conv;
  const area = (conv.side / conv.pool) ** 2;
  /** @type {[number, number, number][]} */
  const found = [];
  for (let unit = only?.unit ?? 0; unit < (only ? only.unit + 1 : out); unit += 1) {
    const at = only?.at ?? loudest(said.subarray(unit * area, (unit + 1) * area));
    const { patch, row, column } = seen(layer, values, said, unit, at);
    const sums = new Float32Array(into / kernel ** 2);
    for (let index = 0; index < into; index += 1) {
      const product = patch[index] * weights[unit * into + index];
      sums[Math.floor(index / kernel ** 2)] += product;
      if (margin === undefined) continue;
      const y = row + margin + Math.floor(index / kernel) - (kernel >> 1);
      found.push([28 * y + column + margin + (index % kernel) - (kernel >> 1), unit, product]);
    }
    if (margin === undefined) for (const [channel, sum] of sums.entries()) found.push([channel, unit, sum]);
  }
  return found;
}
