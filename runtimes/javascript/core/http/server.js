// The server's side: connections, each with one request at a time.

import { Server as NetServer } from '../../node/net.js';
import { Buffer } from '../../node/buffer.js';
import { Timeout } from '../loop.js';
import { IncomingMessage } from './incoming.js';
import { OutgoingMessage, validateHeaderName, validateHeaderValue } from './outgoing.js';
import { MAX_HEADER_SIZE, Parser } from './parser.js';
import { STATUS_CODES } from './status.js';

const ignore = () => {};

/** ms that a client has to notice that nobody reads it any more. */
const LINGER = 2000;

/** ms after which a client that ended its side is looked at again. */
const GONE = 20;

let date = '', dateUntil = 0;

function now() {
  const time = Date.now();
  if (time >= dateUntil) {
    date = new Date(time).toUTCString();
    dateUntil = time - time % 1000 + 1000;
  }
  return date;
}

export class ServerResponse extends OutgoingMessage {
  statusCode = 200;
  statusMessage = undefined;
  sendDate = true;

  constructor(request, options) {
    super(options);
    this.req = request;
    this._isHead = request.method === 'HEAD';
    this._canChunk = request.httpVersionMinor === 1;
  }

  assignSocket(socket) { this.socket = socket; }
  detachSocket() { this.socket = null; }

  writeHead(status, message, headers) {
    if (this._headText !== undefined) throw Object.assign(new Error('Cannot write headers after they are sent to the client'), { code: 'ERR_HTTP_HEADERS_SENT' });
    const code = status | 0;
    if (code < 100 || code > 999) throw Object.assign(new RangeError(`Invalid status code: ${status}`), { code: 'ERR_HTTP_INVALID_STATUS_CODE' });
    if (typeof message === 'string') this.statusMessage = message;
    else headers ??= message;
    this.statusCode = code;
    if (Array.isArray(headers)) {
      const flat = headers.flat();
      const given = new Set();
      for (let i = 0; i + 1 < flat.length; i += 2) {
        if (given.has(flat[i].toLowerCase())) this.appendHeader(flat[i], flat[i + 1]);
        else this.setHeader(flat[i], flat[i + 1]);
        given.add(flat[i].toLowerCase());
      }
    } else {
      for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) this.setHeader(name, value);
    }
    this._settle();
    return this;
  }
  // By way of writeHead, since programs put something of their own before it.
  _implicitHeader() { this.writeHead(this.statusCode); }
  writeHeader(...args) { return this.writeHead(...args); }

  _settle() {
    const { statusCode: status, _fields: fields } = this;
    const phrase = this.statusMessage ?? STATUS_CODES[status] ?? 'unknown';
    validateHeaderValue('statusMessage', phrase);
    this.statusMessage = phrase;
    const bodyless = status === 204 || status === 304 || status < 200;
    this._hasBody = !bodyless && !this._isHead;
    if (this.sendDate && !fields.has('date')) fields.set('date', ['Date', now()]);
    let connection = String(fields.get('connection')?.[1] ?? '').toLowerCase();
    if (connection.includes('close')) this.shouldKeepAlive = false;
    if (bodyless) {
      fields.delete('transfer-encoding');
      if (status === 204) fields.delete('content-length');
    } else if (fields.has('transfer-encoding')) {
      this.chunkedEncoding = /\bchunked\s*$/i.test(fields.get('transfer-encoding')[1]);
      fields.delete('content-length');
      if (!this._canChunk) {
        fields.delete('transfer-encoding');
        this.chunkedEncoding = false;
        this.shouldKeepAlive = false;
      }
    } else if (!fields.has('content-length')) {
      if (this._wholeLength !== undefined && (!this._isHead || this._wholeLength)) {
        fields.set('content-length', ['Content-Length', this._wholeLength]);
      } else if (!this._isHead || this._wholeLength === undefined) {
        if (this._canChunk) {
          fields.set('transfer-encoding', ['Transfer-Encoding', 'chunked']);
          this.chunkedEncoding = true;
        } else {
          this.shouldKeepAlive = false;         // its end is the connection's
        }
      }
    }
    if (!connection) {
      connection = this.shouldKeepAlive ? 'keep-alive' : 'close';
      fields.set('connection', ['Connection', connection]);
      const seconds = Math.floor((this._keepAlive ?? 0) / 1000);
      if (this.shouldKeepAlive && seconds && !fields.has('keep-alive')) fields.set('keep-alive', ['Keep-Alive', `timeout=${seconds}`]);
    }
    this._headText = `HTTP/1.1 ${status} ${phrase}\r\n${this._lines()}\r\n`;
    this._headWaits = true;
  }

  writeContinue(done) { this._raw('HTTP/1.1 100 Continue\r\n\r\n', done); }
  writeProcessing(done) { this._raw('HTTP/1.1 102 Processing\r\n\r\n', done); }
  writeInformation(status, headers = {}, done) {
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'unknown'}\r\n`;
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      for (const one of [value].flat()) {
        validateHeaderValue(name, one);
        text += `${name}: ${one}\r\n`;
      }
    }
    this._raw(`${text}\r\n`, done);
  }
  writeEarlyHints({ link, ...headers }, done) {
    this.writeInformation(103, { Link: [link].flat().join(', '), ...headers }, done);
  }
  _raw(text, done) {
    this._sentContinue ||= text.includes(' 100 ');
    this.socket?.write(Buffer.from(text, 'latin1'), done);
  }

  /** Nobody need listen for the error of a client that has gone. */
  destroy(error = null) { return super.destroy(this.listenerCount('error') ? error : null); }

  _destroy(error, done) {
    // A response that is not whole leaves a connection that nobody can use any more.
    if (!this._w.finished && this.socket && !this._isOver) this.socket.destroy(error);
    done(error);
  }
}

/** Joins a socket and the server's listeners. */
class Connection {
  #server; #socket; #parser; #request; #response; #rest; #timer; #over = false; #isReading = false;

  constructor(server, socket) {
    this.#server = server;
    this.#socket = socket;
    this.#parser = new Parser({
      head: message => this.#head(message),
      body: bytes => this.#request._receive(bytes),
      end: trailers => this.#request._receivedAll(trailers),
    }, { maxHeaderSize: server._options.maxHeaderSize ?? MAX_HEADER_SIZE });
    this.listeners = {
      data: bytes => this.#take(bytes), end: () => this.#ended(), error: error => this.#failed(error), close: () => this.#closed(),
      timeout: () => this.#timedOut(),
    };
    for (const [event, listener] of Object.entries(this.listeners)) socket.on(event, listener);
    if (server.timeout) socket.setTimeout(server.timeout);
    this.#deadline(server.headersTimeout);
  }

  get isIdle() { return !this.#request && !this.#parser.isInside; }
  destroy() { this.#socket.destroy(); }

  #deadline(ms) {
    clearTimeout(this.#timer);
    this.#timer = ms > 0 ? new Timeout(() => this.#late(), ms, [], false).unref() : undefined;
  }

  #late() {
    if (this.isIdle) this.#socket.destroy();
    else if (!this.#response?.headersSent) this.#refuse(Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT', status: 408 }));
  }

  #take(bytes) {
    if (this.#rest) {           // more of what comes before an answer is finished
      this.#rest = Buffer.concat([this.#rest, bytes]);
      return;
    }
    this.#isReading = true;
    try {
      if (!this.#request && !this.#parser.isInside) this.#deadline(this.#server.headersTimeout);
      const taken = this.#parser.take(bytes);
      if (taken < bytes.length && !this.#over) {
        this.#rest = Buffer.from(bytes.subarray(taken));
        this.#socket.pause();
      }
    } catch (error) {
      if (!error.code?.startsWith('HPE_')) throw error;
      this.#refuse(Object.assign(error, { rawPacket: bytes, bytesParsed: 0 }));
    } finally {
      this.#isReading = false;
    }
    this.#goOn();
  }

  #head(message) {
    const server = this.#server, socket = this.#socket;
    const request = this.#request = new (server._options.IncomingMessage ?? IncomingMessage)(socket)._fillIn(message);
    this.#deadline(server.requestTimeout);
    const isConnect = request.method === 'CONNECT';
    const event = isConnect ? 'connect' : 'upgrade';
    if (isConnect || message.upgrade && server.listenerCount('upgrade')) {
      this.#leave();
      request._upgraded = true;
      // What is already there belongs to the other protocol.
      queueMicrotask(() => {
        if (!server.listenerCount(event)) socket.destroy();
        else server.emit(event, request, socket, this.#rest ?? Buffer.alloc(0));
        if (!socket.destroyed && !socket.isPaused()) socket.resume();
      });
      socket.pause();
      socket._r.flowing = null;
      return 'upgrade';
    }
    const response = this.#response = new (server._options.ServerResponse ?? ServerResponse)(request);
    response.shouldKeepAlive = message.keepAlive && !server._closing && !(server.maxRequestsPerSocket && ++this.count >= server.maxRequestsPerSocket);
    response._keepAlive = server.keepAliveTimeout;
    response.assignSocket(socket);
    response._over = () => this.#answered(response);
    const expects = request.headers.expect;
    if (expects === undefined || request.httpVersionMinor !== 1) {
      server.emit('request', request, response);
    } else if (/^100-continue$/i.test(expects)) {
      if (server.listenerCount('checkContinue')) {
        server.emit('checkContinue', request, response);
      } else {
        response.writeContinue();
        server.emit('request', request, response);
      }
    } else if (server.listenerCount('checkExpectation')) {
      server.emit('checkExpectation', request, response);
    } else {
      response.writeHead(417);
      response.end();
    }
    return true;
  }
  count = 0;

  #answered(response) {
    response._isOver = true;
    this.#deadline(0);
    if (!response.shouldKeepAlive) {
      const socket = this.#socket;
      if (this.#request.complete) {
        socket.destroySoon();
      } else {
        this.#request._dump();
        this.#leave();
        linger(socket);
      }
      return;
    }
    if (!this.#request.complete) this.#request._dump();
    this.#goOn();
  }

  /** The next request's turn, once this one is read and answered. */
  #goOn() {
    if (this.#isReading || !this.#request || !this.#request.complete || !this.#response?._isOver || this.#over || this.#socket.destroyed) return;
    if (!this.#request.readableEnded && !this.#request.destroyed) this.#request._dump();
    this.#request = this.#response = undefined;
    if (this.#isEnded) {
      this.#socket.end();
      return;
    }
    if (this.#server._closing) {
      this.#socket.destroySoon();
      return;
    }
    this.#deadline(this.#server.keepAliveTimeout);
    this.#parser.next();
    const rest = this.#rest;
    this.#rest = undefined;
    this.#socket.resume();
    if (rest) this.#take(rest);
  }
  #isEnded = false;

  #ended() {
    this.#isEnded = true;
    try {
      if (!this.#rest) this.#parser.finish();
    } catch (error) {
      this.#refuse(error);
      return;
    }
    if (!this.#request) {
      this.#socket.end();
      return;
    }
    this.#response.shouldKeepAlive &&= Boolean(this.#rest);
    // It may wait for its answer, or be on its way out: its two directions do not close in one moment.
    const look = () => { if (this.#socket._peerHasGone()) this.#socket.destroy(); };
    look();
    if (!this.#socket.destroyed) new Timeout(look, GONE, [], false).unref();
  }

  /** What came is no HTTP. */
  #refuse(error) {
    const server = this.#server, socket = this.#socket;
    const sent = this.#response?.headersSent;
    this.#leave();
    if (this.#request) {
      this.#request._upgraded = true;           // its end is not the connection's
      this.#request._cutOff();
    }
    if (this.#response) this.#response._isOver = true;
    if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
    if (server.emit('clientError', error, socket)) return;
    const status = error.status ?? 400;
    if (socket.writable && !sent) socket.write(Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\n\r\n`, 'latin1'));
    linger(socket);
  }

  #failed(error) {
    if (this.#server.listenerCount('clientError')) this.#server.emit('clientError', error, this.#socket);
  }

  #timedOut() {
    if (this.#response?.emit('timeout', this.#socket) || this.#server.emit('timeout', this.#socket)) return;
    this.#socket.destroy();
  }

  #closed() {
    this.#leave();
    this.#request?._cutOff();
    if (this.#response && !this.#response._isOver) this.#response.destroy();
  }

  /** The connection is no longer this one's. */
  #leave() {
    if (this.#over) return;
    this.#over = true;
    this.#deadline(0);
    this.#server._connections.delete(this);
    for (const [event, listener] of Object.entries(this.listeners)) if (event !== 'close') this.#socket.off(event, listener);
    if (this.#request?._upgraded) this.#socket.off('close', this.listeners.close);
  }
}

/**
 * Ends a connection that may have more to say, which nobody will read: closed with it unread, it would be reset, and what was
 * answered could be lost (RFC 9112 §9.6).
 */
function linger(socket) {
  if (socket.destroyed) return;
  const timer = new Timeout(() => socket.destroy(), LINGER, [], false).unref();
  socket.on('data', () => {}).on('error', () => {}).once('end', () => socket.destroySoon()).once('close', () => clearTimeout(timer));
  socket.end();
  socket.resume();
}

export class Server extends NetServer {
  timeout = 0;                  // ms, all of these; 0: none
  keepAliveTimeout = 5000;
  headersTimeout = 60_000;
  requestTimeout = 300_000;
  maxHeadersCount = null;
  maxRequestsPerSocket = 0;

  constructor(options, listener) {
    if (typeof options === 'function') [options, listener] = [{}, options];
    super({ ...options, allowHalfOpen: true });
    for (const name of ['keepAliveTimeout', 'headersTimeout', 'requestTimeout']) if (options?.[name] !== undefined) this[name] = options[name];
    this._connections = new Set();
    if (listener) this.on('request', listener);
    this.on('connection', socket => { this._connections.add(new Connection(this, socket)); });
  }

  setTimeout(ms, callback) {
    this.timeout = ms;
    if (callback) this.on('timeout', callback);
    return this;
  }
  close(callback) {
    super.close(callback);
    this.closeIdleConnections();
    return this;
  }
  closeIdleConnections() { for (const connection of [...this._connections]) if (connection.isIdle) connection.destroy(); }
  closeAllConnections() { for (const connection of [...this._connections]) connection.destroy(); }
}
