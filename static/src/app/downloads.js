import { byId } from './dom.js';
import { bytes } from './format.js';
import { showError } from './notice.js';

const box = byId('downloading');
const bar = box.querySelector('progress');
const text = box.querySelector('p');
const cancel = box.querySelector('button');

/** What is fetched, with how far it is: what a project needs is fetched when it is opened, not only when it runs. */
export class Downloads {
  #os;
  #aborts = new Set();

  constructor(os) {
    this.#os = os;
    os.on('progress', ({ what, loaded, total }) => {
      if (what === 'mount' || what === 'export') return;
      text.textContent = `Fetching ${what}: ${bytes(loaded)} of ${bytes(total)}`;
      bar.max = total;
      bar.value = loaded;
      box.hidden = this.#aborts.size === 0;
    });
    cancel.addEventListener('click', () => this.#aborts.forEach((abort) => abort.abort()));
  }

  /** Sees to it that the runtime of a detected project is there. What goes wrong is shown; Run tries it again. */
  async prepare({ runtime, command }) {
    if (!runtime || !command) return;
    const runtimes = await this.#os.runtimes.list();
    const [name, version] = command.split('@');
    if (!runtimes.some(({ commands }) => commands.includes(name))) return;
    const abort = new AbortController();
    this.#aborts.add(abort);
    try {
      await this.#os.runtimes.install(name, version, { signal: abort.signal });
    } catch (error) {
      if (!abort.signal.aborted) showError(error);
    } finally {
      this.#aborts.delete(abort);
      box.hidden = this.#aborts.size === 0;
    }
  }
}
