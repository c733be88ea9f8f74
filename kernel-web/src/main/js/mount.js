// Copies a folder into the OS: a tree of objects (WebContainer's), a directory that the person picked or dropped, or a zip.
// First it looks at everything and plans; what can be refused is refused before anything is written.
import { OsError } from './errors.js';
import { absolute } from './files.js';
import { Ignore } from './ignore.js';
import { Progress } from './progress.js';
import { isZip, readZip } from './zip.js';

/** What is copied at the same time: a zip's files are inflated, directories asked for what is in them. */
const AT_ONCE = 24;
/** A browser's files come from another process. So many are read as one, which costs less than each by itself, … */
const JOINED = 50;
/** … with so many bytes, … */
const JOINED_BYTES = 4 << 20;
/** … and so many of those at the same time. */
const JOINS_AT_ONCE = 8;
/** Larger files are copied in pieces of so many bytes. */
const PIECE = 4 << 20;
/** Files that say what is left out have no more bytes. */
const MOST_RULES = 1 << 20;
/** Names of skipped files that are given back. */
const MOST_SKIPPED = 1000;
/** Bytes of a name, as the kernel has it. */
const LONGEST_NAME = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What cannot be a name: the copy must stay below the mount point. */
function checkName(name) {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new OsError('EINVAL', `mount: ${JSON.stringify(name)} cannot be the name of a file (EINVAL).`);
  }
  if (name.length > LONGEST_NAME / 3 && encoder.encode(name).length > LONGEST_NAME) {
    throw new OsError('ENAMETOOLONG', `mount: ${JSON.stringify(name)} is longer than ${LONGEST_NAME} bytes (ENAMETOOLONG).`);
  }
  return name;
}

/**
 * @param {import('./files.js').Files} files
 * @param {object} source
 * @param {{at?: string, gitignore?: boolean}} options
 * @param {(progress: {loaded: number, total: number}) => void} onProgress files copied and files known of so far
 * @param {AbortSignal} signal
 * @returns {Promise<{files: number, skipped: string[], skippedCount: number}>}
 */
export async function mount(files, source, { at = '/work', gitignore = false } = {}, onProgress, signal) {
  const progress = new Progress(onProgress, signal, 'mount');
  const ignore = gitignore ? new Ignore(files.kernel, files.staging) : null;
  const root = absolute(at);
  const there = files.typeOf(root);
  if (there === 'file') {
    throw new OsError('ENOTDIR', `mount at ${root}: that is a file; a folder can only be mounted at a directory (ENOTDIR).`);
  }
  const isNew = there === null;
  try {
    const plan = new Plan(progress, ignore);
    if (typeof FileSystemDirectoryHandle !== 'undefined' && source instanceof FileSystemDirectoryHandle) {
      await plan.handle(source, '');
    } else {
      await plan.tree(await treeOf(source, files.room()), '');
    }
    files.mkdir(root, { recursive: true });
    await copy(files, plan.entries, root === '/' ? '' : root, progress);
    progress.report(true);
    return { files: progress.loaded, skipped: plan.skipped, skippedCount: plan.skippedCount };
  } catch (error) {
    // Half a folder is worse than none; but what was there before, or was given up by the person, stays.
    if (isNew && error.code !== 'ABORTED') {
      files.rm(root, { recursive: true, force: true });
    }
    throw error;
  } finally {
    ignore?.free();
  }
}

/** The tree that a source is or stands for. */
async function treeOf(source, room) {
  if (source instanceof Blob || source instanceof ArrayBuffer || source instanceof Uint8Array) {
    const bytes = source instanceof Uint8Array ? source
      : new Uint8Array(source instanceof Blob ? await source.arrayBuffer() : source);
    if (!isZip(bytes)) {
      throw new OsError('EINVAL', 'mount: the bytes are no zip (EINVAL).');
    }
    return treeOfZip(readZip(bytes, room));
  }
  if (!source || typeof source !== 'object') {
    throw new OsError('EINVAL', 'mount: the source is neither a tree, a directory handle, nor the bytes of a zip (EINVAL).');
  }
  return source;
}

async function treeOfZip(entries) {
  const root = Object.create(null);
  for (const { name, kind, parts, size, mtimeMs } of entries) {
    const path = name.split('/');
    const last = path.pop();
    let at = root;
    for (const part of path) {
      at[part] ??= { directory: Object.create(null) };
      at = at[part].directory ?? conflict(name);
    }
    if (kind === 'directory') {
      at[last] ??= { directory: Object.create(null) };
      at[last].directory ?? conflict(name);
    } else if (at[last]) {
      conflict(name);
    } else if (kind === 'symlink') {
      at[last] = { symlink: decoder.decode(await whole(parts(), size)) };
    } else {
      const contents = size > PIECE ? parts : () => whole(parts(), size);
      at[last] = { file: { contents, mtimeMs } };
    }
  }
  return root;
}

function conflict(name) {
  throw new OsError('EINVAL', `mount: the zip holds ${JSON.stringify(name)} twice, or as a file and as a folder (EINVAL). Nothing `
    + 'of the zip was mounted.');
}

async function whole(parts, size) {
  const bytes = new Uint8Array(size);
  let at = 0;
  for await (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The text of a tree's file, of one of the browser's, or of a zip's. */
async function textOf(contents) {
  return typeof contents === 'string' ? contents : new Response(contents).text();
}

/** What a mount will do, in order: directories before what is in them. */
class Plan {
  entries = [];
  skipped = [];
  skippedCount = 0;

  constructor(progress, ignore) {
    this.progress = progress;
    this.ignore = ignore;
  }

  async tree(tree, prefix) {
    await this.#rules(prefix, (name) => {
      const contents = Object.hasOwn(tree, name) && tree[name]?.file?.contents;
      return typeof contents === 'function' ? contents() : contents;
    });
    for (const [name, node] of Object.entries(tree)) {
      const path = `${prefix}/${checkName(name)}`;
      if (node?.file) {
        const { contents, mtimeMs } = node.file;
        if (!isContents(contents)) {
          throw new OsError('EINVAL', `mount: the contents of ${path} are neither a string nor bytes (EINVAL).`);
        }
        this.#file(path, contents instanceof Blob ? { file: () => contents, mtimeMs } : { contents, mtimeMs });
      } else if (node?.directory) {
        if (this.#directory(path)) {
          await this.tree(node.directory, path);
        }
      } else if (typeof node?.symlink === 'string') {
        if (!this.#skips(path, false)) {
          this.entries.push({ path, symlink: node.symlink });
        }
      } else {
        throw new OsError('EINVAL', `mount: ${path} is neither { file }, { directory } nor { symlink } (EINVAL).`);
      }
    }
  }

  async handle(directory, prefix) {
    const entries = new Map();
    for await (const [name, handle] of directory.entries()) {
      entries.set(name, handle);
    }
    await this.#rules(prefix, (name) => entries.get(name)?.kind === 'file' && entries.get(name).getFile());
    const below = [];
    for (const [name, handle] of entries) {
      const path = `${prefix}/${checkName(name)}`;
      if (handle.kind === 'file') {
        this.#file(path, { file: () => handle.getFile() });
        this.progress.report(false);
      } else if (this.#directory(path)) {
        below.push([handle, path]);
      }
    }
    this.progress.check();
    for (let i = 0; i < below.length; i += AT_ONCE) {
      await Promise.all(below.slice(i, i + AT_ONCE).map(([handle, path]) => this.handle(handle, path)));
    }
  }

  /** Takes in what a directory's own files say of it; `read` answers the contents of the one of a name, if there is one. */
  async #rules(prefix, read) {
    if (!this.ignore || this.ignore.takesIn(prefix)) {
      return;
    }
    for (const name of this.ignore.files) {
      const contents = await read(name);
      if (contents && (contents.size ?? contents.length) <= MOST_RULES) {
        this.ignore.add(prefix, name, await textOf(contents));
      }
    }
  }

  #file(path, source) {
    if (!this.#skips(path, false)) {
      this.progress.total++;
      this.entries.push({ path, ...source });
    }
  }

  #directory(path) {
    if (this.#skips(path, true)) {
      return false;
    }
    this.entries.push({ path, isDirectory: true });
    return true;
  }

  #skips(path, isDirectory) {
    if (!this.ignore?.matches(path, isDirectory)) {
      return false;
    }
    this.skippedCount++;
    if (this.skipped.length < MOST_SKIPPED) {
      this.skipped.push(`${path.slice(1)}${isDirectory ? '/' : ''}`);
    }
    return true;
  }
}

function isContents(contents) {
  return typeof contents === 'string' || contents instanceof Uint8Array || contents instanceof Blob || typeof contents === 'function';
}

async function copy(files, entries, root, progress) {
  const ofBrowser = entries.reduce((count, { file }) => count + (file ? 1 : 0), 0);
  const atOnce = ofBrowser > 0 ? JOINS_AT_ONCE : AT_ONCE;
  const most = Math.min(Math.ceil(ofBrowser / atOnce), JOINED);
  let next = 0;
  let failed = false;
  /** The next files, of the browser or a single other one. Directories before them are made at once: whoever is next needs them. */
  const take = () => {
    const taken = [];
    while (next < entries.length && (taken.length === 0 || (taken[0].file && taken.length < most))) {
      const entry = entries[next++];
      const path = root + entry.path;
      if (entry.isDirectory) {
        clear(files, path);
        files.mkdir(path, { recursive: true });
      } else if (entry.symlink !== undefined) {
        files.rm(path, { force: true });
        files.symlink(entry.symlink, path);
      } else if (taken.length > 0 && !entry.file) {
        next--;
        return taken;
      } else {
        taken.push(entry);
      }
    }
    return taken;
  };
  const work = async () => {
    try {
      for (let taken = take(); taken.length > 0 && !failed; taken = take()) {
        for await (const [{ path, mtimeMs }, contents] of read(taken)) {
          if (failed) {
            return;
          }
          await write(files, root + path, contents, mtimeMs);
          await progress.done();
        }
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: atOnce }, work));
  const broken = workers.find(({ status }) => status === 'rejected');
  if (broken) {
    throw broken.reason;
  }
}

/** Entries with what is in them: `[entry, contents]`, a string, bytes, or pieces of a large file. */
async function* read(entries) {
  if (!entries[0].file) {
    const [{ contents }] = entries;
    yield [entries[0], typeof contents === 'function' ? await contents() : contents];
    return;
  }
  const blobs = await Promise.all(entries.map(({ file }) => file()));
  for (let from = 0, to; from < blobs.length; from = to) {
    let size = blobs[from].size;
    for (to = from + 1; to < blobs.length && size + blobs[to].size <= JOINED_BYTES; to++) {
      size += blobs[to].size;
    }
    const joined = size <= JOINED_BYTES ? await bytesOf(new Blob(blobs.slice(from, to))).catch(() => null) : null;
    for (let i = from, at = 0; i < to; i++) {
      const blob = blobs[i];
      const entry = { ...entries[i], mtimeMs: entries[i].mtimeMs ?? blob.lastModified };
      if (joined?.length === size) {
        yield [entry, joined.subarray(at, at += blob.size)];
      } else {
        // A large one; or one of them cannot be read, which says so by itself.
        yield [entry, blob.size > PIECE ? pieces(blob) : await bytesOf(blob)];
      }
    }
  }
}

async function bytesOf(blob) {
  return new Uint8Array(await blob.arrayBuffer());
}

async function write(files, path, contents, mtimeMs) {
  clear(files, path);
  if (contents[Symbol.asyncIterator]) {
    await files.writeParts(path, contents);
  } else {
    files.writeFile(path, contents);
  }
  if (mtimeMs !== undefined) {
    files.utimes(path, mtimeMs, mtimeMs);
  }
}

async function* pieces(blob) {
  for (let at = 0; at < blob.size; at += PIECE) {
    yield bytesOf(blob.slice(at, at + PIECE));
  }
}

/** A symlink that a program left there must not lead the copy somewhere else: what is mounted replaces it. */
function clear(files, path) {
  if (files.typeOf(path) === 'symlink') {
    files.rm(path);
  }
}
