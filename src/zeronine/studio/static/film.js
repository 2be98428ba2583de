// The film: a picture on its way to the canvas, one frame for each step of reading.

import { read } from './api.js';
import { make } from './dom.js';
import { tile } from './pixels.js';

const AS_TAKEN = ['grey', 'heat', 'found']; // steps that are photographs; others would show ink as 1

// What each step of reading does; a step that is not listed here is shown under its own name.
/** @type {Record<string, [title: string, text: string]>} */
const CAPTIONS = {
  grey: ['Grey', 'Colour is dropped, whatever the file was.'],
  heat: ['Heat', 'Where the finder sees the middle of a digit: the warmer, the surer.'],
  found: [
    'Boxes',
    'What was taken for a digit (blue) or a sign (orange), level and at the size it was read.',
  ],
};

/** @type {Picture | null} */
let shown = null; // the picture whose steps are known already
/** @type {Reading | null} */
let reading = null;

/**
 * Fill the list with the steps of the current picture and, last, the canvas of the digit in question.
 *
 * @param {HTMLElement} list
 * @param {State} state
 */
export async function showFilm(list, { picture, canvas, digit, first }) {
  const frames = picture ? await stepsOf(picture, first) : [];
  const last = make(
    'figure',
    {},
    tile(canvas, 'The canvas: what the network sees'),
    caption('Canvas', arrival(picture, digit)),
  );
  list.replaceChildren(...frames, make('li', {}, last));
}

/** @param {Picture} picture @param {string} model */
async function stepsOf(picture, model) {
  if (shown !== picture) {
    reading = await read(picture.blob, { model, steps: true, asked: picture.asked });
    shown = picture;
  }
  const steps = reading?.steps ?? [];
  const notes = (reading?.notes ?? []).join('; ');
  return steps.map((step, index) => frame(step, index === 0 ? notes : ''));
}

/** @param {Step} step @param {string} notes */
function frame({ name, picture }, notes) {
  const [title, text] = CAPTIONS[name] ?? [
    name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '),
    '',
  ];
  const kind = AS_TAKEN.includes(name) ? 'photo' : 'ink';
  const alt = `The picture after this step: ${title}`;
  const image = make('img', { src: picture, class: kind, alt, loading: 'lazy' });
  return make('li', {}, make('figure', {}, image, caption(title, notes ? `${text} Note: ${notes}.` : text)));
}

/** @param {string} title @param {string} text */
function caption(title, text) {
  return make('figcaption', { class: 'caption' }, make('b', {}, title), ` ${text}`);
}

/** @param {Picture | null} picture @param {number} digit @returns {string} */
function arrival(picture, digit) {
  const which = picture && digit > 0 ? `Digit ${digit + 1}: its` : 'Its';
  return `${which} longest side 20 squares, its centre of mass in the middle.`;
}
