// node:zlib, by its names alone: many programs ask for the module and use it only where the other side wants it. Whoever
// does compress gets an error that says so.

import { absentFrom } from '../core/absent.js';

const absent = absentFrom('zlib', 'this JavaScript has no compression');
const names = ['Deflate', 'Inflate', 'Gzip', 'Gunzip', 'DeflateRaw', 'InflateRaw', 'Unzip', 'BrotliCompress', 'BrotliDecompress'];

const zlib = { constants: {}, codes: {} };
for (const name of names) {
  zlib[name] = class { constructor() { absent(name); } };
  Object.defineProperty(zlib[name], 'name', { value: name });
  zlib[`create${name}`] = () => absent(`create${name}`);
  const verb = name[0].toLowerCase() + name.slice(1);
  zlib[verb] = (...args) => {
    const callback = args.at(-1);
    try {
      absent(verb);
    } catch (error) {
      if (typeof callback !== 'function') throw error;
      queueMicrotask(() => callback(error));
    }
  };
  zlib[`${verb}Sync`] = () => absent(`${verb}Sync`);
}

export const {
  constants, codes, Deflate, Inflate, Gzip, Gunzip, DeflateRaw, InflateRaw, Unzip, BrotliCompress, BrotliDecompress,
  createDeflate, createInflate, createGzip, createGunzip, createDeflateRaw, createInflateRaw, createUnzip, createBrotliCompress, createBrotliDecompress,
  deflate, inflate, gzip, gunzip, deflateRaw, inflateRaw, unzip, brotliCompress, brotliDecompress,
  deflateSync, inflateSync, gzipSync, gunzipSync, deflateRawSync, inflateRawSync, unzipSync, brotliCompressSync, brotliDecompressSync,
} = zlib;
export default zlib;
