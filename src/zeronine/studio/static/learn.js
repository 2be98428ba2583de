// The room to learn in: nine chapters, each predict, do, see; what was proved at the end, and a worksheet.

import { lessonFacts } from './api.js';
import { CHAPTERS, table } from './chapters.js';
import { byId, make, say, trouble } from './dom.js';
import { paragraph, prepareGlossary, withTerms } from './glossary.js';

const KEPT = 'course'; // under which the browser keeps how far the reader is

/** @type {Progress} */
let progress = { done: {}, runs: {} };
/** @type {LessonFacts | null} */
let facts = null;

/** Wire the room, once. */
export function prepare() {
  prepareGlossary();
  progress = kept();
  byId('print-worksheet').addEventListener('click', () => window.print());
  byId('course-again').addEventListener('click', forget);
}

/**
 * Show the chapter that the address names, else the first that is not done.
 *
 * @param {URLSearchParams} query
 */
export function enter(query) {
  const named = CHAPTERS.find(({ id }) => id === query.get('chapter'));
  const open = CHAPTERS.find(({ id }) => !progress.done[id]);
  if (query.get('chapter') === 'proved' || (!named && !open)) showProved();
  else show(named ?? open ?? CHAPTERS[0]);
  showContents(named?.id ?? open?.id ?? 'proved');
  showWorksheet();
}

/** @param {string} chapter */
function go(chapter) {
  window.dispatchEvent(new CustomEvent('go', { detail: `/learn?chapter=${chapter}` }));
  byId('chapter').querySelector('h2')?.focus();
}

/** @param {string} shown */
function showContents(shown) {
  const items = [...CHAPTERS, { id: 'proved', title: 'What you proved' }].map(({ id, title }, index) => {
    const done = progress.done[id] ? ' done' : '';
    const name = `${index < CHAPTERS.length ? `${index + 1} ` : ''}${title}${done && ', done'}`;
    const link = make('a', { href: `/learn?chapter=${id}`, 'data-room': 'learn', class: done.trim() }, name);
    if (id === shown) link.setAttribute('aria-current', 'step');
    return make('li', {}, link);
  });
  byId('contents').replaceChildren(...items);
}

/** @param {Chapter} chapter */
function show(chapter) {
  const number = CHAPTERS.indexOf(chapter) + 1;
  const before = progress.done[chapter.id];
  const guess = make('input', {
    id: 'guess',
    type: 'number',
    step: 'any',
    required: true,
    value: before?.guess,
  });
  const work = make('div', { class: 'work' });
  const see = make('div', { class: 'see', hidden: true });
  const doing = make('section', { 'aria-labelledby': 'do-title', hidden: true });
  const act = make('button', { type: 'button', class: 'primary', onclick: () => begin() }, chapter.act);
  doing.append(make('h3', { id: 'do-title' }, 'Do'), act, work);
  const form = make(
    'form',
    { class: 'guess', onsubmit: predicted },
    make('label', { for: 'guess' }, chapter.unit ? `Your guess, in ${chapter.unit}` : 'Your guess'),
    guess,
    make('button', { type: 'submit', class: 'primary' }, 'That is my guess'),
  );
  byId('chapter').replaceChildren(
    make('h2', { tabindex: '-1' }, `${number}. ${chapter.title}`),
    paragraph(chapter.says),
    make(
      'section',
      { 'aria-labelledby': 'predict-title' },
      make('h3', { id: 'predict-title' }, 'Predict'),
      paragraph(chapter.asks),
      form,
    ),
    doing,
    see,
  );

  /** @param {Event} event */
  function predicted(event) {
    event.preventDefault();
    doing.hidden = false;
    act.focus();
  }

  async function begin() {
    act.hidden = true;
    work.replaceChildren();
    try {
      facts ??= await lessonFacts();
      chapter.work(work, { facts, progress, found, go, keep, table });
    } catch (error) {
      act.hidden = false;
      trouble(error);
    }
  }

  /** @param {number} value @param {string} sentence */
  function found(value, sentence) {
    const guessed = Number(guess.value);
    const verdict = Math.abs(guessed - value) <= chapter.near ? 'right' : 'not so';
    progress.done[chapter.id] = { guess: guessed, value, sentence };
    keep();
    const next = CHAPTERS[number]?.id ?? 'proved';
    const bet = `You said ${short(guessed, chapter)}, measured is ${short(value, chapter)}: ${verdict}.`;
    see.replaceChildren(
      make('h3', {}, 'See'),
      make('p', { class: 'measured' }, sentence),
      make('p', { class: 'bet' }, bet),
      paragraph(chapter.shows),
      make(
        'div',
        { class: 'tools' },
        make(
          'button',
          { type: 'button', class: 'primary', onclick: () => go(next) },
          next === 'proved' ? 'What you proved' : `Next: ${CHAPTERS[number].title}`,
        ),
      ),
    );
    const first = see.hidden;
    see.hidden = false;
    if (first) see.scrollIntoView({ block: 'nearest' }); // on a small screen it comes below what is seen
    say(`${sentence} ${bet}`);
    showContents(chapter.id);
    showWorksheet();
  }
}

/** What the reader's own figures prove, in one list. */
function showProved() {
  const proved = CHAPTERS.filter(({ id }) => progress.done[id]).map((chapter) => {
    const { guess, value, sentence } = progress.done[chapter.id];
    return make(
      'li',
      {},
      make('b', {}, chapter.title),
      ` ${sentence} You had said ${short(guess, chapter)}, and measured ${short(value, chapter)}.`,
    );
  });
  const missing = CHAPTERS.filter(({ id }) => !progress.done[id]);
  const first = missing[0];
  byId('chapter').replaceChildren(
    make('h2', { tabindex: '-1' }, 'What you just proved'),
    make(
      'p',
      {},
      proved.length
        ? 'Nobody told you any of this. These are your own figures:'
        : 'Nothing yet: every chapter brings a figure of your own.',
    ),
    make('ol', { class: 'proved' }, ...proved),
    ...(first
      ? [
          make(
            'button',
            { type: 'button', onclick: () => go(first.id) },
            `Still open: ${missing.map(({ title }) => title).join(', ')}`,
          ),
        ]
      : [
          make(
            'p',
            {},
            ...withTerms(
              'The same [[network]] went from a guesser to what you measured by three things: a [[loss]] that speaks, a kink that was missing, and a step of the right size. And what it is worth on your own handwriting is decided on the way to the [[canvas]].',
            ),
          ),
        ]),
  );
}

/** The sheet that is printed: every question, with room for what was guessed and measured. */
function showWorksheet() {
  const lines = CHAPTERS.map((chapter, index) => {
    const done = progress.done[chapter.id];
    const cell = (/** @type {number | undefined} */ value) =>
      make('td', {}, value === undefined ? '' : short(value, chapter));
    const question = chapter.asks.replaceAll(/\[\[|\]\]/g, '');
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, `${index + 1}. ${chapter.title}`),
      make('td', {}, question),
      cell(done?.guess),
      cell(done?.value),
      make('td', {}),
    );
  });
  byId('worksheet').replaceChildren(
    make('h2', {}, 'Worksheet: from 16 to 97 per cent'),
    make('p', {}, 'Name:'),
    table(['Chapter', 'Question', 'My guess', 'Measured', 'Why?'], lines),
  );
}

/** @param {number} value @param {Chapter} chapter */
function short(value, { unit }) {
  const text =
    Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
  return unit ? `${text}\u00a0${unit}` : text;
}

/** @returns {Progress} */
function kept() {
  try {
    return { done: {}, runs: {}, ...JSON.parse(localStorage.getItem(KEPT) ?? '{}') };
  } catch {
    return { done: {}, runs: {} }; // storage may be forbidden or foreign; the course then begins anew
  }
}

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(progress));
  } catch {
    // see above
  }
}

function forget() {
  progress = { done: {}, runs: {} };
  keep();
  go(CHAPTERS[0].id);
}
