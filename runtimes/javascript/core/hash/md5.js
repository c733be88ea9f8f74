// MD5 (RFC 1321).

import { digestOf, eachBlock } from './blocks.js';

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
const SHIFTS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const K = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

export function md5(bytes) {
  const h = Int32Array.from(START);
  eachBlock(bytes, true, (view, at) => {
    let [a, b, c, d] = h;
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const f = round === 0 ? b & c | ~b & d : round === 1 ? d & b | ~d & c : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
      const sum = a + f + K[i] + view.getInt32(at + word * 4, true) | 0;
      const shift = SHIFTS[round][i % 4];
      a = d; d = c; c = b;
      b = b + (sum << shift | sum >>> 32 - shift) | 0;
    }
    [a, b, c, d].forEach((word, i) => { h[i] += word; });
  });
  return digestOf(h, true);
}
