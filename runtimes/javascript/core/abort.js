// Event, EventTarget, AbortController and AbortSignal.

import { Timeout } from './loop.js';

export class Event {
  #stopped = false; #prevented = false;
  constructor(type, { bubbles = false, cancelable = false, composed = false } = {}) {
    Object.assign(this, { type: String(type), bubbles, cancelable, composed, target: null, currentTarget: null, timeStamp: performance.now() });
  }
  get defaultPrevented() { return this.#prevented; }
  preventDefault() { if (this.cancelable) this.#prevented = true; }
  stopPropagation() {}                  // there is nothing above a target
  stopImmediatePropagation() { this.#stopped = true; }
  static stopped(event) { return event.#stopped; }
}
const { stopped } = Event;
delete Event.stopped;

export class CustomEvent extends Event {
  constructor(type, options = {}) {
    super(type, options);
    this.detail = options.detail ?? null;
  }
}

export class EventTarget {
  #listeners = [];

  addEventListener(type, callback, options) {
    if (!callback) return;
    const { once = false, capture = false, signal } = typeof options === 'object' && options ? options : { capture: Boolean(options) };
    if (signal?.aborted || this.#listeners.some(one => one.type === type && one.callback === callback && one.capture === capture)) return;
    this.#listeners.push({ type, callback, once, capture });
    signal?.addEventListener('abort', () => this.removeEventListener(type, callback, { capture }), { once: true });
  }

  static listening(target, type) { return target.#listeners.filter(one => one.type === type).map(one => one.callback); }

  removeEventListener(type, callback, options) {
    const capture = typeof options === 'object' && options ? Boolean(options.capture) : Boolean(options);
    this.#listeners = this.#listeners.filter(one => one.type !== type || one.callback !== callback || one.capture !== capture);
  }

  dispatchEvent(event) {
    event.target = event.currentTarget = this;
    for (const listener of this.#listeners.filter(one => one.type === event.type)) {
      if (stopped(event)) break;
      if (!this.#listeners.includes(listener)) continue;
      if (listener.once) this.#listeners = this.#listeners.filter(one => one !== listener);
      const { callback } = listener;
      try {
        if (typeof callback === 'function') callback.call(this, event);
        else callback.handleEvent(event);
      } catch (error) {
        globalThis.process.nextTick(() => { throw error; });
      }
    }
    event.currentTarget = null;
    return !event.defaultPrevented;
  }
}

/** The callbacks of a target's listeners for an event. */
export const { listening } = EventTarget;
delete EventTarget.listening;

/** What Node's own functions reject with, of a signal that has been tripped. */
export const abortError = signal => Object.assign(new Error('The operation was aborted', { cause: signal?.reason }), { name: 'AbortError', code: 'ABORT_ERR' });

let making = false;

export class AbortSignal extends EventTarget {
  #reason;
  #aborted = false;
  onabort = null;

  constructor() {
    super();
    if (!making) throw new TypeError('Illegal constructor: an AbortSignal comes from an AbortController');
  }
  get aborted() { return this.#aborted; }
  get reason() { return this.#reason; }
  throwIfAborted() { if (this.#aborted) throw this.#reason; }

  static abort(reason) { const signal = make(); abort(signal, reason); return signal; }
  static timeout(ms) {
    const signal = make();
    new Timeout(() => abort(signal, new DOMException('The operation was aborted due to timeout', 'TimeoutError')), ms, [], false).unref();
    return signal;
  }
  static any(signals) {
    const signal = make();
    for (const one of signals) {
      if (one.aborted) { abort(signal, one.reason); break; }
      one.addEventListener('abort', () => abort(signal, one.reason), { once: true });
    }
    return signal;
  }
  static trip(signal, reason) {
    if (signal.#aborted) return;
    signal.#aborted = true;
    signal.#reason = reason === undefined ? new DOMException('This operation was aborted', 'AbortError') : reason;
    const event = new Event('abort');
    signal.onabort?.(event);
    signal.dispatchEvent(event);
  }
}
const { trip: abort } = AbortSignal;
delete AbortSignal.trip;

function make() {
  making = true;
  try {
    return new AbortSignal();
  } finally {
    making = false;
  }
}

export class AbortController {
  signal = make();
  abort(reason) { abort(this.signal, reason); }
}
