// SHA-256 (FIPS 180-4).

import { digestOf, eachBlock } from './blocks.js';

const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every(prime => n % prime)) primes.push(n);
const fraction = root => Math.floor((root - Math.floor(root)) * 2 ** 32);
const START = primes.slice(0, 8).map(prime => fraction(Math.sqrt(prime)));
const K = primes.map(prime => fraction(cubeRoot(prime)));

// Math.cbrt may be off by an ulp, and 32 bits of the fraction are wanted: that is 35 of 53, so one step of Newton settles it.
function cubeRoot(n) {
  const x = Math.cbrt(n);
  return x - (x * x * x - n) / (3 * x * x);
}

export function sha256(bytes) {
  const h = Int32Array.from(START), w = new Int32Array(64);
  eachBlock(bytes, false, (view, at) => {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + i * 4);
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15], y = w[i - 2];
      const s0 = (x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3;
      const s1 = (y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10;
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      const s1 = (e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7);
      const t1 = k + s1 + (e & f ^ ~e & g) + K[i] + w[i] | 0;
      const s0 = (a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10);
      const t2 = s0 + (a & b ^ a & c ^ b & c) | 0;
      k = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((word, i) => { h[i] += word; });
  });
  return digestOf(h, false);
}
