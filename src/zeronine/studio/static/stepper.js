// A training under one's hand: play, pause, step; loss and slopes as they come; another learning rate beside it.

import { trainingDigits } from './api.js';
import { lineChart } from './chart.js';
import { byId, make, say, trouble } from './dom.js';
import { number } from './microscope.js';
import { phases } from './phases.js';
import { Training } from './training.js';

const CHUNK_MS = 8; // of learning, after which the pen and the keys are heard
const SHOWN_MS = 90; // between two pictures of a training that plays: more than ten a second, and little time lost
const SAID_MS = 450; // between two of the words: a text has the page laid out anew, a picture does not
const TOLD_MS = 1000; // between two of the chart and the table, which take longer
const LESSON_COUNT = 6000;

const chart = lineChart('Loss of each batch', (value) => Number(value.toPrecision(3)).toString());
/** @type {Training | null} */
let training = null;
/** @type {Training | null} */
let beside = null;
let playing = false;
/** @type {(layers: import('./layers.js').Layer[], phase: import('./phases.js').Phase | null, wordless: boolean) => void} */
let tell = () => {};
/** @type {number | null} */
let phase = null; // of the last update, that is looked at
let shown = 0; // when the network was painted last, when that was said in words, and when all was told
let said = 0;
let told = 0;
let turning = false;
const turns = new MessageChannel(); // gives way to the pen and the keys, and comes back at once
/** @type {number[]} */
let moments = []; // when the latest updates were taken

/**
 * Wire the controls, once; `onLayers` is told of the network after every change, and of a phase to be seen.
 *
 * @param {typeof tell} onLayers
 */
export function prepareStepper(onLayers) {
  tell = onLayers;
  byId('step-chart').append(chart.element);
  byId('step-play').addEventListener('click', () => (playing ? pause() : play()));
  byId('step-one').addEventListener('click', () => take(1));
  byId('step-ten').addEventListener('click', () => take(10));
  byId('step-epoch').addEventListener('click', () => playUntilEpoch());
  byId('step-again').addEventListener('click', () => again());
  byId('step-rate').addEventListener('input', () => setRate());
  byId('step-beside').addEventListener('change', () => setBeside());
  byId('step-film').addEventListener('input', () => scrub());
  turns.port1.onmessage = () => learn();
  setRate();
}

/** The network of the training, if there is one. */
export function trained() {
  return training?.layers ?? null;
}

/** Stop playing, as when the room is left. */
export function pause() {
  playing = false;
  show();
}

/** Fetch the digits once, and begin. */
async function begun() {
  if (training) return training;
  byId('step-says').textContent = 'Taking training digits…';
  const bytes = await trainingDigits();
  const count = Math.min(LESSON_COUNT, Math.floor(bytes.length / 785));
  const lessons = { images: bytes.subarray(0, 784 * count), labels: bytes.subarray(784 * count), count };
  training = new Training(lessons, { rate: rate() });
  setBeside();
  return training;
}

let goal = Number.POSITIVE_INFINITY; // the update at which playing stops

async function play() {
  try {
    await begun();
    playing = true;
    goal = Number.POSITIVE_INFINITY;
    go();
  } catch (error) {
    trouble(error);
  }
}

async function playUntilEpoch() {
  try {
    const { steps, perEpoch } = await begun();
    playing = true;
    goal = (Math.floor(steps / perEpoch) + 1) * perEpoch;
    go();
  } catch (error) {
    trouble(error);
  }
}

function go() {
  phase = null;
  moments = [];
  shown = said = told = 0;
  turn();
}

function turn() {
  if (!turning) turns.port2.postMessage(null);
  turning = true;
}

/** Learn a little, show how it goes now and then, and come back. */
function learn() {
  turning = false;
  if (!playing || !training) return;
  const end = performance.now() + CHUNK_MS;
  do update();
  while (performance.now() < end && training.steps < goal && !training.broken);
  playing = !training.broken && training.steps < goal;
  const now = performance.now();
  if (!playing || now - told > TOLD_MS) show();
  else if (now - shown > SHOWN_MS) glimpse();
  if (playing) turn();
}

function update() {
  const batch = training?.step();
  if (batch) beside?.step(batch);
  moments.push(performance.now());
  if (moments.length > 40) moments = moments.slice(-20);
}

/** @param {number} count */
async function take(count) {
  try {
    await begun();
    playing = false;
    phase = null;
    for (let step = 0; step < count; step += 1) update();
    show();
  } catch (error) {
    trouble(error);
  }
}

function again() {
  playing = false;
  phase = null;
  training = training?.anew() ?? null;
  moments = [];
  setBeside();
}

/** The slider is in powers of ten. */
function rate() {
  return 10 ** byId('step-rate').valueAsNumber;
}

function setRate() {
  if (training) training.rate = rate();
  byId('step-rate-says').textContent = number(rate());
}

/** A second run beside it, from here on with a tenth of the learning rate on the same batches; or none. */
function setBeside() {
  if (!training) return;
  beside = byId('step-beside').checked ? training.forked(training.rate / 10) : null;
  show();
}

/** Look at an earlier network. */
function scrub() {
  const snapshot = training?.snapshots[byId('step-film').valueAsNumber];
  if (!snapshot) return;
  if (playing) pause();
  byId('step-film').value = String(training?.snapshots.indexOf(snapshot));
  byId('step-film-says').textContent = `as it was after ${snapshot.step} updates`;
  tell(snapshot.layers, null, false);
}

/** Show the network, and now and then how far it is. */
function glimpse() {
  if (!training) return;
  shown = performance.now();
  const wordless = playing && shown - said < SAID_MS && said > told;
  if (!wordless) sayHowFar(training);
  tell(training.layers, null, wordless);
}

/** @param {Training} run */
function sayHowFar(run) {
  said = performance.now();
  const { steps, perEpoch, broken, last } = run;
  const speed =
    moments.length > 1 ? (1000 * (moments.length - 1)) / (moments[moments.length - 1] - moments[0]) : 0;
  const next = last && beside?.last;
  const both = next ? ` Loss ${number(last.loss)}, beside it ${number(next.loss)}.` : '';
  byId('step-says').textContent =
    broken ||
    `Update ${steps}, epoch ${(steps / perEpoch).toFixed(2)}${playing && speed ? `, ${Math.round(speed)} updates a second` : ''}.${both}`;
  byId('step-says').classList.toggle('broke', broken !== '');
}

function show() {
  byId('step-play').textContent = playing ? 'Pause' : 'Play';
  if (!training) return;
  told = performance.now();
  const { last, snapshots } = training;
  const film = byId('step-film');
  film.max = String(snapshots.length - 1);
  film.value = film.max;
  byId('step-film-says').textContent = `${snapshots.length} snapshots`;
  byId('step-chart').hidden = training.losses.length === 0; // a chart that is hidden has no size to be drawn for
  chart.draw([
    { name: `rate ${number(training.rate)}`, points: byEpoch(training), rank: 'first' },
    ...(beside ? [{ name: `rate ${number(beside.rate)}`, points: byEpoch(beside), rank: 'second' }] : []),
  ]);
  if (last) showUpdate(last, training);
  showPhases();
  glimpse();
  if (!playing) say(byId('step-says').textContent);
}

/** The last update in four phases, each to be looked at; while it plays there is no time for them. */
function showPhases() {
  const { last, layers } = training ?? {};
  byId('step-phases').hidden = playing || !last || !layers;
  if (playing || !last || !layers) return;
  const some = phases(last, layers);
  const press = (/** @type {number} */ place) => () => {
    phase = phase === place ? null : place;
    showPhases();
    tell(layers, phase === null ? null : some[phase], false);
    if (phase !== null) say(some[phase].says);
    /** @type {HTMLElement} */ (byId('step-phases').querySelectorAll('button')[place]).focus();
  };
  const buttons = some.map(({ name }, place) =>
    make(
      'button',
      { type: 'button', 'aria-pressed': String(phase === place), onclick: press(place) },
      `${place + 1} ${name}`,
    ),
  );
  byId('step-phases').replaceChildren(
    make(
      'div',
      { class: 'tools', role: 'group', 'aria-label': 'The last update, phase by phase' },
      ...buttons,
    ),
  );
}

/** The drawing is looked at again, and no phase. */
export function endPhase() {
  if (phase === null) return;
  phase = null;
  showPhases();
}

/** @param {Training} run @returns {Point[]} */
function byEpoch({ losses, perEpoch }) {
  return losses.map(([step, loss]) => [step / perEpoch, loss]);
}

/**
 * The last update as a table: for every layer the size of its slopes, and how far its weights moved.
 *
 * @param {import('./layers.js').Update} last
 * @param {Training} run
 */
function showUpdate({ loss, right, count, slopes, rate }, run) {
  const rows = slopes.map((one, place) => {
    const steep = size(one.weights);
    const weights = size(run.layers[place].weights);
    const cells = [number(weights), number(steep), number(rate * steep), number((rate * steep) / weights)];
    return make(
      'tr',
      {},
      make('th', { scope: 'row' }, layerName(place, slopes.length)),
      ...cells.map((cell) => make('td', {}, cell)),
    );
  });
  const titles = ['Layer', 'Weights', 'Slope', 'Change', 'Change / weights'];
  const head = make('tr', {}, ...titles.map((title) => make('th', { scope: 'col' }, title)));
  byId('step-update').replaceChildren(
    make(
      'p',
      { class: 'caption' },
      `This batch: loss ${number(loss)}, ${right} of ${count} right. Sizes are root mean squares; change = learning rate × slope.`,
    ),
    make(
      'div',
      { class: 'wide', tabindex: '0', role: 'region', 'aria-label': 'The last update, layer by layer' },
      make('table', { class: 'runs' }, make('thead', {}, head), make('tbody', {}, ...rows)),
    ),
  );
}

/** @param {number} place @param {number} count */
function layerName(place, count) {
  return place === count - 1 ? 'Output' : `Hidden ${place + 1}`;
}

/** @param {Float32Array} values */
function size(values) {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) sum += values[index] ** 2;
  return Math.sqrt(sum / values.length);
}
