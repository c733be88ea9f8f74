import { statusInWords } from './status.js';

const GRACE_MS = 2000;
// After the exit, output that is still on its way may take this long to arrive.
const DRAIN_MS = 1000;

/** One process started from the page, with its terminal. Tells its listener whenever `words` or `alive` change. */
export class Run {
  /** @type {number | null} the exit status, once there is one */
  status = null;
  words = 'starting…';
  alive = false;
  stopping = false;
  #process = null;
  #failed = false;
  #changed;

  constructor(project, number, screen, changed) {
    this.project = project;
    this.number = number;
    this.screen = screen;
    this.#changed = changed;
  }

  /**
   * Starts the project and follows it to its end.
   * @throws SamovarError if no process could be made
   */
  async follow(os, args) {
    // The first run of a language fetches its runtime.
    const quiet = os.on('progress', ({ what, loaded, total }) => {
      if (what === 'mount') return;
      this.words = `fetching ${what}: ${megabytes(loaded)} of ${megabytes(total)} MB`;
      this.#changed();
    });
    try {
      this.#process = await os.run(this.project.dir, { args, terminal: this.screen.size });
    } catch (error) {
      this.words = 'could not be started';
      this.#failed = true;
      this.#changed();
      throw error;
    } finally {
      quiet();
    }
    const process = this.#process;
    this.alive = true;
    this.words = `running as process ${process.pid}`;
    const exit = process.exit;
    if (process.input) {
      const interrupt = () => process.kill('SIGINT').catch(() => {});
      this.screen.typeInto(process.input, os.features.terminal, interrupt, exit);
    }
    if (process.resize) this.screen.onResize((size) => this.alive && process.resize(size).catch(() => {}));
    this.#changed();

    const printed = this.screen.print(process.output);
    this.status = await exit;
    this.alive = false;
    await Promise.race([printed.catch(() => {}), new Promise((after) => setTimeout(after, DRAIN_MS))]);

    this.words = statusInWords(this.status);
    this.#changed();
  }

  /** Asks the process to end (SIGTERM); asked again, or after two seconds, makes it (SIGKILL). */
  async stop() {
    if (!this.alive) return;
    if (this.stopping) {
      await this.kill();
      return;
    }
    this.stopping = true;
    this.words = 'stopping…';
    this.#changed();
    setTimeout(() => this.kill().catch(() => {}), GRACE_MS);
    await this.#process.kill('SIGTERM');
  }

  async kill() {
    if (this.alive) await this.#process.kill('SIGKILL');
  }

  /** How it goes, in one word: none, running, good or bad. */
  get mood() {
    if (this.alive) return 'running';
    if (this.status === null) return this.#failed ? 'bad' : 'none';
    return this.status === 0 ? 'good' : 'bad';
  }

  get pid() {
    return this.#process?.pid;
  }
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}
