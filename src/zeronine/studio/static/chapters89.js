// Chapters 8 and 9: a pad, the network of chapter 6, and the shipped model beside it.

import { best, percent } from './answer.js';
import { classify, toBytes } from './api.js';
import { make, say, trouble } from './dom.js';
import { canvasOf } from './normalise.js';
import { Pad } from './pad.js';
import { tile } from './pixels.js';
import { state } from './state.js';

const SIDE = 28;
const ASKED = [3, 7, 1, 4, 9];
/** @type {Record<string, Point[][]>} strokes for whoever cannot draw, on a pad of 280 x 280 */
const OURS = {
  3: [
    [
      [95, 70],
      [150, 45],
      [185, 85],
      [135, 130],
      [190, 175],
      [150, 230],
      [90, 215],
    ],
  ],
  7: [
    [
      [80, 60],
      [200, 60],
      [140, 230],
    ],
  ],
  1: [
    [
      [140, 50],
      [140, 230],
    ],
  ],
  4: [
    [
      [160, 50],
      [85, 160],
      [200, 160],
    ],
    [
      [170, 110],
      [165, 235],
    ],
  ],
  9: [
    [
      [180, 90],
      [130, 55],
      [100, 100],
      [145, 135],
      [182, 92],
      [178, 160],
      [165, 235],
    ],
  ],
  A: [
    [
      [80, 230],
      [140, 50],
      [200, 230],
    ],
    [
      [105, 165],
      [178, 165],
    ],
  ],
};

/**
 * @param {HTMLElement} place
 * @param {Lesson} lesson
 */
export function ownHand(place, lesson) {
  const model = trained(place, lesson);
  if (!model) return;
  /** @type {{digit: number, squeezed: Seen, ours: Seen}[]} */
  const tried = [];
  const list = make('ul', { class: 'tried' });
  const asks = make('p', { class: 'measured', role: 'status' }, `Draw a ${ASKED[0]}.`);
  const { pad, frame } = padIn(asks, () => String(ASKED[tried.length] ?? ASKED[0]), ask);
  place.append(frame, list);

  async function ask() {
    const digit = ASKED[tried.length];
    if (pad.empty || digit === undefined || !model) return;
    const canvas = canvasOf(pad.ink(), pad.height, pad.width);
    if (!canvas) return;
    const pictures = [squeezed(pad), canvas];
    const answers = await classify(pictures.map(toBytes), model);
    const [first, second] = pictures.map((values, index) => ({ values, value: answers[index].value }));
    tried.push({ digit, squeezed: first, ours: second });
    list.append(
      make('li', {}, `A ${digit}: `, seen('squeezed', first, digit), seen('our way', second, digit)),
    );
    pad.clear();
    const next = ASKED[tried.length];
    if (next !== undefined) asks.textContent = `${tried.length} of ${ASKED.length}. Draw a ${next}.`;
    else end();
  }

  function end() {
    const right = (/** @type {'squeezed' | 'ours'} */ way) =>
      tried.filter((one) => one[way].value === one.digit).length;
    frame.hidden = true;
    lesson.found(
      right('squeezed'),
      `Squeezed ${right('squeezed')} of ${ASKED.length} right, brought to the canvas ${right('ours')}.`,
    );
  }
}

/**
 * @param {HTMLElement} place
 * @param {Lesson} lesson
 */
export function whatItCannot(place, lesson) {
  const model = trained(place, lesson);
  if (!model) return;
  const asks = make('p', { class: 'measured', role: 'status' }, 'Draw a letter: an A, an H, a K.');
  const { pad, frame } = padIn(asks, () => 'A', ask);
  place.append(frame);

  async function ask() {
    const canvas = pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width);
    if (!canvas || !model) return;
    const [[article], [shipped]] = await Promise.all(
      [model, 'shipped'].map((id) => classify([toBytes(canvas)], id)),
    );
    const chance = shipped.digit_probability;
    place.append(tile(canvas, 'The letter, as the networks see it'));
    lesson.found(
      100 * article.probabilities[article.value],
      `The article’s network says ${best(article.probabilities)}, ${percent(article.probabilities[article.value])} sure; the shipped model gives it a chance of ${percent(chance)} to be a digit at all.`,
    );
  }
}

/** @typedef {{values: Float32Array, value: number}} Seen */

/**
 * The model that the reader trained without faults; a word where there is none yet.
 *
 * @param {HTMLElement} place
 * @param {Lesson} lesson
 * @returns {string | null}
 */
function trained(place, { progress, go }) {
  const mine = progress.runs[''];
  const exists = (/** @type {string} */ id) => state.models.some((one) => one.id === id);
  const other = state.models.find((one) => one.recipe?.name === 'repaired');
  const model = mine?.model && exists(mine.model) ? mine.model : (other?.id ?? null);
  if (!model)
    place.append(
      make('p', {}, 'This needs the network of chapter 6, trained without faults.'),
      make('button', { type: 'button', onclick: () => go('training') }, 'Train it'),
    );
  return model;
}

/**
 * A pad with its buttons: clear, done, and strokes of ours for whoever cannot draw.
 *
 * @param {HTMLElement} asks
 * @param {() => string} wanted
 * @param {() => Promise<void>} done
 */
function padIn(asks, wanted, done) {
  const surface = make('canvas', {
    class: 'pad square',
    tabindex: '0',
    role: 'application',
    'aria-label':
      'Drawing pad. Arrow keys move the pen, space puts it down and lifts it, Backspace takes back, Delete clears.',
  });
  const pad = new Pad(surface);
  const ours = () => {
    pad.clear();
    for (const stroke of OURS[wanted()]) pad.addStroke(stroke);
    say(`A ${wanted()} of ours is on the pad.`);
  };
  const ready = () => done().catch(trouble);
  const tools = [
    make('button', { type: 'button', class: 'primary', onclick: ready }, 'Ask'),
    make('button', { type: 'button', onclick: () => pad.clear() }, 'Clear'),
    make('button', { type: 'button', class: 'quiet', onclick: ours }, 'Draw it for me'),
  ];
  window.addEventListener('themechange', () => pad.redraw());
  const frame = make(
    'div',
    { class: 'lesson-pad' },
    asks,
    surface,
    make('div', { class: 'tools' }, ...tools),
  );
  return { pad, frame };
}

/**
 * The whole pad squeezed to 28 x 28 and no more: ink dark on light, as a picture has it.
 *
 * @param {Pad} pad
 */
function squeezed(pad) {
  pad.ink();
  const small = new OffscreenCanvas(SIDE, SIDE);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (small.getContext('2d'));
  context.fillStyle = '#fff';
  context.fillRect(0, 0, SIDE, SIDE);
  context.drawImage(pad.raster, 0, 0, SIDE, SIDE);
  const { data } = context.getImageData(0, 0, SIDE, SIDE);
  return Float32Array.from({ length: SIDE * SIDE }, (_, index) => data[4 * index] / 255);
}

/** @param {string} way @param {Seen} found @param {number} digit */
function seen(way, { values, value }, digit) {
  const verdict = value === digit ? 'right' : 'wrong';
  return make(
    'figure',
    {},
    tile(values, `What the network saw, ${way}`),
    make('figcaption', {}, `${way}: ${value}, ${verdict}`),
  );
}
