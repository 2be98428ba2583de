// Hidden layers: every unit as a square as strong as it fires; press one to switch it off.

import { best, percent } from './answer.js';
import { ablate, fromTiles, toBytes } from './api.js';
import { latest, make, trouble } from './dom.js';
import { paintSigned, strongest, tile } from './pixels.js';

const off = new Map(); // model -> [Set of units switched off, for each layer]

/** Show the hidden layers of the model for this canvas. */
export function showHidden(place, found, { canvas, model }) {
  const layers = found.hidden?.layers ?? [];
  if (layers.length === 0) {
    place.replaceChildren(make('p', { class: 'caption' }, 'The inside of this model cannot be opened.'));
    return;
  }
  if (!off.has(model))
    off.set(
      model,
      layers.map(() => new Set()),
    );
  const view = {
    place,
    found,
    canvas,
    model,
    weights: fromTiles(found.hidden.weights),
    result: make('p', { class: 'without', role: 'status' }),
    detail: make('div', { class: 'unit-detail' }),
  };
  place.replaceChildren(
    ...layers.map((layer, index) => layerRow(view, layer, index)),
    view.detail,
    view.result,
  );
  tell(view);
  if (off.get(model).some((units) => units.size > 0)) answerWithout(view);
}

function layerRow(view, layer, index) {
  const largest = strongest(layer.values);
  const grid = make('div', {
    class: 'units',
    role: 'group',
    'aria-label': `${layer.name}: ${layer.values.length} units`,
  });
  layer.values.forEach((value, unit) =>
    grid.append(unitSquare(view, { layer, index, unit, strength: largest ? value / largest : 0 })),
  );
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

function unitSquare(view, { layer, index, unit, strength }) {
  const square = make('button', {
    type: 'button',
    class: 'unit',
    tabindex: unit === 0 ? '0' : '-1',
    'aria-pressed': String(off.get(view.model)[index].has(unit)),
    'aria-label': `Unit ${unit + 1}, ${layer.values[unit].toFixed(2)}; press to switch it off or on`,
    onclick: (event) => toggle(view, event.currentTarget, index, unit),
    onpointerenter: () => tell(view, index, unit),
    onfocus: () => tell(view, index, unit),
  });
  square.style.setProperty('--strength', Math.abs(strength).toFixed(3));
  square.classList.toggle('negative', strength < 0);
  return square;
}

/** Arrow keys go from unit to unit; Tab goes to the next layer. */
function walk(event) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -16, ArrowDown: 16 };
  const step = steps[event.key];
  const next =
    step && event.currentTarget.children[[...event.currentTarget.children].indexOf(event.target) + step];
  if (!next) return;
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function toggle(view, square, index, unit) {
  const units = off.get(view.model)[index];
  if (!units.delete(unit)) units.add(unit);
  square.setAttribute('aria-pressed', String(units.has(unit)));
  answerWithout(view);
}

function toggleLayer(view, layer, index) {
  const units = off.get(view.model)[index];
  const all = units.size < layer.values.length;
  units.clear();
  if (all) layer.values.forEach((_, unit) => units.add(unit));
  const squares = view.place.querySelectorAll('.units')[index].children;
  for (const square of squares) square.setAttribute('aria-pressed', String(all));
  answerWithout(view);
}

/** Say what one unit is: how it fires, what it is worth, and its weights where they are a picture. */
function tell(view, index = 0, unit = null) {
  const layer = view.found.hidden.layers[index];
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
      : ` Without it the lead of ${view.found.value} over ${view.found.runner_up} changes by ${(-effect).toFixed(2)}.`;
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

const answerWithout = latest(async (view) => {
  const units = off.get(view.model);
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
