// The room to see a network live in: every stroke runs through it, every unit can be opened, changed and trained.

import { answerInto, write } from './answer.js';
import { layerBytes } from './api.js';
import { byId, make, say, trouble } from './dom.js';
import { copied, forward, fresh, shares } from './layers.js';
import { showUnit } from './microscope.js';
import { paintNet, unitAt } from './netpicture.js';
import { canvasOf } from './normalise.js';
import { Pad } from './pad.js';
import { modelName, on, state } from './state.js';
import { endPhase, pause, prepareStepper, trained } from './stepper.js';
import { SIZES } from './training.js';

const HOW =
  'The stronger a unit speaks the fuller it is; lines are the strongest products, blue for, orange against. Press a unit to open it.';
const HERE = 'here'; // the network that is trained in this room

/** @type {Pad} */
let pad;
/** @type {import('./answer.js').Shown} */
let answer;
/** @type {Float32Array} */
let ink = new Float32Array(784);
let inkOf = -1; // the pad's changes when `ink` was taken from it
let source = HERE;
let layers = fresh(SIZES, 1);
/** @type {(Float32Array | null)[]} */
let gains = [];
/** @type {import('./netpicture.js').Place | null} */
let chosen = null;
let square = -1; // of what comes into the open unit; -1: the one with the strongest product
/** @type {import('./phases.js').Phase | null} */
let phase = null; // of an update of the training in this room, that is looked at instead of the drawing
let painting = false;
let dirty = false; // something was changed by hand, so that a field that is typed in may be made anew
let wordless = false; // while a training plays, most pictures come without words and numbers
let begun = 0; // when the ink changed that is not painted yet

/** Wire the room, once. */
export function prepare() {
  pad = new Pad(byId('live-pad'), { width: 280, height: 280 });
  answer = answerInto(byId('live-answer'));
  pad.surface.addEventListener('ink', () => inked());
  byId('live-clear').addEventListener('click', () => pad.clear());
  byId('live-undo').addEventListener('click', () => pad.undo());
  byId('live-reset').addEventListener('click', () => choose(source).catch(trouble));
  byId('live-model').addEventListener('change', () => choose(byId('live-model').value).catch(trouble));
  byId('live-net').addEventListener('click', pressed);
  byId('live-net').addEventListener('keydown', steered);
  window.addEventListener('themechange', () => repaint());
  on(['models'], () => fill());
  prepareStepper((now, part, quiet) => {
    if (source !== HERE) show(HERE);
    [layers, phase, wordless] = [now, part, quiet];
    repaint();
  });
  fill();
}

/** Show the room. */
export function enter() {
  pad.redraw();
  repaint();
}

/** Leave the room: a training does not go on unseen. */
export function leave() {
  pause();
}

function fill() {
  const known = state.models
    .filter((one) => one.live)
    .map((one) => make('option', { value: one.id }, modelName(one)));
  byId('live-model').replaceChildren(make('option', { value: HERE }, 'Trained in this room'), ...known);
  byId('live-model').value = source;
}

/** @param {string} id */
function show(id) {
  source = id;
  gains = [];
  phase = null;
  endPhase();
  byId('live-model').value = id;
  byId('live-changed').textContent = '';
}

/** @param {string} id */
async function choose(id) {
  const found = id === HERE ? (trained() ?? fresh(SIZES, 1)) : unpacked(await layerBytes(id));
  show(id);
  layers = found;
  if (chosen && (chosen.layer > layers.length || chosen.unit >= layers[chosen.layer - 1].out)) chosen = null;
  if (chosen) chosen = { layer: chosen.layer, unit: chosen.unit };
  repaint();
}

/**
 * The layers of a network as /api/layers gives them.
 *
 * @param {ArrayBuffer} buffer
 * @returns {import('./layers.js').Layer[]}
 */
export function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const { layers: described } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const numbers = (/** @type {number} */ count) => {
    at += 4 * count;
    return new Float32Array(buffer, at - 4 * count, count);
  };
  return described.map((/** @type {import('./layers.js').Layer} */ one) => ({
    ...one,
    weights: numbers(one.into * one.out),
    bias: numbers(one.out),
    ...(one.conv ? { conv: { ...one.conv, gains: numbers(one.out), shifts: numbers(one.out) } } : {}),
  }));
}

function inked() {
  begun ||= performance.now();
  wordless = false;
  phase = null;
  endPhase();
  repaint();
}

/** Paint once in the next frame, however much changed. */
function repaint() {
  if (painting || byId('live').hidden) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    paint();
  });
}

function paint() {
  write(byId('live-says'), phase ? phase.says : HOW);
  if (phase) {
    answer.show(phase.shares);
    paintNet(byId('live-net'), phase.layers, phase.values, phase.ink, null, phase);
    byId('live-unit').hidden = true;
    return;
  }
  if (inkOf !== pad.changes) {
    ink = (pad.empty ? null : canvasOf(pad.ink(), pad.height, pad.width)) ?? new Float32Array(784);
    inkOf = pad.changes;
  }
  const inputs = source === HERE ? ink.map((value) => 2 * value - 1) : ink;
  const values = forward(layers, inputs, 1, gains);
  const found = values[values.length - 1];
  const answered = pad.empty || !found.every(Number.isFinite) ? null : shares(found);
  if (wordless) answer.move(answered);
  else answer.show(answered);
  paintNet(byId('live-net'), layers, values, ink, chosen);
  byId('live-unit').hidden = chosen === null;
  if (chosen && !wordless) look(values, chosen);
  wordless = false;
  if (begun) performance.measure('stroke to network', { start: begun, end: performance.now() });
  begun = 0;
}

/** @param {Float32Array[]} values @param {import('./netpicture.js').Place} unit */
function look(values, unit) {
  const place = byId('live-unit');
  const typing = place.contains(document.activeElement) && document.activeElement?.tagName === 'INPUT';
  if (typing && !dirty) return;
  dirty = false;
  showUnit(place, {
    layers,
    values,
    ink,
    chosen: unit,
    square,
    gain: gains[unit.layer - 1] ?? null,
    onSquare: (at) => {
      square = at;
      paint(); // at once: the next key goes on from here
    },
    onPlace: (at) => {
      chosen = { ...unit, at };
      paint();
    },
    onWeight: (at, weight) => {
      layers = copied(layers);
      layers[unit.layer - 1].weights[unit.unit * layers[unit.layer - 1].into + at] = weight;
      changed(`A weight is ${weight} now.`);
    },
    onGain: (gain) => {
      const one = gains[unit.layer - 1] ?? new Float32Array(layers[unit.layer - 1].out).fill(1);
      one[unit.unit] = gain;
      gains[unit.layer - 1] = one;
      changed(gain === 0 ? 'This unit is switched off.' : `This unit speaks ${gain} times as loud.`);
    },
  });
}

/** @param {string} text */
function changed(text) {
  dirty = true;
  byId('live-changed').textContent = text;
  repaint();
}

/** @param {MouseEvent} event */
function pressed(event) {
  const box = byId('live-net').getBoundingClientRect();
  const found = unitAt(
    layers,
    (event.clientX - box.left) / box.width,
    (event.clientY - box.top) / box.height,
  );
  if (found) pick(found);
}

/** @param {KeyboardEvent} event */
function steered(event) {
  /** @type {Record<string, [number, number]>} */
  const ways = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const way = ways[event.key];
  if (!way) return;
  event.preventDefault();
  const at = chosen ?? { layer: 1, unit: -1 };
  const layer = Math.min(layers.length, Math.max(1, at.layer + way[0]));
  const most = layers[layer - 1].out;
  pick({ layer, unit: Math.min(most - 1, Math.max(0, at.unit + way[1])) });
}

/** @param {import('./netpicture.js').Place} found */
function pick(found) {
  chosen = found;
  square = -1;
  phase = null;
  endPhase();
  dirty = true;
  const last = found.layer === layers.length;
  const [words, word] = layers[found.layer - 1].conv ? ['Filters', 'filter'] : ['Hidden layer', 'unit'];
  say(last ? `Answer ${found.unit}` : `${words} ${found.layer}, ${word} ${found.unit + 1}`);
  repaint();
}
