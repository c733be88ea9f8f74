// The SDK's fs, over the kernel's exports. Every path is absolute, or below /work.
import { OsError, check, errnoError } from './errors.js';

// FileSystem's open flags, and PathWalk's.
const CREATE = 1;
const TRUNCATE = 8;
const WRITE = 16;
const FOLLOW = 1;

/** Bytes that go through staging memory at a time. */
const CHUNK = 256 * 1024;

const EEXIST = 20;
const ENOENT = 44;

const TYPES = { 0: 'pipe', 2: 'device', 3: 'directory', 4: 'file', 6: 'socket', 7: 'symlink' };

const encoder = new TextEncoder();

/** An absolute path, without `.`, empty components and a slash at the end; `..` is the kernel's business. */
export function absolute(path, base = '/work') {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new OsError('EINVAL', `${JSON.stringify(path)} is not a path: a path is a string that is not empty and has no NUL.`);
  }
  const whole = path.startsWith('/') ? path : `${base}/${path}`;
  return `/${whole.split('/').filter((part) => part !== '' && part !== '.').join('/')}`;
}

export class Files {
  constructor(kernel, staging) {
    this.kernel = kernel;
    this.staging = staging;
  }

  #open(path, flags, what) {
    const [length] = this.staging.texts(path);
    return check(this.kernel.fs_open(length, flags), what);
  }

  /** Runs `use` with an open file's inode, which is closed afterwards. */
  withFile(path, use, flags = 0, what = `open ${path}`) {
    const inode = this.#open(path, flags, what);
    try {
      return use(inode);
    } finally {
      this.kernel.fs_close(inode);
    }
  }

  readFile(path) {
    path = absolute(path);
    return this.withFile(path, (inode) => this.contents(inode, path), 0, `read ${path}`);
  }

  /** The bytes of an open file. */
  contents(inode, path) {
    const size = this.kernel.fs_size(inode);
    if (size < 0) {
      check(this.kernel.fs_read(inode, 0, 0), `read ${path}`);
    }
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      this.staging.room(CHUNK);
      const n = check(this.kernel.fs_read(inode, done, Math.min(CHUNK, size - done)), `read ${path}`);
      if (n === 0) {
        return bytes.slice(0, done);
      }
      bytes.set(this.staging.bytes(n), done);
      done += n;
    }
    return bytes;
  }

  writeFile(path, contents) {
    path = absolute(path);
    const bytes = typeof contents === 'string' ? encoder.encode(contents) : contents;
    if (!(bytes instanceof Uint8Array)) {
      throw new OsError('EINVAL', `write ${path}: the contents are neither a string nor a Uint8Array (EINVAL).`);
    }
    const what = `write ${path}`;
    this.withFile(path, (inode) => {
      let done = 0;
      while (done < bytes.length) {
        const part = bytes.subarray(done, done + CHUNK);
        this.staging.room(part.length).set(part);
        done += check(this.kernel.fs_write(inode, done, part.length), what);
      }
    }, CREATE | TRUNCATE | WRITE, what);
  }

  /** Writes a file from parts that come one after the other. */
  async writeParts(path, parts) {
    path = absolute(path);
    const what = `write ${path}`;
    const inode = this.#open(path, CREATE | TRUNCATE | WRITE, what);
    try {
      let done = 0;
      for await (const bytes of parts) {
        for (let at = 0; at < bytes.length;) {
          const part = bytes.subarray(at, at + CHUNK);
          this.staging.room(part.length).set(part);
          const n = check(this.kernel.fs_write(inode, done, part.length), what);
          at += n;
          done += n;
        }
      }
    } finally {
      this.kernel.fs_close(inode);
    }
  }

  /** Opens a file, for {@link chunks}; to be given to {@link release}. */
  hold(path) {
    return this.#open(absolute(path), 0, `read ${path}`);
  }

  release(inode) {
    this.kernel.fs_close(inode);
  }

  /** The bytes of an open file, piece by piece. */
  * chunks(inode, path) {
    for (let at = 0; ;) {
      this.staging.room(CHUNK);
      const n = check(this.kernel.fs_read(inode, at, CHUNK), `read ${path}`);
      if (n === 0) {
        return;
      }
      yield this.staging.bytes(n);
      at += n;
    }
  }

  /** Bytes that there is room for. */
  room() {
    return this.kernel.fs_room();
  }

  mkdir(path, { recursive = false } = {}) {
    path = absolute(path);
    const [length] = this.staging.texts(path);
    check(recursive ? this.kernel.fs_mkdirs(length) : this.kernel.fs_mkdir(length), `mkdir ${path}`);
  }

  rm(path, { recursive = false, force = false } = {}) {
    path = absolute(path);
    const [length] = this.staging.texts(path);
    const result = recursive ? this.kernel.fs_remove_tree(length) : this.kernel.fs_unlink(length);
    if (!(force && result === -ENOENT)) {
      check(result, `rm ${path}`);
    }
  }

  rename(from, to) {
    const lengths = this.staging.texts(absolute(from), absolute(to));
    check(this.kernel.fs_rename(...lengths), `rename ${from} to ${to}`);
  }

  link(from, to) {
    const lengths = this.staging.texts(absolute(from), absolute(to));
    check(this.kernel.fs_link(...lengths), `link ${from} to ${to}`);
  }

  symlink(target, path) {
    const lengths = this.staging.texts(String(target), absolute(path));
    check(this.kernel.fs_symlink(...lengths), `symlink ${path}`);
  }

  readlink(path) {
    path = absolute(path);
    const [length] = this.staging.texts(path);
    return this.staging.text(check(this.kernel.fs_readlink(length), `readlink ${path}`));
  }

  utimes(path, atimeMs, mtimeMs) {
    path = absolute(path);
    const [length] = this.staging.texts(path);
    check(this.kernel.fs_utimes(length, Number(atimeMs), Number(mtimeMs)), `utimes ${path}`);
  }

  stat(path) {
    return this.#stat(absolute(path), FOLLOW);
  }

  lstat(path) {
    return this.#stat(absolute(path), 0);
  }

  /** The type of what a path itself names, or null if there is nothing. */
  typeOf(path) {
    const result = this.kernel.fs_stat(this.staging.texts(path)[0], 0);
    if (result === -ENOENT) {
      return null;
    }
    check(result, `stat ${path}`);
    return TYPES[this.staging.numbers(1)[0]];
  }

  #stat(path, options) {
    const [length] = this.staging.texts(path);
    check(this.kernel.fs_stat(length, options), `stat ${path}`);
    const [type, size, mode, ino, nlink, atime, mtime, ctime] = this.staging.numbers(8);
    return { type: TYPES[type], size, mode, ino, nlink, atimeMs: atime / 1e6, mtimeMs: mtime / 1e6, ctimeMs: ctime / 1e6 };
  }

  readdir(path, { withFileTypes = false } = {}) {
    path = absolute(path);
    const [length] = this.staging.texts(path);
    const directory = check(this.kernel.fs_open_directory(length), `readdir ${path}`);
    const entries = [];
    try {
      let cookie = 0;
      for (;;) {
        this.staging.room(CHUNK);
        const used = this.kernel.fs_read_names(directory, cookie, CHUNK);
        if (used === 0) {
          break;
        }
        cookie = this.kernel.fs_next_cookie();
        this.#parseNames(this.staging.bytes(used), entries);
      }
    } finally {
      this.kernel.fs_close(directory);
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return withFileTypes ? entries : entries.map((entry) => entry.name);
  }

  #parseNames(bytes, entries) {
    const decoder = new TextDecoder();
    for (let at = 0; at < bytes.length;) {
      const length = bytes[at + 1] | bytes[at + 2] << 8;
      entries.push({ name: decoder.decode(bytes.subarray(at + 3, at + 3 + length)), type: TYPES[bytes[at]] });
      at += 3 + length;
    }
  }

  /** Makes a directory that nobody uses yet, under a name that begins with `prefix`. */
  makeTemporary(prefix) {
    for (;;) {
      const path = `${prefix}${Math.random().toString(36).slice(2, 10)}`;
      const result = this.kernel.fs_mkdir(this.staging.texts(path)[0]);
      if (result === 0) {
        return path;
      }
      if (result !== -EEXIST) {
        throw errnoError(-result, `mkdir ${path}`);
      }
    }
  }
}
