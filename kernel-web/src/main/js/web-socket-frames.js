// The frames of a WebSocket (RFC 6455 §5) over a connection of this OS: the client of a server inside, or what a program inside
// takes for its server. What is in their headers is understood in the kernel (WebSocketFrames.java).
import { view } from './view.js';

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const FINAL = 16;

/** What `ws_advance` answers. */
const BEGIN = 1;
const PAYLOAD = 2;
const COMPLETE = 3;
const END = -1;

const NO_CODE = 1005;
export const ABNORMAL = 1006;
const NOT_UTF8 = 1007;
const PROTOCOL_ERROR = 1002;
/** The other end may take so long to answer a close. */
const CLOSE_MS = 10_000;
/** Bytes that may be on their way; who does not mind how many they are is closed. */
const MOST_UNSENT = 1 << 28;

const encoder = new TextEncoder();

export class WebSocketFrames {
  #kernel;
  #memory;
  #staging;
  #connection;
  #handler;
  #isServer;
  #number;
  /** What is to be written: bytes, how many of them were, and those of a message in it. */
  #outgoing = [];
  #unsent = 0;
  #frame;
  #key = 0;
  #control = [];
  #message = [];
  #isText;
  #closeSent = false;
  #closing;
  #isPaused = false;
  #isOver = false;

  /**
   * @param {{kernel, memory, staging}} os
   * @param {Connection} connection which has been upgraded
   * @param {object} handler is told of `message(string | Uint8Array)`, `sent(bytes)` once a message has gone, and
   *     `closed(code, reason, wasClean)`, the last of all
   * @param {boolean} isServer whether it is the server's end: the other one masks what it sends
   */
  constructor({ kernel, memory, staging }, connection, handler, isServer = false) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#staging = staging;
    this.#connection = connection;
    this.#handler = handler;
    this.#isServer = isServer;
    this.#number = kernel.ws_open(isServer ? 1 : 0);
    connection.onready = () => {
      this.#flush();
      this.#read();
    };
  }

  /** Reads what has come so far. */
  start() {
    this.#read();
  }

  /** Reads nothing until {@link resume}: the other end has to wait. */
  pause() {
    this.#isPaused = true;
  }

  resume() {
    this.#isPaused = false;
    this.#read();
  }

  /** Sends a message. A client's bytes are masked where they are. */
  send(value) {
    if (typeof value === 'string') {
      this.#send(TEXT, encoder.encode(value), true);
    } else {
      this.#send(BINARY, value, true);
    }
  }

  /** Says that nothing more is sent; `closed` follows once the other end has answered. No code is sent that may not be. */
  close(code, reason = '') {
    if (this.#closeSent || this.#isOver) {
      return;
    }
    const isCode = Number.isInteger(code) && this.#kernel.ws_code(code) !== 0;
    const text = encoder.encode(reason).subarray(0, 123);
    this.#send(CLOSE, isCode ? Uint8Array.of(code >> 8, code & 255, ...text) : new Uint8Array(0));
    this.#closeSent = true;
    this.#closing = setTimeout(() => this.#fail(ABNORMAL), CLOSE_MS);
  }

  /** Gives the connection up without a word. */
  drop() {
    if (!this.#isOver) {
      this.#fail(ABNORMAL);
    }
  }

  #send(opcode, payload, isMessage = false) {
    if (this.#closeSent || this.#isOver) {
      return;
    }
    this.#unsent += payload.length;
    if (this.#unsent > MOST_UNSENT) {
      this.#fail(ABNORMAL);
      return;
    }
    const size = payload.length;
    let bytes = payload;
    let key = 0;
    if (!this.#isServer) {
      key = new DataView(crypto.getRandomValues(new Uint8Array(4)).buffer).getInt32(0);
      bytes = masked(payload, key);
    }
    const length = this.#kernel.ws_header(opcode, size, this.#isServer ? 0 : 1, key);
    this.#outgoing.push({ bytes: this.#staging.bytes(length), at: 0, size: 0 });
    this.#outgoing.push({ bytes, at: 0, size, isMessage });
    this.#flush();
  }

  #flush() {
    while (this.#outgoing.length > 0 && !this.#isOver) {
      const next = this.#outgoing[0];
      if (next.at < next.bytes.length) {
        const written = this.#connection.write(next.bytes, next.at);
        if (written <= 0) {
          // Without a reader the end comes by itself.
          return;
        }
        next.at += written;
        if (next.at < next.bytes.length) {
          continue;
        }
      }
      this.#outgoing.shift();
      this.#unsent -= next.size;
      if (next.isMessage) {
        this.#handler.sent?.(next.size);
      }
    }
  }

  #read() {
    const kernel = this.#kernel;
    while (!this.#isOver && !this.#isPaused) {
      const { handle } = this.#connection;
      const state = kernel.ws_advance(this.#number, handle);
      if (state === BEGIN) {
        this.#frame = kernel.ws_frame(this.#number);
        this.#key = kernel.ws_key(this.#number);
      } else if (state === PAYLOAD) {
        const count = kernel.ws_payload(this.#number, handle);
        this.#pieces().push(this.#unmasked(view(this.#memory, kernel.peer_address(handle), count)));
        kernel.ws_take(this.#number, handle, count);
      } else if (state === COMPLETE) {
        this.#take(this.#frame & ~FINAL, (this.#frame & FINAL) !== 0);
      } else if (state === END) {
        this.#connection.close();
        this.#end(ABNORMAL, '', false);
      } else if (state < 0) {
        this.#fail(-state);
      } else {
        return;
      }
    }
  }

  /** A copy of the next piece of a payload as it was before it was masked. */
  #unmasked(piece) {
    if (!this.#isServer) {
      return piece.slice();
    }
    const bytes = masked(piece, this.#key);
    const turned = 8 * (piece.length & 3);
    this.#key = turned === 0 ? this.#key : this.#key << turned | this.#key >>> 32 - turned;
    return bytes;
  }

  #pieces() {
    return (this.#frame & ~FINAL) >= CLOSE ? this.#control : this.#message;
  }

  #take(opcode, isFinal) {
    if (opcode >= CLOSE) {
      const payload = joined(this.#control.splice(0));
      if (opcode === PING) {
        this.#send(PONG, payload);
      } else if (opcode === CLOSE) {
        this.#closed(payload);
      }
      return;
    }
    this.#isText = opcode === CONTINUATION ? this.#isText : opcode === TEXT;
    if (isFinal) {
      const bytes = joined(this.#message.splice(0));
      const value = this.#isText ? textOf(bytes) : bytes;
      if (value === null) {
        this.#fail(NOT_UTF8);
      } else {
        this.#handler.message(value);
      }
    }
  }

  /** The other end has said that it closes. */
  #closed(payload) {
    const code = payload.length >= 2 ? payload[0] << 8 | payload[1] : NO_CODE;
    const reason = textOf(payload.subarray(2));
    if (payload.length === 1 || (payload.length >= 2 && this.#kernel.ws_code(code) === 0)) {
      this.#fail(PROTOCOL_ERROR);
    } else if (reason === null) {
      this.#fail(NOT_UTF8);
    } else {
      this.close(code === NO_CODE ? undefined : code, reason);
      this.#connection.close();
      this.#end(code, reason, true);
    }
  }

  /** Gives the connection up (RFC 6455 §7.1.7): the other end is told why, and the handler only that. */
  #fail(code) {
    if (code !== ABNORMAL) {
      this.close(code);
    }
    this.#connection.close();
    this.#end(ABNORMAL, '', false);
  }

  #end(code, reason, wasClean) {
    if (!this.#isOver) {
      this.#isOver = true;
      clearTimeout(this.#closing);
      this.#kernel.ws_close(this.#number);
      this.#handler.closed(code, reason, wasClean);
    }
  }
}

/** @param {number} key whose most significant byte masks the first one */
function masked(bytes, key) {
  const result = new Uint8Array(bytes.length);
  const words = bytes.byteOffset % 4 === 0 ? bytes.length >> 2 : 0;
  const mask = Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key);
  if (words > 0) {
    const [word] = new Uint32Array(mask.buffer);
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset, words);
    const to = new Uint32Array(result.buffer, 0, words);
    for (let i = 0; i < words; i++) {
      to[i] = from[i] ^ word;
    }
  }
  for (let i = 4 * words; i < bytes.length; i++) {
    result[i] = bytes[i] ^ mask[i & 3];
  }
  return result;
}

function joined(pieces) {
  if (pieces.length === 1) {
    return pieces[0];
  }
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  pieces.reduce((at, piece) => {
    all.set(piece, at);
    return at + piece.length;
  }, 0);
  return all;
}

/** The text, or null if it is not UTF-8. */
function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
