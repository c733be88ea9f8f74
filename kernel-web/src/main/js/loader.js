// Loads the kernel's wasm modules and instantiates them in a worker. This is TeaVM's loader cut down to what a module
// without JSO needs, so that no worker ever evaluates text as code.

import { view } from './view.js';

const NAMES = ['kernel', 'gate', 'guest', 'guest-shared'];

/** Below the kernel's first byte: TeaVM's module writes a few bytes from here on each time it is instantiated. */
const HEAP_OFFSET = 32_768;
const HEAP_END = 65_536;

const NOT_CALLED = new Set(['page', 'workers', 'teavmJso']);

/** Compiles the modules from beside this script; they can be posted to other workers. */
export async function compileModules() {
  const modules = await Promise.all(NAMES.map((name) => WebAssembly.compileStreaming(
    fetch(new URL(`${name}.wasm`, import.meta.url)), { builtins: ['js-string'] })));
  return Object.fromEntries(NAMES.map((name, i) => [name, modules[i]]));
}

/**
 * Instantiates kernel and gate over a shared memory.
 *
 * @param {Record<string, WebAssembly.Module>} modules as from {@link compileModules}
 * @param {WebAssembly.Memory} memory the OS's
 * @param {object} drivers the functions that the kernel worker's kernel calls: `page` and `workers`
 * @returns {{kernel: object, gate: object}} their exports
 */
export function instantiate(modules, memory, drivers = {}) {
  const env = { memory };
  const given = { env, host: hostFunctions(memory), ...teavm(), ...drivers };
  const imports = {};
  for (const { module, name } of WebAssembly.Module.imports(modules.kernel)) {
    if (!module.startsWith('wasm:')) {
      imports[module] ??= {};
      imports[module][name] = given[module]?.[name] ?? missing(module, name);
    }
  }
  const kernel = new WebAssembly.Instance(modules.kernel, imports).exports;
  const gate = new WebAssembly.Instance(modules.gate, { env, kernel }).exports;
  return { kernel, gate };
}

/** What only the kernel worker has, or only JSO needs, is never called here. All else is missed at once, not by the first call. */
function missing(module, name) {
  if (!NOT_CALLED.has(module)) {
    throw new Error(`the kernel needs ${module}.${name}, which the loader does not give it`);
  }
  return () => {
    throw new Error(`the kernel called ${module}.${name}, which this worker does not have`);
  };
}

function teavm() {
  const constant = (value) => new WebAssembly.Global({ value: 'i32', mutable: false }, value);
  return {
    teavmMemory: { heapOffset: constant(HEAP_OFFSET), maxSize: constant(HEAP_END), notifyHeapResized() {} },
    // Exceptions without stack traces: taking one costs 25 µs.
    teavm: { takeStackTrace: () => null, decorateException() {} },
    teavmDate: { currentTimeMillis: Date.now },
    teavmJso: {
      // The modules are compiled with them, see above.
      stringBuiltinsSupported: () => 1,
      // The module's start tells about its main, which nobody here calls: any object will do.
      createFunction1: Object, callFunction1: Object, createClass: Object, getProperty: Object, defineFunction: Object,
      defineStaticMethod() {},
    },
  };
}

function hostFunctions(memory) {
  return { now: performance.now.bind(performance), date: Date.now, random: randomFunction(memory) };
}

/** Requests of up to so many bytes are copied byte by byte: making a view costs more. */
const SHORT = 64;

/** Random bytes come from a pool, since getRandomValues refuses shared memory and costs much for a few bytes. */
function randomFunction(memory) {
  const pool = new Uint8Array(16_384);
  let used = pool.length;
  let all = new Uint8Array(memory.buffer);
  return (address, length) => {
    if (address + length > all.length) {
      all = view(memory, 0, address + length);
    }
    let done = 0;
    while (done < length) {
      if (used === pool.length) {
        crypto.getRandomValues(pool);
        used = 0;
      }
      const n = Math.min(length - done, pool.length - used);
      // What is given out must not be there to be found.
      if (n <= SHORT) {
        for (let i = 0; i < n; i++) {
          all[address + done + i] = pool[used + i];
          pool[used + i] = 0;
        }
      } else {
        all.set(pool.subarray(used, used + n), address + done);
        pool.fill(0, used, used + n);
      }
      used += n;
      done += n;
    }
  };
}
