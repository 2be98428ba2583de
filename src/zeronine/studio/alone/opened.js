// What a person gives as a picture -> grey, upright, on paper: the browser decodes it, as reading/grey.py asks Pillow.

const OPAQUE = 128; // alpha from which a pixel counts as painted
const OWN_PAPER_SHARE = 0.5; // painted share of the picture above which it may hold its own paper
const OWN_PAPER_SPREAD = 40; // levels between its lightest and darkest tones that show that it does
const MOST_PIXELS = 50e6; // as much as the package takes

/**
 * The picture of a file as grey.
 *
 * @param {Blob} blob
 * @returns {Promise<Grey>}
 */
export async function greyOf(blob) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none' });
  } catch {
    throw new Error(
      'This browser cannot open that file as a picture: bring a PNG, JPEG, WebP, GIF or BMP. TIFF, PDF and HEIC are read by `zeronine studio`.',
    );
  }
  const { height, width } = bitmap;
  if (height * width > MOST_PIXELS)
    throw new Error(`The picture is ${width} × ${height}, the limit is 50 megapixels: scale it down.`);
  const sheet = document.createElement('canvas');
  Object.assign(sheet, { height, width });
  const pen = /** @type {CanvasRenderingContext2D} */ (sheet.getContext('2d', { willReadFrequently: true }));
  pen.drawImage(bitmap, 0, 0);
  bitmap.close();
  return { data: onPaper(pen.getImageData(0, 0, width, height).data), height, width };
}

/** Grey tones of coloured pixels; what is see-through lies on paper that contrasts with its ink. @param {Uint8ClampedArray} pixels */
export function onPaper(pixels) {
  const tones = new Uint8Array(pixels.length / 4);
  let clear = false;
  for (let at = 0, from = 0; at < tones.length; at += 1, from += 4) {
    const [red, green, blue] = [pixels[from], pixels[from + 1], pixels[from + 2]];
    tones[at] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16; // as ITU-R BT.601, in whole numbers
    clear ||= pixels[from + 3] < 255;
  }
  if (!clear) return tones;
  const paper = paperTone(tones, pixels);
  return tones.map((tone, at) => {
    const alpha = pixels[4 * at + 3];
    const sum = tone * alpha + paper * (255 - alpha) + 128;
    return ((sum >> 8) + sum) >> 8;
  });
}

/** @param {Uint8Array} tones @param {Uint8ClampedArray} pixels */
function paperTone(tones, pixels) {
  let counts = histogram(tones, pixels, OPAQUE);
  let total = counts.reduce((sum, one) => sum + one, 0);
  if (total === 0) {
    counts = histogram(tones, pixels, 1); // only faint strokes, or nothing at all
    total = counts.reduce((sum, one) => sum + one, 0);
  }
  if (total === 0) return 255;
  const [dark, middle, light] = [0.02, 0.5, 0.98].map((share) => {
    let sum = 0;
    return counts.findIndex((count) => (sum += count) >= share * total);
  });
  if (total > OWN_PAPER_SHARE * tones.length && light - dark > OWN_PAPER_SPREAD) return middle;
  return middle < 128 ? 255 : 0;
}

/** @param {Uint8Array} tones @param {Uint8ClampedArray} pixels @param {number} least */
function histogram(tones, pixels, least) {
  const counts = Array(256).fill(0);
  for (const [at, tone] of tones.entries()) if (pixels[4 * at + 3] >= least) counts[tone] += 1;
  return counts;
}
