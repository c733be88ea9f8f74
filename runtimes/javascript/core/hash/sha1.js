// SHA-1 (FIPS 180-4).

import { digestOf, eachBlock } from './blocks.js';

const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
const K = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];

export function sha1(bytes) {
  const h = Int32Array.from(START), w = new Int32Array(80);
  eachBlock(bytes, false, (view, at) => {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
    for (let i = 16; i < 80; i++) {
      const x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
      w[i] = x << 1 | x >>> 31;
    }
    let [a, b, c, d, e] = h;
    for (let i = 0; i < 80; i++) {
      const f = i < 20 ? b & c | ~b & d : i >= 40 && i < 60 ? b & c | b & d | c & d : b ^ c ^ d;
      const next = (a << 5 | a >>> 27) + f + e + K[Math.floor(i / 20)] + w[i] | 0;
      e = d; d = c; c = b << 30 | b >>> 2; b = a; a = next;
    }
    [a, b, c, d, e].forEach((word, i) => { h[i] += word; });
  });
  return digestOf(h, false);
}
