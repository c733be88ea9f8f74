// WebSockets of previews: a page's port on one side, RFC 6455 to the server inside on the other. The page's messages are
//
//   page → kernel: ['send', string | Uint8Array] ['close', code, reason]
//   kernel → page: ['open', protocol] ['message', string | Uint8Array] ['sent', bytes] ['close', code, reason, wasClean]
import { UPGRADE } from './http-client.js';
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
const ABNORMAL = 1006;
const NOT_UTF8 = 1007;
const PROTOCOL_ERROR = 1002;
/** The server may take so long to answer a close. */
const CLOSE_MS = 10_000;
/** Bytes that a page may have on their way; a page that does not mind its bufferedAmount is closed. */
const MOST_UNSENT = 1 << 28;

const encoder = new TextEncoder();

/**
 * Opens a WebSocket for a page.
 *
 * @param {HttpClient} client
 * @param {number} port of this OS
 * @param {string} origin the page's
 * @param {{url: string, protocols: string[]}} head `url` is path and query
 * @param {MessagePort} page
 */
export function openWebSocket(client, port, origin, head, page) {
  const socket = new Socket(client, page);
  page.onmessage = ({ data }) => Array.isArray(data) && socket.hear(data);
  const protocols = Array.isArray(head?.protocols) ? head.protocols.map(String) : [];
  socket.start(port, origin, String(head?.url ?? '/'), protocols);
}

class Socket {
  #client;
  #page;
  #exchange;
  #connection;
  #number = -1;
  /** What is to be written: bytes, how many of them were, and those of the page in it. */
  #outgoing = [];
  #unsent = 0;
  #frame;
  #control = [];
  #message = [];
  #isText;
  #closeSent = false;
  #closing;
  #isOver = false;

  constructor(client, page) {
    this.#client = client;
    this.#page = page;
  }

  start(port, origin, url, protocols) {
    const { kernel, staging } = this.#client;
    const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
    const accept = staging.text(kernel.ws_accept(staging.texts(key)[0]));
    const headers = [['User-Agent', navigator.userAgent], ['Sec-WebSocket-Version', '13'], ['Sec-WebSocket-Key', key]];
    if (protocols.length > 0) {
      headers.push(['Sec-WebSocket-Protocol', protocols.join(', ')]);
    }
    this.#exchange = this.#client.request(port, { method: 'GET', url, headers, origin }, UPGRADE, {
      head: (answer) => {
        const protocol = answer.headers.find(([name]) => /^sec-websocket-protocol$/i.test(name))?.[1];
        if (isUpgrade(answer, accept) && (protocol === undefined || protocols.includes(protocol))) {
          this.#open(this.#exchange.takeConnection(), protocol ?? '');
        } else {
          this.#exchange.cancel();
          this.#end(ABNORMAL, '', false);
        }
      },
      error: () => this.#end(ABNORMAL, '', false),
    });
    this.#exchange.start();
  }

  #open(connection, protocol) {
    this.#connection = connection;
    this.#number = this.#client.kernel.ws_open();
    connection.onready = () => {
      this.#flush();
      this.#read();
    };
    this.#post('open', protocol);
    this.#read();
  }

  hear([kind, value, reason]) {
    if (kind === 'send' && this.#connection && !this.#closeSent) {
      if (typeof value === 'string') {
        this.#send(TEXT, encoder.encode(value), true);
      } else if (value instanceof Uint8Array) {
        this.#send(BINARY, value, true);
      }
    } else if (kind === 'close') {
      if (this.#connection) {
        this.#sendClose(value, typeof reason === 'string' ? reason : '');
      } else {
        this.#exchange.cancel();
        this.#end(ABNORMAL, '', false);
      }
    }
  }

  /** Sends a frame. Its payload is masked where it is. */
  #send(opcode, payload, isPages = false) {
    const { kernel, staging } = this.#client;
    this.#unsent += payload.length;
    if (this.#unsent > MOST_UNSENT) {
      this.#fail(ABNORMAL);
      return;
    }
    const key = crypto.getRandomValues(new Uint8Array(4));
    const length = kernel.ws_header(opcode, payload.length, new DataView(key.buffer).getInt32(0));
    const size = payload.length;
    this.#outgoing.push({ bytes: staging.bytes(length), at: 0, size: 0 });
    this.#outgoing.push({ bytes: masked(payload, key), at: 0, size, isPages });
    this.#flush();
  }

  #sendClose(code, reason) {
    if (this.#closeSent) {
      return;
    }
    const isCode = Number.isInteger(code) && this.#client.kernel.ws_code(code) !== 0;
    const text = encoder.encode(reason).subarray(0, 123);
    this.#send(CLOSE, isCode ? Uint8Array.of(code >> 8, code & 255, ...text) : new Uint8Array(0));
    this.#closeSent = true;
    this.#closing = setTimeout(() => this.#fail(ABNORMAL), CLOSE_MS);
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
      if (next.isPages) {
        this.#post('sent', next.size);
      }
    }
  }

  #read() {
    const { kernel, memory } = this.#client;
    while (!this.#isOver) {
      const { handle } = this.#connection;
      const state = kernel.ws_advance(this.#number, handle);
      if (state === BEGIN) {
        this.#frame = kernel.ws_frame(this.#number);
      } else if (state === PAYLOAD) {
        const count = kernel.ws_payload(this.#number, handle);
        this.#pieces().push(view(memory, kernel.peer_address(handle), count).slice());
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

  #pieces() {
    return (this.#frame & ~FINAL) >= CLOSE ? this.#control : this.#message;
  }

  #take(opcode, isFinal) {
    if (opcode >= CLOSE) {
      const payload = joined(this.#control.splice(0));
      if (opcode === PING && !this.#closeSent) {
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
        this.#page.postMessage(['message', value], this.#isText ? [] : [bytes.buffer]);
      }
    }
  }

  /** The server has said that it closes. */
  #closed(payload) {
    const code = payload.length >= 2 ? payload[0] << 8 | payload[1] : NO_CODE;
    const reason = textOf(payload.subarray(2));
    if (payload.length === 1 || (payload.length >= 2 && this.#client.kernel.ws_code(code) === 0)) {
      this.#fail(PROTOCOL_ERROR);
    } else if (reason === null) {
      this.#fail(NOT_UTF8);
    } else {
      this.#sendClose(code === NO_CODE ? undefined : code, '');
      this.#connection.close();
      this.#end(code, reason, true);
    }
  }

  /** Gives the connection up (RFC 6455 §7.1.7): the server is told why, and the page only that. */
  #fail(code) {
    if (code !== ABNORMAL) {
      this.#sendClose(code, '');
    }
    this.#connection.close();
    this.#end(ABNORMAL, '', false);
  }

  #end(code, reason, wasClean) {
    if (!this.#isOver) {
      this.#isOver = true;
      clearTimeout(this.#closing);
      if (this.#number >= 0) {
        this.#client.kernel.ws_close(this.#number);
      }
      this.#post('close', code, reason, wasClean);
    }
  }

  #post(...message) {
    this.#page.postMessage(message);
  }
}

function isUpgrade({ status, headers }, accept) {
  const value = (wanted) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? '';
  const lists = (name, element) => value(name).split(',').some((each) => each.trim().toLowerCase() === element);
  return status === 101 && lists('upgrade', 'websocket') && lists('connection', 'upgrade')
    && value('sec-websocket-accept') === accept && value('sec-websocket-extensions') === '';
}

function masked(bytes, key) {
  const result = new Uint8Array(bytes.length);
  const words = bytes.length >> 2;
  if (bytes.byteOffset % 4 === 0) {
    const [mask] = new Uint32Array(key.buffer);
    const from = new Uint32Array(bytes.buffer, bytes.byteOffset, words);
    const to = new Uint32Array(result.buffer, 0, words);
    for (let i = 0; i < words; i++) {
      to[i] = from[i] ^ mask;
    }
  }
  for (let i = bytes.byteOffset % 4 === 0 ? 4 * words : 0; i < bytes.length; i++) {
    result[i] = bytes[i] ^ key[i & 3];
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
