// The file system, synchronously: what node:fs and node:fs/promises are made of.
//
// QuickJS's os shows files through WASI preview 1 without lstat, links or a stat by descriptor, so links are followed
// wherever a path is given, and a descriptor remembers its path.

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import { absolute, fromFileUrl } from './paths.js';
import { errnoNames, systemError, writeAll } from './output.js';
import { invalidArgument } from './arguments.js';
import { Buffer } from '../node/buffer.js';

const CHUNK = 65536;
const STDIO = 3;                // descriptors below this were not opened here

const number = Object.fromEntries(Object.entries(errnoNames).map(([value, name]) => [name, Number(value)]));
const open = new Map();         // descriptor → { path, append, position }

export const constants = {
  F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
  O_RDONLY: os.O_RDONLY, O_WRONLY: os.O_WRONLY, O_RDWR: os.O_RDWR, O_CREAT: os.O_CREAT, O_EXCL: os.O_EXCL, O_TRUNC: os.O_TRUNC, O_APPEND: os.O_APPEND,
  S_IFMT: os.S_IFMT, S_IFREG: os.S_IFREG, S_IFDIR: os.S_IFDIR, S_IFCHR: os.S_IFCHR, S_IFBLK: os.S_IFBLK, S_IFIFO: os.S_IFIFO, S_IFLNK: os.S_IFLNK, S_IFSOCK: os.S_IFSOCK,
};

function pathOf(path, name = 'path') {
  if (path instanceof Uint8Array) path = Buffer.from(path).toString();
  else if (typeof path === 'object' && path?.href) path = fromFileUrl(path.href);
  if (typeof path !== 'string') throw invalidArgument(name, 'of type string or an instance of Buffer or URL', path);
  if (path.includes('\0')) throw Object.assign(new TypeError(`The "${name}" argument must not have a zero byte`), { code: 'ERR_INVALID_ARG_VALUE' });
  if (!path) return path;
  return path.endsWith('/') && path !== '/' ? absolute(path) + '/' : absolute(path);
}

const optionsOf = (options, more = {}) => ({ ...more, ...typeof options === 'string' ? { encoding: options } : options });
const encoded = (bytes, encoding) => (encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes);

function check(result, syscall, path, dest) {
  if (result < 0) throw systemError(-result, syscall, path, dest);
  return result;
}

function statOf(path, syscall = 'stat') {
  const full = pathOf(path);
  const [stat, errno] = full ? os.stat(full) : [null, number.ENOENT];
  if (errno) throw systemError(errno, syscall, path);
  return stat;
}

/** What is known of a file. WASI keeps no owner and no permissions: the owner is 0, and everybody may read and write. */
export class Stats {
  constructor(stat) {
    const { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime } = stat;
    const allowed = mode & 0o777 || ((mode & os.S_IFMT) === os.S_IFDIR ? 0o777 : 0o666);
    Object.assign(this, { dev, mode: mode & os.S_IFMT | allowed, nlink, uid, gid, rdev, blksize: 4096, ino, size, blocks: Math.ceil(size / 512),
      atimeMs: atime, mtimeMs: mtime, ctimeMs: ctime, birthtimeMs: ctime });
    for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) this[name] = new Date(this[name + 'Ms']);
  }
  #is(type) { return (this.mode & os.S_IFMT) === type; }
  isFile() { return this.#is(os.S_IFREG); }
  isDirectory() { return this.#is(os.S_IFDIR); }
  isSymbolicLink() { return this.#is(os.S_IFLNK); }
  isCharacterDevice() { return this.#is(os.S_IFCHR); }
  isBlockDevice() { return this.#is(os.S_IFBLK); }
  isFIFO() { return this.#is(os.S_IFIFO); }
  isSocket() { return this.#is(os.S_IFSOCK); }
}

/** An entry of a directory. */
export class Dirent {
  #stats;
  constructor(name, folder) {
    this.name = name;
    this.parentPath = this.path = folder;
    Object.defineProperty(this, 'full', { value: absolute(folder, name), enumerable: false });
  }
  #stat() {
    return this.#stats ??= new Stats(os.stat(this.full)[0] ?? { mode: os.S_IFLNK });     // a link that leads nowhere
  }
  isFile() { return this.#stat().isFile(); }
  isDirectory() { return this.#stat().isDirectory(); }
  isSymbolicLink() { return this.#stat().isSymbolicLink(); }
  isCharacterDevice() { return this.#stat().isCharacterDevice(); }
  isBlockDevice() { return this.#stat().isBlockDevice(); }
  isFIFO() { return this.#stat().isFIFO(); }
  isSocket() { return this.#stat().isSocket(); }
}

const flags = {
  r: os.O_RDONLY, rs: os.O_RDONLY, 'r+': os.O_RDWR, w: os.O_WRONLY | os.O_CREAT | os.O_TRUNC, wx: os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_EXCL,
  'w+': os.O_RDWR | os.O_CREAT | os.O_TRUNC, 'wx+': os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_EXCL, a: os.O_WRONLY | os.O_CREAT | os.O_APPEND,
  ax: os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL, 'a+': os.O_RDWR | os.O_CREAT | os.O_APPEND, 'ax+': os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_EXCL,
};
flags.as = flags.a;

function flagsOf(flag) {
  if (typeof flag === 'number') return flag;
  if (!(flag in flags)) throw Object.assign(new TypeError(`The argument 'flags' is invalid. Received '${flag}'`), { code: 'ERR_INVALID_ARG_VALUE' });
  return flags[flag];
}

export const files = {
  open(path, flag = 'r', mode = 0o666) {
    const full = pathOf(path);
    const fd = check(full ? os.open(full, flagsOf(flag), mode) : -number.ENOENT, 'open', path);
    open.set(fd, { path: full });
    return fd;
  },

  close(fd) {
    open.delete(fd);
    check(os.close(fd), 'close');
  },

  read(fd, buffer, offset, length, position) {
    if (offset !== null && typeof offset === 'object') ({ offset, length, position } = offset);
    offset ??= 0;
    length ??= buffer.byteLength - offset;
    return at(fd, position, () => check(os.read(fd, buffer.buffer, buffer.byteOffset + offset, length), 'read'));
  },

  write(fd, data, offset, length, position) {
    if (typeof data === 'string') {
      [position, data] = [offset, Buffer.from(data, length)];
      offset = undefined;
      length = undefined;
    } else if (offset !== null && typeof offset === 'object') ({ offset, length, position } = offset);
    offset ??= 0;
    length ??= data.byteLength - offset;
    return at(fd, position, () => check(os.write(fd, data.buffer, data.byteOffset + offset, length), 'write'));
  },

  readFile(path, options) {
    const { encoding, flag } = optionsOf(options);
    if (typeof path === 'number') return encoded(readRest(path), encoding);
    const full = pathOf(path);
    // The short way, in QuickJS's own C; only that of a failure knows the reason.
    const whole = full && !flag && std.loadFile(full, { binary: true });
    if (whole && !(whole.length === 0 && isFolder(full))) {
      return encoded(Object.setPrototypeOf(whole, Buffer.prototype), encoding);
    }
    const fd = files.open(path, flag);
    try {
      if (isFolder(full)) throw systemError(number.EISDIR, 'read');
      return encoded(readRest(fd), encoding);
    } finally {
      files.close(fd);
    }
  },

  writeFile(path, data, options) {
    const { encoding, flag, mode } = optionsOf(options, { flag: 'w' });
    if (typeof data === 'string') data = Buffer.from(data, encoding);
    else if (!ArrayBuffer.isView(data)) throw invalidArgument('data', 'of type string or an instance of Buffer, TypedArray, or DataView', data);
    if (typeof path === 'number') return writeAll(path, data);
    const fd = files.open(path, flag, mode);
    try {
      writeAll(fd, data);
    } finally {
      files.close(fd);
    }
  },

  appendFile(path, data, options) {
    files.writeFile(path, data, optionsOf(options, { flag: 'a' }));
  },

  readdir(path, options) {
    const { withFileTypes, recursive, encoding } = optionsOf(options);
    const full = pathOf(path);
    if (!isFolder(full)) throw systemError(statOf(path, 'scandir') && number.ENOTDIR, 'scandir', path);
    const found = [];
    const list = (folder, prefix) => {
      const [names, errno] = os.readdir(folder);
      if (errno) throw systemError(errno, 'scandir', folder);
      for (const name of names.filter(one => one !== '.' && one !== '..').sort()) {
        found.push(withFileTypes ? new Dirent(name, prefix ? absolute(full, prefix) : String(path)) : prefix + name);
        if (recursive && isFolder(absolute(folder, name))) list(absolute(folder, name), prefix + name + '/');
      }
    };
    list(full, '');
    return encoding === 'buffer' ? found.map(name => Buffer.from(name)) : found;
  },

  stat(path, options) { return quietly(options, () => new Stats(statOf(path))); },
  lstat(path, options) { return quietly(options, () => new Stats(statOf(path, 'lstat'))); },
  fstat(fd) {
    if (open.has(fd)) return new Stats(statOf(open.get(fd).path, 'fstat'));
    if (fd >= STDIO) throw systemError(number.EBADF, 'fstat');
    return new Stats({ dev: 0, ino: fd, mode: os.isatty(fd) ? os.S_IFCHR : os.S_IFIFO, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, atime: 0, mtime: 0, ctime: 0 });
  },

  access(path) { statOf(path, 'access'); },

  realpath(path) {
    statOf(path, 'realpath');
    return absolute(pathOf(path));
  },

  mkdir(path, options) {
    const { recursive, mode = 0o777 } = typeof options === 'object' && options || { mode: options };
    const full = absolute(pathOf(path));
    if (!recursive) {
      check(os.mkdir(full, mode ?? 0o777), 'mkdir', path);
      return undefined;
    }
    let first;
    const make = folder => {
      if (isFolder(folder)) return;
      const parent = absolute(folder, '..');
      if (parent !== folder) make(parent);
      const result = os.mkdir(folder, mode);
      if (result < 0 && !isFolder(folder)) throw systemError(-result, 'mkdir', path);
      first ??= folder;
    };
    make(full);
    return first;
  },

  mkdtemp(prefix) {
    for (let tries = 0; tries < 100; tries++) {
      const path = prefix + Array.from({ length: 6 }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(Math.random() * 36)]).join('');
      const result = os.mkdir(pathOf(path), 0o700);
      if (result >= 0) return path;
      if (-result !== number.EEXIST) throw systemError(-result, 'mkdtemp', `${prefix}XXXXXX`);
    }
    throw systemError(number.EEXIST, 'mkdtemp', `${prefix}XXXXXX`);
  },

  rm(path, { recursive = false, force = false } = {}) {
    const full = absolute(pathOf(path));
    if (!os.stat(full)[0] && force && os.remove(full) < 0) return;
    if (isFolder(full) && !recursive) {
      throw Object.assign(new Error(`Path is a directory: rm returned EISDIR (is a directory) ${full}`), { code: 'ERR_FS_EISDIR', errno: number.EISDIR, syscall: 'rm', path: full });
    }
    removeTree(full, path);
  },

  unlink(path) {
    const full = pathOf(path);
    if (isFolder(full)) throw systemError(number.EISDIR, 'unlink', path);
    check(os.remove(full), 'unlink', path);
  },

  rmdir(path, options) {
    if (!isFolder(pathOf(path))) throw systemError(statOf(path, 'rmdir') && number.ENOTDIR, 'rmdir', path);
    if (options?.recursive) return files.rm(path, options);
    check(os.remove(absolute(pathOf(path))), 'rmdir', path);
  },

  rename(from, to) { check(os.rename(pathOf(from, 'oldPath'), pathOf(to, 'newPath')), 'rename', from, to); },

  copyFile(from, to, mode = 0) {
    if (mode & constants.COPYFILE_EXCL && os.stat(pathOf(to))[0]) throw systemError(number.EEXIST, 'copyfile', from, to);
    if (isFolder(pathOf(from))) throw systemError(number.EISDIR, 'copyfile', from, to);
    const input = files.open(from);
    try {
      const output = files.open(to, 'w');
      try {
        const chunk = new Uint8Array(CHUNK);
        for (let count; (count = check(os.read(input, chunk.buffer, 0, CHUNK), 'copyfile', from, to)) > 0;) writeAll(output, chunk.subarray(0, count));
      } finally {
        files.close(output);
      }
    } finally {
      files.close(input);
    }
  },

  cp(from, to, { recursive = false, force = true, errorOnExist = false, filter } = {}) {
    if (filter && !filter(from, to)) return;
    if (isFolder(pathOf(from))) {
      if (!recursive) throw Object.assign(systemError(number.EISDIR, 'cp', from, to), { code: 'ERR_FS_EISDIR' });
      files.mkdir(to, { recursive: true });
      for (const name of files.readdir(from)) files.cp(`${from}/${name}`, `${to}/${name}`, { recursive, force, errorOnExist, filter });
    } else if (force || !os.stat(pathOf(to))[0]) {
      files.copyFile(from, to);
    } else if (errorOnExist) {
      throw Object.assign(systemError(number.EEXIST, 'cp', from, to), { code: 'ERR_FS_CP_EEXIST' });
    }
  },

  truncate(path, length = 0) {
    const data = files.readFile(path);
    const kept = Buffer.alloc(length);
    data.copy(kept, 0, 0, length);
    files.writeFile(path, kept);
  },

  utimes(path, atime, mtime) {
    const ms = time => (time instanceof Date ? time.getTime() : Number(time) * 1000);
    check(os.utimes(pathOf(path), ms(atime), ms(mtime)), 'utimes', path);
  },
};

// What WASI, or QuickJS on it, cannot do says so, and does not pretend.
for (const name of ['chmod', 'chown', 'fchmod', 'fchown', 'lchown', 'lchmod', 'link', 'symlink', 'readlink', 'ftruncate', 'futimes', 'lutimes', 'statfs']) {
  files[name] = () => {
    throw Object.assign(new Error(`ENOSYS: fs.${name} is not there in this JavaScript`), { code: 'ENOSYS', errno: -number.ENOSYS, syscall: name });
  };
}
// Nothing is kept back: a write is in the file system when it returns.
files.fsync = fd => { if (!open.has(fd) && fd >= STDIO) throw systemError(number.EBADF, 'fsync'); };
files.fdatasync = files.fsync;

/** At a position, if one is given, and back to where it was. */
function at(fd, position, act) {
  if (position === null || position === undefined || position < 0) return act();
  const before = os.seek(fd, 0, std.SEEK_CUR);
  check(os.seek(fd, Number(position), std.SEEK_SET), 'lseek');
  try {
    return act();
  } finally {
    os.seek(fd, before, std.SEEK_SET);
  }
}

function readRest(fd) {
  const chunks = [];
  for (;;) {
    const chunk = new Uint8Array(CHUNK);
    const count = os.read(fd, chunk.buffer, 0, CHUNK);
    if (-count === number.EAGAIN) {
      os.sleep(1);
      continue;
    }
    if (check(count, 'read') === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, count));
  }
}

function isFolder(path) {
  return (os.stat(path)[0]?.mode & os.S_IFMT) === os.S_IFDIR;
}

function quietly(options, act) {
  try {
    return act();
  } catch (error) {
    if (options?.throwIfNoEntry === false && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

// First the thing itself: a link goes, and not what it leads to.
function removeTree(full, path) {
  const result = os.remove(full);
  if (result >= 0) return;
  if (!isFolder(full)) throw systemError(-result, 'rm', path);
  for (const name of os.readdir(full)[0]) if (name !== '.' && name !== '..') removeTree(absolute(full, name), path);
  check(os.remove(full), 'rm', path);
}
