// UTF-8. QuickJS does the work where there is nothing wrong with it.

import * as wasi from 'qjs:wasi';

/** The UTF-8 bytes of a text; half a surrogate pair becomes U+FFFD. */
export function encode(text) {
  return wasi.encode(text) ?? encodeBroken(text);
}

function encodeBroken(text) {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      const low = text.charCodeAt(i + 1);
      if (code < 0xdc00 && low >= 0xdc00 && low <= 0xdfff) {
        code = 0x10000 + (code - 0xd800 << 10) + (low - 0xdc00);
        i++;
      } else {
        code = 0xfffd;
      }
    }
    if (code < 0x800) {
      bytes[at++] = 0xc0 | code >> 6;
    } else {
      if (code < 0x10000) {
        bytes[at++] = 0xe0 | code >> 12;
      } else {
        bytes[at++] = 0xf0 | code >> 18;
        bytes[at++] = 0x80 | code >> 12 & 0x3f;
      }
      bytes[at++] = 0x80 | code >> 6 & 0x3f;
    }
    bytes[at++] = 0x80 | code & 0x3f;
  }
  return bytes.slice(0, at);
}

/** The text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function decode(bytes) {
  return wasi.utf8(bytes) ?? decodeBroken(bytes);
}

/** Whether all the bytes are UTF-8. */
export const isValid = bytes => wasi.utf8(bytes) !== undefined;

/** One character for each byte. */
export const latin1 = bytes => wasi.latin1(bytes);

/** How many bytes at the end are the beginning of a character whose rest is still to come. */
export function unfinished(bytes) {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needs > back ? back : 0;
  }
  return 0;
}

// One U+FFFD for each longest beginning of a character, as the WHATWG's decoder does it.
function decodeBroken(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const first = bytes[i++];
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xc2 && first <= 0xdf ? 1 : (first & 0xf0) === 0xe0 ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
    let code = more === 1 ? first & 0x1f : more === 2 ? first & 0x0f : first & 0x07;
    let low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let left = more;
    while (left > 0 && bytes[i] >= low && bytes[i] <= high) {
      code = code << 6 | bytes[i++] & 0x3f;
      low = 0x80;
      high = 0xbf;
      left--;
    }
    text += more && !left ? String.fromCodePoint(code) : '\ufffd';
  }
  return text;
}
