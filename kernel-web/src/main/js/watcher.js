// fs.watch: the kernel lists the inodes that changed, and each watcher knows the paths of those it watches.
import { errnoError } from './errors.js';
import { absolute } from './files.js';

/** Events are told at most so often, in ms: who writes in a loop is heard a few times, not at each write. */
const EVERY_MS = 20;
const ENOMEM = 48;

export class Watchers {
  #all = new Map();
  #timer = 0;
  #pending = false;

  /**
   * @param {object} os `kernel`, `staging`, `files`
   * @param {(id: string, events: [string, string][]) => void} tell
   */
  constructor({ kernel, staging, files }, tell) {
    this.kernel = kernel;
    this.staging = staging;
    this.files = files;
    this.tell = tell;
  }

  open(id, path, { recursive = false } = {}) {
    const watcher = new Watcher(this.files, absolute(path), recursive);
    if (this.kernel.changes_listen() === 0) {
      throw errnoError(ENOMEM, `watch ${path}`);
    }
    // Looked at only now, so that no change falls in between.
    watcher.look();
    this.#all.set(id, watcher);
  }

  close(id) {
    this.#all.delete(id);
    if (this.#all.size === 0) {
      this.kernel.changes_stop();
    }
  }

  /** The kernel has listed changes. */
  changed() {
    if (this.#timer) {
      this.#pending = true;
      return;
    }
    this.#tell();
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      if (this.#pending) {
        this.#pending = false;
        this.changed();
      }
    }, EVERY_MS);
  }

  #tell() {
    const count = this.kernel.changes_take();
    const numbers = count > 0 ? this.staging.numbers(count) : null;
    for (const [id, watcher] of this.#all) {
      const events = count === 0 ? [] : watcher.eventsOf(numbers);
      if (events.length > 0) {
        this.tell(id, events);
      }
    }
  }
}

/** What one call of fs.watch sees. */
class Watcher {
  /** By path: `{ ino, stamp, names }`, names only for a directory that is looked into. */
  #nodes = new Map();
  /** The paths of an inode. */
  #paths = new Map();
  #events = [];

  constructor(files, root, recursive) {
    this.files = files;
    this.recursive = recursive;
    this.isDirectory = files.stat(root).type === 'directory';
    this.only = this.isDirectory ? null : root;
    // A file's own name is its directory's business.
    this.root = this.isDirectory ? root : root.slice(0, root.lastIndexOf('/')) || '/';
  }

  look() {
    this.#add(this.root, true);
    this.#events = [];
  }

  /** What happened, given the numbers of the inodes that changed; null: any may have. */
  eventsOf(numbers) {
    this.#events = [];
    const changed = numbers ? new Set(numbers.flatMap((number) => [...this.#paths.get(number) ?? []])) : [...this.#nodes.keys()];
    for (const path of changed) {
      const node = this.#nodes.get(path);
      if (node?.names) {
        this.#compare(path, node);
      } else if (node) {
        const stat = this.#stat(path);
        if (stat && (numbers || stampOf(stat) !== node.stamp)) {
          node.stamp = stampOf(stat);
          this.#event('change', path);
        }
      }
    }
    return this.#events;
  }

  #event(name, path) {
    if (!this.only || path === this.only) {
      this.#events.push([name, path]);
    }
  }

  #stat(path) {
    try {
      return this.files.lstat(path);
    } catch {
      return null; // it is gone again: its directory tells
    }
  }

  #names(path) {
    try {
      return this.files.readdir(path);
    } catch {
      return [];
    }
  }

  /** Takes in what lies at a path; with all below it, if this watcher goes into directories. */
  #add(path, isRoot = false) {
    const stat = this.#stat(path);
    if (!stat) {
      return;
    }
    if (!isRoot) {
      this.#event('rename', path);
    }
    const node = { ino: stat.ino, stamp: stampOf(stat), names: null };
    this.#nodes.set(path, node);
    this.#paths.set(stat.ino, new Set([...this.#paths.get(stat.ino) ?? [], path]));
    if (stat.type === 'directory' && (isRoot || this.recursive)) {
      node.names = new Set(this.#names(path));
      node.names.forEach((name) => this.#add(join(path, name)));
    }
  }

  #remove(path) {
    const node = this.#nodes.get(path);
    if (!node) {
      return;
    }
    node.names?.forEach((name) => this.#remove(join(path, name)));
    this.#nodes.delete(path);
    this.#paths.get(node.ino)?.delete(path);
    if (this.#paths.get(node.ino)?.size === 0) {
      this.#paths.delete(node.ino);
    }
    this.#event('rename', path);
  }

  /** Compares a directory's names with those that it had. */
  #compare(path, node) {
    const now = new Set(this.#names(path));
    for (const name of node.names) {
      if (!now.has(name)) {
        node.names.delete(name);
        this.#remove(join(path, name));
      }
    }
    for (const name of now) {
      const child = join(path, name);
      const known = this.#nodes.get(child);
      if (known && this.#stat(child)?.ino !== known.ino) {
        this.#remove(child);
        this.#add(child);
      } else if (!known) {
        node.names.add(name);
        this.#add(child);
      }
    }
  }
}

function join(directory, name) {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

function stampOf({ mtimeMs, ctimeMs, size }) {
  return `${mtimeMs} ${ctimeMs} ${size}`;
}
