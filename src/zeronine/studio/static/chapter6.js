// Chapter 6, training: every fault of the article has a switch, and what it breaks is watched.

import { startRun } from './api.js';
import { lineChart } from './chart.js';
import { make, say, trouble } from './dom.js';
import { Follower } from './follow.js';

/**
 * @param {HTMLElement} place
 * @param {Lesson} lesson
 */
export function train(place, lesson) {
  const { switches } = lesson.facts;
  const boxes = Object.entries(switches).map(([name, { title }]) => {
    const box = make('input', { type: 'checkbox', checked: true, value: name });
    return { name, box, row: make('label', { class: 'card' }, box, title) };
  });
  // The article's fourth fault changes no network, only what is told of it.
  const fooled = make('input', { type: 'checkbox', checked: true, value: 'count', onchange: showRuns });
  const counted = make('label', { class: 'card' }, fooled, 'accuracy counted on the training digits');
  const chart = lineChart('Loss', (value) => Number(value.toPrecision(3)).toString());
  chart.element.hidden = true;
  const says = make('p', { class: 'measured', role: 'status' });
  const list = make('div', {});
  const start = make('button', { type: 'button', class: 'primary', onclick: go }, 'Train like this');
  place.append(
    make(
      'fieldset',
      { class: 'switches' },
      make('legend', {}, 'Faults of the article that are in place'),
      ...boxes.map(({ row }) => row),
      counted,
    ),
    make('div', { class: 'tools' }, start),
    says,
    chart.element,
    list,
  );
  showRuns();

  async function go() {
    const faults = boxes.filter(({ box }) => box.checked).map(({ name }) => name);
    start.disabled = true;
    try {
      const all = faults.length === boxes.length;
      const changes = all ? {} : Object.assign({}, ...faults.map((name) => switches[name].changes));
      const run = await startRun(all ? 'as-printed' : 'repaired', changes);
      chart.element.hidden = false;
      says.textContent = 'Training…';
      new Follower(run, { onChange: watch, onEnd: (ended) => keep(ended, faults) });
    } catch (error) {
      start.disabled = false;
      trouble(error);
    }
  }

  /** @param {Follower} follower */
  function watch({ run, steps, epochs }) {
    const last = steps.at(-1);
    if (run.state === 'waiting') says.textContent = `Waiting, place ${run.position}.`;
    else if (last)
      says.textContent = `Epoch ${last.epoch.toFixed(1)} of ${run.epochs}: loss ${last.loss.toFixed(3)}, ${(100 * last.accuracy).toFixed(1)} % right of the latest.`;
    const points = steps.map((step) => /** @type {Point} */ ([step.epoch, step.loss]));
    const dots = epochs.map((epoch) => /** @type {Point} */ ([epoch.epoch, epoch.validation.loss]));
    chart.draw([
      { name: 'training', points, rank: 'first', faint: true },
      { name: 'validation', points: dots, rank: 'first' },
    ]);
  }

  /** @param {Follower} follower @param {string[]} faults */
  function keep({ run, epochs }, faults) {
    start.disabled = false;
    const last = epochs.at(-1);
    if (!last) {
      says.textContent = run.message || `The run is ${run.state}.`;
      return;
    }
    const { loss, accuracy } = last.train ?? {};
    lesson.progress.runs[faults.join()] = {
      faults,
      loss,
      training: accuracy,
      validation: last.validation.accuracy,
      model: run.model ?? null,
    };
    lesson.keep();
    window.dispatchEvent(new Event('models'));
    const count = faults.length + (fooled.checked ? 1 : 0);
    const told = fooled.checked
      ? `${percent(accuracy)} of the digits that it trained on`
      : `${percent(last.validation.accuracy)} of the validation digits`;
    says.textContent = `${count} faults in place: ${told}.`;
    say(says.textContent);
    showRuns();
  }

  /** The runs so far; as printed and repaired make the chapter's figure. */
  function showRuns() {
    const runs = Object.values(lesson.progress.runs);
    const lines = runs.map(({ faults, loss, training, validation }) =>
      make(
        'tr',
        {},
        make('th', { scope: 'row' }, named(faults)),
        make('td', {}, loss === undefined ? '–' : loss.toFixed(3)),
        make('td', {}, percent(training)),
        make('td', {}, fooled.checked ? 'not counted' : percent(validation)),
      ),
    );
    const heads = ['Faults', 'Loss', 'On training digits', 'On digits unseen'];
    list.replaceChildren(...(runs.length ? [lesson.table(heads, lines)] : []));
    const printed = runs.find(({ faults }) => faults.length === boxes.length);
    const repaired = runs.find(({ faults }) => faults.length === 0);
    if (printed && repaired && fooled.checked)
      says.textContent = `As the article counts: as printed ${percent(printed.training)}, repaired ${percent(repaired.training)}, of digits that they trained on. Take the last fault away, too.`;
    else if (printed && repaired)
      lesson.found(
        100 * printed.validation,
        `As printed ${(100 * printed.validation).toFixed(1)} %, repaired ${(100 * repaired.validation).toFixed(1)} % of 5,000 digits unseen.`,
      );
    else if (printed) says.textContent += ' Now take every fault away, and train again.';
    else if (repaired) says.textContent += ' Now put every fault back, and train again.';
  }

  /** @param {number | undefined} share */
  function percent(share) {
    return share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
  }

  /** @param {string[]} faults */
  function named(faults) {
    if (faults.length === 0) return 'none: repaired';
    if (faults.length === boxes.length) return 'all: as printed';
    return faults.map((name) => switches[name].title).join(', ');
  }
}
