// The room to ask why: one canvas on the left, six kinds of reasons on the right, all live.

import { answerInto, sentence } from './answer.js';
import { classify, explain, toBytes } from './api.js';
import { modelMenu } from './choose.js';
import { byId, latest, say, settled, trouble } from './dom.js';
import { Editor } from './editor.js';
import { showFilm } from './film.js';
import { showHidden } from './hidden.js';
import { showMap } from './map.js';
import { showFlip, showInk, showNeighbours } from './reasons.js';
import { on, state } from './state.js';

/** @typedef {(place: HTMLElement, found: Explanation, question: Question) => unknown} Show */
/** @typedef {'reason-ink' | 'reason-flip' | 'reason-hidden' | 'reason-neighbours' | 'reason-map'} ReasonPlace */

const REST = 250; // milliseconds of rest after which the reasons are asked again
/** @type {{kinds: Kind[], show: Show, place: ReasonPlace, indexed?: boolean}[]} */
const KINDS = [
  { kinds: ['occlusion', 'contribution'], show: showInk, place: 'reason-ink' },
  { kinds: ['flip'], show: showFlip, place: 'reason-flip' },
  { kinds: ['hidden'], show: showHidden, place: 'reason-hidden' },
  { kinds: ['neighbours'], show: showNeighbours, place: 'reason-neighbours', indexed: true },
  { kinds: ['map'], show: showMap, place: 'reason-map', indexed: true },
];

/** @type {Editor} */
let editor;
/** @type {import('./answer.js').Shown} */
let answer;
const asked = new Map(); // place -> how often it was asked, so that a late answer never overwrites a newer one
let stale = true; // whether the canvas or the model changed while another room was shown

/** Wire the room, once. */
export function prepare() {
  editor = new Editor(byId('editor'));
  answer = answerInto(byId('why-answer'));
  modelMenu(byId('why-model'), 'first');
  editor.surface.addEventListener('edit', () => {
    byId('editor-reset').disabled = false;
    ask();
    askReasons();
  });
  byId('editor-pen').addEventListener('click', () => hold(false));
  byId('editor-eraser').addEventListener('click', () => hold(true));
  byId('editor-reset').addEventListener('click', begin);
  on(['canvas', 'first', 'picture', 'digit'], () => {
    stale = true;
    if (!byId('why').hidden) begin();
  });
  window.addEventListener('themechange', () => editor.repaint());
}

/** Show the room; the reasons are asked for only if something changed since. */
export function enter() {
  const nothing = state.canvas === null;
  byId('why-empty').hidden = !nothing;
  within(byId('why'), '.inquiry').hidden = nothing;
  if (!nothing && stale) begin();
}

/** Take the shared canvas, untouched, and ask everything about it. */
function begin() {
  if (state.canvas === null) return;
  stale = false;
  editor.load(state.canvas);
  byId('editor-reset').disabled = true;
  ask();
  reasons();
  showFilm(byId('film'), state).catch(trouble);
}

/** @param {boolean} eraser */
function hold(eraser) {
  editor.erasing = eraser;
  byId('editor-pen').setAttribute('aria-pressed', String(!eraser));
  byId('editor-eraser').setAttribute('aria-pressed', String(eraser));
}

const ask = latest(async () => {
  const [found] = await classify([toBytes(editor.values)], state.first);
  const learned = state.models.find((one) => one.id === state.first)?.not_a_digit;
  const chance = learned ? found.digit_probability : 1;
  answer.show(found.probabilities, chance);
  say(sentence(found.probabilities, chance));
});

const askReasons = settled(() => reasons(), REST);

/**
 * Ask for every kind of reason at once, and show each as it comes.
 *
 * @param {typeof KINDS} kinds
 * @param {number | null} rival
 */
function reasons(kinds = KINDS, rival = null) {
  const question = { canvas: Float32Array.from(editor.values), model: state.first };
  for (const kind of kinds) {
    const place = byId(kind.place);
    const number = (asked.get(place) ?? 0) + 1;
    asked.set(place, number);
    place.classList.add('asking');
    explain(toBytes(question.canvas), question.model, kind.kinds, rival)
      .then((found) => number === asked.get(place) && present(kind, place, found, question))
      .catch(trouble)
      .finally(() => place.classList.remove('asking'));
  }
}

/**
 * @param {(typeof KINDS)[number]} kind
 * @param {HTMLElement} place
 * @param {Explanation} found
 * @param {{canvas: Float32Array, model: string}} question
 */
function present(kind, place, found, question) {
  const sentences = kind.kinds.filter((name) => found[name]).map((name) => found.sentences?.[name]);
  within(place, '.says').textContent = sentences.filter(Boolean).join(' ');
  kind.show(within(place, '.content'), found, {
    ...question,
    again: () => reasons(KINDS.filter((one) => one.indexed)),
    against: (digit) => reasons([kind], digit),
    put: (canvas) => {
      editor.load(canvas);
      editor.changed();
    },
  });
}

/** @param {HTMLElement} place @param {string} selector */
function within(place, selector) {
  return /** @type {HTMLElement} */ (place.querySelector(selector));
}
