// CompressionStream and DecompressionStream, over node:zlib's streams.

import { Duplex } from '../../node/stream.js';
import zlib from '../../node/zlib.js';

const FORMATS = { gzip: ['Gzip', 'Gunzip'], deflate: ['Deflate', 'Inflate'], 'deflate-raw': ['DeflateRaw', 'InflateRaw'] };

class Coding {
  #pair;
  constructor(format, which) {
    if (!Object.hasOwn(FORMATS, format)) throw new TypeError(`There is no format '${format}'; there are: ${Object.keys(FORMATS).join(', ')}`);
    this.#pair = Duplex.toWeb(zlib[`create${FORMATS[format][which]}`]());
  }
  get readable() { return this.#pair.readable; }
  get writable() { return this.#pair.writable; }
}

export class CompressionStream extends Coding {
  constructor(format) { super(format, 0); }
}

export class DecompressionStream extends Coding {
  constructor(format) { super(format, 1); }
}
