// The exported page: pad -> canvas -> network -> answer, with no server behind it.

import { answerInto, sentence } from './answer.js';
import { fromBase64, load, run } from './network.js';
import { canvasOf } from './normalise.js';
import { softmax } from './operations.js';
import { Pad } from './pad.js';
import { paintInk } from './pixels.js';

const description = JSON.parse(element('graph').textContent);
const network = load(description, fromBase64(element('weights').textContent));
const pad = new Pad(surface('pad'));
const answer = answerInto(element('answer'));
const seen = surface('seen');
let waiting = false;

/** @param {string} id @returns {HTMLElement} */
function element(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} id */
function surface(id) {
  return /** @type {HTMLCanvasElement} */ (element(id));
}

/**
 * What the network says of one canvas: ten probabilities, and the chance that it is a digit.
 *
 * @param {Float32Array} canvas
 */
function classify(canvas) {
  const { logits, digit_logit: evidence } = run(network, canvas);
  const chance = description.knows_doubt ? 1 / (1 + Math.exp(-evidence[0])) : 1;
  return { probabilities: softmax(logits), chance };
}

/** @param {boolean} final */
function look(final) {
  waiting = false;
  const canvas = pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width);
  paintInk(seen, canvas ?? new Float32Array(784));
  const found = canvas && classify(canvas);
  answer.show(found?.probabilities ?? null, found?.chance);
  if (final) element('spoken').textContent = found ? sentence(found.probabilities, found.chance) : 'Empty.';
}

pad.surface.addEventListener('ink', ({ detail }) => {
  if (waiting && !detail.final) return;
  waiting = true;
  requestAnimationFrame(() => look(detail.final));
});
element('undo').addEventListener('click', () => pad.undo());
element('clear').addEventListener('click', () => pad.clear());
const thickness = /** @type {HTMLInputElement} */ (element('thickness'));
thickness.addEventListener('input', () => {
  pad.thickness = Number(thickness.value);
});
paintInk(seen, new Float32Array(784));

// For the curious, and for the tests: the same steps from the browser's console.
window.zeronine = { canvasOf, classify, pad };
