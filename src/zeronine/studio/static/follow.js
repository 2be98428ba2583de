// A training followed live: the server's events, gathered into one history for each run.

const ENDED = ['done', 'stopped', 'failed'];

/** Gathers the events of one training and calls `onChange` when there is something new. */
export class Follower {
  constructor(job, onChange) {
    this.job = job;
    this.onChange = onChange;
    this.steps = []; // {step, epoch, loss, accuracy, pictures_per_s}
    this.epochs = []; // {epoch, train, validation, confusion, misread, weights}
    this.source = new EventSource(`/api/train/${encodeURIComponent(job.id)}/events`);
    this.source.addEventListener('step', (event) => this.add(this.steps, event));
    this.source.addEventListener('epoch', (event) => this.add(this.epochs, event));
    this.source.addEventListener('state', (event) => this.state(JSON.parse(event.data)));
  }

  get ended() {
    return ENDED.includes(this.job.state);
  }

  /** Stop listening. */
  close() {
    this.source.close();
  }

  add(list, event) {
    list.push(JSON.parse(event.data));
    this.onChange(this);
  }

  state(job) {
    this.job = job;
    this.onChange(this);
  }
}
