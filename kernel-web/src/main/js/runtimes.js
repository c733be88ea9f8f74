// The languages' runtimes in the browser: what the server offers, and what somebody brought along; fetched when it is
// needed, verified, kept.
import { Ahead } from './ahead.js';
import { hasCodeCache, withBallast } from './ballast.js';
import { broughtEntry } from './brought.js';
import { DownloadError, download, sha256Of } from './download.js';
import { OsError, check } from './errors.js';
import { Kept } from './kept.js';
import { DEFAULT_PAGES, keyOf, limitMemory } from './memory-limit.js';

/** Keeps the catalogue and the files that runtimes get mounted, so that they are there without the server. */
const CATALOGUE_CACHE = 'samovar-catalogue';
const BASE = new URL('../runtimes/', import.meta.url);
const CATALOGUE = new URL('manifest.json', BASE);
/** In the same cache: the hash of the runtime that was brought in last. */
const LAST_USED = new URL('last-used', BASE);
/** What a bundle of mounted files may have at most, in bytes. */
const MOST_MOUNTED = 64 << 20;

/** A browser that optimises a runtime's functions is done with it after so many ms. */
const QUIET_MILLIS = 2500;
/** So long is a runtime left alone that was brought in because somebody wants it now. */
const WANTED_MILLIS = 1000;

export class Runtimes {
  #offered = [];
  #brought = [];
  #entries = [];
  #names = new Set();
  #loading;
  #modules = new Map();
  #mounted = new Set();
  #flights = new Map();
  #kept = new Kept();
  #ahead = new Ahead();

  /**
   * @param {object} os `kernel`, `staging`, `files`, `programs`
   * @param {object} events `progress(what, loaded, total)` in bytes; `fetching()` before anything is kept; `warm(entry,
   *     module, ballast)` runs a runtime so that the browser optimises it; `error(error)` for what stops nothing
   */
  constructor({ kernel, staging, files, programs }, events) {
    this.kernel = kernel;
    this.staging = staging;
    this.files = files;
    this.programs = programs;
    this.events = events;
  }

  /** Reads the server's catalogue, once. A server without one offers no runtimes. */
  ready() {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Whether the catalogue has been read. */
  isReady = false;

  async #load() {
    const text = await readCatalogue();
    if (text) {
      this.#offered = JSON.parse(text).runtimes;
      this.#publish();
    }
    this.isReady = true;
  }

  /** Tells the kernel what there is. What the server offers comes first, and so is preferred. */
  #publish() {
    const entries = [...this.#offered, ...this.#brought];
    const bytes = this.kernel.program_catalogue(this.staging.texts(JSON.stringify({ runtimes: entries }))[0]);
    if (bytes !== 0) {
      throw new OsError('EINVAL', `The catalogue of runtimes cannot be read: ${this.staging.text(bytes).replace('\0', '')}.`);
    }
    this.#entries = entries;
    this.#names = new Set(entries.flatMap((entry) => [...entry.commands, entry.language]));
  }

  /**
   * Reads and compiles the runtime that was used last, for whoever asks next: people come back to run the same language. Only
   * what this browser keeps, and nothing of the OS's memory.
   */
  async readAhead() {
    await this.ready();
    const cache = await openCatalogue();
    const used = await (await cache?.match(LAST_USED))?.text();
    const entry = this.#offered.find(({ sha256 }) => sha256 === used);
    if (entry && !this.#modules.has(used) && !this.#flights.has(used) && !await this.programs.known(used)) {
      this.#ahead.begin(urlOf(entry), this.#kept.compile(urlOf(entry)));
      for (const mount of entry.mounts) {
        this.#ahead.begin(urlOfMount(mount), keptBytes(cache, mount));
      }
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

  /**
   * The runtime that stands in for one that this server does not have (yet): its own, or else, for a `command` that
   * asks for no version, the next one that goes by this name. Undefined if there is none.
   */
  standIn(missing, command) {
    const later = this.#entries.slice(this.#entries.indexOf(missing) + 1);
    const other = this.#entries.find((entry) => entry.fallbackFor === missing.sha256)
      ?? later.find(({ commands, language }) => commands.includes(command) || language === command);
    return other && this.forCommand(`${other.commands[0]}@${other.version}`);
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
    return Promise.all(this.#entries.map(async (entry) => {
      const { name, language, version, commands, extensions, size, sha256, licence, maturity } = entry;
      return {
        name, language, version, commands, extensions, size, sha256, licence, maturity, brought: this.#brought.includes(entry),
        installed: this.#modules.has(sha256) || await this.#kept.has(urlOf(entry)),
      };
    }));
  }

  async #named(command, version) {
    await this.ready();
    if (typeof command !== 'string') {
      throw new OsError('EINVAL', 'runtimes: which one? Name a command, such as python (EINVAL).');
    }
    const found = this.forCommand(version ? `${command}@${version}` : command);
    if (!found) {
      const offer = this.#entries.map((e) => `${e.commands[0]}@${e.version}`).join(', ') || 'none';
      throw new OsError('RUNTIME_UNAVAILABLE', `There is no runtime ${command}${version ? ` ${version}` : ''}; there are: ${offer}.`);
    }
    return found.entry;
  }

  /** Sees to it that a runtime is here and will be after a reload. */
  async install(command, version, signal) {
    const entry = await this.#named(command, version);
    await this.module(entry, DEFAULT_PAGES, signal);
    const { unkept } = this.#modules.get(entry.sha256) ?? {};
    if (unkept) {
      throw unkept;
    }
  }

  /**
   * Adds a runtime that somebody brings: `{ command, version, sha256 }` with its `file` (bytes), a `url`, or neither if
   * this browser keeps it from an earlier visit.
   */
  async add(definition, signal) {
    await this.ready();
    const entry = broughtEntry(definition, this.#entries);
    if (definition.file) {
      const bytes = new Uint8Array(definition.file instanceof Blob ? await definition.file.arrayBuffer() : definition.file);
      const hash = await sha256Of(bytes);
      if (hash !== entry.sha256) {
        throw new DownloadError('HASH_MISMATCH', `add ${definition.command}: the file's SHA-256 is ${hash}, not ${entry.sha256}. `
          + 'It is another file than the one meant, or it was damaged on its way.');
      }
      entry.size = bytes.length;
      await this.#kept.put(urlOf(entry), limitMemory(bytes, DEFAULT_PAGES, whatOf(entry)), whatOf(entry));
    }
    this.#brought.push(entry);
    try {
      this.#publish();
      await this.module(entry, DEFAULT_PAGES, signal);
    } catch (error) {
      this.#brought.splice(this.#brought.indexOf(entry), 1);
      this.#publish();
      throw error;
    }
  }

  async remove(command, version) {
    const entry = await this.#named(command, version);
    for (const key of [...this.#modules.keys()].filter((each) => each.startsWith(entry.sha256))) {
      this.#modules.delete(key);
    }
    this.#ahead.take(urlOf(entry));
    this.programs.forget(entry.sha256);
    await this.#kept.remove(urlOf(entry));
    if (this.#brought.includes(entry)) {
      this.#brought.splice(this.#brought.indexOf(entry), 1);
      this.#publish();
    }
  }

  /**
   * The compiled module of a catalogue entry, with what it needs mounted, for so many pages of memory. Answers it at
   * once if it is there.
   */
  module(entry, pages = DEFAULT_PAGES, signal = undefined) {
    const known = this.#modules.get(keyOf(entry.sha256, pages));
    if (known && this.#mounted.has(entry.sha256)) {
      return known.module;
    }
    return this.#shared(entry, pages, signal);
  }

  /** One preparation for all who wait for it; it is given up once all of them have given up. */
  #shared(entry, pages, signal) {
    const key = keyOf(entry.sha256, pages);
    let flight = this.#flights.get(key);
    if (!flight) {
      const abort = new AbortController();
      flight = { abort, waiting: 0 };
      flight.done = this.#prepare(entry, pages, abort.signal).finally(() => this.#land(key, flight));
      flight.done.catch(() => {}); // whoever waits hears of it
      this.#flights.set(key, flight);
    }
    flight.waiting++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        flight.waiting--;
        if (flight.waiting === 0) {
          // Who comes next must not join what is being given up.
          this.#land(key, flight);
          flight.abort.abort();
        }
        reject(new OsError('ABORTED', `The download of ${whatOf(entry)} was given up.`));
      };
      if (signal?.aborted) {
        leave();
        return;
      }
      signal?.addEventListener('abort', leave);
      flight.done.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  #land(key, flight) {
    if (this.#flights.get(key) === flight) {
      this.#flights.delete(key);
    }
  }

  async #prepare(entry, pages, signal) {
    const [known] = await Promise.all([this.#compiled(entry, pages, signal), this.#mount(entry, signal)]);
    noteUse(entry);
    if (!known.isWarm && entry.warmUp?.length > 0) {
      known.isWarm = true;
      this.#warmUp(entry, known);
    }
    return known.module;
  }

  /** Has the browser optimise a runtime, and keep that: it keeps what it has when the ballast is optimised, which is called late. */
  async #warmUp(entry, { module, isServed, isNew }) {
    if (isServed && !isNew) {
      await pause(WANTED_MILLIS);
    }
    await this.events.warm(entry, module);
    if (isServed && hasCodeCache) {
      await pause(QUIET_MILLIS);
      await this.events.warm(entry, module, true);
      await pause(QUIET_MILLIS);
      await this.#kept.optimised(urlOf(entry));
    }
  }

  async #compiled(entry, pages, signal) {
    const key = keyOf(entry.sha256, pages);
    let known = this.#modules.get(key);
    if (!known) {
      const module = await this.programs.known(key);
      known = module ? { module, isWarm: true } : await this.#fromKept(entry, pages) ?? await this.#fetched(entry, pages, signal);
      if (!module) {
        this.programs.adopt(key, known.module);
      }
      this.#modules.set(key, known);
    }
    return known;
  }

  /** What is kept is limited as usual, and has ballast; what has another limit is compiled without the help of the service worker. */
  async #fromKept(entry, pages) {
    if (pages === DEFAULT_PAGES) {
      return await this.#ahead.take(urlOf(entry)) ?? this.#kept.compile(urlOf(entry));
    }
    const bytes = await this.#kept.read(urlOf(entry));
    return bytes && { module: await WebAssembly.compile(limitMemory(bytes, pages, whatOf(entry))), isServed: false, isWarm: false };
  }

  /** Fetches and keeps a runtime. Where there is no room to keep it, it still runs. */
  async #fetched(entry, pages, signal) {
    const what = whatOf(entry);
    this.events.fetching();
    const source = entry.url ? new URL(entry.url, BASE) : new URL(entry.file, BASE);
    const expected = { what, limit: entry.size, sha256: entry.sha256, missing: () => whyMissing(entry, what) };
    const original = await download(source, expected, (loaded) => this.events.progress(what, loaded, entry.size), signal);
    const limited = limitMemory(original, DEFAULT_PAGES, what);
    const bytes = hasCodeCache && entry.warmUp?.length > 0 ? await withBallast(limited) : limited;
    let unkept;
    await this.#kept.put(urlOf(entry), bytes, what).catch((error) => {
      unkept = error;
      this.events.error(error);
    });
    const compiled = unkept ? null : await this.#fromKept(entry, pages);
    const { module, isServed } = compiled ?? { module: await WebAssembly.compile(limitMemory(bytes, pages, what)), isServed: false };
    return { module, isServed, isWarm: false, isNew: true, unkept };
  }

  /** Puts the files that a runtime needs into the OS, once. */
  async #mount({ name, sha256, mounts = [] }, signal) {
    if (this.#mounted.has(sha256)) {
      return;
    }
    const cache = await openCatalogue();
    await Promise.all(mounts.map(async (mount) => {
      const contents = await this.#ahead.take(urlOfMount(mount)) ?? await mountedBytes(cache, mount, `${name}'s ${mount.file}`, signal);
      this.files.mkdir(mount.at.slice(0, mount.at.lastIndexOf('/')), { recursive: true });
      this.files.writeFile(mount.at, contents);
    }));
    this.#mounted.add(sha256);
  }
}

function pause(millis) {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}

/** Where a mounted file comes from; the address changes with its contents. */
function urlOfMount({ file, sha256 }) {
  return new URL(sha256 ? `${file}?${sha256}` : file, BASE);
}

/** A mounted file's bytes: kept, or else fetched. An image has no hash of its own: its name is one of all it is made of. */
async function mountedBytes(cache, mount, what, signal) {
  const kept = await keptBytes(cache, mount);
  if (kept) {
    return kept;
  }
  const url = urlOfMount(mount);
  const missing = async () => `${what} is not on this server: whoever runs it has to make it (node runtimes/make.mjs).`;
  const bytes = await download(url, { what, limit: MOST_MOUNTED, sha256: mount.sha256, missing }, () => {}, signal);
  await cache?.put(url, new Response(bytes)).catch(() => {}); // without room for it, it is fetched each time
  return bytes;
}

/** A mounted file's bytes as this browser keeps them; null if it does not, or something has changed them. */
async function keptBytes(cache, mount) {
  const kept = await cache?.match(urlOfMount(mount));
  if (!kept) {
    return null;
  }
  const bytes = new Uint8Array(await kept.arrayBuffer());
  return !mount.sha256 || await sha256Of(bytes) === mount.sha256 ? bytes : null;
}

/** Remembers what {@link Runtimes#readAhead} of the next visit reads; without room for that, it reads nothing. */
async function noteUse({ sha256 }) {
  const cache = await openCatalogue();
  await cache?.put(LAST_USED, new Response(sha256)).catch(() => {});
}

/** Undefined where the browser refuses a cache. */
function openCatalogue() {
  return caches.open(CATALOGUE_CACHE).catch(() => undefined);
}

/** The catalogue's text: the server's, or else the one that was seen last; undefined if there is none. */
async function readCatalogue() {
  const cache = await openCatalogue();
  const response = await fetch(CATALOGUE).catch(() => null);
  if (!response?.ok) {
    return (await cache?.match(CATALOGUE))?.text();
  }
  const text = await response.text();
  if (await (await cache?.match(CATALOGUE))?.text() !== text) {
    const mounted = new Set(JSON.parse(text).runtimes.flatMap(({ mounts }) => mounts.map((mount) => urlOfMount(mount).href)));
    for (const { url } of await cache?.keys() ?? []) {
      if (!mounted.has(url)) {
        await cache.delete(url);
      }
    }
    await cache?.put(CATALOGUE, new Response(text)).catch(() => {});
  }
  return text;
}

async function whyMissing(entry, what) {
  if (entry.url) {
    return `${what} is not at ${entry.url} (any more): look for its new address, or give the file itself.`;
  }
  const reasons = await fetch(new URL('unavailable.json', BASE), { cache: 'no-cache' })
    .then((response) => (response.ok ? response.json() : {}), () => ({}));
  return reasons[entry.sha256] ?? `${what} is not on this server: whoever runs it has to make it (node runtimes/make.mjs).`;
}

/** What people call it: `python 3.12.0`. */
function whatOf({ commands, version }) {
  return `${commands[0]} ${version}`;
}

function urlOf({ sha256 }) {
  return new URL(`${sha256}.wasm`, BASE).href;
}
