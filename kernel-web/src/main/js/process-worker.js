// A worker of the pool. It keeps its kernel instance and runs one guest after the other over it: each is bound to the
// kernel anew by a helper of its own, which fills the table through which the kernel reaches the guest's memory.
import { callBallast } from './ballast.js';
import { SOCKET_VARIANTS } from './functions.js';
import { collect } from './garbage.js';
import { instantiate } from './loader.js';
import { view } from './view.js';

/** After so many guests their dead memories are collected: a page can hold about 125 wasm memories. */
const RUNS_PER_COLLECTION = 8;
const SIGABRT_STATUS = 134;
const NOT_RUNNABLE_STATUS = 126;

let modules;
let memory;
let kernel;
let gate;
let slot;
let runs = 0;
/** What programs with sockets of their own were linked with. */
const variants = new WeakMap();

onmessage = ({ data }) => {
  if (data.boot) {
    boot(data.boot);
  } else if (data.run) {
    run(data.run);
  } else {
    end(NOT_RUNNABLE_STATUS, `${data.refuse.name}: cannot be started: the browser has no more WebAssembly memories for `
      + 'this page; stop some programs and try again');
  }
};

function boot(config) {
  // Held as long as this worker exists: the kernel worker queues on it to learn when a terminated one is really gone.
  navigator.locks.request(config.lock, () => {
    ({ modules, memory, slot } = config);
    ({ kernel, gate } = instantiate(modules, memory));
    kernel.worker_boot(slot, performance.timeOrigin, config.origin);
    postMessage({ booted: true });
    return new Promise(() => {});
  });
}

/** Runs a program, or, if `thread` is set, one more thread of a program whose memory others have, too. */
function run({ module, name, memory: shared, thread, sockets, ballast }) {
  let guest;
  try {
    guest = bind(module, shared, sockets);
  } catch (error) {
    if (isOutOfMemories(error) && !thread && !hasMemories()) {
      postMessage({ starved: { name } });
      return;
    }
    end(NOT_RUNNABLE_STATUS, `${name}: cannot be started: ${error?.message ?? error}`);
    return;
  }
  let status = 0;
  let text = '';
  try {
    if (thread) {
      guest.exports.wasi_thread_start(kernel.worker_tid(), kernel.worker_argument());
      guest = null;
      endThread();
      return;
    }
    if (ballast) {
      callBallast(guest.exports);
    } else {
      guest.exports._start();
    }
  } catch (error) {
    // A guest that left by proc_exit, or was killed in a system call, also arrives here: the kernel knows.
    status = SIGABRT_STATUS;
    text = `${name}: ${describe(error)}`;
  }
  guest = null;
  end(status, text);
}

function bind(module, shared, sockets) {
  try {
    return tryBind(module, shared, sockets);
  } catch (error) {
    if (!isOutOfMemories(error)) {
      throw error;
    }
    collect();
    return tryBind(module, shared, sockets);
  }
}

function tryBind(module, shared, sockets) {
  if (!sockets) {
    return link(module, shared, gate);
  }
  // An engine does not tell what type an import has; but it links those of the right type only, before anything runs.
  for (const own of functionsFor(module)) {
    try {
      const guest = link(module, shared, own);
      variants.set(module, own);
      return guest;
    } catch (error) {
      if (!(error instanceof WebAssembly.LinkError)) {
        throw error;
      }
    }
  }
  return link(module, shared, gate);
}

/** The gate, with each choice of functions that programs have in two versions; or what a program was linked with before. */
function functionsFor(module) {
  if (variants.has(module)) {
    return [variants.get(module)];
  }
  return Array.from({ length: 1 << SOCKET_VARIANTS.length }, (_, choice) => {
    const own = { ...gate };
    SOCKET_VARIANTS.filter((each, i) => (choice >> i & 1) === 0).flatMap(Object.keys).forEach((name) => {
      own[name.replace('_v1', '')] = gate[name];
    });
    return own;
  });
}

function link(module, shared, functions) {
  const imports = { wasi_snapshot_preview1: functions, wasi: gate };
  if (shared) {
    // First: its start function, which fills the memory if it is the first to do so, may already call the kernel.
    bindMemory(modules['guest-shared'], shared);
    return new WebAssembly.Instance(module, { ...imports, env: { memory: shared } });
  }
  const guest = new WebAssembly.Instance(module, imports);
  const own = guest.exports.memory;
  if (own instanceof WebAssembly.Memory) {
    bindMemory(modules.guest, own);
  }
  return guest;
}

function bindMemory(helper, guestMemory) {
  new WebAssembly.Instance(helper, { env: { memory }, guest: { memory: guestMemory }, kernel });
}

/** Engines say it differently (Chromium a RangeError, Firefox a string), and only before the guest's first frame. */
function isOutOfMemories(error) {
  return error instanceof RangeError || typeof error === 'string';
}

/** Whether the page can have another memory, if a small one: otherwise it is the size that cannot be had. */
function hasMemories() {
  try {
    return Boolean(new WebAssembly.Memory({ initial: 1, maximum: 1 }));
  } catch {
    return false;
  }
}

function describe(error) {
  if (error instanceof RangeError || error?.name === 'InternalError') {
    return 'stack overflow: its calls are nested too deeply';
  }
  if (error instanceof WebAssembly.RuntimeError) {
    return `trapped: ${error.message}`;
  }
  return `ended by an exception that it did not catch: ${error?.message ?? error}`;
}

function end(status, text) {
  leave(() => {
    const bytes = text ? new TextEncoder().encode(`samovar: ${text}\n`).subarray(0, 4096) : [];
    view(memory, kernel.worker_text(), bytes.length).set(bytes);
    kernel.worker_end(status, bytes.length);
  });
}

function endThread() {
  leave(() => kernel.worker_end_thread());
}

function leave(tell) {
  kernel.worker_measure();
  // Before all else, so that nothing holds on to the guest's memory.
  kernel.unbind();
  try {
    tell();
  } catch {
    // Killed meanwhile: the kernel let it leave by a trap.
  }
  if (++runs % RUNS_PER_COLLECTION === 0) {
    collect();
  }
  kernel.worker_idle();
}
