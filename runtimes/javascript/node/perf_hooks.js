// node:perf_hooks: the clock, and marks on it.

import { EventEmitter } from './events.js';

export const { performance } = globalThis;

const entries = [];

export class PerformanceEntry {
  constructor(name, entryType, startTime, duration, detail = null) { Object.assign(this, { name, entryType, startTime, duration, detail }); }
  toJSON() { return { ...this }; }
}
export class PerformanceMark extends PerformanceEntry {}
export class PerformanceMeasure extends PerformanceEntry {}

const observed = new EventEmitter();
function add(entry) {
  entries.push(entry);
  observed.emit(entry.entryType, entry);
  return entry;
}

const of = (name, type) => entries.filter(one => (name === undefined || one.name === name) && (type === undefined || one.entryType === type));
const clear = (type, name) => {
  for (let i = entries.length; i-- > 0;) if (entries[i].entryType === type && (name === undefined || entries[i].name === name)) entries.splice(i, 1);
};
function timeOf(mark, otherwise) {
  if (mark === undefined) return otherwise;
  if (typeof mark === 'number') return mark;
  const found = of(mark, 'mark').at(-1);
  if (!found) throw new DOMException(`The "${mark}" performance mark has not been set`, 'SyntaxError');
  return found.startTime;
}

const methods = {
  mark: (name, { startTime = performance.now(), detail } = {}) => add(new PerformanceMark(String(name), 'mark', startTime, 0, detail)),
  measure(name, from, to) {
    const { start = from, end = to, duration, detail } = typeof from === 'object' && from ? { start: undefined, end: undefined, ...from } : {};
    const begun = start === undefined && duration !== undefined ? timeOf(end, performance.now()) - duration : timeOf(start, 0);
    return add(new PerformanceMeasure(String(name), 'measure', begun, duration ?? timeOf(end, performance.now()) - begun, detail));
  },
  clearMarks: name => clear('mark', name),
  clearMeasures: name => clear('measure', name),
  getEntries: () => of(),
  getEntriesByName: of,
  getEntriesByType: type => of(undefined, type),
  timerify: callback => callback,
  eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }),
  toJSON: () => ({ timeOrigin: performance.timeOrigin }),
};
for (const [name, value] of Object.entries(methods)) Object.defineProperty(performance, name, { value, writable: true, configurable: true });

export class PerformanceObserver {
  #callback; #types = []; #found = []; #take = entry => {
    if (this.#found.push(entry) === 1) setImmediate(() => { if (this.#found.length) this.#callback(list(this.takeRecords()), this); });
  };
  static supportedEntryTypes = ['mark', 'measure'];
  constructor(callback) { this.#callback = callback; }
  observe({ type, entryTypes = [type] }) {
    this.#types.push(...entryTypes);
    for (const one of entryTypes) observed.on(one, this.#take);
  }
  disconnect() { for (const one of this.#types.splice(0)) observed.off(one, this.#take); }
  takeRecords() { return this.#found.splice(0); }
}
const list = found => ({ getEntries: () => found, getEntriesByName: name => found.filter(one => one.name === name), getEntriesByType: type => found.filter(one => one.entryType === type) });

export default { PerformanceEntry, PerformanceMark, PerformanceMeasure, PerformanceObserver, constants: {}, performance };
