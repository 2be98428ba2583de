// A run that was recorded, told again in a few seconds: for the edition that has no server.

import { recorded } from './edition-api.js';

const EVERY = 60; // milliseconds between two of its steps

/** Tells a recorded run as follow.js tells a live one. */
export class Follower {
  /**
   * @param {Run} run
   * @param {{onChange: (follower: Follower) => void, onEnd: (follower: Follower) => void}} calls
   */
  constructor(run, { onChange, onEnd }) {
    this.run = run;
    /** @type {TrainingStep[]} */
    this.steps = [];
    /** @type {Epoch[]} */
    this.epochs = [];
    /** @type {Tiles | null} */
    this.weights = null;
    const { steps, epochs } = recorded(run.id) ?? { steps: [], epochs: [] };
    this.clock = setInterval(() => {
      const next = steps[this.steps.length];
      if (next) this.steps.push(next);
      this.epochs = epochs.filter(({ epoch }) => epoch <= (this.steps.at(-1)?.epoch ?? 0));
      if (!next) this.epochs = epochs;
      onChange(this);
      if (next) return;
      this.close();
      onEnd(this);
    }, EVERY);
  }

  /** Stop telling. */
  close() {
    clearInterval(this.clock);
  }
}
