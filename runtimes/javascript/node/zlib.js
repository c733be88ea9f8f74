// node:zlib: deflate and its wrappings. Compression has the fixed codes of the format, so that it saves a little less than zlib's;
// a stream that is expanded is kept until its end. Of Brotli there are the names.

import * as codec from 'qjs:codec';
import { absentFrom } from '../core/absent.js';
import { Buffer } from './buffer.js';
import { Transform } from './stream.js';

const { concat } = Buffer;        // as it is now: tar's zlib puts another in its place while this runs

const Z = {
  Z_NO_FLUSH: 0, Z_PARTIAL_FLUSH: 1, Z_SYNC_FLUSH: 2, Z_FULL_FLUSH: 3, Z_FINISH: 4, Z_BLOCK: 5,
  Z_OK: 0, Z_STREAM_END: 1, Z_NEED_DICT: 2, Z_ERRNO: -1, Z_STREAM_ERROR: -2, Z_DATA_ERROR: -3, Z_MEM_ERROR: -4, Z_BUF_ERROR: -5, Z_VERSION_ERROR: -6,
  Z_NO_COMPRESSION: 0, Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1, Z_DEFAULT_LEVEL: -1, Z_MIN_LEVEL: -1, Z_MAX_LEVEL: 9,
  Z_FILTERED: 1, Z_HUFFMAN_ONLY: 2, Z_RLE: 3, Z_FIXED: 4, Z_DEFAULT_STRATEGY: 0,
  Z_DEFAULT_WINDOWBITS: 15, Z_MIN_WINDOWBITS: 8, Z_MAX_WINDOWBITS: 15, Z_DEFAULT_MEMLEVEL: 8, Z_DEFAULT_CHUNK: 16384,
  BROTLI_OPERATION_PROCESS: 0, BROTLI_OPERATION_FLUSH: 1, BROTLI_OPERATION_FINISH: 2, BROTLI_PARAM_MODE: 0, BROTLI_PARAM_QUALITY: 1,
  BROTLI_DEFAULT_QUALITY: 11, BROTLI_MIN_QUALITY: 0, BROTLI_MAX_QUALITY: 11,
};
export const constants = Object.freeze({ ...Z });
export const codes = Object.freeze(Object.fromEntries(Object.entries(Z).filter(([name]) => /^Z_(OK|STREAM|NEED|ERRNO|DATA|MEM|BUF|VERSION)/.test(name))));

const CHUNK = Z.Z_DEFAULT_CHUNK;
const MOST = 2 ** 31 - 1;
const GZIP_HEAD = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
const NAME = 8, COMMENT = 16, EXTRA = 4, HEAD_CHECK = 2;

function bytesOf(data) {
  if (typeof data === 'string') return Buffer.from(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw Object.assign(new TypeError(`zlib takes a text, a Buffer or a typed array, not ${data === null ? 'null' : typeof data}`), { code: 'ERR_INVALID_ARG_TYPE' });
}

const fail = (message, code) => {
  throw Object.assign(new Error(message), { errno: Z[code], code });
};
const CUT_OFF = () => fail('unexpected end of file', 'Z_BUF_ERROR');

const levelOf = ({ level = -1 } = {}) => (level < 0 ? 6 : level);

// --- The wrappings: what stands before the compressed bytes, and what comes behind them.

const plain = { head: () => [], sum: () => 0, tail: () => [] };
const zlibFormat = {
  head: level => [0x78, level < 2 ? 0x01 : level < 6 ? 0x5e : level === 6 ? 0x9c : 0xda],
  sum: (before, bytes) => codec.adler32(before ?? 1, bytes),
  tail: sum => [sum >>> 24, sum >>> 16 & 255, sum >>> 8 & 255, sum & 255],
};
const little = number => [number & 255, number >>> 8 & 255, number >>> 16 & 255, number >>> 24 & 255];
const gzipFormat = { head: () => GZIP_HEAD, sum: (before, bytes) => codec.crc32(before ?? 0, bytes), tail: (sum, length) => [...little(sum), ...little(length)] };

/** Compresses piece by piece; what each gives can be read without the next. */
class Compressor {
  #format; #level; #sum; #length = 0; #begun = false;
  constructor(format, options) {
    this.#format = format;
    this.#level = levelOf(options);
  }
  take(bytes, last) {
    const parts = [];
    if (!this.#begun) parts.push(Uint8Array.from(this.#format.head(this.#level)));
    this.#begun = true;
    this.#sum = this.#format.sum(this.#sum, bytes);
    this.#length += bytes.length;
    parts.push(codec.deflate(bytes, this.#level, last));
    if (last) parts.push(Uint8Array.from(this.#format.tail(this.#sum, this.#length)));
    return concat(parts);
  }
}

// --- Expanding. Each takes the bytes and where to begin, and gives what they were and where they end.

function rawAt(bytes, at, most) {
  const result = codec.inflate(bytes.subarray(at), most);
  if (result === 1) CUT_OFF();
  if (result === 2) fail('invalid compressed data', 'Z_DATA_ERROR');
  if (result === 3) throw Object.assign(new RangeError(`Cannot create a Buffer larger than ${most} bytes`), { code: 'ERR_BUFFER_TOO_LARGE' });
  return [result[0], at + result[1]];
}

function zlibAt(bytes, at, most) {
  if (bytes.length < at + 2) CUT_OFF();
  if ((bytes[at] & 15) !== 8 || (bytes[at] << 8 | bytes[at + 1]) % 31) fail('incorrect header check', 'Z_DATA_ERROR');
  if (bytes[at + 1] & 32) fail('Missing dictionary', 'Z_NEED_DICT');
  const [text, end] = rawAt(bytes, at + 2, most);
  if (bytes.length < end + 4) CUT_OFF();
  if (Buffer.from(bytes.subarray(end, end + 4)).readUInt32BE(0) !== codec.adler32(1, text)) fail('incorrect data check', 'Z_DATA_ERROR');
  return [text, end + 4];
}

function gzipAt(bytes, at, most) {
  const need = count => { if (bytes.length < count) CUT_OFF(); };
  if (bytes.subarray(at, at + 3).some((byte, i) => byte !== GZIP_HEAD[i])) fail('incorrect header check', 'Z_DATA_ERROR');
  need(at + 10);
  const flags = bytes[at + 3];
  at += 10;
  if (flags & EXTRA) {
    need(at + 2);
    at += 2 + (bytes[at] | bytes[at + 1] << 8);
  }
  for (const text of [NAME, COMMENT]) {
    if (!(flags & text)) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) CUT_OFF();
    at = end + 1;
  }
  if (flags & HEAD_CHECK) at += 2;
  need(at);
  const [text, end] = rawAt(bytes, at, most);
  need(end + 8);
  const tail = Buffer.from(bytes.subarray(end, end + 8));
  if (tail.readUInt32LE(0) !== codec.crc32(0, text)) fail('incorrect data check', 'Z_DATA_ERROR');
  if (tail.readUInt32LE(4) !== text.length) fail('incorrect length check', 'Z_DATA_ERROR');
  return [text, end + 8];
}

/** All members of a gzip file, one behind the other. */
function gzipMembers(bytes, at, most) {
  const parts = [];
  for (let left = most; parts.length === 0 || (bytes[at] === 0x1f && bytes[at + 1] === 0x8b);) {
    const [text, end] = gzipAt(bytes, at, left);
    parts.push(text);
    left -= text.length;
    at = end;
  }
  return [concat(parts), at];
}

const either = (bytes, at, most) => (bytes[at] === 0x1f ? gzipMembers : zlibAt)(bytes, at, most);

function expand(format, data, { maxOutputLength = MOST } = {}) {
  const [text] = format(bytesOf(data), 0, maxOutputLength);
  return Buffer.from(text.buffer, text.byteOffset, text.length);
}

// --- Streams

class CompressorStream extends Transform {
  #compressor; #waiting = []; #bytes = 0;
  bytesWritten = 0;
  constructor(format, options) {
    super(options);
    this.#compressor = new Compressor(format, options);
  }
  _transform(chunk, encoding, done) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
    this.bytesWritten += bytes.length;
    if (this.#bytes >= CHUNK) this.#give(false);
    done();
  }
  #give(last) {
    const bytes = concat(this.#waiting);
    this.#waiting = [];
    this.#bytes = 0;
    this.push(this.#compressor.take(bytes, last));
  }
  _flush(done) {
    this.#give(true);
    done();
  }
  flush(kind, callback = kind) {
    if (this.#bytes) this.#give(false);
    if (typeof callback === 'function') queueMicrotask(callback);
  }
  close(callback) {
    if (callback) this.once('close', callback);
    this.destroy();
  }
  params(level, strategy, callback) { queueMicrotask(callback); }
  reset() {}
  // tar's zlib looks in here, to be synchronous.
  _handle = { close() {} };
  _processChunk(chunk, flag) { return this.#compressor.take(chunk, flag === Z.Z_FINISH); }
}

class ExpanderStream extends Transform {
  #format; #options; #waiting = [];
  bytesWritten = 0;
  constructor(format, options) {
    super(options);
    this.#format = format;
    this.#options = options;
  }
  _transform(chunk, encoding, done) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
    this.#waiting.push(bytes);
    this.bytesWritten += bytes.length;
    done();
  }
  _flush(done) {
    try {
      if (this.bytesWritten) this.push(expand(this.#format, concat(this.#waiting), this.#options));
      done();
    } catch (error) {
      done(error);
    }
  }
  flush(kind, callback = kind) {
    if (typeof callback === 'function') queueMicrotask(callback);
  }
  close(callback) {
    if (callback) this.once('close', callback);
    this.destroy();
  }
  reset() {}
  _handle = { close() {} };
  _processChunk(chunk, flag) {
    this.#waiting.push(chunk);
    this.bytesWritten += chunk.length;
    return flag === Z.Z_FINISH && this.bytesWritten ? expand(this.#format, concat(this.#waiting.splice(0)), this.#options) : Buffer.alloc(0);
  }
}

// --- What programs call, by the names that Node has

const zlib = { constants, codes, ...Z };
const absent = absentFrom('zlib', 'this JavaScript has gzip and deflate, no Brotli');

function offer(name, Stream, format, sync) {
  const verb = name[0].toLowerCase() + name.slice(1);
  // Some call these without `new`.
  zlib[name] = function (options) { return Reflect.construct(Stream, [format, options], new.target ?? Stream); };
  zlib[name].prototype = Stream.prototype;
  Object.defineProperty(zlib[name], 'name', { value: name });
  zlib[`create${name}`] = options => new Stream(format, options);
  zlib[`${verb}Sync`] = sync;
  zlib[verb] = (data, options, callback = options) => {
    if (typeof callback !== 'function') throw Object.assign(new TypeError(`zlib.${verb} takes a callback`), { code: 'ERR_INVALID_ARG_TYPE' });
    let results;
    try {
      results = [null, sync(data, options === callback ? undefined : options)];
    } catch (error) {
      results = [error];
    }
    globalThis.setImmediate(() => callback(...results));
  };
}

for (const [name, format] of [['Deflate', zlibFormat], ['Gzip', gzipFormat], ['DeflateRaw', plain]]) {
  offer(name, CompressorStream, format, (data, options) => new Compressor(format, options).take(bytesOf(data), true));
}
for (const [name, format] of [['Inflate', zlibAt], ['Gunzip', gzipMembers], ['InflateRaw', rawAt], ['Unzip', either]]) {
  offer(name, ExpanderStream, format, (data, options) => expand(format, data, options));
}
zlib.crc32 = (data, before = 0) => codec.crc32(before, bytesOf(data));

export const {
  Deflate, Inflate, Gzip, Gunzip, DeflateRaw, InflateRaw, Unzip, createDeflate, createInflate, createGzip, createGunzip, createDeflateRaw,
  createInflateRaw, createUnzip, deflate, inflate, gzip, gunzip, deflateRaw, inflateRaw, unzip,
  deflateSync, inflateSync, gzipSync, gunzipSync, deflateRawSync, inflateRawSync, unzipSync, crc32,
} = zlib;

// Not in the object that `require` gives: programs look there whether Brotli can be had.
const missing = name => () => absent(name);
export const BrotliCompress = missing('BrotliCompress'), BrotliDecompress = missing('BrotliDecompress'), createBrotliCompress = missing('createBrotliCompress'),
  createBrotliDecompress = missing('createBrotliDecompress'), brotliCompress = missing('brotliCompress'), brotliDecompress = missing('brotliDecompress'),
  brotliCompressSync = missing('brotliCompressSync'), brotliDecompressSync = missing('brotliDecompressSync');
export default zlib;
