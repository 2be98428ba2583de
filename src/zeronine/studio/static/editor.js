// Pen and eraser on the 784 squares themselves, so that a reader can try what would change the answer.

import { SIDE } from './normalise.js';
import { paintInk } from './pixels.js';

const REACH = 1.25; // squares from the pen's middle to where its ink ends

/** Lets a person change a canvas on a <canvas> of 28 x 28. Sends `edit` events. */
export class Editor {
  /** @param {HTMLCanvasElement} surface */
  constructor(surface) {
    this.surface = surface;
    this.values = new Float32Array(SIDE * SIDE);
    this.erasing = false;
    /** @type {Point | null} */
    this.last = null; // where the pen was
    /** @type {Point | null} */
    this.cursor = null; // [column, row] of the keyboard's square
    surface.addEventListener('pointerdown', (event) => this.down(event));
    surface.addEventListener('pointermove', (event) => event.buttons && this.move(event));
    surface.addEventListener('pointerup', () => (this.last = null));
    surface.addEventListener('pointercancel', () => (this.last = null));
    surface.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
    surface.addEventListener('keydown', (event) => this.key(event));
    surface.addEventListener('blur', () => this.rest());
  }

  /**
   * Show a canvas; it is copied, so that the original can be put back.
   *
   * @param {Values} values
   */
  load(values) {
    this.values = Float32Array.from(values);
    this.repaint();
  }

  repaint() {
    paintInk(this.surface, this.values);
    if (!this.cursor) return;
    const context = /** @type {CanvasRenderingContext2D} */ (this.surface.getContext('2d'));
    context.fillStyle = 'rgb(10 94 168 / 75%)';
    context.fillRect(...this.cursor, 1, 1);
  }

  rest() {
    this.cursor = null;
    this.repaint();
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const shown = this.surface.getBoundingClientRect();
    return [
      ((event.clientX - shown.left) / shown.width) * SIDE - 0.5,
      ((event.clientY - shown.top) / shown.height) * SIDE - 0.5,
    ];
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button > 0) return;
    try {
      this.surface.setPointerCapture(event.pointerId);
    } catch {
      // a pointer that a script made up has no capture
    }
    this.cursor = null;
    const [x, y] = this.place(event);
    this.last = [x, y];
    this.dab(x, y);
    this.changed();
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.last) return;
    const [x, y] = this.place(event);
    const [fromX, fromY] = this.last;
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fromX, y - fromY)));
    for (let step = 1; step <= steps; step += 1) {
      this.dab(fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps);
    }
    this.last = [x, y];
    this.changed();
  }

  /**
   * Put ink round a point, full in the middle and fading at the edge; or take it away.
   *
   * @param {number} x
   * @param {number} y
   */
  dab(x, y) {
    for (let row = Math.max(0, Math.floor(y - 2)); row <= Math.min(SIDE - 1, y + 2); row += 1) {
      for (let column = Math.max(0, Math.floor(x - 2)); column <= Math.min(SIDE - 1, x + 2); column += 1) {
        const ink = Math.min(1, Math.max(0, REACH + 0.5 - Math.hypot(column - x, row - y)));
        const at = row * SIDE + column;
        this.values[at] = this.erasing ? Math.min(this.values[at], 1 - ink) : Math.max(this.values[at], ink);
      }
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, Point>} */
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const arrow = arrows[event.key];
    if (!arrow && event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    const [column, row] = (this.cursor ??= [14, 14]);
    if (arrow) this.cursor = [inside(column + arrow[0]), inside(row + arrow[1])];
    else this.press(column, row);
    this.repaint();
  }

  /** @param {number} column @param {number} row */
  press(column, row) {
    this.values[row * SIDE + column] = this.erasing ? 0 : 1;
    this.changed();
  }

  changed() {
    this.repaint();
    this.surface.dispatchEvent(new Event('edit'));
  }
}

/** @param {number} place */
function inside(place) {
  return Math.min(SIDE - 1, Math.max(0, place));
}
