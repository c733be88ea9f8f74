// The kernel worker: process 1 of an OS. It boots the kernel, answers the SDK's calls, starts workers, and pumps events
// out of the shared memory whenever the doorbell rings. It never waits for an event.
import { Audit } from './audit.js';
import { Connections } from './connection.js';
import { Crew } from './crew.js';
import { Dialer } from './dialer.js';
import { OsError, errnoError, notYet } from './errors.js';
import { Files } from './files.js';
import { exportFolder } from './export.js';
import { HttpClient } from './http-client.js';
import { Inside } from './inside.js';
import { compileModules, instantiate } from './loader.js';
import { mount } from './mount.js';
import { OutsideConnections } from './outside.js';
import { Ports } from './ports.js';
import { Previews } from './preview.js';
import { Processes } from './processes.js';
import { Programs } from './programs.js';
import { Relays } from './relays.js';
import { Proxy } from './proxy.js';
import { Runtimes } from './runtimes.js';
import { Staging } from './staging.js';
import { Streams } from './streams.js';
import { Tunnels } from './tunnels.js';
import { Watchers } from './watcher.js';

const PAGE = 65_536;
/** The shared memory begins with 4 MiB and grows. */
const INITIAL_PAGES = 64;
/** Should a ring of the doorbell ever be lost with a terminated worker, it is noticed after so many ms. */
const DOORBELL_RECHECK = 1000;
/** How a process ends that the kernel takes down with it: as by SIGKILL. */
const KILLED_STATUS = 137;
/** Workers that there may be, the kernel worker not counted: each holds wasm memories, of which a page has 125. */
const MAX_WORKERS = 96;

/** Where a process may be, in the kernel's order. */
const WHEREABOUTS = ['user', 'waiting', 'call', 'lock'];

/** What goes to the page with the next message. */
let replies = [];
let events = [];
let transfers = [];

function flush() {
  if (replies.length > 0 || events.length > 0) {
    const message = { replies, events };
    const list = transfers;
    replies = [];
    events = [];
    transfers = [];
    postMessage(message, list);
  }
}

function post(event, transfer) {
  events.push(event);
  if (transfer) {
    transfers.push(transfer);
  }
}

function tell(event) {
  post(event);
  flush();
}

let boot = async ({ id, memory: bytes, relay }) => {
  boot = null;
  const modules = await compileModules();
  const maximum = Math.floor(bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: Math.min(INITIAL_PAGES, maximum), maximum, shared: true });
  const os = {};
  const pageModules = new PageModules();
  const programs = new Programs(pageModules);
  let isAtRest = false;
  const crew = new Crew(id, { memory, modules }, {
    program: (number) => programs.program(number),
    booted: (slot, generation) => {
      os.kernel.worker_booted(slot, generation);
      if (!isAtRest) {
        // The first spare is there: the OS is ready, and nobody waits.
        isAtRest = true;
        os.runtimes.readAhead().catch(() => {}); // it is then read when it is asked for
      }
    },
    gone: (slot, generation) => os.kernel.worker_gone(slot, generation),
    sendBack: (slot) => os.kernel.worker_starved(slot) !== 0,
    failed: (slot, message) => {
      post(['error', 'WORKER_FAILED', `A worker of the kernel broke: ${message}`]);
      os.kernel.worker_failed(slot);
      flush();
    },
    alarm: (pid) => os.kernel.kernel_alarm(pid),
  });
  const page = {
    output: (pid, fd, address, length, force) => (os.processes.isUnseen(pid) ? length
      : os.streams.output(pid, fd, address, length, force)),
    end: (pid, fd) => os.processes.isUnseen(pid) || os.streams.end(pid, fd),
    input: (pid) => os.streams.feed(pid),
    exit: (pid, status) => {
      // One that another process has started is that one's business.
      if (os.processes.isPages(pid)) {
        os.streams.forget(pid);
        if (!os.processes.ended(pid)) {
          post(['exit', pid, status]);
        }
      }
    },
    spawn: (request) => {
      os.inside.spawn(request);
    },
    audit: () => os.audit.drain(),
    ports: () => os.ports.changed(),
    outside: (request) => os.outside.asked(request),
    changes: () => os.watchers.changed(),
    peer: (handle) => os.connections.ready(handle),
    relaySend: (number, address, length) => os.relays.send(number, address, length),
    relaySoon: (number) => os.relays.soon(number),
    relayGiveUp: (number) => os.relays.giveUp(number),
    tunnel: (...news) => os.tunnels.changed(...news),
    visitor: (...news) => os.tunnels.visitor(...news),
    dialled: (number, errno) => os.dialer.dialled(number, errno),
    tunnelAlarm: (millis) => os.tunnels.alarm(millis),
    panic: () => {
      post(['error', 'KERNEL_PANIC', 'The kernel found itself broken and stopped all processes. '
        + 'Files can still be read; boot a new OS to go on.']);
      os.processes.panic().forEach((pid) => post(['exit', pid, KILLED_STATUS]));
    },
  };
  const { kernel } = instantiate(modules, memory, { page, workers: crew.drivers() });
  kernel.bind_self();
  os.kernel = kernel;
  os.memory = memory;
  os.crew = crew;
  os.pageModules = pageModules;
  os.programs = programs;
  os.staging = new Staging(kernel, memory);
  os.files = new Files(kernel, os.staging);
  os.streams = new Streams(kernel, os.staging, memory, post);
  os.watchers = new Watchers(os, (id, events) => tell(['changes', id, events]));
  os.runtimes = new Runtimes(os, {
    progress: (what, loaded, total) => tell(['progress', { what, loaded, total }]),
    fetching: () => tell(['keep']),
    warm: (entry, module, ballast) => os.processes.warmUp(entry, module, ballast),
    error: ({ code, message }) => tell(['error', code, message]),
  });
  os.connections = new Connections(os);
  os.client = new HttpClient(os);
  os.relay = relay ?? new URL('/relay', self.location).href.replace(/^http/, 'ws');
  os.relays = new Relays(os, flush);
  os.tunnels = new Tunnels(os, post, flush);
  os.audit = new Audit(os, post);
  os.ports = new Ports(os, post);
  os.previews = new Previews(os, (reports) => {
    reports.forEach((report) => post(report));
    flush();
  });
  os.outside = new OutsideConnections(os);
  os.dialer = new Dialer(os);
  os.outside.driver = (request) => os.dialer.dial(request);
  os.processes = new Processes(os);
  os.inside = new Inside(os);
  const cores = navigator.hardwareConcurrency ?? 2;
  kernel.kernel_boot(maximum * PAGE, Math.max(8, 4 * cores), MAX_WORKERS, performance.timeOrigin);
  os.proxy = new Proxy(os);
  serve(os);
};

/** The page keeps compiled modules for all the OS instances on it. */
class PageModules {
  #waiting = new Map();

  get(hash) {
    return new Promise((resolve) => {
      this.#waiting.set(hash, [...this.#waiting.get(hash) ?? [], resolve]);
      post(['module-get', hash]);
      flush();
    });
  }

  answer(hash, module) {
    for (const resolve of this.#waiting.get(hash) ?? []) {
      resolve(module);
    }
    this.#waiting.delete(hash);
  }

  put(hash, module) {
    post(['module-put', hash, module]);
    flush();
  }

  drop(hash) {
    post(['module-drop', hash]);
    flush();
  }
}

function serve(os) {
  const calls = callsOf(os);

  async function answer([id, name, ...args]) {
    try {
      const call = calls[name];
      if (!call) {
        throw notYet(`os.${name}`);
      }
      // A call that has its result at once is answered in this turn, so that those of one message go back as one.
      let value = call(...args);
      if (value instanceof Promise) {
        value = await value;
      }
      if (value instanceof Uint8Array) {
        transfers.push(value.buffer);
      }
      replies.push([id, true, value]);
    } catch (error) {
      const code = error instanceof OsError ? error.code : 'EIO';
      replies.push([id, false, code, error?.message ?? String(error)]);
    }
    queueMicrotask(flush);
  }

  onmessage = ({ data, ports }) => {
    data.calls?.forEach(answer);
    data.read?.forEach(([pid, fd, count]) => os.streams.acknowledge(pid, fd, count));
    if (data.module) {
      os.pageModules.answer(...data.module);
    }
    if (data.preview) {
      os.previews.open(...data.preview, ports[0]);
    }
    pump(os);
  };

  listen(os);
  os.runtimes.ready();
  post(['ready']);
  flush();
}

function pump(os) {
  os.kernel.kernel_pump();
  flush();
}

function listen(os) {
  const word = os.kernel.kernel_doorbell() / 4;
  const next = () => {
    for (;;) {
      // Without an end: each wait with one costs a timer.
      const wait = Atomics.waitAsync(new Int32Array(os.memory.buffer), word, 0);
      if (wait.async) {
        wait.value.then(() => {
          pump(os);
          next();
        });
        return;
      }
      pump(os);
    }
  };
  next();
  setInterval(() => Atomics.load(new Int32Array(os.memory.buffer), word) !== 0 && pump(os), DOORBELL_RECHECK);
}

/** The SDK's calls, by name. */
function callsOf({ kernel, files, processes, programs, runtimes, streams, staging, crew, audit, watchers, tunnels }) {
  const aborts = new Map();
  const abortable = async (token, use) => {
    const abort = new AbortController();
    aborts.set(token, abort);
    try {
      return await use(abort.signal);
    } finally {
      aborts.delete(token);
    }
  };
  const fs = {};
  for (const name of ['readFile', 'writeFile', 'mkdir', 'rm', 'rename', 'link', 'symlink', 'readlink', 'readdir',
    'stat', 'lstat', 'utimes']) {
    fs[`fs.${name}`] = (...args) => files[name](...args);
  }
  return {
    ...fs,
    'fs.watch': (id, path, options) => watchers.open(id, path, options),
    'fs.unwatch': (id) => watchers.close(id),
    abort: (token) => {
      aborts.get(token)?.abort();
    },
    mount: (token, source, options) => abortable(token, (signal) => mount(files, source, options,
      (progress) => tell(['copied', token, progress]), signal)),
    export: (token, path, options) => abortable(token, (signal) => exportFolder(files, path, options,
      (progress) => tell(['copied', token, progress]), signal)),
    spawn: (program, args, options) => processes.spawn(program, args, options),
    detect: (directory) => processes.detect(directory),
    run: (directory, options) => processes.run(directory, options),
    kill: (pid, signal) => processes.kill(pid, signal),
    'stdin.write': (pid, bytes) => streams.write(pid, bytes),
    'stdin.close': (pid) => streams.close(pid),
    'terminal.type': (pid, bytes) => processes.type(pid, bytes),
    'terminal.end': (pid) => processes.endTyping(pid),
    'terminal.resize': (pid, size) => processes.resize(pid, size),
    ps: () => processes.list(),
    audit: () => audit.list(),
    'runtimes.list': () => runtimes.list(),
    'runtimes.install': (token, command, version) => abortable(token, (signal) => runtimes.install(command, version, signal)),
    'runtimes.add': (token, definition) => abortable(token, (signal) => runtimes.add(definition, signal)),
    'runtimes.remove': (command, version) => runtimes.remove(command, version),
    'tunnel.open': (id, options) => tunnels.open(id, options),
    'tunnel.close': (id) => tunnels.close(id),
    'tunnel.visitors': (id) => tunnels.visitors(id),
    check: () => {
      const length = kernel.kernel_check();
      if (length < 0) {
        throw errnoError(-length, 'check the kernel');
      }
      const texts = length === 0 ? [] : staging.text(length).split('\0');
      return Array.from({ length: Math.floor(texts.length / 3) },
        (_, i) => ({ what: texts[3 * i], where: texts[3 * i + 1], message: texts[3 * i + 2] }));
    },
    whereabouts: (pid) => WHEREABOUTS[kernel.kernel_whereabouts(pid)],
    figures: () => {
      staging.room(112);
      kernel.kernel_figures();
      const [totalPages, freePages, slabPages, records, booting, idle, busy, ending, runnable, processCount,
        pagesWaits, slabsWaits, inodesWaits, otherWaits] = staging.numbers(14);
      return {
        totalPages, freePages, slabPages, records, workers: { booting, idle, busy, ending }, runnable,
        processes: processCount,
        lockWaits: { pages: pagesWaits, slabs: slabsWaits, inodes: inodesWaits, other: otherWaits },
        workersBooted: crew.booted, modulesCompiled: programs.compiled,
      };
    },
    teardown: () => {
      kernel.kernel_stop();
    },
  };
}

onmessage = ({ data }) => boot?.(data.boot).catch((error) => {
  post(['error', 'BOOT_FAILED', `The kernel could not be started: ${error.message}`]);
  flush();
});
