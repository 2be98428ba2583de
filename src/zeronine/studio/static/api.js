// The server's interface, one function for each address. Errors carry the server's own words.

/** What the networks say of canvases (784 whole numbers 0..255 each): one answer for each canvas. */
export async function classify(canvases, model) {
  return (await post('/api/classify', { canvases, model })).answers;
}

/** Read a picture: the reading, with the canvas of each digit, and the steps if asked. */
export async function read(blob, { model, steps = false }) {
  const query = new URLSearchParams({ model, canvases: 1, ...(steps ? { steps: 1 } : {}) });
  const reading = await ask(`/api/read?${query}`, { method: 'POST', body: blob });
  return { ...reading, canvases: fromTiles(reading.canvases) };
}

/** One kind of explanation, or several. */
export const explain = (canvas, model, kinds, toward = null) =>
  post('/api/explain', { canvas, model, kinds, toward });

/** The answer with hidden units switched off. */
export const ablate = (canvas, model, off) => post('/api/ablate', { canvas, model, off });

export const listModels = async () => (await ask('/api/models')).models;
export const getMap = (model) => ask(`/api/map?${new URLSearchParams({ model })}`);
export const getIndex = (model) => ask(`/api/index?${new URLSearchParams({ model })}`);
export const buildIndex = (model) => post('/api/index', { model });

export const listRecipes = () => ask('/api/recipes');
export const listTrainings = async () => (await ask('/api/train')).jobs;
export const startTraining = (recipe, changes, name = null) => post('/api/train', { recipe, changes, name });
export const stopTraining = (id) => post(`/api/train/${id}/stop`, {});
export const continueTraining = (id, epochs) => post(`/api/train/${id}/continue`, { epochs });

/** The canvas as the server takes it: whole numbers 0..255. */
export const toBytes = (canvas) => Array.from(canvas, (value) => Math.round(255 * value));

/** Small pictures as the server sends them -> arrays of 784 numbers; ink canvases come back in [0, 1]. */
export function fromTiles(tiles) {
  if (!tiles) return [];
  const bytes = Uint8Array.from(atob(tiles.data), (letter) => letter.charCodeAt(0));
  const scale = tiles.low === 0 && tiles.high === 255 ? 255 : 1;
  const value = (byte) => (tiles.low + (byte / 255) * (tiles.high - tiles.low)) / scale;
  return Array.from({ length: tiles.count }, (_, index) =>
    Float32Array.from(bytes.subarray(784 * index, 784 * (index + 1)), value),
  );
}

function post(address, data) {
  const headers = { 'Content-Type': 'application/json' };
  return ask(address, { method: 'POST', headers, body: JSON.stringify(data) });
}

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Error('The studio does not answer: is `zeronine studio` still running?');
  }
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(data?.error?.message ?? `The studio answered ${answer.status}.`);
  return data;
}
