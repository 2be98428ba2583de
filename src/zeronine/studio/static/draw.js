// The room to draw in: strokes become a canvas in the page, and an answer a few milliseconds later.

import { answerInto, sentence } from './answer.js';
import { classify, read, toBytes } from './api.js';
import { modelMenu } from './choose.js';
import { byId, latest, make, say, settled, trouble } from './dom.js';
import { canvasOf } from './normalise.js';
import { Pad } from './pad.js';
import { paintInk } from './pixels.js';
import { inkText, strokesOf } from './share.js';
import { change, on, state } from './state.js';

const BLANK = new Float32Array(784);
const KEPT = 'strokes'; // under which the browser keeps the drawing while the tab is open
const NUMBER_WAIT = 90; // milliseconds of rest after which the drawing is read as a number

/** @type {Pad} */
let pad;
/** @type {import('./answer.js').Shown} */
let first;
/** @type {import('./answer.js').Shown} */
let second;
/** @type {Float32Array[]} */
let canvases = []; // one for each digit; a drawing of one digit has one
let place = 0; // which of them is in question
/** @type {Picture | null} */
let picture = null; // the pad's, as the other rooms get it
let number = false; // whether the picture was read as several digits
let brought = ''; // the drawing of the address that stands on the pad
let begun = 0; // when the ink changed that has no answer yet

/** Wire the room, once. */
export function prepare() {
  pad = new Pad(byId('pad'), { width: 420, height: 280 });
  first = answerInto(byId('first-answer'));
  second = answerInto(byId('second-answer'), { rank: 'second' });
  modelMenu(byId('first-model'), 'first');
  modelMenu(byId('second-model'), 'second');
  pad.surface.addEventListener('ink', ({ detail }) => inked(detail.final));
  byId('undo').addEventListener('click', () => pad.undo());
  byId('clear').addEventListener('click', () => pad.clear());
  byId('thickness').addEventListener('input', () => (pad.thickness = Number(byId('thickness').value)));
  byId('share-drawing').addEventListener('click', share);
  byId('import').addEventListener('click', () => byId('import-file').click());
  byId('import-file').addEventListener('change', () => {
    const file = byId('import-file').files?.[0];
    if (file) bring(file);
  });
  document.addEventListener('paste', pasted);
  byId('draw').addEventListener('dragover', (event) => event.preventDefault());
  byId('draw').addEventListener('drop', dropped);
  byId('ask-why').addEventListener('click', () => {
    if (canvases.length) change({ picture, digit: place, canvas: canvases[place] });
  });
  window.addEventListener('themechange', () => pad.redraw());
  on(['first', 'second', 'models'], () => {
    byId('second-answer').hidden = state.second === null;
    byId('draw-desk').classList.toggle('comparing', state.second !== null);
    if (canvases.length) answer(false);
  });
  paintInk(byId('seen'), BLANK);
  restore();
}

/** Bring back the drawing that was on the pad before the page was loaded again. */
function restore() {
  try {
    const strokes = JSON.parse(sessionStorage.getItem(KEPT) ?? '[]');
    for (const { points, thickness, erase } of strokes) pad.strokes.push({ points, thickness, erase });
    if (strokes.length) pad.changed(true);
  } catch {
    // storage may be forbidden or foreign; the pad then begins empty
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify(pad.strokes));
  } catch {
    // see above
  }
}

/** Show the room, with the drawing that the address names. @param {URLSearchParams} query */
export function enter(query) {
  pad.redraw();
  const ink = query.get('ink');
  if (!ink || ink === brought) return;
  brought = ink;
  try {
    pad.strokes = strokesOf(ink);
    pad.changed(true);
  } catch (error) {
    trouble(error);
  }
}

/** Put the drawing into the address, and copy that. */
async function share() {
  brought = inkText(pad.strokes);
  const alone = document.documentElement.dataset.edition === 'alone';
  history.replaceState(null, '', alone ? `#/draw?ink=${brought}` : `#ink=${brought}`);
  const copied = navigator.clipboard.writeText(location.href).then(() => true);
  say((await copied.catch(() => false)) ? 'The address is copied.' : 'This drawing is in the address now.');
}

/**
 * The drawing changed: make the canvas here and now, and ask for the answer.
 *
 * @param {boolean} final
 */
function inked(final) {
  begun ||= performance.now();
  byId('undo').disabled = byId('clear').disabled = pad.empty;
  byId('share-drawing').disabled = pad.strokes.length === 0;
  byId('invitation').hidden = !pad.empty;
  const canvas = pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width);
  if (final) keep();
  if (canvas === null) {
    forget();
    return;
  }
  if (!number) look([canvas], 0);
  if (!number) answer(final);
  if (!final) return;
  readNumber();
  keepPicture();
}

/** The pad is empty again. */
function forget() {
  number = false;
  begun = 0;
  look([], 0);
  picture = null;
  change({ picture });
  first.show(null);
  second.show(null);
  say('The pad is empty.');
}

/**
 * Take these canvases as what the network sees, one of them in question.
 *
 * @param {Float32Array[]} found
 * @param {number} chosen
 */
function look(found, chosen) {
  canvases = found;
  place = chosen;
  change({ digit: place, canvas: found[place] ?? null });
  paintInk(byId('seen'), found[place] ?? BLANK);
  const what = found.length > 1 ? `, digit ${place + 1} of ${found.length}` : '';
  byId('seen').setAttribute(
    'aria-label',
    `The 28 by 28 canvas that the network sees${found.length ? what : ', empty'}`,
  );
  if (!number) byId('number').hidden = true;
}

/** Ask both models and show what they say of the digit in question. */
const answer = latest(async (aloud) => {
  const [asked, since] = [canvases[place], begun];
  if (!asked) return;
  begun = 0;
  const models = [state.first, state.second].filter((model) => model !== null);
  const answers = await Promise.all(models.map((model) => classify([toBytes(asked)], model)));
  if (canvases.length === 0) return;
  first.show(answers[0][0].probabilities, chance(answers[0][0], models[0]));
  if (answers[1]) second.show(answers[1][0].probabilities, chance(answers[1][0], models[1]));
  if (since) performance.measure('stroke to answer', { start: since, end: performance.now() });
  if (aloud) say(sentence(answers[0][0].probabilities, chance(answers[0][0], models[0])));
});

/**
 * How likely this is a digit at all, for a model that has learned to tell; else it is taken as sure.
 *
 * @param {Answer} found
 * @param {string} id
 * @returns {number}
 */
function chance(found, id) {
  const model = state.models.find((one) => one.id === id);
  return model?.not_a_digit ? found.digit_probability : 1;
}

/** Read the whole drawing as a number, once the pen has been lifted a moment. */
const readNumber = settled(
  latest(async () => {
    if (pad.empty || pad.backdrop || pad.current) return;
    const { changes } = pad;
    const reading = await read(await pad.png(), { model: state.first });
    if (pad.changes === changes) take(reading);
  }),
  NUMBER_WAIT,
);

/**
 * Show a reading of several digits as a number; of one digit, leave the pad's own canvas.
 *
 * @param {Reading} reading
 */
function take(reading) {
  const digits = reading.numbers.flatMap((one) => one.digits);
  const was = number;
  number = digits.length > 1;
  if (!number) {
    if (was) inked(true);
    return;
  }
  showNumber(reading.numbers, Math.min(was ? place : digits.length - 1, digits.length - 1), reading.canvases);
}

/** @param {NumberRead[]} numbers @param {number} chosen @param {Float32Array[]} found */
function showNumber(numbers, chosen, found) {
  const buttons = [];
  let count = 0;
  for (const [index, one] of numbers.entries()) {
    if (index > 0) buttons.push(make('span', { class: 'gap' }));
    for (const digit of one.digits) {
      const at = count++;
      const text = digit.value ?? '?';
      const press = () => choose(at, found);
      buttons.push(
        make(
          'button',
          { type: 'button', onclick: press, 'aria-label': `Digit ${at + 1}: ${text}` },
          String(text),
        ),
      );
    }
  }
  byId('number').replaceChildren(make('span', { class: 'caption' }, 'Read as'), ...buttons);
  byId('number').hidden = false;
  choose(chosen, found);
  say(`Read as ${numbers.map((one) => one.text).join(' ')}.`);
}

/** @param {number} chosen @param {Float32Array[]} found */
function choose(chosen, found) {
  look(found, chosen);
  for (const [at, button] of byId('number').querySelectorAll('button').entries()) {
    button.setAttribute('aria-pressed', String(at === chosen));
  }
  answer(false);
}

/** Keep the drawing as the picture that the other rooms look at. */
const keepPicture = latest(async () => {
  const blob = await pad.png();
  if (pad.empty || pad.backdrop) return;
  picture = { blob, name: 'your drawing', drawn: true };
  change({ picture });
});

/**
 * Bring a picture onto the pad and read it.
 *
 * @param {Blob} blob
 */
async function bring(blob) {
  try {
    const reading = await read(blob, { model: state.first });
    const digits = reading.numbers.flatMap((one) => one.digits);
    pad.show(await createImageBitmap(blob));
    byId('undo').disabled = byId('clear').disabled = false;
    byId('invitation').hidden = true;
    number = digits.length > 1;
    look(reading.canvases, 0);
    picture = { blob, name: blob instanceof File ? blob.name : 'pasted picture', drawn: false };
    change({ picture });
    if (number) showNumber(reading.numbers, 0, reading.canvases);
    else if (digits.length === 1) answer(true);
    else nothingFound();
  } catch (error) {
    trouble(error);
  }
}

function nothingFound() {
  first.show(null, 1, 'No digit was found in this picture.');
  second.show(null, 1, 'No digit was found in this picture.');
}

/** @param {ClipboardEvent} event */
function pasted(event) {
  const file = Array.from(event.clipboardData?.files ?? []).find((one) => one.type.startsWith('image/'));
  if (!file || byId('draw').hidden) return;
  event.preventDefault();
  bring(file);
}

/** @param {DragEvent} event */
function dropped(event) {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file) bring(file);
}
