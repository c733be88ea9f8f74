const decoder = new TextDecoder();

/** `os.fs`, shaped like Node's fs/promises. Paths are absolute, or below /work. */
export class FileSystem {
  #link;

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

  watch(path, options) {
    return this.#link.call('fs.watch', path, options);
  }
}
