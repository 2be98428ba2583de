// One digit's ink in, one canvas out: the arithmetic of reading/normalise.py, step by step.
// The pad uses it while drawing, and the exported page has it inside. A test sends the same
// drawings through both and compares every pixel. A picture here is {data, height, width}.

export const SIDE = 28; // pixels on each side of a canvas
const BOX = 20; // pixels of the digit's longest side
const FINE = 4; // the stroke is measured and mended on a picture this many times finer
const EDGE = Math.fround(0.1); // ink below this does not count when the box is drawn round a digit
const THIN = 1.45; // canvas pixels; thinner strokes are thickened to this
const THICK = 3.6; // canvas pixels; thicker strokes are thinned towards this
const MOST_THINNED = 0.25; // at most this share of the stroke is taken away on each side
const MARGIN = 2 * FINE; // paper round the fine picture, so that strokes have room to grow

/**
 * The canvas, 784 values in [0, 1], of the ink (height * width values in [0, 1]) of one digit; null without ink.
 *
 * @param {Float32Array} ink
 * @param {number} height
 * @param {number} width
 * @returns {Float32Array | null}
 */
export function canvasOf(ink, height, width) {
  const tight = trim({ data: ink, height, width });
  if (tight === null) return null;
  const [rows, columns] = fitted(tight);
  const fine = resample(tight, rows * FINE, columns * FINE);
  const stroke = strokeWidth(fine) / FINE;
  if (stroke >= THIN && stroke <= THICK) return centre(brightened(resample(fine, rows, columns)));
  const mended = trim(mend(padded(fine, MARGIN), stroke));
  if (mended === null) return null;
  return centre(brightened(resample(mended, ...fitted(mended))));
}

/**
 * Cut off the rows and columns at the border that hold no ink; null when nothing is left.
 *
 * @param {Raster} picture
 * @returns {Raster | null}
 */
function trim({ data, height, width }) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (data[row * width + column] <= EDGE) continue;
      if (row < top) top = row;
      if (row > bottom) bottom = row;
      if (column < left) left = column;
      if (column > right) right = column;
    }
  }
  if (bottom < 0) return null;
  const cut = blank(bottom - top + 1, right - left + 1);
  for (let row = 0; row < cut.height; row += 1) {
    const from = (row + top) * width + left;
    cut.data.set(data.subarray(from, from + cut.width), row * cut.width);
  }
  return cut;
}

/**
 * Height and width in canvas pixels: the longest side 20, the other in proportion, at least 1.
 *
 * @param {Raster} picture
 * @returns {[height: number, width: number]}
 */
function fitted({ height, width }) {
  const longest = Math.max(height, width);
  const side = (/** @type {number} */ pixels) => Math.max(1, Math.floor((pixels * BOX) / longest + 0.5));
  return [side(height), side(width)];
}

/**
 * The picture at another size: every new pixel is the mean of the area it covers.
 *
 * @param {Raster} picture
 * @param {number} height
 * @param {number} width
 * @returns {Raster}
 */
function resample(picture, height, width) {
  const down = areaWeights(picture.height, height);
  const across = areaWeights(picture.width, width);
  const half = blank(height, picture.width);
  for (let row = 0; row < height; row += 1) {
    const target = half.data.subarray(row * half.width, (row + 1) * half.width);
    for (const [from, weight] of down[row]) {
      const start = from * picture.width;
      for (let column = 0; column < half.width; column += 1)
        target[column] += weight * picture.data[start + column];
    }
  }
  const result = blank(height, width);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      let sum = 0;
      for (const [from, weight] of across[column]) sum += weight * half.data[row * half.width + from];
      result.data[row * width + column] = sum;
    }
  }
  return result;
}

/**
 * For each new pixel, which old ones it covers and by how much: [[[old, weight], ...], ...].
 *
 * @param {number} old
 * @param {number} fresh
 * @returns {[old: number, weight: number][][]}
 */
function areaWeights(old, fresh) {
  return Array.from({ length: fresh }, (_, index) => {
    const [start, stop] = [index * (old / fresh), (index + 1) * (old / fresh)];
    const weights = /** @type {[old: number, weight: number][]} */ ([]);
    for (let pixel = Math.floor(start); pixel < Math.min(old, Math.ceil(stop)); pixel += 1) {
      const overlap = Math.min(stop, pixel + 1) - Math.max(start, pixel);
      if (overlap > 0) weights.push([pixel, Math.fround(overlap * (fresh / old))]);
    }
    return weights;
  });
}

/**
 * The mean width of the strokes in pixels: twice the area over the outline, which also holds for grey edges.
 *
 * @param {Raster} picture
 * @returns {number}
 */
function strokeWidth(picture) {
  const { data, height, width } = padded(picture, 1);
  let [area, outline] = [0, 0];
  for (let row = 0; row < height - 1; row += 1) {
    for (let column = 0; column < width - 1; column += 1) {
      const at = row * width + column;
      const [below, right] = [data[at + width] - data[at], data[at + 1] - data[at]];
      outline += Math.sqrt(below * below + right * right);
      area += data[at];
    }
  }
  return outline > 0 ? (2 * area) / outline : 0;
}

/**
 * Thicken or thin a fine picture whose strokes are `stroke` canvas pixels wide; paper lies round it.
 *
 * @param {Raster} fine
 * @param {number} stroke
 * @returns {Raster}
 */
function mend(fine, stroke) {
  const wanted = stroke < THIN ? (THIN - stroke) / 2 : -Math.min((stroke - THICK) / 2, MOST_THINNED * stroke);
  const radius = Math.abs(wanted * FINE);
  const whole = Math.floor(radius);
  const part = radius - whole;
  const [less, more] = [spread(fine, whole, wanted > 0), spread(fine, whole + 1, wanted > 0)];
  const mixed = less.data.map((value, index) => (1 - part) * value + part * more.data[index]);
  return { ...fine, data: mixed };
}

/**
 * Each pixel's greatest neighbour within a disc, or its least; beyond the border lies paper.
 *
 * @param {Raster} picture
 * @param {number} reach
 * @param {boolean} grow
 * @returns {Raster}
 */
function spread(picture, reach, grow) {
  const { height, width } = picture;
  const around = padded(picture, reach);
  const result = { height, width, data: Float32Array.from(picture.data) };
  for (const [dy, dx] of disc(reach)) {
    for (let row = 0; row < height; row += 1) {
      const from = (row + reach + dy) * around.width + reach + dx;
      for (let column = 0; column < width; column += 1) {
        const [at, value] = [row * width + column, around.data[from + column]];
        if (grow ? value > result.data[at] : value < result.data[at]) result.data[at] = value;
      }
    }
  }
  return result;
}

/**
 * The steps [dy, dx] that stay within a disc of this radius.
 *
 * @param {number} radius
 * @returns {[down: number, right: number][]}
 */
function disc(radius) {
  const steps = /** @type {[down: number, right: number][]} */ ([]);
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) {
      if (dy * dy + dx * dx <= radius * radius + radius / 2) steps.push([dy, dx]);
    }
  }
  return steps;
}

/**
 * The same picture with its strongest ink at 1.
 *
 * @param {Raster} picture
 * @returns {Raster}
 */
function brightened(picture) {
  const most = picture.data.reduce((one, other) => Math.max(one, other), 0);
  return { ...picture, data: picture.data.map((value) => value / most) };
}

/**
 * Place a digit on a canvas with its centre of mass in the middle, which is pixel 14.
 *
 * @param {Raster} picture
 * @returns {Float32Array}
 */
function centre({ data, height, width }) {
  let [total, across, below] = [0, 0, 0];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = data[row * width + column];
      total += value;
      below += value * (row + 0.5);
      across += value * (column + 0.5);
    }
  }
  const top = placed(below / total, height);
  const left = placed(across / total, width);
  const canvas = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < height; row += 1) {
    canvas.set(data.subarray(row * width, (row + 1) * width), (top + row) * SIDE + left);
  }
  return canvas;
}

/**
 * Where a side begins, so that its middle of mass lies on the canvas's middle and all of it inside.
 *
 * @param {number} middle
 * @param {number} side
 * @returns {number}
 */
function placed(middle, side) {
  return Math.min(Math.max(Math.ceil(SIDE / 2 - middle), 0), SIDE - side);
}

/**
 * The picture with `margin` pixels of paper round it.
 *
 * @param {Raster} picture
 * @param {number} margin
 * @returns {Raster}
 */
function padded({ data, height, width }, margin) {
  const wider = blank(height + 2 * margin, width + 2 * margin);
  for (let row = 0; row < height; row += 1) {
    wider.data.set(data.subarray(row * width, (row + 1) * width), (row + margin) * wider.width + margin);
  }
  return wider;
}

/**
 * A picture of paper.
 *
 * @param {number} height
 * @param {number} width
 * @returns {Raster}
 */
function blank(height, width) {
  return { data: new Float32Array(height * width), height, width };
}
