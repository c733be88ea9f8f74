// The workers of an OS, as the kernel's scheduler asks for them: slot by slot, each worker told apart by a generation.

/** If no lock tells, a terminated worker counts as gone after so many ms: browsers give it 2 s. */
const GONE_MILLIS = 3000;

export class Crew {
  #workers = new Map();

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
      run: (slot, generation, number) => {
        this.#workers.get(slot).postMessage({ run: this.events.program(number) });
      },
      terminate: (slot, generation) => this.#terminate(slot, generation),
      alarm: (millis, pid) => setTimeout(() => this.events.alarm(pid), millis),
    };
  }

  #boot(slot, generation) {
    const worker = new Worker(new URL('process-worker.js', import.meta.url), { type: 'module', name: `samovar ${slot}` });
    this.booted++;
    this.#workers.set(slot, worker);
    worker.onmessage = ({ data }) => {
      if (this.#workers.get(slot) === worker) {
        if (data.booted) {
          this.events.booted(slot, generation);
        } else if (data.starved) {
          if (!this.events.sendBack(slot)) {
            worker.postMessage({ refuse: data.starved });
          }
        }
      }
    };
    worker.onerror = (event) => {
      if (this.#workers.get(slot) === worker) {
        this.events.failed(slot, event.message);
      }
    };
    worker.postMessage({
      boot: { slot, lock: this.#lockName(slot, generation), origin: performance.timeOrigin, ...this.shared },
    });
  }

  #terminate(slot, generation) {
    const worker = this.#workers.get(slot);
    this.#workers.delete(slot);
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
