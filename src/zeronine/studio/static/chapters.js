// The nine chapters of the course: what each asks, what is done in it, and what is seen.
// A chapter's `work` fills a place and calls `found(value, sentence)` when the figure that was guessed is there.

import { fromTiles } from './api.js';
import { train } from './chapter6.js';
import { ownHand, whatItCannot } from './chapters89.js';
import { make } from './dom.js';
import { collapsed, guessers, lossOf, wilson } from './lessonmath.js';
import { tile } from './pixels.js';

const SIZES = [784, 128, 64, 10]; // of the article's network
const GUESSERS = 200;
const JUDGES = 100; // digits that the guessers are judged by

/** @type {Chapter[]} */
export const CHAPTERS = [
  {
    id: 'data',
    title: 'Data',
    says: 'Everything that a [[network]] will ever know of digits comes from the [[training digits]]. So look at them first.',
    asks: 'The laziest recogniser never looks: it always answers the same digit, the commonest one. How many per cent of the [[test digits]] does it get?',
    unit: '%',
    near: 1,
    act: 'Count the digits',
    work: countDigits,
    shows:
      'Not ten: the digits are not equally many. This is the floor. Whatever stands at it has learnt nothing, whatever its [[loss]] says.',
  },
  {
    id: 'look',
    title: 'Look',
    says: 'A picture is a table of 784 numbers. Here is a recogniser without any learning: average the [[training digits]] of each class, and call a new one by the average that it is nearest to.',
    asks: 'Each digit is called by the nearest average: how many per cent of the [[test digits]] does that get?',
    unit: '%',
    near: 5,
    act: 'Average them',
    work: averageDigits,
    shows:
      'And with all pixels shuffled, every picture in the same order, it gets exactly the same. To it, and to the article’s [[network]] after it, nobody ever said which squares are neighbours.',
  },
  {
    id: 'network',
    title: 'The network',
    says: '784 numbers go in, through 128 units and 64 units to ten. Each unit has a [[weight]] for everything that comes in, and one [[bias]].',
    asks: '784 numbers in, 128 units, 64 units, ten out: how many numbers does training have to find?',
    unit: '',
    near: 10000,
    act: 'Count them',
    work: countWeights,
    shows:
      'Between the sums stands a kink, [[ReLU]]. Without kinks three layers do exactly what a single one could. In the article’s code the second kink is missing, though the comment beside it names it.',
  },
  {
    id: 'loss',
    title: 'The loss',
    says: 'The [[loss]] is minus the logarithm of the right digit’s [[probability]]: 0 is perfect. The article hands over the probability itself, where a logarithm is expected.',
    asks: 'How large is the [[loss]] of a guess, with a tenth for each digit?',
    unit: '',
    near: 0.3,
    act: 'Let it guess',
    work: costOfGuessing,
    shows:
      'Move the slider to the left. Where the network is surely wrong, the true loss has its steepest [[slope]], and the article’s has none: it falls silent where it should shout.',
  },
  {
    id: 'slope',
    title: 'The slope',
    says: 'Learning is one step, again and again: find the [[slope]] for every [[weight]], by [[backpropagation]], and go down a little. How far is the [[learning rate]].',
    asks: 'One step from the same start with 0.001, 0.01, 0.1, 1 and 10: from which learning rate on is the loss worse than before?',
    unit: '',
    near: 0,
    act: 'Take the steps',
    work: takeSteps,
    shows:
      'The slope is true only where you stand: too long a step jumps over the valley, and the article’s 0.001 crawls.',
  },
  {
    id: 'training',
    title: 'Training',
    says: 'Now all of it together. The switches put the article’s faults back, one by one; everything else stays the same. Two [[epochs]] through 55,000 digits.',
    asks: 'As printed, with every fault in place: how many per cent of the [[validation digits]] will it get?',
    unit: '%',
    near: 5,
    act: 'Go to the switches',
    work: train,
    shows:
      'As printed, the loss falls and everything looks like learning; only counting answers shows that nothing was learnt. The same network, repaired, gets some 97 %. That is why 16 % became 97.',
  },
  {
    id: 'honest',
    title: 'Honest figures',
    says: 'A figure can be true and still fool its maker. The article counts its [[accuracy]] on the [[training digits]]; and whoever tries much and reports the best, reports luck.',
    asks: '200 recognisers that only guess, judged by the same 100 digits: how many per cent does the best of them get?',
    unit: '%',
    near: 2,
    act: 'Let them guess',
    work: letThemGuess,
    shows:
      'Choose by the [[validation digits]], judge by the [[test digits]] once, and never show a figure without its count: the [[interval]] says how much it is worth.',
  },
  {
    id: 'hand',
    title: 'Your own hand',
    says: '“97 % on MNIST, and it fails on my handwriting.” Draw five digits. The network from chapter 6 sees each twice: squeezed to 28 x 28 as everybody tries it first, and brought to the [[canvas]] as the training digits were.',
    asks: 'Of five digits of yours, how many will it get right squeezed to 28 x 28?',
    unit: '',
    near: 0,
    act: 'Draw them',
    work: ownHand,
    shows:
      'The same network, the same drawings: the way to the network makes the difference. That way is most of what Zeronine does.',
  },
  {
    id: 'cannot',
    title: 'What it cannot do',
    says: 'A [[network]] with ten answers gives one of them, whatever it is shown.',
    asks: 'Draw a letter, an A or an H. How many per cent sure will the article’s network be that it is a digit, and which?',
    unit: '%',
    near: 10,
    act: 'Draw it',
    work: whatItCannot,
    shows:
      'How sure it is only ever said which of the ten. The shipped model was taught a second question: is this a digit at all?',
  },
];

/** @param {HTMLElement} place @param {Lesson} lesson */
function countDigits(place, { facts, found }) {
  const { counts, favourite, lazy, samples, labels } = facts.data;
  const most = Math.max(...counts);
  const bars = counts.map((count, digit) =>
    make(
      'li',
      {},
      make('span', {}, String(digit)),
      make('meter', { max: most, value: count, 'aria-label': `Digit ${digit}` }),
      make('span', {}, count.toLocaleString('en')),
    ),
  );
  place.append(
    row(samples, (index) => `A ${labels[index]}`),
    make('ol', { class: 'counts' }, ...bars),
  );
  found(
    100 * lazy,
    `The commonest is ${favourite}; answering it always gets ${(100 * lazy).toFixed(2)} % of 10,000.`,
  );
}

/** @param {HTMLElement} place @param {Lesson} lesson */
function averageDigits(place, { facts, found }) {
  const { averages, ordered, shuffled, samples } = facts.look;
  place.append(
    row(averages, (digit) => `The average ${digit}`),
    make(
      'p',
      { class: 'caption' },
      'Below: digits with their pixels in a new order, the same for all of them.',
    ),
    row(samples, () => 'A digit with its pixels shuffled'),
  );
  found(
    100 * ordered,
    `The nearest average gets ${(100 * ordered).toFixed(2)} %; with the pixels shuffled ${(100 * shuffled).toFixed(2)} %.`,
  );
}

/** @param {HTMLElement} place @param {Lesson} lesson */
function countWeights(place, { found }) {
  let sum = 0;
  const lines = SIZES.slice(1).map((out, index) => {
    const count = SIZES[index] * out + out;
    sum += count;
    return make('li', {}, `${SIZES[index]} × ${out} weights + ${out} biases = ${count.toLocaleString('en')}`);
  });
  const differs = make('p', { class: 'measured', role: 'status' });
  const compare = (/** @type {boolean} */ kinks) => () => {
    const difference = collapsed(SIZES, kinks);
    differs.textContent = kinks
      ? `With ReLU, a single layer differs from the three by up to ${difference.toFixed(2)}.`
      : `Without ReLU, a single layer differs from the three by at most ${difference.toExponential(0)}: it is the same.`;
  };
  place.append(
    make('ul', { class: 'lines' }, ...lines),
    make(
      'div',
      { class: 'tools' },
      make('button', { type: 'button', onclick: compare(true) }, 'One layer instead, with ReLU'),
      make('button', { type: 'button', onclick: compare(false) }, 'One layer instead, without'),
    ),
    differs,
  );
  found(sum, `${sum.toLocaleString('en')} weights and biases.`);
}

/** @param {HTMLElement} place @param {Lesson} lesson */
function costOfGuessing(place, { found }) {
  const says = make('p', { class: 'measured', role: 'status' });
  const slider = make('input', {
    id: 'lesson-sure',
    type: 'range',
    min: '-4',
    max: '0',
    step: '0.1',
    value: '-1',
  });
  const show = () => {
    const right = 10 ** Number(slider.value);
    const { loss, slope, printed } = lossOf(right);
    says.textContent = `Probability of the right digit ${right.toPrecision(2)}: loss ${loss.toFixed(3)}, slope ${slope.toFixed(3)}; the article’s slope ${printed.toFixed(5)}.`;
  };
  slider.addEventListener('input', show);
  place.append(make('label', { for: 'lesson-sure' }, 'How likely it takes the right digit'), slider, says);
  show();
  const { loss } = lossOf(0.1);
  found(loss, `Guessing costs ${loss.toFixed(3)}, the logarithm of ten.`);
}

/** @param {HTMLElement} place @param {Lesson} lesson */
function takeSteps(place, { facts, found }) {
  const { before, rates, after } = facts.slope;
  const lines = rates.map((rate, index) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, String(rate)),
      make('td', {}, before.toFixed(3)),
      make('td', {}, after[index].toFixed(3)),
    ),
  );
  place.append(table(['Learning rate', 'Loss before', 'Loss after one step'], lines));
  const worse = rates.find((_, index) => after[index] > before) ?? Number.NaN;
  found(worse, `From ${worse} on, the step lands higher than it began.`);
}

/** @param {HTMLElement} place @param {Lesson} lesson */
function letThemGuess(place, { found, progress }) {
  const { best, fresh } = guessers(GUESSERS, JUDGES);
  const own = Object.values(progress.runs).find((run) => run.faults.length === 0);
  const share = own ? own.validation : 0.97;
  const lines = [100, 1000, 5000].map((count) => {
    const [low, high] = wilson(share, count);
    const text = `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
    return make('tr', {}, make('th', { scope: 'row' }, String(count)), make('td', {}, text));
  });
  place.append(
    make(
      'p',
      {},
      `${own ? 'Your repaired run’s' : 'A share of'} ${(100 * share).toFixed(1)} %, had it been counted on so many digits:`,
    ),
    table(['Digits', '95 % interval'], lines),
  );
  if (own?.training)
    place.append(
      make(
        'p',
        {},
        `Counted the article’s way, on the digits that it trained on, your run has ${(100 * own.training).toFixed(2)} %; on digits unseen ${(100 * own.validation).toFixed(2)} %.`,
      ),
    );
  found(
    100 * best,
    `The best of ${GUESSERS} guessers gets ${(100 * best).toFixed(0)} %; on digits that it was not chosen by, ${(100 * fresh).toFixed(0)} %.`,
  );
}

/** @param {Tiles} tiles @param {(index: number) => string} label */
function row(tiles, label) {
  const pictures = fromTiles(tiles).map((values, index) => make('li', {}, tile(values, label(index))));
  return make('ul', { class: 'digits-row' }, ...pictures);
}

/** @param {string[]} heads @param {HTMLElement[]} lines */
export function table(heads, lines) {
  const head = make('tr', {}, ...heads.map((text) => make('th', { scope: 'col' }, text)));
  return make(
    'div',
    { class: 'wide' },
    make('table', { class: 'runs' }, make('thead', {}, head), make('tbody', {}, ...lines)),
  );
}
