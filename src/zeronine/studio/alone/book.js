// What stands in the page, unpacked once: models, facts, recorded runs, the reader; and the thread that reads.

import { fromBase64 } from '../static/network.js';
import { withHeads } from './heads.js';
import { start } from './heap.js';
import { keptHands } from './ownhand.js';
import { graphsOf, hurry } from './quick.js';

/** @type {Map<number, {settle: (found: any) => void, fail: (error: Error) => void}>} */
const waiting = new Map();
let asked = 0; // questions to the second thread so far
/** @type {Promise<Worker> | null} */
let desk = null;

/** The page's own data, models among them ready to run in this thread. */
export const opened = unpacked(document.getElementById('edition')?.textContent ?? '').then(
  async (content) => {
    const book = /** @type {Edition} */ (JSON.parse(new TextDecoder().decode(content)));
    const models = await Promise.all(
      book.models.map(async (model) => ({ ...model, weights: await unpacked(model.weights) })),
    );
    await start(fromBase64(book.reader.kernel));
    hurry();
    return { book, models, graphs: graphsOf(models) };
  },
);

/** The bytes that a base64 text of deflated ones stands for. @param {string} text */
async function unpacked(text) {
  const stream = new Blob([fromBase64(text)]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** @param {'digits' | 'judges'} name of MNIST: 784 bytes of ink each, then a byte of label each */
export const digitsOf = async (name) => unpacked((await opened).book[name]);

/** @param {string} model the name of one of the page's, or of a hand @returns {Promise<Graph>} */
export async function graphOf(model) {
  const { graphs } = await opened;
  const heads = keptHands().get(model);
  const graph = graphs.get(heads ? 'shipped' : model);
  if (!graph) throw new Error(`There is no model “${model}” in this page.`);
  return heads ? withHeads(graph, heads) : graph;
}

/**
 * Ask the second thread, which is started with the first question.
 *
 * @param {string} what
 * @param {{model: string, [part: string]: unknown}} question
 * @returns {Promise<any>}
 */
export async function ask(what, question) {
  desk ??= begun();
  const worker = await desk;
  asked += 1;
  const number = asked;
  const answer = new Promise((settle, fail) => waiting.set(number, { settle, fail }));
  worker.postMessage({ number, what, asked: { ...question, heads: keptHands().get(question.model) } });
  return answer;
}

async function begun() {
  const { book, models } = await opened;
  const worker = new Worker(URL.createObjectURL(new Blob([book.desk], { type: 'text/javascript' })));
  worker.addEventListener('message', ({ data: { number, found, wrong } }) => {
    const { settle, fail } = waiting.get(number) ?? {};
    waiting.delete(number);
    if (wrong === undefined) settle?.(found);
    else fail?.(new Error(wrong));
  });
  const { kernel, weights, ...packed } = book.reader;
  const [bytes, digits, judges] = await Promise.all([weights, book.digits, book.judges].map(unpacked));
  worker.postMessage({ packed, kernel: fromBase64(kernel), bytes, models, digits, judges });
  return worker;
}
