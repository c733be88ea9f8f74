// The web's WebSocket, a client of RFC 6455.

import { mask, utf8 } from 'qjs:wasi';
import { Blob, Buffer } from '../../node/buffer.js';
import { createHash, randomBytes } from '../../node/crypto.js';
import { Event, EventTarget } from '../abort.js';
import { ClientRequest } from '../http/client.js';
import { nextTick } from '../loop.js';
import { concat } from '../processes.js';
import { encode } from '../utf8.js';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const MOST = 64 << 20;          // bytes of a message
const CLOSE_WAIT = 3000;        // ms until a server that does not answer a close is left
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/;
const NORMAL = 1000, NO_STATUS = 1005, ABNORMAL = 1006;

export class MessageEvent extends Event {
  constructor(type, { data = null, origin = '', lastEventId = '', ...rest } = {}) {
    super(type, rest);
    Object.assign(this, { data, origin, lastEventId });
  }
}
export class CloseEvent extends Event {
  constructor(type, { code = 0, reason = '', wasClean = false, ...rest } = {}) {
    super(type, rest);
    Object.assign(this, { code, reason, wasClean });
  }
}
export class ErrorEvent extends Event {
  constructor(type, { error, message = error?.message ?? '', ...rest } = {}) {
    super(type, rest);
    Object.assign(this, { error, message });
  }
}

/** Gives a target its `on…` attributes. */
export function withHandlers(type, ...names) {
  for (const name of names) {
    const handlers = new WeakMap();
    Object.defineProperty(type.prototype, `on${name}`, {
      configurable: true, enumerable: true,
      get() { return handlers.get(this)?.callback ?? null; },
      set(callback) {
        const before = handlers.get(this);
        if (before) this.removeEventListener(name, before.listener);
        handlers.delete(this);
        if (typeof callback !== 'function') return;
        const listener = event => callback.call(this, event);
        handlers.set(this, { callback, listener });
        this.addEventListener(name, listener);
      },
    });
  }
}

class ProtocolError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class WebSocket extends EventTarget {
  #state = 0; #socket; #request; #buffered = 0; #protocol = ''; #rest = []; #restLength = 0; #parts = []; #partsLength = 0; #kind; #closing = false;
  #code = ABNORMAL; #reason = ''; #clean = false; #timer; #chain = Promise.resolve();
  binaryType = 'blob';
  extensions = '';

  constructor(url, protocols = []) {
    super();
    let address;
    try {
      address = new URL(url);
    } catch (error) {
      throw new DOMException(`${url} is not a URL: ${error.message}`, 'SyntaxError');
    }
    if (address.protocol === 'http:') address.protocol = 'ws:';
    if (address.protocol === 'https:') address.protocol = 'wss:';
    if (address.protocol !== 'ws:' && address.protocol !== 'wss:' || address.hash) throw new DOMException(`${url} is no URL of a WebSocket`, 'SyntaxError');
    const headers = protocols?.headers;         // as Node's takes them
    protocols = typeof protocols === 'object' && !Array.isArray(protocols) ? protocols?.protocols ?? [] : protocols;
    const asked = [protocols].flat();
    if (asked.some(name => !TOKEN.test(name)) || new Set(asked).size !== asked.length) throw new DOMException('A subprotocol is no token, or there twice', 'SyntaxError');
    this.url = address.href;
    this.#open(address, asked, headers);
  }

  get readyState() { return this.#state; }
  get bufferedAmount() { return this.#buffered; }
  get protocol() { return this.#protocol; }

  #open(address, asked, headers) {
    const key = randomBytes(16).toString('base64');
    const isSecure = address.protocol === 'wss:';
    try {
      this.#request = new ClientRequest({
        protocol: isSecure ? 'https:' : 'http:', hostname: address.hostname.replace(/^\[|\]$/g, ''), port: address.port || undefined, path: `${address.pathname}${address.search}`, agent: false,
        headers: {
          ...headers, Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key,
          ...asked.length ? { 'Sec-WebSocket-Protocol': asked.join(', ') } : {},
        },
      });
    } catch (error) {
      nextTick(() => this.#fail(error));
      return;
    }
    this.#request.on('error', error => this.#fail(error));
    this.#request.on('response', response => {
      response.destroy();
      this.#fail(new Error(`the server answers ${response.statusCode}, not with a WebSocket`));
    });
    this.#request.on('upgrade', (response, socket, head) => {
      const { headers: found } = response;
      const expected = createHash('sha1').update(key + GUID).digest('base64');
      const protocol = found['sec-websocket-protocol'];
      const wrong = found.upgrade?.toLowerCase() !== 'websocket' ? 'it is no WebSocket' : found['sec-websocket-accept'] !== expected ? 'its key is not ours'
        : protocol !== undefined && !asked.includes(protocol) ? 'it chose a subprotocol that was not asked for' : found['sec-websocket-extensions'] ? 'it chose an extension that was not asked for' : undefined;
      if (wrong || this.#state !== 0) {
        socket.on('error', () => {});
        socket.destroy();
        this.#fail(new Error(`the server's handshake is wrong: ${wrong}`));
        return;
      }
      this.#socket = socket;
      this.#protocol = protocol ?? '';
      this.#state = 1;
      socket.setTimeout(0);
      socket.on('data', bytes => this.#take(bytes));
      socket.on('error', error => this.#fail(error));
      socket.on('end', () => socket.end());
      socket.on('close', () => this.#closed());
      this.dispatchEvent(new Event('open'));
      if (head.length) this.#take(head);
    });
    this.#request.end();
  }

  send(data) {
    if (this.#state === 0) throw new DOMException('The WebSocket is still connecting', 'InvalidStateError');
    if (data instanceof Blob) {
      this.#buffered += data.size;
      this.#chain = this.#chain.then(async () => this.#frame(BINARY, await data.bytes(), data.size));
      return;
    }
    const isBytes = data instanceof ArrayBuffer || ArrayBuffer.isView(data);
    const bytes = isBytes ? new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength).slice() : encode(String(data));
    this.#buffered += bytes.length;
    if (this.#state === 1) this.#frame(isBytes ? BINARY : TEXT, bytes, bytes.length);
  }

  /** One frame out; `bytes` are this function's to change. */
  #frame(opcode, bytes, counted = 0) {
    if (!this.#socket || this.#socket.destroyed) return;
    const size = bytes.length;
    const header = Buffer.alloc(size < 126 ? 6 : size < 65536 ? 8 : 14);
    header[0] = 0x80 | opcode;
    header[1] = 0x80 | (size < 126 ? size : size < 65536 ? 126 : 127);
    if (size >= 65536) header.writeBigUInt64BE(BigInt(size), 2);
    else if (size >= 126) header.writeUInt16BE(size, 2);
    const key = randomBytes(4);
    header.set(key, header.length - 4);
    const state = Uint8Array.of(...key, 0);
    mask(bytes, state);
    this.#socket.write(Buffer.concat([header, bytes]), () => { this.#buffered -= counted; });
  }

  #take(bytes) {
    if (this.#state === 3) return;
    this.#rest.push(bytes);
    this.#restLength += bytes.length;
    try {
      while (this.#state !== 3 && this.#next());
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#sendClose(error.code, '');
      this.#fail(error);
    }
  }

  /** One frame in, if it is whole. */
  #next() {
    if (this.#restLength < 2) return false;
    const head = this.#peek(Math.min(10, this.#restLength));
    const opcode = head[0] & 15, final = (head[0] & 0x80) !== 0;
    if (head[0] & 0x70) throw new ProtocolError(1002, 'reserved bits are set');
    if (head[1] & 0x80) throw new ProtocolError(1002, 'a server masks nothing');
    let size = head[1] & 127, at = 2;
    if (size === 126) {
      if (head.length < 4) return false;
      size = head.readUInt16BE(2);
      at = 4;
      if (size < 126) throw new ProtocolError(1002, 'a length that is too long');
    } else if (size === 127) {
      if (head.length < 10) return false;
      const long = head.readBigUInt64BE(2);
      if (long > BigInt(MOST)) throw new ProtocolError(1009, 'a message that is too long');
      size = Number(long);
      at = 10;
      if (size < 65536) throw new ProtocolError(1002, 'a length that is too long');
    }
    if (opcode >= CLOSE && (!final || size > 125)) throw new ProtocolError(1002, 'a control frame in parts, or too long');
    if (opcode > BINARY && opcode < CLOSE || opcode > PONG) throw new ProtocolError(1002, `a frame of kind ${opcode}`);
    if (opcode < CLOSE && (opcode === CONTINUATION) !== (this.#kind !== undefined)) throw new ProtocolError(1002, 'a message within a message');
    if (opcode < CLOSE && this.#partsLength + size > MOST) throw new ProtocolError(1009, 'a message that is too long');
    if (this.#restLength < at + size) return false;
    const payload = this.#shift(at + size).subarray(at);
    if (opcode === PING) this.#frame(PONG, Uint8Array.from(payload));
    else if (opcode === CLOSE) this.#closeAsked(payload);
    else if (opcode < CLOSE) this.#part(opcode, final, payload);
    return true;
  }

  #peek(count) {
    if (this.#rest[0].length >= count) return Buffer.from(this.#rest[0].buffer, this.#rest[0].byteOffset, count);
    return this.#joined().subarray(0, count);
  }
  #joined() {
    if (this.#rest.length > 1) this.#rest = [Buffer.concat(this.#rest)];
    return this.#rest[0];
  }
  #shift(count) {
    const all = this.#rest[0].length >= count ? this.#rest[0] : this.#joined();
    const taken = Buffer.from(all.buffer, all.byteOffset, count);
    if (all.length === count) this.#rest.shift();
    else this.#rest[0] = all.subarray(count);
    this.#restLength -= count;
    return taken;
  }

  #part(opcode, final, payload) {
    if (opcode !== CONTINUATION) this.#kind = opcode;
    this.#parts.push(payload);
    this.#partsLength += payload.length;
    if (!final) return;
    const all = this.#parts.length === 1 ? payload : concat(this.#parts);
    const kind = this.#kind;
    this.#parts = [];
    this.#partsLength = 0;
    this.#kind = undefined;
    let data;
    if (kind === TEXT) {
      data = utf8(all);
      if (data === undefined) throw new ProtocolError(1007, 'a text that is not UTF-8');
    } else {
      data = this.binaryType === 'arraybuffer' ? Uint8Array.from(all).buffer : new Blob([all]);
    }
    if (this.#state === 1) this.dispatchEvent(new MessageEvent('message', { data, origin: new URL(this.url).origin }));
  }

  #closeAsked(payload) {
    if (payload.length === 1) throw new ProtocolError(1002, 'a close of one byte');
    const code = payload.length ? payload.readUInt16BE(0) : NO_STATUS;
    const reason = utf8(payload, 2);
    if (payload.length && (code < 1000 || code > 4999 || [1004, 1005, 1006].includes(code) || code > 1014 && code < 3000)) throw new ProtocolError(1002, `a close with code ${code}`);
    if (reason === undefined) throw new ProtocolError(1007, 'a reason that is not UTF-8');
    this.#code = code;
    this.#reason = reason;
    this.#clean = true;
    if (!this.#closing) this.#sendClose(code === NO_STATUS ? undefined : code, '');
    this.#state = 2;
    this.#socket.destroySoon();
  }

  #sendClose(code, reason) {
    if (this.#closing || !this.#socket) return;
    this.#closing = true;
    const text = encode(reason);
    const payload = new Uint8Array(code === undefined ? 0 : 2 + text.length);
    if (code !== undefined) {
      payload[0] = code >> 8;
      payload[1] = code & 255;
      payload.set(text, 2);
    }
    this.#frame(CLOSE, payload);
  }

  close(code, reason = '') {
    if (code !== undefined && code !== NORMAL && (code < 3000 || code > 4999)) throw new DOMException('The code is neither 1000 nor between 3000 and 4999', 'InvalidAccessError');
    if (encode(reason).length > 123) throw new DOMException('The reason is longer than 123 bytes', 'SyntaxError');
    if (this.#state >= 2) return;
    if (this.#state === 0) {
      this.#fail(new Error('closed before it was open'));
      return;
    }
    this.#state = 2;
    this.#chain.then(() => this.#sendClose(code ?? (reason ? NORMAL : undefined), reason));
    this.#timer = setTimeout(() => this.#socket.destroy(), CLOSE_WAIT);
  }

  #fail(error) {
    if (this.#state === 3) return;
    const { socket } = { socket: this.#socket };
    this.#state = 2;
    this.#clean = false;
    if (error.code >= 1000) [this.#code, this.#reason] = [ABNORMAL, ''];
    nextTick(() => {
      if (this.#state === 3) return;
      this.dispatchEvent(new ErrorEvent('error', { error, message: error.message }));
      if (socket && !socket.destroyed) socket.destroySoon();
      else this.#closed();
    });
    if (!socket) this.#request?.destroy();
  }

  #closed() {
    if (this.#state === 3) return;
    clearTimeout(this.#timer);
    this.#state = 3;
    this.dispatchEvent(new CloseEvent('close', { code: this.#clean ? this.#code : ABNORMAL, reason: this.#clean ? this.#reason : '', wasClean: this.#clean }));
  }
}
for (const [name, value] of Object.entries({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 })) {
  Object.defineProperty(WebSocket, name, { value, enumerable: true });
  Object.defineProperty(WebSocket.prototype, name, { value, enumerable: true });
}
withHandlers(WebSocket, 'open', 'message', 'error', 'close');

export default { CloseEvent, ErrorEvent, MessageEvent, WebSocket };
