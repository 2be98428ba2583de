// The studio's page: which room is shown, and what all of them need.

import { listModels } from './api.js';
import { byId, trouble } from './dom.js';
import * as draw from './draw.js';
import * as readRoom from './read.js';
import { change, state } from './state.js';
import * as train from './train.js';
import * as why from './why.js';

const ROOMS = { draw, why, train, read: readRoom };
const TITLES = { draw: 'Draw', why: 'Why', train: 'Train', read: 'Read' };

/** Show the room that the address names. */
function show() {
  const name = location.pathname.slice(1);
  const room = name in ROOMS ? name : 'draw';
  for (const one of Object.keys(ROOMS)) byId(one).hidden = one !== room;
  for (const link of document.querySelectorAll('nav [data-room]')) {
    if (link.dataset.room === room) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${TITLES[room]} · Zeronine studio`;
  document.body.dataset.room = room;
  ROOMS[room].enter(new URLSearchParams(location.search));
}

/** Go to a room's address without loading the page again. */
export function go(address) {
  history.pushState(null, '', address);
  show();
  window.scrollTo(0, 0);
}

/** Ask the server which models there are; the chosen ones stay chosen while they exist. */
async function refreshModels() {
  const models = await listModels();
  const exists = (id) => models.some((model) => model.id === id);
  change({
    models,
    first: exists(state.first) ? state.first : models[0]?.id,
    second: exists(state.second) ? state.second : null,
  });
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-room]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button > 0) return;
  event.preventDefault();
  go(link.getAttribute('href'));
});
window.addEventListener('popstate', show);
window.addEventListener('models', () => refreshModels().catch(trouble));
window.addEventListener('go', (event) => go(event.detail));
for (const room of Object.values(ROOMS)) room.prepare();
show();
refreshModels().catch(trouble);
