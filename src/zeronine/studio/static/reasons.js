// Three kinds of reasons: what it resembles, what would change its mind, which ink counted.

import { best, DIGITS, percent } from './answer.js';
import { buildIndex, fromTiles, getIndex } from './api.js';
import { make, trouble } from './dom.js';
import { paintChange, paintSigned, tile } from './pixels.js';

/** @type {Map<HTMLElement, number>} */
const clocks = new Map(); // one for each place, however often it is asked
const POLL = 500; // milliseconds between two looks at an index that is being built

/**
 * The nearest training digits, with what people called them.
 *
 * @param {HTMLElement} place
 * @param {Explanation} found
 * @param {Question} question
 */
export function showNeighbours(place, found, { model, again }) {
  if (!found.neighbours) {
    showIndex(place, found.index, model, again);
    return;
  }
  const { labels, distances, pictures } = found.neighbours;
  const tiles = fromTiles(pictures).map((picture, index) =>
    make(
      'li',
      {},
      tile(picture, `A training digit, a ${labels[index]}`),
      make('b', { class: labels[index] === found.value ? 'same' : 'other' }, String(labels[index])),
      make('span', { class: 'caption' }, distances[index].toFixed(1)),
    ),
  );
  const same = labels.filter((label) => label === found.value).length;
  place.replaceChildren(
    make('ol', { class: 'neighbours' }, ...tiles),
    make(
      'p',
      { class: 'caption' },
      `${same} of the ${labels.length} nearest of 60,000 were called ${found.value}. Below each: its label and its distance.`,
    ),
  );
}

/**
 * Offer to build the index of training digits, or show how far that is.
 *
 * @param {HTMLElement} place
 * @param {IndexStatus | undefined} index
 * @param {string} model
 * @param {() => void} again
 */
export function showIndex(place, index, model, again) {
  if (index?.state === 'building') {
    place.replaceChildren(
      make('progress', {
        max: '1',
        value: String(index.progress),
        'aria-label': 'Building the index of training digits',
      }),
      make('p', { class: 'caption' }, index.message || 'Placing 60,000 training digits…'),
    );
    clearTimeout(clocks.get(place));
    clocks.set(
      place,
      setTimeout(() => poll(place, model, again), POLL),
    );
    return;
  }
  const begin = () =>
    buildIndex(model)
      .then((now) => showIndex(place, now, model, again))
      .catch(trouble);
  place.replaceChildren(
    make(
      'p',
      { class: 'caption' },
      index?.state === 'failed'
        ? index.message
        : 'This looks the training digits up. They are fetched once, if they are not on this machine yet, and placed by this network.',
    ),
    make('button', { type: 'button', onclick: begin }, 'Look them up'),
  );
}

/** @param {HTMLElement} place @param {string} model @param {() => void} again */
async function poll(place, model, again) {
  try {
    const { index = null, ...rest } = await getIndex(model);
    const now = index ?? rest;
    if (now.state === 'ready') again();
    else showIndex(place, now, model, again);
  } catch (error) {
    trouble(error);
  }
}

/**
 * The smallest change of ink found that makes it another digit.
 *
 * @param {HTMLElement} place
 * @param {Explanation} found
 * @param {Question} question
 */
export function showFlip(place, found, { canvas, put, against }) {
  const { flip, value } = found;
  const choice = make('div', { class: 'digits', role: 'group', 'aria-label': 'Make it a' });
  for (const digit of DIGITS.filter((one) => one !== value)) {
    choice.append(
      make(
        'button',
        { type: 'button', 'aria-pressed': String(digit === flip?.rival), onclick: () => against(digit) },
        String(digit),
      ),
    );
  }
  const parts = [make('div', { class: 'tools' }, make('span', { class: 'caption' }, 'Make it a'), choice)];
  if (flip) parts.push(...flipPictures(flip, found, { canvas, put }));
  place.replaceChildren(...parts);
}

/** @param {Flip} flip @param {Explanation} found @param {Pick<Question, 'canvas' | 'put'>} question */
function flipPictures(flip, { value, probabilities }, { canvas, put }) {
  const after = fromTiles(flip.canvas)[0];
  const change = tile(null, `Ink added is blue, ink taken away is orange`);
  paintChange(change, canvas, after);
  const then = best(flip.probabilities);
  const row = make(
    'div',
    { class: 'trio' },
    framed(tile(canvas, `Now: ${value}`), `Now ${value}`, percent(probabilities[value])),
    framed(
      change,
      'Change',
      `${flip.added.toFixed(1)} squares of ink added (blue), ${flip.removed.toFixed(1)} taken (orange)`,
    ),
    framed(
      tile(after, `Then: ${then}`),
      flip.flipped ? `Then ${then}` : 'No flip found',
      percent(flip.probabilities[then]),
    ),
  );
  const tryIt = make('button', { type: 'button', onclick: () => put(after) }, 'Put it on the squares');
  return [
    row,
    make(
      'div',
      { class: 'tools' },
      tryIt,
      make('span', { class: 'caption' }, 'Then take pen and eraser and look for a smaller one.'),
    ),
  ];
}

/**
 * Which ink spoke for the answer and for its rival.
 *
 * @param {HTMLElement} place
 * @param {Explanation} found
 * @param {Question} question
 */
export function showInk(place, found, { canvas }) {
  const { occlusion, contribution, value, rival } = found;
  const figures = [];
  if (occlusion) {
    const covered = signed(fromTiles(occlusion.picture)[0], canvas, 'Occlusion');
    figures.push(
      framed(
        covered,
        'Covered',
        `what each patch of ${occlusion.patch} × ${occlusion.patch} squares was worth`,
      ),
    );
  }
  if (contribution) {
    const summed = signed(fromTiles(contribution.picture)[0], canvas, 'Contribution');
    const exact = contribution.exact ? 'ink × weight, summed exactly' : 'ink × slope, true for small changes';
    figures.push(
      framed(
        summed,
        'Added up',
        `${exact}: ${contribution.margin.toFixed(1)} in all, ${contribution.rest.toFixed(1)} of it not from ink`,
      ),
    );
  }
  place.replaceChildren(make('div', { class: 'trio' }, ...figures), legend(value, rival));
}

/** @param {Values} values @param {Values} ink @param {string} name */
function signed(values, ink, name) {
  const picture = tile(null, `${name}: blue ink counted for the answer, orange against it`);
  paintSigned(picture, values, ink);
  return picture;
}

/** @param {number} value @param {number} rival */
function legend(value, rival) {
  return make(
    'p',
    { class: 'legend caption' },
    make('i', { class: 'for' }),
    ` spoke for ${value} rather than ${rival} `,
    make('i', { class: 'against' }),
    ` spoke for ${rival} rather than ${value}`,
  );
}

/** @param {HTMLElement} picture @param {string} title @param {string} text */
function framed(picture, title, text) {
  return make(
    'figure',
    {},
    picture,
    make('figcaption', { class: 'caption' }, make('b', {}, title), ` ${text}`),
  );
}
