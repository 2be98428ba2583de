// Small pictures on the page: a canvas of 28 x 28 as the network sees it, and signed pictures.
// Colours come from the style sheet, so that both themes and colour-blind readers are served.

import { SIDE } from './normalise.js';

const FOR = [10, 94, 168]; // the style sheet's --first and --second; the dark theme turns them lighter
const AGAINST = [196, 78, 0];
const NOTICED = 0.04; // a change of ink below this is not coloured

/**
 * Make a <canvas> that shows a square of values, 28 x 28 by default; `label` is what a screen reader says.
 *
 * @param {Values | null} values
 * @param {string} label
 * @param {(element: HTMLCanvasElement, values: Values) => void} paint
 * @returns {HTMLCanvasElement}
 */
export function tile(values, label, paint = paintInk) {
  const element = document.createElement('canvas');
  element.className = 'tile';
  element.width = element.height = values ? Math.sqrt(values.length) : SIDE;
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', label);
  if (values) paint(element, values);
  return element;
}

/**
 * Show a canvas, values in [0, 1], ink = 1.
 *
 * @param {HTMLCanvasElement} element
 * @param {Values} values
 */
export function paintInk(element, values) {
  paint(element, values, (value) => [0, 0, 0, 255 * value]);
}

/**
 * Show signed values: blue counted for, orange against, the strongest as strong as it gets; ink shines through.
 *
 * @param {HTMLCanvasElement} element
 * @param {Values} values
 * @param {Values | null} ink
 * @param {number} largest
 */
export function paintSigned(element, values, ink = null, largest = strongest(values)) {
  const both = Array.from(values, (value, index) => [value / (largest || 1), ink ? ink[index] : 0]);
  paint(element, both, ([share, below]) => {
    const strength = Math.min(1, Math.abs(share));
    const alpha = Math.max(strength, 0.22 * below);
    const colour = share > 0 ? FOR : AGAINST;
    return [...colour.map((one) => one * (strength / (alpha || 1))), 255 * alpha];
  });
}

/**
 * Show a canvas before and after a change: ink that stayed is grey, that came blue, that went orange.
 *
 * @param {HTMLCanvasElement} element
 * @param {Values} before
 * @param {Values} after
 */
export function paintChange(element, before, after) {
  const both = Array.from(before, (value, index) => [value, after[index]]);
  paint(element, both, ([old, now]) => {
    if (now - old > NOTICED) return [...FOR, 255 * now];
    if (old - now > NOTICED) return [...AGAINST, 255 * old];
    return [0, 0, 0, 110 * old];
  });
}

/**
 * The largest absolute value.
 *
 * @param {Values} values
 * @returns {number}
 */
export function strongest(values) {
  let largest = 0;
  for (let index = 0; index < values.length; index += 1) largest = Math.max(largest, Math.abs(values[index]));
  return largest;
}

/**
 * @template Value
 * @param {HTMLCanvasElement} element
 * @param {ArrayLike<Value>} values
 * @param {(value: Value) => number[]} colour
 */
function paint(element, values, colour) {
  const context = /** @type {CanvasRenderingContext2D} */ (element.getContext('2d'));
  const picture = context.createImageData(element.width, element.height);
  for (let index = 0; index < values.length; index += 1) {
    picture.data.set(colour(values[index]), 4 * index);
  }
  context.putImageData(picture, 0, 0);
}
