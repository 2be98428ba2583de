// The studio's page: which room is shown, and what all of them need.

import { listModels } from './api.js';
import * as classRoom from './class.js';
import { byId, trouble } from './dom.js';
import * as draw from './draw.js';
import * as learn from './learn.js';
import * as live from './live.js';
import * as readRoom from './read.js';
import * as review from './review.js';
import { change, state } from './state.js';
import * as teach from './teach.js';
import * as train from './train.js';
import * as why from './why.js';

const ROOMS = { draw, why, live, teach, train, read: readRoom, learn, class: classRoom, review };
const NAMES = /** @type {(keyof typeof ROOMS)[]} */ (Object.keys(ROOMS));
const TITLES = {
  draw: 'Draw',
  why: 'Why',
  live: 'Live',
  teach: 'Teach',
  train: 'Train',
  read: 'Read',
  learn: 'Learn',
  class: 'Class',
  review: 'Review',
};

// The edition without a server keeps its address behind a #, so that it opens from a disk as well.
const ALONE = document.documentElement.dataset.edition === 'alone';

/** The room's address, as a server would see it. */
function here() {
  const address = ALONE ? location.hash.slice(1) || '/draw' : location.pathname + location.search;
  const found = new URL(address, 'http://page');
  const ink = ALONE ? null : new URLSearchParams(location.hash.slice(1)).get('ink');
  if (ink) found.searchParams.set('ink', ink);
  return found;
}

/** Show the room that the address names. */
function show() {
  const { pathname, searchParams } = here();
  const name = pathname.slice(1);
  const room = NAMES.find((one) => one === name) ?? 'draw';
  for (const one of NAMES) byId(one).hidden = one !== room;
  for (const link of rooms()) {
    if (link.dataset.room === room) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (room !== 'live') live.leave();
  document.title = `${TITLES[room]} · Zeronine studio`;
  document.body.dataset.room = room;
  ROOMS[room].enter(searchParams);
}

/** @returns {NodeListOf<HTMLElement>} */
function rooms() {
  return document.querySelectorAll('nav [data-room]');
}

/**
 * Go to a room's address without loading the page again.
 *
 * @param {string} address
 */
export function go(address) {
  history.pushState(null, '', ALONE ? `#${address}` : address);
  show();
  window.scrollTo(0, 0);
}

/** Ask the server which models there are; the chosen ones stay chosen while they exist. */
async function refreshModels() {
  const models = await listModels();
  const exists = (/** @type {string | null} */ id) => models.some((model) => model.id === id);
  change({
    models,
    first: exists(state.first) || models.length === 0 ? state.first : models[0].id,
    second: exists(state.second) ? state.second : null,
  });
}

document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[data-room]') : null;
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  go(link.getAttribute('href') ?? '/draw');
});
window.addEventListener('popstate', show);
window.addEventListener('models', () => refreshModels().catch(trouble));
window.addEventListener('go', (event) => go(event.detail));
document.documentElement.toggleAttribute('data-embed', new URLSearchParams(location.search).has('embed'));
for (const room of Object.values(ROOMS)) room.prepare();
show();
refreshModels().catch(trouble);
