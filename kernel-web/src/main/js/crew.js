// The workers of an OS, as the kernel's scheduler asks for them: slot by slot, each worker told apart by a generation.
import { collect } from './garbage.js';

/** If no lock tells, a terminated worker counts as gone after so many ms: browsers give it 2 s. */
const GONE_MILLIS = 3000;

/** After so many memories made here, the dead ones are collected: a page can hold about 125. */
const MEMORIES_PER_COLLECTION = 8;

/** A worker whose script cannot be loaded is started again, a moment later, so often. */
const BOOT_ATTEMPTS = 4;
const BOOT_PAUSE_MILLIS = 150;

export class Crew {
  #workers = new Map();
  /** By the slot of its main thread: what a program with threads runs, and its memory. */
  #threaded = new Map();
  #memories = 0;

  /**
   * @param {string} osId
   * @param {{memory: WebAssembly.Memory, modules: object}} shared what each worker gets
   * @param {object} events what the workers have to say: booted, gone, sendBack, failed, alarm; and `program`, which
   *     answers a number's { module, name }
   */
  constructor(osId, shared, events) {
    this.osId = osId;
    this.shared = shared;
    this.events = events;
    this.booted = 0;
  }

  #lockName(slot, generation) {
    return `samovar:${this.osId}:${slot}:${generation}`;
  }

  /** The functions that the kernel imports as `workers`. */
  drivers() {
    return {
      boot: (slot, generation) => this.#boot(slot, generation),
      run: (slot, generation, number) => this.#run(slot, number),
      run_thread: (slot, generation, main) => {
        this.#workers.get(slot).postMessage({ run: { ...this.#threaded.get(main), thread: true } });
      },
      terminate: (slot, generation) => this.#terminate(slot, generation),
      alarm: (millis, pid) => setTimeout(() => this.events.alarm(pid), millis),
    };
  }

  /** Runs a program; one with threads gets a memory from here, so that its threads can have it, too. */
  #run(slot, number) {
    const { module, name, limits, sockets, ballast } = this.events.program(number);
    this.#threaded.delete(slot);
    const program = { module, name, sockets, ballast };
    if (limits) {
      const memory = makeMemory(limits);
      if (!memory) {
        // Not from within the scheduler, which called.
        queueMicrotask(() => this.#starved(slot, this.#workers.get(slot), { name }));
        return;
      }
      program.memory = memory;
      this.#threaded.set(slot, program);
      if (++this.#memories % MEMORIES_PER_COLLECTION === 0) {
        collect();
      }
    }
    this.#workers.get(slot).postMessage({ run: program });
  }

  #starved(slot, worker, what) {
    if (!this.events.sendBack(slot)) {
      worker.postMessage({ refuse: what });
    }
  }

  #boot(slot, generation, attempt = 1) {
    const worker = new Worker(new URL('process-worker.js', import.meta.url), { type: 'module', name: `samovar ${slot}` });
    this.booted += attempt === 1 ? 1 : 0;
    this.#workers.set(slot, worker);
    let isBooted = false;
    worker.onmessage = ({ data }) => {
      if (this.#workers.get(slot) === worker) {
        if (data.booted) {
          isBooted = true;
          this.events.booted(slot, generation);
        } else if (data.starved) {
          this.#starved(slot, worker, data.starved);
        }
      }
    };
    worker.onerror = (event) => {
      if (this.#workers.get(slot) !== worker) {
        return;
      }
      if (isBooted || attempt === BOOT_ATTEMPTS) {
        this.events.failed(slot, event.message ?? 'its script could not be loaded; reload the page');
        return;
      }
      // Its script did not come: a network, or a service worker, that was not there for a moment.
      worker.terminate();
      setTimeout(() => {
        if (this.#workers.get(slot) === worker) {
          this.#boot(slot, generation, attempt + 1);
        }
      }, attempt * BOOT_PAUSE_MILLIS);
    };
    worker.postMessage({
      boot: { slot, lock: this.#lockName(slot, generation), origin: performance.timeOrigin, ...this.shared },
    });
  }

  #terminate(slot, generation) {
    const worker = this.#workers.get(slot);
    this.#workers.delete(slot);
    this.#threaded.delete(slot);
    worker.terminate();
    let told = false;
    const gone = () => {
      if (!told) {
        told = true;
        this.events.gone(slot, generation);
      }
    };
    navigator.locks.request(this.#lockName(slot, generation), gone);
    setTimeout(gone, GONE_MILLIS);
  }
}

/** A shared memory, or null if the browser has none. */
function makeMemory(limits) {
  for (let tries = 0; tries < 2; tries++) {
    try {
      return new WebAssembly.Memory(limits);
    } catch {
      collect();
    }
  }
  return null;
}
