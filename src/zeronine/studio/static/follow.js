// A run followed live: the server's events, gathered into one history for each.

const ENDED = ['done', 'stopped', 'failed'];

const CALM = 400; // milliseconds without an event after which a final state is believed

/** Gathers the events of one run; calls `onChange` for anything new, `onEnd` once when it has ended. */
export class Follower {
  /**
   * @param {Run} run
   * @param {{onChange: (follower: Follower) => void, onEnd: (follower: Follower) => void}} calls
   */
  constructor(run, { onChange, onEnd }) {
    this.run = run;
    this.onChange = onChange;
    this.onEnd = onEnd;
    /** @type {TrainingStep[]} */
    this.steps = []; // {step, epoch, loss, accuracy, pictures_per_s}
    /** @type {Epoch[]} */
    this.epochs = []; // {epoch, train, validation, confusion, misread}
    /** @type {Tiles | null} */
    this.weights = null; // small pictures of the first layer, the latest
    this.source = new EventSource(`/api/train/${encodeURIComponent(run.id)}/events`);
    this.on('step', (data) => this.steps.push(data));
    this.on('epoch', (data) => this.epochs.push(data));
    this.on('weights', (data) => (this.weights = data.weights));
    this.on('state', (data) => (this.run = data));
    this.source.addEventListener('error', () => this.ended && this.end());
  }

  get ended() {
    return ENDED.includes(this.run.state);
  }

  /** Stop listening. */
  close() {
    clearTimeout(this.timer);
    this.source.close();
  }

  /** @param {string} name @param {(data: any) => void} take */
  on(name, take) {
    this.source.addEventListener(name, (event) => {
      take(JSON.parse(event.data));
      this.onChange(this);
      // A run that was continued replays its earlier end too: only the last state counts.
      clearTimeout(this.timer);
      if (this.ended) this.timer = setTimeout(() => this.end(), CALM);
    });
  }

  end() {
    this.close();
    this.onEnd(this);
  }
}
