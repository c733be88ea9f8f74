// HTTP/1.1 requests to servers inside the OS. What has to be understood is understood in the kernel (HttpClient.java); here
// are connections, time-outs and the moving of bytes, which are copied once.
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
const CUT_OFF = -2;
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
/** Characters that a request's head may have. */
const MOST_HEAD = 1 << 20;
/** How long an answer is waited for awake, in ms. */
const LINGER_MS = 0.3;
/** After a server was too slow for that, so many answers at most are not waited for. */
const MOST_SKIPPED = 64;

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
/** Four texts of which none has a NUL, with one behind each. */
const NULS = /^(?:[^\0]*\0){4}$/;
const LINE_END = new Uint8Array([13, 10]);
const LAST_CHUNK = new Uint8Array([48, 13, 10, 13, 10]);

const encoder = new TextEncoder();

export class HttpClient {
  /** Idle connections by port, the one used last at the end. */
  #kept = new Map();
  /** Exchanges that wait for an answer. */
  #unanswered = new Set();
  // One timer for all connections, and one for all exchanges: one for each would be a good part of what a request costs.
  #sweeping = false;
  #watching = false;
  /** Answers that are not waited for awake: how many more, and how many after the next that does not come. */
  #skip = navigator.hardwareConcurrency > 1 ? 0 : Infinity;
  #skips = 1;

  /** ms that a server may take to begin its answer. */
  patience = 60_000;

  constructor({ kernel, memory, staging, connections }) {
    this.kernel = kernel;
    this.memory = memory;
    this.staging = staging;
    this.connections = connections;
  }

  /**
   * Sends a request.
   *
   * @param {number} port of this OS
   * @param {{method: string, target: string, fields: string, referrer?: string, origin?: string,
   *     withCookies?: boolean}} request `target` is path and
   *     query, `fields` has names and values, a NUL behind each; nothing else has a NUL
   * @param {number} length bytes of its content, {@link NO_CONTENT}, {@link CHUNKED} or {@link UPGRADE}
   * @param {object} handler is told of `head({status, text, length})`, `content()` once there is some, `end()`, `room()`
   *     once what was written has gone, and `error(code, sentence)`: none of them before `start()` is called on what this
   *     answers. `text` has the reason, then names and values of fields, a NUL behind each; `length` is -1 if it is not known
   */
  request(port, request, length, handler) {
    return new Exchange(this, port, request, length, handler);
  }

  /** A kept connection on which nothing has happened, or undefined. */
  take(port) {
    for (let kept = this.#kept.get(port)?.pop(); kept; kept = this.#kept.get(port).pop()) {
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
    connection.onready = () => {
      if (connection.available === 0) {
        // Told of what the exchange has read already.
        return;
      }
      const index = list.findIndex((kept) => kept.connection === connection);
      if (index >= 0) {
        list.splice(index, 1);
      }
      connection.close();
    };
    list.push({ connection, since: performance.now() });
    if (list.length > KEPT) {
      list.shift().connection.close();
    }
    if (!this.#sweeping) {
      this.#sweeping = true;
      setTimeout(() => this.#sweep(), KEPT_MS);
    }
  }

  /** Closes what nobody has used for long, and comes back as long as something is left. */
  #sweep() {
    const now = performance.now();
    let oldest = Infinity;
    for (const list of this.#kept.values()) {
      while (list.length > 0 && now - list[0].since >= KEPT_MS) {
        list.shift().connection.close();
      }
      oldest = Math.min(oldest, list[0]?.since ?? Infinity);
    }
    this.#sweeping = oldest < Infinity;
    if (this.#sweeping) {
      setTimeout(() => this.#sweep(), oldest + KEPT_MS - now);
    }
  }

  /** Has an exchange told, by its `late()`, once nothing has happened for {@link patience} after its `progress`. */
  await(exchange) {
    this.#unanswered.add(exchange);
    if (!this.#watching) {
      this.#watching = true;
      setTimeout(() => this.#watch(), this.patience);
    }
  }

  answered(exchange) {
    this.#unanswered.delete(exchange);
  }

  /**
   * Waits, awake, until something has come, if nothing else is waited for: by the time that the browser has told this worker
   * of it, and woken it, a quick server has answered long since. Slow ones are asked for it less and less.
   *
   * @param {() => boolean} come
   */
  linger(come) {
    if (this.#unanswered.size > 1 || this.#skip > 0) {
      this.#skip -= Math.sign(this.#skip);
      return;
    }
    const until = performance.now() + LINGER_MS;
    let there = come();
    while (!there && performance.now() < until) {
      there = come();
    }
    this.#skip = there ? 0 : this.#skips;
    this.#skips = there ? 1 : Math.min(2 * this.#skips, MOST_SKIPPED);
  }

  #watch() {
    const now = performance.now();
    let next = Infinity;
    for (const exchange of [...this.#unanswered]) {
      const due = exchange.progress + this.patience;
      if (due <= now) {
        exchange.late(this.patience);
      } else {
        next = Math.min(next, due);
      }
    }
    this.#watching = next < Infinity;
    if (this.#watching) {
      setTimeout(() => this.#watch(), next - now);
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
  #request;
  #length;
  #handler;
  #number = 0;
  #connection;
  #head;
  /** What is to be written, in order. */
  #outgoing = [];
  #isKeptOne = false;
  /** Whether the request's content is complete. */
  #isSent;
  #isAnswered = false;
  #isOver = false;
  #taken = 0;
  /** When something last happened. */
  progress = performance.now();

  constructor(client, port, request, length, handler) {
    this.#client = client;
    this.#port = port;
    this.#request = request;
    this.#length = length;
    this.#handler = handler;
    this.#isSent = length === NO_CONTENT || length === UPGRADE || length === 0;
  }

  start() {
    const { kernel, staging } = this.#client;
    const { method, target, referrer = '', origin = '', withCookies = true, fields } = this.#request;
    // A method that has content says that there is none.
    const length = this.#length === NO_CONTENT && /^(POST|PUT|PATCH)$/.test(method) ? 0 : this.#length;
    const line = `${method}\0${target}\0${referrer}\0${origin}\0`;
    if (line.length + fields.length > MOST_HEAD) {
      this.#fail('EINVAL', 'The head of the request has more than 1 MiB.');
      return;
    }
    const bytes = NULS.test(line) ? staging.latin1(line, fields) : -1;
    this.#number = bytes < 0 ? 0 : kernel.http_begin(this.#port, length, bytes, withCookies, Date.now());
    if (this.#number === 0) {
      this.#fail('EINVAL', 'The request cannot be sent as HTTP: a name or value has a character that none may have.');
      return;
    }
    this.#head = staging.bytes(kernel.http_staged());
    this.#client.await(this);
    this.#connect(this.#length === NO_CONTENT && IDEMPOTENT.has(method));
  }

  /** Nothing has happened for so many ms, and there is no answer. */
  late(patience) {
    this.#fail('ETIMEDOUT', `The server on port ${this.#port} did not begin to answer within ${patience / 1000} s.`);
  }

  #connect(mayBeKept) {
    const kept = this.#client.take(this.#port);
    this.#isKeptOne = Boolean(kept) && mayBeKept;
    if (this.#isKeptOne) {
      this.#use(kept);
    } else {
      // What cannot be sent twice goes on a connection of its own. A server that serves one at a time must not wait for this.
      kept?.close();
      this.#open();
    }
  }

  #open() {
    if (this.#isOver) {
      return;
    }
    let connection;
    try {
      connection = this.#client.connections.connect(this.#port);
    } catch (error) {
      this.#fail(error instanceof OsError ? error.code : 'EIO', error.message);
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
    connection.onready = () => {
      this.#flush();
      this.look();
    };
    this.#outgoing.unshift({ bytes: this.#head, at: 0 });
    this.#flush();
    if (this.#isSent && this.#outgoing.length === 0) {
      this.#client.linger(() => connection.available !== 0);
      this.look();
    }
  }

  /** Sends a piece of the request's content; `room()` says when it has gone. */
  write(bytes) {
    if (this.#length === CHUNKED && bytes.length > 0) {
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
    if (this.#length === CHUNKED) {
      this.#push(LAST_CHUNK);
    }
    this.#isSent = true;
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
        this.#isSent = false;
        return;
      }
      next.at += written;
      this.progress = performance.now();
      if (next.at < next.bytes.length) {
        if (written === 0) {
          return;
        }
        this.#client.kernel.peer_grow(this.#connection.handle, LARGEST_RING);
      } else {
        this.#outgoing.shift();
      }
    }
    if (!this.#isSent) {
      this.#handler.room();
    }
  }

  /** Reads on: tells the handler what there is. */
  look() {
    while (!this.#isOver && this.#connection) {
      const state = this.#advance();
      const taken = this.#taken;
      if (state === HEAD) {
        this.#isAnswered = true;
        this.#client.answered(this);
        this.#handler.head(this.#readHead());
      } else if (state === CONTENT) {
        this.#handler.content();
        if (this.#taken === taken) {
          return;
        }
      } else if (state === DONE) {
        this.#end();
      } else if (state < 0) {
        this.#broken(state);
      } else {
        return;
      }
    }
  }

  #advance() {
    return this.#client.kernel.http_advance(this.#number, this.#connection.handle, Date.now());
  }

  #readHead() {
    const { kernel, staging } = this.#client;
    return { status: kernel.http_status(this.#number), text: staging.text(kernel.http_staged()),
      length: kernel.http_length(this.#number) };
  }

  /** Waits for content of a known length, which is mostly on its heels of its head. */
  linger(length) {
    const { kernel } = this.#client;
    const { handle } = this.#connection;
    this.#client.linger(() => kernel.peer_total(handle) >= length || kernel.peer_available(handle) < 0);
  }

  /**
   * The next piece of the answer's content, of at most `most` bytes; null if there is none yet.
   *
   * @returns {Uint8Array|null} in memory of its own
   */
  read(most = CHUNK) {
    if (this.#isOver || this.#advance() !== CONTENT) {
      return null;
    }
    const { kernel, memory } = this.#client;
    const { handle } = this.#connection;
    kernel.peer_grow(handle, LARGEST_RING);
    // As many as lie there: content in chunks is a little less.
    const bytes = new Uint8Array(Math.min(most, kernel.peer_total(handle)));
    let total = 0;
    do {
      const count = Math.min(kernel.http_content(this.#number, handle), bytes.length - total);
      bytes.set(view(memory, kernel.peer_address(handle), count), total);
      kernel.http_take(this.#number, handle, count);
      total += count;
    } while (total < bytes.length && this.#advance() === CONTENT);
    this.#taken += total;
    return total === bytes.length ? bytes : bytes.subarray(0, total);
  }

  /** Whether all of the answer has been read. */
  get isComplete() {
    return !this.#isOver && this.#advance() === DONE;
  }

  /** Of an answer 101: the connection, which is the caller's from now on. */
  takeConnection() {
    const connection = this.#connection;
    this.#close();
    connection.onready = undefined;
    return connection;
  }

  cancel() {
    if (!this.#isOver) {
      this.#close();
      this.#connection?.reset();
    }
  }

  #end() {
    const kept = this.#isSent && this.#outgoing.length === 0 && this.#client.kernel.http_kept(this.#number) !== 0;
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
    } else if (state === CUT_OFF) {
      this.#fail('ECONNRESET', `The server on port ${port} closed the connection in the middle of its answer.`);
    } else {
      const clause = staging.text(kernel.http_staged());
      this.#fail(state === TOO_LARGE ? 'E2BIG' : 'EPROTO', `The answer of the server on port ${port} is no HTTP/1.1: ${clause}.`);
    }
  }

  #fail(code, sentence) {
    if (!this.#isOver) {
      this.#close();
      this.#connection?.reset();
      this.#handler.error(code, sentence);
    }
  }

  #close() {
    this.#isOver = true;
    this.#client.answered(this);
    if (this.#number !== 0) {
      this.#client.kernel.http_end(this.#number);
    }
  }
}
