// WebSockets to relays, which carry TCP for the kernel: it makes and reads the frames, here they only come and go.
import { view } from './view.js';

/** What makes a relay count bytes of credit and know the end of one direction (protocol.wisp). */
const SUBPROTOCOL = 'samovar-wisp.1';
/** The first that a relay says which knows it: CONTINUE on stream 0, Wisp.UP_WINDOW. Many servers accept any subprotocol. */
const GREETING = Uint8Array.of(3, 0, 0, 0, 0, 0, 0, 2, 0);
/** No subprotocol: plain WISP, which any relay speaks. */
const PLAIN = [];
/** A WebSocket that has carried no stream for so many ms is closed, or twice as many. */
const IDLE = 30_000;
const PROTOCOL_ERROR = 4002;

export class Relays {
  #lines = new Map();
  /** The relays that are known to speak more than plain WISP. */
  #extended = new Set();
  #idle;

  /** @param settled is called when the kernel was told something */
  constructor({ kernel, memory, staging }, settled) {
    this.kernel = kernel;
    this.memory = memory;
    this.staging = staging;
    this.settled = settled;
    // A network that is back is worth a try at once.
    globalThis.addEventListener?.('online', () => {
      kernel.tunnel_retry();
      settled();
    });
  }

  /** Sends a frame to a relay. What waits for its first word is little: nothing is sent before a relay gives credit. */
  send(number, address, length) {
    const frame = view(this.memory, address, length).slice();
    const line = this.#lines.get(number) ?? this.#open(number);
    if (line.isOpen) {
      line.socket.send(frame);
    } else {
      line.queue.push(frame);
    }
  }

  #open(number) {
    const line = { url: this.staging.text(this.kernel.relay_url(number)), queue: [], isOpen: false, wasIdle: false };
    this.#lines.set(number, line);
    this.#idle ??= setInterval(() => this.#closeIdle(), IDLE);
    this.#connect(number, line, SUBPROTOCOL);
    return line;
  }

  #connect(number, line, subprotocol) {
    const { url } = line;
    let socket;
    try {
      socket = line.socket = new WebSocket(url, subprotocol);
    } catch (error) {
      queueMicrotask(() => this.#lost(number, line, `the relay at ${url} cannot be opened: ${error.message}`));
      return;
    }
    const isCurrent = () => this.#lines.get(number) === line && line.socket === socket;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }) => {
      if (!isCurrent()) {
        return;
      }
      if (!line.isOpen) {
        if (subprotocol === SUBPROTOCOL && !isGreeting(data)) {
          socket.close();
          this.#connect(number, line, PLAIN);
          return;
        }
        if (subprotocol === SUBPROTOCOL) {
          this.#extended.add(number);
        }
        this.kernel.relay_open(number, subprotocol === PLAIN ? 1 : 0);
        line.isOpen = true;
        line.queue.forEach((frame) => socket.send(frame));
        line.queue = [];
      }
      if (!this.#take(number, data)) {
        socket.close(PROTOCOL_ERROR, 'That is no frame of the protocol.');
        this.#lost(number, line, '');
      }
      this.settled();
    };
    socket.onclose = ({ reason }) => {
      if (!isCurrent()) {
        return;
      }
      if (!line.isOpen && subprotocol !== PLAIN && !this.#extended.has(number)) {
        // A browser does not tell a relay that does not know the subprotocol from one that is not there.
        this.#connect(number, line, PLAIN);
      } else {
        this.#lost(number, line, !line.isOpen ? `the relay at ${url} cannot be reached, or does not accept this page`
          : `the connection to the relay broke${reason ? ` (${reason.replace(/\.$/, '')})` : ''}`);
      }
    };
  }

  /** Hands a message to the kernel. Answers whether it was a frame. */
  #take(number, data) {
    const address = data instanceof ArrayBuffer ? this.kernel.relay_buffer(data.byteLength) : 0;
    if (address === 0) {
      return false;
    }
    view(this.memory, address, data.byteLength).set(new Uint8Array(data));
    return this.kernel.relay_message(number, data.byteLength) === 0;
  }

  /** The kernel has streams to tell that they are open. */
  soon(number) {
    queueMicrotask(() => {
      this.kernel.relay_settle(number);
      this.settled();
    });
  }

  /** A relay does not answer: the next try shall have a WebSocket of its own. */
  giveUp(number) {
    const line = this.#lines.get(number);
    if (line) {
      queueMicrotask(() => {
        this.#lost(number, line, 'the relay has fallen silent');
        line.socket?.close();
      });
    }
  }

  #lost(number, line, reason) {
    if (this.#lines.get(number) === line) {
      this.#lines.delete(number);
      this.kernel.relay_lost(number, this.staging.texts(reason)[0]);
      this.settled();
    }
  }

  #closeIdle() {
    for (const [number, line] of this.#lines) {
      if (this.kernel.relay_streams(number) > 0) {
        line.wasIdle = false;
      } else if (line.wasIdle) {
        this.#lost(number, line, '');
        line.socket?.close();
      } else {
        line.wasIdle = true;
      }
    }
    if (this.#lines.size === 0) {
      clearInterval(this.#idle);
      this.#idle = undefined;
    }
  }
}

function isGreeting(data) {
  return data instanceof ArrayBuffer && data.byteLength === GREETING.length && new Uint8Array(data).every((byte, i) => byte === GREETING[i]);
}
