// Words of the course that a reader may not know: what each means is shown while it is pointed at or focused.

import { byId, make } from './dom.js';

/** @type {Record<string, string>} */
const MEANINGS = {
  accuracy: 'The share of digits that were answered right, of those that were asked.',
  backpropagation:
    'The chain rule, from the end of the network to its start: it finds the slope for every weight at once.',
  bias: 'A number of its own that each unit adds to its sum.',
  canvas: 'The 28 x 28 squares that the network sees; ink is 1, paper is 0.',
  epoch: 'One round in which every training digit is seen once.',
  interval: 'Where the true share lies in 95 of 100 such measurements. More digits, narrower interval.',
  'learning rate': 'How far every weight goes down its slope in one step.',
  loss: 'One number that says how wrong the network is; learning makes it smaller.',
  momentum: 'A step that keeps a part of the last one, as a rolling ball keeps its way.',
  network: 'Sums and kinks: every unit adds up what comes in, each input times a weight.',
  probability: 'A number from 0 to 1 for how likely something is; the ten of a network add up to 1.',
  relu: 'A kink: what is below 0 becomes 0, everything else stays. Without it, layers in a row are worth only one.',
  slope: 'How much the loss changes if one weight grows a little.',
  softmax: 'Turns ten numbers into ten probabilities that add up to 1.',
  'test digits': 'Digits that judge: never trained on, never chosen by.',
  'training digits': 'Digits that the network learns from.',
  'validation digits': 'Digits held apart for choosing, so that the test digits stay strangers.',
  weight: 'A number that an input is multiplied by. Learning changes weights and biases, and nothing else.',
};

/** Wire the one place in which meanings are shown, once. */
export function prepareGlossary() {
  for (const [word, meaning] of Object.entries(MEANINGS))
    byId('meanings').append(make('span', { id: idOf(word) }, meaning));
  document.addEventListener('keydown', (event) => event.key === 'Escape' && hide());
}

/**
 * A text in which [[words]] stand in double brackets, as parts of a paragraph: each word explains itself.
 *
 * @param {string} text
 * @returns {(Node | string)[]}
 */
export function withTerms(text) {
  return text.split(/\[\[(.+?)\]\]/).map((part, index) => (index % 2 ? term(part) : part));
}

/** @param {string} text */
export const paragraph = (text) => make('p', {}, ...withTerms(text));

/** @param {string} shown */
function term(shown) {
  const word = Object.keys(MEANINGS).find((one) => shown.toLowerCase().startsWith(one));
  if (!word) return shown;
  const show = () => {
    byId('meaning').replaceChildren(make('b', {}, word), ` ${MEANINGS[word]}`);
    byId('meaning').hidden = false;
  };
  return make(
    'button',
    {
      type: 'button',
      class: 'term',
      'aria-describedby': idOf(word),
      onmouseenter: show,
      onfocus: show,
      onclick: show,
      onmouseleave: hide,
      onblur: hide,
    },
    shown,
  );
}

function hide() {
  byId('meaning').hidden = true;
}

/** @param {string} word */
function idOf(word) {
  return `means-${word.replaceAll(' ', '-')}`;
}
