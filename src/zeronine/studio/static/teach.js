// The room to teach in: digits written here or on a sheet, corrected, taught, and kept only where that helps.

import { best, DIGITS, percent } from './answer.js';
import { askHand, classify, fromTiles, listModels, reviewCounts, toBytes } from './api.js';
import { photograph } from './camera.js';
import { byId, latest, make, say, trouble } from './dom.js';
import { canvasOf } from './normalise.js';
import { Pad } from './pad.js';
import { tile } from './pixels.js';
import { change, state } from './state.js';

const ENOUGH = 5; // digits; fewer cannot be taught
const GOOD = 30;

/** @typedef {{right: number, count: number, interval: [number, number]}} Score */
/** @typedef {{before: Score, after: Score}} Compared */
/**
 * @typedef {object} Hand
 * @property {string} name
 * @property {Tiles} lessons
 * @property {number[]} labels
 * @property {number[]} [read] what the shipped model reads; a page without a server does not say
 * @property {boolean} kept
 * @property {string | null} [model] its id
 * @property {{fast?: boolean, kept: boolean, reason: string, own: Compared, made: Compared | null, mnist: Compared | null, mended: number, spoilt: number, seconds: number} | null} report
 */

/** @type {Pad} */
let pad;
let wanted = 0;
/** @type {Float32Array[]} */
let pictures = [];
/** @type {number[]} */
let labels = [];
/** @type {Hand | null} */
let hand = null;
let cared = 0; // how many lessons there were when it was taught with care

/** Wire the room, once. */
export function prepare() {
  pad = new Pad(byId('teach-pad'), { width: 280, height: 280 });
  pad.surface.addEventListener('ink', () => {
    byId('teach-take').disabled = pad.empty;
    answers();
  });
  byId('teach-take').addEventListener('click', () => take().catch(trouble));
  byId('teach-clear').addEventListener('click', () => pad.clear());
  byId('teach-skip').addEventListener('click', () => ask(wanted + 1));
  byId('teach-sheet').addEventListener('click', () => byId('teach-file').click());
  byId('teach-file').addEventListener('change', () => bring().catch(trouble));
  byId('hand-name').addEventListener('change', () => refresh().catch(trouble));
  byId('teach-now').addEventListener('click', () => teach().catch(trouble));
  byId('teach-camera').addEventListener('click', () => showSheet().catch(trouble));
  byId('teach-review').addEventListener('click', () => corrections().catch(trouble));
  byId('hand-use').addEventListener('click', () => use().catch(trouble));
  byId('hand-shipped').addEventListener('click', shipped);
  byId('hand-discard').addEventListener('click', () => act('DELETE', '/model').catch(trouble));
  byId('hand-delete').addEventListener('click', () => remove().catch(trouble));
  ask(0);
}

/** Show the room with what the hand was given. */
export function enter() {
  pad.redraw();
  refresh().catch(trouble);
  reviewCounts()
    .then(({ queue }) => (byId('teach-review').hidden = !queue))
    .catch(trouble);
}

/**
 * Ask the server, and show the hand that it answers with.
 *
 * @param {string} method
 * @param {string} path
 * @param {Blob | object | null} body
 */
async function act(method, path = '', body = null) {
  const name = byId('hand-name');
  if (!name.checkValidity())
    throw new Error(`“${name.value}” cannot name a hand: letters, digits, - and _, a letter or digit first.`);
  const data = await askHand(name.value, method, path, body);
  if (data.labels) show(data);
  window.dispatchEvent(new Event('models'));
  return data;
}

function refresh() {
  return act('GET');
}

/** @param {number} digit */
function ask(digit) {
  wanted = digit % 10;
  byId('teach-wanted').textContent = String(wanted);
}

/** Take what is on the pad as the digit that was asked for. */
async function take() {
  const canvas = pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width);
  if (!canvas) return;
  await act('POST', '/lessons', { canvases: [toBytes(canvas)], labels: [wanted] });
  say(`Taken: a ${wanted}.`);
  ask(wanted + 1);
  pad.clear();
  quick();
}

/** After each digit the last layer learns at once, until it was taught with care. */
const quick = latest(async () => {
  const careful = hand?.kept && !hand.report?.fast;
  if (!hand?.read || careful || labels.length === cared || labels.length < ENOUGH || new Set(labels).size < 2)
    return;
  await act('POST', '/teach', { fast: true });
});

/** What both models say of the digit that is being written. */
const answers = latest(async () => {
  const canvas = pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width);
  const models = ['shipped', ...(hand?.model ? [hand.model] : [])];
  const found = canvas ? await Promise.all(models.map((model) => classify([toBytes(canvas)], model))) : [];
  byId('teach-live').textContent = found
    .map(([{ probabilities }], place) => {
      const digit = best(probabilities);
      return `${place ? 'Yours' : 'The shipped one'} reads ${digit}, ${percent(probabilities[digit])}.`;
    })
    .join(' ');
});

async function bring() {
  const file = byId('teach-file').files?.[0];
  if (!file) return;
  byId('teach-file').value = '';
  await sheet(file);
}

/** @param {Blob} picture */
async function sheet(picture) {
  const { empty } = await act('POST', '/sheet', picture);
  tell(`The sheet was read; ${empty.length} boxes are empty.`);
}

/** Take the sheet by the camera of this machine, held so that all of it is seen. */
async function showSheet() {
  if (!navigator.mediaDevices)
    throw new Error('The page may use no camera here: bring a photograph instead.');
  const picture = await photograph(byId('teach-view'));
  byId('teach-camera').focus();
  if (picture) await sheet(picture);
}

/** Take what was corrected in the review queue. */
async function corrections() {
  const { taken, left_out: left } = await act('POST', '/review');
  tell(
    `${taken} digits of corrections were taken; corrections that could not be parted into digits: ${left}.`,
  );
}

/**
 * Take digits that were corrected in the room to read in, and show them here.
 *
 * @param {Float32Array[]} canvases
 * @param {number[]} digits
 */
export async function giveCorrections(canvases, digits) {
  await act('POST', '/lessons', { canvases: canvases.map(toBytes), labels: digits });
  window.dispatchEvent(new CustomEvent('go', { detail: '/teach' }));
  tell(`${digits.length} of your corrections ${digits.length === 1 ? 'is a lesson' : 'are lessons'} now.`);
}

/** @param {string} text */
function tell(text) {
  byId('teach-live').textContent = text;
  say(text);
}

async function teach() {
  cared = labels.length;
  byId('teach-now').disabled = true;
  byId('teach-report').replaceChildren(
    make(
      'p',
      {},
      'It learns eleven times over, ten of them to be judged on digits that it did not see: some ten seconds…',
    ),
  );
  try {
    const { report } = await act('POST', '/teach', {});
    if (report.kept) await use();
    say(report.reason);
  } finally {
    byId('teach-now').disabled = labels.length < ENOUGH;
  }
}

/** Let the hand's model answer in every room. */
async function use() {
  if (hand?.model) change({ models: await listModels(), first: hand.model });
  toggles();
}

function shipped() {
  change({ first: 'shipped' });
  toggles();
  say('The shipped model answers again.');
}

function toggles() {
  byId('hand-use').disabled = !hand?.model || state.first === hand.model;
  byId('hand-shipped').disabled = state.first === 'shipped';
}

/** Delete everything at the second press; the first one says what that is. */
async function remove() {
  const button = byId('hand-delete');
  if (!button.classList.toggle('sure')) {
    button.textContent = 'Delete everything';
  } else {
    button.textContent = `Really: ${labels.length} digits and the model`;
    say(button.textContent);
    return;
  }
  await act('DELETE');
  change({ first: 'shipped' });
  await refresh();
}

/** @param {Hand} found */
function show(found) {
  hand = found;
  pictures = fromTiles(hand.lessons);
  labels = hand.labels;
  byId('lesson-count').textContent = labels.length ? `${labels.length} of ${GOOD} or more` : 'none yet';
  byId('teach-now').disabled = labels.length < ENOUGH;
  byId('hand-discard').disabled = !hand.kept;
  byId('hand-export').hidden = !hand.kept || !hand.read;
  byId('hand-export').href = `/api/hands/${encodeURIComponent(hand.name)}/model`;
  byId('hand-delete').disabled = labels.length === 0;
  byId('hand-delete').classList.remove('sure');
  byId('hand-delete').textContent = 'Delete everything';
  toggles();
  const held = document.activeElement?.getAttribute('aria-label');
  byId('lessons').replaceChildren(...pictures.map((_, place) => lesson(place)));
  // What had the keyboard's focus was made anew: give it back.
  if (held && document.activeElement === document.body)
    [...byId('lessons').querySelectorAll('button, select')]
      .filter((one) => one instanceof HTMLElement)
      .find((one) => one.getAttribute('aria-label') === held)
      ?.focus();
  const { report } = hand;
  byId('teach-report').replaceChildren(...(report ? reported(report) : []));
}

/** One lesson: its picture, its digit to correct, and a way to take it back. */
/** @param {number} place */
function lesson(place) {
  const correct = make(
    'select',
    {
      'aria-label': `What lesson ${place + 1} is`,
      onchange: () => relabel(place, Number(correct.value)).catch(trouble),
    },
    ...DIGITS.map((digit) =>
      make('option', { value: String(digit), selected: digit === labels[place] }, String(digit)),
    ),
  );
  const press = () => act('DELETE', `/lessons/${place}`).catch(trouble);
  return make(
    'li',
    {},
    tile(pictures[place], `Lesson ${place + 1}, a ${labels[place]}`),
    correct,
    make(
      'button',
      { type: 'button', class: 'quiet', onclick: press, 'aria-label': `Forget lesson ${place + 1}` },
      '×',
    ),
    (hand?.read?.[place] ?? labels[place]) === labels[place]
      ? null
      : make('span', { class: 'caption misread' }, `read as ${hand?.read?.[place]}`),
  );
}

/** @param {number} place @param {number} label */
function relabel(place, label) {
  return act('POST', '/lessons', { canvases: [toBytes(pictures[place])], labels: [label] });
}

/** @param {NonNullable<Hand['report']>} report */
function reported({ own, made, mnist, mended, spoilt, reason, seconds, kept, fast }) {
  const rows = [
    line('Your digits that it did not learn from', own),
    ...(mnist ? [line('MNIST validation', mnist)] : []),
    ...(made ? [line('Other made hands', made)] : []),
  ];
  const head = make(
    'tr',
    {},
    ...['Read right', 'Before', 'After'].map((title) => make('th', { scope: 'col' }, title)),
  );
  return [
    make('p', { class: kept ? 'kept' : 'refused' }, `${reason[0].toUpperCase()}${reason.slice(1)}.`),
    make(
      'div',
      { class: 'wide' },
      make('table', { class: 'runs' }, make('thead', {}, head), make('tbody', {}, ...rows)),
    ),
    make(
      'p',
      { class: 'caption' },
      `${fast ? 'The last layer alone, at once; Teach does it with care. ' : ''}${mended} mended, ${spoilt} spoilt, in ${seconds} s. So few digits leave the range in brackets.`,
    ),
  ];
}

/** @param {string} title @param {Compared} both */
function line(title, both) {
  const cell = (/** @type {Score} */ { right, count, interval: [low, high] }) =>
    make('td', {}, `${right} of ${count} (${points(low)} to ${points(high)}\u00a0%)`);
  return make('tr', {}, make('th', { scope: 'row' }, title), cell(both.before), cell(both.after));
}

/** @param {number} share */
function points(share) {
  return (100 * share).toFixed(1);
}
