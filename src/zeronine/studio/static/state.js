// What the four rooms share: the models, the picture, and the digit in question.

export const state = {
  models: [], // as /api/models lists them
  first: 'shipped', // ids of the models that answer
  second: null,
  picture: null, // {blob, name, drawn}: what came in, a file or the pad's drawing
  digit: 0, // which digit of the picture is in question
  canvas: null, // Float32Array(784) of that digit, ink = 1
};

const listeners = new Map();

/** Change some of the state and tell those who listen to these names. */
export function change(changes) {
  const names = Object.keys(changes).filter((name) => state[name] !== changes[name]);
  Object.assign(state, changes);
  const told = new Set(names.flatMap((name) => listeners.get(name) ?? []));
  for (const listener of told) listener();
}

/** Call `listener` when one of these changes. */
export function on(names, listener) {
  for (const name of names) listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

/** What the page calls a model. */
export function modelName(id) {
  const model = state.models.find((one) => one.id === id);
  return model ? model.name : id;
}
