import { SamovarError } from './errors.js';

/** Events by name: `on` answers a function that takes the listener off again. */
export class Emitter {
  #listeners = new Map();

  on(name, listener) {
    if (typeof listener !== 'function') {
      throw new SamovarError('EINVAL', `on: the listener of '${name}' is no function.`);
    }
    if (!this.#listeners.has(name)) {
      this.#listeners.set(name, new Set());
    }
    this.#listeners.get(name).add(listener);
    return () => this.off(name, listener);
  }

  off(name, listener) {
    this.#listeners.get(name)?.delete(listener);
  }

  /** Calls the listeners; one that throws does not keep the others from hearing. */
  emit(name, ...args) {
    for (const listener of [...this.#listeners.get(name) ?? []]) {
      try {
        listener(...args);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
