// How far a copy is: reported now and then, and stopped when it is no longer wanted.
import { OsError } from './errors.js';

const EVERY_MS = 50;

export class Progress {
  loaded = 0;
  total = 0;
  #reported = 0;
  #rested = performance.now();

  /**
   * @param {(progress: {loaded: number, total: number}) => void} listener
   * @param {AbortSignal} signal
   * @param {string} what it is called in an error
   */
  constructor(listener, signal, what) {
    this.listener = listener;
    this.signal = signal;
    this.what = what;
  }

  /** One more is done. To be awaited: now and then it lets a message come in, such as that it is enough. */
  done() {
    this.loaded++;
    this.report(false);
    return this.rest();
  }

  /** Undefined, or a promise now and then. */
  rest() {
    this.check();
    if (performance.now() - this.#rested < EVERY_MS) {
      return undefined;
    }
    return new Promise((resolve) => {
      setTimeout(resolve);
    }).then(() => {
      this.#rested = performance.now();
      this.check();
    });
  }

  check() {
    if (this.signal.aborted) {
      throw new OsError('ABORTED', `${this.what}: given up after ${this.loaded} files.`);
    }
  }

  report(always) {
    const now = performance.now();
    if (always || now - this.#reported > EVERY_MS) {
      this.#reported = now;
      this.listener({ loaded: this.loaded, total: this.total });
    }
  }
}
