// From a program's bytes to a compiled module, once for the same bytes: first by the file's number and version, then
// by the SHA-256 of its contents, which the page shares among all its OS instances.
import { FUNCTIONS } from './functions.js';

const WASI = 'wasi_snapshot_preview1';
/** Compiled modules kept in this worker; the page keeps its own. */
const KEEP = 256;

/** A program that cannot run: its exit status and a line for its standard error. */
export class NotRunnable extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export class Programs {
  #byVersion = new Map();
  #byHash = new Map();
  #numbers = new Map();
  #modules = new Map();
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
      checkProgram(module, name);
      number = this.#next++;
      this.#numbers.set(module, number);
      this.#modules.set(number, { module, name });
      if (this.#modules.size > KEEP) {
        this.#forget(this.#modules.keys().next().value);
      }
    }
    return number;
  }

  /** What a worker needs to run the program of a number. */
  program(number) {
    return this.#modules.get(number);
  }

  /** Forgets what was compiled from the bytes of a hash, here and on the page. */
  forget(hash) {
    const module = this.#byHash.get(hash);
    this.shared.drop(hash);
    this.#byHash.delete(hash);
    const number = this.#numbers.get(module);
    if (number !== undefined) {
      this.#forget(number);
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

  /** The module of a file that was seen before in this very version, or undefined. */
  ofVersion(version) {
    return this.#byVersion.get(version);
  }

  /**
   * Compiles bytes, or finds that somebody has. `version` is the file's, if it is one; `knownHash` the SHA-256 if it was
   * verified already.
   */
  async ofBytes(bytes, name, version, knownHash) {
    if (!(bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d)) {
      throw new NotRunnable(126, `${name}: not a WebAssembly program (it does not begin with \\0asm)`);
    }
    const hash = knownHash ?? hex(await crypto.subtle.digest('SHA-256', bytes));
    let module = this.#byHash.get(hash) ?? await this.shared.get(hash);
    if (!module) {
      try {
        module = await WebAssembly.compile(bytes);
      } catch (error) {
        throw new NotRunnable(126, `${name}: not a valid WebAssembly program: ${error.message}`);
      }
      this.compiled++;
      this.shared.put(hash, module);
    }
    this.#byHash.set(hash, module);
    if (version) {
      this.#byVersion.set(version, module);
    }
    return module;
  }
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, '0')).join('');
}

/** Throws if the module is no program for this OS: its imports and exports are looked at before any worker is. */
function checkProgram(module, name) {
  const problem = findProblem(module);
  if (problem) {
    throw new NotRunnable(126, `${name}: ${problem}`);
  }
}

function findProblem(module) {
  const missing = WebAssembly.Module.imports(module)
    .filter((i) => !(i.module === WASI && i.kind === 'function' && i.name in FUNCTIONS))
    .map((i) => `${i.module}.${i.name}`);
  if (missing.length > 0) {
    const some = missing.slice(0, 5).join(', ');
    const more = missing.length > 5 ? ` and ${missing.length - 5} more` : '';
    return `it imports ${some}${more}, which Samovar does not provide; build it for wasm32-wasi (preview 1)`;
  }
  const exports = WebAssembly.Module.exports(module);
  if (!exports.some((e) => e.name === '_start' && e.kind === 'function')) {
    return 'it exports no function _start: it is a library, not a program';
  }
  return '';
}
