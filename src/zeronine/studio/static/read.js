// The room to read in: a picture comes in by drop, paste, choice or camera; its digits come out.

import { read } from './api.js';
import { photograph } from './camera.js';
import { byId, say, trouble } from './dom.js';
import { OptionsForm } from './options.js';
import { Result } from './result.js';
import { Stage } from './stage.js';
import { change, state } from './state.js';
import { giveCorrections } from './teach.js';

/** @type {Stage} */
let stage;
/** @type {Result} */
let result;
/** @type {OptionsForm} */
let options;
/** @type {Picture | null} */
let shown = null; // the picture that is on the stage
let latest = 0; // counts pictures, so that a late reading never replaces a newer one

/** Wire the room, once. */
export function prepare() {
  stage = new Stage(byId('stage'), (place) => select(place));
  result = new Result(byId('reading'), {
    onSelect: (place) => select(place),
    onCorrect: (value) => correct(value),
    onChange: () => stage.label(result.texts()),
    onTeach: (canvases, digits) => giveCorrections(canvases, digits).catch(trouble),
  });
  options = new OptionsForm(() => state.picture && bring(state.picture));
  byId('choose').addEventListener('click', () => byId('read-file').click());
  byId('another').addEventListener('click', () => byId('read-file').click());
  byId('photograph').addEventListener('click', () => takePhoto());
  for (const input of [byId('read-file'), byId('photo-file')]) {
    input.addEventListener('change', () => {
      if (input.files?.[0]) take(input.files[0]);
      input.value = '';
    });
  }
  byId('zoom-in').addEventListener('click', () => stage.zoomBy(1.4));
  byId('zoom-out').addEventListener('click', () => stage.zoomBy(1 / 1.4));
  byId('zoom-fit').addEventListener('click', () => stage.fit());
  byId('stage').addEventListener('keydown', keyed);
  byId('reading').addEventListener('keydown', keyed);
  byId('read').addEventListener('dragover', over);
  byId('read').addEventListener('dragleave', () => byId('viewer').classList.remove('over'));
  byId('read').addEventListener('drop', dropped);
  document.addEventListener('paste', pasted);
  window.addEventListener('resize', () => stage.fit());
}

/** Show the room; a picture that came in elsewhere is read here too. */
export function enter() {
  options.show().catch(trouble);
  if (state.picture && state.picture !== shown) bring(state.picture);
}

/** @param {Blob} blob */
function take(blob) {
  bring({ blob, name: blob instanceof File ? blob.name : 'pasted picture', drawn: false });
}

/**
 * Make a picture the one in question, read as the form says.
 *
 * @param {Picture} picture
 */
function bring({ blob, name, drawn }) {
  const picture = { blob, name, drawn, asked: { ...options.asked } };
  change({ picture });
  show(picture);
}

/** @param {Picture} picture */
async function show(picture) {
  latest += 1;
  const number = latest;
  shown = picture;
  byId('viewer').classList.add('busy');
  result.wait();
  try {
    const asked = { model: state.first, asked: picture.asked };
    const reading = await read(picture.blob, asked);
    if (number !== latest) return;
    await stage.show(picture, reading, () => read(picture.blob, { ...asked, steps: true }));
    byId('drop').hidden = true;
    byId('stage').hidden = byId('viewer-tools').hidden = false;
    stage.fit();
    result.show(reading);
    const digits = result.digits.length;
    say(digits ? `${digits} digits read: ${reading.text}` : 'No digit was found.');
    if (digits) select(0);
  } catch (error) {
    if (number !== latest) return;
    shown = null;
    result.clear();
    trouble(error);
  } finally {
    if (number === latest) byId('viewer').classList.remove('busy');
  }
}

/**
 * Make one digit the one in question, here and in the other rooms.
 *
 * @param {number} place
 */
function select(place) {
  stage.select(place);
  result.select(place);
  change({ digit: place, canvas: result.canvases[place] });
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  if (result.digits.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, number>} */
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
  const step = steps[event.key];
  if (step) select((result.selected + step + result.digits.length) % result.digits.length);
  else if (/^[0-9]$/.test(event.key)) correct(Number(event.key));
  else if (event.key === 'Backspace' || event.key === '?') correct(null);
  else if (event.key === '+' || event.key === '=') stage.zoomBy(1.4);
  else if (event.key === '-') stage.zoomBy(1 / 1.4);
  else return;
  event.preventDefault();
}

/**
 * Correct the digit in question and go on to the next, as one types.
 *
 * @param {number | null} value
 */
function correct(value) {
  result.correct(value);
  if (value !== null && result.selected < result.digits.length - 1) select(result.selected + 1);
}

async function takePhoto() {
  const own = 'mediaDevices' in navigator && !window.matchMedia('(pointer: coarse)').matches;
  if (!own) {
    byId('photo-file').click();
    return;
  }
  try {
    const blob = await photograph(byId('viewer'));
    if (blob) take(blob);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    trouble(new Error(`The camera cannot be used (${reason}): choose a picture instead.`));
  }
}

/** @param {DragEvent} event */
function over(event) {
  event.preventDefault();
  byId('viewer').classList.add('over');
}

/** @param {DragEvent} event */
function dropped(event) {
  event.preventDefault();
  byId('viewer').classList.remove('over');
  const file = event.dataTransfer?.files[0];
  if (file) take(file);
}

/** @param {ClipboardEvent} event */
function pasted(event) {
  const file = event.clipboardData?.files[0];
  if (!file || byId('read').hidden) return;
  event.preventDefault();
  take(file);
}
