// The event loop on top of QuickJS's: timers in the order of their time, immediates, ticks, and an end that is noticed
// (QuickJS would just return from main, and there would be no exit code and no 'exit' event).

import * as os from 'qjs:os';

const LONGEST = 2 ** 31 - 1;    // ms; Node's limit, beyond it a delay counts as 1

const timers = [];              // by time, then by age
const ticks = [];
let immediates = [], turnQueue = [];
let running = false, tickAsked = false, wake, wakeAt = Infinity, serial = 0, pending = 0;
let events = { uncaught(error) { throw error; }, idle() {} };

/** Who hears of errors that nobody caught, and of the end; `idle` may give the loop new work. */
export function onEvents(handlers) {
  events = handlers;
}

/** Runs a callback as a task: what it throws is an uncaught error, and ticks come right after it. */
export function runTask(callback) {
  running = true;
  try {
    callback();
  } catch (error) {
    running = false;
    events.uncaught(error);
    running = true;
  }
  drainTicks();
  running = false;
  arm();
}

export function nextTick(callback, ...args) {
  ticks.push(() => callback(...args));
  if (!running && !tickAsked) {
    tickAsked = true;
    enqueue(() => {
      tickAsked = false;
      drainTicks();
    });
  }
}

/** queueMicrotask whose errors are uncaught errors like all others. */
export function microtask(callback) {
  if (typeof callback !== 'function') throw new TypeError('queueMicrotask takes a function');
  enqueue(() => {
    try {
      callback();
    } catch (error) {
      events.uncaught(error);
    }
  });
}

/** Keeps the program going until `release`; for what waits outside of timers. */
export const hold = () => { pending++; };
export const release = () => { pending--; arm(); };

export class Timeout {
  #referenced = true;

  constructor(callback, delay, args, repeat) {
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function. Received ' + typeof callback);
    delay = Number(delay);
    this.delay = delay >= 1 && delay <= LONGEST ? delay : 1;
    this.callback = () => callback(...args);
    this.repeat = repeat;
    this.id = ++serial;
    insert(this);
    arm();
  }

  ref() { this.#referenced = true; return this; }
  unref() { this.#referenced = false; arm(); return this; }
  hasRef() { return this.#referenced; }
  refresh() { if (remove(this)) insert(this); arm(); return this; }
  close() { clear(this); return this; }
  [Symbol.toPrimitive]() { return this.id; }
  [Symbol.dispose]() { clear(this); }
}

export class Immediate {
  constructor(callback, args) {
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function. Received ' + typeof callback);
    this.callback = () => callback(...args);
    immediates.push(this);
    arm();
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
  arm();
}

const enqueue = globalThis.queueMicrotask;

function drainTicks() {
  while (ticks.length) {
    const tick = ticks.shift();
    try {
      tick();
    } catch (error) {
      events.uncaught(error);
    }
  }
}

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

const alive = () => pending > 0 || immediates.length > 0 || turnQueue.length > 0 || timers.some(timer => timer.hasRef());

/** Asks QuickJS for the next turn: one task each, so that its microtasks come between. */
function arm() {
  if (running) return;
  const now = os.now() / 1000;
  const at = turnQueue.length || immediates.length || !alive() ? now : timers.length ? timers[0].due : Infinity;
  if (wake !== undefined && wakeAt <= at) return;
  if (wake !== undefined) os.clearTimeout(wake);
  wakeAt = at;
  wake = at === Infinity ? undefined : os.setTimeout(turn, Math.max(0, Math.ceil(at - now)));
}

function turn() {
  wake = undefined;
  wakeAt = Infinity;
  if (!turnQueue.length) {
    const now = os.now() / 1000;
    let due = 0;
    while (due < timers.length && timers[due].due <= now) due++;
    turnQueue = [...timers.splice(0, due), ...immediates];
    immediates = [];
  }
  const task = turnQueue.shift();
  if (task && !task.cleared) {
    if (task.repeat) insert(task);
    runTask(task.callback);
  } else if (!task && !alive()) {
    runTask(events.idle);
  } else {
    arm();
  }
}
