// The picture with a box round every digit, at any zoom.

import { make, makeSvg } from './dom.js';

const LEAST_SURE = 0.8; // below this a box is dashed, so that a person looks twice
const MOST_ZOOM = 12;

/** Shows a picture and its boxes; calls `onSelect(place)` when a box is pressed. */
export class Stage {
  constructor(element, onSelect) {
    this.element = element;
    this.onSelect = onSelect;
    this.zoom = 1;
    this.image = make('img', { alt: '' });
    this.boxes = makeSvg('svg', { class: 'boxes', 'aria-hidden': 'true' });
    this.sheet = make('div', { class: 'sheet' }, this.image, this.boxes);
    element.append(this.sheet);
    element.addEventListener('wheel', (event) => this.wheel(event), { passive: false });
  }

  /** Show a picture; `asSteps` gives a reading with steps, for files that a browser cannot show itself. */
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

  async load(address) {
    this.image.src = address;
    await this.image.decode();
  }

  draw(reading) {
    const digits = reading.numbers.flatMap((number) => number.digits);
    const least = this.size[0] / 45;
    this.groups = digits.map((digit, place) => {
      const { x, y, width, height } = digit.box;
      const pad = Math.max(2, 0.06 * height);
      const unsure = digit.value === null || digit.confidence < LEAST_SURE;
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
      label.textContent = digit.value ?? '?';
      const group = makeSvg('g', { class: unsure ? 'unsure' : 'sure' }, rect, label);
      group.addEventListener('click', () => this.onSelect(place));
      return group;
    });
    this.boxes.replaceChildren(...this.groups);
  }

  /** Write these texts at the boxes, after a correction. */
  label(texts) {
    for (const [place, text] of texts.entries()) this.groups[place].querySelector('text').textContent = text;
  }

  /** Mark one box and bring it into view. */
  select(place) {
    for (const [at, group] of this.groups.entries()) group.classList.toggle('chosen', at === place);
    if (this.zoom > 1) this.groups[place]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Show the whole picture. */
  fit() {
    if (!this.size) return;
    const [wide, high] = this.size;
    this.zoom = 1;
    this.element.style.height = `min(64vh, ${Math.ceil((this.element.clientWidth * high) / wide)}px)`;
    this.resize();
  }

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
    if (!this.size) return;
    const { clientWidth: wide, clientHeight: high } = this.element;
    const scale = Math.min(wide / this.size[0], high / this.size[1]) * this.zoom;
    this.sheet.style.width = `${Math.floor(this.size[0] * scale)}px`;
    this.sheet.style.height = `${Math.floor(this.size[1] * scale)}px`;
  }

  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoomBy(event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }
}
