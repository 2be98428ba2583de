// The menus in which a model is chosen, the same in every room.

import { make } from './dom.js';
import { change, modelName, on, state } from './state.js';

const TRAINABLE = {
  'as-printed': "The article's network, as printed",
  repaired: "The article's network, repaired",
};

/**
 * Keep a <select> filled with the models; `name` is the part of the state that it changes.
 *
 * @param {HTMLSelectElement} menu
 * @param {'first' | 'second'} name
 */
export function modelMenu(menu, name) {
  menu.addEventListener('change', () => choose(menu, name));
  on(['models', name], () => fill(menu, name));
  fill(menu, name);
}

/** @param {HTMLSelectElement} menu @param {'first' | 'second'} name */
function choose(menu, name) {
  if (!menu.value.startsWith('/')) {
    change({ [name]: menu.value || null });
    return;
  }
  const address = menu.value;
  fill(menu, name);
  window.dispatchEvent(new CustomEvent('go', { detail: address }));
}

/** @param {HTMLSelectElement} menu @param {'first' | 'second'} name */
function fill(menu, name) {
  const options = state.models.map((model) => make('option', { value: model.id }, modelName(model)));
  if (name === 'second') options.unshift(make('option', { value: '' }, 'Compare with…'));
  menu.replaceChildren(...options, ...offers());
  menu.value = state[name] ?? '';
}

/** The article's networks, to be trained where no run has them yet. */
function offers() {
  const trained = new Set(state.models.map((model) => model.recipe?.name));
  return Object.entries(TRAINABLE)
    .filter(([recipe]) => !trained.has(recipe))
    .map(([recipe, title]) => make('option', { value: `/train?recipe=${recipe}` }, `${title}: train it…`));
}
