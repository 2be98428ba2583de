// The film: a picture on its way to the canvas, one frame for each step of reading.

import { read } from './api.js';
import { make } from './dom.js';
import { tile } from './pixels.js';

const AS_TAKEN = ['grey', 'paper', 'background']; // steps that are photographs; the others show ink as 1

// What each step of reading does; a step that is not listed here is shown under its own name.
const CAPTIONS = {
  grey: ['Grey', 'Colour is dropped, whatever the file was.'],
  paper: ['Paper', 'How bright the paper is, shadows included.'],
  background: ['Paper', 'How bright the paper is, shadows included.'],
  ink: ['Ink', 'Darker than its paper: light and shadow are divided out.'],
  mask: ['Pieces', 'Lines and specks taken away, what is left of the ink.'],
  pieces: ['Pieces', 'Lines and specks taken away, what is left of the ink.'],
  boxes: ['Boxes', 'Where one digit ends and the next begins.'],
  digits: ['Digits', 'Where one digit ends and the next begins, one shade each.'],
};

let shown = null; // the picture whose steps are known already
let reading = null;

/** Fill the list with the steps of the current picture and, last, the canvas of the digit in question. */
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

async function stepsOf(picture, model) {
  if (shown !== picture) {
    reading = await read(picture.blob, { model, steps: true });
    shown = picture;
  }
  const steps = reading.steps ?? [];
  const notes = (reading.notes ?? []).join('; ');
  return steps.map((step, index) => frame(step, index === 0 ? notes : ''));
}

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

function caption(title, text) {
  return make('figcaption', { class: 'caption' }, make('b', {}, title), ` ${text}`);
}

function arrival(picture, digit) {
  const which = picture && digit > 0 ? `Digit ${digit + 1}: its` : 'Its';
  return `${which} longest side 20 squares, its centre of mass in the middle.`;
}
