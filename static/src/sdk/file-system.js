// As Node has it: what stands at the beginning is part of the text, a byte order mark, too.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** `os.fs`, shaped like Node's fs/promises. Paths are absolute, or below /work. */
export class FileSystem {
  #link;
  #watchers = new Map();

  constructor(link) {
    this.#link = link;
  }

  async readFile(path, encoding) {
    const bytes = await this.#link.call('fs.readFile', path);
    return encoding ? decoder.decode(bytes) : bytes;
  }

  async writeFile(path, contents) {
    await this.#link.call('fs.writeFile', path, contents);
  }

  async mkdir(path, options) {
    await this.#link.call('fs.mkdir', path, options);
  }

  async rm(path, options) {
    await this.#link.call('fs.rm', path, options);
  }

  async rename(from, to) {
    await this.#link.call('fs.rename', from, to);
  }

  async link(from, to) {
    await this.#link.call('fs.link', from, to);
  }

  async symlink(target, path) {
    await this.#link.call('fs.symlink', target, path);
  }

  readlink(path) {
    return this.#link.call('fs.readlink', path);
  }

  readdir(path, options) {
    return this.#link.call('fs.readdir', path, options);
  }

  stat(path) {
    return this.#link.call('fs.stat', path);
  }

  lstat(path) {
    return this.#link.call('fs.lstat', path);
  }

  async utimes(path, atimeMs, mtimeMs) {
    await this.#link.call('fs.utimes', path, Number(atimeMs), Number(mtimeMs));
  }

  async watch(path, options, listener) {
    const id = crypto.randomUUID();
    const call = typeof options === 'function' ? options : listener;
    this.#watchers.set(id, call);
    try {
      await this.#link.call('fs.watch', id, path, typeof options === 'function' ? {} : options);
    } catch (error) {
      this.#watchers.delete(id);
      throw error;
    }
    return {
      close: async () => {
        if (this.#watchers.delete(id)) {
          await this.#link.call('fs.unwatch', id);
        }
      },
    };
  }

  /** @internal what the kernel worker says of a watched path */
  changed(id, events) {
    events.forEach(([event, path]) => this.#watchers.get(id)?.(event, path));
  }
}
