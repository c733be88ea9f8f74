// node:string_decoder

import { Buffer } from './buffer.js';
import { unfinished } from '../core/utf8.js';

const NOTHING = Buffer.alloc(0);

/** Text out of chunks of bytes that may end in the middle of a character. A function, because old code calls it on its own object. */
export function StringDecoder(encoding = 'utf8') {
  Buffer.from('', encoding);
  this.encoding = String(encoding ?? 'utf8').toLowerCase().replace('utf-8', 'utf8');
  Object.defineProperty(this, '_rest', { value: NOTHING, writable: true, configurable: true });
}

StringDecoder.prototype.write = function (chunk) {
  if (typeof chunk === 'string') return chunk;
  const all = this._rest.length ? Buffer.concat([this._rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const keep = this.encoding === 'utf8' ? unfinished(all) : this.encoding.startsWith('base64') ? all.length % 3
    : /^(utf16le|utf-16le|ucs-?2)$/.test(this.encoding) ? all.length % 2 : 0;
  this._rest = keep ? Buffer.from(all.subarray(all.length - keep)) : NOTHING;
  return all.toString(this.encoding, 0, all.length - keep);
};

StringDecoder.prototype.end = function (chunk) {
  const text = (chunk ? this.write(chunk) : '') + this._rest.toString(this.encoding);
  this._rest = NOTHING;
  return text;
};

export default { StringDecoder };
