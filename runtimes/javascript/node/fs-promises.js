// node:fs/promises

import { constants, files } from '../core/files.js';
import { Buffer } from './buffer.js';

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
  async stat() { return files.fstat(this.fd); }
  async sync() { files.fsync(this.fd); }
  async datasync() { files.fsync(this.fd); }
  async* readLines() {
    const lines = files.readFile(this.fd, 'utf8').split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    yield* lines;
  }
  async [Symbol.asyncDispose]() { await this.close(); }
}

const promises = { constants };
for (const [name, sync] of Object.entries(files)) {
  if (name === 'exists' || /^f(?!ile)[a-z]+|^(read|write|close)$/.test(name)) continue;
  promises[name] = { async [name](...args) {
    if (args[0] instanceof FileHandle) args[0] = args[0].fd;
    return sync(...args);
  } }[name];
}
promises.open = async (...args) => new FileHandle(files.open(...args));
promises.writeFile = async (path, data, options) => {
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
  access, appendFile, chmod, chown, copyFile, cp, lchown, link, lstat, lutimes, mkdir, mkdtemp, open, readFile, readdir, readlink, realpath,
  rename, rm, rmdir, stat, statfs, symlink, truncate, unlink, utimes, writeFile,
} = promises;
