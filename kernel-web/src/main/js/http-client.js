// HTTP/1.1 requests to servers inside the OS. What has to be understood is understood in the kernel (HttpClient.java); here
// are connections, time-outs and the moving of bytes, which are copied once.
import { RESET } from './connection.js';
import { OsError } from './errors.js';
import { view } from './view.js';

/** What `http_begin` is told of the content, where it is no number of bytes. */
export const NO_CONTENT = -1;
export const CHUNKED = -2;
export const UPGRADE = -3;

/** What `http_advance` answers. */
const HEAD = 1;
const CONTENT = 2;
const DONE = 3;
const UNANSWERED = -1;
const WAS_RESET = -2;
const TOO_LARGE = -3;

/** Bytes in one piece of content. */
export const CHUNK = 1 << 18;
/** What a ring grows to when its connection has much to carry. */
const LARGEST_RING = 1 << 18;
/** Connections to a port that are kept without use, and for how long: servers give them up after 5 s, mostly. */
const KEPT = 6;
const KEPT_MS = 4000;
/** While a listener's backlog is full, it is tried again after so many ms. */
const RETRY_MS = 10;

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
const LINE_END = new Uint8Array([13, 10]);
const LAST_CHUNK = new Uint8Array([48, 13, 10, 13, 10]);

const encoder = new TextEncoder();

export class HttpClient {
  /** Idle connections by port, the one used last at the end. */
  #kept = new Map();

  /** ms that a server may take to begin its answer. */
  patience = 60_000;

  constructor({ kernel, memory, staging, connections }) {
    this.kernel = kernel;
    this.memory = memory;
    this.staging = staging;
    this.connections = connections;
  }

  /** The ports where programs listen. */
  listening() {
    const ports = [];
    for (let port = this.kernel.peer_next_port(0); port !== 0; port = this.kernel.peer_next_port(port)) {
      ports.push(port);
    }
    return ports;
  }

  /**
   * Sends a request.
   *
   * @param {number} port of this OS
   * @param {{method: string, url: string, headers: [string, string][], referrer?: string, origin?: string}} request `url` is
   *     path and query
   * @param {number} length bytes of its content, {@link NO_CONTENT}, {@link CHUNKED} or {@link UPGRADE}
   * @param {object} handler is told of `head({status, statusText, headers, length, cookies})`, `content()` once there is
   *     some, `end()`, `room()` once what was written has gone, and `error(code, sentence)`
   */
  request(port, request, length, handler) {
    return new Exchange(this, port, request, length, handler);
  }

  /** A kept connection on which nothing has happened, or undefined. */
  take(port) {
    for (let kept = this.#kept.get(port)?.pop(); kept; kept = this.#kept.get(port).pop()) {
      clearTimeout(kept.timer);
      if (kept.connection.available === 0) {
        return kept.connection;
      }
      kept.connection.close();
    }
    return undefined;
  }

  keep(port, connection) {
    const list = this.#kept.get(port) ?? [];
    this.#kept.set(port, list);
    const drop = () => {
      const index = list.findIndex((kept) => kept.connection === connection);
      if (index >= 0) {
        clearTimeout(list.splice(index, 1)[0].timer);
      }
      connection.close();
    };
    connection.onready = drop;
    list.push({ connection, timer: setTimeout(drop, KEPT_MS) });
    if (list.length > KEPT) {
      const oldest = list.shift();
      clearTimeout(oldest.timer);
      oldest.connection.close();
    }
  }

  /** A program's cookie, as a script of its page sets it. */
  setCookie(port, path, cookie) {
    this.kernel.http_cookie(port, this.staging.list([path, cookie]), Date.now());
  }
}

/** One request and its answer. */
class Exchange {
  #client;
  #port;
  #handler;
  #number;
  #connection;
  #head;
  /** What is to be written, in order. */
  #outgoing = [];
  #chunked;
  #isRetryable;
  #isKeptOne = false;
  #sent = false;
  #answered = false;
  #over = false;
  #timer;

  constructor(client, port, request, length, handler) {
    this.#client = client;
    this.#port = port;
    this.#handler = handler;
    this.#chunked = length === CHUNKED;
    this.#sent = length === NO_CONTENT || length === UPGRADE || length === 0;
    const bare = length === NO_CONTENT;
    this.#isRetryable = bare && IDEMPOTENT.has(request.method);
    const texts = [request.method, request.url, request.referrer ?? '', request.origin ?? '', ...request.headers.flat()];
    const { kernel, staging } = client;
    // A method that has content says that there is none.
    const bytes = bare && /^(POST|PUT|PATCH)$/.test(request.method) ? 0 : length;
    this.#number = texts.some((text) => text.includes('\0')) ? 0
      : kernel.http_begin(port, bytes, staging.list(texts), Date.now());
    if (this.#number === 0) {
      queueMicrotask(() => this.#fail('EINVAL', `The request cannot be sent as HTTP: ${staging.text(kernel.http_staged())}.`));
      return;
    }
    this.#head = staging.bytes(kernel.http_staged());
    this.#timer = setTimeout(() => this.#fail('ETIMEDOUT',
      `The server on port ${port} took the request, and did not begin to answer within ${client.patience / 1000} s.`), client.patience);
    this.#connect(true);
  }

  /** A promise would cost a turn: errors are told by the handler, later than the constructor returns. */
  #connect(mayBeKept) {
    const kept = this.#client.take(this.#port);
    if (kept && mayBeKept && this.#isRetryable) {
      this.#isKeptOne = true;
      this.#use(kept);
      return;
    }
    // What cannot be sent twice goes on a connection of its own; a server that serves one at a time must not wait for this one.
    kept?.close();
    this.#isKeptOne = false;
    this.#open();
  }

  #open() {
    if (this.#over) {
      return;
    }
    let connection;
    try {
      connection = this.#client.connections.connect(this.#port);
    } catch (error) {
      queueMicrotask(() => this.#fail(error instanceof OsError ? error.code : 'EIO', error.message));
      return;
    }
    if (connection) {
      this.#use(connection);
    } else {
      setTimeout(() => this.#open(), RETRY_MS);
    }
  }

  #use(connection) {
    this.#connection = connection;
    connection.onready = () => this.#ready();
    this.#outgoing.unshift({ bytes: this.#head, at: 0 });
    this.#flush();
  }

  #ready() {
    this.#flush();
    this.#advance();
  }

  /** Sends a piece of the request's content; `room()` says when it has gone. */
  write(bytes) {
    if (this.#chunked && bytes.length > 0) {
      this.#push(encoder.encode(`${bytes.length.toString(16)}\r\n`));
      this.#push(bytes);
      this.#push(LINE_END);
    } else {
      this.#push(bytes);
    }
    this.#flush();
  }

  /** The request's content is complete. */
  finish() {
    if (this.#chunked) {
      this.#push(LAST_CHUNK);
    }
    this.#sent = true;
    this.#flush();
  }

  #push(bytes) {
    this.#outgoing.push({ bytes, at: 0 });
  }

  #flush() {
    if (!this.#connection || this.#outgoing.length === 0) {
      return;
    }
    while (this.#outgoing.length > 0) {
      const next = this.#outgoing[0];
      const written = this.#connection.write(next.bytes, next.at);
      if (written < 0) {
        // It reads no more; its answer may have come all the same.
        this.#outgoing.length = 0;
        this.#sent = false;
        this.#chunked = false;
        return;
      }
      next.at += written;
      if (next.at < next.bytes.length) {
        this.#client.kernel.peer_grow(this.#connection.handle, LARGEST_RING);
        if (written === 0) {
          return;
        }
      } else {
        this.#outgoing.shift();
      }
    }
    if (!this.#sent) {
      this.#handler.room();
    }
  }

  #advance() {
    const { kernel } = this.#client;
    while (!this.#over) {
      const state = kernel.http_advance(this.#number, this.#connection.handle, Date.now());
      if (state === HEAD) {
        this.#answered = true;
        clearTimeout(this.#timer);
        this.#handler.head(this.#readHead());
      } else if (state === CONTENT) {
        this.#handler.content();
        return;
      } else if (state === DONE) {
        this.#end();
      } else if (state < 0) {
        this.#broken(state);
      } else {
        return;
      }
    }
  }

  #readHead() {
    const { kernel, staging } = this.#client;
    const [status, statusText, length, count, ...rest] = staging.text(kernel.http_staged()).split('\0').slice(0, -1);
    const cookies = rest.splice(0, Number(count));
    const headers = [];
    for (let i = 0; i < rest.length; i += 2) {
      headers.push([rest[i], rest[i + 1]]);
    }
    return { status: Number(status), statusText, headers, length: Number(length), cookies };
  }

  /**
   * The next piece of the answer's content, of at most `most` bytes; null if there is none yet.
   *
   * @returns {Uint8Array|null} in memory of its own
   */
  read(most = CHUNK) {
    if (this.#over || !this.#answered) {
      return null;
    }
    const { kernel, memory } = this.#client;
    const pieces = [];
    let total = 0;
    // A ring's bytes lie in two pieces at most, and chunked content in more.
    while (total < most && kernel.http_advance(this.#number, this.#connection.handle, Date.now()) === CONTENT) {
      const { handle } = this.#connection;
      const count = Math.min(kernel.http_content(this.#number, handle), most - total);
      const piece = view(memory, kernel.peer_address(handle), count);
      pieces.push(piece.slice());
      total += count;
      kernel.http_take(this.#number, handle, count);
    }
    return total === 0 ? null : joined(pieces, total);
  }

  /** Looks whether the answer goes on or ends, after {@link read}. */
  look() {
    if (!this.#over) {
      this.#advance();
    }
  }

  /** Of an answer 101: the connection, which is the caller's from now on. */
  takeConnection() {
    const connection = this.#connection;
    this.#close();
    connection.onready = undefined;
    return connection;
  }

  cancel() {
    if (!this.#over) {
      this.#close();
      this.#connection?.reset();
    }
  }

  #end() {
    const kept = this.#sent && this.#outgoing.length === 0 && this.#client.kernel.http_kept(this.#number) !== 0;
    this.#close();
    if (kept && this.#connection.available === 0) {
      this.#client.keep(this.#port, this.#connection);
    } else {
      this.#connection.close();
    }
    this.#handler.end();
  }

  #broken(state) {
    const { kernel, staging } = this.#client;
    const port = this.#port;
    if (state === UNANSWERED && this.#isKeptOne) {
      this.#connection.close();
      this.#outgoing.length = 0;
      this.#connect(false);
    } else if (state === UNANSWERED) {
      this.#fail('ECONNRESET', `The server on port ${port} closed the connection without an answer.`);
    } else if (state === WAS_RESET) {
      this.#fail('ECONNRESET', `The server on port ${port} reset the connection in the middle of its answer.`);
    } else {
      const clause = staging.text(kernel.http_staged());
      this.#fail(state === TOO_LARGE ? 'E2BIG' : 'EPROTO', `The answer of the server on port ${port} is no HTTP/1.1: ${clause}.`);
    }
  }

  #fail(code, sentence) {
    if (!this.#over) {
      this.#close();
      this.#connection?.reset();
      this.#handler.error(code, sentence);
    }
  }

  #close() {
    this.#over = true;
    clearTimeout(this.#timer);
    if (this.#number !== 0) {
      this.#client.kernel.http_end(this.#number);
    }
  }
}

function joined(pieces, total) {
  if (pieces.length === 1) {
    return pieces[0];
  }
  const all = new Uint8Array(total);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

export { RESET };
