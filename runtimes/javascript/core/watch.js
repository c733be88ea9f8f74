// fs.watch and fs.watchFile. Nobody tells a WASI program of changes, so it looks for them.

import { EventEmitter } from '../node/events.js';
import { abortError } from './abort.js';
import { absolute } from './paths.js';
import { Stats, files } from './files.js';
import { Timeout } from './loop.js';

const EVERY = 200;              // ms between two looks

const nothing = () => new Stats({ dev: 0, ino: 0, mode: 0, nlink: 0, uid: 0, gid: 0, rdev: 0, size: 0, atime: 0, mtime: 0, ctime: 0 });
const statOf = path => {
  try {
    return files.stat(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};
const mark = stat => stat && `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}`;

/** Something that looks again and again, until it is closed. */
class Watch extends EventEmitter {
  #timer;

  begin(every, persistent, look) {
    this.#timer = new Timeout(look, every, [], true);
    if (!persistent) this.#timer.unref();
  }
  ref() { this.#timer?.ref(); return this; }
  unref() { this.#timer?.unref(); return this; }
  end() {
    const open = Boolean(this.#timer);
    this.#timer?.close();
    this.#timer = undefined;
    return open;
  }
}

/** What is at a path and (of a folder) in it: name → what changes when it does. */
function look(path, recursive) {
  const stat = files.stat(path), found = new Map();
  if (!stat.isDirectory()) return found.set(path.replace(/^.*\//s, ''), mark(stat));
  for (const name of files.readdir(path, { recursive })) found.set(name, mark(statOf(absolute(path, name))));
  return found;
}

/** As fs.watch gives it: 'change' with 'rename' or 'change', and a name. */
export class FSWatcher extends Watch {
  constructor(path, { persistent = true, recursive = false, signal } = {}) {
    super();
    const full = absolute(typeof path === 'object' ? files.realpath(path) : path);
    if (!files.stat(full, { throwIfNoEntry: false })) {
      throw Object.assign(new Error(`ENOENT: no such file or directory, watch '${path}'`), { errno: -2, code: 'ENOENT', syscall: 'watch', path, filename: path });
    }
    let before = look(full, recursive);
    this.begin(EVERY, persistent, () => {
      let now;
      try {
        now = look(full, recursive);
      } catch {
        now = new Map();
      }
      const old = before;
      before = now;
      for (const [name, seen] of now) if (old.get(name) !== seen) this.emit('change', old.has(name) ? 'change' : 'rename', name);
      for (const name of old.keys()) if (!now.has(name)) this.emit('change', 'rename', name);
    });
    signal?.addEventListener('abort', () => this.close(), { once: true });
  }
  close() { if (this.end()) globalThis.process.nextTick(() => this.emit('close')); }
}

class StatWatcher extends Watch {
  constructor(path, { interval = 5007, persistent = true }) {
    super();
    let before = statOf(path) ?? nothing();
    this.begin(interval, persistent, () => {
      const now = statOf(path) ?? nothing();
      if (mark(now) === mark(before)) return;
      const old = before;
      before = now;
      this.emit('change', now, old);
    });
  }
}

const stats = new Map();        // absolute path → what looks at it

export function watch(path, options, listener = options) {
  const watcher = new FSWatcher(path, typeof options === 'object' ? options ?? undefined : undefined);
  if (typeof listener === 'function') watcher.on('change', listener);
  return watcher;
}

export function watchFile(path, options, listener = options) {
  const full = absolute(String(path));
  if (!stats.has(full)) stats.set(full, new StatWatcher(full, typeof options === 'object' ? options : {}));
  return stats.get(full).on('change', listener);
}

export function unwatchFile(path, listener) {
  const full = absolute(String(path)), watcher = stats.get(full);
  if (!watcher) return;
  if (listener) watcher.off('change', listener);
  if (listener && watcher.listenerCount('change')) return;
  watcher.end();
  stats.delete(full);
}

/** fs/promises.watch: the same, to be iterated. */
export async function* changes(path, options) {
  const found = [], watcher = watch(path, options, (eventType, filename) => { found.push({ eventType, filename }); wake?.(); });
  let wake;
  options?.signal?.addEventListener('abort', () => wake?.(), { once: true });
  try {
    for (;;) {
      if (options?.signal?.aborted) throw abortError(options.signal);
      if (found.length) yield found.shift();
      else await new Promise(resolve => { wake = resolve; });
    }
  } finally {
    watcher.close();
  }
}
