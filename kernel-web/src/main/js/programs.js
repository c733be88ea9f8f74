// From a program's bytes to a compiled module, once for the same bytes: first by the file's number and version, then
// by the SHA-256 of its contents, which the page shares among all its OS instances.
import { sha256Of } from './download.js';
import { FUNCTIONS, SOCKET_FUNCTIONS, THREAD_FUNCTIONS } from './functions.js';
import { DEFAULT_PAGES, importedMemory, keyOf, limitMemory } from './memory-limit.js';
import { NotRunnable } from './not-runnable.js';

const WASI = 'wasi_snapshot_preview1';
const THREADS = 'wasi';
/** Compiled modules kept in this worker; the page keeps its own. */
const KEEP = 256;

export class Programs {
  #byVersion = new Map();
  #byHash = new Map();
  #numbers = new Map();
  #modules = new Map();
  /** Of modules that import their memory: its limits. */
  #limits = new WeakMap();
  #next = 1;

  /** @param {{get(hash): Promise<WebAssembly.Module|null>, put(hash, module): void, drop(hash): void}} shared the page's */
  constructor(shared) {
    this.shared = shared;
    this.compiled = 0;
  }

  /** The number of a program, by which the kernel calls it. Throws NotRunnable if it is none. */
  number(module, name) {
    let number = this.#numbers.get(module);
    if (number === undefined) {
      const limits = this.#limits.get(module);
      checkProgram(module, name, limits);
      number = this.#next++;
      this.#numbers.set(module, number);
      this.#modules.set(number, { module, name, limits, sockets: wantsSockets(module) });
      if (this.#modules.size > KEEP) {
        this.#forget(this.#modules.keys().next().value);
      }
    }
    return number;
  }

  /** The number of a program of which only the ballast is called. */
  ballast(module, name) {
    const number = this.#next++;
    this.#modules.set(number, { module, name, sockets: wantsSockets(module), ballast: true });
    return number;
  }

  /** What a worker needs to run the program of a number. */
  program(number) {
    return this.#modules.get(number);
  }

  /** Forgets what was compiled from the bytes of a hash, here and on the page. */
  forget(hash) {
    for (const [key, module] of [...this.#byHash]) {
      if (key === hash || key.startsWith(`${hash}/`)) {
        this.shared.drop(key);
        this.#byHash.delete(key);
        const number = this.#numbers.get(module);
        if (number !== undefined) {
          this.#forget(number);
        }
      }
    }
  }

  #forget(number) {
    const { module } = this.#modules.get(number);
    this.#modules.delete(number);
    this.#numbers.delete(module);
    for (const map of [this.#byHash, this.#byVersion]) {
      for (const [key, value] of map) {
        if (value === module) {
          map.delete(key);
        }
      }
    }
  }

  /** The module of a hash that this OS, or another on the page, has compiled already; undefined or null if none has. */
  async known(hash) {
    const module = this.#byHash.get(hash) ?? await this.shared.get(hash);
    if (module) {
      this.#byHash.set(hash, module);
    }
    return module;
  }

  /** Takes in a module that somebody else compiled from the verified bytes of a hash. */
  adopt(hash, module) {
    this.compiled++;
    this.#byHash.set(hash, module);
    this.shared.put(hash, module);
  }

  /** The module of a file that was seen before in this very version, or undefined. */
  ofVersion(version, pages = DEFAULT_PAGES) {
    return this.#byVersion.get(keyOf(version, pages));
  }

  /**
   * Compiles bytes, or finds that somebody has. `version` is the file's, if it is one; `knownHash` the SHA-256 if it was
   * verified already, `pages` what its memory may have at most.
   */
  async ofBytes(bytes, name, version, knownHash, pages = DEFAULT_PAGES) {
    if (!(bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d)) {
      throw new NotRunnable(126, `${name}: not a WebAssembly program (it does not begin with \\0asm)`);
    }
    // Of what was given, not of what is compiled.
    const hash = keyOf(knownHash ?? await sha256Of(bytes), pages);
    let module = await this.known(hash);
    if (!module) {
      try {
        module = await WebAssembly.compile(limitMemory(bytes, pages, name));
      } catch (error) {
        if (error instanceof NotRunnable) {
          throw error;
        }
        throw new NotRunnable(126, `${name}: not a valid WebAssembly program: ${error.message}`);
      }
      this.adopt(hash, module);
    }
    const limits = importedMemory(bytes, pages);
    if (limits) {
      this.#limits.set(module, limits);
    }
    if (version) {
      this.#byVersion.set(keyOf(version, pages), module);
    }
    return module;
  }
}

/** Throws if the module is no program for this OS: its imports and exports are looked at before any worker is. */
function checkProgram(module, name, limits) {
  const problem = findProblem(module, limits);
  if (problem) {
    throw new NotRunnable(126, `${name}: ${problem}`);
  }
}

function findProblem(module, limits) {
  const imports = WebAssembly.Module.imports(module);
  const exports = WebAssembly.Module.exports(module);
  const hasFunction = (name) => exports.some((e) => e.name === name && e.kind === 'function');
  const missing = imports.filter((i) => !isProvided(i)).map((i) => `${i.module}.${i.name}`);
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(', ');
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    return `it imports ${some}${more}, which Samovar does not provide; build it for wasm32-wasi (preview 1)`;
  }
  if (!hasFunction('_start')) {
    return 'it exports no function _start: it is a library, not a program';
  }
  const hasThreads = imports.some((i) => i.module === THREADS);
  if (imports.some((i) => i.kind === 'memory')) {
    if (!limits) {
      return 'it imports its memory, whose size a compiled module does not tell; spawn it by its path or its bytes';
    }
    if (!limits.shared) {
      return 'it imports a memory that is not shared; link it without --import-memory, or for wasm32-wasip1-threads';
    }
  } else if (hasThreads) {
    return 'it starts threads, but does not import its memory; link it with --import-memory and --shared-memory';
  }
  if (hasThreads && !hasFunction('wasi_thread_start')) {
    return 'it starts threads, but exports no function wasi_thread_start; build it for wasm32-wasip1-threads';
  }
  return '';
}

/** Whether a program has WasmEdge's socket functions linked. */
function wantsSockets(module) {
  return WebAssembly.Module.imports(module).some(({ name }) => name in SOCKET_FUNCTIONS);
}

function isProvided({ module, name, kind }) {
  return kind === 'function' ? module === WASI && (name in FUNCTIONS || name in SOCKET_FUNCTIONS) || module === THREADS && name in THREAD_FUNCTIONS
    : kind === 'memory' && module === 'env' && name === 'memory';
}
