// The steps of a reading as pictures to show: grey, where the finder looked, what was found. As reading/steps.py.

const WARM = [230, 85, 0]; // orange: seen by the colour-blind on grey

/**
 * @param {Grey} grey
 * @param {{heat: Float32Array, height: number, width: number}} map
 * @param {Corners[]} boxes in pixels of the picture
 * @returns {Step[]}
 */
export function painted(grey, { heat, height, width }, boxes) {
  const share = height / grey.height;
  const tone = (/** @type {number} */ at) => {
    const [row, column] = [Math.floor(at / width), at % width];
    const [y, x] = [row / height, column / width].map((part, axis) =>
      Math.floor(part * (axis ? grey.width : grey.height)),
    );
    return grey.data[y * grey.width + x];
  };
  const plain = picture(height, width, (at) => [tone(at), tone(at), tone(at)]);
  const pale = picture(height, width, (at) => {
    const warm = Math.min(1, 1.6 * heat[at]);
    return WARM.map((value) => (0.35 * tone(at) + 165) * (1 - warm) + value * warm);
  });
  const found = picture(height, width, (at) => [tone(at), tone(at), tone(at)]);
  const pen = /** @type {CanvasRenderingContext2D} */ (found.getContext('2d'));
  pen.strokeStyle = 'rgb(0, 90, 200)';
  for (const [left, top, right, bottom] of boxes)
    pen.strokeRect(left * share, top * share, (right - left) * share, (bottom - top) * share);
  const steps = { grey: plain, heat: pale, found };
  return Object.entries(steps).map(([name, sheet]) => ({ name, width, height, picture: sheet.toDataURL() }));
}

/** @param {number} height @param {number} width @param {(at: number) => number[]} colour */
function picture(height, width, colour) {
  const sheet = document.createElement('canvas');
  Object.assign(sheet, { height, width });
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d'));
  const pixels = pen.createImageData(width, height);
  for (let at = 0; at < height * width; at += 1) pixels.data.set([...colour(at), 255], 4 * at);
  pen.putImageData(pixels, 0, 0);
  return sheet;
}
