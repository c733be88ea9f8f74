// Copies a folder into the OS: a tree of objects (WebContainer's), a directory that the person picked or dropped, or a zip.
// First it looks at everything and plans; what can be refused is refused before anything is written.
import { OsError } from './errors.js';
import { absolute } from './files.js';
import { Ignore } from './ignore.js';
import { Progress } from './progress.js';
import { isZip, readZip } from './zip.js';

/** Files that are read at the same time: each read of a browser's file waits for another process. */
const AT_ONCE = 24;
/** Larger files are copied in pieces of so many bytes. */
const PIECE = 4 << 20;
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
    await this.#rules(prefix, async () => {
      const contents = tree['.gitignore']?.file?.contents;
      return typeof contents === 'function' ? contents() : contents;
    });
    for (const [name, node] of Object.entries(tree)) {
      const path = `${prefix}/${checkName(name)}`;
      if (node?.file) {
        const { contents, mtimeMs } = node.file;
        if (!isContents(contents)) {
          throw new OsError('EINVAL', `mount: the contents of ${path} are neither a string nor bytes (EINVAL).`);
        }
        this.#file(path, typeof contents === 'function' ? contents : () => contents, mtimeMs);
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
    await this.#rules(prefix, async () => (await directory.getFileHandle('.gitignore').catch(() => null))?.getFile());
    const below = [];
    for await (const [name, handle] of directory.entries()) {
      const path = `${prefix}/${checkName(name)}`;
      if (handle.kind === 'file') {
        this.#file(path, () => handle.getFile());
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

  async #rules(prefix, read) {
    if (this.ignore) {
      const contents = await read();
      if (contents) {
        this.ignore.add(prefix, typeof contents === 'string' ? contents : await new Response(contents).text());
      }
    }
  }

  #file(path, contents, mtimeMs) {
    if (!this.#skips(path, false)) {
      this.progress.total++;
      this.entries.push({ path, contents, mtimeMs });
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
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < entries.length && !failed) {
      const entry = entries[next++];
      const path = root + entry.path;
      try {
        if (entry.isDirectory) {
          clear(files, path);
          files.mkdir(path, { recursive: true });
        } else if (entry.symlink !== undefined) {
          files.rm(path, { force: true });
          files.symlink(entry.symlink, path);
        } else {
          await copyFile(files, entry, path);
          await progress.done();
        }
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  // A directory is made when its turn comes, and so before anybody turns to what is in it.
  const workers = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  const broken = workers.find(({ status }) => status === 'rejected');
  if (broken) {
    throw broken.reason;
  }
}

async function copyFile(files, { contents: read, mtimeMs }, path) {
  let contents = read();
  if (contents instanceof Promise) {
    contents = await contents;
  }
  if (contents instanceof Blob) {
    mtimeMs ??= contents.lastModified;
    contents = contents.size > PIECE ? pieces(contents) : new Uint8Array(await contents.arrayBuffer());
  }
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
    yield new Uint8Array(await blob.slice(at, at + PIECE).arrayBuffer());
  }
}

/** A symlink that a program left there must not lead the copy somewhere else: what is mounted replaces it. */
function clear(files, path) {
  if (files.typeOf(path) === 'symlink') {
    files.rm(path);
  }
}
