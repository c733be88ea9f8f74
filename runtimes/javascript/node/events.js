// node:events

import { invalidArgument } from '../core/arguments.js';
import { abortError, listening } from '../core/abort.js';
import { inspect } from '../core/inspect.js';

// A function and a table beside the objects, because old code says EventEmitter.call(this), or copies the methods.
const tables = new WeakMap();   // emitter → event → listeners
const limits = new WeakMap();
const capturing = new WeakSet();
const warned = new WeakMap();   // emitter → events of which it has been said that they leak

export const captureRejectionSymbol = Symbol.for('nodejs.rejection');

export function EventEmitter(options) {
  if (options?.captureRejections ?? EventEmitter.captureRejections) capturing.add(this);
}

const listenersOf = (emitter, event) => tables.get(emitter)?.get(event) ?? [];

function add(emitter, event, listener, told, first) {
  if (typeof told !== 'function') throw invalidArgument('listener', 'of type function', told);
  if (listenersOf(emitter, 'newListener').length) emitter.emit('newListener', event, told);
  if (!tables.has(emitter)) tables.set(emitter, new Map());
  const list = listenersOf(emitter, event);
  tables.get(emitter).set(event, first ? [listener, ...list] : [...list, listener]);   // never in place: emit may be running
  const most = emitter.getMaxListeners?.() ?? 0;
  if (most > 0 && list.length + 1 > most && !warned.get(emitter)?.has(event)) {
    warned.set(emitter, (warned.get(emitter) ?? new Set()).add(event));
    const warning = new Error(`Possible EventEmitter memory leak detected. ${list.length + 1} ${String(event)} listeners added to [${emitter.constructor?.name ?? 'Object'}]. `
      + `MaxListeners is ${most}. Use emitter.setMaxListeners() to increase limit`);
    globalThis.process.emitWarning(Object.assign(warning, { name: 'MaxListenersExceededWarning', emitter, type: event, count: list.length + 1 }));
  }
  return emitter;
}

function single(emitter, event, listener) {
  if (typeof listener !== 'function') throw invalidArgument('listener', 'of type function', listener);
  const wrapper = (...args) => {
    emitter.removeListener(event, wrapper);
    return listener.apply(emitter, args);
  };
  wrapper.listener = listener;
  return wrapper;
}

const methods = {
  on(event, listener) { return add(this, event, listener, listener, false); },
  once(event, listener) { return add(this, event, single(this, event, listener), listener, false); },
  prependListener(event, listener) { return add(this, event, listener, listener, true); },
  prependOnceListener(event, listener) { return add(this, event, single(this, event, listener), listener, true); },

  removeListener(event, listener) {
    const list = listenersOf(this, event);
    const at = list.findLastIndex(one => one === listener || one.listener === listener);
    if (at < 0) return this;
    if (list.length === 1) tables.get(this).delete(event);
    else tables.get(this).set(event, list.toSpliced(at, 1));
    if (listenersOf(this, 'removeListener').length) this.emit('removeListener', event, listener);
    return this;
  },

  removeAllListeners(event) {
    if (listenersOf(this, 'removeListener').length) {
      for (const name of event === undefined ? this.eventNames().filter(one => one !== 'removeListener') : [event]) {
        for (const listener of this.listeners(name).reverse()) this.removeListener(name, listener);
      }
    }
    if (event === undefined) tables.delete(this);
    else tables.get(this)?.delete(event);
    return this;
  },

  emit(event, ...args) {
    const list = listenersOf(this, event);
    if (event === 'error') for (const listener of listenersOf(this, errorMonitor)) listener.apply(this, args);
    if (!list.length) {
      if (event !== 'error') return false;
      if (args[0] instanceof Error) throw args[0];
      throw Object.assign(new Error(`Unhandled error. (${inspect(args[0])})`), { code: 'ERR_UNHANDLED_ERROR', context: args[0] });
    }
    for (const listener of list) {
      const result = listener.apply(this, args);
      if (result !== undefined && capturing.has(this) && typeof result?.then === 'function') {
        result.then(undefined, error => globalThis.process.nextTick(() => {
          if (typeof this[captureRejectionSymbol] === 'function') this[captureRejectionSymbol](error, event, ...args);
          else this.emit('error', error);
        }));
      }
    }
    return true;
  },

  eventNames() { return [...tables.get(this)?.keys() ?? []]; },
  listeners(event) { return listenersOf(this, event).map(listener => listener.listener ?? listener); },
  rawListeners(event) { return [...listenersOf(this, event)]; },
  listenerCount(event, listener) {
    return listener ? this.listeners(event).filter(one => one === listener).length : listenersOf(this, event).length;
  },
  setMaxListeners(limit) { limits.set(this, limit); return this; },
  getMaxListeners() { return limits.get(this) ?? EventEmitter.defaultMaxListeners; },
};
methods.addListener = methods.on;
methods.off = methods.removeListener;
for (const [name, value] of Object.entries(methods)) {
  Object.defineProperty(EventEmitter.prototype, name, { value, writable: true, configurable: true, enumerable: true });
}

export const defaultMaxListeners = 10;
export const errorMonitor = Symbol('events.errorMonitor');

/** A promise of an event's arguments; rejected by an 'error' event, or by the signal. */
export function once(emitter, event, { signal } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    if (typeof emitter.addEventListener === 'function' && typeof emitter.on !== 'function') {
      signal?.addEventListener('abort', () => reject(abortError(signal)), { once: true });
      emitter.addEventListener(event, (...args) => resolve(args), { once: true });
      return;
    }
    const done = () => {
      emitter.off(event, happened);
      emitter.off('error', failed);
      signal?.removeEventListener('abort', aborted);
    };
    const happened = (...args) => { done(); resolve(args); };
    const failed = error => { done(); reject(error); };
    const aborted = () => { done(); reject(abortError(signal)); };
    emitter.on(event, happened);
    if (event !== 'error') emitter.on('error', failed);
    signal?.addEventListener('abort', aborted, { once: true });
  });
}

/** An async iterator of an event's arguments. */
export function on(emitter, event, { signal, close = [] } = {}) {
  const queue = [], waiting = [];
  let failure, ended = false;
  const settle = () => {
    while (waiting.length && (queue.length || failure || ended)) {
      const { resolve, reject } = waiting.shift();
      if (queue.length) resolve({ value: queue.shift(), done: false });
      else if (failure) { reject(failure); failure = undefined; ended = true; } else resolve({ value: undefined, done: true });
    }
  };
  const happened = (...args) => { queue.push(args); settle(); };
  const failed = error => { failure = error; settle(); };
  const finish = () => {
    ended = true;
    emitter.off(event, happened);
    emitter.off('error', failed);
    settle();
  };
  emitter.on(event, happened);
  if (event !== 'error') emitter.on('error', failed);
  for (const name of close) emitter.once(name, finish);
  if (signal?.aborted) throw abortError(signal);
  signal?.addEventListener('abort', () => failed(abortError(signal)), { once: true });
  return {
    next: () => new Promise((resolve, reject) => { waiting.push({ resolve, reject }); settle(); }),
    return: async () => { finish(); return { value: undefined, done: true }; },
    throw: async error => failed(error),
    [Symbol.asyncIterator]() { return this; },
  };
}

export const listenerCount = (emitter, event) => emitter.listenerCount(event);
export const getEventListeners = (emitter, event) => (typeof emitter.listeners === 'function' ? emitter.listeners(event) : listening(emitter, event));
export const getMaxListeners = emitter => emitter.getMaxListeners?.() ?? EventEmitter.defaultMaxListeners;
export function setMaxListeners(limit = EventEmitter.defaultMaxListeners, ...emitters) {
  if (!emitters.length) EventEmitter.defaultMaxListeners = limit;
  for (const emitter of emitters) emitter.setMaxListeners?.(limit);
}
export function addAbortListener(signal, listener) {
  if (signal.aborted) globalThis.queueMicrotask(() => listener());
  else signal.addEventListener('abort', listener, { once: true });
  return { [Symbol.dispose]() { signal.removeEventListener('abort', listener); } };
}
/** An emitter that remembers an asynchronous context; there are none to remember. */
export class EventEmitterAsyncResource extends EventEmitter {
  asyncId = 0;
  triggerAsyncId = 0;
  emitDestroy() {}
}


Object.assign(EventEmitter, { EventEmitter, EventEmitterAsyncResource, addAbortListener, captureRejectionSymbol, captureRejections: false, defaultMaxListeners, errorMonitor, getMaxListeners, setMaxListeners, getEventListeners, listenerCount, on, once });

export default EventEmitter;
