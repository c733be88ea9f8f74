// node:buffer

import { find } from 'qjs:wasi';
import { decode, encode, isValid, latin1 } from '../core/utf8.js';
import { invalidArgument } from '../core/arguments.js';
import { inspect } from '../core/inspect.js';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Uint8Array(128).fill(64);
for (let i = 0; i < 64; i++) VALUES[DIGITS.charCodeAt(i)] = i;
VALUES[45] = 62;                // base64url's - and _
VALUES[95] = 63;

const encodings = {
  utf8: { bytes: encode, text: decode },
  latin1: { bytes: fromLatin1, text: latin1 },
  ascii: { bytes: text => encodings.latin1.bytes(text), text: bytes => latin1(bytes.map(byte => byte & 127)) },
  hex: { bytes: fromHex, text: bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('') },
  base64: { bytes: fromBase64, text: toBase64 },
  base64url: { bytes: fromBase64, text: bytes => toBase64(bytes).replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_') },
  utf16le: {
    bytes: text => new Uint8Array(Uint16Array.from({ length: text.length }, (_, i) => text.charCodeAt(i)).buffer),
    text(bytes) {
      let text = '';
      for (let i = 0; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes[i] | bytes[i + 1] << 8);
      return text;
    },
  },
};
function fromLatin1(text) {
  const ascii = encode(text);   // which is what most of it is
  return ascii.length === text.length ? ascii : Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

const names = { 'utf-8': 'utf8', binary: 'latin1', ucs2: 'utf16le', 'ucs-2': 'utf16le', 'utf-16le': 'utf16le' };

function encodingOf(name = 'utf8') {
  const lower = String(name ?? 'utf8').toLowerCase();
  const encoding = encodings[names[lower] ?? lower];
  if (!encoding) throw Object.assign(new TypeError(`Unknown encoding: ${name}`), { code: 'ERR_UNKNOWN_ENCODING' });
  return encoding;
}

const overlay = bytes => Object.setPrototypeOf(bytes, BufferPrototype);
const isBytes = value => value instanceof Uint8Array;

/** Old code calls it without new. */
export function Buffer(value, encodingOrOffset, length) {
  return typeof value === 'number' ? Buffer.alloc(value) : Buffer.from(value, encodingOrOffset, length);
}
Object.setPrototypeOf(Buffer, Uint8Array);
const BufferPrototype = Buffer.prototype = Object.create(Uint8Array.prototype, { constructor: { value: Buffer, writable: true, configurable: true } });

const statics = {
  poolSize: 8192,
  from(value, encodingOrOffset, length) {
    if (typeof value === 'string') return overlay(encodingOf(encodingOrOffset).bytes(value));
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return overlay(new Uint8Array(value, encodingOrOffset, length));
    if (ArrayBuffer.isView(value) || Array.isArray(value)) return overlay(Uint8Array.from(value));
    if (value?.type === 'Buffer' && Array.isArray(value.data)) return overlay(Uint8Array.from(value.data));
    const plain = value?.valueOf?.();
    if (plain != null && plain !== value) return Buffer.from(plain, encodingOrOffset, length);
    if (typeof value?.[Symbol.toPrimitive] === 'function') return Buffer.from(value[Symbol.toPrimitive]('string'), encodingOrOffset);
    if (typeof value?.length === 'number') return overlay(Uint8Array.from(value));
    throw invalidArgument('first argument', 'of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object', value);
  },
  alloc(size, fill, encoding) {
    if (typeof size !== 'number') throw invalidArgument('size', 'of type number', size);
    if (!(size >= 0 && size <= 2 ** 31 - 1)) throw Object.assign(new RangeError(`The value of "size" is out of range. It must be >= 0 && <= ${2 ** 31 - 1}. Received ${size}`), { code: 'ERR_OUT_OF_RANGE' });
    const buffer = overlay(new Uint8Array(size));
    return fill === undefined || fill === 0 ? buffer : buffer.fill(fill, encoding);
  },
  allocUnsafe: size => Buffer.alloc(size),
  allocUnsafeSlow: size => Buffer.alloc(size),
  of: (...bytes) => Buffer.from(bytes),
  isBuffer: value => value instanceof Buffer,
  isEncoding: name => typeof name === 'string' && (names[name.toLowerCase()] ?? name.toLowerCase()) in encodings,
  byteLength: (value, encoding) => (typeof value === 'string' ? encodingOf(encoding).bytes(value).length : value.byteLength),
  concat(list, length) {
    if (!Array.isArray(list)) throw invalidArgument('list', 'an instance of Array', list);
    length ??= list.reduce((sum, part) => sum + part.length, 0);
    const all = Buffer.alloc(length);
    let at = 0;
    for (const part of list) {
      if (at >= length) break;
      all.set(part.length > length - at ? part.subarray(0, length - at) : part, at);
      at += part.length;
    }
    return all;
  },
  compare(a, b) {
    for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
    return Math.sign(a.length - b.length);
  },
};

const methods = {
  toString(encoding, start = 0, end = this.length) {
    const { text } = encodingOf(encoding);
    start = Math.max(0, Math.trunc(start) || 0);
    end = Math.min(this.length, Math.trunc(end) || 0);
    return end <= start ? '' : text(new Uint8Array(this.buffer, this.byteOffset + start, end - start));
  },
  toLocaleString(encoding, start, end) { return this.toString(encoding, start, end); },
  toJSON() { return { type: 'Buffer', data: Array.from(this) }; },
  equals(other) {
    if (!isBytes(other)) throw invalidArgument('otherBuffer', 'an instance of Buffer or Uint8Array', other);
    return Buffer.compare(this, other) === 0;
  },
  compare(other, start = 0, end = other.length, from = 0, to = this.length) {
    return Buffer.compare(this.subarray(from, to), other.subarray(start, end));
  },
  copy(target, at = 0, start = 0, end = this.length) {
    const part = this.subarray(start, Math.min(end, start + target.length - at));
    target.set(part, at);
    return part.length;
  },
  slice(start, end) { return this.subarray(start, end); },
  subarray(start, end) {
    const part = Uint8Array.prototype.subarray.call(new Uint8Array(this.buffer, this.byteOffset, this.length), start, end);
    return overlay(part);
  },
  write(text, at = 0, length, encoding) {
    if (typeof at === 'string') [at, encoding] = [0, at];
    if (typeof length === 'string') [length, encoding] = [undefined, length];
    let bytes = encodingOf(encoding).bytes(text);
    const room = Math.min(length ?? Infinity, this.length - at);
    if (bytes.length > room) {
      bytes = bytes.subarray(0, room);
      if (!encoding || /^utf-?8$/i.test(encoding)) while (bytes.length && !isValid(bytes)) bytes = bytes.subarray(0, -1);
    }
    this.set(bytes, at);
    return bytes.length;
  },
  fill(value, start = 0, end = this.length, encoding) {
    if (typeof start === 'string') [start, encoding] = [0, start];
    if (typeof end === 'string') [end, encoding] = [this.length, end];
    if (typeof value === 'number' || typeof value === 'boolean') {
      Uint8Array.prototype.fill.call(this, value & 255, start, end);
      return this;
    }
    const bytes = typeof value === 'string' ? encodingOf(encoding).bytes(value) : value;
    if (!bytes.length) return this.fill(0, start, end);
    for (let i = start; i < end; i++) this[i] = bytes[(i - start) % bytes.length];
    return this;
  },
  indexOf(value, from = 0, encoding) { return search(this, value, from, encoding, 1); },
  lastIndexOf(value, from = this.length, encoding) { return search(this, value, from, encoding, -1); },
  includes(value, from, encoding) { return this.indexOf(value, from, encoding) >= 0; },
  swap16() { return swap(this, 2); },
  swap32() { return swap(this, 4); },
  swap64() { return swap(this, 8); },
  [inspect.custom]() {
    const more = this.length > 50 ? ` ... ${this.length - 50} more byte${this.length > 51 ? 's' : ''}` : '';
    return `<Buffer${Array.from(this.subarray(0, 50), byte => ' ' + byte.toString(16).padStart(2, '0')).join('')}${more}>`;
  },
};

// Not in Node's documentation, but used: busboy, and with it multer.
for (const name of [...Object.keys(encodings), 'ucs2']) {
  methods[`${name}Slice`] = function (start, end) { return this.toString(name, start, end); };
  methods[`${name}Write`] = function (text, at, length) { return this.write(text, at, length, name); };
}

function search(buffer, value, from, encoding, step) {
  if (typeof from === 'string') [from, encoding] = [step > 0 ? 0 : buffer.length, from];
  if (typeof value === 'number' && step > 0 && encoding === undefined) return Uint8Array.prototype.indexOf.call(buffer, value & 255, from);
  const bytes = typeof value === 'number' ? Uint8Array.of(value & 255) : typeof value === 'string' ? encodingOf(encoding).bytes(value) : value;
  if (step > 0 && bytes.length) return find(buffer, bytes, from < 0 ? Math.max(0, from + buffer.length) : from);
  if (from < 0) from += buffer.length;
  const last = buffer.length - bytes.length;
  for (let at = step > 0 ? Math.max(0, from) : Math.min(from, last); at >= 0 && at <= last; at += step) {
    let i = 0;
    while (i < bytes.length && buffer[at + i] === bytes[i]) i++;
    if (i === bytes.length) return at;
  }
  return -1;
}

function swap(buffer, size) {
  if (buffer.length % size) throw new RangeError(`Buffer size must be a multiple of ${size * 8}-bits`);
  for (let at = 0; at < buffer.length; at += size) buffer.subarray(at, at + size).reverse();
  return buffer;
}

const view = buffer => new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);

function inRange(buffer, at, size) {
  if (typeof at !== 'number') throw invalidArgument('offset', 'of type number', at);
  if (!Number.isInteger(at) && at === at) {
    throw Object.assign(new RangeError(`The value of "offset" is out of range. It must be an integer. Received ${at}`), { code: 'ERR_OUT_OF_RANGE' });
  }
  if (!Number.isInteger(at) || at < 0 || at + size > buffer.length) {
    const error = new RangeError(at + size > buffer.length && buffer.length < size ? 'Attempt to access memory outside buffer bounds'
      : `The value of "offset" is out of range. It must be >= 0 and <= ${buffer.length - size}. Received ${at}`);
    throw Object.assign(error, { code: 'ERR_OUT_OF_RANGE' });
  }
}

function fits(value, bits, signed) {
  const low = signed ? -(2 ** (bits - 1)) : 0, high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  if (value < low || value > high) {
    throw Object.assign(new RangeError(`The value of "value" is out of range. It must be >= ${low} and <= ${high}. Received ${value}`), { code: 'ERR_OUT_OF_RANGE' });
  }
}

// readUInt8 … writeDoubleBE, each with its small-u alias.
const numbers = { Int8: 8, UInt8: 8, Int16: 16, UInt16: 16, Int32: 32, UInt32: 32, BigInt64: 64, BigUInt64: 64, Float: 32, Double: 64 };
for (const [name, bits] of Object.entries(numbers)) {
  const size = bits / 8;
  const accessor = { Float: 'Float32', Double: 'Float64' }[name] ?? name.replace('UInt', 'Uint');
  for (const end of bits === 8 ? [''] : ['LE', 'BE']) {
    const read = function (at = 0) {
      inRange(this, at, size);
      return view(this)[`get${accessor}`](at, end === 'LE');
    };
    const write = function (value, at = 0) {
      inRange(this, at, size);
      if (/^U?Int/.test(name)) fits(value, bits, name.startsWith('I'));
      view(this)[`set${accessor}`](at, value, end === 'LE');
      return at + size;
    };
    for (const alias of new Set([name, name.replace('UInt', 'Uint')])) {
      methods[`read${alias}${end}`] = read;
      methods[`write${alias}${end}`] = write;
    }
  }
}

// readUIntLE(at, bytes) and the like, of one to six bytes.
for (const signed of [true, false]) {
  for (const little of [true, false]) {
    const name = `${signed ? 'Int' : 'UInt'}${little ? 'LE' : 'BE'}`;
    const read = function (at, size) {
      inRange(this, at, size);
      let value = 0;
      for (let i = 0; i < size; i++) value = value * 256 + this[little ? at + size - 1 - i : at + i];
      return signed && value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value;
    };
    const write = function (value, at, size) {
      inRange(this, at, size);
      fits(value, size * 8, signed);
      if (value < 0) value += 2 ** (size * 8);
      for (let i = 0; i < size; i++, value = Math.floor(value / 256)) this[little ? at + i : at + size - 1 - i] = value % 256;
      return at + size;
    };
    for (const alias of new Set([name, name.replace('UInt', 'Uint')])) {
      methods[`read${alias}`] = read;
      methods[`write${alias}`] = write;
    }
  }
}

// Those of Buffer itself are copied one by one by code that wants them safer (safer-buffer, which Express goes by).
for (const [target, table, enumerable] of [[Buffer, statics, true], [BufferPrototype, methods, false]]) {
  for (const key of Reflect.ownKeys(table)) Object.defineProperty(target, key, { value: table[key], writable: true, configurable: true, enumerable });
}
Object.defineProperty(BufferPrototype, 'parent', { get() { return this.buffer; }, configurable: true });
Object.defineProperty(BufferPrototype, 'offset', { get() { return this.byteOffset; }, configurable: true });

function fromHex(text) {
  const bytes = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    const pair = text.slice(i, i + 2);
    if (!/^[0-9a-f]{2}$/i.test(pair)) break;
    bytes.push(parseInt(pair, 16));
  }
  return Uint8Array.from(bytes);
}

function fromBase64(text) {
  const bytes = new Uint8Array(Math.ceil(text.length * 3 / 4));
  let at = 0, bits = 0, value = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 61) break;
    const digit = code < 128 ? VALUES[code] : 64;
    if (digit === 64) continue;
    value = (value << 6 | digit) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = value >> bits & 255;
    }
  }
  return bytes.slice(0, at);
}

function toBase64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const three = bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2];
    text += DIGITS[three >> 18] + DIGITS[three >> 12 & 63]
      + (i + 1 < bytes.length ? DIGITS[three >> 6 & 63] : '=') + (i + 2 < bytes.length ? DIGITS[three & 63] : '=');
  }
  return text;
}

export class Blob {
  #bytes;
  constructor(parts = [], { type = '' } = {}) {
    this.#bytes = Buffer.concat(parts.map(part => (part instanceof Blob ? part.#bytes : Buffer.from(part))));
    this.type = /[^\x20-\x7e]/.test(type) ? '' : String(type).toLowerCase();
  }
  stream() {
    const bytes = Uint8Array.from(this.#bytes);
    return new ReadableStream({ type: 'bytes', start(controller) { if (bytes.length) controller.enqueue(bytes); controller.close(); } });
  }
  get [Symbol.toStringTag]() { return 'Blob'; }
  [inspect.custom](depth, options) { return `${this.constructor.name} ${inspect({ size: this.size, type: this.type }, options)}`; }
  get size() { return this.#bytes.length; }
  async text() { return this.#bytes.toString(); }
  async arrayBuffer() { return Uint8Array.from(this.#bytes).buffer; }
  async bytes() { return Uint8Array.from(this.#bytes); }
  slice(start, end, type) { return new Blob([this.#bytes.subarray(start, end)], { type }); }
}

export const { atob, btoa } = globalThis;
/** From one encoding into another, where characters that the other has not are question marks. */
export function transcode(source, from, to) {
  const text = Buffer.from(source).toString(from);
  const target = encodingOf(to);
  if (target === encodings.latin1) return Buffer.from(text.replace(/[^\0-\xff]/gu, '?'), to);
  if (target === encodings.ascii) return Buffer.from(text.replace(/[^\0-\x7f]/gu, '?'), to);
  return Buffer.from(text, to);
}
export const SlowBuffer = size => Buffer.alloc(size);
export const resolveObjectURL = () => undefined;
export const isUtf8 = bytes => isValid(new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset, bytes.byteLength));
export const isAscii = bytes => new Uint8Array(bytes.buffer ?? bytes, bytes.byteOffset, bytes.byteLength).every(byte => byte < 128);
export const constants = { MAX_LENGTH: 2 ** 31 - 1, MAX_STRING_LENGTH: 2 ** 30 - 1 };
export const kMaxLength = constants.MAX_LENGTH;
export const INSPECT_MAX_BYTES = 50;

export default { Blob, Buffer, INSPECT_MAX_BYTES, atob, btoa, constants, isAscii, isUtf8, kMaxLength, kStringMaxLength: constants.MAX_STRING_LENGTH, resolveObjectURL, transcode, SlowBuffer, get File() { return globalThis.File; } };
