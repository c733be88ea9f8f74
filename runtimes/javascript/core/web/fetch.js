// fetch with its Headers, Request and Response, over core/http/client.js.

import { Buffer } from '../../node/buffer.js';
import { Blob } from '../../node/buffer.js';
import { concat } from '../processes.js';
import { ClientRequest, globalAgent, optionsOf } from '../http/client.js';
import { validateHeaderName, validateHeaderValue } from '../http/outgoing.js';
import { STATUS_CODES } from '../http/status.js';
import { decode, encode } from '../utf8.js';
import { File, FormData, fromMultipart, fromUrlEncoded, toMultipart } from './form.js';
import { ReadableStream } from './streams.js';

const MOST_REDIRECTS = 20;

export class Headers {
  #list = new Map();            // lower-case name → values
  constructor(init) {
    if (init instanceof Headers) for (const [name, value] of init) this.append(name, value);
    else if (init?.[Symbol.iterator]) for (const [name, value] of init) this.append(name, value);
    else for (const [name, value] of Object.entries(init ?? {})) this.append(name, value);
  }
  static #check(name, value) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      throw new TypeError(`Headers: ${error.message}`);
    }
  }
  append(name, value) {
    [name, value] = [String(name), String(value).trim()];
    Headers.#check(name, value);
    const key = name.toLowerCase();
    if (this.#list.has(key)) this.#list.get(key).push(value);
    else this.#list.set(key, [value]);
  }
  set(name, value) {
    this.delete(name);
    this.append(name, value);
  }
  delete(name) { this.#list.delete(String(name).toLowerCase()); }
  get(name) { return this.#list.get(String(name).toLowerCase())?.join(', ') ?? null; }
  has(name) { return this.#list.has(String(name).toLowerCase()); }
  getSetCookie() { return [...this.#list.get('set-cookie') ?? []]; }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  * entries() {
    for (const name of [...this.#list.keys()].sort()) {
      if (name === 'set-cookie') for (const value of this.#list.get(name)) yield [name, value];
      else yield [name, this.get(name)];
    }
  }
  * keys() { for (const [name] of this) yield name; }
  * values() { for (const [, value] of this) yield value; }
  [Symbol.iterator]() { return this.entries(); }
  get [Symbol.toStringTag]() { return 'Headers'; }
}

/** What a body is made of: { bytes } or { stream }, with the type that goes with it. */
function contentOf(body) {
  if (body == null) return {};
  if (typeof body === 'string') return { bytes: encode(body), type: 'text/plain;charset=UTF-8' };
  if (body instanceof URLSearchParams) return { bytes: encode(String(body)), type: 'application/x-www-form-urlencoded;charset=UTF-8' };
  if (body instanceof FormData) return { form: body };
  if (body instanceof Blob) return { blob: body, type: body.type || undefined };
  if (body instanceof ArrayBuffer) return { bytes: new Uint8Array(body.slice(0)) };
  if (ArrayBuffer.isView(body)) return { bytes: new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice() };
  if (body instanceof ReadableStream) {
    if (body.locked || body._disturbed) throw new TypeError('This stream is in use already');
    return { stream: body };
  }
  if (body[Symbol.asyncIterator]) return { stream: ReadableStream.from(body) };
  return { bytes: encode(String(body)), type: 'text/plain;charset=UTF-8' };
}

class Body {
  #content;
  #stream;
  #used = false;

  _setBody(body, headers) {
    this.#content = contentOf(body);
    const { form, type } = this.#content;
    if (form) {
      // Made now, since the type is asked for now.
      let done;
      this.#content = { later: new Promise(resolve => { done = resolve; }) };
      const boundary = {};
      toMultipart(form).then(([bytes, made]) => {
        boundary.type = made;
        done(bytes);
      });
      this._type = async () => (await this.#content.later, boundary.type);
    }
    if (type && !headers.has('content-type')) headers.set('content-type', type);
  }

  get body() {
    const { bytes, stream, blob, later } = this.#content;
    if (stream) return stream;
    if (!bytes && !blob && !later) return null;
    this.#stream ??= new ReadableStream({
      pull: async controller => {
        const all = bytes ?? await later ?? await blob.bytes();
        if (all.length) controller.enqueue(all);
        controller.close();
      },
    }, { highWaterMark: 0 });
    return this.#stream;
  }
  get bodyUsed() { return this.#used || Boolean((this.#stream ?? this.#content.stream)?._disturbed); }

  /** The whole of it; its second reader gets an error. */
  async bytes() {
    if (this.bodyUsed) throw new TypeError('Body is unusable: it has been read already');
    if (this.body?.locked) throw new TypeError('Body is unusable: it is locked to a reader');
    const { bytes, stream, blob, later } = this.#content;
    if (!this.#stream && !stream) {
      this.#used = Boolean(bytes || blob || later);
      return bytes ?? (await later) ?? (blob ? blob.bytes() : new Uint8Array(0));
    }
    const chunks = [];
    for await (const chunk of this.body) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('A chunk of the body is no Uint8Array');
      chunks.push(chunk);
    }
    return concat(chunks);
  }
  async arrayBuffer() {
    const bytes = await this.bytes();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  }
  async text() { return decode(await this.bytes()).replace(/^\ufeff/, ''); }
  async json() { return JSON.parse(await this.text()); }
  async blob() { return new Blob([await this.bytes()], { type: this.headers.get('content-type') ?? '' }); }
  async formData() {
    const type = this.headers.get('content-type') ?? '';
    if (/^multipart\/form-data/i.test(type)) return fromMultipart(await this.bytes(), type);
    if (/^application\/x-www-form-urlencoded/i.test(type)) return fromUrlEncoded(await this.text());
    throw new TypeError(`The body is no form: ${type || 'it has no type'}`);
  }

  /** A second body of the same content. */
  _branch() {
    if (this.bodyUsed) throw new TypeError('This body has been read already');
    const { stream } = this.#content;
    if (!stream && !this.#stream) return this.#content.bytes ?? this.#content.blob ?? (this.#content.later ? this.body : null);
    const [mine, theirs] = this.body.tee();
    this.#content = { stream: mine };
    return theirs;
  }
  /** How to send it: bytes, a stream, or nothing. */
  async _toSend() {
    const { bytes, stream, blob, later } = this.#content;
    this.#used = Boolean(bytes || blob || later);
    return bytes ?? (blob ? blob.bytes() : later ?? this.#stream ?? stream);
  }
}

export class Request extends Body {
  constructor(input, init = {}) {
    super();
    const from = input instanceof Request ? input : undefined;
    let url;
    try {
      url = new URL(from?.url ?? String(input));
    } catch (error) {
      throw new TypeError(`Failed to parse URL from ${input}`, { cause: error });
    }
    if (url.username || url.password) throw new TypeError(`Request cannot be constructed from a URL that includes credentials: ${url}`);
    this.url = url.href;
    const method = init.method ?? from?.method ?? 'GET';
    this.method = /^(?:get|head|post|put|delete|options)$/i.test(method) ? method.toUpperCase() : method;
    this.headers = new Headers(init.headers ?? from?.headers);
    this.redirect = init.redirect ?? from?.redirect ?? 'follow';
    this.signal = init.signal ?? from?.signal ?? new AbortController().signal;
    for (const [name, otherwise] of [['mode', 'cors'], ['credentials', 'same-origin'], ['cache', 'default'], ['referrer', 'about:client'], ['integrity', ''], ['keepalive', false]]) {
      this[name] = init[name] ?? from?.[name] ?? otherwise;
    }
    this.duplex = 'half';
    const body = init.body ?? (from ? from._branchForNew() : null);
    if (body != null && (this.method === 'GET' || this.method === 'HEAD')) throw new TypeError('Request with GET/HEAD method cannot have body.');
    if (body instanceof ReadableStream && init.body && init.duplex !== 'half') throw new TypeError('RequestInit: duplex option is required when sending a body.');
    this._setBody(body, this.headers);
  }
  _branchForNew() {
    if (this.bodyUsed) throw new TypeError('Cannot construct a Request with a Request object that has already been used.');
    return this.body && this._branch();
  }
  clone() { return new Request(this, { body: this._branch(), duplex: 'half' }); }
}

const NO_BODY = new Set([101, 204, 205, 304]);

export class Response extends Body {
  constructor(body = null, { status = 200, statusText = '', headers } = {}) {
    super();
    if (!Number.isInteger(status) || (status < 200 || status > 599)) throw new RangeError('init["status"] must be in the range of 200 to 599, inclusive.');
    if (body != null && NO_BODY.has(status)) throw new TypeError(`Response with status ${status} cannot have a body`);
    Object.assign(this, { status, statusText, headers: new Headers(headers), type: 'default', url: '', redirected: false });
    this._setBody(body, this.headers);
  }
  get ok() { return this.status >= 200 && this.status < 300; }
  clone() {
    const { status, statusText, headers, type, url, redirected } = this;
    return Object.assign(new Response(this._branch(), { status, statusText, headers }), { type, url, redirected });
  }
  static error() { return Object.assign(new Response(), { type: 'error', status: 0 }); }
  static json(data, init = {}) {
    const headers = new Headers(init.headers);
    if (!headers.has('content-type')) headers.set('content-type', 'application/json');
    return new Response(JSON.stringify(data), { ...init, headers });
  }
  static redirect(url, status = 302) {
    if (![301, 302, 303, 307, 308].includes(status)) throw new RangeError('Invalid status code');
    return new Response(null, { status, headers: { location: new URL(url).href } });
  }
}

const failed = cause => new TypeError('fetch failed', { cause });

/** The web's fetch. Only http: and https: URLs and data: ones; what is outside this OS goes by the proxy. */
export async function fetch(input, init) {
  const request = new Request(input, init);
  let url = new URL(request.url);
  let { method } = request;
  const { signal } = request;
  if (signal.aborted) throw signal.reason;
  if (url.protocol === 'data:') return dataResponse(url);
  const headers = new Headers(request.headers);
  let content = await request._toSend();
  if (request._type && !headers.has('content-type')) headers.set('content-type', await request._type());
  for (let redirects = 0; ; redirects++) {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw failed(new Error(`unknown scheme: ${url.protocol}`));
    const response = await exchange(url, method, headers, content, signal);
    const location = response.headers.location;
    const { statusCode: status } = response;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined || request.redirect === 'manual') {
      return answer(response, url, redirects > 0, method, signal);
    }
    response._dump();
    if (request.redirect === 'error') throw failed(new Error('unexpected redirect'));
    if (redirects === MOST_REDIRECTS) throw failed(new Error('redirect count exceeded'));
    const next = new URL(location, url);
    if (status === 303 && method !== 'HEAD' || status < 303 && method === 'POST') {
      method = method === 'HEAD' ? method : 'GET';
      content = undefined;
      for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-location']) headers.delete(name);
    } else if (content instanceof ReadableStream) {
      throw failed(new Error('a streamed body cannot be sent again to where it is redirected'));
    }
    if (next.origin !== url.origin) for (const name of ['authorization', 'cookie', 'host', 'proxy-authorization']) headers.delete(name);
    url = next;
  }
}

/** One request, up to the headers of its response. */
function exchange(url, method, given, content, signal) {
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(given);
    headers.accept ??= '*/*';
    headers['user-agent'] ??= 'node';
    headers['accept-encoding'] ??= 'identity';
    if (content instanceof Uint8Array) headers['content-length'] = content.length;
    else if (!content && (method === 'POST' || method === 'PUT' || method === 'PATCH')) headers['content-length'] = 0;
    const [options] = optionsOf([url, { method, headers, agent: globalAgent }], url.protocol);
    let request;
    try {
      request = new ClientRequest(options, resolve);
    } catch (error) {
      reject(failed(error));
      return;
    }
    const abort = () => request.destroy(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    request.once('close', () => { if (!request.res) signal.removeEventListener('abort', abort); });
    request.once('response', response => response.once('close', () => signal.removeEventListener('abort', abort)));
    request.on('error', error => reject(error === signal.reason ? error : failed(error)));
    if (content instanceof ReadableStream) send(content, request);
    else request.end(content);
  });
}

async function send(stream, request) {
  try {
    for await (const chunk of stream) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('A chunk of the body is no Uint8Array');
      if (request.destroyed) return;
      if (request.write(chunk)) continue;
      await new Promise(resolve => {
        const done = () => {
          request.off('drain', done).off('close', done);
          resolve();
        };
        request.on('drain', done).on('close', done);
      });
    }
    request.end();
  } catch (error) {
    request.destroy(error);
  }
}

function answer(incoming, url, redirected, method, signal) {
  incoming._wanted = true;
  let settled = false;
  const none = method === 'HEAD' || NO_BODY.has(incoming.statusCode);
  const stream = none ? null : new ReadableStream({
    start(controller) {
      incoming.on('data', chunk => {
        controller.enqueue(Uint8Array.prototype.slice.call(chunk));
        if (controller.desiredSize <= 0) incoming.pause();
      });
      incoming.on('end', () => {
        settled = true;
        controller.close();
      });
      const fail = error => {
        if (!settled) controller.error(error);
        settled = true;
      };
      incoming.on('error', error => fail(signal.aborted ? signal.reason : new TypeError('terminated', { cause: error })));
      incoming.on('close', () => fail(signal.aborted ? signal.reason : new TypeError('terminated')));
      incoming.pause();
    },
    pull() { incoming.resume(); },
    cancel() {
      settled = true;
      incoming.destroy();
    },
  }, { highWaterMark: 65536, size: chunk => chunk.byteLength });
  if (none) incoming.resume();
  const headers = new Headers();
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
  const { statusCode: status, statusMessage } = incoming;
  const response = new Response(stream, { status: status < 200 ? 200 : status, statusText: statusMessage || STATUS_CODES[status] || '', headers });
  return Object.assign(response, { status, url: url.href.replace(/#.*/, ''), redirected, type: 'basic' });
}

function dataResponse(url) {
  const found = /^data:([^,]*?)(;base64)?,(.*)$/s.exec(url.href.replace(/#.*/, ''));
  if (!found) throw failed(new Error('not a data: URL'));
  const text = decodeURIComponent(found[3].replace(/%(?![\da-f]{2})/gi, '%25'));
  return new Response(found[2] ? Uint8Array.from(Buffer.from(text, 'base64')) : text, { headers: { 'content-type': found[1] || 'text/plain;charset=US-ASCII' } });
}

export { File, FormData };
export default { File, FormData, Headers, Request, Response, fetch };
