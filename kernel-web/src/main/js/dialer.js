// Connections that programs make to other hosts: a relay opens them, and the kernel moves the bytes.

const ECONNREFUSED = 14;

export class Dialer {
  #waiting = new Map();

  constructor({ kernel, staging, connections, relay }) {
    this.kernel = kernel;
    this.staging = staging;
    this.connections = connections;
    this.relay = relay;
  }

  /** Takes care of a program's request. */
  dial(request) {
    const [length] = this.staging.texts(`${this.relay}\0${request.host}\0`);
    const number = this.kernel.dial_begin(request.port, length);
    if (number < 0) {
      request.refuse(-number);
      return;
    }
    this.#waiting.set(number, request);
    request.onabandon = () => {
      this.#waiting.delete(number);
      this.kernel.dial_cancel(number);
      request.refuse(ECONNREFUSED);
    };
  }

  /** The relay has made the connection, or says by an errno why not. */
  dialled(number, errno) {
    const request = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (errno !== 0) {
      request.refuse(errno);
      return;
    }
    const connection = request.grant();
    if (connection) {
      this.kernel.dial_join(number, this.connections.handOver(connection));
    } else {
      this.kernel.dial_cancel(number);
    }
  }
}
