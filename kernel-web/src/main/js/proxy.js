// The way to web servers outside: an HTTP proxy inside the OS, whose requests the browser's fetch and WebSocket carry out. What
// fetch does not let a page see (CORS), a program does not see, either; and it may ask only hosts that it was granted (`connect`).
import { joinOutside, openOutside } from './outside-socket.js';
import { view } from './view.js';

/** Where it listens; `process.Network` knows it, too. */
export const PROXY_PORT = 65_080;

const HEAD = 1;
const CONTENT = 2;
const DONE = 3;
const GONE = -1;

/** What `proxy_allows` answers for a host that is no other one. */
const THIS_OS = 2;

/** Bytes that a request's body may have: fetch takes it as a whole. */
const MOST_BODY = 256 << 20;
const CHUNK = 1 << 18;
/** Not passed on: fetch has decoded the answer, or it concerns one connection. */
const DROPPED = new Set(['content-encoding', 'transfer-encoding', 'connection', 'keep-alive', 'content-length']);
const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 };

const encoder = new TextEncoder();
const CLOSE = ['Connection', 'close'];
const LINE_END = encoder.encode('\r\n');
const LAST_CHUNK = encoder.encode('0\r\n\r\n');

export class Proxy {
  constructor(os) {
    this.os = os;
    os.connections.listen(PROXY_PORT, (connection, pid) => new Exchange(os, connection, pid).start());
  }
}

/** One request of a program. */
class Exchange {
  #os;
  #connection;
  #pid;
  #number;
  #head;
  #body = [];
  #bodyBytes = 0;
  #isAnswering = false;
  #abort = new AbortController();
  #wake;

  constructor(os, connection, pid) {
    this.#os = os;
    this.#connection = connection;
    this.#pid = pid;
    this.#number = os.kernel.proxy_begin();
  }

  start() {
    this.#connection.onready = () => (this.#isAnswering ? this.#ready() : this.#read());
    this.#read();
  }

  /** While it answers: there is room, or nobody reads any more. */
  #ready() {
    if (this.#connection.available < 0 && this.#connection.write(new Uint8Array(1), 1) < 0) {
      this.#abort.abort();
    }
    this.#wake?.();
  }

  #read() {
    const { kernel, staging, memory } = this.#os;
    for (;;) {
      const { handle } = this.#connection;
      const state = kernel.proxy_advance(this.#number, handle);
      if (state === HEAD) {
        this.#head = staging.text(kernel.proxy_staged()).split('\0').slice(0, -1);
      } else if (state === CONTENT) {
        const count = kernel.proxy_content(this.#number, handle);
        this.#bodyBytes += count;
        if (this.#bodyBytes > MOST_BODY) {
          this.#refuse(413, `The body is longer than ${MOST_BODY >> 20} MiB, which the browser's fetch would have to take as a whole.`);
          return;
        }
        kernel.peer_grow(handle, CHUNK);
        this.#body.push(view(memory, kernel.peer_address(handle), count).slice());
        kernel.proxy_take(this.#number, handle, count);
      } else if (state === DONE) {
        this.#carryOut();
        return;
      } else if (state === GONE) {
        this.#close();
        return;
      } else if (state < 0) {
        this.#refuse(-state, `This is no request that a proxy understands: ${staging.text(kernel.proxy_staged())}.`);
        return;
      } else {
        return;
      }
    }
  }

  #carryOut() {
    const [method, target, , upgrade, ...fields] = this.#head;
    const url = URL.canParse(target) ? new URL(target) : undefined;
    if (method === 'CONNECT') {
      this.#refuse(501, 'CONNECT would need a connection of its own to another host, which a browser does not give. Ask for '
        + 'the https address by GET: this proxy, the browser, does the encryption.');
    } else if (!url || !(url.protocol in DEFAULT_PORTS)) {
      this.#refuse(400, `This proxy is asked with whole addresses, like http://host/path, not with ${target}.`);
    } else {
      const port = Number(url.port) || DEFAULT_PORTS[url.protocol];
      const { kernel, staging } = this.#os;
      const allowed = kernel.proxy_allows(this.#pid, staging.texts(url.hostname)[0], port);
      if (allowed === THIS_OS) {
        // To the browser it would be the machine that it runs on.
        this.#refuse(400, `${url.hostname} is this OS: connect to port ${port} without a proxy.`);
      } else if (allowed === 0 || url.origin === self.location.origin) {
        this.#refuse(403, `Process ${this.#pid} may not connect to ${url.hostname}:${port}. `
          + `Grant it with the capability connect: ['${url.hostname}:${port}'].`);
      } else {
        (upgrade ? this.#join(method, url, fields) : this.#fetch(method, url, fields)).catch(() => this.#reset());
      }
    }
  }

  async #fetch(method, url, fields) {
    this.#isAnswering = true;
    const headers = new Headers();
    for (let i = 0; i < fields.length; i += 2) {
      if (!/^(host|content-length|accept-encoding)$/i.test(fields[i])) {
        headers.append(fields[i], fields[i + 1]);
      }
    }
    const body = this.#bodyBytes > 0 ? new Blob(this.#body.splice(0)) : undefined;
    let answer;
    try {
      // A redirect could lead to a host that was not granted, or to this machine: nobody asks there unseen.
      answer = await fetch(url, { method, headers, body, credentials: 'omit', cache: 'no-store', referrerPolicy: 'no-referrer',
        redirect: 'manual', signal: this.#abort.signal });
    } catch (error) {
      this.#refuse(502, `The browser gave no answer of ${url.host}: it cannot be reached, or it does not allow other sites to read its `
        + `answers (CORS: it sends no Access-Control-Allow-Origin). The browser says: ${error.message}.`);
      return;
    }
    if (answer.type === 'opaqueredirect') {
      this.#refuse(502, `${url.host} answers with a redirect, and the browser does not let a page see where it leads. Ask for the `
        + 'address that it leads to.');
      return;
    }
    await this.#answer(method, answer);
  }

  /** What the browser does not let a page say, it does not say: neither headers nor another Origin than the page's. */
  async #join(method, url, fields) {
    const valueOf = (wanted) => fields.find((value, i) => i % 2 === 1 && fields[i - 1].toLowerCase() === wanted) ?? '';
    const key = valueOf('sec-websocket-key');
    const protocols = valueOf('sec-websocket-protocol').split(',').map((name) => name.trim()).filter(Boolean);
    if (method !== 'GET' || !/^[+/\w]{22}==$/.test(key) || this.#bodyBytes > 0) {
      this.#refuse(400, 'This is no request for a WebSocket: it needs GET and a Sec-WebSocket-Key (RFC 6455 §4.1).');
      return;
    }
    this.#isAnswering = true;
    let socket;
    try {
      socket = await openOutside(url, protocols, this.#abort.signal);
    } catch (error) {
      this.#refuse(502, `The browser got no WebSocket of ${url.host}: ${error.message}.`);
      return;
    }
    const { kernel, staging } = this.#os;
    const accept = staging.text(kernel.ws_accept(staging.texts(key)[0]));
    const head = this.#headOf(101, 'Switching Protocols', [['Upgrade', 'websocket'], ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', accept], ...(socket.protocol ? [['Sec-WebSocket-Protocol', socket.protocol]] : [])]);
    this.#release();
    // At once, into a ring that is empty: while it waited, messages would come that nobody hears.
    if (this.#connection.write(head) < head.length) {
      socket.close();
      throw new Error('there is no room for the answer');
    }
    joinOutside(this.#os, this.#connection, socket);
  }

  async #answer(method, answer) {
    const isOld = this.#head[2] === '0';
    const length = answer.headers.has('content-encoding') ? null : answer.headers.get('content-length');
    const hasBody = answer.body !== null && method !== 'HEAD';
    const chunked = hasBody && length === null && !isOld;
    const headers = [CLOSE, ...[...answer.headers].filter(([name]) => !DROPPED.has(name))];
    if (length !== null) {
      headers.push(['Content-Length', length]);
    } else if (chunked) {
      headers.push(['Transfer-Encoding', 'chunked']);
    }
    await this.#say(answer.status, answer.statusText, headers);
    if (hasBody) {
      const reader = answer.body.getReader();
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        if (chunked) {
          await this.#write(encoder.encode(`${piece.value.length.toString(16)}\r\n`));
        }
        await this.#write(piece.value);
        if (chunked) {
          await this.#write(LINE_END);
        }
      }
      if (chunked) {
        await this.#write(LAST_CHUNK);
      }
    }
    this.#close();
  }

  async #refuse(status, sentence) {
    this.#isAnswering = true;
    const body = encoder.encode(`${sentence}\n`);
    const reasons = { 400: 'Bad Request', 403: 'Forbidden', 413: 'Content Too Large', 501: 'Not Implemented', 502: 'Bad Gateway' };
    try {
      await this.#say(status, reasons[status] ?? 'Refused', [['Content-Type', 'text/plain; charset=utf-8'],
        ['Content-Length', String(body.length)], CLOSE]);
      await this.#write(body);
      this.#close();
    } catch {
      this.#reset();
    }
  }

  async #say(...head) {
    await this.#write(this.#headOf(...head));
  }

  #headOf(status, reason, headers) {
    const { kernel, staging } = this.#os;
    return staging.bytes(kernel.proxy_head(status, staging.list([reason, ...headers].flat())));
  }

  /** Writes it all, as there is room. */
  async #write(bytes) {
    for (let at = 0; at < bytes.length;) {
      const written = this.#connection.write(bytes, at);
      if (written < 0) {
        throw new Error('nobody reads it');
      }
      at += written;
      if (at < bytes.length && written === 0) {
        this.#os.kernel.peer_grow(this.#connection.handle, CHUNK);
        await new Promise((resolve) => { this.#wake = resolve; });
      }
    }
  }

  #close() {
    this.#release();
    this.#connection.close();
  }

  #reset() {
    this.#release();
    this.#abort.abort();
    this.#connection.reset();
  }

  #release() {
    if (this.#number >= 0) {
      this.#os.kernel.proxy_end(this.#number);
      this.#number = -1;
    }
  }
}
