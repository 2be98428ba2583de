// What a run shows besides its curves: first-layer weights, confusion, digits still misread.

import { DIGITS } from './answer.js';
import { fromTiles } from './api.js';
import { make } from './dom.js';
import { paintSigned, strongest, tile } from './pixels.js';

const MOST_WEIGHTS = 64;

/** @type {[epoch?: Epoch | null, weights?: Tiles | null]} */
let shown = []; // the epoch and the weights that are on the page already

/**
 * Fill the place with what is known after the latest epoch, and with the latest weights.
 *
 * @param {HTMLElement} place
 * @param {Epoch | null | undefined} epoch
 * @param {Tiles | null} tiles
 */
export function showInsides(place, epoch, tiles) {
  if (shown[0] === epoch && shown[1] === tiles) return;
  shown = [epoch, tiles];
  const parts = [weights(tiles), confusion(epoch?.confusion), misread(epoch?.misread)];
  place.replaceChildren(...parts.filter((one) => one !== null));
}

/** @param {Tiles | null} tiles */
function weights(tiles) {
  if (!tiles) return null;
  const pictures = fromTiles(tiles).slice(0, MOST_WEIGHTS);
  const largest = Math.max(...pictures.map(strongest)) * 0.7;
  const shown = pictures.map((picture, unit) => {
    const element = tile(null, `Weights of unit ${unit + 1}`);
    paintSigned(element, picture, null, largest);
    return element;
  });
  return part(
    'What the first layer looks for',
    'Each unit fires for ink on blue and is held back by ink on orange. Most look like noise: that is how such networks are.',
    make('div', { class: 'weights' }, ...shown),
  );
}

/** @param {number[][] | undefined} counts */
function confusion(counts) {
  if (!counts) return null;
  const wrong = Math.max(1, ...counts.flatMap((row, truth) => row.filter((_, answer) => answer !== truth)));
  const head = make(
    'tr',
    {},
    make('td', {}),
    ...DIGITS.map((digit) => make('th', { scope: 'col' }, String(digit))),
  );
  const rows = counts.map((row, truth) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, String(truth)),
      ...row.map((count, answer) => cell(count, truth, answer, wrong)),
    ),
  );
  const table = make('table', { class: 'confusion' }, make('thead', {}, head), make('tbody', {}, ...rows));
  return part('Confusion', 'Rows are the truth, columns the answer, on validation digits.', table);
}

/** @param {number} count @param {number} truth @param {number} answer @param {number} wrong */
function cell(count, truth, answer, wrong) {
  const element = make('td', { class: truth === answer ? 'right' : '' }, count ? String(count) : '');
  if (truth !== answer) element.style.setProperty('--strength', String(Math.sqrt(count / wrong)));
  return element;
}

/** @param {Epoch['misread']} found */
function misread(found) {
  if (!found || found.count === 0) return null;
  const shown = fromTiles(found.pictures).map((picture, index) =>
    make(
      'li',
      {},
      tile(picture, `A ${found.truth[index]}, read as ${found.answers[index]}`),
      make('span', { class: 'caption' }, `${found.truth[index]} → ${found.answers[index]}`),
    ),
  );
  return part(
    'Still misread',
    `${found.count.toLocaleString('en')} validation digits; truth → answer.`,
    make('ol', { class: 'misread' }, ...shown),
  );
}

/** @param {string} title @param {string} text @param {HTMLElement} content */
function part(title, text, content) {
  return make(
    'section',
    { class: `of-${content.className}` },
    make('h3', {}, title),
    make('p', { class: 'caption' }, text),
    content,
  );
}
