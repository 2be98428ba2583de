// The pad: strokes by mouse, touch, pen or keyboard, kept as points, and the ink they leave.
// The studio and the exported page share this file. It knows nothing of networks.

/** @typedef {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Context */

const STEP = 10; // units that an arrow key moves the keyboard's pen; with Shift a third of it

/** A drawing surface on a <canvas>. Sends `ink` events with detail.final = pen lifted. */
export class Pad {
  /**
   * @param {HTMLCanvasElement} surface where a person draws
   * @param {{width?: number, height?: number, thickness?: number}} size of the raster, in units
   */
  constructor(surface, { width = 280, height = 280, thickness = 22 } = {}) {
    this.surface = surface;
    this.width = width;
    this.height = height;
    this.thickness = thickness;
    /** @type {Stroke[]} */
    this.strokes = []; // {points: [[x, y], ...], thickness, erase}
    this.erasing = false;
    /** @type {ImageBitmap | null} */
    this.backdrop = null; // a picture that was brought in, drawn below the strokes
    /** @type {Stroke | null} */
    this.current = null;
    this.changes = 0; // how often the ink has changed: what was asked of an older drawing can tell
    /** @type {{x: number, y: number, down: boolean} | null} */
    this.keyboard = null; // {x, y, down}: the keyboard's pen, once it was used
    this.raster = new OffscreenCanvas(width, height);
    this.listen();
    new ResizeObserver(() => this.redraw()).observe(surface);
  }

  /** True while there is nothing on the pad. */
  get empty() {
    return this.strokes.length === 0 && this.backdrop === null;
  }

  /** The ink as (height * width) numbers in [0, 1], row by row. */
  ink() {
    const context = /** @type {Context} */ (this.raster.getContext('2d', { willReadFrequently: true }));
    context.clearRect(0, 0, this.width, this.height);
    for (const stroke of this.strokes) trace(context, stroke, '#000');
    const pixels = context.getImageData(0, 0, this.width, this.height).data;
    const ink = new Float32Array(this.width * this.height);
    for (let index = 0; index < ink.length; index += 1) ink[index] = pixels[4 * index + 3] / 255;
    return ink;
  }

  /** The drawing as a PNG, black ink on white paper. */
  async png() {
    const page = new OffscreenCanvas(this.width, this.height);
    const context = /** @type {Context} */ (page.getContext('2d'));
    context.fillStyle = '#fff';
    context.fillRect(0, 0, this.width, this.height);
    this.ink();
    context.drawImage(this.raster, 0, 0);
    return page.convertToBlob({ type: 'image/png' });
  }

  /** Take back the last stroke. */
  undo() {
    if (this.strokes.length === 0) this.backdrop = null;
    this.strokes.pop();
    this.changed(true);
  }

  /** Wipe everything. */
  clear() {
    this.strokes = [];
    this.backdrop = null;
    this.current = null;
    this.keyboard = null;
    this.changed(true);
  }

  /**
   * Add a whole stroke at once, as tests and the keyboard do.
   *
   * @param {Point[]} points
   */
  addStroke(points) {
    this.strokes.push({ points, thickness: this.thickness, erase: this.erasing });
    this.changed(true);
  }

  /**
   * Show a picture on the pad instead of strokes.
   *
   * @param {ImageBitmap} bitmap
   */
  show(bitmap) {
    this.strokes = [];
    this.backdrop = bitmap;
    this.changes += 1;
    this.redraw();
  }

  /** Paint everything again, in the theme's colours. */
  redraw() {
    const { surface } = this;
    const shown = surface.getBoundingClientRect();
    if (shown.width === 0) return;
    const dense = window.devicePixelRatio || 1;
    const [wide, high] = [Math.round(shown.width * dense), Math.round(shown.height * dense)];
    if (surface.width !== wide || surface.height !== high) {
      surface.width = wide;
      surface.height = high;
    }
    const context = /** @type {CanvasRenderingContext2D} */ (surface.getContext('2d'));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, wide, high);
    context.setTransform(wide / this.width, 0, 0, high / this.height, 0, 0);
    if (this.backdrop) fit(context, this.backdrop, this.width, this.height);
    const ink = getComputedStyle(surface).color;
    for (const stroke of this.strokes) trace(context, stroke, ink);
    if (this.keyboard && document.activeElement === surface) this.cross(context, ink);
  }

  /** @param {CanvasRenderingContext2D} context @param {string} ink */
  cross(context, ink) {
    const { x, y, down } = this.pen();
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.setLineDash(down ? [] : [4, 3]);
    context.beginPath();
    context.arc(x, y, this.thickness / 2 + 3, 0, 2 * Math.PI);
    context.stroke();
    context.setLineDash([]);
  }

  listen() {
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => this.down(event));
    surface.addEventListener('pointermove', (event) => this.move(event));
    surface.addEventListener('pointerup', (event) => this.up(event));
    surface.addEventListener('pointercancel', (event) => this.up(event));
    surface.addEventListener('keydown', (event) => this.key(event));
    surface.addEventListener('focus', () => this.redraw());
    surface.addEventListener('blur', () => this.redraw());
    // Touch draws; it does not scroll the page away below the finger.
    surface.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
  }

  /** @param {PointerEvent} event @returns {Point} */
  place(event) {
    const shown = this.surface.getBoundingClientRect();
    return [
      ((event.clientX - shown.left) / shown.width) * this.width,
      ((event.clientY - shown.top) / shown.height) * this.height,
    ];
  }

  /** @param {PointerEvent} event */
  down(event) {
    if (event.button > 0 || this.current) return;
    try {
      this.surface.setPointerCapture(event.pointerId);
    } catch {
      // a pointer that a script made up has no capture; drawing goes on without
    }
    const erase = this.erasing || event.buttons === 32; // 32: the far end of a pen
    this.backdrop = null;
    this.current = { points: [this.place(event)], thickness: this.thickness, erase };
    this.pointer = event.pointerId;
    this.strokes.push(this.current);
    this.changed(false);
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) this.current.points.push(this.place(one));
    this.changed(false);
  }

  /** @param {PointerEvent} event */
  up(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    this.current = null;
    this.changed(true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    /** @type {Record<string, Point>} */
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const arrow = arrows[event.key];
    if (arrow) this.steer(arrow, event.shiftKey ? STEP / 3 : STEP);
    else if (event.key === ' ' || event.key === 'Enter') this.press();
    else if (event.key === 'Backspace' || (event.key === 'z' && (event.ctrlKey || event.metaKey)))
      this.undo();
    else if (event.key === 'Delete' || event.key === 'Escape') this.clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  pen() {
    this.keyboard ??= { x: this.width / 2, y: this.height / 2, down: false };
    return this.keyboard;
  }

  /** @param {number[]} direction @param {number} step */
  steer([right, below], step) {
    const pen = this.pen();
    pen.x = Math.min(this.width, Math.max(0, pen.x + right * step));
    pen.y = Math.min(this.height, Math.max(0, pen.y + below * step));
    if (!pen.down) {
      this.redraw();
      return;
    }
    this.strokes[this.strokes.length - 1].points.push([pen.x, pen.y]);
    this.changed(false);
  }

  press() {
    const pen = this.pen();
    pen.down = !pen.down;
    if (pen.down)
      this.strokes.push({ points: [[pen.x, pen.y]], thickness: this.thickness, erase: this.erasing });
    this.backdrop = null;
    this.changed(!pen.down);
  }

  /** @param {boolean} final */
  changed(final) {
    this.changes += 1;
    if (this.strokes.length === 0 && this.keyboard) this.keyboard.down = false;
    this.redraw();
    this.surface.dispatchEvent(new CustomEvent('ink', { detail: { final } }));
  }
}

/**
 * Paint one stroke: through the points, rounded by the middles between them.
 *
 * @param {Context} context
 * @param {Stroke} stroke
 * @param {string} colour
 */
function trace(context, { points, thickness, erase }, colour) {
  context.globalCompositeOperation = erase ? 'destination-out' : 'source-over';
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.beginPath();
  context.moveTo(...points[0]);
  for (let index = 1; index < points.length - 1; index += 1) {
    const [x, y] = points[index];
    const [nextX, nextY] = points[index + 1];
    context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
  }
  context.lineTo(...points[points.length - 1]);
  context.stroke();
  context.globalCompositeOperation = 'source-over';
}

/**
 * Paint a picture as large as it fits, its aspect kept.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {ImageBitmap} bitmap
 * @param {number} width
 * @param {number} height
 */
function fit(context, bitmap, width, height) {
  const scale = Math.min(width / bitmap.width, height / bitmap.height);
  const [wide, high] = [bitmap.width * scale, bitmap.height * scale];
  context.drawImage(bitmap, (width - wide) / 2, (height - high) / 2, wide, high);
}
