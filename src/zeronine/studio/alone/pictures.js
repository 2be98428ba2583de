// Grey pictures {data, height, width} at other sizes, turned and cut: the arithmetic of OpenCV, step by step.
// reading/page.py and reading/patches.py call OpenCV for it; a test compares every pixel.

import { clamp, median, rounded } from './arithmetic.js';

const round = Math.fround;
const SMALLER = 0.7; // factor below which a patch's window is averaged down first, as in patches.py
const AREA_EDGE = 1e-3; // share of a pixel below which OpenCV leaves it out of an average

/** @param {number} height @param {number} width @param {number} [tone] @returns {Grey} */
export const paper = (height, width, tone = 0) => ({
  data: new Uint8Array(height * width).fill(tone),
  height,
  width,
});

/**
 * The tone of a picture's border: what is taken to lie beyond it.
 *
 * @param {Grey} grey
 */
export function rimTone({ data, height, width }) {
  const columns = Array.from({ length: height }, (_, row) => row * width);
  return median([
    ...data.subarray(0, width),
    ...data.subarray((height - 1) * width),
    ...columns.map((at) => data[at]),
    ...columns.map((at) => data[at + width - 1]),
  ]);
}

/** @param {Grey} grey @param {number} left @param {number} top @param {number} right @param {number} bottom */
export function part({ data, width }, left, top, right, bottom) {
  const found = paper(bottom - top, right - left);
  for (let row = top; row < bottom; row += 1)
    found.data.set(data.subarray(row * width + left, row * width + right), (row - top) * found.width);
  return found;
}

/**
 * Turned counterclockwise by quarters.
 *
 * @param {Grey} grey
 * @param {number} quarters
 */
export function quartered(grey, quarters) {
  let turned = grey;
  for (let count = 0; count < quarters; count += 1) {
    const { data, height, width } = turned;
    const next = paper(width, height);
    for (let row = 0; row < width; row += 1)
      for (let column = 0; column < height; column += 1)
        next.data[row * height + column] = data[column * width + width - 1 - row];
    turned = next;
  }
  return turned;
}

/**
 * The picture at another scale: averaged where it gets smaller, smooth where it gets larger.
 *
 * @param {Grey} grey
 * @param {number} scale
 */
export function resized(grey, scale) {
  if (scale === 1) return grey;
  const [height, width] = [grey.height, grey.width].map((side) => Math.max(1, rounded(side * scale)));
  return scale < 1 ? averaged(grey, height, width) : smoothed(grey, height, width);
}

// ---- smaller ----

/**
 * Every new pixel is the mean of the area that it covers.
 *
 * @param {Grey} grey
 * @param {number} height
 * @param {number} width
 * @returns {Grey}
 */
export function averaged(grey, height, width) {
  if (height === grey.height && width === grey.width) return grey;
  const [down, across] = [grey.height / height, grey.width / width];
  if (Number.isInteger(down) && Number.isInteger(across)) return averagedWhole(grey, height, width);
  const columns = flat(shares(grey.width, width));
  const rows = shares(grey.height, height);
  const result = paper(height, width);
  const sums = new Float32Array(width);
  const line = new Float32Array(width);
  for (let row = 0; row < height; row += 1) {
    sums.fill(0);
    for (const [from, weight] of rows[row]) {
      acrossLine(grey, from, columns, line);
      for (let column = 0; column < width; column += 1) sums[column] += round(weight * line[column]);
    }
    for (let column = 0; column < width; column += 1)
      result.data[row * width + column] = rounded(sums[column]);
  }
  return result;
}

/**
 * One row averaged: whole pixels have one weight, so they are added up as whole numbers first.
 *
 * @param {Grey} grey
 * @param {number} row
 * @param {ReturnType<typeof flat>} columns
 * @param {Float32Array} line
 */
function acrossLine({ data, width }, row, { first, ends, weights }, line) {
  let at = 0;
  for (let column = 0; column < line.length; column += 1) {
    const from = row * width + first[column];
    const last = from + ends[column] - 1 - at;
    let sum = data[from] * weights[at];
    if (last > from) {
      let whole = 0;
      for (let pixel = from + 1; pixel < last; pixel += 1) whole += data[pixel];
      sum += whole * weights[at + 1] + data[last] * weights[ends[column] - 1];
    }
    line[column] = sum;
    at = ends[column];
  }
}

/** The same shares in three plain arrays: a photograph of twelve megapixels goes through them. @param {[number, number][][]} all */
function flat(all) {
  let end = 0;
  return {
    first: Int32Array.from(all, (some) => some[0][0]),
    ends: Int32Array.from(all, (some) => (end += some.length)),
    weights: Float32Array.from(all.flat(), ([, weight]) => weight),
  };
}

/** @param {Grey} grey @param {number} height @param {number} width */
function averagedWhole(grey, height, width) {
  const [down, across] = [grey.height / height, grey.width / width];
  const share = round(1 / (down * across));
  const result = paper(height, width);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let sum = 0;
      for (let y = row * down; y < (row + 1) * down; y += 1)
        for (let x = column * across; x < (column + 1) * across; x += 1) sum += grey.data[y * grey.width + x];
      result.data[row * width + column] =
        down === 2 && across === 2 ? (sum + 2) >> 2 : rounded(round(sum * share));
    }
  }
  return result;
}

/**
 * For each new pixel, which old ones it covers and by how much.
 *
 * @param {number} old
 * @param {number} fresh
 * @returns {[old: number, weight: number][][]}
 */
function shares(old, fresh) {
  const scale = old / fresh;
  return Array.from({ length: fresh }, (_, index) => {
    const [start, stop] = [index * scale, (index + 1) * scale];
    const wide = Math.min(scale, old - start);
    const last = Math.min(Math.floor(stop), old - 1);
    const first = Math.min(Math.ceil(start), last);
    /** @type {[number, number][]} */
    const found = [];
    if (first - start > AREA_EDGE) found.push([first - 1, round((first - start) / wide)]);
    for (let pixel = first; pixel < last; pixel += 1) found.push([pixel, round(1 / wide)]);
    if (stop - last > AREA_EDGE) found.push([last, round(Math.min(Math.min(stop - last, 1), wide) / wide)]);
    return found;
  });
}

// ---- larger ----

/** @param {Grey} grey @param {number} height @param {number} width @returns {Grey} by cubic splines */
function smoothed(grey, height, width) {
  const columns = splines(grey.width, width);
  const rows = splines(grey.height, height);
  const wide = new Float64Array(grey.height * width);
  for (let row = 0; row < grey.height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let sum = 0;
      for (const [from, weight] of columns[column]) sum += grey.data[row * grey.width + from] * weight;
      wide[row * width + column] = sum;
    }
  }
  const result = paper(height, width);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let sum = 0;
      for (const [from, weight] of rows[row]) sum += wide[from * width + column] * weight;
      result.data[row * width + column] = clamp(rounded(sum), 0, 255);
    }
  }
  return result;
}

/**
 * For each new pixel, four old ones and their weights.
 *
 * @param {number} old
 * @param {number} fresh
 * @returns {[old: number, weight: number][][]}
 */
function splines(old, fresh) {
  const scale = old / fresh;
  return Array.from({ length: fresh }, (_, index) => {
    const place = round((index + 0.5) * scale - 0.5);
    const first = Math.floor(place);
    return cubic(round(place - first)).map((weight, step) => [clamp(first - 1 + step, 0, old - 1), weight]);
  });
}

/** @param {number} x @returns {number[]} the weights of four neighbours, x beyond the second, in [0, 1) */
function cubic(x) {
  const bend = -0.75;
  const far = (/** @type {number} */ at) => ((bend * at - 5 * bend) * at + 8 * bend) * at - 4 * bend;
  const near = (/** @type {number} */ at) => ((bend + 2) * at - (bend + 3)) * at * at + 1;
  const [one, two, three] = [far(x + 1), near(x), near(1 - x)];
  return [one, two, three, 1 - one - two - three];
}

// ---- moved and turned ----

/**
 * Pixels taken from where a matrix says, between four of them in straight lines.
 *
 * @param {Grey} grey
 * @param {Matrix} back from the new picture's pixels to the old one's
 * @param {number} height
 * @param {number} width
 * @param {number} beyond the tone of what lies outside
 * @returns {Grey}
 */
export function warped(grey, back, height, width, beyond) {
  const [a, b, c, d, e, f] = back.map(round);
  const outside = rounded(beyond);
  const result = paper(height, width);
  const at = (/** @type {number} */ y, /** @type {number} */ x) =>
    y >= 0 && y < grey.height && x >= 0 && x < grey.width ? grey.data[y * grey.width + x] : outside;
  for (let row = 0; row < height; row += 1) {
    const [fromX, fromY] = [round(round(row * b) + c), round(round(row * e) + f)];
    for (let column = 0; column < width; column += 1) {
      const [x, y] = [round(round(column * a) + fromX), round(round(column * d) + fromY)];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [aside, below] = [round(x - left), round(y - top)];
      const upper = between(at(top, left), at(top, left + 1), aside);
      const lower = between(at(top + 1, left), at(top + 1, left + 1), aside);
      result.data[row * width + column] = rounded(between(upper, lower, below));
    }
  }
  return result;
}

/** @param {number} one @param {number} other @param {number} share */
const between = (one, other, share) => round(one + round(share * round(other - one)));

/**
 * The patch round a point, `scale` of its pixels for one of the picture.
 *
 * @param {Grey} grey
 * @param {[x: number, y: number]} middle
 * @param {number} scale
 * @param {[width: number, height: number]} size
 * @param {number} beyond the tone of what lies outside the picture
 */
export function patchOf(grey, [x, y], scale, [width, height], beyond) {
  if (scale >= SMALLER) return placed(grey, x, y, scale, scale, width, height, beyond);
  const left = clamp(Math.floor(x - width / scale), 0, grey.width - 1);
  const top = clamp(Math.floor(y - height / scale), 0, grey.height - 1);
  const right = Math.max(Math.ceil(x + width / scale), left) + 1;
  const bottom = Math.max(Math.ceil(y + height / scale), top) + 1;
  const window = part(grey, left, top, Math.min(right, grey.width), Math.min(bottom, grey.height));
  const [high, wide] = [window.height, window.width].map((side) => Math.max(1, rounded(side * scale)));
  const small = averaged(window, high, wide);
  const [across, down] = [wide / window.width, high / window.height];
  const [atX, atY] = [(x - left) * across, (y - top) * down];
  return placed(small, atX, atY, scale / across, scale / down, width, height, beyond);
}

/**
 * @param {Grey} grey
 * @param {number} x
 * @param {number} y
 * @param {number} across
 * @param {number} down
 * @param {number} width
 * @param {number} height
 * @param {number} beyond
 */
function placed(grey, x, y, across, down, width, height, beyond) {
  const [moveX, moveY] = [width / 2 - across * x, height / 2 - down * y];
  const back = /** @type {Matrix} */ ([1 / across, 0, -moveX / across, 0, 1 / down, -moveY / down]);
  return warped(grey, back, height, width, beyond);
}
