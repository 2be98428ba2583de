// The room to train in: a recipe on the left; on the right what the run does, while it does it.

import { continueRun, listModels, listRecipes, listRuns, startRun, stopRun } from './api.js';
import { lineChart } from './chart.js';
import { byId, make, say, trouble } from './dom.js';
import { Follower } from './follow.js';
import { showInsides } from './insides.js';
import { RecipeForm } from './recipe.js';
import { change, runTitle } from './state.js';

const LOOK_AGAIN = 2000; // milliseconds between two looks at the list of runs

/** @typedef {'first' | 'second'} Rank */

/** @type {RecipeForm | null} */
let form = null;
/** @type {Run[]} */
let runs = [];
/** @type {Record<Rank, Follower | null>} */
const followed = { first: null, second: null }; // the run that is shown, and the one beside it
const lossChart = lineChart('Loss', (value) => Number(value.toPrecision(3)).toString());
const accuracyChart = lineChart(
  'Accuracy',
  (value) => `${Number((100 * value).toFixed(value > 0.9 ? 2 : 0))} %`,
);
let painting = false;
let clock = 0;

/** Wire the room, once. */
export function prepare() {
  const key = make(
    'p',
    { class: 'caption' },
    'Thin: training, while it goes on. Dots: validation, after each epoch.',
  );
  byId('curves').append(lossChart.element, accuracyChart.element, key);
  byId('recipe').addEventListener('submit', start);
  byId('share').addEventListener('click', share);
  window.addEventListener('themechange', () => repaint());
}

/**
 * Show the room with the recipe that the address names.
 *
 * @param {URLSearchParams} query
 */
export async function enter(query) {
  try {
    form ??= new RecipeForm(await listRecipes(), remember);
    const wrong = form.fromQuery(query);
    if (wrong.length > 0) trouble(new Error(`The address is not understood: ${wrong.join('; ')}.`));
    await refresh();
    if (!followed.first && runs.length) follow('first', runs[runs.length - 1]);
    repaint();
  } catch (error) {
    trouble(error);
  }
}

/** Keep the form's state in the address. */
function remember() {
  if (form) history.replaceState(null, '', `/train?${form.toQuery()}`);
}

async function share() {
  remember();
  try {
    await navigator.clipboard.writeText(location.href);
    byId('recipe-says').textContent = 'The address with this recipe is copied.';
  } catch {
    byId('recipe-says').textContent = location.href;
  }
}

/** @param {Event} event */
async function start(event) {
  event.preventDefault();
  if (!form) return;
  try {
    byId('recipe-says').textContent = 'It begins…';
    const run = await startRun(form.recipe, form.changes());
    if (followed.first && !followed.second) follow('second', followed.first.run);
    follow('first', run);
    await refresh();
  } catch (error) {
    trouble(error);
  }
  byId('recipe-says').textContent = '';
}

/** Ask for the list of runs, and again while one is under way and the room is shown. */
async function refresh() {
  clearTimeout(clock);
  runs = await listRuns();
  showRuns();
  const busy = runs.some((run) => ['waiting', 'running', 'stopping'].includes(run.state));
  if (busy && !byId('train').hidden) clock = setTimeout(() => refresh().catch(trouble), LOOK_AGAIN);
}

/**
 * Follow a run as the one that is shown, or as the one beside it.
 *
 * @param {Rank} rank
 * @param {Run | null} run
 */
function follow(rank, run) {
  followed[rank]?.close();
  followed[rank] = run && new Follower(run, { onChange: repaint, onEnd: ended });
  if (rank === 'first' && followed.second?.run.id === run?.id) follow('second', null);
  repaint();
}

/** @param {Follower} follower */
function ended({ run }) {
  window.dispatchEvent(new Event('models'));
  say(`${run.name}: ${run.state}.`);
  refresh().catch(trouble);
}

/** Paint once in the next frame, however many events came. */
function repaint() {
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    paint();
  });
}

function paint() {
  const shown = followed.first;
  byId('train').classList.toggle('idle', shown === null);
  if (shown === null) {
    byId('run-head').replaceChildren(
      make(
        'p',
        { class: 'lead' },
        'Choose a recipe and press Train. The run is kept in the folder runs, the same as one of the command line.',
      ),
    );
    showInsides(byId('insides'), null, null);
    return;
  }
  showHead(shown);
  const beside = followed.second;
  const both = (/** @type {string} */ what) => [
    ...curves(shown, 'first', what),
    ...(beside ? curves(beside, 'second', what) : []),
  ];
  lossChart.draw(both('loss'));
  accuracyChart.draw(both('accuracy'));
  showInsides(byId('insides'), shown.epochs.at(-1), shown.weights);
}

/** @param {Follower} follower @param {string} rank @param {string} what @returns {Series[]} */
function curves({ run, steps, epochs }, rank, what) {
  const name = runTitle(run.name);
  const training = steps
    .filter((step) => Number.isFinite(step[what]))
    .map((step) => /** @type {Point} */ ([step.epoch, step[what]]));
  const validation = epochs.map((epoch) => /** @type {Point} */ ([epoch.epoch, epoch.validation[what]]));
  return [
    { name: `${name}, training`, points: training, rank, faint: true },
    { name: `${name}, validation`, points: validation, rank },
  ];
}

/** @param {Follower} follower */
function showHead({ run, steps, epochs }) {
  const accuracy = epochs.at(-1)?.validation.accuracy ?? run.accuracy;
  const speed = steps.at(-1)?.pictures_per_s;
  const figures = [
    figure('Validation accuracy', inPercent(accuracy)),
    figure('Epochs', epochsOf(run, steps.at(-1)?.epoch)),
    figure('Pictures a second', speed ? Math.round(speed).toLocaleString('en') : '–'),
  ];
  byId('run-head').replaceChildren(
    make(
      'div',
      { class: 'run-name' },
      make('h3', {}, runTitle(run.name)),
      make(
        'span',
        { class: `badge ${run.state}` },
        run.state === 'waiting' ? `waiting, place ${run.position}` : run.state,
      ),
      run.message ? make('span', { class: 'caption' }, run.message) : null,
    ),
    make('dl', { class: 'figures' }, ...figures),
    make('div', { class: 'tools' }, ...actions(run)),
  );
}

/** @param {number | null | undefined} accuracy @returns {string} */
function inPercent(accuracy) {
  return accuracy === null || accuracy === undefined ? '–' : `${(100 * accuracy).toFixed(2)} %`;
}

/**
 * How much has been learned of how much: "1.4 of 2" under way, "2 of 2" in the end.
 *
 * @param {Run} run
 * @param {number} [live] the epochs that the latest step told of, where the run is followed
 * @returns {string}
 */
function epochsOf({ epoch, epochs, state }, live = epoch) {
  const done = state === 'waiting' ? epoch : Math.max(epoch, live);
  return `${Number.isInteger(done) ? done : done.toFixed(1)} of ${epochs}`;
}

/** @param {string} title @param {string} text */
function figure(title, text) {
  return make('div', {}, make('dt', { class: 'caption' }, title), make('dd', {}, text));
}

/** @param {Run} run */
function actions(run) {
  const act = (/** @type {() => Promise<unknown>} */ work) => () => work().then(refresh).catch(trouble);
  const { model } = run;
  const underWay = ['waiting', 'running'].includes(run.state);
  const again = async () => {
    await continueRun(run.id, Math.max(1, Math.round(run.recipe?.epochs ?? 1)));
    follow('first', run);
  };
  return [
    underWay ? make('button', { type: 'button', onclick: act(() => stopRun(run.id)) }, 'Stop') : null,
    run.model && ['done', 'stopped'].includes(run.state)
      ? make('button', { type: 'button', onclick: act(again) }, 'Continue')
      : null,
    model
      ? make(
          'button',
          { type: 'button', class: 'primary', onclick: () => drawWith(model).catch(trouble) },
          'Draw with it',
        )
      : null,
  ];
}

/** @param {string} model */
async function drawWith(model) {
  change({ models: await listModels(), first: model });
  window.dispatchEvent(new CustomEvent('go', { detail: '/draw' }));
}

/** The list of runs: press one to see it, or put it beside the one that is shown. */
function showRuns() {
  if (runs.length === 0) {
    byId('runs').replaceChildren();
    return;
  }
  const rows = runs.toReversed().map((run) => {
    const shown = followed.first?.run.id === run.id;
    const beside = followed.second?.run.id === run.id;
    const see = make(
      'button',
      {
        type: 'button',
        'aria-pressed': String(shown),
        onclick: () => {
          follow('first', run);
          showRuns();
        },
      },
      'Show',
    );
    const compare = make(
      'button',
      {
        type: 'button',
        'aria-pressed': String(beside),
        disabled: shown,
        onclick: () => {
          follow('second', beside ? null : run);
          showRuns();
        },
      },
      'Compare',
    );
    const rank = shown ? 'first' : beside ? 'second' : '';
    return make(
      'tr',
      {},
      make('th', { scope: 'row', class: rank }, runTitle(run.name)),
      make('td', {}, run.state === 'waiting' ? `waiting, place ${run.position}` : run.state),
      make('td', {}, epochsOf(run, shown ? followed.first?.steps.at(-1)?.epoch : undefined)),
      make('td', {}, inPercent(run.accuracy)),
      make('td', {}, see, compare),
    );
  });
  const head = make(
    'tr',
    {},
    ...['Run', 'State', 'Epochs', 'Validation', 'On the charts'].map((title) =>
      make('th', { scope: 'col' }, title),
    ),
  );
  byId('runs').replaceChildren(
    make('h2', {}, 'Runs'),
    make(
      'div',
      { class: 'wide' },
      make('table', { class: 'runs' }, make('thead', {}, head), make('tbody', {}, ...rows)),
    ),
  );
}
