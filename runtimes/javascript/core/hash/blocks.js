// What SHA-1, SHA-256 and MD5 share: the message in blocks of 64 bytes, with its length at the end.

/** Calls `block(view, offset)` for each block of the padded message. */
export function eachBlock(bytes, littleEndian, block) {
  const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(bytes.length) * 8n, littleEndian);
  for (let at = 0; at < padded.length; at += 64) block(view, at);
}

/** The state's words as bytes. */
export function digestOf(words, littleEndian) {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word, littleEndian));
  return new Uint8Array(view.buffer);
}
