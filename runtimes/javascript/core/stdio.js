// process.stdin, stdout and stderr.

import * as os from 'qjs:os';
import { Readable, Writable } from '../node/stream.js';
import { Buffer } from '../node/buffer.js';
import { systemError, writeAll } from './output.js';
import { whenReadable } from './readable.js';
import { setRaw, windowSize } from './terminal.js';

const CHUNK = 65536;
const REGULAR = os.S_IFREG;

/** stdout or stderr: what is written is out when write returns. */
export function output(fd) {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, encoding, done) {
      try {
        writeAll(fd, typeof chunk === 'string' && !/^utf-?8$/i.test(encoding) ? Buffer.from(chunk, encoding) : chunk);
        done();
      } catch (error) {
        done(error);
      }
    },
  });
  stream.fd = fd;
  stream.isTTY = os.isatty(fd) || undefined;
  stream.writableSync = true;
  stream.end = function (chunk, encoding, done) {        // Node does not let these be closed, either
    if (typeof chunk === 'function') [chunk, done] = [undefined, chunk];
    if (chunk != null) this.write(chunk, encoding);
    done?.();
    return this;
  };
  if (stream.isTTY) {
    Object.assign(stream, { getWindowSize: windowSize, hasColors: () => false, getColorDepth: () => 1 });
    Object.defineProperty(stream, 'columns', { get: () => windowSize()[0], enumerable: true, configurable: true });
    Object.defineProperty(stream, 'rows', { get: () => windowSize()[1], enumerable: true, configurable: true });
  }
  return stream;
}

/** stdin: read when something is there, so that timers go on while it waits. */
export function input() {
  const buffer = new Uint8Array(CHUNK);
  let stop, wanted = false;
  const wait = () => {
    stop ??= whenReadable(0, () => {
      const count = os.read(0, buffer.buffer, 0, CHUNK);
      rest();
      wanted = false;
      if (count < 0) stream.destroy(systemError(-count, 'read'));
      else stream.push(count ? Buffer.from(buffer.slice(0, count)) : null);
    });
  };
  const rest = () => {
    stop?.();
    stop = undefined;
  };
  const stream = new Readable({
    read() {
      wanted = true;
      wait();
    },
    destroy(error, done) {
      rest();
      done(error);
    },
  });
  // A program that has paused it, and has nothing else to do, ends.
  stream.pause = function () {
    rest();
    return Readable.prototype.pause.call(this);
  };
  stream.resume = function () {
    if (wanted) wait();
    return Readable.prototype.resume.call(this);
  };
  stream.fd = 0;
  stream.isTTY = os.isatty(0) || undefined;
  if (stream.isTTY) {
    stream.isRaw = false;
    stream.setRawMode = raw => {
      setRaw(Boolean(raw));
      stream.isRaw = Boolean(raw);
      return stream;
    };
  }
  stream.ref = stream.unref = () => stream;
  return stream;
}
