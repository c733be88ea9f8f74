// Puts a script at the beginning of a document, while it streams by.

/** As far as a document is searched for its place: whoever begins with a longer comment gets the script in front of it. */
const MOST_PROLOGUE = 16_384;

const CHARSET_IN_TYPE = /;\s*charset\s*=\s*"?([^\s";]+)/i;
const CHARSET_IN_META = /<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)/i;

/**
 * What a document says of its encoding in its first bytes. The script would move that out of the browser's sight, who
 * looks at the first 1024 bytes only, so that it has to be said in a header.
 *
 * @param {string} type the Content-Type
 * @param {Uint8Array} first
 */
export function typeWithCharset(type, first) {
  if (CHARSET_IN_TYPE.test(type) || byteOrderMark(first)) return type;
  const declared = CHARSET_IN_META.exec(latin1(first.subarray(0, 1024)))?.[1];
  // A document that can be read for its <meta> is not in UTF-16, whatever that says.
  return declared ? `${type}; charset=${/^utf-?16/i.test(declared) ? 'utf-8' : declared}` : type;
}

export const saysCharset = (type) => CHARSET_IN_TYPE.test(type);

function byteOrderMark(bytes) {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return '';
}

const UTF8_MARK = '\xef\xbb\xbf';

const latin1 = (bytes) => String.fromCharCode.apply(null, bytes);

/**
 * Where the script goes: behind <head>, or before the first thing that is neither white space, a comment, the document's
 * type nor <html>.
 *
 * @returns {number} if more of the text is needed, ~p: p is the place should there be no more
 */
export function placeOf(text) {
  if (text.length < 3 && UTF8_MARK.startsWith(text)) return ~0;
  let at = text.startsWith(UTF8_MARK) ? 3 : 0;
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    const rest = text.slice(at, at + 5).toLowerCase();
    let end;
    if (rest.startsWith('<!--')) {
      end = text.indexOf('-->', at + 2);
      if (end >= 0) end += 2;
    } else if (rest.startsWith('<!') || rest.startsWith('<?')) {
      if ('<!--'.startsWith(rest)) return ~at;
      end = text.indexOf('>', at);
    } else if (rest === '<html' || rest === '<head') {
      if (text.length <= at + 5) return ~at;
      if (!/[\s/>]/.test(text[at + 5])) return at; // <header>, say
      end = endOfTag(text, at + 5);
      if (rest === '<head' && end >= 0) return end + 1;
    } else {
      return '<html'.startsWith(rest) || '<head'.startsWith(rest) ? ~at : at;
    }
    if (end < 0) return ~at;
    at = end + 1;
  }
}

/** The > of a tag, which may also stand in the value of an attribute. */
function endOfTag(text, from) {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (quote) {
      if (character === quote) quote = '';
    } else if (character === '>') {
      return at;
    } else if ((character === '"' || character === "'") && text[at - 1] === '=') {
      quote = character;
    }
  }
  return -1;
}

/** Takes a document's pieces one by one and gives them back with the script in them. */
export class Injection {
  #script;
  #charset;
  #held = new Uint8Array(0);
  #done = false;

  /**
   * @param {string} script markup of plain ASCII
   * @param {string} type the Content-Type
   */
  constructor(script, type) {
    this.#script = script;
    this.#charset = (CHARSET_IN_TYPE.exec(type)?.[1] ?? '').toLowerCase();
  }

  /** @returns {Uint8Array} what can go on by now; it may be empty */
  take(piece) {
    if (this.#done) return piece;
    this.#held = together(this.#held, piece);
    return this.#tried(this.#held.length > MOST_PROLOGUE);
  }

  /** @returns {Uint8Array} what is left at the document's end */
  end() {
    return this.#done ? new Uint8Array(0) : this.#tried(true);
  }

  #tried(last) {
    const mark = byteOrderMark(this.#held);
    // A mark outweighs the header; UTF-16 without either is nothing that a browser would recognise.
    const charset = mark || this.#charset;
    const wide = charset.startsWith('utf-16');
    const big = charset === 'utf-16be';
    const text = wide ? narrow(this.#held, big) : latin1(this.#held.subarray(0, MOST_PROLOGUE));
    let place = placeOf(text);
    if (place < 0) {
      if (!last) return new Uint8Array(0);
      place = ~place;
    }
    const script = wide ? widened(this.#script, big) : new TextEncoder().encode(this.#script);
    const at = Math.min(wide ? place * 2 : place, this.#held.length);
    const result = together(this.#held.subarray(0, at), script, this.#held.subarray(at));
    this.#done = true;
    this.#held = new Uint8Array(0);
    return result;
  }
}

/** UTF-16 as a text that has a character for each pair of bytes; its mark becomes white space. */
function narrow(bytes, big) {
  let text = '';
  for (let i = 0; i + 1 < bytes.length && i < MOST_PROLOGUE; i += 2) {
    const code = big ? bytes[i] << 8 | bytes[i + 1] : bytes[i + 1] << 8 | bytes[i];
    text += code === 0xfeff ? ' ' : String.fromCharCode(code);
  }
  return text;
}

function widened(text, big) {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    bytes[2 * i + (big ? 1 : 0)] = text.charCodeAt(i);
  }
  return bytes;
}

function together(...pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
