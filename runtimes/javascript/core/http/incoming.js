// A message that comes in: a server's request, a client's response.

import { Readable } from '../../node/stream.js';

/** Of these headers only the first counts. */
const SINGLE = new Set([
  'age', 'authorization', 'content-length', 'content-type', 'etag', 'expires', 'from', 'host', 'if-modified-since', 'if-unmodified-since',
  'last-modified', 'location', 'max-forwards', 'proxy-authorization', 'referer', 'retry-after', 'server', 'user-agent',
]);

function joined(raw) {
  const headers = {};
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i].toLowerCase(), value = raw[i + 1];
    if (name === 'set-cookie') (headers[name] ??= []).push(value);
    else if (!Object.hasOwn(headers, name)) Object.defineProperty(headers, name, { value, writable: true, enumerable: true, configurable: true });
    else if (!SINGLE.has(name)) headers[name] += (name === 'cookie' ? '; ' : ', ') + value;
  }
  return headers;
}

function distinct(raw) {
  const headers = Object.create(null);
  for (let i = 0; i < raw.length; i += 2) (headers[raw[i].toLowerCase()] ??= []).push(raw[i + 1]);
  return headers;
}

export class IncomingMessage extends Readable {
  complete = false;
  aborted = false;
  rawTrailers = [];
  url = '';
  method = null;
  statusCode = null;
  statusMessage = null;
  rawHeaders = [];
  httpVersion = '1.1';
  httpVersionMajor = 1;
  httpVersionMinor = 1;

  constructor(socket) {
    super();
    this.socket = socket;
  }

  /** What the parser made of the head. */
  _fillIn({ rawHeaders, minor, method, url, statusCode, statusMessage }) {
    this.rawHeaders = rawHeaders;
    if (minor !== 1) {
      this.httpVersionMinor = minor;
      this.httpVersion = `1.${minor}`;
    }
    if (method !== undefined) {
      this.method = method;
      this.url = url;
    } else {
      this.statusCode = statusCode;
      this.statusMessage = statusMessage;
    }
    return this;
  }

  get headers() { return this._joined ??= joined(this.rawHeaders); }
  set headers(headers) { this._joined = headers; }
  get headersDistinct() { return distinct(this.rawHeaders); }
  get trailers() { return joined(this.rawTrailers); }
  get trailersDistinct() { return distinct(this.rawTrailers); }
  get connection() { return this.socket; }

  _receive(bytes) {
    if (this._dumped) return;
    // The parser's bytes are a piece of the socket's chunk, which nobody else keeps.
    if (!this.push(bytes)) this.socket.pause();
  }

  _receivedAll(trailers) {
    this.complete = true;
    this.rawTrailers = trailers;
    this.push(null);
    if (this._dumped) this.resume();
  }

  _read() {
    if (!this.complete && !this.socket.destroyed) this.socket.resume();
  }

  /** Lets the rest of the body go by unread. */
  _dump() {
    if (this._dumped) return;
    this._dumped = true;
    this.resume();
    this.socket.resume();
  }

  /** The connection has gone before the message was whole. */
  _cutOff() {
    if (this.destroyed) return;
    if (this.complete) {
      if (!this._r.flowing && !this._r.size) this.destroy();       // nobody reads it; who waits for 'close' is to hear
      return;
    }
    this.aborted = true;
    this.emit('aborted');
    // Without a listener it would end the program, which Node does not do, either.
    const error = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    this.destroy(this.listenerCount('error') || this._wanted ? error : null);
  }

  _destroy(error, done) {
    if (!this.complete && !this._upgraded && !this.socket?.destroyed) this.socket?.destroy(error);
    done(error);
  }

  setTimeout(ms, callback) {
    if (callback) this.on('timeout', callback);
    this.socket.setTimeout(ms, () => this.emit('timeout'));
    return this;
  }
}
