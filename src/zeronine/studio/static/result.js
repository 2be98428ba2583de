// What was read, as text that can be corrected digit by digit and copied as text, JSON or CSV.

import { DIGITS, percent, SURE } from './answer.js';
import { make, say, trouble } from './dom.js';
import { tile } from './pixels.js';

/**
 * @typedef {object} Calls
 * @property {(place: number) => void} onSelect
 * @property {(value: number) => void} onCorrect
 * @property {() => void} onChange
 * @property {(canvases: Float32Array[], digits: number[]) => void} onTeach
 */

const IS_DIGIT = /[0-9?]/; // of the characters of a number's text; the others are signs

/** Shows a reading; keeps corrections beside it and never inside it. */
export class Result {
  /** @param {HTMLElement} element @param {Calls} calls */
  constructor(element, { onSelect, onCorrect, onChange, onTeach }) {
    this.element = element;
    this.onSelect = onSelect;
    this.onCorrect = onCorrect;
    this.onChange = onChange;
    this.lessons = make('button', { type: 'button', hidden: true, onclick: () => this.teach(onTeach) });
    this.detail = make('div', { class: 'digit-detail' });
    /** @type {Reading | null} */
    this.reading = null;
    /** @type {Digit[]} */
    this.digits = [];
    /** @type {Float32Array[]} */
    this.canvases = [];
    /** @type {Map<number, number | null>} */
    this.corrected = new Map(); // place -> digit, or null for "cannot be read"
    this.selected = 0;
  }

  clear() {
    this.reading = null;
    this.digits = [];
    this.canvases = [];
    this.corrected = new Map();
    this.selected = 0;
    this.lessons.hidden = true;
    this.element.replaceChildren();
  }

  wait() {
    this.clear();
    this.element.replaceChildren(make('p', { class: 'lead' }, 'Reading…'));
  }

  /** @param {Reading} reading */
  show(reading) {
    this.clear();
    this.reading = reading;
    this.canvases = reading.canvases;
    this.digits = reading.numbers.flatMap((number) => number.digits);
    if (this.digits.length === 0) {
      this.element.replaceChildren(
        make('p', { class: 'lead' }, 'No digit was found in this picture.'),
        this.notes(),
      );
      return;
    }
    this.element.replaceChildren(this.lines(), this.detail, this.lessons, this.copies(), this.notes());
  }

  /** The digits as buttons: a row for each line of the picture, a gap between numbers. */
  lines() {
    const rows = new Map();
    let place = 0;
    for (const number of this.reading?.numbers ?? []) {
      const group = make('span', { class: 'whole' });
      const digits = number.digits.values();
      for (const character of number.text) {
        const digit = IS_DIGIT.test(character) ? digits.next().value : undefined;
        group.append(digit ? this.button(digit, place++) : make('span', { class: 'sign' }, character));
      }
      rows.set(number.line, [...(rows.get(number.line) ?? []), group]);
    }
    return make(
      'div',
      {
        class: 'lines',
        role: 'group',
        'aria-label': 'What was read. Typing a digit corrects the chosen one.',
      },
      ...[...rows.values()].map((groups) => make('div', { class: 'line-of-text' }, ...groups)),
    );
  }

  /** @param {Digit} digit @param {number} place */
  button(digit, place) {
    const label = `Digit ${place + 1}: ${digit.value ?? 'unsure'}, ${percent(digit.confidence)}`;
    const unsure = digit.value === null || digit.confidence < SURE ? ' unsure' : '';
    return make(
      'button',
      {
        type: 'button',
        class: `one${unsure}`,
        'aria-label': label,
        tabindex: place === 0 ? '0' : '-1',
        onclick: () => this.onSelect(place),
      },
      this.text(place),
    );
  }

  /**
   * The digit as it stands after corrections.
   *
   * @param {number} place
   * @returns {string}
   */
  text(place) {
    const value = this.valueAt(place);
    return value === null ? '?' : String(value);
  }

  /** @param {number} place @returns {number | null} */
  valueAt(place) {
    return this.corrected.get(place) ?? (this.corrected.has(place) ? null : this.digits[place].value);
  }

  texts() {
    return this.digits.map((_, place) => this.text(place));
  }

  /** @param {number} place */
  select(place) {
    const buttons = this.buttons();
    const typing = this.element.contains(document.activeElement);
    this.selected = place;
    for (const [at, button] of buttons.entries()) {
      button.setAttribute('aria-pressed', String(at === place));
      button.tabIndex = at === place ? 0 : -1;
    }
    if (typing) buttons[place].focus();
    this.describe(this.digits[place], place);
  }

  /** @param {Digit} digit @param {number} place */
  describe(digit, place) {
    const others = digit.alternatives
      .slice(0, 3)
      .map(([value, share]) => make('li', {}, make('b', {}, String(value)), ` ${percent(share)}`));
    const asRead = this.corrected.has(place)
      ? `Corrected by you; it was read as ${digit.value ?? 'unsure'}.`
      : 'Wrong? Type the digit, or press it:';
    const keys = DIGITS.map((value) =>
      make(
        'button',
        { type: 'button', 'aria-label': `It is a ${value}`, onclick: () => this.onCorrect(value) },
        String(value),
      ),
    );
    this.detail.replaceChildren(
      tile(this.canvases[place], `The canvas of digit ${place + 1}`),
      make(
        'div',
        {},
        make('ol', { class: 'others', 'aria-label': 'Most likely digits' }, ...others),
        make('a', { class: 'button', href: '/why', 'data-room': 'why' }, 'Why this digit?'),
      ),
      make('p', { class: 'caption' }, this.whole(place)),
      make('p', { class: 'caption' }, asRead),
      make('div', { class: 'digits', role: 'group', 'aria-label': 'Correct it' }, ...keys),
    );
  }

  /**
   * The number that a digit is part of, in a sentence.
   *
   * @param {number} place
   * @returns {string}
   */
  whole(place) {
    let first = 0;
    for (const { text, value, confidence, digits } of this.reading?.numbers ?? []) {
      first += digits.length;
      if (place >= first) continue;
      const amount = value === null || value === text ? '' : `, which is ${value}`;
      return `Part of ${text}${amount}: ${percent(confidence)} that all of it is right.`;
    }
    return '';
  }

  /**
   * Put another digit in the place of the chosen one.
   *
   * @param {number | null} value
   */
  correct(value) {
    const place = this.selected;
    if (value === this.digits[place].value) this.corrected.delete(place);
    else this.corrected.set(place, value);
    const button = this.buttons()[place];
    button.textContent = this.text(place);
    button.classList.toggle('corrected', this.corrected.has(place));
    this.describe(this.digits[place], place);
    say(`Digit ${place + 1} is now ${value ?? 'unsure'}.`);
    const count = this.taught().length;
    this.lessons.hidden = count === 0;
    this.lessons.textContent = `Teach it ${count === 1 ? 'this correction' : `these ${count} corrections`}`;
    this.onChange();
  }

  /** The places that were given another digit. */
  taught() {
    return [...this.corrected].filter(([, value]) => value !== null).map(([at]) => at);
  }

  /** @param {Calls['onTeach']} onTeach */
  teach(onTeach) {
    const places = this.taught();
    onTeach(
      places.map((at) => this.canvases[at]),
      places.map((at) => Number(this.valueAt(at))),
    );
  }

  /** @returns {NodeListOf<HTMLButtonElement>} */
  buttons() {
    return this.element.querySelectorAll('.one');
  }

  copies() {
    const makers = {
      Text: () => this.asText(),
      JSON: () => JSON.stringify(this.asData(), null, 2),
      CSV: () => this.asCsv(),
    };
    const buttons = Object.entries(makers).map(([name, write]) => {
      const button = make('button', { type: 'button' }, name);
      button.addEventListener('click', () => copy(button, write()));
      return button;
    });
    return make(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Copy what was read' },
      make('span', { class: 'caption' }, 'Copy as'),
      ...buttons,
    );
  }

  notes() {
    const { notes = [], unread = [] } = this.reading ?? {};
    const places = unread.length === 1 ? '1 place' : `${unread.length} places`;
    const left = unread.length ? [`writing at ${places} was seen and not read (short dashes)`] : [];
    return make('p', { class: 'caption' }, [...notes, ...left].join('; '));
  }

  /** The reading as the server gave it, with corrections put in and marked. */
  asData() {
    if (this.reading === null) throw new Error('nothing was read yet');
    let place = 0;
    const numbers = this.reading.numbers.map((number) => {
      const digits = number.digits.map((digit) => {
        const at = place++;
        return this.corrected.has(at) ? { ...digit, value: this.valueAt(at), corrected: true } : digit;
      });
      const changed = digits.some((digit) => digit.corrected);
      const value = changed ? null : number.value;
      const confidence = changed ? 1 : number.confidence;
      return { ...number, text: withDigits(number.text, digits), value, confidence, digits };
    });
    const { width, height, signs = [], unread = [], notes } = this.reading;
    return { text: textOf(numbers, signs), width, height, numbers, signs, unread, notes };
  }

  asText() {
    return this.asData().text;
  }

  asCsv() {
    const rows = this.asData().numbers.map(({ line, text, box, confidence }) => {
      const field = text.includes(',') ? `"${text}"` : text;
      return [line, field, confidence.toFixed(4), box.x, box.y, box.width, box.height].join(',');
    });
    return ['line,number,confidence,x,y,width,height', ...rows].join('\n');
  }
}

/**
 * A number's text with its digits as they stand now; signs stay where they are.
 *
 * @param {string} text
 * @param {Digit[]} digits
 * @returns {string}
 */
function withDigits(text, digits) {
  let place = 0;
  return [...text].map((one) => (IS_DIGIT.test(one) ? (digits[place++].value ?? '?') : one)).join('');
}

/** @param {NumberRead[]} numbers @param {SignBetween[]} signs @returns {string} */
function textOf(numbers, signs) {
  const parts = [
    ...numbers.map(({ line, box, text }) => ({ line, x: box.x, text })),
    ...signs.map(({ line, box, sign }) => ({ line, x: box.x, text: sign })),
  ].sort((one, other) => one.line - other.line || one.x - other.x);
  const lines = new Map();
  for (const { line, text } of parts) lines.set(line, [...(lines.get(line) ?? []), text]);
  return [...lines.values()].map((texts) => texts.join(' ')).join('\n');
}

/** @param {HTMLElement} button @param {string} text */
async function copy(button, text) {
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
    say(`Copied as ${name}.`);
    setTimeout(() => (button.textContent = name), 1200);
  } catch {
    trouble(new Error('The browser does not let this page use the clipboard.'));
  }
}
