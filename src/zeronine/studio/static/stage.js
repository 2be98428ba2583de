// The picture with a box round every digit, at any zoom.

import { SURE } from './answer.js';
import { make, makeSvg } from './dom.js';

const MOST_ZOOM = 12;

/** Shows a picture and its boxes; calls `onSelect(place)` when a box is pressed. */
export class Stage {
  /** @param {HTMLElement} element @param {(place: number) => void} onSelect */
  constructor(element, onSelect) {
    this.element = element;
    this.onSelect = onSelect;
    this.zoom = 1;
    /** @type {[wide: number, high: number]} */
    this.size = [0, 0]; // of the picture, in its pixels
    this.address = '';
    /** @type {{group: SVGGElement, label: SVGTextElement}[]} */
    this.marks = []; // one for each digit
    this.image = make('img', { alt: '' });
    this.boxes = makeSvg('svg', { class: 'boxes', 'aria-hidden': 'true' });
    this.sheet = make('div', { class: 'sheet' }, this.image, this.boxes);
    element.append(this.sheet);
    element.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  /**
   * Show a picture; `asSteps` gives a reading with steps, for files that a browser cannot show itself.
   *
   * @param {Picture} picture
   * @param {Reading} reading
   * @param {() => Promise<Reading>} asSteps
   */
  async show(picture, reading, asSteps) {
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(picture.blob);
    await this.load(this.address).catch(async () => {
      const { steps = [] } = await asSteps();
      if (steps.length) await this.load(steps[0].picture);
    });
    this.image.alt = `${picture.name}, ${reading.width} by ${reading.height} pixels`;
    this.size = [reading.width, reading.height];
    this.boxes.setAttribute('viewBox', `0 0 ${reading.width} ${reading.height}`);
    this.draw(reading);
  }

  /** @param {string} address */
  async load(address) {
    this.image.src = address;
    await this.image.decode();
  }

  /** @param {Reading} reading */
  draw(reading) {
    const digits = reading.numbers.flatMap((number) => number.digits);
    const least = this.size[0] / 45;
    this.marks = digits.map((digit, place) => {
      const { x, y, width, height } = digit.box;
      const pad = Math.max(2, 0.06 * height);
      const unsure = digit.value === null || digit.confidence < SURE;
      const rect = makeSvg('rect', {
        x: x - pad,
        y: y - pad,
        width: width + 2 * pad,
        height: height + 2 * pad,
        rx: pad,
      });
      const label = makeSvg('text', {
        x: x - pad,
        y: Math.max(least, y - 1.6 * pad),
        'font-size': Math.max(least, 0.28 * height),
      });
      label.textContent = String(digit.value ?? '?');
      const group = makeSvg('g', { class: unsure ? 'unsure' : 'sure' }, rect, label);
      group.addEventListener('click', () => this.onSelect(place));
      return { group, label };
    });
    const unread = (reading.unread ?? []).map((box) => makeSvg('rect', { ...box, class: 'unread' }));
    this.boxes.replaceChildren(...unread, ...this.marks.map(({ group }) => group));
  }

  /**
   * Write these texts at the boxes, after a correction.
   *
   * @param {string[]} texts
   */
  label(texts) {
    for (const [place, text] of texts.entries()) this.marks[place].label.textContent = text;
  }

  /**
   * Mark one box and bring it into view.
   *
   * @param {number} place
   */
  select(place) {
    for (const [at, { group }] of this.marks.entries()) group.classList.toggle('chosen', at === place);
    if (this.zoom > 1) this.marks[place]?.group.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Show the whole picture. */
  fit() {
    if (this.size[0] === 0) return;
    const [wide, high] = this.size;
    this.zoom = 1;
    this.element.style.height = `min(64vh, ${Math.ceil((this.element.clientWidth * high) / wide)}px)`;
    this.resize();
  }

  /** @param {number} factor */
  zoomBy(factor) {
    const { element } = this;
    const middle = [
      element.scrollLeft + element.clientWidth / 2,
      element.scrollTop + element.clientHeight / 2,
    ];
    const before = this.zoom;
    this.zoom = Math.min(MOST_ZOOM, Math.max(1, this.zoom * factor));
    this.resize();
    const grown = this.zoom / before;
    element.scrollTo(
      middle[0] * grown - element.clientWidth / 2,
      middle[1] * grown - element.clientHeight / 2,
    );
  }

  resize() {
    if (this.size[0] === 0) return;
    const { clientWidth: wide, clientHeight: high } = this.element;
    const scale = Math.min(wide / this.size[0], high / this.size[1]) * this.zoom;
    this.sheet.style.width = `${Math.floor(this.size[0] * scale)}px`;
    this.sheet.style.height = `${Math.floor(this.size[1] * scale)}px`;
  }

  /** @param {WheelEvent} event */
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }
}
