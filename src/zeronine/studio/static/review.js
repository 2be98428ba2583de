// The room to review in: what is unsure comes with its picture, the most useful first; the keyboard is enough.

import { addMissed, decide, nextItem, reviewCounts } from './api.js';
import { byId, makeSvg, say, trouble } from './dom.js';

const STEP = 2; // pixels of the picture that a key moves or widens the box by
/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

/** @type {ReviewNext | null} */
let shown = null; // the item in question and its picture
/** @type {Box} */
let box = { x: 0, y: 0, width: 1, height: 1 };
let quarters = 0; // counterclockwise
let busy = false; // a decision is on its way: a second Enter decides nothing

/** Wire the room, once; its link is there where the studio has a queue. */
export function prepare() {
  byId('review-form').addEventListener('submit', (event) => {
    event.preventDefault();
    act(keep);
  });
  byId('review-delete').addEventListener('click', () => act(() => settle('delete')));
  byId('review-later').addEventListener('click', () => act(() => settle('skip')));
  byId('review-add').addEventListener('click', () => act(add));
  byId('review-turn').addEventListener('click', turn);
  byId('review').addEventListener('keydown', keyed);
  reviewCounts()
    .then((counts) => (byId('review-link').hidden = !counts.queue))
    .catch(trouble);
}

/** Show the room, and the first item. */
export function enter() {
  if (!shown?.item) act(next);
}

/**
 * Do one thing at a time, and say what went wrong.
 *
 * @param {() => Promise<void>} work
 */
async function act(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (error) {
    trouble(error);
  } finally {
    busy = false;
  }
}

async function next() {
  shown = await nextItem(reviewer());
  byId('review-desk').hidden = !shown.item;
  byId('review-empty').hidden = Boolean(shown.item);
  tell(shown.counts);
  if (!shown.item) {
    say('Nothing is left to review.');
    return;
  }
  begin(shown.item);
  say(`${shown.item.text || 'empty'}: what stands there?`);
}

/** @param {ReviewItem} item */
function begin(item) {
  quarters = 0;
  box = { ...item.box };
  const text = byId('review-text');
  text.value = item.text;
  byId('review-where').textContent =
    `${item.field || 'Number'} of ${item.file.split(/[/\\]/).pop()}, page ${item.page}; ${Math.round(100 * item.confidence)}\u00a0% sure`;
  byId('review-where').title = item.file;
  draw();
  text.focus();
  text.select();
}

/** Keep the text, or change it to what was typed. */
async function keep() {
  const text = byId('review-text').value.trim();
  await settle(text === shown?.item?.text ? 'keep' : 'change', text);
}

/** @param {ReviewAction} action @param {string} text */
async function settle(action, text = '') {
  if (!shown?.item) return;
  await decide({ item: shown.item.id, action, text, reviewer: reviewer(), box, quarters });
  await next();
}

/** Keep what was typed as a number that was missed, where the box is now; the item stays. */
async function add() {
  const text = byId('review-text').value.trim();
  if (!shown?.item) return;
  const counts = await addMissed({ item: shown.item.id, text, reviewer: reviewer(), box, quarters });
  tell(counts);
  say(`${text} was added.`);
  begin(shown.item);
}

function turn() {
  quarters = (quarters + 1) % 4;
  draw();
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  if (!shown?.item || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  if (event.key === 'Escape') act(() => settle('skip'));
  else if (event.ctrlKey && event.key === 'Delete') act(() => settle('delete'));
  else if (event.ctrlKey && event.key === 'Enter') act(add);
  else if (event.ctrlKey && event.key === '.') turn();
  else if (event.ctrlKey && arrow) move(arrow, event.shiftKey);
  else return;
  event.preventDefault();
}

/** @param {[number, number]} by @param {boolean} wider */
function move([right, down], wider) {
  const view = shown?.view;
  if (!view) return;
  if (wider) box = { ...box, width: Math.max(4, box.width + right), height: Math.max(4, box.height + down) };
  else box = { ...box, x: Math.max(0, box.x + right), y: Math.max(0, box.y + down) };
  draw();
}

/** Draw the picture round the item, turned, with its box. */
function draw() {
  const view = shown?.view;
  if (!view) return;
  const side = Math.max(view.across, view.down);
  const [middle, centre] = [view.across / 2, view.down / 2];
  const place = byId('review-view');
  place.setAttribute('viewBox', `${middle - side / 2} ${centre - side / 2} ${side} ${side}`);
  place.replaceChildren(
    makeSvg(
      'g',
      { transform: `rotate(${-90 * quarters} ${middle} ${centre})` },
      makeSvg('image', { href: view.picture, width: view.across, height: view.down }),
      makeSvg('rect', { x: box.x - view.x, y: box.y - view.y, width: box.width, height: box.height }),
    ),
  );
}

/** @param {ReviewCounts} counts */
function tell(counts) {
  const errors = counts.expected_errors.toFixed(1);
  byId('review-counts').textContent =
    `${counts.open} open, ${counts.decided} decided; ${errors} errors are expected among those that are open.`;
}

const reviewer = () => byId('review-name').value.trim() || 'me';
