// node:crypto: random bytes and hashes.

import * as os from 'qjs:os';
import { Buffer } from './buffer.js';
import { sha1 } from '../core/hash/sha1.js';
import { sha256 } from '../core/hash/sha256.js';
import { md5 } from '../core/hash/md5.js';

const algorithms = { sha256, sha1, md5 };

/** Bytes of the system's random generator; @throws {Error} where there is none: never of Math.random's */
export function randomFillSync(buffer, offset = 0, size = buffer.byteLength - offset) {
  let fd = -1;
  for (const device of ['/dev/urandom', '/dev/random']) {
    if (fd < 0) fd = os.open(device, os.O_RDONLY);
  }
  if (fd < 0) throw Object.assign(new Error('No random bytes: there is neither /dev/urandom nor /dev/random here'), { code: 'ERR_CRYPTO_OPERATION_FAILED' });
  try {
    for (let done = 0; done < size;) {
      const count = os.read(fd, buffer.buffer, buffer.byteOffset + offset + done, size - done);
      if (count <= 0) throw Object.assign(new Error('The system\'s random device gave no more bytes'), { code: 'ERR_CRYPTO_OPERATION_FAILED' });
      done += count;
    }
  } finally {
    os.close(fd);
  }
  return buffer;
}

const later = (callback, make) => {
  let results;
  try {
    results = [null, make()];
  } catch (error) {
    results = [error];
  }
  globalThis.setImmediate(() => callback(...results));
};

export function randomBytes(size, callback) {
  const make = () => randomFillSync(Buffer.alloc(size));
  return callback ? later(callback, make) : make();
}

export function randomInt(low, high, callback) {
  if (typeof high !== 'number') [low, high, callback] = [0, low, high];
  const range = high - low;
  if (!(range > 0 && range <= 2 ** 48)) throw Object.assign(new RangeError('randomInt takes min < max, at most 2**48 apart'), { code: 'ERR_OUT_OF_RANGE' });
  const make = () => {
    const limit = 2 ** 48 - 2 ** 48 % range;
    for (;;) {
      const value = randomBytes(6).readUIntBE(0, 6);
      if (value < limit) return low + value % range;
    }
  };
  return callback ? later(callback, make) : make();
}

export function randomUUID() {
  const bytes = randomBytes(16);
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function getRandomValues(array) {
  randomFillSync(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return array;
}

const bytesOf = (data, encoding) => (typeof data === 'string' ? Buffer.from(data, encoding)
  : ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));

function algorithm(name) {
  const found = algorithms[String(name).toLowerCase().replace('-', '')];
  if (!found) throw Object.assign(new Error(`Hash '${name}' is not there; there are: ${Object.keys(algorithms).join(', ')}`), { code: 'ERR_OSSL_EVP_UNSUPPORTED' });
  return found;
}

class Hash {
  #parts = []; #digest; #done = false;
  constructor(digest) { this.#digest = digest; }
  update(data, encoding) {
    if (this.#done) throw Object.assign(new Error('Digest already called'), { code: 'ERR_CRYPTO_HASH_FINALIZED' });
    this.#parts.push(Buffer.from(bytesOf(data, encoding)));
    return this;
  }
  digest(encoding) {
    if (this.#done) throw Object.assign(new Error('Digest already called'), { code: 'ERR_CRYPTO_HASH_FINALIZED' });
    this.#done = true;
    const result = Buffer.from(this.#digest(Buffer.concat(this.#parts)));
    return encoding && encoding !== 'buffer' ? result.toString(encoding) : result;
  }
}

export const createHash = name => new Hash(algorithm(name));
export const hash = (name, data, encoding = 'hex') => createHash(name).update(data).digest(encoding);

export function createHmac(name, key) {
  const digest = algorithm(name), block = 64;
  let secret = bytesOf(key);
  if (secret.length > block) secret = digest(secret);
  const pad = byte => Buffer.from(Array.from({ length: block }, (_, i) => (secret[i] ?? 0) ^ byte));
  return new Hash(data => digest(Buffer.concat([pad(0x5c), digest(Buffer.concat([pad(0x36), data]))])));
}

export const getHashes = () => Object.keys(algorithms);

export function timingSafeEqual(a, b) {
  if (a.byteLength !== b.byteLength) throw Object.assign(new RangeError('Input buffers must have the same byte length'), { code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH' });
  const [x, y] = [bytesOf(a), bytesOf(b)];
  let different = 0;
  for (let i = 0; i < x.length; i++) different |= x[i] ^ y[i];
  return different === 0;
}

const names = { 'SHA-1': 'sha1', 'SHA-256': 'sha256' };
const subtle = {
  /** Of SHA-1 and SHA-256. */
  async digest(name, data) {
    const known = names[String(name?.name ?? name).toUpperCase()];
    if (!known) throw Object.assign(new Error(`crypto.subtle.digest: '${name?.name ?? name}' is not there yet in this JavaScript; there are ${Object.keys(names).join(', ')}`), { name: 'NotSupportedError' });
    const bytes = createHash(known).update(new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength)).digest();
    return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  },
};
export const webcrypto = { getRandomValues, randomUUID, subtle };
export default { createHash, createHmac, getHashes, getRandomValues, hash, randomBytes, randomFillSync, randomInt, randomUUID, timingSafeEqual, webcrypto };
