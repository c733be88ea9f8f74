// FormData, File, and multipart/form-data (RFC 7578) from and to bytes.

import { find } from 'qjs:wasi';
import { Blob, Buffer } from '../../node/buffer.js';
import { decode, encode, latin1 } from '../utf8.js';
import { concat } from '../processes.js';

export class File extends Blob {
  constructor(parts, name, { lastModified = Date.now(), ...options } = {}) {
    super(parts, options);
    this.name = String(name);
    this.lastModified = lastModified;
  }
}

const entry = (value, name) => (value instanceof Blob ? value instanceof File && name === undefined ? value
  : new File([value], name ?? value.name ?? 'blob', { type: value.type }) : String(value));

export class FormData {
  #entries = [];
  append(name, value, filename) { this.#entries.push([String(name), entry(value, filename)]); }
  set(name, value, filename) {
    const at = this.#entries.findIndex(([one]) => one === name);
    if (at < 0) return this.append(name, value, filename);
    this.#entries = this.#entries.filter(([one], i) => i <= at || one !== name);
    this.#entries[at] = [String(name), entry(value, filename)];
    return undefined;
  }
  delete(name) { this.#entries = this.#entries.filter(([one]) => one !== name); }
  get(name) { return this.#entries.find(([one]) => one === name)?.[1] ?? null; }
  getAll(name) { return this.#entries.filter(([one]) => one === name).map(([, value]) => value); }
  has(name) { return this.#entries.some(([one]) => one === name); }
  forEach(callback, self) { for (const [name, value] of this) callback.call(self, value, name, this); }
  * entries() { yield* this.#entries; }
  * keys() { for (const [name] of this.#entries) yield name; }
  * values() { for (const [, value] of this.#entries) yield value; }
  [Symbol.iterator]() { return this.entries(); }
}

const escaped = text => text.replace(/\r\n|\r|\n/g, '%0D%0A').replace(/"/g, '%22');

/** @returns {Promise<[Uint8Array, string]>} a form's bytes and their type */
export async function toMultipart(form) {
  const boundary = `----form${Array.from({ length: 24 }, () => Math.floor(Math.random() * 36).toString(36)).join('')}`;
  const parts = [];
  for (const [name, value] of form) {
    const file = value instanceof Blob ? `; filename="${escaped(value.name)}"\r\nContent-Type: ${value.type || 'application/octet-stream'}` : '';
    parts.push(encode(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"${file}\r\n\r\n`));
    parts.push(value instanceof Blob ? await value.bytes() : encode(value.replace(/\r\n|\r|\n/g, '\r\n')), encode('\r\n'));
  }
  parts.push(encode(`--${boundary}--\r\n`));
  return [concat(parts), `multipart/form-data; boundary=${boundary}`];
}

/** @throws {TypeError} if the bytes are no form of that type */
export function fromMultipart(bytes, type) {
  const boundary = /boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type)?.slice(1).find(Boolean);
  if (!boundary) throw new TypeError('a form without a boundary');
  const form = new FormData();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  const all = Buffer.concat([Buffer.from('\r\n'), bytes]);
  let at = find(all, delimiter, 0);
  for (;;) {
    if (at < 0) throw new TypeError('a form without an end');
    at += delimiter.length;
    if (latin1(all.subarray(at, at + 2)) === '--') return form;
    const body = find(all, Buffer.from('\r\n\r\n'), at);
    const end = body < 0 ? -1 : find(all, delimiter, body + 4);
    if (end < 0) throw new TypeError('a form without an end');
    const head = decode(all.subarray(at, body));
    const name = /;\s*name="([^"]*)"/i.exec(head)?.[1];
    const filename = /;\s*filename="([^"]*)"/i.exec(head)?.[1];
    if (name === undefined) throw new TypeError('a part of a form without a name');
    const content = Uint8Array.from(all.subarray(body + 4, end));
    const unescaped = text => text.replace(/%22/g, '"').replace(/%0D%0A/g, '\r\n');
    if (filename === undefined) form.append(unescaped(name), decode(content));
    else form.append(unescaped(name), new File([content], unescaped(filename), { type: /content-type:\s*([^\r\n]+)/i.exec(head)?.[1] ?? 'text/plain' }));
    at = end;
  }
}

export function fromUrlEncoded(text) {
  const form = new FormData();
  for (const [name, value] of new URLSearchParams(text)) form.append(name, value);
  return form;
}
