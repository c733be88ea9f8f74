import { byId, element } from './dom.js';
import { bytes } from './format.js';
import { showError } from './notice.js';

// More than this of one file helps nobody in a plain viewer.
const MOST_SHOWN = 1 << 20;

const panel = byId('files');
const title = byId('files-title');
const list = byId('file-list');
const viewer = byId('viewer');
const viewerName = byId('viewer-name');
const viewerText = byId('viewer-text');

/** How many files lie below `dir`. */
export async function countFiles(os, dir) {
  const entries = await os.fs.readdir(dir, { withFileTypes: true });
  const counts = await Promise.all(entries.map(({ name, type }) => (
    type === 'directory' ? countFiles(os, `${dir}/${name}`) : 1
  )));
  return counts.reduce((sum, one) => sum + one, 0);
}

/** Shows a text in the viewer. */
export function view(name, text) {
  viewerText.textContent = text;
  viewerName.textContent = name;
  viewer.showModal();
  viewerText.focus();
}

/** One folder's files with their sizes; folders open in place, files in a plain viewer. */
export class Files {
  #os;
  #root = '';
  #dir = '';
  #asked = 0;

  constructor(os) {
    this.#os = os;
  }

  /** Shows the project's folder itself. */
  async open(root) {
    this.#root = root;
    await this.#show(root);
  }

  /** Reads the shown folder again; if it is gone by now, the project's. */
  async refresh() {
    await this.#show(this.#dir).catch(() => this.open(this.#root));
  }

  async #show(dir) {
    const asked = ++this.#asked;
    const entries = await this.#os.fs.readdir(dir, { withFileTypes: true });
    const rows = await Promise.all(entries.map(async ({ name, type }) => {
      const path = `${dir}/${name}`;
      if (type === 'directory') return this.#row(`${name}/`, '', () => this.#show(path), true);
      const { size } = await this.#os.fs.lstat(path);
      return this.#row(name, type === 'file' ? bytes(size) : type, () => this.#view(path, name), false);
    }));
    if (asked !== this.#asked) return; // something else was asked for meanwhile
    rows.sort((a, b) => b.folder - a.folder || a.name.localeCompare(b.name, 'en', { numeric: true }));
    if (dir !== this.#root) {
      rows.unshift(this.#row('../', '', () => this.#show(dir.slice(0, dir.lastIndexOf('/'))), true));
    }
    this.#dir = dir;
    title.textContent = `Files${dir.slice(this.#root.length)}`;
    list.replaceChildren(...rows.map((row) => row.node));
    panel.hidden = false;
  }

  #row(name, detail, open, folder) {
    const button = element('button', { type: 'button', className: 'quiet', onclick: () => open().catch(showError) },
        element('span', { className: 'name' }, name), element('span', { className: 'size' }, detail));
    return { name, folder, node: element('li', {}, button) };
  }

  async #view(path, name) {
    view(name, await this.#text(path));
  }

  async #text(path) {
    const { type, size } = await this.#os.fs.stat(path);
    if (type !== 'file') return `This is not a file but a ${type}.`;
    if (size > MOST_SHOWN) return `${bytes(size)}: too large to show here.`;
    const content = await this.#os.fs.readFile(path);
    if (content.includes(0)) return `${bytes(size)} that are not text.`;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(content);
    } catch {
      return `${bytes(size)} that are not text in UTF-8.`;
    }
  }
}

// A click beside the dialog closes it, as Escape does.
viewer.addEventListener('click', (event) => {
  if (event.target === viewer) viewer.close();
});
