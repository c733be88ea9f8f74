// The terminal, by the words of stty that /dev/ttyctl takes and tells.

import * as os from 'qjs:os';
import process from './process.js';
import { systemError, writeAll } from './output.js';

const CONTROL = '/dev/ttyctl';
let before;                     // the settings that raw mode was entered from

function open(flags) {
  const fd = os.open(CONTROL, flags);
  if (fd < 0) throw systemError(-fd, 'open', CONTROL);
  return fd;
}

function settings() {
  const fd = open(os.O_RDONLY);
  const bytes = new Uint8Array(256);
  const count = os.read(fd, bytes.buffer, 0, bytes.length);
  os.close(fd);
  return String.fromCharCode(...bytes.subarray(0, Math.max(0, count)));
}

function set(words) {
  const fd = open(os.O_WRONLY);
  try {
    writeAll(fd, words);
  } finally {
    os.close(fd);
  }
}

/** [columns, rows], now; 80 by 24 where they cannot be known. */
export function windowSize() {
  try {
    const [, rows, , columns] = settings().split(/\s/).map(Number);
    return [columns || 80, rows || 24];
  } catch {
    return [80, 24];
  }
}

/** Key by key and unseen, with output as ever; or as it was before. A program that ends leaves no raw terminal behind. */
export function setRaw(raw) {
  if (raw && before === undefined) {
    const now = settings().split('\n')[1];
    set('raw -echo opost');
    before = now;
    process.once('exit', restore);
  } else if (!raw && before !== undefined) {
    process.off('exit', restore);
    restore();
  }
}

function restore() {
  const words = before;
  before = undefined;
  set(words);
}
