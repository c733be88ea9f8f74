// HTTP/1.1 messages out of bytes that come in pieces (RFC 9112), strictly: what two readers could read in two ways is an
// error, since a request that a proxy and a server read differently is how requests are smuggled.

import { find, latin1 } from 'qjs:wasi';

export const METHODS = [
  'ACL', 'BIND', 'CHECKOUT', 'CONNECT', 'COPY', 'DELETE', 'GET', 'HEAD', 'LINK', 'LOCK', 'M-SEARCH', 'MERGE', 'MKACTIVITY', 'MKCALENDAR', 'MKCOL',
  'MOVE', 'NOTIFY', 'OPTIONS', 'PATCH', 'POST', 'PROPFIND', 'PROPPATCH', 'PURGE', 'PUT', 'QUERY', 'REBIND', 'REPORT', 'SEARCH', 'SOURCE',
  'SUBSCRIBE', 'TRACE', 'UNBIND', 'UNLINK', 'UNLOCK', 'UNSUBSCRIBE',
];
const methods = new Set(METHODS);

/** Bytes of a message's first line and headers; more is status 431. */
export const MAX_HEADER_SIZE = 16_384;
const MAX_HEADERS = 2000;
/** Bytes of a chunk's size and its extensions. */
const MAX_CHUNK_LINE = 1024;

const END_OF_HEAD = Uint8Array.of(13, 10, 13, 10), END_OF_LINE = Uint8Array.of(13, 10);
const NOTHING = new Uint8Array(0);
const REQUEST_LINE = /^([A-Z-]+) ([!-~\x80-\xff]+) HTTP\/1\.([01])$/;
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t -~\x80-\xff]*))?$/;
const HEADER = /^([!#$%&'*+\-.^_`|~\w]+):([\t -~\x80-\xff]*)$/;
const CHUNK_LINE = /^([\da-f]{1,8})[\t ]*(?:;[\t -~\x80-\xff]*)?$/i;
const LENGTH = /^\d{1,15}$/;

export class ParseError extends Error {
  /** @param {number} status with which a server answers it */
  constructor(message, code = 'HPE_INVALID_MESSAGE', status = 400) {
    super(`Parse Error: ${message}`);
    Object.assign(this, { code, reason: message, status });
  }
}

const HEAD = 0, LENGTH_BODY = 1, CHUNK_SIZE = 2, CHUNK_DATA = 3, CHUNK_END = 4, TRAILER = 5, TO_THE_END = 6, COMPLETE = 7, OVER = 8;

/**
 * One end of a connection. `handler` has: `head(message)`, which answers whether to expect a body as the headers say it
 * (true), none ('none'), or nothing more of HTTP ('upgrade'); `body(bytes)`; `end(trailers)`, after which the parser takes
 * nothing until {@link next}.
 */
export class Parser {
  #state = HEAD;
  #handler;
  #isResponse;
  #maxHeaderSize;
  #kept = NOTHING;              // the beginning of something that is not whole yet
  #keptLength = 0;
  #left = 0;                    // of a body or chunk
  #trailers = [];

  constructor(handler, { isResponse = false, maxHeaderSize = MAX_HEADER_SIZE } = {}) {
    this.#handler = handler;
    this.#isResponse = isResponse;
    this.#maxHeaderSize = maxHeaderSize;
  }

  /** Whether a message has begun and is not whole. */
  get isInside() { return this.#state !== HEAD && this.#state !== COMPLETE && this.#state !== OVER || this.#state === HEAD && this.#keptLength > 0; }
  get isInHead() { return this.#state === HEAD && this.#keptLength > 0; }

  /** Lets the next message begin. */
  next() {
    if (this.#state === COMPLETE) this.#state = HEAD;
  }

  /**
   * Takes bytes in.
   *
   * @returns {number} how many of them; fewer than all once a message is complete
   * @throws {ParseError}
   */
  take(bytes) {
    let at = 0;
    while (at < bytes.length && this.#state !== COMPLETE && this.#state !== OVER) at = this.#step(bytes, at);
    return at;
  }

  /** The connection has ended. @throws {ParseError} if that is in the middle of a message */
  finish() {
    if (this.#state === TO_THE_END) this.#complete([]);
    else if (this.isInside) throw new ParseError('the connection ended within a message', 'HPE_INVALID_EOF_STATE');
    this.#state = OVER;
  }

  #step(bytes, at) {
    switch (this.#state) {
      case HEAD: return this.#head(bytes, at);
      case LENGTH_BODY: case CHUNK_DATA: {
        const end = Math.min(bytes.length, at + this.#left);
        this.#left -= end - at;
        this.#handler.body(bytes.subarray(at, end));
        if (this.#left === 0) {
          if (this.#state === LENGTH_BODY) this.#complete([]);
          else this.#state = CHUNK_END;
        }
        return end;
      }
      case TO_THE_END:
        this.#handler.body(bytes.subarray(at));
        return bytes.length;
      case CHUNK_END: return this.#expectLineEnd(bytes, at);
      case CHUNK_SIZE: return this.#line(bytes, at, MAX_CHUNK_LINE, line => {
        const size = CHUNK_LINE.exec(line);
        if (!size) throw new ParseError('the size of a chunk is not a hexadecimal number', 'HPE_INVALID_CHUNK_SIZE');
        this.#left = parseInt(size[1], 16);
        this.#state = this.#left ? CHUNK_DATA : TRAILER;
        this.#trailers = [];
        this.trailerSize = 0;
      });
      default: return this.#line(bytes, at, this.#maxHeaderSize, line => {
        this.trailerSize += line.length + 2;
        if (this.trailerSize > this.#maxHeaderSize) throw new ParseError('the trailers are too long', 'HPE_HEADER_OVERFLOW', 431);
        if (line === '') this.#complete(this.#trailers);
        else this.#trailers.push(...header(line));
      });
    }
  }

  #expectLineEnd(bytes, at) {
    if (bytes[at] !== (this.#keptLength ? 10 : 13)) throw new ParseError('a chunk is longer than its size', 'HPE_STRICT');
    if (this.#keptLength) {
      this.#keptLength = 0;
      this.#state = CHUNK_SIZE;
    } else {
      this.#keptLength = 1;
    }
    return at + 1;
  }

  /** Keeps these bytes until there are more, and answers the place after them. */
  #keep(bytes, at, most) {
    const length = this.#keptLength + bytes.length - at;
    if (this.#kept.length < length) {
      const larger = new Uint8Array(Math.max(length, Math.min(most + 4, 2 * length)));
      larger.set(this.#kept.subarray(0, this.#keptLength));
      this.#kept = larger;
    }
    this.#kept.set(at ? bytes.subarray(at) : bytes, this.#keptLength);
    this.#keptLength = length;
    return bytes.length;
  }

  /** Everything up to the end that `pattern` is, once it is there: its text, and the place after it in `bytes`. */
  #until(pattern, bytes, at, most, tooLong) {
    const kept = this.#keptLength;
    if (!kept) {
      const found = find(bytes, pattern, at);
      if (found >= 0) {
        if (found - at > most) throw tooLong();
        return { text: latin1(bytes, at, found), end: found + pattern.length };
      }
      if (bytes.length - at > most) throw tooLong();
      this.#keep(bytes, at, most);
      return undefined;
    }
    // Only as much is copied as could still belong to it.
    const room = Math.min(bytes.length, at + Math.max(0, most + pattern.length - kept));
    this.#keep(bytes.subarray(0, room), at, most);
    const found = find(this.#kept.subarray(0, this.#keptLength), pattern, Math.max(0, kept - pattern.length + 1));
    if (found < 0) {
      if (room < bytes.length || this.#keptLength > most) throw tooLong();
      return undefined;
    }
    this.#keptLength = 0;
    return { text: latin1(this.#kept, 0, found), end: at + found + pattern.length - kept };
  }

  #line(bytes, at, most, use) {
    const found = this.#until(END_OF_LINE, bytes, at, most, () => (this.#state === TRAILER
      ? new ParseError('the trailers are too long', 'HPE_HEADER_OVERFLOW', 431) : new ParseError('a chunk\'s first line is too long', 'HPE_CHUNK_EXTENSIONS_OVERFLOW', 413)));
    if (!found) return bytes.length;
    use(found.text);
    return found.end;
  }

  #head(bytes, at) {
    // Empty lines before a request are skipped (RFC 9112 §2.2).
    if (!this.#keptLength && !this.#isResponse) {
      while (bytes[at] === 13 && bytes[at + 1] === 10) at += 2;
      if (at >= bytes.length) return at;
    }
    const found = this.#until(END_OF_HEAD, bytes, at, this.#maxHeaderSize,
      () => new ParseError('the headers are too long', 'HPE_HEADER_OVERFLOW', 431));
    if (!found) {
      this.#looksLikeOne();
      return bytes.length;
    }
    let { text } = found;
    if (!this.#isResponse) text = text.replace(/^(?:\r\n)+/, '');
    if (!text) {
      return found.end;
    }
    this.#begin(text);
    return found.end;
  }

  /** What cannot become a message is said so at once, not after a time-out. */
  #looksLikeOne() {
    const first = this.#kept[0];
    const fits = this.#isResponse ? first === 72 : first >= 65 && first <= 90 || first === 13;
    if (!fits) throw new ParseError(this.#isResponse ? 'no HTTP answer' : 'no method of HTTP', this.#isResponse ? 'HPE_INVALID_CONSTANT' : 'HPE_INVALID_METHOD');
  }

  #begin(text) {
    const lines = text.split('\r\n');
    const rawHeaders = [];
    const message = { rawHeaders, headers: undefined };
    if (lines.length - 1 > MAX_HEADERS) throw new ParseError('too many headers', 'HPE_HEADER_OVERFLOW', 431);
    for (let i = 1; i < lines.length; i++) {
      const [name, value] = header(lines[i]);
      rawHeaders.push(name, value);
    }
    let minor;
    if (this.#isResponse) {
      const line = STATUS_LINE.exec(lines[0]);
      if (!line) throw new ParseError('the first line is no status of HTTP/1.1', 'HPE_INVALID_CONSTANT');
      minor = Number(line[1]);
      message.statusCode = Number(line[2]);
      message.statusMessage = line[3] ?? '';
    } else {
      const line = REQUEST_LINE.exec(lines[0]);
      if (!line) throw new ParseError('the first line is no request of HTTP/1.1', 'HPE_INVALID_CONSTANT');
      if (!methods.has(line[1])) throw new ParseError(`no method of HTTP: ${line[1]}`, 'HPE_INVALID_METHOD');
      message.method = line[1];
      message.url = line[2];
      minor = Number(line[3]);
    }
    message.minor = minor;
    const framing = framingOf(rawHeaders, minor, this.#isResponse);
    if (!this.#isResponse && minor === 1 && framing.hosts !== 1) throw new ParseError('a request names its host once', 'HPE_INVALID_HEADER_TOKEN');
    message.keepAlive = minor === 1 ? !framing.close : framing.keepAlive;
    message.upgrade = framing.upgrade;
    message.chunked = framing.chunked;

    this.#state = COMPLETE;     // of which `head` may make more than one thing
    const what = this.#handler.head(message);
    if (what === 'upgrade') {
      this.#state = OVER;
    } else if (what === 'none') {
      this.#complete([]);
    } else if (framing.chunked) {
      this.#state = CHUNK_SIZE;
    } else if (framing.length !== undefined || !this.#isResponse) {
      this.#left = framing.length ?? 0;
      if (this.#left) this.#state = LENGTH_BODY;
      else this.#complete([]);
    } else {
      this.#state = TO_THE_END;
    }
  }

  #complete(trailers) {
    this.#state = COMPLETE;
    this.#handler.end(trailers);
  }
}

function header(line) {
  const parts = HEADER.exec(line);
  if (!parts) throw new ParseError('a header is not of the form "name: value"', 'HPE_INVALID_HEADER_TOKEN');
  return [parts[1], parts[2].replace(/^[\t ]+|[\t ]+$/g, '')];
}

/** How long the body is (RFC 9112 §6.3), and what becomes of the connection. */
function framingOf(raw, minor, isResponse) {
  const found = { hosts: 0, length: undefined, chunked: false, close: false, keepAlive: false, upgrade: false };
  let upgrade = false, wantsUpgrade = false, codings = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const value = raw[i + 1];
    switch (raw[i].toLowerCase()) {
      case 'host': found.hosts++; break;
      case 'content-length':
        if (found.length !== undefined || !LENGTH.test(value)) throw new ParseError('two lengths, or one that is no number', 'HPE_UNEXPECTED_CONTENT_LENGTH');
        found.length = Number(value);
        break;
      case 'transfer-encoding':
        if (codings++ || value.toLowerCase() !== 'chunked') throw new ParseError('a transfer encoding that is not "chunked"', 'HPE_INVALID_TRANSFER_ENCODING', isResponse ? 400 : 501);
        found.chunked = true;
        break;
      case 'connection':
        for (const option of value.toLowerCase().split(',')) {
          const name = option.trim();
          if (name === 'close') found.close = true;
          else if (name === 'keep-alive') found.keepAlive = true;
          else if (name === 'upgrade') wantsUpgrade = true;
        }
        break;
      case 'upgrade': upgrade = true; break;
      default:
    }
  }
  if (found.chunked && found.length !== undefined) throw new ParseError('a length and chunks', 'HPE_INVALID_CONTENT_LENGTH');
  if (found.chunked && minor === 0) throw new ParseError('chunks in HTTP/1.0', 'HPE_INVALID_TRANSFER_ENCODING');
  found.upgrade = upgrade && wantsUpgrade;
  return found;
}
