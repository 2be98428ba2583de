// The server's interface, one function for each address. Errors carry the server's own words.

import { fromTiles } from './packing.js';

export { fromTiles, toBytes } from './packing.js';

/**
 * What the networks say of canvases (784 whole numbers 0..255 each): one answer for each canvas.
 *
 * @param {number[][]} canvases
 * @param {string} model
 * @returns {Promise<Answer[]>}
 */
export async function classify(canvases, model) {
  return (await post('/api/classify', { canvases, model })).answers;
}

/**
 * Read a picture: the reading, with the canvas of each digit, and the steps if asked.
 *
 * @param {Blob} blob
 * @param {{model: string, steps?: boolean, asked?: Record<string, string>}} options
 * @returns {Promise<Reading>}
 */
export async function read(blob, { model, steps = false, asked = {} }) {
  const query = new URLSearchParams({ ...asked, model, canvases: '1', ...(steps ? { steps: '1' } : {}) });
  const reading = await ask(`/api/read?${query}`, { method: 'POST', body: blob });
  return { ...reading, canvases: fromTiles(reading.canvases) };
}

/**
 * One kind of explanation, or several.
 *
 * @param {number[]} canvas
 * @param {string} model
 * @param {Kind[]} kinds
 * @param {number | null} rival
 * @returns {Promise<Explanation>}
 */
export const explain = (canvas, model, kinds, rival = null) =>
  post('/api/explain', { canvas, model, kinds, rival });

/**
 * The answer with hidden units switched off.
 *
 * @param {number[]} canvas
 * @param {string} model
 * @param {{layer: number, units: number[]}[]} off
 * @returns {Promise<{value: number, probabilities: Probabilities}>}
 */
export const ablate = (canvas, model, off) => post('/api/ablate', { canvas, model, off });

/** @returns {Promise<Record<string, ReadOption>>} */
export const listOptions = async () => (await ask('/api/options')).options;
/** @returns {Promise<Model[]>} */
export const listModels = async () => (await ask('/api/models')).models;
/** @param {string} model @returns {Promise<MapAnswer>} */
export const getMap = (model) => ask(`/api/map?${new URLSearchParams({ model })}`);
/** @param {string} model @returns {Promise<IndexStatus & {index?: IndexStatus}>} */
export const getIndex = (model) => ask(`/api/index?${new URLSearchParams({ model })}`);
/** @param {string} model @returns {Promise<IndexStatus>} */
export const buildIndex = (model) => post('/api/index', { model });

/** What the course computed from the training digits. @returns {Promise<LessonFacts>} */
export const lessonFacts = () => ask('/api/lesson');

/** The board of a class, where there is one. @returns {Promise<ClassBoard>} */
export const classBoard = () => ask('/api/class');

/** @returns {Promise<RecipeBook>} */
export const listRecipes = () => ask('/api/recipes');
/** @returns {Promise<Run[]>} */
export const listRuns = async () => (await ask('/api/train')).runs;
/** @param {string} recipe @param {object} changes @param {string | null} name @returns {Promise<Run>} */
export const startRun = (recipe, changes, name = null) => post('/api/train', { recipe, changes, name });
/** @param {string} id @returns {Promise<Run>} */
export const stopRun = (id) => post(`/api/train/${id}/stop`, {});
/** @param {string} id @param {number} epochs @returns {Promise<Run>} */
export const continueRun = (id, epochs) => post(`/api/train/${id}/continue`, { epochs });

/**
 * What a hand's lessons, its teaching and its model are asked for, by method and path.
 *
 * @param {string} name
 * @param {string} method
 * @param {string} path
 * @param {Blob | object | null} body
 * @returns {Promise<any>}
 */
export function askHand(name, method, path, body) {
  const address = `/api/hands/${encodeURIComponent(name)}${path}`;
  if (body instanceof Blob) return ask(address, { method, body });
  const headers = { 'Content-Type': 'application/json' };
  return ask(address, body ? { method, headers, body: JSON.stringify(body) } : { method });
}

/** @returns {Promise<ReviewCounts>} */
export const reviewCounts = () => ask('/api/review');
/** @param {string} reviewer @returns {Promise<ReviewNext>} */
export const nextItem = (reviewer) => post('/api/review/next', { reviewer });
/** @param {ReviewDecision & {action: ReviewAction}} decision @returns {Promise<ReviewCounts>} */
export const decide = (decision) => post('/api/review/decide', decision);
/** @param {ReviewDecision} missed @returns {Promise<ReviewCounts>} */
export const addMissed = (missed) => post('/api/review/add', missed);

/** The numbers of a network's layers, as studio/living.py packs them. @param {string} id */
export const layerBytes = (id) => bytesOf(`/api/layers?${new URLSearchParams({ model: id })}`);

/** Training digits: 784 bytes of ink each, then a byte of label each. */
export const trainingDigits = async () => new Uint8Array(await bytesOf('/api/lessons'));

/** @param {string} address @returns {Promise<ArrayBuffer>} */
async function bytesOf(address) {
  const reply = await fetch(address);
  if (!reply.ok) throw new Error((await reply.json()).error.message);
  return reply.arrayBuffer();
}

/** @param {string} address @param {object} data @returns {Promise<any>} */
function post(address, data) {
  const headers = { 'Content-Type': 'application/json' };
  return ask(address, { method: 'POST', headers, body: JSON.stringify(data) });
}

/** @param {string} address @param {RequestInit} options @returns {Promise<any>} */
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
