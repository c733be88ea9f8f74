// A message that goes out: a server's response, a client's request.

import { Writable } from '../../node/stream.js';
import { Buffer } from '../../node/buffer.js';

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
const NOT_IN_VALUES = /[^\t -~\x80-\xff]/;

const failure = (Type, code, message) => Object.assign(new Type(message), { code });

export function validateHeaderName(name, label = 'Header name') {
  if (typeof name !== 'string' || !TOKEN.test(name)) throw failure(TypeError, 'ERR_INVALID_HTTP_TOKEN', `${label} must be a valid HTTP token ["${name}"]`);
}

export function validateHeaderValue(name, value) {
  if (value === undefined) throw failure(TypeError, 'ERR_HTTP_INVALID_HEADER_VALUE', `Invalid value "undefined" for header "${name}"`);
  if (NOT_IN_VALUES.test(value)) throw failure(TypeError, 'ERR_INVALID_CHAR', `Invalid character in header content ["${name}"]`);
}

export class OutgoingMessage extends Writable {
  sendDate = false;
  shouldKeepAlive = true;
  chunkedEncoding = false;
  useChunkedEncodingByDefault = true;
  socket = null;
  strictContentLength = false;

  constructor(options) {
    super(options);
    this._fields = new Map();   // lower-case name → [name, value or values]
    this._headText = undefined;     // its text, once it is settled
    this._headWaits = false;    // for the first bytes of the body
    this._hasBody = true;
    this._trailers = '';
  }

  get headersSent() { return this._headText !== undefined; }
  get _header() { return this._headText ?? null; }
  _implicitHeader() { this._settle(); }
  get finished() { return this._w.ending; }
  get connection() { return this.socket; }

  _notSent(what) {
    if (this._headText !== undefined) throw failure(Error, 'ERR_HTTP_HEADERS_SENT', `Cannot ${what} headers after they are sent to the client`);
  }

  setHeader(name, value) {
    this._notSent('set');
    validateHeaderName(name);
    for (const one of Array.isArray(value) ? value : [value]) validateHeaderValue(name, one);
    this._fields.set(name.toLowerCase(), [name, value]);
    return this;
  }
  setHeaders(headers) {
    this._notSent('set');
    for (const [name, value] of headers) this.setHeader(name, value);
    return this;
  }
  appendHeader(name, value) {
    const before = this._fields.get(String(name).toLowerCase());
    return before ? this.setHeader(before[0], [before[1], value].flat()) : this.setHeader(name, value);
  }
  getHeader(name) { return this._fields.get(name.toLowerCase())?.[1]; }
  hasHeader(name) { return this._fields.has(name.toLowerCase()); }
  removeHeader(name) {
    this._notSent('remove');
    this._fields.delete(name.toLowerCase());
  }
  getHeaderNames() { return [...this._fields.keys()]; }
  getRawHeaderNames() { return [...this._fields.values()].map(([name]) => name); }
  getHeaders() {
    const all = Object.create(null);
    for (const [key, [, value]] of this._fields) all[key] = value;
    return all;
  }

  /** Settles the headers and sends them, without waiting for the body. */
  flushHeaders() {
    if (this._headText === undefined) this._implicitHeader();
    if (this._headWaits) this._put('', () => {});
  }

  addTrailers(headers) {
    for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
      this._trailers += `${name}: ${value}\r\n`;
    }
  }

  /** The lines of the headers; `_frame` decides about the body first. */
  _lines() {
    let text = '';
    for (const [name, value] of this._fields.values()) {
      if (Array.isArray(value)) for (const one of value) text += `${name}: ${one}\r\n`;
      else text += `${name}: ${value}\r\n`;
    }
    return text;
  }

  end(chunk, encoding, done) {
    if (typeof chunk === 'function') [chunk, encoding, done] = [undefined, undefined, chunk];
    else if (typeof encoding === 'function') [encoding, done] = [undefined, encoding];
    if (this._w.ending || this.destroyed) {
      if (done) queueMicrotask(() => done(this._w.ending ? undefined : failure(Error, 'ERR_STREAM_DESTROYED', 'Cannot call end after a stream was destroyed')));
      return this;
    }
    if (this._headText === undefined && !this._w.queue.length && !this._w.busy) {
      if (typeof chunk === 'string') [chunk, encoding] = [Buffer.from(chunk, encoding), undefined];
      this._wholeLength = chunk?.byteLength ?? 0;
    }
    if (this._w.corked) this._w.corked = 0;
    return super.end(chunk?.byteLength === 0 ? undefined : chunk, encoding, done);
  }

  _write(chunk, encoding, done) {
    if (this._headText === undefined) this._implicitHeader();
    if (!this._hasBody) {
      if (this._headWaits) this._put('', done);
      else done();
      return;
    }
    if (chunk.length === 0) return void done();
    if (!this.chunkedEncoding) {
      this._put(chunk, done);
      return;
    }
    const size = `${chunk.length.toString(16)}\r\n`;
    const framed = Buffer.alloc(size.length + chunk.length + 2);
    framed.write(size, 'latin1');
    framed.set(chunk, size.length);
    framed.write('\r\n', size.length + chunk.length, 'latin1');
    this._put(framed, done);
  }

  _final(done) {
    if (this._headText === undefined) this._implicitHeader();
    const last = this.chunkedEncoding && this._hasBody ? `0\r\n${this._trailers}\r\n` : '';
    const over = error => {
      done(error);
      if (!error) this._over?.();
    };
    if (last || this._headWaits) this._put(last, over);
    else over();
  }

  /** Bytes or text to the socket, behind the headers if these wait. */
  _put(data, done) {
    if (this._headWaits) {
      this._headWaits = false;
      const head = Buffer.from(this._headText, 'latin1');
      data = data.length ? Buffer.concat([head, typeof data === 'string' ? Buffer.from(data, 'latin1') : data]) : head;
    } else if (typeof data === 'string') {
      data = Buffer.from(data, 'latin1');
    }
    this._send(data, done);
  }

  _send(data, done) {
    if (this.socket?.destroyed ?? true) done(failure(Error, 'ERR_STREAM_DESTROYED', 'The connection is closed'));
    else this.socket.write(data, done);
  }

  setTimeout(ms, callback) {
    if (callback) this.on('timeout', callback);
    if (this.socket) this.socket.setTimeout(ms, () => this.emit('timeout'));
    else this.once('socket', socket => socket.setTimeout(ms, () => this.emit('timeout')));
    return this;
  }
}
