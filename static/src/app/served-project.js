// The folder that was named on the server's command line: ./samovar PROJECT.

/** How long to wait before the server is asked again, once it did not answer, in ms. */
const PAUSE = 2000;

/** The project's token, from the address that the server printed; null if there is none. */
export const projectToken = () => new URLSearchParams(location.hash.slice(1)).get('project');

/** What the server has, for who knows its token. */
export class ServedProject {
  #token;
  #version = 0;

  constructor(token) {
    this.#token = token;
  }

  async #ask(path) {
    const response = await fetch(`/project${path}`, { headers: { Authorization: `Bearer ${this.#token}` }, cache: 'no-store' });
    if (!response.ok) {
      throw Object.assign(new Error((await response.text()).trim()), { status: response.status });
    }
    return response;
  }

  /**
   * The project as a folder to open; symlinks are put in by {@link changes}, which is asked next.
   * @returns {Promise<import('./folder.js').Folder & {watch: boolean, skipped: string[]}>}
   */
  async folder() {
    const { name, watch, skipped } = await (await this.#ask('')).json();
    return { name, watch, skipped, read: async () => (await this.#ask('/zip')).blob() };
  }

  /** Brings what is new on the server into a folder of the OS. Resolves with whether that was anything. */
  async bring(os, dir) {
    const { version, changed, removed } = await (await this.#ask(`/changes?since=${this.#version}`)).json();
    const isFirst = this.#version === 0;
    this.#version = version;
    for (const path of removed) {
      await os.fs.rm(`${dir}/${path}`, { recursive: true, force: true });
    }
    for (const { path, kind, target } of changed) {
      // What the zip has brought is there already.
      if (!isFirst || kind === 'symlink') await this.#bringOne(os, `${dir}/${path}`, path, kind, target);
    }
    return changed.length + removed.length > 0;
  }

  async #bringOne(os, at, path, kind, target) {
    const there = await os.fs.lstat(at).then(({ type }) => type, () => null);
    if (there && there !== kind) await os.fs.rm(at, { recursive: true });
    if (kind === 'directory') {
      await os.fs.mkdir(at, { recursive: true });
    } else if (kind === 'symlink') {
      await os.fs.rm(at, { force: true });
      await os.fs.symlink(target, at);
    } else {
      const response = await this.#ask(`/file?path=${encodeURIComponent(path)}`).catch((error) => {
        if (error.status !== 404) throw error; // gone again: the next changes say so
      });
      if (response) await os.fs.writeFile(at, new Uint8Array(await response.arrayBuffer()));
    }
  }

  /**
   * Follows the folder for as long as the page lives.
   * @param {() => void} onChange something of it is new
   * @param {(error: Error) => void} onEnd it cannot be followed any more
   */
  async follow(os, dir, onChange, onEnd) {
    for (;;) {
      try {
        if (await this.bring(os, dir)) onChange();
      } catch (error) {
        if (error.status === 403 || error.code) {
          onEnd(error);
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE)); // the server is away for a while
      }
    }
  }
}
