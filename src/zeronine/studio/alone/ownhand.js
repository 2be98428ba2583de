// A hand's digits, what teaching came to, and its last layer: kept by the browser, on this machine only.

import { fromBase64 } from '../static/network.js';
import { tilesOf } from './tiles.js';

const KEPT = 'zeronine hand '; // before the name under which the browser keeps a hand
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/;

/** @typedef {{lessons: string[], labels: number[], report: object | null, heads: Head[] | null}} KeptHand lessons in base64 */

/** @param {string} name @returns {KeptHand} */
function handOf(name) {
  const kept = localStorage.getItem(KEPT + name);
  return kept ? JSON.parse(kept) : { lessons: [], labels: [], report: null, heads: null };
}

/** @param {string} name @param {KeptHand} hand */
function keep(name, hand) {
  localStorage.setItem(KEPT + name, JSON.stringify(hand));
}

/** The last layers of the hands that have a model, by name. @returns {Map<string, Head[]>} */
export function keptHands() {
  const found = new Map();
  try {
    for (const key of Object.keys(localStorage)) {
      const { heads } = key.startsWith(KEPT) ? handOf(key.slice(KEPT.length)) : { heads: null };
      if (heads) found.set(key.slice(KEPT.length), heads);
    }
  } catch {
    // storage may be forbidden or foreign; there are no hands then
  }
  return found;
}

/**
 * What the studio's `/api/hands` does, here; `learn` teaches lessons.
 *
 * @param {string} name
 * @param {string} method
 * @param {string} path
 * @param {any} body
 * @param {(lessons: {canvas: Float32Array, label: number}[]) => Promise<{heads: Head[] | null, report: object}>} learn
 */
export async function handled(name, method, path, body, learn) {
  if (!NAME.test(name)) throw new Error(`“${name}” is no name for a hand: use letters, digits, - and _.`);
  const hand = handOf(name);
  const [, what, place] = path.split('/');
  if (method === 'POST' && what === 'lessons') give(hand, body);
  else if (method === 'POST' && what === 'teach') Object.assign(hand, await learn(lessonsOf(hand)));
  else if (method === 'DELETE' && what === 'lessons') forget(hand, Number(place));
  else if (method === 'DELETE' && what === 'model') Object.assign(hand, { heads: null, report: null });
  else if (method === 'DELETE') {
    localStorage.removeItem(KEPT + name);
    return { deleted: name };
  } else if (method !== 'GET') throw new Error('This page reads no sheets: for that, run `zeronine studio`.');
  if (method !== 'GET') keep(name, hand);
  const canvases = lessonsOf(hand).map(({ canvas }) => canvas);
  return {
    name,
    lessons: tilesOf(canvases, 0, 1),
    labels: hand.labels,
    kept: hand.heads !== null,
    model: hand.heads ? name : null,
    report: hand.report,
  };
}

/** A picture that was given before takes its newest label. @param {KeptHand} hand @param {{canvases: number[][], labels: number[]}} given */
function give(hand, { canvases, labels }) {
  for (const [index, canvas] of canvases.entries()) {
    const text = btoa(String.fromCharCode(...canvas));
    const known = hand.lessons.indexOf(text);
    if (known >= 0) hand.labels[known] = labels[index];
    else {
      hand.lessons.push(text);
      hand.labels.push(labels[index]);
    }
  }
}

/** @param {KeptHand} hand @param {number} place */
function forget(hand, place) {
  hand.lessons.splice(place, 1);
  hand.labels.splice(place, 1);
}

/** @param {KeptHand} hand */
function lessonsOf({ lessons, labels }) {
  return lessons.map((text, index) => ({
    canvas: Float32Array.from(fromBase64(text), (value) => value / 255),
    label: labels[index],
  }));
}
