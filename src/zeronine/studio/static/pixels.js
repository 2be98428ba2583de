// Small pictures on the page: a canvas of 28 x 28 as the network sees it, and signed pictures.
// Colours come from the style sheet, so that both themes and colour-blind readers are served.

import { SIDE } from './normalise.js';

/** Make a <canvas> that shows 28 x 28 values; `label` is what a screen reader says. */
export function tile(values, label, paint = paintInk) {
  const element = document.createElement('canvas');
  element.className = 'tile';
  element.width = SIDE;
  element.height = SIDE;
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  if (values) paint(element, values);
  return element;
}

/** Show a canvas, values in [0, 1], ink = 1: white ink on black, exactly as MNIST is printed. */
export function paintInk(element, values) {
  paint(element, values, (value) => {
    const grey = Math.round(255 * value);
    return [grey, grey, grey];
  });
}

/** Show signed values: blue counted for, orange against, the strongest as strong as it gets. */
export function paintSigned(element, values, largest = strongest(values)) {
  paint(element, values, (value) => mix(value / (largest || 1)));
}

/** Show a canvas with the ink that came (blue) and went (orange) laid over it. */
export function paintChange(element, before, after) {
  const both = Array.from(before, (value, index) => [value, after[index]]);
  paint(element, both, ([old, now]) => {
    const grey = 255 * Math.min(old, now);
    const [gained, lost] = [Math.max(0, now - old), Math.max(0, old - now)];
    return [grey + 255 * lost, grey + 150 * gained + 130 * lost, grey + 255 * gained].map((one) => Math.min(255, one));
  });
}

/** The largest absolute value. */
export function strongest(values) {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Blue for +1, orange for -1, near black at 0: tells apart for every common colour blindness. */
function mix(share) {
  const strength = Math.min(1, Math.abs(share));
  const [red, green, blue] = share > 0 ? [70, 165, 255] : [255, 145, 50];
  return [18 + (red - 18) * strength, 18 + (green - 18) * strength, 20 + (blue - 20) * strength];
}

function paint(element, values, colour) {
  const context = element.getContext('2d');
  const picture = context.createImageData(SIDE, SIDE);
  for (let index = 0; index < SIDE * SIDE; index += 1) {
    const [red, green, blue] = colour(values[index] ?? 0);
    picture.data.set([red, green, blue, 255], 4 * index);
  }
  context.putImageData(picture, 0, 0);
}
