// One training in the page, in one's own hand: digits, a network, and updates that can be taken one by one.

import { copied, fresh, random, update } from './layers.js';

export const SIZES = [784, 128, 64, 10]; // the article's
const SNAPSHOTS = 60; // kept of a training; when there are more, every other one is let go

/** @typedef {{images: Uint8Array, labels: Uint8Array, count: number}} Lessons */
/** @typedef {{inputs: Float32Array, labels: Uint8Array}} Batch */
/** @typedef {{step: number, layers: import('./layers.js').Layer[]}} Snapshot */

/** Digits, a network that learns them, and what happened so far. */
export class Training {
  /** @param {Lessons} lessons @param {{rate?: number, batch?: number, seed?: number}} choices */
  constructor(lessons, { rate = 0.1, batch = 32, seed = 1 } = {}) {
    this.lessons = lessons;
    this.rate = rate;
    this.batch = batch;
    this.seed = seed;
    this.layers = fresh(SIZES, this.seed);
    this.next = random(this.seed + 1000);
    /** @type {number[]} */
    this.order = [];
    this.steps = 0;
    this.seen = 0;
    this.broken = '';
    /** @type {[number, number][]} */
    this.losses = [];
    /** @type {import('./layers.js').Update | null} */
    this.last = null;
    /** @type {Snapshot[]} */
    this.snapshots = [{ step: 0, layers: copied(this.layers) }];
    this.every = 1;
  }

  /** The same training before its first update. */
  anew() {
    return new Training(this.lessons, { rate: this.rate, batch: this.batch, seed: this.seed });
  }

  /** How many updates make an epoch. */
  get perEpoch() {
    return Math.ceil(this.lessons.count / this.batch);
  }

  /** The same training as it is now, to go on with another learning rate on the same batches. */
  forked(/** @type {number} */ rate) {
    const other = new Training(this.lessons, { rate, batch: this.batch, seed: this.seed });
    other.layers = copied(this.layers);
    other.steps = this.steps;
    other.losses = this.losses.slice(-1);
    return other;
  }

  /** Take one update, with a batch of its own or with one that another training drew; return the batch. */
  step(/** @type {Batch} */ batch = this.drawn()) {
    if (this.broken) return batch;
    const { inputs, labels } = batch;
    this.last = update(this.layers, inputs, labels, this.rate);
    this.steps += 1;
    this.seen += labels.length;
    const { loss } = this.last;
    if (Number.isFinite(loss)) this.losses.push([this.steps, loss]);
    this.broken = this.exploded(loss);
    if (this.steps % this.every === 0) this.keep();
    return batch;
  }

  /** The next batch, in an order that the seed decides; every digit once an epoch. */
  drawn() {
    if (this.order.length === 0) this.order = shuffled(this.lessons.count, this.next);
    const places = this.order.splice(0, this.batch);
    const inputs = new Float32Array(784 * places.length);
    for (const [row, place] of places.entries()) {
      for (let index = 0; index < 784; index += 1)
        inputs[784 * row + index] = this.lessons.images[784 * place + index] / 127.5 - 1;
    }
    return { inputs, labels: Uint8Array.from(places, (place) => this.lessons.labels[place]) };
  }

  /**
   * Why a training broke, in words; nothing while it goes well.
   *
   * @param {number} loss
   * @returns {string}
   */
  exploded(loss) {
    const rate = Number(this.rate.toPrecision(3));
    if (
      !Number.isFinite(loss) ||
      this.layers.some((one) => one.bias.some((value) => !Number.isFinite(value)))
    )
      return `It exploded in update ${this.steps}: with a learning rate of ${rate} a step overshoots the valley, the next slope is steeper, the next step longer, until the numbers end.`;
    const early = this.losses[0][1];
    if (loss > 50 * early && loss > 50)
      return `It exploded in update ${this.steps}: the loss is ${loss.toPrecision(3)}, it began at ${early.toPrecision(3)}. A learning rate of ${rate} throws the weights farther out with every step.`;
    return '';
  }

  /** Keep a snapshot; when there are too many, keep every other one and wait twice as long. */
  keep() {
    this.snapshots.push({ step: this.steps, layers: copied(this.layers) });
    if (this.snapshots.length <= SNAPSHOTS) return;
    this.snapshots = this.snapshots.filter((_, place) => place % 2 === 0);
    this.every *= 2;
  }
}

/** @param {number} count @param {() => number} next @returns {number[]} */
function shuffled(count, next) {
  const order = Array.from({ length: count }, (_, place) => place);
  for (let place = count - 1; place > 0; place -= 1) {
    const other = Math.floor(next() * (place + 1));
    [order[place], order[other]] = [order[other], order[place]];
  }
  return order;
}
