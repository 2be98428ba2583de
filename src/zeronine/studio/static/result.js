// What was read, as text that can be corrected digit by digit and copied as text, JSON or CSV.

import { DIGITS, percent } from './answer.js';
import { make, say, trouble } from './dom.js';
import { tile } from './pixels.js';

/** Shows a reading; keeps corrections beside it and never inside it. */
export class Result {
  constructor(element, { onSelect, onCorrect, onChange }) {
    this.element = element;
    this.onSelect = onSelect;
    this.onCorrect = onCorrect;
    this.onChange = onChange;
    this.clear();
  }

  clear() {
    this.reading = null;
    this.digits = [];
    this.canvases = [];
    this.corrected = new Map(); // place -> digit, or null for "cannot be read"
    this.selected = 0;
    this.element.replaceChildren();
  }

  wait() {
    this.clear();
    this.element.replaceChildren(make('p', { class: 'lead' }, 'Reading…'));
  }

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
    this.detail = make('div', { class: 'digit-detail' });
    this.element.replaceChildren(this.lines(), this.detail, this.copies(), this.notes());
  }

  /** The digits as buttons: a row for each line of the picture, a gap between numbers. */
  lines() {
    const rows = new Map();
    let place = 0;
    for (const number of this.reading.numbers) {
      const group = make('span', { class: 'whole' });
      for (const digit of number.digits) group.append(this.button(digit, place++));
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

  button(digit, place) {
    const label = `Digit ${place + 1}: ${digit.value ?? 'unsure'}, ${percent(digit.confidence)}`;
    const unsure = digit.value === null || digit.confidence < 0.8 ? ' unsure' : '';
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

  /** The digit as it stands after corrections. */
  text(place) {
    const value = this.corrected.has(place) ? this.corrected.get(place) : this.digits[place].value;
    return value === null ? '?' : String(value);
  }

  texts() {
    return this.digits.map((_, place) => this.text(place));
  }

  select(place) {
    const buttons = this.element.querySelectorAll('.one');
    const typing = this.element.contains(document.activeElement);
    this.selected = place;
    for (const [at, button] of buttons.entries()) {
      button.setAttribute('aria-pressed', String(at === place));
      button.tabIndex = at === place ? 0 : -1;
    }
    if (typing) buttons[place].focus();
    this.describe(this.digits[place], place);
  }

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
      make('p', { class: 'caption' }, asRead),
      make('div', { class: 'digits', role: 'group', 'aria-label': 'Correct it' }, ...keys),
    );
  }

  /** Put another digit in the place of the chosen one. */
  correct(value) {
    const place = this.selected;
    if (value === this.digits[place].value) this.corrected.delete(place);
    else this.corrected.set(place, value);
    const button = this.element.querySelectorAll('.one')[place];
    button.textContent = this.text(place);
    button.classList.toggle('corrected', this.corrected.has(place));
    this.describe(this.digits[place], place);
    say(`Digit ${place + 1} is now ${value ?? 'unsure'}.`);
    this.onChange();
  }

  copies() {
    const makers = {
      Text: () => this.asText(),
      JSON: () => JSON.stringify(this.asData(), null, 2),
      CSV: () => this.asCsv(),
    };
    const buttons = Object.entries(makers).map(([name, write]) =>
      make('button', { type: 'button', onclick: (event) => copy(event.currentTarget, write()) }, name),
    );
    return make(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'Copy what was read' },
      make('span', { class: 'caption' }, 'Copy as'),
      ...buttons,
    );
  }

  notes() {
    return make('p', { class: 'caption' }, (this.reading.notes ?? []).join('; '));
  }

  /** The reading as the server gave it, with corrections put in and marked. */
  asData() {
    let place = 0;
    const numbers = this.reading.numbers.map((number) => {
      const digits = number.digits.map((digit) => {
        const at = place++;
        return this.corrected.has(at) ? { ...digit, value: this.corrected.get(at), corrected: true } : digit;
      });
      return { ...number, text: digits.map((digit) => digit.value ?? '?').join(''), digits };
    });
    const { width, height, notes } = this.reading;
    return { text: textOf(numbers), width, height, numbers, notes };
  }

  asText() {
    return textOf(this.asData().numbers);
  }

  asCsv() {
    const rows = this.asData().numbers.map(({ line, text, box, digits }) => {
      const least = Math.min(...digits.map((digit) => (digit.corrected ? 1 : digit.confidence)));
      return [line, text, least.toFixed(4), box.x, box.y, box.width, box.height].join(',');
    });
    return ['line,number,confidence,x,y,width,height', ...rows].join('\n');
  }
}

function textOf(numbers) {
  const lines = new Map();
  for (const { line, text } of numbers) lines.set(line, [...(lines.get(line) ?? []), text]);
  return [...lines.values()].map((texts) => texts.join(' ')).join('\n');
}

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
