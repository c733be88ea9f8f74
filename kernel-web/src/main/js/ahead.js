// What is read before anybody has asked for it, each until somebody does.
export class Ahead {
  #begun = new Map();

  /** Holds what is being read. That it failed, or found nothing, is the same as if nobody had read it. */
  begin(url, reading) {
    this.#begun.set(String(url), reading.catch(() => null));
  }

  /** A promise of what was read, once: null for nothing. Undefined if it was not begun, or somebody has had it. */
  take(url) {
    const reading = this.#begun.get(String(url));
    this.#begun.delete(String(url));
    return reading;
  }
}
