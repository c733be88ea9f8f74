// Previews: what a service worker asks for on behalf of a page becomes HTTP/1.1 to the server that listens on the port. The
// protocol is that of service-worker/src/worker/kernel-link.js. Whatever comes here is a previewed page's doing at worst.
//
// A body without a Content-Length goes to the server in chunks, which simple servers do not understand: a service worker that
// knows how long it is says so in the request's headers. A short one, of up to 1 MiB, is kept here until it is complete.
import { CrossOrigin } from './cross-origin.js';
import { CHUNK, CHUNKED, NO_CONTENT } from './http-client.js';
import { openWebSocket } from './web-socket.js';

/** A request says how many bytes its body has, or this: it has none; nobody knows. */
const NO_BODY = -1;
const UNKNOWN = -2;
/** A body of up to so many bytes that is there at once travels with the head of the answer. */
const AT_ONCE = 1 << 16;
/** A body of up to so many bytes is on the heels of its head. */
const NEAR = 1 << 12;
/** Bytes of a request's body that are waited for, so that its length is known. */
const SHORT_BODY = 1 << 20;
/** Requests of one service worker that may be open. */
const MOST_REQUESTS = 4096;
/** What has been asked is told to the page at most so often. */
const REPORT_MS = 100;

export class Previews {
  #reports = [];
  #reporting;

  /** A service worker that is not heard of for so many ms, while requests are open, is gone. */
  lease = 15_000;

  constructor({ client, ports }, tell) {
    this.client = client;
    this.ports = ports;
    this.tell = tell;
  }

  /**
   * Serves a service worker.
   *
   * @param {number} port of this OS
   * @param {string} origin the preview's
   * @param {MessagePort} messages to the service worker
   */
  open(port, origin, messages) {
    const link = new Link(this, port, messages, origin);
    messages.onmessage = ({ data, ports }) => Array.isArray(data) && link.hear(data, ports);
  }

  report(request) {
    this.#reports.push(['request', request]);
    this.#reporting ??= setTimeout(() => {
      this.#reporting = undefined;
      this.tell(this.#reports.splice(0));
    }, REPORT_MS);
  }
}

/** One service worker's port. */
class Link {
  #requests = new Map();
  #heard = 0;
  #lease;

  constructor(previews, port, messages, origin) {
    this.previews = previews;
    this.client = previews.client;
    this.port = port;
    this.messages = messages;
    this.origin = origin;
  }

  hear(message, ports) {
    this.#heard = performance.now();
    const [kind, id, value] = message;
    switch (kind) {
      case 'request':
        this.#request(message);
        break;
      case 'body':
        this.#requests.get(id)?.body(value);
        break;
      case 'body-end':
        this.#requests.get(id)?.bodyEnd();
        break;
      case 'body-error':
      case 'cancel':
        this.#requests.get(id)?.cancel();
        break;
      case 'next':
        this.#requests.get(id)?.next();
        break;
      case 'websocket':
        if (ports[0] && this.#reaches(id?.port)) {
          openWebSocket(this.client, id?.port ?? this.port, this.origin, id, ports[0]);
        } else {
          ports[0]?.postMessage(['close', 1006, '', false]);
        }
        break;
      case 'ping':
        this.messages.postMessage(['pong', id]);
        break;
      case 'cookie':
        if (typeof id === 'string') {
          this.client.setCookie(this.port, typeof value === 'string' ? value : '/', id);
        }
        break;
      default:
        break;
    }
  }

  /** Whether a page may ask for this port: its own, or another program's; the kernel's own are nobody's business. */
  #reaches(port) {
    return port === undefined || port === this.port || this.previews.ports.list().has(port);
  }

  #request([, id, ...head]) {
    if (!isHead(...head) || this.#requests.has(id)) {
      this.messages.postMessage(['error', id, 'EINVAL', 'The request has not the form that the kernel understands.']);
    } else if (this.#requests.size >= MOST_REQUESTS) {
      this.messages.postMessage(['error', id, 'EAGAIN', `There are ${MOST_REQUESTS} requests under way; try again later.`]);
    } else if (!this.#reaches(head[7])) {
      this.messages.postMessage(['error', id, 'ECONNREFUSED', `Nothing listens on port ${head[7]} of this OS.`]);
    } else {
      const request = new Request(this, id, head, () => this.#requests.delete(id));
      this.#requests.set(id, request);
      this.#lease ??= setInterval(() => this.#checkLease(), this.previews.lease / 3);
      request.start();
    }
  }

  #checkLease() {
    if (this.#requests.size > 0 && performance.now() - this.#heard > this.previews.lease) {
      [...this.#requests.values()].forEach((request) => request.cancel());
    }
    if (this.#requests.size === 0) {
      clearInterval(this.#lease);
      this.#lease = undefined;
    }
  }
}

function isHead(method, target, fields, length, mode, referrer, withCookies, port) {
  return [method, target, fields, referrer].every((text) => typeof text === 'string')
    && (port === undefined || Number.isInteger(port)) && typeof withCookies === 'boolean' && Number.isSafeInteger(length) && length >= UNKNOWN;
}

/** The origin of an address, which is not to be told (`null`) if there is none. */
const originOf = (address) => /^\w+:\/\/[^/]+/.exec(address)?.[0] ?? 'null';

/** One request of a page, from the kernel's side. */
class Request {
  #link;
  #id;
  #head;
  /** Bytes of the request's body, {@link NO_BODY} or {@link UNKNOWN}. */
  #length;
  #forget;
  #exchange;
  /** The port that it is for; where that is another than the page's, what holds between origins. */
  #port;
  #cross;
  /** While the server is asked whether it wants this request. */
  #preflight;
  #started = performance.now();
  /** What came of a body whose length is not known, until there is too much of it. */
  #held = [];
  #heldBytes = 0;
  #sent = 0;
  /** Chunks that the page has asked for. */
  #credit = 0;
  #bytes = 0;
  /** What came with the head, for the first chunk. */
  #first = null;
  #streams = false;
  /** What comes is read and not given to the page. */
  #isHidden = false;
  #pulled = false;
  /** 0 until there is an answer. */
  #status = 0;

  constructor(link, id, [method, target, fields, length, mode, referrer, withCookies, port = link.port], forget) {
    // As browsers do (https://fetch.spec.whatwg.org/#append-a-request-origin-header).
    const sendsOrigin = (mode === 'cors' && port !== link.port) || (method !== 'GET' && method !== 'HEAD');
    this.#link = link;
    this.#id = id;
    // Whoever sends a form may be of another origin than the page that it leads to; a script's own requests are the page's.
    const sender = mode === 'navigate' ? originOf(referrer) : link.origin;
    this.#head = { method, target, fields, referrer, withCookies, origin: sendsOrigin ? sender : '' };
    this.#length = length;
    this.#forget = forget;
    this.#port = port;
    if (port !== link.port) {
      this.#cross = new CrossOrigin(`http://localhost:${link.port}`, this.#head, mode);
    }
  }

  start() {
    const refusal = this.#cross?.refusal;
    const preflight = this.#cross?.preflight;
    if (refusal) {
      this.cancel('CORS', refusal);
    } else if (preflight) {
      this.#askWhether(preflight);
    } else {
      this.#begin();
    }
  }

  #askWhether(head) {
    const { client, origin } = this.#link;
    let problem;
    this.#preflight = client.request(this.#port, { ...head, origin }, NO_CONTENT, {
      head: ({ status, text }) => {
        problem = this.#cross.preflightProblem(status, text);
      },
      content: () => {
        while (this.#preflight?.read());
      },
      room: () => {},
      error: (...why) => this.error(...why),
      end: () => {
        this.#preflight = undefined;
        if (problem) {
          this.#blocked(problem);
        } else {
          this.#begin();
        }
      },
    });
    this.#preflight.start();
  }

  #blocked(problem) {
    this.cancel('CORS', `A page of port ${this.#link.port} may not read what port ${this.#port} answers: ${problem}.`);
  }

  #begin() {
    if (this.#length === UNKNOWN) {
      this.#pull();
    } else {
      this.#send(this.#length === NO_BODY ? NO_CONTENT : this.#length);
    }
  }

  #send(length) {
    this.#exchange = this.#link.client.request(this.#port, this.#head, length, this);
    this.#exchange.start();
  }

  body(bytes) {
    if (!(bytes instanceof Uint8Array) || this.#preflight) {
      return;
    }
    this.#pulled = false;
    if (this.#exchange) {
      this.#write(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > SHORT_BODY) {
      this.#send(CHUNKED);
      this.#held.splice(0).forEach((piece) => this.#write(piece));
    } else {
      this.#pull();
    }
  }

  #write(bytes) {
    this.#sent += bytes.length;
    if (this.#length >= 0 && this.#sent > this.#length) {
      this.#wrongLength();
    } else {
      this.#exchange.write(bytes);
    }
  }

  bodyEnd() {
    if (this.#preflight) {
      return;
    }
    if (!this.#exchange) {
      this.#send(this.#heldBytes);
      this.#held.splice(0).forEach((piece) => this.#write(piece));
      this.#exchange.finish();
    } else if (this.#length >= 0 && this.#sent !== this.#length) {
      this.#wrongLength();
    } else {
      this.#exchange.finish();
    }
  }

  #wrongLength() {
    this.cancel('ECONNRESET', `The request's body has not the ${this.#length} bytes that its Content-Length says.`);
  }

  /** What was written has gone. */
  room() {
    this.#pull();
  }

  #pull() {
    if (!this.#pulled) {
      this.#pulled = true;
      this.#post('pull');
    }
  }

  head({ status, text, length }) {
    this.#status = status;
    if (status === 101) {
      this.cancel('EPROTO', 'The server wants to change the protocol (101), which nobody asked for.');
      return;
    }
    let isHidden = false;
    if (this.#cross) {
      const passed = this.#cross.passed(text);
      if (passed.problem) {
        this.#blocked(passed.problem);
        return;
      }
      ({ text, isHidden } = passed);
    }
    if (isHidden) {
      this.#link.messages.postMessage(['response', this.#id, status, text, false]);
      this.#isHidden = true;
      return;
    }
    let body;
    if (length !== 0) {
      if (length > 0 && length <= NEAR) {
        this.#exchange.linger(length);
      }
      this.#first = this.#exchange.read(AT_ONCE);
      if (this.#exchange.isComplete) {
        body = this.#first ?? new Uint8Array(0);
        this.#bytes = body.length;
        this.#first = null;
      }
    }
    this.#streams = length !== 0 && !body;
    this.#link.messages.postMessage(['response', this.#id, status, text, length !== 0, body], body ? [body.buffer] : []);
    this.#giveFirst();
  }

  /** What came with the head, to who has asked for it. */
  #giveFirst() {
    if (this.#first && this.#credit > 0) {
      this.#chunk(this.#first);
      this.#first = null;
    }
  }

  /** The page wants another chunk. */
  next() {
    this.#credit++;
    this.#giveFirst();
    this.#exchange?.look();
  }

  content() {
    while (this.#isHidden && this.#exchange.read(CHUNK));
    while (this.#credit > 0 && !this.#first) {
      const bytes = this.#exchange.read(CHUNK);
      if (!bytes) {
        return;
      }
      this.#chunk(bytes);
    }
  }

  #chunk(bytes) {
    this.#credit--;
    this.#bytes += bytes.length;
    this.#link.messages.postMessage(['chunk', this.#id, bytes], [bytes.buffer]);
  }

  end() {
    if (this.#first) {
      // The rest of the answer came meanwhile: there was none.
      this.#chunk(this.#first);
    }
    if (this.#streams) {
      this.#post('end');
    }
    this.#over();
  }

  error(code, sentence) {
    const more = code === 'ECONNREFUSED' ? [[...this.#link.previews.ports.list().keys()]] : [];
    this.#post('error', code, sentence, ...more);
    this.#over();
  }

  cancel(code, sentence) {
    this.#preflight?.cancel();
    this.#exchange?.cancel();
    if (code) {
      this.error(code, sentence);
    } else {
      this.#over();
    }
  }

  #over() {
    this.#forget();
    const { method, target } = this.#head;
    this.#link.previews.report({ port: this.#port, id: this.#id, method, path: target, status: this.#status,
      ms: performance.now() - this.#started, bytes: this.#bytes });
  }

  #post(kind, ...more) {
    this.#link.messages.postMessage([kind, this.#id, ...more]);
  }
}
