// The zip format (PKWARE's APPNOTE), as far as folders need it: entries stored or deflated, zip64, UTF-8 names, symlinks.
import { OsError } from './errors.js';

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR64_BYTES = 20;
/** The most that can follow the end record: a comment. */
const MOST_COMMENT = 0xffff;
/** Stands for a number that is in a zip64 field. */
const IN_ZIP64 = 0xffffffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const UTF8 = 0x0800;
/** "Made by": Unix, so that the mode counts. */
const UNIX = 3;
const FORMAT = 0o170000;
const SYMLINK = 0o120000;
const EXTRA_ZIP64 = 1;
const EXTRA_TIMES = 0x5455;
/** Names without the UTF-8 flag are, if they are not UTF-8 all the same, in the code page of the first PCs. */
const CP437 = 'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true });

const CRC = new Uint32Array(256).map((_, i) => {
  let c = i;
  for (let bit = 0; bit < 8; bit++) {
    c = c & 1 ? 0xedb88320 ^ c >>> 1 : c >>> 1;
  }
  return c;
});

/** CRC-32 of bytes, going on from an earlier one. */
function crc32(bytes, crc = 0) {
  let c = ~crc;
  for (let i = 0; i < bytes.length; i++) {
    c = CRC[(c ^ bytes[i]) & 0xff] ^ c >>> 8;
  }
  return ~c >>> 0;
}

function bad(what) {
  return new OsError('EINVAL', `mount: ${what} (EINVAL). Nothing of the zip was mounted.`);
}

function broken(name, what) {
  return new OsError('EIO', `mount: ${name} in the zip is damaged: ${what} (EIO). Make the zip again.`);
}

/** Whether bytes begin as a zip does; an empty one consists of its end record. */
export function isZip(bytes) {
  const start = bytes.length >= END_BYTES ? viewOf(bytes).getUint32(0, true) : 0;
  return start === LOCAL || start === END;
}

function viewOf(bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a zip's directory. Everything that can be refused without unpacking is refused here.
 *
 * @param {Uint8Array} zip
 * @param {number} room bytes that there is room for
 * @returns {{name: string, kind: 'file'|'directory'|'symlink', size: number, mtimeMs: number, parts: () =>
 *     AsyncIterable<Uint8Array>}[]} names without a slash at the end; parts checks size and CRC as it goes
 * @throws {OsError} EINVAL, ENOSPC
 */
export function readZip(zip, room) {
  const view = viewOf(zip);
  const directory = findDirectory(view);
  const entries = [];
  let at = directory.start;
  let packed = 0;
  let unpacked = 0;
  for (let i = 0; i < directory.count; i++) {
    if (at + CENTRAL_BYTES > directory.end || view.getUint32(at, true) !== CENTRAL) {
      throw bad('the zip is damaged: its list of files is cut off');
    }
    const { entry, next } = readEntry(zip, view, at, directory);
    entries.push(entry);
    packed += entry.packed;
    unpacked += entry.size;
    at = next;
  }
  if (packed > zip.length) {
    throw bad('files of the zip lie over one another, as in a zip bomb');
  }
  if (unpacked > room) {
    throw new OsError('ENOSPC', `mount: the zip unpacks to ${unpacked} bytes, and there is room for ${room} (ENOSPC). Delete `
      + 'files, or boot with a larger memory.');
  }
  return entries;
}

function findDirectory(view) {
  const length = view.byteLength;
  for (let at = length - END_BYTES; at >= Math.max(0, length - END_BYTES - MOST_COMMENT); at--) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === length) {
      return directoryAt(view, at);
    }
  }
  throw bad('the bytes are no zip, or its end is missing');
}

function directoryAt(view, end) {
  let count = view.getUint16(end + 10, true);
  let size = view.getUint32(end + 12, true);
  let offset = view.getUint32(end + 16, true);
  let last = end;
  const locator = end - LOCATOR64_BYTES;
  if (locator >= 0 && view.getUint32(locator, true) === LOCATOR64) {
    // What stands before the zip shifts its offsets; the record lies right before its locator then, too.
    const record = Math.min(number64(view, locator + 8), locator - END64_BYTES);
    if (record < 0 || view.getUint32(record, true) !== END64) {
      throw bad('the zip is damaged: its end record cannot be found');
    }
    count = number64(view, record + 32);
    size = number64(view, record + 40);
    offset = number64(view, record + 48);
    last = record;
  }
  const start = last - size;
  if (start < 0 || offset > start) {
    throw bad('the zip is damaged: its list of files lies outside of it');
  }
  return { count, start, end: last, shift: start - offset };
}

function number64(view, at) {
  return Number(view.getBigUint64(at, true));
}

function readEntry(zip, view, at, { end, shift }) {
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const nameBytes = view.getUint16(at + 28, true);
  const extraBytes = view.getUint16(at + 30, true);
  const next = at + CENTRAL_BYTES + nameBytes + extraBytes + view.getUint16(at + 32, true);
  if (next > end) {
    throw bad('the zip is damaged: its list of files is cut off');
  }
  const nameAt = at + CENTRAL_BYTES;
  let name = decodeName(zip.subarray(nameAt, nameAt + nameBytes), flags);
  const fields = {
    size: view.getUint32(at + 24, true), packed: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true),
    mtimeMs: dosTime(view.getUint16(at + 12, true), view.getUint16(at + 14, true)),
  };
  readExtra(view, nameAt + nameBytes, extraBytes, fields);
  const mode = view.getUint8(at + 5) === UNIX ? view.getUint16(at + 40, true) : 0;
  const isSymlink = (mode & FORMAT) === SYMLINK;
  const kind = name.endsWith('/') ? 'directory' : isSymlink ? 'symlink' : 'file';
  name = kind === 'directory' ? name.slice(0, -1) : name;
  if (/^\/|\\|\0/.test(name) || name.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw bad(`the zip holds ${JSON.stringify(name)}, which is not the name of something inside a folder`);
  }
  if (flags & ENCRYPTED) {
    throw bad(`${name} in the zip is encrypted: unpack it first`);
  }
  if (method !== STORED && method !== DEFLATED) {
    throw bad(`${name} in the zip is compressed by method ${method}; only deflate (8) can be unpacked here`);
  }
  if (method === STORED && fields.size !== fields.packed) {
    throw bad(`${name} in the zip is stored, and yet has two sizes`);
  }
  const crc = view.getUint32(at + 16, true);
  const { size, packed, mtimeMs } = fields;
  const data = () => dataOf(zip, view, fields.offset + shift, packed, name);
  const parts = () => checked(method === STORED ? slices(data()) : inflated(data()), { name, size, crc });
  return { entry: { name, kind, size, packed, mtimeMs, parts }, next };
}

function decodeName(bytes, flags) {
  try {
    return strict.decode(bytes);
  } catch {
    if (flags & UTF8) {
      throw bad('a name in the zip is said to be UTF-8, and is not');
    }
    return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : CP437[byte - 128])).join('');
  }
}

function readExtra(view, start, length, fields) {
  for (let at = start; at + 4 <= start + length;) {
    const bytes = view.getUint16(at + 2, true);
    const stop = at + 4 + bytes;
    if (stop > start + length) {
      return;
    }
    if (view.getUint16(at, true) === EXTRA_ZIP64) {
      let from = at + 4;
      for (const field of ['size', 'packed', 'offset']) {
        if (fields[field] === IN_ZIP64 && from + 8 <= stop) {
          fields[field] = number64(view, from);
          from += 8;
        }
      }
    } else if (view.getUint16(at, true) === EXTRA_TIMES && bytes >= 5 && view.getUint8(at + 4) & 1) {
      fields.mtimeMs = view.getInt32(at + 5, true) * 1000;
    }
    at = stop;
  }
}

/** MS-DOS's date and time, which are the local ones. */
function dosTime(time, date) {
  return new Date(1980 + (date >> 9), (date >> 5 & 15) - 1, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2).getTime();
}

function dataOf(zip, view, offset, packed, name) {
  if (offset + LOCAL_BYTES > zip.length || view.getUint32(offset, true) !== LOCAL) {
    throw broken(name, 'its header is not where the list says');
  }
  const start = offset + LOCAL_BYTES + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > zip.length) {
    throw broken(name, 'its end is missing');
  }
  return zip.subarray(start, start + packed);
}

async function* slices(bytes) {
  yield bytes;
}

async function* inflated(bytes) {
  // In pieces, so that a bomb is found out before it has gone off.
  const source = new ReadableStream({
    pull(controller) {
      const piece = bytes.subarray(0, 1 << 16);
      bytes = bytes.subarray(piece.length);
      if (piece.length > 0) {
        controller.enqueue(piece);
      } else {
        controller.close();
      }
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function* checked(parts, { name, size, crc }) {
  let done = 0;
  let sum = 0;
  try {
    for await (const part of parts) {
      done += part.length;
      if (done > size) {
        throw broken(name, `it is larger than the ${size} bytes that it is said to have, as in a zip bomb`);
      }
      sum = crc32(part, sum);
      yield part;
    }
  } catch (error) {
    throw error instanceof OsError ? error : broken(name, error.message);
  }
  if (done !== size || sum !== crc) {
    throw broken(name, done !== size ? `it has ${done} bytes, not ${size}` : 'its checksum is another');
  }
}

/** Writes a zip, entry by entry. */
export class ZipWriter {
  #pieces = [];
  #length = 0;
  #central = [];
  #centralLength = 0;

  /**
   * Adds an entry.
   *
   * @param {string} name with a slash at the end for a directory
   * @param {number} mode as stat(2) has it
   * @param {number} mtimeMs
   * @param {Iterable<Uint8Array>} parts the contents, read once, in order
   */
  async add(name, mode, mtimeMs, parts) {
    const { pieces, packed, size, crc, method } = await deflated(parts);
    const nameBytes = encoder.encode(name);
    const header = (bytes, signature, from) => {
      const fields = new Uint8Array(bytes + nameBytes.length + 9);
      const view = viewOf(fields);
      view.setUint32(0, signature, true);
      view.setUint16(from, 20, true);
      view.setUint16(from + 2, UTF8, true);
      view.setUint16(from + 4, method, true);
      view.setUint32(from + 6, toDos(mtimeMs), true);
      view.setUint32(from + 10, crc, true);
      view.setUint32(from + 14, packed, true);
      view.setUint32(from + 18, size, true);
      view.setUint16(from + 22, nameBytes.length, true);
      view.setUint16(from + 24, 9, true);
      fields.set(nameBytes, bytes);
      const times = bytes + nameBytes.length;
      view.setUint16(times, EXTRA_TIMES, true);
      view.setUint16(times + 2, 5, true);
      view.setUint8(times + 4, 1);
      view.setInt32(times + 5, Math.floor(mtimeMs / 1000), true);
      return { fields, view };
    };
    const central = header(CENTRAL_BYTES, CENTRAL, 6);
    central.view.setUint16(4, UNIX << 8 | 20, true);
    central.view.setUint32(38, (mode << 16 | (name.endsWith('/') ? 0x10 : 0)) >>> 0, true);
    central.view.setUint32(42, this.#length, true);
    this.#central.push(central.fields);
    this.#centralLength += central.fields.length;
    this.#push(header(LOCAL_BYTES, LOCAL, 4).fields);
    pieces.forEach((piece) => this.#push(piece));
  }

  #push(piece) {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The whole zip. */
  finish() {
    const start = this.#length;
    const count = this.#central.length;
    this.#central.forEach((piece) => this.#push(piece));
    if (count >= 0xffff) {
      this.#push(end64(count, this.#centralLength, start));
    }
    const end = new Uint8Array(END_BYTES);
    const view = viewOf(end);
    view.setUint32(0, END, true);
    view.setUint16(8, Math.min(count, 0xffff), true);
    view.setUint16(10, Math.min(count, 0xffff), true);
    view.setUint32(12, this.#centralLength, true);
    view.setUint32(16, start, true);
    this.#push(end);
    const zip = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      zip.set(piece, at);
      at += piece.length;
    }
    return zip;
  }
}

/** More files than 16 bits count: zip64's end record and its locator. Sizes and offsets fit, as a memory of 2 GiB does. */
function end64(count, length, start) {
  const bytes = new Uint8Array(END64_BYTES + LOCATOR64_BYTES);
  const view = viewOf(bytes);
  const put64 = (at, value) => view.setBigUint64(at, BigInt(value), true);
  view.setUint32(0, END64, true);
  put64(4, END64_BYTES - 12);
  view.setUint16(12, UNIX << 8 | 45, true);
  view.setUint16(14, 45, true);
  put64(24, count);
  put64(32, count);
  put64(40, length);
  put64(48, start);
  view.setUint32(END64_BYTES, LOCATOR64, true);
  put64(END64_BYTES + 8, start + length);
  view.setUint32(END64_BYTES + 16, 1, true);
  return bytes;
}

/** Contents of up to so many bytes are stored: there is nothing to gain. */
const TINY = 64;

async function deflated(parts) {
  let size = 0;
  let crc = 0;
  const originals = [];
  const compressor = new CompressionStream('deflate-raw');
  const writer = compressor.writable.getWriter();
  const reading = readAll(compressor.readable);
  for (const part of parts) {
    size += part.length;
    crc = crc32(part, crc);
    if (size <= 1 << 20) {
      originals.push(part);
    }
    await writer.write(part);
  }
  await writer.close();
  const pieces = await reading;
  const packed = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size <= TINY || packed >= size && size <= 1 << 20) {
    return { pieces: originals, packed: size, size, crc, method: STORED };
  }
  return { pieces, packed, size, crc, method: DEFLATED };
}

async function readAll(stream) {
  const pieces = [];
  for (const reader = stream.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) {
      return pieces;
    }
    pieces.push(value);
  }
}

function toDos(mtimeMs) {
  const time = new Date(Math.max(mtimeMs, Date.UTC(1980, 0, 2)));
  const date = time.getFullYear() - 1980 << 9 | time.getMonth() + 1 << 5 | time.getDate();
  return (date << 16 | time.getHours() << 11 | time.getMinutes() << 5 | time.getSeconds() >> 1) >>> 0;
}
