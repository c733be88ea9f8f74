// node:fs

import { Dirent, Stats, constants, files } from '../core/files.js';
import { invalidArgument } from '../core/arguments.js';
import { nextTick } from '../core/loop.js';
import { FSWatcher, unwatchFile, watch, watchFile } from '../core/watch.js';
import { Buffer } from './buffer.js';
import { Readable, Writable } from './stream.js';
import promises, { Dir, lendStreams } from './fs-promises.js';

/** fs.x(…, callback) of a synchronous x. */
function calledBack(name, sync) {
  const values = { read: (count, [, buffer]) => [count, buffer], write: (count, [, buffer]) => [count, buffer], readv: (count, [, buffers]) => [count, buffers], writev: (count, [, buffers]) => [count, buffers] }[name];
  return {
    [name](...args) {
      const callback = args.pop();
      if (typeof callback !== 'function') throw invalidArgument('cb', 'of type function', callback);
      let results;
      try {
        const value = sync(...args);
        results = [null, ...values ? values(value, args) : value === undefined ? [] : [value]];
      } catch (error) {
        if (error.code?.startsWith('ERR_INVALID_ARG')) throw error;
        results = [error];
      }
      globalThis.setImmediate(() => callback(...results));
    },
  }[name];
}

const fs = { Dirent, Stats, constants, promises, F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4 };
files.opendir = path => new Dir(path);
for (const [name, sync] of Object.entries(files)) {
  fs[name] = calledBack(name, sync);
  fs[name + 'Sync'] = Object.defineProperty((...args) => sync(...args), 'name', { value: name + 'Sync' });
}
fs.realpathSync.native = fs.realpathSync;
fs.realpath.native = fs.realpath;

fs.existsSync = path => {
  try {
    files.access(path);
    return true;
  } catch {
    return false;
  }
};
fs.exists = (path, callback) => globalThis.setImmediate(() => callback(fs.existsSync(path)));

/** A stream's class as a function: old code calls it on an object of its own (graceful-fs, which half of npm uses). */
function streamClass(make, parent, methods) {
  Object.setPrototypeOf(make, parent);
  make.prototype = Object.create(parent.prototype, { constructor: { value: make, writable: true, configurable: true }, ...Object.getOwnPropertyDescriptors(methods) });
  return make;
}

const shared = {
  get pending() { return this.fd === null; },
  _destroy(error, done) {
    if (this.fd !== null && this.autoClose) files.close(this.fd);
    this.fd = null;
    done(error);
  },
};

export const ReadStream = streamClass(function ReadStream(path, options = {}) {
  if (!(this instanceof ReadStream)) return new ReadStream(path, options);
  if (typeof options === 'string') options = { encoding: options };
  const { start = 0, end = Infinity, flags = 'r', highWaterMark = 65536, encoding, fd, autoClose = true, signal } = options ?? {};
  Readable.call(this, { highWaterMark, encoding, signal });
  Object.assign(this, { path, fd: fd?.fd ?? fd ?? null, bytesRead: 0, flags, start, end, autoClose });
  if (this.fd !== null) return undefined;
  nextTick(() => {
    if (this.destroyed) return;
    try {
      this.fd = files.open(path, flags);
      this.emit('open', this.fd);
      this.emit('ready');
    } catch (error) {
      this.destroy(error);
    }
  });
  return undefined;
}, Readable, Object.defineProperties({
  _read(size) {
    if (this.fd === null) {
      this.once('open', () => this._read(size));
      return;
    }
    const chunk = Buffer.alloc(Math.min(size, this.end - this.start - this.bytesRead + 1));
    const count = chunk.length && files.read(this.fd, chunk, 0, chunk.length, this.start ? this.start + this.bytesRead : null);
    this.bytesRead += count;
    this.push(count ? chunk.subarray(0, count) : null);
  },
  close(callback) {
    if (callback) this.once('close', callback);
    this.destroy();
  },
}, Object.getOwnPropertyDescriptors(shared)));

export const WriteStream = streamClass(function WriteStream(path, options = {}) {
  if (!(this instanceof WriteStream)) return new WriteStream(path, options);
  if (typeof options === 'string') options = { encoding: options };
  const { flags = 'w', encoding, fd, start, mode, autoClose = true, highWaterMark = 16384, signal } = options ?? {};
  Writable.call(this, { defaultEncoding: encoding, highWaterMark, signal });
  Object.assign(this, { path, fd: fd?.fd ?? fd ?? null, bytesWritten: 0, flags, start, autoClose });
  if (this.fd !== null) return undefined;
  try {
    this.fd = files.open(path, flags, mode);
    nextTick(() => {
      this.emit('open', this.fd);
      this.emit('ready');
    });
  } catch (error) {
    this.destroy(error);
  }
  return undefined;
}, Writable, Object.defineProperties({
  _write(chunk, encoding, done) {
    let at = 0;
    while (at < chunk.length) at += files.write(this.fd, chunk, at, chunk.length - at, this.start === undefined ? null : this.start + this.bytesWritten + at);
    this.bytesWritten += chunk.length;
    done();
  },
  close(callback) {
    if (callback) this.once('close', callback);
    this.end();
  },
}, Object.getOwnPropertyDescriptors(shared)));

Object.assign(fs, {
  ReadStream, WriteStream,
  createReadStream: (path, options) => new ReadStream(path, options),
  createWriteStream: (path, options) => new WriteStream(path, options),
});
lendStreams(ReadStream, WriteStream);
Object.assign(fs, { Dir, FSWatcher, FileReadStream: ReadStream, FileWriteStream: WriteStream, unwatchFile, watch, watchFile });

export default fs;
export { Dir, Dirent, FSWatcher, Stats, constants, promises, unwatchFile, watch, watchFile };
export const {
  access, accessSync, appendFile, appendFileSync, chmod, chmodSync, chown, chownSync, close, closeSync, copyFile, copyFileSync, cp, cpSync,
  createReadStream, createWriteStream, exists, existsSync, fchmod, fchmodSync, fchown, fchownSync, fdatasync, fdatasyncSync, fstat, fstatSync, fsync, fsyncSync,
  ftruncate, ftruncateSync, futimes, futimesSync, lchown, lchownSync, link, linkSync, lstat, lstatSync, lutimes, lutimesSync, mkdir, mkdirSync, mkdtemp, mkdtempSync,
  open, openSync, opendir, opendirSync, read, readFile, readFileSync, readSync, readdir, readdirSync, readlink, readlinkSync, readv, readvSync, realpath, realpathSync,
  rename, renameSync, rm, rmSync, rmdir, rmdirSync, stat, statSync, statfs, statfsSync, symlink, symlinkSync, truncate, truncateSync, unlink, unlinkSync,
  utimes, utimesSync, write, writeFile, writeFileSync, writeSync, writev, writevSync, F_OK, R_OK, W_OK, X_OK,
} = fs;
