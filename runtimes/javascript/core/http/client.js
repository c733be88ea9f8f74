// The client's side: a request, its connection, and the connections that are kept for the next.

import { EventEmitter } from '../../node/events.js';
import { Buffer } from '../../node/buffer.js';
import { connect } from '../../node/net.js';
import { Timeout, nextTick } from '../loop.js';
import { IncomingMessage } from './incoming.js';
import { OutgoingMessage, validateHeaderName } from './outgoing.js';
import { METHODS, Parser } from './parser.js';
import { noTls, proxyFor } from './proxy.js';

const ignore = () => {};

const IDLE = 5000;              // ms that an unused connection is kept, less than servers keep it
const BODYLESS = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']);

const failure = (code, message, Type = Error) => Object.assign(new Type(message), { code });
const hungUp = () => failure('ECONNRESET', 'socket hang up');

export class Agent extends EventEmitter {
  constructor(options = {}) {
    super();
    this.options = { ...options };
    this.keepAlive = options.keepAlive ?? false;
    this.maxSockets = options.maxSockets ?? Infinity;
    this.maxFreeSockets = options.maxFreeSockets ?? 256;
    this.sockets = {};          // name → those in use
    this.freeSockets = {};
    this.requests = {};         // those that wait for one
    this.defaultPort = 80;
    this.protocol = 'http:';
  }

  getName({ host = 'localhost', port = '', localAddress = '' } = {}) { return `${host}:${port}:${localAddress}`; }
  createConnection(options, callback) { return connect(options, callback); }

  /** Gives the request a connection, now or when one is free. */
  addRequest(request, options) {
    const name = this.getName(options);
    const free = this.freeSockets[name];
    while (free?.length) {
      const socket = free.pop();
      if (!free.length) delete this.freeSockets[name];
      if (socket.destroyed || !socket.writable) continue;
      clearTimeout(socket._idle);
      for (const [event, listener] of socket._idleListeners) socket.off(event, listener);
      socket.ref();
      (this.sockets[name] ??= []).push(socket);
      request.reusedSocket = true;
      nextTick(() => request.onSocket(socket));
      return;
    }
    if ((this.sockets[name]?.length ?? 0) >= this.maxSockets) {
      (this.requests[name] ??= []).push([request, options]);
      return;
    }
    this._open(name, request, options);
  }

  _open(name, request, options) {
    const socket = this.createConnection({ ...this.options, ...options, timeout: undefined, signal: undefined });
    (this.sockets[name] ??= []).push(socket);
    socket._agentName = name;
    socket.once('close', () => this._gone(name, socket));
    request.onSocket(socket);
  }

  _gone(name, socket) {
    for (const table of [this.sockets, this.freeSockets]) {
      const list = table[name];
      const at = list?.indexOf(socket) ?? -1;
      if (at < 0) continue;
      list.splice(at, 1);
      if (!list.length) delete table[name];
    }
    this._nextRequest(name);
  }

  _nextRequest(name) {
    const waiting = this.requests[name];
    if (!waiting) return;
    const [request, options] = waiting.shift();
    if (!waiting.length) delete this.requests[name];
    if (request.destroyed) this._nextRequest(name);
    else this.addRequest(request, options);
  }

  /** A connection whose response is whole. */
  release(socket) {
    const name = socket._agentName;
    const used = this.sockets[name] ?? [];
    used.splice(used.indexOf(socket), 1);
    if (!used.length) delete this.sockets[name];
    const free = this.freeSockets[name] ??= [];
    if (!this.keepAlive && !this.requests[name] || free.length >= this.maxFreeSockets) {
      if (!free.length) delete this.freeSockets[name];
      socket.destroySoon();
      return;
    }
    const drop = () => socket.destroy();
    socket._idleListeners = [['data', drop], ['end', drop], ['error', () => {}]];      // nothing is to come now
    for (const [event, listener] of socket._idleListeners) socket.on(event, listener);
    socket.setTimeout(0);
    socket._idle = new Timeout(drop, IDLE, [], false).unref();
    socket.unref();
    socket.resume();
    free.push(socket);
    this.emit('free', socket, {});
    this._nextRequest(name);
  }

  destroy() {
    for (const table of [this.freeSockets, this.sockets]) for (const list of Object.values(table)) for (const socket of [...list]) socket.destroy();
  }
}

export const globalAgent = new Agent({ keepAlive: true });

/** What `request` is called with, as one object. */
export function optionsOf(args, protocol) {
  const list = [...args];
  const callback = typeof list.at(-1) === 'function' ? list.pop() : undefined;
  let [first, more = {}] = list;
  if (typeof first === 'string') first = new URL(first);
  let options = first ?? {};
  if (first instanceof URL || first?.href !== undefined && first?.searchParams) {
    const auth = first.username ? `${decodeURIComponent(first.username)}:${decodeURIComponent(first.password)}` : undefined;
    options = {
      protocol: first.protocol, hostname: first.hostname.replace(/^\[|\]$/g, ''), port: first.port || undefined,
      path: `${first.pathname}${first.search}`, ...auth ? { auth } : {}, ...more,
    };
  }
  return [{ ...options, protocol: options.protocol ?? protocol }, callback];
}

export class ClientRequest extends OutgoingMessage {
  aborted = false;
  reusedSocket = false;
  res = null;
  #retries = 0;
  #options;
  #agent;

  constructor(options, callback) {
    super({ autoDestroy: false });        // its end is the response's
    this.#options = options;
    const { protocol = 'http:', method = 'GET', path = '/' } = options;
    if (protocol !== 'http:' && protocol !== 'https:') throw failure('ERR_INVALID_PROTOCOL', `Protocol "${protocol}" not supported. Expected "http:"`, TypeError);
    if (typeof path !== 'string' || /[^!-~\x80-\xff]/.test(path)) throw failure('ERR_UNESCAPED_CHARACTERS', 'Request path contains unescaped characters', TypeError);
    validateHeaderName(method, 'Method');
    this.method = method.toUpperCase();
    if (!METHODS.includes(this.method)) throw failure('ERR_INVALID_HTTP_TOKEN', `Method is not one of HTTP's: ${method}`, TypeError);
    this.protocol = protocol;
    this.path = path || '/';
    this.host = options.hostname ?? options.host ?? 'localhost';
    const isSecure = protocol === 'https:';
    const usual = isSecure ? 443 : 80;
    this.port = Number(options.port ?? options.defaultPort ?? usual) || usual;
    const authority = `${this.host.includes(':') ? `[${this.host}]` : this.host}${this.port === usual ? '' : `:${this.port}`}`;
    const { headers } = options;
    if (Array.isArray(headers)) {
      const flat = headers.flat();
      for (let i = 0; i + 1 < flat.length; i += 2) this.appendHeader(flat[i], flat[i + 1]);
    } else {
      for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) this.setHeader(name, value);
    }
    if (options.setHost !== false && !this.hasHeader('host')) this._fields = new Map([['host', ['Host', authority]], ...this._fields]);
    if (options.auth && !this.hasHeader('authorization')) this.setHeader('Authorization', `Basic ${Buffer.from(options.auth).toString('base64')}`);
    this._hasBody = true;
    this.useChunkedEncodingByDefault = !BODYLESS.has(this.method);
    if (callback) this.once('response', callback);
    if (options.timeout !== undefined) this.setTimeout(options.timeout);
    const { signal } = options;
    if (signal?.aborted) nextTick(() => this.destroy(abortError(signal)));
    else signal?.addEventListener('abort', () => this.destroy(abortError(signal)), { once: true });

    const proxy = options.createConnection || options.agent?.isProxied === false ? undefined : proxyFor(this.host, isSecure);
    if (isSecure && !proxy && !options.createConnection) {
      nextTick(() => this.destroy(noTls(this.host)));
      return;
    }
    this._target = proxy ? `${protocol}//${authority}${this.path}` : this.path;
    const address = { host: (proxy?.hostname ?? this.host).replace(/^\[|\]$/g, ''), port: proxy?.port ?? this.port };
    if (options.createConnection) {
      this.shouldKeepAlive = false;
      const socket = options.createConnection({ ...options, ...address }, (error, late) => (error ? this.destroy(error) : this.onSocket(late)));
      if (socket) this.onSocket(socket);
      return;
    }
    this.#agent = options.agent === false ? new Agent() : options.agent ?? globalAgent;
    this.agent = this.#agent;
    this.shouldKeepAlive = this.#agent.keepAlive;
    this.#address = address;
    this.#agent.addRequest(this, { ...options, ...address, path: undefined, headers: undefined });
  }
  #address;

  abort() {
    this.aborted = true;
    this.emit('abort');
    this.destroy();
  }
  setNoDelay() {}
  setSocketKeepAlive() {}

  _settle() {
    const { _fields: fields } = this;
    if (fields.has('transfer-encoding')) {
      this.chunkedEncoding = /\bchunked\s*$/i.test(fields.get('transfer-encoding')[1]);
      fields.delete('content-length');
    } else if (!fields.has('content-length')) {
      if (this._wholeLength !== undefined) {
        if (this._wholeLength || this.useChunkedEncodingByDefault) fields.set('content-length', ['Content-Length', this._wholeLength]);
      } else {
        fields.set('transfer-encoding', ['Transfer-Encoding', 'chunked']);
        this.chunkedEncoding = true;
      }
    }
    if (!fields.has('connection')) fields.set('connection', ['Connection', this.shouldKeepAlive ? 'keep-alive' : 'close']);
    else this.shouldKeepAlive &&= !/close|upgrade/i.test(fields.get('connection')[1]);
    this._headText = `${this.method} ${this._target} HTTP/1.1\r\n${this._lines()}\r\n`;
    this._headWaits = true;
  }

  /** Its connection, which may still be connecting. */
  onSocket(socket) {
    if (this.destroyed) {
      socket.destroy();
      return;
    }
    this.socket = socket;
    this._parser = new Parser({
      head: message => this.#head(message), body: bytes => this.res._receive(bytes), end: trailers => this.#end(trailers),
    }, { isResponse: true, maxHeaderSize: this.#options.maxHeaderSize });
    this._listeners = {
      data: bytes => this.#take(bytes), end: () => this.#ended(), error: error => this.#failed(error), close: () => this.#closed(),
      drain: () => {},
    };
    for (const [event, listener] of Object.entries(this._listeners)) socket.on(event, listener);
    this.emit('socket', socket);
    if (this._waiting) {
      const { data, done } = this._waiting;
      this._waiting = undefined;
      this._send(data, done);
    }
  }

  _send(data, done) {
    if (!this.socket) {
      this._waiting = { data, done };
      return;
    }
    this._sent = this.#retries === 0 && !this._sent && this._w.ending ? data : undefined;   // all of it, should it be needed again
    this._hasSent = true;
    this.socket.write(data, error => done(error && this.#canRetry() ? undefined : error));
  }

  #canRetry() { return this.reusedSocket && !this.res && !this._heard && this.#retries === 0 && this._sent && ['GET', 'HEAD', 'OPTIONS'].includes(this.method); }

  #take(bytes) {
    this._heard = true;
    try {
      const taken = this._parser.take(bytes);
      if (this._upgrading) this.#upgrade(Buffer.from(bytes.subarray(taken)));
      else if (taken < bytes.length) this.socket?.destroy();    // more than was asked for
    } catch (error) {
      if (!error.code?.startsWith('HPE_')) throw error;
      this.#leave()?.destroy();
      if (this.res) {
        this.res._wanted = true;
        this.res.destroy(error);
      }
      this.destroy(error);
    }
  }

  #head(message) {
    const { statusCode: status } = message;
    if (status < 200 && status !== 101) {
      const { rawHeaders } = message;
      this._informed = true;
      nextTick(() => (status === 100 ? this.emit('continue') : undefined, this.emit('information', { ...message, headers: new IncomingMessage()._fillIn({ rawHeaders }).headers })));
      return 'none';
    }
    const response = new IncomingMessage(this.socket)._fillIn(message);
    response.req = this;
    this.res = response;
    if (status === 101 || this.method === 'CONNECT' && status < 300) {
      response._upgraded = true;
      this._upgrading = true;
      return 'upgrade';
    }
    this._reusable = message.keepAlive && this.shouldKeepAlive;
    if (!this.emit('response', response)) response._dump();
    return this.method === 'HEAD' || status === 204 || status === 304 ? 'none' : true;
  }

  #upgrade(head) {
    const socket = this.#leave();
    const event = this.method === 'CONNECT' ? 'connect' : 'upgrade';
    socket._r.flowing = null;
    this.res.complete = true;
    if (!this.emit(event, this.res, socket, head)) socket.destroy();
    if (!this._w.finished) this._w.finished = true;
    this.destroy();
  }

  #end(trailers) {
    if (this._informed) {
      this._informed = false;
      this._parser.next();
      return;
    }
    // Whatever else the connection does is no longer about this response.
    this.res._receivedAll(trailers);
    const free = () => {
      const socket = this.#leave();
      if (socket && !socket.destroyed) {
        if (this._reusable && this.#agent && this._w.finished) this.#agent.release(socket);
        else socket.destroySoon();
      }
      if (!this.destroyed) this.destroy();
    };
    if (this.res.readableEnded || this.res.destroyed) free();
    else this.res.once('end', () => nextTick(free));
  }

  #ended() {
    try {
      if (this.res && !this.res.complete) this._parser.finish();
      else if (!this.res) this.#closed();
    } catch {
      this.#closed();
    }
  }

  #failed(error) {
    if (this.#retry()) return;
    this.#leave();
    if (this.res) this.res._cutOff();
    this._failed = true;
    this.destroy(error);
  }

  #closed() {
    if (this.#retry()) return;
    const socket = this.#leave();
    socket?.destroy();
    if (this.res?.complete) return;
    if (this.res) this.res._cutOff();
    else if (!this.destroyed) this.destroy(hungUp());
  }

  /** A kept connection that its server closed meanwhile: once more, on a new one. */
  #retry() {
    if (!this.#canRetry()) return false;
    this.#leave()?.destroy();
    this.#retries++;
    this.reusedSocket = false;
    const data = this._sent;
    this._waiting = { data, done() {} };
    this.socket = null;
    this.#agent._open(this.#agent.getName(this.#address), this, this.#address);
    return true;
  }

  #leave() {
    const { socket } = this;
    if (!socket || !this._listeners) return undefined;
    for (const [event, listener] of Object.entries(this._listeners)) socket.off(event, listener);
    if (!socket.listeners('error').includes(ignore)) socket.on('error', ignore);
    this._listeners = undefined;
    return socket;
  }

  _destroy(error, done) {
    if (this._waiting) this._waiting = undefined;
    if (!this.res?.complete) {
      const socket = this.#leave();
      if (this.res && !this.res.complete) {
        this.res._wanted ||= Boolean(error) && this.res.listenerCount('error') > 0;
        this.res._cutOff();
      }
      socket?.destroy();
    }
    done(error ?? (this.res || this._upgrading ? null : hungUp()));
  }
}

function abortError(signal) {
  return Object.assign(new Error('The operation was aborted', { cause: signal.reason }), { name: 'AbortError', code: 'ABORT_ERR' });
}
