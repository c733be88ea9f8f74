// node:fs/promises

import { constants, files } from '../core/files.js';
import { abortError } from '../core/abort.js';
import { changes } from '../core/watch.js';
import { Buffer } from './buffer.js';

let streams;
/** node:fs's streams, which are made with what is here. */
export const lendStreams = (ReadStream, WriteStream) => { streams = { ReadStream, WriteStream }; };
const streamsOf = () => streams ?? (globalThis.process.getBuiltinModule('fs'), streams);

/** A folder that is read entry by entry. */
export class Dir {
  #left;
  constructor(path) {
    this.path = String(path);
    this.#left = files.readdir(path, { withFileTypes: true });
  }
  readSync() {
    if (!this.#left) throw Object.assign(new Error('Directory handle was closed'), { code: 'ERR_DIR_CLOSED' });
    return this.#left.shift() ?? null;
  }
  closeSync() {
    if (!this.#left) throw Object.assign(new Error('Directory handle was closed'), { code: 'ERR_DIR_CLOSED' });
    this.#left = undefined;
  }
  async read(callback) {
    const entry = this.readSync();
    callback?.(null, entry);
    return entry;
  }
  async close(callback) {
    this.closeSync();
    callback?.(null);
  }
  async* [Symbol.asyncIterator]() {
    try {
      for (let entry; (entry = this.readSync());) yield entry;
    } finally {
      this.closeSync();
    }
  }
}

/** What fs/promises.open gives. */
class FileHandle {
  constructor(fd) { this.fd = fd; }
  async close() {
    if (this.fd >= 0) files.close(this.fd);
    this.fd = -1;
  }
  async read(buffer = Buffer.alloc(16384), ...rest) {
    if (!ArrayBuffer.isView(buffer)) {
      const { buffer: given = Buffer.alloc(16384), ...where } = buffer;
      [buffer, rest] = [given, [where]];
    }
    return { bytesRead: files.read(this.fd, buffer, ...rest), buffer };
  }
  async write(data, ...rest) { return { bytesWritten: files.write(this.fd, data, ...rest), buffer: data }; }
  async readFile(options) { return files.readFile(this.fd, options); }
  async writeFile(data, options) { files.writeFile(this.fd, data, options); }
  async appendFile(data, options) { files.writeFile(this.fd, data, options); }
  async stat(options) { return files.fstat(this.fd, options); }
  async truncate(length) { files.ftruncate(this.fd, length); }
  async utimes(atime, mtime) { files.futimes(this.fd, atime, mtime); }
  async chmod() { files.fstat(this.fd); }
  async chown() { files.fstat(this.fd); }
  async readv(buffers, position) { return { bytesRead: files.readv(this.fd, buffers, position), buffers }; }
  async writev(buffers, position) { return { bytesWritten: files.writev(this.fd, buffers, position), buffers }; }
  createReadStream(options) { return this.#lent(new (streamsOf().ReadStream)('', { ...options, fd: this.fd, autoClose: false }), options); }
  createWriteStream(options) { return this.#lent(new (streamsOf().WriteStream)('', { ...options, fd: this.fd, autoClose: false }), options); }
  #lent(stream, { autoClose = true } = {}) {
    return autoClose ? stream.once('close', () => this.close()) : stream;
  }
  async sync() { files.fsync(this.fd); }
  async datasync() { files.fsync(this.fd); }
  async* readLines() {
    const lines = files.readFile(this.fd, 'utf8').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    yield* lines;
  }
  async [Symbol.asyncDispose]() { await this.close(); }
}

const refuse = signal => { if (signal?.aborted) throw abortError(signal); };

const promises = { constants };
for (const [name, sync] of Object.entries(files)) {
  if (name === 'exists' || name === 'opendir' || /^f(?!ile)[a-z]+|^(read|write|close)$/.test(name)) continue;
  promises[name] = { async [name](...args) {
    if (args[0] instanceof FileHandle) args[0] = args[0].fd;
    return sync(...args);
  } }[name];
}
promises.opendir = async path => new Dir(path);
promises.watch = changes;
promises.readFile = async (path, options) => {
  refuse(options?.signal);
  return files.readFile(path instanceof FileHandle ? path.fd : path, options);
};
promises.open = async (...args) => new FileHandle(files.open(...args));
promises.writeFile = async (path, data, options) => {
  refuse(options?.signal);
  if (typeof data !== 'string' && !ArrayBuffer.isView(data) && (data?.[Symbol.asyncIterator] || data?.[Symbol.iterator])) {
    const parts = [];
    for await (const part of data) parts.push(Buffer.from(part));
    data = Buffer.concat(parts);
  }
  files.writeFile(path instanceof FileHandle ? path.fd : path, data, options);
};

export default promises;
export { constants };
export const {
  access, appendFile, chmod, chown, copyFile, cp, lchown, link, lstat, lutimes, mkdir, mkdtemp, open, opendir, readFile, readdir, readlink, realpath,
  rename, rm, rmdir, stat, statfs, symlink, truncate, unlink, utimes, watch, writeFile,
} = promises;
