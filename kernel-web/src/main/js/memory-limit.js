// Bounds the linear memory of a program before it is compiled: rewrites the maximum that the module declares. What it
// asks for beyond that, memory.grow refuses it, and its malloc fails.
import { NotRunnable } from './not-runnable.js';

const PAGE = 65_536;
/** Pages that a program may have if nothing else is said: 1 GiB. */
export const DEFAULT_PAGES = 16_384;

const IMPORTS = 2;
const MEMORIES = 5;
const HEADER = 8;
const SHARED = 2;
const UNITS = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** The pages that `limits.memory` allows; the kernel says what is wrong with one that means nothing. */
export function pagesOf(memory) {
  const match = /^(\d+)\s*(|B|KiB|MiB|GiB)$/.exec(String(memory ?? DEFAULT_PAGES * PAGE));
  return match ? Math.min(Math.floor(match[1] * UNITS[match[2]] / PAGE), DEFAULT_PAGES) : DEFAULT_PAGES;
}

/** The key of a module of these bytes or this file: another one for each limit. */
export function keyOf(what, pages) {
  return pages === DEFAULT_PAGES ? what : `${what}/${pages}`;
}

/** A size as people say it. */
export function sizeOf(pages) {
  return pages % 16 === 0 ? `${pages / 16} MiB` : `${pages * 64} KiB`;
}

/** Walks over a module's bytes. Reading beyond the end gives `undefined`, which ends in NaN and in a module left alone. */
class Reader {
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 127) * shift;
      if (!(byte & 128)) {
        return byte === undefined ? NaN : value;
      }
    }
  }

  skip(count) {
    this.at += count;
  }

  /** A value or reference type: some are followed by a heap type. */
  type() {
    const byte = this.byte();
    if (byte === 0x63 || byte === 0x64) {
      this.number();
    }
  }

  /** Minimum and maximum (undefined if it has none) of a table or memory. */
  limits() {
    const flags = this.byte();
    const minimum = this.number();
    return { flags, minimum, maximum: flags & 1 ? this.number() : undefined };
  }
}

function encode(number) {
  const bytes = [];
  do {
    bytes.push(number % 128 | (number >= 128 ? 128 : 0));
    number = Math.floor(number / 128);
  } while (number > 0);
  return bytes;
}

/** Where a module says what its memories are: `{ start, end, flags, minimum, maximum, section }`, each. */
export function findMemories(bytes) {
  const memories = [];
  const reader = new Reader(bytes, HEADER);
  while (reader.at < bytes.length) {
    const section = { start: reader.at, id: reader.byte(), size: reader.number(), body: reader.at };
    const found = () => {
      const start = reader.at;
      memories.push({ section, start, ...reader.limits(), end: reader.at });
    };
    if (section.id === IMPORTS) {
      for (let count = reader.number(); count > 0 && reader.at < section.body + section.size; count--) {
        reader.skip(reader.number());
        reader.skip(reader.number());
        readImport(reader, found);
      }
    } else if (section.id === MEMORIES) {
      for (let count = reader.number(); count > 0 && reader.at < section.body + section.size; count--) {
        found();
      }
      break;
    } else if (section.id > MEMORIES && section.id <= 11) {
      break;
    }
    reader.at = section.body + section.size;
  }
  return memories;
}

function readImport(reader, onMemory) {
  switch (reader.byte()) {
    case 0:
      reader.number();
      break;
    case 1:
      reader.type();
      reader.limits();
      break;
    case 2:
      onMemory();
      break;
    case 3:
      reader.type();
      reader.byte();
      break;
    default:
      reader.byte();
      reader.number();
      break;
  }
}

/**
 * The bytes of a module whose memory can have at most so many pages: the same array if it declares that much or less.
 * Throws NotRunnable if it begins with more.
 */
export function limitMemory(bytes, pages, name) {
  const memories = findMemories(bytes);
  if (memories.length > 1 || memories.some(({ flags }) => flags > 3)) {
    throw new NotRunnable(126, `${name}: it has several memories, or one of 64 bits, whose size cannot be limited`);
  }
  const [memory] = memories;
  if (!memory) {
    return bytes;
  }
  if (memory.minimum > pages) {
    throw new NotRunnable(126, `${name}: it needs ${sizeOf(memory.minimum)} of memory to begin with, more than its limit `
      + `of ${sizeOf(pages)} (limits.memory)`);
  }
  return !(memory.maximum <= pages) && memory.minimum >= 0 ? rewrite(bytes, memory, pages) : bytes;
}

/**
 * The memory that a module imports, as `new WebAssembly.Memory` wants it described, with at most so many pages; null if
 * it brings its own. An engine knows these limits and does not tell.
 */
export function importedMemory(bytes, pages) {
  const memory = findMemories(bytes).find(({ section }) => section.id === IMPORTS);
  return memory ? {
    initial: memory.minimum, maximum: Math.min(memory.maximum ?? pages, pages), shared: (memory.flags & SHARED) !== 0,
  } : null;
}

function rewrite(bytes, { section, start, end, flags, minimum }, pages) {
  const limits = [flags | 1, ...encode(minimum), ...encode(pages)];
  const size = section.size - (end - start) + limits.length;
  const head = [section.id, ...encode(size)];
  const rewritten = new Uint8Array(section.start + head.length + size + bytes.length - (section.body + section.size));
  let at = 0;
  for (const part of [bytes.subarray(0, section.start), head, bytes.subarray(section.body, start), limits,
    bytes.subarray(end)]) {
    rewritten.set(part, at);
    at += part.length;
  }
  return rewritten;
}
