// The kernel worker as a peer of sockets inside the OS: its ends of connections, and listeners of its own. Bytes are copied
// once, between the shared ring and memory that is not shared.
import { OsError, errnoError } from './errors.js';
import { view } from './view.js';

/** What {@link Connection.read} and {@link Connection.available} answer at the end, and after a reset. */
export const END = -1;
export const RESET = -15;
/** What {@link Connection.write} answers once the other end reads no more. */
export const BROKEN = -64;
const EAGAIN = 6;
const ECONNREFUSED = 14;

export class Connections {
  #handlers = new Map();

  constructor({ kernel, memory }) {
    this.kernel = kernel;
    this.memory = memory;
  }

  /**
   * Connects to a port of the OS.
   *
   * @returns {Connection|null} null while the listener's backlog is full: try again later
   * @throws {OsError} ECONNREFUSED if nobody listens, ENOMEM
   */
  connect(port) {
    const handle = this.kernel.peer_connect(port);
    if (handle === -EAGAIN) {
      return null;
    }
    if (handle === -ECONNREFUSED) {
      throw new OsError('ECONNREFUSED', `Nothing listens on port ${port} (ECONNREFUSED).`);
    }
    if (handle < 0) {
      throw errnoError(-handle, `connect to port ${port}`);
    }
    return this.#hold(handle);
  }

  /**
   * Listens on a port, 0 for a free one. Nobody is told of that port.
   *
   * @param {(connection: Connection, pid: number) => void} accept gets each connection, and who opened it
   * @returns {{port: number, close: () => void}}
   */
  listen(port, accept) {
    const handle = this.kernel.peer_listen(port);
    if (handle < 0) {
      throw errnoError(-handle, `listen on port ${port}`);
    }
    this.#handlers.set(handle, () => {
      for (let taken = this.kernel.peer_accept(handle); taken > 0; taken = this.kernel.peer_accept(handle)) {
        accept(this.#hold(taken), this.kernel.peer_owner(taken));
      }
    });
    return { port: this.kernel.peer_local_port(handle), close: () => this.release(handle) };
  }

  /** Takes over an end that the kernel has made. */
  adopt(handle) {
    return this.#hold(handle);
  }

  /** Leaves an end to the kernel: nothing is heard of it here any more. Answers its handle. */
  handOver(connection) {
    this.#handlers.delete(connection.handle);
    return connection.handle;
  }

  #hold(handle) {
    const connection = new Connection(this, handle);
    this.#handlers.set(handle, () => connection.onready?.());
    return connection;
  }

  release(handle, how = 'peer_close') {
    this.#handlers.delete(handle);
    this.kernel[how](handle);
  }

  /** The kernel says that something happened at a handle. */
  ready(handle) {
    this.#handlers.get(handle)?.();
  }
}

/** The kernel worker's end of a connection. After {@link close} or {@link reset} it answers like one that broke. */
export class Connection {
  #owner;
  #handle;

  /**
   * Is called when bytes may have come, there may be room, or the other end has gone; never from within a method. Who sets
   * it looks once by itself: what happened before is not told again.
   */
  onready;

  constructor(owner, handle) {
    this.#owner = owner;
    this.#handle = handle;
  }

  /** Its number for the kernel's exports, 0 once it is closed. */
  get handle() {
    return this.#handle;
  }

  /** Bytes that can be read in one piece, 0 if there are none yet, {@link END} or {@link RESET}. */
  get available() {
    return this.#handle === 0 ? RESET : this.#owner.kernel.peer_available(this.#handle);
  }

  /**
   * Reads into `target` from `at` on, at most `most` bytes.
   *
   * @returns {number} the bytes read, 0 if there are none yet or no room, {@link END} or {@link RESET}
   */
  readInto(target, at = 0, most = target.length - at) {
    let done = 0;
    while (done < most) {
      const available = this.available;
      if (available <= 0) {
        return done || available;
      }
      const count = Math.min(available, most - done);
      const { kernel, memory } = this.#owner;
      target.set(view(memory, kernel.peer_address(this.#handle), count), at + done);
      kernel.peer_consume(this.#handle, count);
      done += count;
    }
    return done;
  }

  /** Writes as much of `bytes` from `at` on as there is room for. Answers how many, or {@link BROKEN}. */
  write(bytes, at = 0) {
    const { kernel, memory } = this.#owner;
    let done = at;
    while (done < bytes.length) {
      const room = this.#handle === 0 ? BROKEN : kernel.peer_room(this.#handle);
      if (room <= 0) {
        return done > at ? done - at : room;
      }
      const part = bytes.subarray(done, done + room);
      view(memory, kernel.peer_room_address(this.#handle), part.length).set(part);
      kernel.peer_commit(this.#handle, part.length);
      done += part.length;
    }
    return done - at;
  }

  /** Says that nothing more is written. */
  end() {
    if (this.#handle !== 0) {
      this.#owner.kernel.peer_shutdown(this.#handle);
    }
  }

  close() {
    this.#release('peer_close');
  }

  /** Closes it so that the other end finds ECONNRESET. */
  reset() {
    this.#release('peer_reset');
  }

  #release(how) {
    if (this.#handle !== 0) {
      const handle = this.#handle;
      this.#handle = 0;
      this.#owner.release(handle, how);
    }
  }
}
