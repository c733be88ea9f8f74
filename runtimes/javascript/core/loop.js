// The event loop: timers in the order of their time, immediates, ticks, descriptors, and an end that is noticed. It is the
// program's own from its first task to its last: one poll_oneoff waits for all that there is to wait for.

import * as os from 'qjs:os';
import * as wasi from 'qjs:wasi';
import { invalidArgument } from './arguments.js';

const LONGEST = 2 ** 31 - 1;    // ms; Node's limit, beyond it a delay counts as 1

const timers = [];              // by time, then by age
const ticks = [];
const watches = new Set();      // of descriptors that something is wanted of
const rejections = new Map();   // promise → reason, of those rejected since the last look
let immediates = [], serial = 0;
let events = { uncaught(error) { throw error; }, rejected(reason) { throw reason; }, idle() {} };

/**
 * Who hears of errors and rejections that nobody caught, and of the end. `idle` may give the loop new work; where it does
 * not, it does not return.
 */
export function onEvents(handlers) {
  events = handlers;
}

/** Runs a callback as a task: what it throws is an uncaught error; ticks and microtasks come right after it. */
function runTask(callback) {
  attempt(callback);
  do {
    while (ticks.length) attempt(ticks.shift());
    attempt(wasi.jobs);
  } while (ticks.length);
  if (rejections.size) {
    const found = [...rejections];
    rejections.clear();
    for (const [promise, reason] of found) runTask(() => events.rejected(reason, promise));
  }
}

function attempt(callback) {
  try {
    callback();
  } catch (error) {
    events.uncaught(error);
  }
}

/** Runs a program from its first task to its end; it does not return. */
export function runLoop(first) {
  wasi.onRejection((promise, reason, handled) => {
    if (handled) rejections.delete(promise);
    else rejections.set(promise, reason);
  });
  runTask(first);
  for (;;) {
    const now = os.now() / 1000;
    for (let due = timers.length; due > 0 && timers[0]?.due <= now; due--) {
      const timer = timers.shift();
      if (timer.repeat) insert(timer);
      runTask(timer.callback);
    }
    if (!alive()) {
      runTask(events.idle);
      continue;
    }
    wait(immediates.length ? 0 : timers.length ? Math.max(0, timers[0].due - os.now() / 1000) : -1);
    const turn = immediates;
    immediates = [];
    for (const immediate of turn) {
      if (!immediate.cleared) runTask(immediate.callback);
    }
  }
}

export function nextTick(callback, ...args) {
  ticks.push(args.length ? () => callback(...args) : callback);
}

/** queueMicrotask whose errors are uncaught errors like all others. */
export function microtask(callback) {
  if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback);
  enqueue(() => {
    try {
      callback();
    } catch (error) {
      events.uncaught(error);
    }
  });
}

export const READ = 1, WRITE = 2;
const ROWS = 320;               // a kernel takes 341 subscriptions in one call
const TURN = 10;                // ms that a wait takes at most where there are more, which then take turns
let table = new Int32Array(3 * 16);
let first = 0;                  // which of them comes first

/** A descriptor and what is wanted of it: {@link READ}, {@link WRITE}, both, or nothing. */
export class Watch {
  #wanted = 0;

  /** @param {(ready: number) => void} ready called as a task, again and again while there is something that is wanted */
  constructor(fd, ready) {
    this.fd = fd;
    this.ready = ready;
    this.referenced = true;
  }

  get wanted() { return this.#wanted; }

  want(what) {
    if (this.#wanted === what) return;
    this.#wanted = what;
    if (what) watches.add(this);
    else watches.delete(this);
  }
}

/** Waits so many ms (-1: for ever) until a descriptor is ready, and runs what waited for it. */
function wait(ms) {
  if (!watches.size) {
    if (ms > 0) wasi.poll(table, 0, ms);
    return;
  }
  let rows = [...watches];
  if (rows.length > ROWS) {
    first = (first + ROWS) % rows.length;
    rows = [...rows.slice(first), ...rows.slice(0, first)].slice(0, ROWS);
    ms = ms < 0 ? TURN : Math.min(ms, TURN);
  }
  if (table.length < 3 * rows.length) table = new Int32Array(6 * rows.length);
  for (let i = 0; i < rows.length; i++) {
    table[3 * i] = rows[i].fd;
    table[3 * i + 1] = rows[i].wanted;
  }
  const count = wasi.poll(table, rows.length, ms);
  if (count < 0) throw new Error(`poll_oneoff answered errno ${-count}`);
  for (let i = 0, left = count; left > 0; i++) {
    const ready = table[3 * i + 2];
    if (!ready) continue;
    left--;
    // What ran before may have changed its mind.
    if (ready & rows[i].wanted) runTask(() => rows[i].ready(ready & rows[i].wanted));
  }
}

export class Timeout {
  #referenced = true;

  constructor(callback, delay, args, repeat) {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback);
    delay = Number(delay);
    this.delay = delay >= 1 && delay <= LONGEST ? delay : 1;
    this.callback = () => callback(...args);
    this.repeat = repeat;
    this.id = ++serial;
    insert(this);
  }

  ref() { this.#referenced = true; return this; }
  unref() { this.#referenced = false; return this; }
  hasRef() { return this.#referenced; }
  refresh() { if (remove(this)) insert(this); return this; }
  close() { clear(this); return this; }
  [Symbol.toPrimitive]() { return this.id; }
  [Symbol.dispose]() { clear(this); }
}

export class Immediate {
  constructor(callback, args) {
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback);
    this.callback = () => callback(...args);
    immediates.push(this);
  }
  ref() { return this; }
  unref() { return this; }
  hasRef() { return true; }
  [Symbol.dispose]() { clear(this); }
}

/** Clears a timer or an immediate, by the object or by the number of a timer; anything else is left alone. */
export function clear(what) {
  if (typeof what === 'number' || typeof what === 'string') what = timers.find(timer => timer.id === Number(what));
  if (what instanceof Timeout) {
    what.repeat = false;
    what.cleared = true;
    remove(what);
  } else if (what instanceof Immediate) {
    what.cleared = true;
    immediates = immediates.filter(one => one !== what);
  }
}

const enqueue = globalThis.queueMicrotask;

function insert(timer) {
  timer.due = os.now() / 1000 + timer.delay;
  timer.order = ++serial;
  let low = 0, high = timers.length;
  while (low < high) {
    const middle = low + high >>> 1;
    if (timers[middle].due <= timer.due) low = middle + 1; else high = middle;
  }
  timers.splice(low, 0, timer);
}

function remove(timer) {
  const at = timers.indexOf(timer);
  if (at >= 0) timers.splice(at, 1);
  return at >= 0;
}

function alive() {
  if (immediates.length) return true;
  for (const watch of watches) if (watch.referenced) return true;
  return timers.some(timer => timer.hasRef());
}
