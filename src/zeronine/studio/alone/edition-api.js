// What api.js asks of the studio, answered in the page: for the edition that has no server.
// Models, facts and recorded runs stand in the page; pictures are read by a second thread, see desk.js.

import { canvasOf } from '../static/normalise.js';
import { softmax } from '../static/operations.js';
import { ask, digitsOf, graphOf, opened } from './book.js';
import { greyOf } from './opened.js';
import { handled, keptHands } from './ownhand.js';
import { painted } from './painted.js';
import { answerOf } from './quick.js';
import { insightOf } from './seen.js';

export { fromTiles, toBytes } from '../static/packing.js';

/** @type {Edition['runs']} */
let runs = []; // those that were recorded when this page was made

/**
 * What a network says of canvases (784 whole numbers 0..255 each).
 *
 * @param {number[][]} canvases
 * @param {string} model
 * @returns {Promise<Answer[]>}
 */
export async function classify(canvases, model) {
  const graph = await graphOf(model);
  return canvases.map((canvas) => {
    const { logits, digitLogit } = answerOf(
      graph,
      canvas.map((value) => value / 255),
    );
    const probabilities = softmax(logits);
    const confidence = Math.max(...probabilities);
    const value = probabilities.indexOf(confidence);
    return { value, confidence, probabilities, digit_probability: 1 / (1 + Math.exp(-digitLogit)) };
  });
}

/**
 * Read a picture: the reading, with the canvas of each digit, and the steps if asked.
 *
 * @param {Blob} blob
 * @param {{model: string, steps?: boolean, asked?: Record<string, string>}} options
 * @returns {Promise<Reading>}
 */
export async function read(blob, options) {
  return readGrey(await greyOf(blob), options);
}

/**
 * @param {Grey} grey
 * @param {{model: string, steps?: boolean, asked?: Record<string, string>}} options
 * @returns {Promise<Reading>}
 */
async function readGrey(grey, { model, steps = false, asked = {} }) {
  const wishes = {
    digitsOnly: asked.digits_only === 'true',
    ...(asked.min_confidence ? { least: Number(asked.min_confidence) } : {}),
  };
  const { reading, heat, boxes } = await ask('read', { grey, model, wishes, steps });
  return steps ? { ...reading, steps: painted(grey, heat, boxes) } : reading;
}

/**
 * @param {number[]} canvas
 * @param {string} model
 * @param {Kind[]} kinds
 * @param {number | null} rival
 * @returns {Promise<Explanation>}
 */
export async function explain(canvas, model, kinds, rival = null) {
  const { sentences } = (await opened).book;
  return ask('explain', { canvas, model, kinds, rival, sentences });
}

/** @param {number[]} canvas @param {string} model @param {{layer: number, units: number[]}[]} off */
export const ablate = (canvas, model, off) => ask('ablate', { canvas, model, off });

/** @returns {Promise<Model[]>} */
export async function listModels() {
  const { models } = await opened;
  const shipped = models.filter(({ id }) => id === 'shipped').map(({ graph, weights, ...about }) => about);
  const rest = models.filter(({ id }) => id !== 'shipped').map(({ graph, weights, ...about }) => about);
  const hands = [...keptHands().keys()].map((name) => ({
    id: name,
    name: `${name}, taught here`,
    not_a_digit: true,
  }));
  return [...shipped, ...hands, ...rest];
}

/** The numbers of a network's layers, as studio/living.py packs them. @param {string} id @returns {Promise<ArrayBuffer>} */
export async function layerBytes(id) {
  const { layers } = insightOf(await graphOf(id));
  const head = JSON.stringify({ layers: layers.map(({ into, out, relu }) => ({ into, out, relu })) });
  const text = new TextEncoder().encode(head.padEnd(Math.ceil(head.length / 4) * 4));
  const numbers = layers.flatMap(({ weights, bias }) => [
    Float32Array.from(weights),
    Float32Array.from(bias),
  ]);
  return new Blob([Uint32Array.of(text.length), text, ...numbers]).arrayBuffer();
}

/** Training digits: 784 bytes of ink each, then a byte of label each. */
export const trainingDigits = () => digitsOf('digits');

/**
 * What a hand's lessons, its teaching and its model are asked for, by method and path.
 *
 * @param {string} name
 * @param {string} method
 * @param {string} path
 * @param {Blob | object | null} body
 */
export const askHand = (name, method, path, body) =>
  handled(name, method, path, body, (lessons) => ask('teach', { model: 'shipped', lessons }));

/** @returns {Promise<LessonFacts>} */
export const lessonFacts = async () => (await opened).book.facts;
/** @returns {Promise<ClassBoard>} */
export const classBoard = async () => ({ class: false });

/**
 * A run that was recorded when this page was made, by the same recipe.
 *
 * @param {string} recipe
 * @param {object} changes
 * @returns {Promise<Run>}
 */
export async function startRun(recipe, changes) {
  runs = (await opened).book.runs;
  const wanted = JSON.stringify([recipe, changes]);
  const found = runs.find((one) => JSON.stringify([one.recipe, one.changes]) === wanted);
  if (!found) needsStudio();
  return found.run;
}

/** @param {string} id */
export const recorded = (id) => runs.find(({ run }) => run.id === id);

/** @returns {never} */
function needsStudio() {
  throw new Error('This page stands alone: for that, run `zeronine studio`.');
}

/** @returns {Promise<ReviewCounts>} */
export const reviewCounts = async () => ({ queue: false, open: 0, decided: 0, expected_errors: 0 });

export const addMissed = async () => needsStudio();
export const buildIndex = async () => needsStudio();
export const continueRun = async () => needsStudio();
export const decide = async () => needsStudio();
export const getIndex = async () => needsStudio();
export const getMap = async () => needsStudio();
export const listOptions = async () => (await opened).book.options;
export const listRecipes = async () => needsStudio();
export const listRuns = async () => [];
export const nextItem = async () => needsStudio();
export const stopRun = async () => needsStudio();

// For the curious, and for the tests: the same steps from the browser's console.
window.zeronine = { canvasOf, classify, readGrey };
