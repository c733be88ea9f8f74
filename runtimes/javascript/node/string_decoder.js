// node:string_decoder

import { Buffer } from './buffer.js';
import { unfinished } from '../core/utf8.js';

/** Text out of chunks of bytes that may end in the middle of a character. */
export class StringDecoder {
  #rest = Buffer.alloc(0);

  constructor(encoding = 'utf8') {
    Buffer.from('', encoding);
    this.encoding = String(encoding).toLowerCase().replace('utf-8', 'utf8');
  }

  write(chunk) {
    if (typeof chunk === 'string') return chunk;
    const all = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const keep = this.encoding === 'utf8' ? unfinished(all) : this.encoding.startsWith('base64') ? all.length % 3
      : /^(utf16le|utf-16le|ucs-?2)$/.test(this.encoding) ? all.length % 2 : 0;
    this.#rest = Buffer.from(all.subarray(all.length - keep));
    return all.toString(this.encoding, 0, all.length - keep);
  }

  end(chunk) {
    const text = (chunk ? this.write(chunk) : '') + this.#rest.toString(this.encoding);
    this.#rest = Buffer.alloc(0);
    return text;
  }
}

export default { StringDecoder };
