// node:stream/consumers: all that a stream gives, at once.

import { Blob, Buffer } from './buffer.js';

export async function buffer(stream) {
  const parts = [];
  for await (const part of stream) parts.push(typeof part === 'string' ? Buffer.from(part) : part);
  return Buffer.concat(parts);
}
export const text = async stream => new TextDecoder().decode(await buffer(stream));
export const json = async stream => JSON.parse(await text(stream));
export const arrayBuffer = async stream => Uint8Array.from(await buffer(stream)).buffer;
export const bytes = async stream => Uint8Array.from(await buffer(stream));
export const blob = async stream => new Blob([await buffer(stream)]);

export default { arrayBuffer, blob, buffer, bytes, json, text };
