/**
 * The SDK of Samovar: operating systems in this page, each with files and processes of its own.
 *
 *     import { Samovar } from '/sdk/samovar.js';
 *     const os = await Samovar.boot();
 *     await os.mount({ 'a.txt': { file: { contents: 'hi' } } }, { at: '/work' });
 *     const process = await os.run('/work');
 *
 * The types, with what each value means, are in samovar.d.ts.
 */
import { bytesOf } from './bytes.js';
import { Emitter } from './emitter.js';
import { SamovarError } from './errors.js';
import { FileSystem } from './file-system.js';
import { Link } from './link.js';
import { Previews } from './previews.js';
import { Process } from './process.js';
import { registerServiceWorker } from './service-worker.js';
import { Tunnel, relayAddress } from './tunnel.js';

export { SamovarError };

/** Times that a check is tried while a thread does not leave the kernel. */
const BUSY_TRIES = 10;
const DEFAULT_MEMORY = '1GiB';
const LEAST_MEMORY = 4 << 20;
const MOST_MEMORY = 2 ** 31 - 65_536;

export class Samovar extends Emitter {
  #link;
  #processes = new Map();
  #early = new Map();
  #copies = new Map();
  #previews;
  #tunnels = new Map();

  /** The file system, shaped like Node's fs/promises. */
  fs;

  /** What this OS can do here; what is false answers ENOSYS. */
  features = Object.freeze({
    files: true, processes: true, threads: true, terminal: true, pipes: true, runtimes: true, network: true, preview: true,
    tunnel: true, persistence: false, capabilities: true, limits: true,
  });

  /** Boots an OS of its own. */
  static async boot(options) {
    options ??= {};
    checkPlatform();
    const memory = bytesOf(options.memory ?? DEFAULT_MEMORY);
    if (!(memory >= LEAST_MEMORY && memory <= MOST_MEMORY)) {
      throw new SamovarError('EINVAL', `boot: memory is ${options.memory}; it has to be from 4MiB to 2047MiB.`);
    }
    const relay = relayAddress(options.relay);
    const os = new Samovar();
    os.#previews = new Previews(options.previewSuffix, (...preview) => os.#link.openPreview(...preview),
      (...event) => os.emit(...event));
    await os.#start(memory, relay);
    return os;
  }

  #start(memory, relay) {
    return new Promise((resolve, reject) => {
      this.#link = new Link(new URL('../kernel/kernel-worker.js', import.meta.url), (event) => {
        if (event[0] === 'ready') {
          resolve();
        } else if (event[0] === 'error') {
          const error = new SamovarError(event[1], event[2]);
          reject(error);
          this.emit('error', error);
        } else {
          this.#handle(event);
        }
      });
      this.fs = new FileSystem(this.#link);
      this.#link.start({ id: crypto.randomUUID(), memory, relay });
    });
  }

  #handle([name, ...args]) {
    switch (name) {
      case 'output':
      case 'end':
      case 'exit': {
        const process = this.#processes.get(args[0]);
        if (!process) {
          // The process said something before the answer to spawn named it.
          this.#early.set(args[0], [...this.#early.get(args[0]) ?? [], [name, ...args]]);
          return;
        }
        process.handle(name, ...args.slice(1));
        if (name === 'exit') {
          this.#processes.delete(args[0]);
          this.emit('exit', args[0], args[1]);
        }
        break;
      }
      case 'copied':
        this.#copies.get(args[0])?.(args[1]);
        break;
      case 'port':
        this.#previews.heard(args[0], args[1]);
        break;
      case 'progress':
      case 'request':
      case 'audit':
        this.emit(name, args[0]);
        break;
      case 'tunnel':
        this.#tunnelChanged(...args);
        break;
      case 'visitor':
        this.#tunnels.get(args[0])?.emit('visitor', args[1]);
        break;
      case 'changes':
        this.fs.changed(...args);
        break;
      case 'keep':
        registerServiceWorker();
        break;
      default:
        break;
    }
  }

  /** Copies a tree, a directory or a zip into the OS. */
  mount(source, { at = '/work', gitignore = false, onProgress, signal } = {}) {
    return this.#copy('mount', [source, { at, gitignore }], onProgress, signal);
  }

  /** Gives a folder back, as the bytes of a zip. */
  export(path, { format = 'zip', onProgress, signal } = {}) {
    return this.#copy('export', [path, { format }], onProgress, signal);
  }

  async #copy(call, args, onProgress, signal) {
    return this.#abortable(signal, async (token) => {
      this.#copies.set(token, (progress) => {
        onProgress?.(progress);
        this.emit('progress', { what: call, ...progress });
      });
      try {
        return await this.#link.call(call, token, ...args);
      } finally {
        this.#copies.delete(token);
      }
    });
  }

  /** Makes a call that the signal gives up. */
  async #abortable(signal, call) {
    refuseAborted(signal);
    const token = crypto.randomUUID();
    const abort = () => this.#link.call('abort', token);
    signal?.addEventListener('abort', abort);
    try {
      return await call(token);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  /** Starts a process. */
  async spawn(program, args, options) {
    const { stdin, ...rest } = options ?? {};
    return this.#begin('spawn', [program, textsOf('spawn', args)], rest, stdin);
  }

  /** Finds out how a folder is run. */
  detect(directory) {
    return this.#link.call('detect', directory);
  }

  /** Runs a folder as {@link detect} says, isolated from the rest of the OS. */
  async run(directory, options) {
    const { stdin, args, ...rest } = options ?? {};
    return this.#begin('run', [directory], { ...rest, args: textsOf('run', args) }, stdin);
  }

  async #begin(call, first, options, stdin) {
    const terminal = Boolean(options.terminal);
    const input = inputOf(stdin, terminal, this.#link);
    let pid = await this.#link.call(call, ...first, { ...options, stdin: input.kind }).catch((error) => {
      input.keep?.();
      throw error;
    });
    if (input.join) {
      [pid, input.stream] = [pid[0], input.join(pid[1])];
    }
    const process = new Process(this.#link, pid, { terminal, input: input.kind === 'pipe' });
    this.#processes.set(pid, process);
    input.stream?.pipeTo(terminal || !process.input ? process.writableInput() : process.input).catch(() => {});
    const early = this.#early.get(pid) ?? [];
    this.#early.delete(pid);
    early.forEach((event) => this.#handle(event));
    return process;
  }

  /** The processes there are, the kernel first. */
  ps() {
    return this.#link.call('ps');
  }

  /** Where a process is: user, waiting, call or lock. For tests that strike at it; not a stable interface. */
  whereabouts(pid) {
    return this.#link.call('whereabouts', pid);
  }

  /** Figures of the kernel: pages, records, workers. For tests and benchmarks; not a stable interface. */
  figures() {
    return this.#link.call('figures');
  }

  /** A port to what listens there, as a preview's service worker has one. For tests and benchmarks; not a stable interface. */
  previewPort(port) {
    const { port1, port2 } = new MessageChannel();
    this.#link.openPreview(port, port1, location.origin);
    return port2;
  }

  /** Messages that went to the kernel worker and came from it so far. For tests; not a stable interface. */
  get messages() {
    return this.#link.messages;
  }

  /** Ends all processes and frees all memory. Nothing works afterwards. */
  async teardown() {
    await this.#link.call('teardown').catch(() => {});
    this.#link.stop();
    this.#previews.close();
    for (const [pid, process] of this.#processes) {
      process.handle('end', 1);
      process.handle('end', 2);
      process.handle('exit', 137);
      this.emit('exit', pid, 137);
    }
    this.#processes.clear();
    for (const tunnel of this.#tunnels.values()) {
      tunnel.handle({ state: 'closed' });
    }
    this.#tunnels.clear();
  }

  /** What processes were refused, the oldest first: the last 255 refusals. */
  audit() {
    return this.#link.call('audit');
  }

  async check() {
    for (let tries = 1; ; tries++) {
      const findings = await this.#link.call('check');
      if (tries === BUSY_TRIES || findings[0]?.what !== 'busy') {
        return findings;
      }
    }
  }

  /** The languages' runtimes: what the server offers, and what of that this browser keeps. */
  runtimes = Object.freeze({
    list: () => this.#link.call('runtimes.list'),
    install: async (command, version, { signal } = {}) => {
      await this.#abortable(signal, (token) => this.#link.call('runtimes.install', token, command, version));
    },
    add: async (definition, { signal } = {}) => {
      await this.#abortable(signal, (token) => this.#link.call('runtimes.add', token, definition));
    },
    remove: async (command, version) => {
      await this.#link.call('runtimes.remove', command, version);
    },
  });

  /** Public URLs for what listens in here. */
  tunnel = Object.freeze({
    open: ({ signal, ...options } = {}) => this.#openTunnel(options, signal),
  });

  async #openTunnel(options, signal) {
    refuseAborted(signal);
    const id = crypto.randomUUID();
    const tunnel = new Tunnel(this.#link, id, options.port);
    const abort = () => tunnel.close();
    this.#tunnels.set(id, tunnel);
    signal?.addEventListener('abort', abort);
    try {
      tunnel.url = await this.#link.call('tunnel.open', id, { ...options, relay: relayAddress(options.relay) });
      return tunnel;
    } catch (error) {
      this.#tunnels.delete(id);
      refuseAborted(signal);
      throw error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  #tunnelChanged(id, news) {
    this.#tunnels.get(id)?.handle(news);
    if (news.state === 'closed' || news.state === 'refused') {
      this.#tunnels.delete(id);
    }
  }
}

/** @throws {SamovarError} ABORTED */
function refuseAborted(signal) {
  if (signal?.aborted) {
    throw new SamovarError('ABORTED', 'It was given up by its signal.');
  }
}

function checkPlatform() {
  if (!globalThis.crossOriginIsolated) {
    throw new SamovarError('NOT_ISOLATED', 'This page is not cross-origin isolated, so it has no shared memory: serve it '
      + 'with Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, over https or from '
      + 'localhost.');
  }
  if (typeof Atomics.waitAsync !== 'function') {
    throw new SamovarError('UNSUPPORTED', 'This browser has no Atomics.waitAsync; use a current Chromium or Firefox.');
  }
}

/** @throws {SamovarError} EINVAL */
function textsOf(call, args) {
  if (!Array.isArray(args ?? [])) {
    throw new SamovarError('EINVAL', `${call}: args are not an array of texts.`);
  }
  return (args ?? []).map(String);
}

/**
 * How another process's output becomes standard input: by a pipe, or, if that process has ended and its output is here
 * already, as any other stream.
 */
function joining(output) {
  const { channel } = output;
  const reader = output.getReader();
  const keep = () => reader.releaseLock();
  return {
    kind: { join: [channel.pid, channel.fd] },
    keep,
    join: (joined) => {
      if (joined) {
        // What it writes never comes here; the lock stays, and says that somebody reads it.
        channel.end();
        return undefined;
      }
      keep();
      return output;
    },
  };
}

/** What goes to the kernel worker for `stdin`, and the stream to pump into it, if it is one. */
function inputOf(stdin, terminal, link) {
  if (stdin === undefined || (terminal && stdin === 'pipe')) {
    return {};
  }
  if (stdin === 'pipe') {
    return { kind: 'pipe' };
  }
  if (stdin instanceof ReadableStream && stdin.locked) {
    throw new SamovarError('EBUSY', 'spawn: stdin is a stream that somebody reads already (it is locked).');
  }
  if (stdin instanceof Process.Output && stdin.channel?.link === link && !stdin.channel.isRead) {
    return joining(stdin);
  }
  if (stdin instanceof ReadableStream) {
    return { kind: 'pipe', stream: stdin };
  }
  if (typeof stdin === 'string') {
    return { kind: new TextEncoder().encode(stdin) };
  }
  if (stdin instanceof Uint8Array) {
    return { kind: stdin };
  }
  throw new SamovarError('EINVAL', "spawn: stdin is neither bytes, a string, a stream nor 'pipe'.");
}
