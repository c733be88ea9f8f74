// The file system, synchronously: what node:fs and node:fs/promises are made of.
//
// QuickJS's os shows files through WASI preview 1; what it leaves out there (links, lstat, stat and truncate by descriptor)
// is in qjs:wasi.

import * as std from 'qjs:std';
import * as os from 'qjs:os';
import * as wasi from 'qjs:wasi';
import { absolute, cwd, fromFileUrl } from './paths.js';
import { errnoNames, systemError, writeAll } from './output.js';
import { invalidArgument } from './arguments.js';
import { Buffer } from '../node/buffer.js';

const CHUNK = 65536;
const STDIO = 3;                // descriptors below this were not opened here

const number = Object.fromEntries(Object.entries(errnoNames).map(([value, name]) => [name, Number(value)]));
const open = new Map();         // descriptor → its path

export const constants = {
  F_OK: 0, X_OK: 1, W_OK: 2, R_OK: 4, COPYFILE_EXCL: 1, COPYFILE_FICLONE: 2, COPYFILE_FICLONE_FORCE: 4,
  O_RDONLY: os.O_RDONLY, O_WRONLY: os.O_WRONLY, O_RDWR: os.O_RDWR, O_CREAT: os.O_CREAT, O_EXCL: os.O_EXCL, O_TRUNC: os.O_TRUNC, O_APPEND: os.O_APPEND,
  S_IFMT: os.S_IFMT, S_IFREG: os.S_IFREG, S_IFDIR: os.S_IFDIR, S_IFCHR: os.S_IFCHR, S_IFBLK: os.S_IFBLK, S_IFIFO: os.S_IFIFO, S_IFLNK: os.S_IFLNK, S_IFSOCK: os.S_IFSOCK,
};

function pathOf(path, name = 'path') {
  if (path instanceof Uint8Array) path = Buffer.from(path).toString();
  else if (typeof path === 'object' && path?.href) path = fromFileUrl(path.href);
  if (typeof path !== 'string') throw invalidArgument(name, 'of type string or an instance of Buffer or URL', path);
  if (path.includes('\0')) throw Object.assign(new TypeError(`The argument '${name}' must be a string, Uint8Array, or URL without null bytes. Received '${path.replaceAll('\0', '\\x00')}'`), { code: 'ERR_INVALID_ARG_VALUE' });
  if (!path) return path;
  return path.endsWith('/') && path !== '/' ? absolute(path) + '/' : absolute(path);
}

const optionsOf = (options, more = {}) => ({ ...more, ...typeof options === 'string' ? { encoding: options } : options });
const encoded = (bytes, encoding) => (encoding && encoding !== 'buffer' ? bytes.toString(encoding) : bytes);

function check(result, syscall, path, dest) {
  if (result < 0) throw systemError(-result, syscall, path, dest);
  return result;
}

/** What WASI tells of a path (of a link itself, unless `follows`) or of a descriptor, or an errno, negated. */
function rawStat(target, follows) {
  const found = wasi.stat(target, follows);
  if (typeof found === 'number') return found;
  const [dev, ino, mode, nlink, size, atime, mtime, ctime] = found;
  return { dev, ino, mode, nlink, uid: 0, gid: 0, rdev: 0, size, atime, mtime, ctime };
}

function statOf(path, syscall = 'stat') {
  const full = pathOf(path);
  const stat = full ? rawStat(full, syscall !== 'lstat') : -number.ENOENT;
  return typeof stat === 'number' ? check(stat, syscall, path) : stat;
}

/** What is known of a file. WASI keeps no owner and no permissions: the owner is 0, and everybody may read and write. */
export class Stats {
  constructor(stat) {
    const { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime } = stat;
    const allowed = mode & 0o777 || ((mode & os.S_IFMT) === os.S_IFDIR ? 0o777 : 0o666);
    if (stat.bigint) {
      const whole = value => BigInt(Math.floor(value));
      Object.assign(this, { dev: BigInt(dev), mode: BigInt(mode & os.S_IFMT | allowed), nlink: BigInt(nlink), uid: 0n, gid: 0n, rdev: 0n, blksize: 4096n, ino: BigInt(ino), size: BigInt(size),
        blocks: BigInt(Math.ceil(size / 512)), atimeMs: whole(atime), mtimeMs: whole(mtime), ctimeMs: whole(ctime), birthtimeMs: whole(ctime),
        atimeNs: whole(atime * 1e6), mtimeNs: whole(mtime * 1e6), ctimeNs: whole(ctime * 1e6), birthtimeNs: whole(ctime * 1e6) });
    } else Object.assign(this, { dev, mode: mode & os.S_IFMT | allowed, nlink, uid, gid, rdev, blksize: 4096, ino, size, blocks: Math.ceil(size / 512),
      atimeMs: atime, mtimeMs: mtime, ctimeMs: ctime, birthtimeMs: ctime });
    for (const name of ['atime', 'mtime', 'ctime', 'birthtime']) this[name] = new Date(Number(this[name + 'Ms']));
  }
  #is(type) { return (Number(this.mode) & os.S_IFMT) === type; }
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
    return this.#stats ??= new Stats(statOf(this.full, 'lstat'));
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
  if (!(flag in flags)) throw Object.assign(new TypeError(`The argument 'flags' is invalid. Received ${typeof flag === 'string' ? `'${flag}'` : String(flag)}`), { code: 'ERR_INVALID_ARG_VALUE' });
  return flags[flag];
}

export const files = {
  open(path, flag = 'r', mode = 0o666) {
    const full = pathOf(path);
    const fd = check(full ? os.open(full, flagsOf(flag), mode) : -number.ENOENT, 'open', path);
    open.set(fd, full);
    return fd;
  },

  close(fd) {
    open.delete(fd);
    check(os.close(fd), 'close');
  },

  read(fd, buffer, offset, length, position) {
    if (!ArrayBuffer.isView(buffer)) throw invalidArgument('buffer', 'an instance of Buffer, TypedArray, or DataView', buffer);
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
    if (encoding && encoding !== 'buffer' && !Buffer.isEncoding(encoding)) {
      throw Object.assign(new TypeError(`The argument 'encoding' is invalid encoding. Received '${encoding}'`), { code: 'ERR_INVALID_ARG_VALUE' });
    }
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
        found.push(withFileTypes ? new Dirent(name, prefix ? `${String(path).replace(/\/+$/, '')}/${prefix.slice(0, -1)}` : String(path)) : prefix + name);
        if (recursive && isFolder(absolute(folder, name), false)) list(absolute(folder, name), prefix + name + '/');
      }
    };
    list(full, '');
    return encoding === 'buffer' ? found.map(name => Buffer.from(name)) : found;
  },

  stat(path, options) { return quietly(options, () => new Stats(asked(statOf(path), options))); },
  lstat(path, options) { return quietly(options, () => new Stats(asked(statOf(path, 'lstat'), options))); },
  fstat(fd, options) {
    if (open.has(fd)) {
      const stat = rawStat(fd);
      return new Stats(asked(typeof stat === 'number' ? check(stat, 'fstat') : stat, options));
    }
    if (fd >= STDIO) throw systemError(number.EBADF, 'fstat');
    return new Stats({ dev: 0, ino: fd, mode: os.isatty(fd) ? os.S_IFCHR : os.S_IFIFO, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, atime: 0, mtime: 0, ctime: 0 });
  },

  access(path) { statOf(path, 'access'); },

  realpath(path) {
    try {
      statOf(path, 'realpath');
    } catch (error) {
      throw error.errno ? systemError(number[error.code], 'lstat', absolute(pathOf(path))) : error;
    }
    let full = '/', rest = absolute(pathOf(path)).split('/').filter(Boolean);
    while (rest.length) {
      const next = absolute(full, rest.shift());
      const target = wasi.readlink(next);
      if (typeof target === 'string') [full, rest] = ['/', [...absolute(full, target).split('/').filter(Boolean), ...rest]];
      else full = next;
    }
    return full;
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
    const base = cwd.get().replace(/\/?$/, '/');
    return first?.startsWith(base) && !String(path).startsWith('/') ? first.slice(base.length) : first;
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
    const found = wasi.stat(full, false);
    if (typeof found === 'number') {
      if (force && -found === number.ENOENT) return;
      check(found, 'lstat', path);
    }
    if (isFolder(full, false) && !recursive) throw folderError('rm', 'EISDIR (is a directory)', path, 21);
    removeTree(full, path);
  },

  unlink(path) {
    const full = pathOf(path);
    if (isFolder(full, false)) throw systemError(number.EISDIR, 'unlink', path);
    check(os.remove(full), 'unlink', path);
  },

  rmdir(path, options) {
    if (!isFolder(pathOf(path), false)) throw systemError(statOf(path, 'rmdir') && number.ENOTDIR, 'rmdir', path);
    if (options?.recursive) return files.rm(path, options);
    check(os.remove(absolute(pathOf(path))), 'rmdir', path);
  },

  rename(from, to) { check(os.rename(pathOf(from, 'oldPath'), pathOf(to, 'newPath')), 'rename', from, to); },

  copyFile(from, to, mode = 0) {
    if (mode & constants.COPYFILE_EXCL && os.stat(pathOf(to))[0]) throw systemError(number.EEXIST, 'copyfile', from, to);
    const found = wasi.stat(pathOf(from), true);
    if (typeof found === 'number') check(found, 'copyfile', from, to);
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
      if (!recursive) throw folderError('cp', `EISDIR (${from} is a directory (not copied))`, from, 22);
      files.mkdir(to, { recursive: true });
      for (const name of files.readdir(from)) files.cp(`${from}/${name}`, `${to}/${name}`, { recursive, force, errorOnExist, filter });
    } else if (force || !os.stat(pathOf(to))[0]) {
      files.copyFile(from, to);
    } else if (errorOnExist) {
      throw Object.assign(systemError(number.EEXIST, 'cp', from, to), { code: 'ERR_FS_CP_EEXIST' });
    }
  },

  truncate(path, length = 0) {
    if (typeof path === 'number') return files.ftruncate(path, length);
    const fd = files.open(path, 'r+');
    try {
      files.ftruncate(fd, length);
    } finally {
      files.close(fd);
    }
  },
  ftruncate(fd, length = 0) { check(wasi.truncate(fd, Math.max(0, length ?? 0)), 'ftruncate'); },

  readlink(path, options) {
    const target = wasi.readlink(pathOf(path));
    return typeof target === 'string' ? target : check(target, 'readlink', path);
  },
  symlink(target, path) { check(wasi.symlink(String(target instanceof Uint8Array ? Buffer.from(target) : target?.href ? fromFileUrl(target.href) : target), pathOf(path)), 'symlink', target, path); },
  link(from, to) { check(wasi.link(pathOf(from, 'existingPath'), pathOf(to, 'newPath')), 'link', from, to); },

  readv(fd, buffers, position) { return vector(fd, buffers, position, files.read); },
  writev(fd, buffers, position) { return vector(fd, buffers, position, files.write); },

  futimes(fd, atime, mtime) { files.utimes(open.get(fd), atime, mtime); },

  // There are no permissions and owners: a file that is there is what it shall be.
  chmod(path) { statOf(path, 'chmod'); },
  fchmod(fd) { files.fstat(fd); },
  chown(path) { statOf(path, 'chown'); },
  fchown(fd) { files.fstat(fd); },
  lchown(path) { statOf(path, 'lstat'); },


  utimes(path, atime, mtime) {
    const ms = time => (time instanceof Date ? time.getTime() : Number(time) * 1000);
    check(os.utimes(pathOf(path), ms(atime), ms(mtime)), 'utimes', path);
  },
};

// What WASI, or QuickJS on it, cannot do says so, and does not pretend.
for (const name of ['lchmod', 'lutimes', 'statfs']) {
  files[name] = () => {
    throw Object.assign(new Error(`ENOSYS: fs.${name} is not there in this JavaScript`), { code: 'ENOSYS', errno: -38, syscall: name });
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

function isFolder(path, follows = true) {
  return (rawStat(path, follows).mode & os.S_IFMT) === os.S_IFDIR;
}

const asked = (stat, options) => (options?.bigint ? Object.assign(stat, { bigint: true }) : stat);

function folderError(syscall, why, path, errno) {
  return Object.assign(new Error(`Path is a directory: ${syscall} returned ${why} ${path}`), { name: 'SystemError', code: 'ERR_FS_EISDIR', errno, syscall, path });
}

function vector(fd, buffers, position, act) {
  let done = 0;
  for (const buffer of buffers) {
    const count = act(fd, buffer, 0, buffer.byteLength, typeof position === 'number' ? position + done : null);
    done += count;
    if (count < buffer.byteLength) break;
  }
  return done;
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
  if (!isFolder(full, false)) throw systemError(-result, 'rm', path);
  for (const name of os.readdir(full)[0]) if (name !== '.' && name !== '..') removeTree(absolute(full, name), path);
  check(os.remove(full), 'rm', path);
}
