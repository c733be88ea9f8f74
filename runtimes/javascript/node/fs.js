// node:fs

import { Dirent, Stats, constants, files } from '../core/files.js';
import { invalidArgument } from '../core/arguments.js';
import { nextTick } from '../core/loop.js';
import { Buffer } from './buffer.js';
import { Readable, Writable } from './stream.js';
import promises from './fs-promises.js';

/** fs.x(…, callback) of a synchronous x. */
function calledBack(name, sync) {
  const values = { read: (count, [, buffer]) => [count, buffer], write: (count, [, buffer]) => [count, buffer] }[name];
  return {
    [name](...args) {
      const callback = args.pop();
      if (typeof callback !== 'function') throw invalidArgument('cb', 'of type function', callback);
      let results;
      try {
        const value = sync(...args);
        results = [null, ...values ? values(value, args) : [value]];
      } catch (error) {
        if (error.code?.startsWith('ERR_INVALID_ARG')) throw error;
        results = [error];
      }
      globalThis.setImmediate(() => callback(...results));
    },
  }[name];
}

const fs = { Dirent, Stats, constants, promises, F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4 };
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

export class ReadStream extends Readable {
  constructor(path, options = {}) {
    if (typeof options === 'string') options = { encoding: options };
    const { start = 0, end = Infinity, flags = 'r', highWaterMark = 65536, encoding, fd, autoClose = true } = options;
    super({ highWaterMark, encoding });
    Object.assign(this, { path, fd: fd ?? null, bytesRead: 0, flags, start, end, autoClose });
    if (fd == null) {
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
    }
  }
  _read(size) {
    if (this.fd === null) {
      this.once('open', () => this._read(size));
      return;
    }
    const chunk = Buffer.alloc(Math.min(size, this.end - this.start - this.bytesRead + 1));
    const count = chunk.length && files.read(this.fd, chunk, 0, chunk.length, this.start ? this.start + this.bytesRead : null);
    this.bytesRead += count;
    this.push(count ? chunk.subarray(0, count) : null);
  }
  _destroy(error, done) {
    if (this.fd !== null && this.autoClose) files.close(this.fd);
    this.fd = null;
    done(error);
  }
  close(callback) {
    if (callback) this.once('close', callback);
    this.destroy();
  }
}

export class WriteStream extends Writable {
  constructor(path, options = {}) {
    if (typeof options === 'string') options = { encoding: options };
    const { flags = 'w', encoding, fd, start, mode, autoClose = true, highWaterMark = 16384 } = options;
    super({ defaultEncoding: encoding, highWaterMark });
    Object.assign(this, { path, fd: fd ?? null, bytesWritten: 0, flags, start, autoClose });
    if (fd != null) return;
    try {
      this.fd = files.open(path, flags, mode);
      nextTick(() => {
        this.emit('open', this.fd);
        this.emit('ready');
      });
    } catch (error) {
      this.destroy(error);
    }
  }
  _write(chunk, encoding, done) {
    let at = 0;
    while (at < chunk.length) at += files.write(this.fd, chunk, at, chunk.length - at, this.start === undefined ? null : this.start + this.bytesWritten + at);
    this.bytesWritten += chunk.length;
    done();
  }
  _destroy(error, done) {
    if (this.fd !== null && this.autoClose) files.close(this.fd);
    this.fd = null;
    done(error);
  }
  close(callback) {
    if (callback) this.once('close', callback);
    this.end();
  }
}

Object.assign(fs, {
  ReadStream, WriteStream,
  createReadStream: (path, options) => new ReadStream(path, options),
  createWriteStream: (path, options) => new WriteStream(path, options),
});
for (const name of ['watch', 'watchFile', 'unwatchFile', 'opendir', 'opendirSync']) {
  fs[name] = () => { throw Object.assign(new Error(`fs.${name} is not there yet in this JavaScript`), { code: 'ENOSYS' }); };
}

export default fs;
export { Dirent, Stats, constants, promises };
export const {
  access, accessSync, appendFile, appendFileSync, chmod, chmodSync, chown, chownSync, close, closeSync, copyFile, copyFileSync, cp, cpSync,
  createReadStream, createWriteStream, exists, existsSync, fchmod, fchmodSync, fchown, fchownSync, fdatasync, fdatasyncSync, fstat, fstatSync, fsync, fsyncSync,
  ftruncate, ftruncateSync, futimes, futimesSync, lchown, lchownSync, link, linkSync, lstat, lstatSync, lutimes, lutimesSync, mkdir, mkdirSync, mkdtemp, mkdtempSync,
  open, openSync, opendir, opendirSync, read, readFile, readFileSync, readSync, readdir, readdirSync, readlink, readlinkSync, realpath, realpathSync,
  rename, renameSync, rm, rmSync, rmdir, rmdirSync, stat, statSync, statfs, statfsSync, symlink, symlinkSync, truncate, truncateSync, unlink, unlinkSync,
  unwatchFile, utimes, utimesSync, watch, watchFile, write, writeFile, writeFileSync, writeSync, F_OK, R_OK, W_OK, X_OK,
} = fs;
