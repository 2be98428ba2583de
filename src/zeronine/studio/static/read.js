// The room to read in: a picture comes in by drop, paste, choice or camera; its digits come out.

import { read } from './api.js';
import { photograph } from './camera.js';
import { byId, say, trouble } from './dom.js';
import { Result } from './result.js';
import { Stage } from './stage.js';
import { change, state } from './state.js';

let stage;
let result;
let shown = null; // the picture that is on the stage
let latest = 0; // counts pictures, so that a late reading never replaces a newer one

/** Wire the room, once. */
export function prepare() {
  stage = new Stage(byId('stage'), (place) => select(place));
  result = new Result(byId('reading'), {
    onSelect: (place) => select(place),
    onCorrect: (value) => correct(value),
    onChange: () => stage.label(result.texts()),
  });
  byId('choose').addEventListener('click', () => byId('read-file').click());
  byId('another').addEventListener('click', () => byId('read-file').click());
  byId('photograph').addEventListener('click', () => takePhoto());
  for (const id of ['read-file', 'photo-file']) {
    byId(id).addEventListener('change', ({ target }) => {
      if (target.files[0]) bring(target.files[0]);
      target.value = '';
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
  if (state.picture && state.picture !== shown) show(state.picture);
}

function bring(blob) {
  const picture = { blob, name: blob.name ?? 'pasted picture', drawn: false };
  change({ picture });
  show(picture);
}

async function show(picture) {
  latest += 1;
  const number = latest;
  shown = picture;
  byId('viewer').classList.add('busy');
  result.wait();
  try {
    const reading = await read(picture.blob, { model: state.first });
    if (number !== latest) return;
    await stage.show(picture, reading, () => read(picture.blob, { model: state.first, steps: true }));
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

/** Make one digit the one in question, here and in the other rooms. */
function select(place) {
  stage.select(place);
  result.select(place);
  change({ digit: place, canvas: result.canvases[place] });
}

function keyed(event) {
  if (result.digits.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step) select((result.selected + step + result.digits.length) % result.digits.length);
  else if (/^[0-9]$/.test(event.key)) correct(Number(event.key));
  else if (event.key === 'Backspace' || event.key === '?') correct(null);
  else if (event.key === '+' || event.key === '=') stage.zoomBy(1.4);
  else if (event.key === '-') stage.zoomBy(1 / 1.4);
  else return;
  event.preventDefault();
}

/** Correct the digit in question and go on to the next, as one types. */
function correct(value) {
  result.correct(value);
  if (value !== null && result.selected < result.digits.length - 1) select(result.selected + 1);
}

async function takePhoto() {
  const own = navigator.mediaDevices?.getUserMedia && !window.matchMedia('(pointer: coarse)').matches;
  if (!own) {
    byId('photo-file').click();
    return;
  }
  try {
    const blob = await photograph(byId('viewer'));
    if (blob) bring(blob);
  } catch (error) {
    trouble(new Error(`The camera cannot be used (${error.message}): choose a picture instead.`));
  }
}

function over(event) {
  event.preventDefault();
  byId('viewer').classList.add('over');
}

function dropped(event) {
  event.preventDefault();
  byId('viewer').classList.remove('over');
  if (event.dataTransfer.files[0]) bring(event.dataTransfer.files[0]);
}

function pasted(event) {
  const file = event.clipboardData?.files[0];
  if (!file || byId('read').hidden) return;
  event.preventDefault();
  bring(file);
}
