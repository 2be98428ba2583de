// The edition's second thread: pictures are read and questions answered here, so that the pen never waits.
// It is started by book.js with everything it needs, and answers one message with one.

import { OWN, TAUGHT } from './evidence.js';
import { withHeads } from './heads.js';
import { start } from './heap.js';
import { answerOf, graphsOf, hurry } from './quick.js';
import { Reader } from './reader.js';
import { ablated, explained } from './reasoning.js';
import { heatOf } from './steps.js';
import { taught } from './teaching.js';

/** @typedef {{reader: Reader, graphs: Map<string, Graph>, digits: Uint8Array, judges: Uint8Array}} Tools */

/** @type {Promise<Tools>} */
let tools;

/** @type {Record<string, (tools: Tools, asked: any) => unknown>} */
const WORK = {
  read,
  explain: (given, asked) => explained(graphOf(given, asked), asked),
  ablate: (given, asked) => ablated(graphOf(given, asked), asked),
  teach: (given, asked) => taught(graphOf(given, asked), asked.lessons, given.digits, given.judges),
};

self.addEventListener('message', async ({ data }) => {
  if (data.packed) {
    tools = prepared(data);
    return;
  }
  try {
    self.postMessage({ number: data.number, found: WORK[data.what](await tools, data.asked) });
  } catch (error) {
    self.postMessage({ number: data.number, wrong: error instanceof Error ? error.message : String(error) });
  }
});

/**
 * @param {{packed: PackedReader, kernel: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>, models: PackedModel[], digits: Uint8Array, judges: Uint8Array}} given
 * @returns {Promise<Tools>}
 */
async function prepared({ packed, kernel, bytes, models, digits, judges }) {
  await start(kernel);
  hurry();
  return { reader: new Reader(packed, bytes), graphs: graphsOf(models), digits, judges };
}

/** @param {Tools} given @param {{model: string, heads?: Head[]}} asked */
function graphOf({ graphs }, { model, heads }) {
  const graph = graphs.get(heads ? 'shipped' : model);
  if (!graph) throw new Error(`There is no model “${model}” in this page.`);
  return heads ? withHeads(graph, heads) : graph;
}

/** How much each network's classes count; nothing for the shipped model. @param {{model: string, heads?: Head[]}} asked */
export function sharesOf({ model, heads }) {
  if (heads) return TAUGHT;
  return model === 'shipped' ? undefined : OWN;
}

/**
 * @param {Tools} given
 * @param {{grey: Grey, model: string, wishes: {least?: number, digitsOnly?: boolean}, steps: boolean}} asked
 */
function read(given, { grey, wishes, steps, ...asked }) {
  const graph = graphOf(given, asked);
  const classify = (/** @type {Float32Array} */ canvas) => answerOf(graph, canvas);
  const { reading, sight, chosen } = given.reader.read(grey, classify, wishes, sharesOf(asked));
  return {
    reading,
    heat: steps ? heatOf(sight, grey) : null,
    boxes: chosen.map(({ inPicture }) => inPicture),
  };
}
