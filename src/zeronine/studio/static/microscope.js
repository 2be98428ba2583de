// One unit under the microscope: its weights times what came in, the sum, the bias and the ReLU, down to one product.

import { make } from './dom.js';
import { alone, loudest, seen } from './filters.js';
import { paintInk, paintSigned, tile } from './pixels.js';

const SHOWN = 8; // units or channels that are written out

/** @typedef {(element: HTMLCanvasElement, values: Values) => void} Paint */
/**
 * @typedef {object} Look
 * @property {import('./layers.js').Layer[]} layers
 * @property {Float32Array[]} values of every layer, the inputs first
 * @property {Values} ink
 * @property {import('./netpicture.js').Place} chosen
 * @property {number} square which of what comes in is looked at; −1: the strongest product
 * @property {Float32Array | null} gain what the units of this layer are scaled by
 * @property {(square: number) => void} onSquare
 * @property {(at: number) => void} onPlace of a filter's map
 * @property {(square: number, weight: number) => void} onWeight
 * @property {(gain: number) => void} onGain
 */
/** @typedef {{weights: Float32Array, came: Float32Array, products: Float32Array}} Sum */

/** @param {HTMLElement} place @param {Look} look */
export function showUnit(place, look) {
  const { layers, values, chosen } = look;
  const { layer: depth, unit } = chosen;
  const { weights: all, into, conv, ...layer } = layers[depth - 1];
  const weights = all.subarray(unit * into, (unit + 1) * into);
  const said = values[depth];
  const area = said.length / layer.out;
  const at =
    chosen.at ?? (conv ? loudest(alone({ ...layers[depth - 1], conv }, values[depth - 1], unit)) : 0);
  const came = conv
    ? seen({ ...layers[depth - 1], conv }, values[depth - 1], said, unit, at).patch
    : values[depth - 1];
  const sum = { weights, came, products: weights.map((weight, index) => weight * came[index]) };
  const sure = look.square >= 0 && look.square < into;
  const square = sure ? look.square : loudest(sum.products.map(Math.abs));
  const shown = { ...look, square };
  const title =
    depth === layers.length
      ? `The answer ${unit}`
      : `${conv ? 'Filters' : 'Hidden layer'} ${depth}, ${conv ? 'filter' : 'unit'} ${unit + 1}`;
  const held = document.activeElement instanceof HTMLElement && place.contains(document.activeElement);
  const key = held ? /** @type {HTMLElement} */ (document.activeElement).dataset.key : '';
  place.replaceChildren(
    make('h3', {}, title),
    ...(conv
      ? filterPictures(shown, conv, sum, said.subarray(unit * area, (unit + 1) * area), at)
      : depth === 1
        ? [unitPictures(shown, sum)]
        : [strongest(shown, 'unit', sum.products)]),
    formula(look, sum.products, layer.bias[unit], layer.relu, conv, said[unit * area + at]),
    oneProduct(shown, sum, where(square, depth, conv)),
    knobs(look),
  );
  // What had the keyboard's focus was made anew: give it back.
  if (key) /** @type {HTMLElement | null} */ (place.querySelector(`[data-key="${key}"]`))?.focus();
}

/** @param {Look} look @param {Sum} sum */
function unitPictures({ ink, square, onSquare }, { weights, products }) {
  const look = /** @type {[string, string, Values, Paint][]} */ ([
    ['its weights', 'The weights of this unit: blue for ink, orange against', weights, paintSigned],
    ['your ink', 'Your ink', ink, paintInk],
    ['weight × input', 'Weight times input, square by square', products, paintSigned],
  ]);
  return make('div', { class: 'trio' }, ...look.map((one) => squares(...one, square, onSquare)));
}

/**
 * A filter: where it speaks, which channels it listens to, and one channel's kernel, patch and products.
 *
 * @param {Look} look @param {import('./filters.js').Conv} conv @param {Sum} sum @param {Float32Array} map
 * @param {number} at
 */
function filterPictures(look, { kernel, gain = 1, shift = 0 }, { weights, came, products }, map, at) {
  const area = kernel ** 2;
  const channels = weights.length / area;
  const from = Math.floor(look.square / area) * area;
  const part = (/** @type {Float32Array} */ some) => some.subarray(from, from + area);
  const onSquare = (/** @type {number} */ square) => look.onSquare(from + square);
  const trio = /** @type {[string, string, Values, Paint][]} */ ([
    ['its kernel', 'The weights of this filter: blue for, orange against', part(weights), paintSigned],
    ['what it sees there', 'The patch that comes in', part(came), paintSigned],
    ['kernel × patch', 'Weight times input, square by square', part(products), paintSigned],
  ]);
  const sums = new Float32Array(channels);
  for (const [index, product] of products.entries()) sums[Math.floor(index / area)] += product;
  return [
    make(
      'div',
      { class: 'trio' },
      squares('what it says, everywhere', 'The map of this filter', map, paintSigned, at, look.onPlace),
      ...trio.map((one) => squares(...one, look.square - from, onSquare)),
    ),
    channels > 1
      ? strongest(look, 'channel', sums, area)
      : make(
          'p',
          { class: 'caption' },
          `It sees ink less its mean, by its deviation: paper is ${number(shift)}, full ink ${number(gain + shift)}.`,
        ),
  ];
}

/**
 * A picture of squares, one of which is looked at: press one, or go to it with the arrow keys.
 *
 * @param {string} title @param {string} label @param {Values} values @param {Paint} paint
 * @param {number} square @param {(square: number) => void} onSquare
 */
function squares(title, label, values, paint, square, onSquare) {
  const picture = tile(values, `${label}. Arrow keys go from square to square.`, paint);
  const side = picture.width;
  picture.setAttribute('role', 'application');
  picture.tabIndex = 0;
  picture.dataset.key = title;
  picture.addEventListener('click', (event) => {
    const box = picture.getBoundingClientRect();
    const at = (/** @type {number} */ share) => Math.max(0, Math.min(side - 1, Math.floor(side * share)));
    onSquare(side * at((event.clientY - box.top) / box.height) + at((event.clientX - box.left) / box.width));
  });
  picture.addEventListener('keydown', (event) => {
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -side, ArrowDown: side };
    const next = square + (steps[event.key] ?? NaN);
    if (!(next >= 0 && next < values.length)) return;
    event.preventDefault();
    onSquare(next);
  });
  const mark = make('span', { class: 'mark' });
  for (const [name, value] of [
    ['left', square % side],
    ['top', Math.floor(square / side)],
    ['width', 1],
    ['height', 1],
  ])
    mark.style.setProperty(String(name), `${(100 * Number(value)) / side}%`);
  return make(
    'figure',
    {},
    make('div', { class: 'squares' }, picture, mark),
    make('figcaption', { class: 'caption' }, title),
  );
}

/**
 * The strongest of what comes in, as buttons.
 *
 * @param {Look} look @param {string} word @param {Float32Array} sums @param {number} area of each
 */
function strongest({ square, onSquare }, word, sums, area = 1) {
  const order = Array.from(sums.keys()).sort((one, two) => Math.abs(sums[two]) - Math.abs(sums[one]));
  const buttons = order.slice(0, SHOWN).map((from, place) =>
    make(
      'button',
      {
        type: 'button',
        'aria-pressed': String(from === Math.floor(square / area)),
        'data-key': `from ${place}`,
        onclick: () => onSquare(from * area),
      },
      `${word} ${from + 1}: ${signed(sums[from])}`,
    ),
  );
  return make('div', { class: 'tools' }, ...buttons);
}

/**
 * @param {Look} look @param {Float32Array} products @param {number} bias @param {boolean} relu
 * @param {import('./filters.js').Conv | undefined} conv @param {number} said
 */
function formula({ chosen, gain }, products, bias, relu, conv, said) {
  const sum = products.reduce((all, one) => all + one, 0);
  let before = sum + bias;
  const scale = gain?.[chosen.unit] ?? 1;
  const lines = [`sum of ${products.length} products = ${number(sum)}`];
  if (!conv || bias) lines.push(`+ bias ${signed(bias)} = ${number(before)}`);
  if (conv && conv.pool > 1)
    lines.push(`the largest of ${conv.pool ** 2} places side by side (pooling) = ${number(before)}`);
  const [times, plus] = conv ? [conv.gains[chosen.unit], conv.shifts[chosen.unit]] : [1, 0];
  before = before * times + plus;
  if (times !== 1 || plus)
    lines.push(`× ${number(times)}, bias ${signed(plus)} (batch normalisation) = ${number(before)}`);
  lines.push(
    relu ? `ReLU: max(0, ${number(before)}) = ${number(Math.max(0, before))}` : 'no ReLU: this is a logit',
  );
  if (scale !== 1) lines.push(`× ${number(scale)} (your change) = ${number(said)}`);
  return make('p', { class: 'formula' }, lines.join('\n'));
}

/** @param {number} square @param {number} depth @param {import('./filters.js').Conv | undefined} conv */
function where(square, depth, conv) {
  if (!conv && depth > 1) return `from unit ${square + 1}`;
  const side = conv?.kernel ?? 28;
  const channel = conv && depth > 1 ? `channel ${Math.floor(square / side ** 2) + 1}, ` : '';
  return `${channel}row ${(Math.floor(square / side) % side) + 1}, column ${(square % side) + 1}`;
}

/** @param {Look} look @param {Sum} sum @param {string} place */
function oneProduct({ square, onWeight }, { weights, came, products }, place) {
  const field = make('input', {
    type: 'number',
    step: '0.05',
    value: String(Number(weights[square].toPrecision(4))),
    'data-key': 'weight',
    'aria-label': `Weight, ${place}`,
    onchange: (/** @type {Event} */ event) => {
      const weight = /** @type {HTMLInputElement} */ (event.target).valueAsNumber;
      if (Number.isFinite(weight)) onWeight(square, weight);
    },
  });
  return make(
    'p',
    { class: 'product' },
    `One product, ${place}: weight `,
    field,
    ` × ${number(came[square])} = ${number(products[square])}`,
  );
}

/** @param {Look} look */
function knobs(look) {
  const now = look.gain?.[look.chosen.unit] ?? 1;
  const range = make('input', {
    type: 'range',
    min: '0',
    max: '3',
    step: '0.1',
    value: String(now),
    'data-key': 'scale',
    'aria-label': 'Scale what this unit says',
    onchange: (/** @type {Event} */ event) =>
      look.onGain(/** @type {HTMLInputElement} */ (event.target).valueAsNumber),
  });
  return make(
    'div',
    { class: 'tools' },
    make(
      'button',
      {
        type: 'button',
        'aria-pressed': String(now === 0),
        'data-key': 'off',
        onclick: () => look.onGain(now === 0 ? 1 : 0),
      },
      'Switch off',
    ),
    make('label', {}, `Scale × ${number(now)} `, range),
  );
}

/** @param {number} value */
export function number(value) {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}

/** @param {number} value */
function signed(value) {
  return `${value < 0 ? '−' : '+'}${number(Math.abs(value))}`;
}
