// What the rooms share: the models, the picture, and the digit in question.

/** @type {State} */
export const state = {
  models: [], // as /api/models lists them
  first: 'shipped', // ids of the models that answer
  second: null,
  picture: null, // {blob, name, drawn, asked}: a file or the pad's drawing, and how it is to be read
  digit: 0, // which digit of the picture is in question
  canvas: null, // Float32Array(784) of that digit, ink = 1
};

/** @type {Map<keyof State, (() => void)[]>} */
const listeners = new Map();

/**
 * Change some of the state and tell those who listen to these names.
 *
 * @param {Partial<State>} changes
 */
export function change(changes) {
  const names = /** @type {(keyof State)[]} */ (Object.keys(changes)).filter(
    (name) => state[name] !== changes[name],
  );
  Object.assign(state, changes);
  const told = new Set(names.flatMap((name) => listeners.get(name) ?? []));
  for (const listener of told) listener();
}

/**
 * Call `listener` when one of these changes.
 *
 * @param {(keyof State)[]} names
 * @param {() => void} listener
 */
export function on(names, listener) {
  for (const name of names) listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

/**
 * What the page calls a model: a run by its recipe and its time, any other by its own name.
 *
 * @param {Model} model
 * @returns {string}
 */
export function modelName({ name, origin }) {
  return origin ? `${runTitle(name)} (${origin})` : runTitle(name);
}

/**
 * The name of a run's folder, 20261123-184234-repaired,epochs-5, as a person says it.
 *
 * @param {string} name
 * @returns {string}
 */
export function runTitle(name) {
  const run = /^\d{4}(\d\d)(\d\d)-(\d\d)(\d\d)\d\d-(.+)$/.exec(name);
  return run ? `${run[5].replaceAll(',', ', ')}, ${run[2]}.${run[1]}. ${run[3]}:${run[4]}` : name;
}
