// The globals of Node that QuickJS has not, or not so. Most are made when first used.

import { console } from './console.js';
import { root } from './image.js';
import { requireBuiltin } from './loader.js';
import { Immediate, Timeout, clear, microtask } from './loop.js';
import process from './process.js';

const hide = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });

function lazily(file, ...names) {
  for (const name of names) {
    Object.defineProperty(globalThis, name, {
      configurable: true, enumerable: false,
      get() {
        const value = requireBuiltin(`${root}/${file}.js`)[name];
        hide(name, value);
        return value;
      },
      set(value) { hide(name, value); },
    });
  }
}

const INTL = `${root}/core/intl.js`;
let localized;

/** Methods that go by the language, and that QuickJS has in a form of its own. */
function localize(type, ...names) {
  for (const name of names) {
    Object.defineProperty(globalThis[type].prototype, name, {
      value: { [name](...args) { return (localized ??= requireBuiltin(INTL).localized)[type][name].apply(this, args); } }[name], writable: true, configurable: true,
    });
  }
}

/** Puts them in place. */
export function installGlobals() {
  hide('global', globalThis);
  hide('console', console);
  hide('process', process);
  hide('queueMicrotask', microtask);
  hide('setTimeout', (callback, delay, ...args) => new Timeout(callback, delay, args, false));
  hide('setInterval', (callback, delay, ...args) => new Timeout(callback, delay, args, true));
  hide('setImmediate', (callback, ...args) => new Immediate(callback, args));
  hide('clearTimeout', clear);
  hide('clearInterval', clear);
  hide('clearImmediate', clear);
  lazily('node/buffer', 'Buffer', 'Blob');
  lazily('node/url', 'URL', 'URLSearchParams');
  lazily('node/util', 'TextEncoder', 'TextDecoder');
  lazily('core/clone', 'structuredClone');
  lazily('core/abort', 'AbortController', 'AbortSignal', 'Event', 'EventTarget', 'CustomEvent');
  for (const name of ['mark', 'measure', 'clearMarks', 'clearMeasures', 'getEntries', 'getEntriesByName', 'getEntriesByType']) {
    // Taken in when first used; the real ones are put over these.
    Object.defineProperty(performance, name, { value: (...args) => (requireBuiltin(`${root}/node/perf_hooks.js`), performance[name](...args)), writable: true, configurable: true });
  }
  lazily('node/perf_hooks', 'PerformanceEntry', 'PerformanceMark', 'PerformanceMeasure', 'PerformanceObserver');
  lazily('core/web/channel', 'MessageChannel', 'MessagePort');
  lazily('core/web/compression', 'CompressionStream', 'DecompressionStream');
  lazily('core/intl', 'Intl');
  localize('Number', 'toLocaleString');
  localize('BigInt', 'toLocaleString');
  localize('Date', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString');
  localize('String', 'localeCompare');
  for (const name of ['toString', 'toTimeString']) {
    const own = Date.prototype[name];
    // The name of the zone, which QuickJS leaves out.
    Object.defineProperty(Date.prototype, name, {
      value: { [name]() { return own.call(this).replace(/GMT\+0000$/, '$& (Coordinated Universal Time)'); } }[name], writable: true, configurable: true,
    });
  }
  lazily('core/web/crypto', 'crypto');
  lazily('node/crypto', 'CryptoKey');
  lazily('core/web/fetch', 'fetch', 'Headers', 'Request', 'Response', 'FormData', 'File');
  lazily('core/web/websocket', 'WebSocket', 'MessageEvent', 'CloseEvent', 'ErrorEvent');
  lazily('core/web/eventsource', 'EventSource');
  lazily('core/web/streams', 'ReadableStream', 'WritableStream', 'TransformStream', 'TextDecoderStream', 'TextEncoderStream',
    'ByteLengthQueuingStrategy', 'CountQueuingStrategy', 'ReadableStreamDefaultReader', 'ReadableStreamDefaultController', 'WritableStreamDefaultWriter');
  for (const name of ['print', 'std', 'os', 'bjson', 'scriptArgs', 'execArgv', 'argv0', 'navigator', 'gc']) delete globalThis[name];
}
