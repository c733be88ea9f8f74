// The ports on which programs listen, and what the page is told of them.

const KERNEL_PID = 1;

export class Ports {
  /** As the page knows them: the pid of each port's listener. */
  #known = new Map();

  constructor({ kernel }, post) {
    this.kernel = kernel;
    this.post = post;
  }

  /** The listening ports, in order, each with the pid that opened it. The kernel's own are nobody's business. */
  list() {
    const ports = new Map();
    for (let port = this.kernel.ports_next(0); port !== 0; port = this.kernel.ports_next(port)) {
      const pid = this.kernel.ports_owner();
      if (pid !== KERNEL_PID) {
        ports.set(port, pid);
      }
    }
    return ports;
  }

  /** Tells the page what is new. */
  changed() {
    const ports = this.list();
    for (const [port, pid] of this.#known) {
      if (ports.get(port) !== pid) {
        this.post(['port', port, 'close', pid]);
      }
    }
    for (const [port, pid] of ports) {
      if (this.#known.get(port) !== pid) {
        this.post(['port', port, 'open', pid]);
      }
    }
    this.#known = ports;
  }
}
