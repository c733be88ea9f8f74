// node:events

import { invalidArgument } from '../core/arguments.js';

// A function and a table beside the objects, because old code says EventEmitter.call(this), or copies the methods.
const tables = new WeakMap();   // emitter → event → listeners
const limits = new WeakMap();
const capturing = new WeakSet();

export function EventEmitter(options) {
  if (options?.captureRejections) capturing.add(this);
}

const listenersOf = (emitter, event) => tables.get(emitter)?.get(event) ?? [];

function add(emitter, event, listener, told, first) {
  if (typeof told !== 'function') throw invalidArgument('listener', 'of type function', told);
  if (listenersOf(emitter, 'newListener').length) emitter.emit('newListener', event, told);
  if (!tables.has(emitter)) tables.set(emitter, new Map());
  const list = listenersOf(emitter, event);
  tables.get(emitter).set(event, first ? [listener, ...list] : [...list, listener]);   // never in place: emit may be running
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
    if (event === undefined) tables.delete(this);
    else tables.get(this)?.delete(event);
    return this;
  },

  emit(event, ...args) {
    const list = listenersOf(this, event);
    if (!list.length) {
      if (event !== 'error') return false;
      if (args[0] instanceof Error) throw args[0];
      throw Object.assign(new Error(`Unhandled error. (${args[0]})`), { code: 'ERR_UNHANDLED_ERROR', context: args[0] });
    }
    for (const listener of list) {
      const result = listener.apply(this, args);
      if (capturing.has(this) && typeof result?.then === 'function') result.then(undefined, error => this.emit('error', error));
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
    if (signal?.aborted) return reject(signal.reason);
    if (typeof emitter.addEventListener === 'function') {
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
    const aborted = () => { done(); reject(signal.reason); };
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
  signal?.addEventListener('abort', () => failed(signal.reason), { once: true });
  return {
    next: () => new Promise((resolve, reject) => { waiting.push({ resolve, reject }); settle(); }),
    return: async () => { finish(); return { value: undefined, done: true }; },
    throw: async error => failed(error),
    [Symbol.asyncIterator]() { return this; },
  };
}

export const listenerCount = (emitter, event) => emitter.listenerCount(event);
export const getEventListeners = (emitter, event) => emitter.listeners(event);

Object.assign(EventEmitter, { EventEmitter, defaultMaxListeners, errorMonitor, getEventListeners, listenerCount, on, once });

export default EventEmitter;
