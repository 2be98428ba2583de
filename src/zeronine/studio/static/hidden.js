// Hidden layers: every unit as a square as strong as it fires; press one to switch it off.

import { best, percent } from './answer.js';
import { ablate, fromTiles, toBytes } from './api.js';
import { latest, make, trouble } from './dom.js';
import { paintSigned, strongest, tile } from './pixels.js';

/**
 * @typedef {object} View
 * @property {HTMLElement} place
 * @property {Explanation} found
 * @property {Layer[]} layers
 * @property {Float32Array} canvas
 * @property {string} model
 * @property {Set<number>[]} off units switched off, for each layer
 * @property {Float32Array[]} weights
 * @property {HTMLElement} result
 * @property {HTMLElement} detail
 */

/** @type {Map<string, Set<number>[]>} */
const off = new Map(); // model -> [Set of units switched off, for each layer]

/**
 * Show the hidden layers of the model for this canvas.
 *
 * @param {HTMLElement} place
 * @param {Explanation} found
 * @param {Question} question
 */
export function showHidden(place, found, { canvas, model }) {
  const layers = found.hidden?.layers ?? [];
  if (layers.length === 0) {
    place.replaceChildren(make('p', { class: 'caption' }, 'The inside of this model cannot be opened.'));
    return;
  }
  const none = layers.map(() => /** @type {Set<number>} */ (new Set()));
  const view = {
    place,
    found,
    layers,
    canvas,
    model,
    off: off.get(model) ?? none,
    weights: fromTiles(found.hidden?.weights),
    result: make('p', { class: 'without', role: 'status' }),
    detail: make('div', { class: 'unit-detail' }),
  };
  off.set(model, view.off);
  place.replaceChildren(
    ...layers.map((layer, index) => layerRow(view, layer, index)),
    view.detail,
    view.result,
  );
  tell(view);
  if (view.off.some((units) => units.size > 0)) answerWithout(view);
}

/** @param {View} view @param {Layer} layer @param {number} index */
function layerRow(view, layer, index) {
  const largest = strongest(layer.values);
  const grid = make('div', {
    class: 'units',
    role: 'group',
    'aria-label': `${layer.name}: ${layer.values.length} units`,
  });
  for (const [unit, value] of layer.values.entries())
    grid.append(unitSquare(view, { layer, index, unit, strength: largest ? value / largest : 0 }));
  grid.addEventListener('keydown', walk);
  const whole = make(
    'button',
    { type: 'button', class: 'quiet', onclick: () => toggleLayer(view, layer, index) },
    'all off / on',
  );
  return make(
    'div',
    { class: 'layer' },
    make(
      'div',
      { class: 'layer-head' },
      make('h4', {}, `${layer.name}, ${layer.values.length} units`),
      whole,
    ),
    grid,
  );
}

/** @param {View} view @param {{layer: Layer, index: number, unit: number, strength: number}} square */
function unitSquare(view, { layer, index, unit, strength }) {
  const square = make('button', {
    type: 'button',
    class: 'unit',
    tabindex: unit === 0 ? '0' : '-1',
    'aria-pressed': String(view.off[index].has(unit)),
    'aria-label': `Unit ${unit + 1}, ${layer.values[unit].toFixed(2)}; press to switch it off or on`,
    onclick: () => toggle(view, square, index, unit),
    onpointerenter: () => tell(view, index, unit),
    onfocus: () => tell(view, index, unit),
  });
  square.style.setProperty('--strength', Math.abs(strength).toFixed(3));
  square.classList.toggle('negative', strength < 0);
  return square;
}

/**
 * Arrow keys go from unit to unit; Tab goes to the next layer.
 *
 * @param {KeyboardEvent} event
 */
function walk(event) {
  /** @type {Record<string, number>} */
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -16, ArrowDown: 16 };
  const step = steps[event.key];
  const here = /** @type {HTMLElement} */ (event.target);
  const squares = /** @type {HTMLElement[]} */ ([...(here.parentElement?.children ?? [])]);
  const next = step && squares[squares.indexOf(here) + step];
  if (!next) return;
  event.preventDefault();
  here.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

/** @param {View} view @param {HTMLElement} square @param {number} index @param {number} unit */
function toggle(view, square, index, unit) {
  const units = view.off[index];
  if (!units.delete(unit)) units.add(unit);
  square.setAttribute('aria-pressed', String(units.has(unit)));
  answerWithout(view);
}

/** @param {View} view @param {Layer} layer @param {number} index */
function toggleLayer(view, layer, index) {
  const units = view.off[index];
  const all = units.size < layer.values.length;
  units.clear();
  if (all) for (const unit of layer.values.keys()) units.add(unit);
  const squares = view.place.querySelectorAll('.units')[index].children;
  for (const square of squares) square.setAttribute('aria-pressed', String(all));
  answerWithout(view);
}

/**
 * Say what one unit is: how it fires, what it is worth, and its weights where they are a picture.
 *
 * @param {View} view
 * @param {number} index
 * @param {number | null} unit
 */
function tell(view, index = 0, unit = null) {
  const layer = view.layers[index];
  if (unit === null) {
    view.detail.replaceChildren(
      make('p', { class: 'caption' }, 'Point at a unit to see it; press it to switch it off.'),
    );
    return;
  }
  const effect = layer.effect?.[unit];
  const worth =
    effect === undefined
      ? ''
      : ` Without it the lead of ${view.found.value} over ${view.found.rival} changes by ${(-effect).toFixed(2)}.`;
  /** @type {HTMLElement[]} */
  const parts = [
    make(
      'p',
      { class: 'caption' },
      `${layer.name}, unit ${unit + 1}: ${layer.values[unit].toFixed(2)}.${worth}`,
    ),
  ];
  if (index === 0 && view.weights[unit]) {
    const picture = tile(
      null,
      `Weights of unit ${unit + 1}: it fires for ink on blue and is held back by ink on orange`,
    );
    paintSigned(picture, view.weights[unit]);
    parts.unshift(picture);
  }
  view.detail.replaceChildren(...parts);
}

const answerWithout = latest(async (/** @type {View} */ view) => {
  const units = view.off;
  const count = units.reduce((sum, one) => sum + one.size, 0);
  if (count === 0) {
    view.result.textContent = '';
    return;
  }
  const silent = units.map((one, layer) => ({ layer, units: [...one] })).filter((one) => one.units.length);
  const { probabilities } = await ablate(toBytes(view.canvas), view.model, silent).catch((error) => {
    trouble(error);
    return view.found;
  });
  const then = best(probabilities);
  const verb = then === view.found.value ? 'still' : 'now';
  view.result.textContent = `With ${count} ${count === 1 ? 'unit' : 'units'} switched off: ${verb} ${then}, ${percent(probabilities[then])}.`;
});
