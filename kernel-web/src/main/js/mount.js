// Copies a folder into the OS: a tree of objects (WebContainer's), or a directory that the person picked or dropped.
import { OsError, notYet } from './errors.js';
import { absolute } from './files.js';

/** What cannot be a name: the copy must stay below the mount point. */
function checkName(name) {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0')) {
    throw new OsError('EINVAL', `mount: ${JSON.stringify(name)} cannot be the name of a file (EINVAL).`);
  }
  return name;
}

/**
 * @param {import('./files.js').Files} files
 * @param {object} source
 * @param {{at?: string}} options
 * @param {(progress: {loaded: number, total: number}) => void} onProgress files copied and files known of so far
 * @param {() => boolean} isAborted asked before each file
 */
export async function mount(files, source, { at = '/work' } = {}, onProgress, isAborted) {
  const copy = new Copy(files, onProgress, isAborted);
  const root = absolute(at);
  files.mkdir(root, { recursive: true });
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) {
    throw notYet('mount of a zip');
  } else if (typeof FileSystemDirectoryHandle !== 'undefined' && source instanceof FileSystemDirectoryHandle) {
    await copy.handle(source, root);
  } else if (source && typeof source === 'object') {
    copy.tree(source, root);
  } else {
    throw new OsError('EINVAL', 'mount: the source is neither a tree nor a directory handle (EINVAL).');
  }
  copy.report(true);
}

class Copy {
  constructor(files, onProgress, isAborted) {
    this.files = files;
    this.onProgress = onProgress;
    this.isAborted = isAborted;
    this.loaded = 0;
    this.total = 0;
    this.reported = 0;
  }

  tree(tree, at) {
    for (const [name, node] of Object.entries(tree)) {
      const path = `${at}/${checkName(name)}`;
      if (node?.file) {
        this.total++;
        this.file(path, node.file.contents);
      } else if (node?.directory) {
        this.directory(path);
        this.tree(node.directory, path);
      } else if (typeof node?.symlink === 'string') {
        this.files.rm(path, { force: true });
        this.files.symlink(node.symlink, path);
      } else {
        throw new OsError('EINVAL', `mount: ${path} is neither { file }, { directory } nor { symlink } (EINVAL).`);
      }
    }
  }

  async handle(directory, at) {
    for await (const [name, handle] of directory.entries()) {
      const path = `${at}/${checkName(name)}`;
      if (handle.kind === 'directory') {
        this.directory(path);
        await this.handle(handle, path);
      } else {
        this.total++;
        const file = await handle.getFile();
        this.file(path, new Uint8Array(await file.arrayBuffer()));
      }
    }
  }

  file(path, contents) {
    this.clear(path);
    this.files.writeFile(path, contents);
    this.done();
  }

  directory(path) {
    this.clear(path);
    this.files.mkdir(path, { recursive: true });
  }

  /** A symlink that a program left there must not lead the copy somewhere else: what is mounted replaces it. */
  clear(path) {
    if (this.files.typeOf(path) === 'symlink') {
      this.files.rm(path);
    }
  }

  done() {
    this.loaded++;
    if (this.isAborted()) {
      throw new OsError('ABORTED', `mount: stopped after ${this.loaded} files; what was copied is there.`);
    }
    this.report(false);
  }

  report(always) {
    const now = performance.now();
    if (always || now - this.reported > 50) {
      this.reported = now;
      this.onProgress({ loaded: this.loaded, total: this.total });
    }
  }
}
