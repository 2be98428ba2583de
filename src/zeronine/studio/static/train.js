// The room to train in: a recipe on the left; on the right what the training does, while it does it.

import {
  continueTraining,
  listModels,
  listRecipes,
  listTrainings,
  startTraining,
  stopTraining,
} from './api.js';
import { lineChart } from './chart.js';
import { byId, make, say, trouble } from './dom.js';
import { Follower } from './follow.js';
import { showInsides } from './insides.js';
import { RecipeForm } from './recipe.js';
import { change, runTitle } from './state.js';

const LOOK_AGAIN = 2000; // milliseconds between two looks at the list of trainings

let form = null;
let jobs = [];
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

/** Show the room with the recipe that the address names. */
export async function enter(query) {
  try {
    form ??= new RecipeForm(await listRecipes(), remember);
    form.fromQuery(query);
    await refresh();
    if (!followed.first && jobs.length) follow('first', jobs.at(-1));
    repaint();
  } catch (error) {
    trouble(error);
  }
}

/** Keep the form's state in the address. */
function remember() {
  history.replaceState(null, '', `/train?${form.toQuery()}`);
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

async function start(event) {
  event.preventDefault();
  try {
    const job = await startTraining(form.recipe, form.changes());
    byId('recipe-says').textContent = '';
    if (followed.first && !followed.second) follow('second', followed.first.job);
    follow('first', job);
    await refresh();
  } catch (error) {
    trouble(error);
  }
}

/** Ask for the list of trainings, and again while one is under way and the room is shown. */
async function refresh() {
  clearTimeout(clock);
  jobs = await listTrainings();
  showRuns();
  const busy = jobs.some((job) => ['waiting', 'running', 'stopping'].includes(job.state));
  if (busy && !byId('train').hidden) clock = setTimeout(() => refresh().catch(trouble), LOOK_AGAIN);
}

/** Follow a training as the one that is shown, or as the one beside it. */
function follow(rank, job) {
  followed[rank]?.close();
  followed[rank] = job && new Follower(job, { onChange: repaint, onEnd: ended });
  if (rank === 'first' && followed.second?.job.id === job?.id) follow('second', null);
  repaint();
}

function ended({ job }) {
  window.dispatchEvent(new Event('models'));
  say(`${job.name}: ${job.state}.`);
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
  const run = followed.first;
  byId('train').classList.toggle('idle', run === null);
  if (run === null) {
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
  showHead(run);
  const both = ['first', 'second'].filter((rank) => followed[rank]);
  lossChart.draw(both.flatMap((rank) => curves(followed[rank], rank, 'loss')));
  accuracyChart.draw(both.flatMap((rank) => curves(followed[rank], rank, 'accuracy')));
  showInsides(byId('insides'), run.epochs.at(-1), run.weights);
}

function curves(run, rank, what) {
  const name = runTitle(run.job.name);
  const training = run.steps
    .filter((step) => Number.isFinite(step[what]))
    .map((step) => [step.epoch, step[what]]);
  const validation = run.epochs.map((epoch) => [epoch.epoch, epoch.validation[what]]);
  return [
    { name: `${name}, training`, points: training, rank, faint: true },
    { name: `${name}, validation`, points: validation, rank },
  ];
}

function showHead({ job, steps, epochs }) {
  const accuracy = epochs.at(-1)?.validation.accuracy ?? job.accuracy;
  const speed = steps.at(-1)?.pictures_per_s;
  const figures = [
    figure('Validation accuracy', inPercent(accuracy)),
    figure('Epoch', `${job.epoch} of ${job.epochs}`),
    figure('Pictures a second', speed ? Math.round(speed).toLocaleString('en') : '–'),
  ];
  byId('run-head').replaceChildren(
    make(
      'div',
      { class: 'run-name' },
      make('h3', {}, runTitle(job.name)),
      make(
        'span',
        { class: `badge ${job.state}` },
        job.state === 'waiting' ? `waiting, place ${job.position}` : job.state,
      ),
      job.message ? make('span', { class: 'caption' }, job.message) : null,
    ),
    make('dl', { class: 'figures' }, ...figures),
    make('div', { class: 'tools' }, ...actions(job)),
  );
}

function inPercent(accuracy) {
  return accuracy === null || accuracy === undefined ? '–' : `${(100 * accuracy).toFixed(2)} %`;
}

function figure(title, text) {
  return make('div', {}, make('dt', { class: 'caption' }, title), make('dd', {}, text));
}

function actions(job) {
  const act = (work) => () => work().then(refresh).catch(trouble);
  const underWay = ['waiting', 'running'].includes(job.state);
  const again = async () => {
    await continueTraining(job.id, Math.max(1, Math.round(job.recipe?.epochs ?? 1)));
    follow('first', job);
  };
  return [
    underWay ? make('button', { type: 'button', onclick: act(() => stopTraining(job.id)) }, 'Stop') : null,
    job.model && ['done', 'stopped'].includes(job.state)
      ? make('button', { type: 'button', onclick: act(again) }, 'Continue')
      : null,
    job.model
      ? make(
          'button',
          { type: 'button', class: 'primary', onclick: () => drawWith(job.model).catch(trouble) },
          'Draw with it',
        )
      : null,
  ];
}

async function drawWith(model) {
  change({ models: await listModels(), first: model });
  window.dispatchEvent(new CustomEvent('go', { detail: '/draw' }));
}

/** The list of runs: press one to see it, or put it beside the one that is shown. */
function showRuns() {
  if (jobs.length === 0) {
    byId('runs').replaceChildren();
    return;
  }
  const rows = jobs.toReversed().map((job) => {
    const shown = followed.first?.job.id === job.id;
    const beside = followed.second?.job.id === job.id;
    const see = make(
      'button',
      {
        type: 'button',
        'aria-pressed': String(shown),
        onclick: () => {
          follow('first', job);
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
          follow('second', beside ? null : job);
          showRuns();
        },
      },
      'Compare',
    );
    const rank = shown ? 'first' : beside ? 'second' : '';
    return make(
      'tr',
      {},
      make('th', { scope: 'row', class: rank }, runTitle(job.name)),
      make('td', {}, job.state === 'waiting' ? `waiting, place ${job.position}` : job.state),
      make('td', {}, `${job.epoch} of ${job.epochs}`),
      make('td', {}, inPercent(job.accuracy)),
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
