// The exported page: pad -> canvas -> network -> answer, with no server behind it.

import { canvasOf } from './normalise.js';
import { paintInk } from './pixels.js';
import { Pad } from './pad.js';
import { answerInto, sentence } from './answer.js';
import { fromBase64, load, run } from './network.js';
import { softmax } from './operations.js';

const text = (id) => document.getElementById(id).textContent;
const description = JSON.parse(text('graph'));
const network = load(description, fromBase64(text('weights')));
const pad = new Pad(document.getElementById('pad'));
const answer = answerInto(document.getElementById('answer'));
const seen = document.getElementById('seen');
let waiting = false;

/** What the network says of one canvas: ten probabilities, and the chance that it is a digit. */
function classify(canvas) {
  const { logits, digit_logit: evidence } = run(network, canvas);
  const chance = description.knows_doubt ? 1 / (1 + Math.exp(-evidence[0])) : 1;
  return { probabilities: softmax(logits), chance };
}

function look(final) {
  waiting = false;
  const canvas = pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width);
  paintInk(seen, canvas ?? new Float32Array(784));
  const found = canvas && classify(canvas);
  answer.show(found?.probabilities ?? null, found?.chance);
  if (final)
    document.getElementById('spoken').textContent = found
      ? sentence(found.probabilities, found.chance)
      : 'Empty.';
}

pad.surface.addEventListener('ink', ({ detail }) => {
  if (waiting && !detail.final) return;
  waiting = true;
  requestAnimationFrame(() => look(detail.final));
});
document.getElementById('undo').addEventListener('click', () => pad.undo());
document.getElementById('clear').addEventListener('click', () => pad.clear());
document.getElementById('thickness').addEventListener('input', (event) => {
  pad.thickness = Number(event.target.value);
});
paintInk(seen, new Float32Array(784));

// For the curious, and for the tests: the same steps from the browser's console.
window.zeronine = { canvasOf, classify, pad };
