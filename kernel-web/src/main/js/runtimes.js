// The languages' runtimes in the browser: what the server offers, fetched when it is needed, verified, kept.
import { OsError, check } from './errors.js';
import { DEFAULT_PAGES, keyOf } from './memory-limit.js';

/** The Cache API's cache that they are kept in, under the URL of their hash. */
const CACHE = 'samovar-runtimes';
const BASE = new URL('../runtimes/', import.meta.url);
/** Waits before another try at a fetch that failed, in ms. */
const BACK_OFF = [300, 1500];

export class Runtimes {
  #entries = [];
  #names = new Set();
  #loading;
  #modules = new Map();
  #mounted = new Set();

  /**
   * @param {object} os `kernel`, `staging`, `files`
   * @param {import('./programs.js').Programs} programs
   * @param {(what: string, loaded: number, total: number) => void} onProgress bytes
   */
  constructor({ kernel, staging, files, programs }, onProgress) {
    this.kernel = kernel;
    this.staging = staging;
    this.files = files;
    this.programs = programs;
    this.onProgress = onProgress;
  }

  /** Reads the server's catalogue, once. A server without one offers no runtimes. */
  ready() {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Whether the catalogue has been read. */
  isReady = false;

  async #load() {
    await this.#readCatalogue();
    this.isReady = true;
  }

  async #readCatalogue() {
    const response = await fetch(new URL('manifest.json', BASE)).catch(() => null);
    if (!response?.ok) {
      return;
    }
    const text = await response.text();
    const problem = this.kernel.program_catalogue(this.staging.texts(text)[0]);
    if (problem === 0) {
      this.#entries = JSON.parse(text).runtimes;
      this.#names = new Set(this.#entries.flatMap((entry) => [...entry.commands, entry.language]));
    }
  }

  /** What a command such as `python` or `python@3.11` means; undefined if it is no runtime's. */
  forCommand(command) {
    // Most programs are files: no need to ask the kernel about a name that no runtime has.
    if (!this.#names.has(command.split('@', 1)[0])) {
      return undefined;
    }
    return this.#found(this.kernel.program_for_command(this.staging.texts(command)[0]));
  }

  /** What runs a file that is no WebAssembly program, by its first bytes or its ending. */
  forFile(name, head) {
    return this.#found(this.kernel.program_for_file(...this.staging.texts(name, head)));
  }

  #found(index) {
    if (index < 0) {
      return undefined;
    }
    const leading = this.staging.text(this.kernel.program_staged()).split('\0').slice(0, -1);
    return { entry: this.#entries[index], leading };
  }

  /** A caller's arguments, its script among them by its absolute path where the runtime needs that. */
  arguments(entry, args, cwd) {
    if (!entry.arguments.options || args.length === 0) {
      return args;
    }
    const bytes = this.kernel.program_arguments(this.#entries.indexOf(entry), this.staging.list([cwd, ...args]));
    return this.staging.text(check(bytes, entry.commands[0])).split('\0').slice(0, -1);
  }

  async list() {
    await this.ready();
    const cache = await caches.open(CACHE);
    return Promise.all(this.#entries.map(async ({ name, language, version, commands, size, sha256, licence, maturity }) => ({
      name, language, version, commands, size, sha256, licence, maturity,
      installed: this.#modules.has(sha256) || await cache.match(urlOf({ sha256 })) !== undefined,
    })));
  }

  async #named(command, version) {
    await this.ready();
    const found = this.forCommand(version ? `${command}@${version}` : command);
    if (!found) {
      const offer = this.#entries.map((e) => `${e.commands[0]}@${e.version}`).join(', ') || 'none';
      throw new OsError('RUNTIME_UNAVAILABLE', `There is no runtime ${command}${version ? ` ${version}` : ''}; there are: ${offer}.`);
    }
    return found.entry;
  }

  async install(command, version) {
    await this.module(await this.#named(command, version));
  }

  async remove(command, version) {
    const entry = await this.#named(command, version);
    for (const key of [...this.#modules.keys()].filter((each) => each.startsWith(entry.sha256))) {
      this.#modules.delete(key);
    }
    this.programs.forget(entry.sha256);
    await (await caches.open(CACHE)).delete(urlOf(entry));
  }

  /**
   * The compiled module of a catalogue entry, with what it needs mounted, for so many pages of memory. Answers it at
   * once if it is there.
   */
  module(entry, pages = DEFAULT_PAGES) {
    const module = this.#modules.get(keyOf(entry.sha256, pages));
    if (module && this.#mounted.has(entry.sha256)) {
      return module;
    }
    return this.#prepare(entry, pages);
  }

  async #prepare(entry, pages) {
    // Not the module itself but its promise would be kept, too, by two that start at once.
    const [module] = await Promise.all([this.#compiled(entry, pages), this.#mount(entry)]);
    return module;
  }

  async #compiled(entry, pages) {
    const { sha256 } = entry;
    const key = keyOf(sha256, pages);
    let module = this.#modules.get(key) ?? await this.programs.shared.get(key);
    if (!module) {
      const bytes = await this.#bytes(entry);
      module = await this.programs.ofBytes(bytes, entry.commands[0], undefined, sha256, pages);
    }
    this.#modules.set(key, module);
    return module;
  }

  async #mount(entry) {
    if (!this.#mounted.has(entry.sha256)) {
      await Promise.all((entry.mounts ?? []).map(async ({ file, at }) => {
        const contents = await fetchBytes(new URL(file, BASE), `${entry.name}'s ${file}`, Infinity, () => {});
        this.files.mkdir(at.slice(0, at.lastIndexOf('/')), { recursive: true });
        this.files.writeFile(at, contents);
      }));
      this.#mounted.add(entry.sha256);
    }
  }

  /** The verified bytes: from the cache, or fetched and then kept there. */
  async #bytes(entry) {
    const what = `${entry.commands[0]} ${entry.version}`;
    const url = urlOf(entry);
    const cache = await caches.open(CACHE);
    const kept = await cache.match(url);
    if (kept) {
      const bytes = new Uint8Array(await kept.arrayBuffer());
      if (await hashOf(bytes) === entry.sha256) {
        return bytes;
      }
      // Something has changed it: as if it had never been there.
      await cache.delete(url);
    }
    const bytes = await fetchBytes(url, what, entry.size, (loaded) => this.onProgress(what, loaded, entry.size));
    const hash = await hashOf(bytes);
    if (hash !== entry.sha256) {
      throw new OsError('RUNTIME_UNAVAILABLE', `${what} came from the server with the SHA-256 ${hash}, not ${entry.sha256} as `
        + 'the catalogue says; it is not used. Make the runtimes again on the server.');
    }
    await cache.put(url, new Response(bytes, { headers: { 'Content-Type': 'application/wasm' } })).catch((error) => {
      // Without room to keep it, it still runs; the next page fetches it again.
      console.warn(`${what} could not be kept: ${error.message}`);
    });
    return bytes;
  }
}

function urlOf({ sha256 }) {
  return new URL(`${sha256}.wasm`, BASE).href;
}

async function hashOf(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (b) => b.toString(16).padStart(2, '0')).join('');
}

async function fetchBytes(url, what, limit, onProgress) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await tryFetch(url, what, limit, onProgress);
    } catch (error) {
      if (error.final || attempt === BACK_OFF.length) {
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, BACK_OFF[attempt]));
    }
  }
}

async function tryFetch(url, what, limit, onProgress) {
  const response = await fetch(url).catch(() => {
    throw unavailable(`${what} could not be fetched: the server cannot be reached. It is needed once; try again online.`);
  });
  if (!response.ok) {
    const final = response.status < 500;
    throw unavailable(response.status === 404
      ? `${what} is not on this server: it could not be made there. The server's start says why.`
      : `${what} could not be fetched: the server answered ${response.status}.`, final);
  }
  const parts = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw unavailable(`${what} could not be fetched: the connection broke after ${loaded} bytes. Try again.`);
    });
    if (done) {
      break;
    }
    loaded += value.length;
    if (loaded > limit) {
      await reader.cancel();
      throw unavailable(`${what} is larger on the server than the ${limit} bytes of the catalogue; it is not used.`, true);
    }
    parts.push(value);
    onProgress(loaded);
  }
  const bytes = new Uint8Array(loaded);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function unavailable(message, final = false) {
  return Object.assign(new OsError('RUNTIME_UNAVAILABLE', message), { final });
}
