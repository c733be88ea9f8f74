// The kernel worker's window on the shared memory: where strings and bytes for the kernel's exports are put.

import { errnoError } from './errors.js';
import { view } from './view.js';

const ENOMEM = 48;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class Staging {
  constructor(kernel, memory) {
    this.kernel = kernel;
    this.memory = memory;
  }

  /** Room for `bytes` bytes. The view is good until the kernel is called again: the memory may grow. */
  room(bytes) {
    const address = this.kernel.kernel_staging(bytes);
    if (address === 0) {
      throw errnoError(ENOMEM, `hand ${bytes} bytes to the kernel`);
    }
    return view(this.memory, address, bytes);
  }

  /** Stages texts one behind the other. Answers the bytes of each. */
  texts(...texts) {
    const parts = texts.map((text) => encoder.encode(text));
    const room = this.room(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      room.set(part, at);
      at += part.length;
    }
    return parts.map((part) => part.length);
  }

  /** Stages a list of strings, each ended by a NUL, as argv and environ are. Answers their bytes. */
  list(strings) {
    return this.texts(strings.length > 0 ? `${strings.join('\0')}\0` : '')[0];
  }

  /**
   * Stages texts one behind the other, a byte for each character, without what TextEncoder costs.
   *
   * @returns {number} their bytes, or -1 if a character has none
   */
  latin1(...texts) {
    const length = texts.reduce((sum, text) => sum + text.length, 0);
    const room = this.room(length);
    let at = 0;
    let all = 0;
    for (const text of texts) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        all |= code;
        room[at++] = code;
      }
    }
    return all > 0xff ? -1 : length;
  }

  /** A copy of the first staged bytes, in memory that is not shared. */
  bytes(length) {
    return view(this.memory, this.kernel.kernel_staging(length), length).slice();
  }

  text(length, offset = 0) {
    return decoder.decode(this.bytes(offset + length).subarray(offset));
  }

  /** The staged 8-byte integers, as numbers. */
  numbers(count) {
    return Array.from(new BigInt64Array(this.bytes(count * 8).buffer), Number);
  }
}
