// node:net, over the kernel's sockets.

import * as wasi from 'qjs:wasi';
import { EventEmitter } from './events.js';
import { Duplex } from './stream.js';
import { Buffer } from './buffer.js';
import { READ, WRITE, Timeout, Watch, nextTick } from '../core/loop.js';
import { EAGAIN, EPIPE, addressOf, connect as open, hasGone, listen as openListener, read, socketError } from '../core/net/sockets.js';

const SHUT_WRITE = 2;
/** Connections taken in one turn of the loop, so that those that are there get their turn, too. */
const ACCEPTS = 16;
const ENOTSUP = 58, ECONNRESET = 15;
const HIGH_WATER = 65536;
/** ms between two tries to connect to a listener whose queue is full. */
const LONGEST_PAUSE = 20;

export function isIPv4(text) {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  return Boolean(parts?.every(part => Number(part) < 256 && String(Number(part)) === part));
}

export function isIPv6(text) {
  text = String(text).replace(/%[\w.-]+$/, '');
  const last = /:([\d.]+)$/.exec(text)?.[1];
  if (last?.includes('.')) {
    if (!isIPv4(last)) return false;
    text = text.slice(0, -last.length) + '0:0';
  }
  if (!/^[0-9a-f:]+$/i.test(text) || text.split('::').length > 2) return false;
  const groups = text.split('::').flatMap(half => (half ? half.split(':') : []));
  return groups.every(group => /^[0-9a-f]{1,4}$/i.test(group)) && (text.includes('::') ? groups.length < 8 : groups.length === 8);
}

export const isIP = text => (isIPv4(text) ? 4 : isIPv6(text) ? 6 : 0);

const invalid = (code, message, type = TypeError) => Object.assign(new type(message), { code });

function checkPort(port) {
  const number = Number(port);
  if (port === '' || !Number.isInteger(number) || number < 0 || number > 65535) {
    throw invalid('ERR_SOCKET_BAD_PORT', `Port should be >= 0 and < 65536. Received ${typeof port === 'string' ? `type string ('${port}')` : `type ${typeof port} (${port})`}.`, RangeError);
  }
  return number;
}

/** (port, host?, callback?), (options, callback?) or what they were normalised to, as connect and listen take them. */
function normalise(args) {
  const list = [...args];
  const callback = typeof list.at(-1) === 'function' ? list.pop() : undefined;
  const [first, second, third] = list;
  if (first !== null && typeof first === 'object') return [first, callback];
  if (typeof first === 'string' && Number.isNaN(Number(first)) || first === '') return [{ path: first }, callback];
  return [{ port: first, ...typeof second === 'string' ? { host: second, backlog: third } : { backlog: second } }, callback];
}

const pathError = () => invalid('ERR_FEATURE_UNAVAILABLE_ON_PLATFORM', 'Unix domain sockets are not there in this OS: use a port', Error);

export class Socket extends Duplex {
  connecting = false;
  bytesRead = 0;
  bytesWritten = 0;
  timeout = 0;

  constructor(options = {}) {
    if (typeof options === 'number') options = { fd: options };
    super({ highWaterMark: options.highWaterMark ?? HIGH_WATER, decodeStrings: true });
    this.allowHalfOpen = options.allowHalfOpen ?? false;
    this._fd = -1;
    this._referenced = true;
    this.once('end', () => {
      if (!this.allowHalfOpen && !this.writableEnded) this.end();
    });
    if (options.fd !== undefined) this._attach(options.fd);
    options.signal?.addEventListener('abort', () => this.destroy(options.signal.reason), { once: true });
  }

  /** Begins with a descriptor that is connected. */
  _attach(fd) {
    this._fd = fd;
    this._watch = new Watch(fd, ready => this._ready(ready));
    this._watch.referenced = this._referenced;
    const { reading, sending } = this;
    if (reading) this._read();
    if (sending) this._send();
  }

  connect(...args) {
    const [options, callback] = normalise(args);
    if (options.path !== undefined) throw pathError();
    if (options.port === undefined) throw invalid('ERR_MISSING_ARGS', 'The "options" or "port" or "path" argument must be specified');
    const port = checkPort(options.port);
    const host = options.host || 'localhost';
    if (callback) this.once('connect', callback);
    if (options.timeout) this.setTimeout(options.timeout);
    options.signal?.addEventListener('abort', () => this.destroy(options.signal.reason), { once: true });
    this.connecting = true;
    const address = host === 'localhost' ? '127.0.0.1' : host;
    const attempt = pause => {
      if (this.destroyed) return;
      const fd = open(host.replace(/^\[|\]$/g, ''), port);
      if (fd === -EAGAIN) {
        // The listener's queue is full: it is asked again, ever less often.
        setTimeout(attempt, pause, Math.min(2 * pause, LONGEST_PAUSE));
        return;
      }
      this.emit('lookup', null, address, isIPv6(address) ? 6 : 4, host);
      if (this.destroyed) {
        if (fd >= 0) wasi.close(fd);
        return;
      }
      if (fd < 0) {
        this.connecting = false;
        this.destroy(socketError(-fd, 'connect', { address, port }));
      } else if (host === 'localhost' || addressOf(fd)?.peer) {
        this._connected(fd);
      } else {
        this._awaitPeer(fd, { address, port });
      }
    };
    // Who asks keeps the program going until it is answered.
    setImmediate(attempt, 1);
    return this;
  }

  _connected(fd) {
    this.connecting = false;
    this._attach(fd);
    this.emit('connect');
    this.emit('ready');
  }

  /** Another host takes its time: the descriptor is ready once it is connected, or has something to say. */
  _awaitPeer(fd, where) {
    this._fd = fd;
    this._watch = new Watch(fd, () => {
      this._watch.want(0);
      if (addressOf(fd)?.peer) this._connected(fd);
      else this.destroy(socketError(-read(fd), 'connect', where));
    });
    this._watch.referenced = this._referenced;
    this._watch.want(WRITE);
  }

  _ready(ready) {
    if (ready & WRITE) this._send();
    if (ready & READ && !this.destroyed) this._receive();
  }

  _read() {
    this.reading = true;
    if (this._watch) this._watch.want(this._watch.wanted | READ);
  }

  _receive() {
    const bytes = read(this._fd);
    if (typeof bytes === 'number') {
      if (bytes !== -EAGAIN) this.destroy(socketError(-bytes, 'read'));
      return;
    }
    this._active();
    if (bytes.length === 0) {
      this.reading = false;
      this._watch.want(this._watch.wanted & ~READ);
      this.push(null);
      // A socket that nobody reads hears the end all the same.
      this.read(0);
      return;
    }
    this.bytesRead += bytes.length;
    if (!this.push(Buffer.from(bytes.buffer))) {
      this.reading = false;
      this._watch.want(this._watch.wanted & ~READ);
    }
  }

  _write(chunk, encoding, done) {
    this.sending = { chunk, at: 0, done };
    if (this._watch) this._send();
    else if (!this.connecting) done(Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' }));
  }

  _send() {
    const { sending } = this;
    if (!sending) return;
    const { chunk } = sending;
    while (sending.at < chunk.length) {
      const count = wasi.write(this._fd, sending.at ? chunk.subarray(sending.at) : chunk);
      if (count === -EPIPE && this._r.ended && !this._knowsItIsGone) {
        // Over a network the first writes to a peer that has gone succeed, and programs take that for granted.
        setImmediate(() => { this._knowsItIsGone = true; });
        break;
      }
      if (count < 0 && count !== -EAGAIN) {
        this.sending = undefined;
        sending.done(socketError(-count, 'write'));
        return;
      }
      if (count > 0) {
        sending.at += count;
        this.bytesWritten += count;
        this._active();
      }
      if (sending.at < chunk.length && count <= 0) {
        this._watch.want(this._watch.wanted | WRITE);
        return;
      }
    }
    this.sending = undefined;
    this._watch.want(this._watch.wanted & ~WRITE);
    sending.done();
  }

  _final(done) {
    if (this.connecting) {
      this.once('connect', () => this._final(done));
      return;
    }
    // A peer that is gone already needs no end.
    if (this._fd >= 0) wasi.shutdown(this._fd, SHUT_WRITE);
    done();
  }

  /** Whether a peer that has ended its side has gone altogether. */
  _peerHasGone() { return this._fd >= 0 && hasGone(this._fd); }

  _destroy(error, done) {
    this.connecting = false;
    clearTimeout(this._timer);
    if (this._fd >= 0) {
      this._address ??= addressOf(this._fd);
      this._watch.want(0);
      wasi.close(this._fd);
      this._fd = -1;
    }
    const { sending } = this;
    this.sending = undefined;
    sending?.done(error ?? Object.assign(new Error('The socket was closed while it was writing'), { code: 'ERR_STREAM_DESTROYED' }));
    this._server?._left(this);
    done(error);
  }

  _closed(failure) { this.emit('close', Boolean(failure)); }

  /** Ends it at once, so that the peer sees a reset. */
  resetAndDestroy() { return this.destroy(socketError(ECONNRESET, 'read')); }
  destroySoon() {
    this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  setTimeout(ms, callback) {
    this.timeout = ms;
    clearTimeout(this._timer);
    this._timer = undefined;
    if (callback) {
      if (ms) this.once('timeout', callback);
      else this.off('timeout', callback);
    }
    if (ms > 0) this._timer = new Timeout(() => this.emit('timeout'), ms, [], false).unref();
    return this;
  }

  _active() {
    if (this._timer) this.setTimeout(this.timeout);
  }

  get _ends() {
    if (!this._address && this._fd >= 0 && !this.connecting) this._address = addressOf(this._fd);
    return this._address ?? {};
  }
  address() { return this._ends.local ?? {}; }
  get localAddress() { return this._ends.local?.address; }
  get localPort() { return this._ends.local?.port; }
  get localFamily() { return this._ends.local?.family; }
  get remoteAddress() { return this._ends.peer?.address; }
  get remotePort() { return this._ends.peer?.port; }
  get remoteFamily() { return this._ends.peer?.family; }
  get pending() { return this._fd < 0; }
  get bufferSize() { return this.writableLength; }
  get readyState() {
    if (this.connecting) return 'opening';
    if (this._fd < 0) return 'closed';
    return this.writable ? this.readable ? 'open' : 'writeOnly' : 'readOnly';
  }

  setNoDelay() { return this; }
  setKeepAlive() { return this; }
  ref() { return this._reference(true); }
  unref() { return this._reference(false); }
  _reference(referenced) {
    this._referenced = referenced;
    if (this._watch) this._watch.referenced = referenced;
    return this;
  }
}

export class Server extends EventEmitter {
  listening = false;
  maxConnections = undefined;

  constructor(options, listener) {
    super();
    if (typeof options === 'function') [options, listener] = [{}, options];
    this._options = options ?? {};
    this._fd = -1;
    this._sockets = new Set();
    this._referenced = true;
    if (listener) this.on('connection', listener);
  }

  listen(...args) {
    const [options, callback] = normalise(args);
    if (this._fd >= 0 || this._opening) throw invalid('ERR_SERVER_ALREADY_LISTEN', 'Listen method has been called more than once without closing.', Error);
    if (options.path !== undefined && options.port === undefined) throw pathError();
    const port = options.fd === undefined ? checkPort(options.port ?? 0) : undefined;
    if (callback) this.once('listening', callback);
    this._opening = true;
    const fd = options.fd ?? openListener(port);
    const host = options.host ?? '::';
    if (fd < 0 || options.fd !== undefined && !wasi.isListener(fd)) {
      const error = fd < 0 ? socketError(-fd, 'listen', { address: host, port }) : socketError(ENOTSUP, 'listen', {});
      setImmediate(() => {
        this._opening = false;
        this.emit('error', error);
      });
      return this;
    }
    this._fd = fd;
    this._host = host;
    this.listening = true;
    this._watch = new Watch(fd, () => this._accept());
    this._watch.referenced = this._referenced;
    this._watch.want(READ);
    options.signal?.addEventListener('abort', () => this.close(), { once: true });
    nextTick(() => {
      this._opening = false;
      if (this._fd >= 0) this.emit('listening');
    });
    return this;
  }

  _accept() {
    for (let i = 0; i < ACCEPTS && this._fd >= 0; i++) {
      const fd = wasi.accept(this._fd);
      if (fd < 0) return;       // none (any more); one that was reset before it was accepted; no descriptor left for it
      if (this.maxConnections !== undefined && this._sockets.size >= this.maxConnections) {
        wasi.close(fd);
        this.emit('drop', {});
        continue;
      }
      const socket = new Socket({ fd, allowHalfOpen: this._options.allowHalfOpen ?? false });
      socket._server = socket.server = this;
      this._sockets.add(socket);
      this.emit('connection', socket);
      if (!this._options.pauseOnConnect && !socket.destroyed) socket.read(0);
    }
  }

  _left(socket) {
    this._sockets.delete(socket);
    this._ended();
  }

  _ended() {
    if (this._closing && !this._sockets.size) {
      this._closing = false;
      nextTick(() => this.emit('close'));
    }
  }

  close(callback) {
    if (this._fd < 0) {
      if (callback) nextTick(() => callback(invalid('ERR_SERVER_NOT_RUNNING', 'Server is not running.', Error)));
      return this;
    }
    if (callback) this.once('close', callback);
    this._watch.want(0);
    wasi.close(this._fd);
    this._fd = -1;
    this.listening = false;
    this._closing = true;
    this._ended();
    return this;
  }

  address() {
    if (this._fd < 0) return null;
    const port = addressOf(this._fd)?.local?.port;
    return { address: this._host, family: isIPv4(this._host) ? 'IPv4' : 'IPv6', port };
  }

  getConnections(callback) { nextTick(() => callback(null, this._sockets.size)); return this; }
  ref() { return this._reference(true); }
  unref() { return this._reference(false); }
  _reference(referenced) {
    this._referenced = referenced;
    if (this._watch) this._watch.referenced = referenced;
    return this;
  }
  [Symbol.asyncDispose]() { return new Promise(resolve => { this.close(() => resolve()); }); }
}

export const createServer = (options, listener) => new Server(options, listener);
export const connect = (...args) => {
  const [options] = normalise(args);
  return new Socket(options).connect(...args);
};
export const createConnection = connect;
export const Stream = Socket;
export const getDefaultAutoSelectFamily = () => false;
export const setDefaultAutoSelectFamily = () => {};

export default {
  Server, Socket, Stream, connect, createConnection, createServer, getDefaultAutoSelectFamily, isIP, isIPv4, isIPv6, setDefaultAutoSelectFamily,
};
