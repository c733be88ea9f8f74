// node:crypto: random bytes, hashes, and keys made of passwords.

import * as codec from 'qjs:codec';
import * as os from 'qjs:os';
import { absentFrom } from '../core/absent.js';
import { invalidArgument } from '../core/arguments.js';
import { Buffer } from './buffer.js';
import { Transform } from './stream.js';

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

export function randomFill(buffer, ...more) {
  later(more.pop(), () => randomFillSync(buffer, ...more));
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

const failed = (code, message, Kind = Error) => Object.assign(new Kind(message), { code });

function bytesOf(data, encoding) {
  if (typeof data === 'string') return Buffer.from(data, encoding);
  if (data instanceof KeyObject) return data.export();
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  throw invalidArgument('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
}

const BLOCKS = { md5: 64, sha1: 64, sha224: 64, sha256: 64, sha384: 128, sha512: 128 };

function algorithm(name) {
  const plain = String(name).toLowerCase().replace(/^rsa-/, '').replace('-', '');
  if (!Object.hasOwn(BLOCKS, plain)) throw failed('ERR_OSSL_EVP_UNSUPPORTED', `Hash '${name}' is not there; there are: ${Object.keys(BLOCKS).join(', ')}`);
  return plain;
}

/** A sum of bytes; a stream, too, where it is used as one. */
class Hash {
  #parts; #digest; #done = false; #result;
  constructor(digest, parts = []) {
    this.#digest = digest;
    this.#parts = parts;
  }
  update(data, encoding) {
    if (this.#done) throw failed('ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    this.#parts.push(Buffer.from(bytesOf(data, encoding)));
    return this;
  }
  digest(encoding) {
    if (this.#done) throw failed('ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    this.#done = true;
    const result = this.#sum();
    return encoding && encoding !== 'buffer' ? result.toString(encoding) : result;
  }
  #sum() { return this.#result ??= Buffer.from(this.#digest(this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts)).buffer); }
  _transform(chunk, encoding, done) {
    this.update(chunk, encoding);
    done();
  }
  _flush(done) { done(null, this.#sum()); }
  copy() {
    if (this.#done) throw failed('ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
    return new Hash(this.#digest, [...this.#parts]);
  }
}
// What a stream is made of comes when it is first looked for: most hashes are never one.
Object.setPrototypeOf(Hash.prototype, Transform.prototype);
Object.assign(Hash.prototype, { destroyed: false, closed: false, errored: null, allowHalfOpen: true });
for (const [name, init] of [['_r', 'initReadable'], ['_w', 'initWritable']]) {
  Object.defineProperty(Hash.prototype, name, { get() {
    Object.defineProperty(this, name, { value: undefined, writable: true, configurable: true });
    this[init]({});
    return this[name];
  } });
}

export function createHash(name) {
  const known = algorithm(name);
  return new Hash(data => codec.digest(known, data));
}
export const hash = (name, data, encoding = 'hex') => createHash(name).update(data).digest(encoding);

export function hkdfSync(hash, key, salt, info, length) {
  const hmac = (secret, data) => createHmac(hash, secret).update(data).digest();
  const given = bytesOf(salt), secret = hmac(given.length ? given : Buffer.alloc(createHash(hash).digest().length), bytesOf(key));
  const parts = [];
  for (let size = 0, last = Buffer.alloc(0); size < length; size += last.length) parts.push(last = hmac(secret, Buffer.concat([last, bytesOf(info), Buffer.from([parts.length + 1])])));
  return Uint8Array.from(Buffer.concat(parts).subarray(0, length)).buffer;
}
export function hkdf(hash, key, salt, info, length, callback) { later(callback, () => hkdfSync(hash, key, salt, info, length)); }
export function createHmac(name, key) {
  const known = algorithm(name), block = BLOCKS[known];
  let secret = bytesOf(key);
  if (secret.length > block) secret = codec.digest(known, secret);
  const pad = byte => Uint8Array.from({ length: block }, (_, i) => (secret[i] ?? 0) ^ byte);
  return new Hash(data => codec.digest(known, Buffer.concat([pad(0x5c), codec.digest(known, Buffer.concat([pad(0x36), data]))])));
}

export const getHashes = () => Object.keys(BLOCKS);
export const getCiphers = () => [];
export const getCurves = () => [];

export function timingSafeEqual(a, b) {
  if (a.byteLength !== b.byteLength) throw failed('ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', 'Input buffers must have the same byte length', RangeError);
  const [x, y] = [bytesOf(a), bytesOf(b)];
  let different = 0;
  for (let i = 0; i < x.length; i++) different |= x[i] ^ y[i];
  return different === 0;
}

// --- Keys

function size(value, name, least = 0, most = 2 ** 31 - 1) {
  if (!Number.isInteger(value) || value < least || value > most) throw failed('ERR_OUT_OF_RANGE', `${name} must be an integer from ${least} to ${most}, not ${value}`, RangeError);
  return value;
}

export function pbkdf2Sync(password, salt, iterations, length, digest) {
  const result = Buffer.alloc(size(length, 'keylen'));
  codec.pbkdf2(result, bytesOf(password), bytesOf(salt), size(iterations, 'iterations', 1), algorithm(digest));
  return result;
}
export function pbkdf2(...args) {
  later(args.pop(), () => pbkdf2Sync(...args));
}

export function scryptSync(password, salt, length, options = {}) {
  const n = options.N ?? options.cost ?? 16384, r = options.r ?? options.blockSize ?? 8, p = options.p ?? options.parallelization ?? 1;
  const most = options.maxmem ?? 32 * 1024 * 1024;
  if (![n, r, p].every(each => Number.isInteger(each) && each > 0) || n < 2 || n & n - 1 || r * p >= 2 ** 30) {
    throw failed('ERR_CRYPTO_INVALID_SCRYPT_PARAMS', `scrypt takes a cost that is a power of two, and sizes above 0, not N=${n}, r=${r}, p=${p}`, RangeError);
  }
  if (128 * r * (n + p + 2) > most) throw failed('ERR_CRYPTO_INVALID_SCRYPT_PARAMS', `scrypt needs ${128 * n * r} bytes, and maxmem allows ${most}`, RangeError);
  const result = Buffer.alloc(size(length, 'keylen'));
  if (!codec.scrypt(result, bytesOf(password), bytesOf(salt), n, r, p)) throw failed('ERR_OUT_OF_MEMORY', `scrypt found no ${128 * n * r} bytes of memory`);
  return result;
}
export function scrypt(...args) {
  later(args.pop(), () => scryptSync(...args));
}

/** A secret key; there are no others here. */
export class KeyObject {
  #bytes;
  constructor(type, bytes) {
    if (type !== 'secret') absent(`KeyObject of type ${type}`);
    this.#bytes = Buffer.from(bytes);
  }
  get type() { return 'secret'; }
  get symmetricKeySize() { return this.#bytes.length; }
  export({ format } = {}) { return format === 'jwk' ? { kty: 'oct', k: this.#bytes.toString('base64url') } : Buffer.from(this.#bytes); }
  equals(other) { return other instanceof KeyObject && Buffer.compare(this.#bytes, other.export()) === 0; }
}
export const createSecretKey = (key, encoding) => new KeyObject('secret', bytesOf(key, encoding));

const absent = absentFrom('crypto', 'this JavaScript has hashes, HMAC, pbkdf2, scrypt and random bytes, no ciphers and no public keys');
const missing = name => () => absent(name);
export const createCipheriv = missing('createCipheriv'), createDecipheriv = missing('createDecipheriv'), createSign = missing('createSign'),
  createVerify = missing('createVerify'), sign = missing('sign'), verify = missing('verify'), createPrivateKey = missing('createPrivateKey'),
  createPublicKey = missing('createPublicKey'), generateKeyPair = missing('generateKeyPair'), generateKeyPairSync = missing('generateKeyPairSync'),
  createDiffieHellman = missing('createDiffieHellman'), createECDH = missing('createECDH'), publicEncrypt = missing('publicEncrypt'),
  privateDecrypt = missing('privateDecrypt');

// --- What browsers have

/** A key of subtle's: HMAC's alone. */
export class CryptoKey {
  #bytes;
  constructor(bytes, hash, extractable, usages) {
    this.#bytes = bytes;
    Object.assign(this, { type: 'secret', extractable, algorithm: { name: 'HMAC', hash: { name: hash }, length: bytes.length * 8 }, usages });
  }
  static bytes(key) { return key.#bytes; }
}
const { bytes: keyBytes } = CryptoKey;
delete CryptoKey.bytes;

const unsupported = what => Object.assign(new Error(`crypto.subtle: ${what} is not there; there are digests and HMAC`), { name: 'NotSupportedError' });

export const subtle = {
  /** Of SHA-1, SHA-256, SHA-384 and SHA-512. */
  async digest(name, data) {
    const wanted = String(name?.name ?? name);
    if (!/^sha-(1|256|384|512)$/i.test(wanted)) {
      throw Object.assign(new Error(`crypto.subtle.digest: '${wanted}' is not there; there are SHA-1, SHA-256, SHA-384, SHA-512`), { name: 'NotSupportedError' });
    }
    return codec.digest(algorithm(wanted), bytesOf(data)).buffer;
  },
  async importKey(format, data, wanted, extractable, usages) {
    const name = String(wanted?.name ?? wanted).toUpperCase();
    if (name !== 'HMAC' || format !== 'raw' && format !== 'jwk') throw unsupported(`a key for ${name} (${format})`);
    return new CryptoKey(Uint8Array.from(format === 'jwk' ? Buffer.from(data.k, 'base64url') : bytesOf(data)), String(wanted.hash?.name ?? wanted.hash).toUpperCase(), extractable, [...usages]);
  },
  async generateKey(wanted, extractable, usages) {
    const name = String(wanted?.name ?? wanted).toUpperCase();
    if (name !== 'HMAC') throw unsupported(`a key for ${name}`);
    const hash = String(wanted.hash?.name ?? wanted.hash).toUpperCase();
    return new CryptoKey(Uint8Array.from(randomBytes(wanted.length ? wanted.length / 8 : BLOCKS[algorithm(hash)])), hash, extractable, [...usages]);
  },
  async exportKey(format, key) {
    if (!key.extractable) throw new DOMException('key is not extractable', 'InvalidAccessError');
    if (format === 'raw') return Uint8Array.from(keyBytes(key)).buffer;
    if (format !== 'jwk') throw unsupported(`a key as ${format}`);
    return { kty: 'oct', k: Buffer.from(keyBytes(key)).toString('base64url'), alg: `HS${key.algorithm.hash.name.slice(4)}`, key_ops: key.usages, ext: true };
  },
  async sign(wanted, key, data) {
    if (!key.usages.includes('sign')) throw new DOMException('Unable to use this key to sign', 'InvalidAccessError');
    return Uint8Array.from(createHmac(key.algorithm.hash.name, keyBytes(key)).update(bytesOf(data)).digest()).buffer;
  },
  async verify(wanted, key, signature, data) {
    if (!key.usages.includes('verify')) throw new DOMException('Unable to use this key to verify', 'InvalidAccessError');
    const own = createHmac(key.algorithm.hash.name, keyBytes(key)).update(bytesOf(data)).digest(), given = bytesOf(signature);
    return own.length === given.length && timingSafeEqual(own, given);
  },
};
export const webcrypto = { CryptoKey, getRandomValues, randomUUID, subtle };
export const constants = {};
export default {
  KeyObject, constants, createCipheriv, createDecipheriv, createDiffieHellman, createECDH, createHash, createHmac, createPrivateKey, createPublicKey,
  createSecretKey, createSign, createVerify, generateKeyPair, generateKeyPairSync, getCiphers, getCurves, getHashes, getRandomValues, hash, hkdf, hkdfSync, pbkdf2,
  pbkdf2Sync, privateDecrypt, publicEncrypt, randomBytes, randomFill, randomFillSync, randomInt, randomUUID, scrypt, scryptSync, sign, subtle,
  timingSafeEqual, verify, webcrypto,
};
