// Connections to other hosts that programs ask for.

const ECONNREFUSED = 14;

/** What one program asks for. It is answered once, by `grant` or `refuse`, also if it was abandoned. */
export class OutsideRequest {
  #owner;
  #number;

  /** Is called once nobody waits any more for the answer, which is to be given all the same. */
  onabandon;

  constructor(owner, number, host, port, pid) {
    this.#owner = owner;
    this.#number = number;
    this.host = host;
    this.port = port;
    this.pid = pid;
  }

  /**
   * Makes the connection.
   *
   * @returns {Connection|null} the other end, which the program's bytes come out of; null if nobody waits any more, or there
   *     is no memory
   */
  grant() {
    return this.#owner.grant(this.#number);
  }

  /** Says why not: the program gets this errno of preview 1, and the audit a line. */
  refuse(errno) {
    this.#owner.refuse(this.#number, errno);
  }
}

export class OutsideConnections {
  #open = new Map();

  /**
   * Who makes connections to other hosts: is given each request. Without one all are refused.
   *
   * @type {((request: OutsideRequest) => void) | null}
   */
  driver = null;

  constructor({ kernel, staging, connections }) {
    this.kernel = kernel;
    this.staging = staging;
    this.connections = connections;
  }

  /** A program asks, or has given up. */
  asked(number) {
    if (this.#open.has(number)) {
      this.#open.get(number).onabandon?.();
    } else if (!this.driver || this.kernel.outside_abandoned(number)) {
      this.kernel.outside_refuse(number, ECONNREFUSED);
    } else {
      const host = this.staging.text(this.kernel.outside_host(number));
      const request = new OutsideRequest(this, number, host, this.kernel.outside_port(number), this.kernel.outside_owner(number));
      this.#open.set(number, request);
      this.driver(request);
    }
  }

  grant(number) {
    this.#open.delete(number);
    const handle = this.kernel.outside_grant(number);
    return handle <= 0 ? null : this.connections.adopt(handle);
  }

  refuse(number, errno) {
    this.#open.delete(number);
    this.kernel.outside_refuse(number, errno);
  }
}
