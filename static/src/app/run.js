import { environment } from './environment.js';
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
  #ended = Promise.resolve();
  #options;
  #changed;

  /** @param {{args: string[], env: Record<string, string>}} options with what it is started, now and again */
  constructor(project, number, screen, options, changed) {
    this.project = project;
    this.number = number;
    this.screen = screen;
    this.#options = options;
    this.#changed = changed;
  }

  /**
   * Starts the project and follows it to its end.
   * @throws SamovarError if no process could be made
   */
  follow(os) {
    const end = this.#follow(os);
    this.#ended = end.catch(() => {});
    return end;
  }

  /** Ends the process, if it still runs, and starts it anew on the same screen. Ends as {@link follow}. */
  async restart(os) {
    if (this.alive) await this.stop();
    await this.#ended;
    this.screen.reset();
    [this.status, this.words, this.stopping, this.#failed] = [null, 'starting…', false, false];
    this.#changed();
    return this.follow(os);
  }

  async #follow(os) {
    // The first run of a language fetches its runtime.
    const quiet = os.on('progress', ({ what, loaded, total }) => {
      if (what === 'mount' || what === 'export') return;
      this.words = `fetching ${what}: ${megabytes(loaded)} of ${megabytes(total)} MB`;
      this.#changed();
    });
    try {
      const { size: terminal } = this.screen;
      const { args, env } = this.#options;
      this.#process = await os.run(this.project.dir, { args, env: environment(env, this.project, terminal), terminal });
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
    const resize = (size) => process.resize(size).catch(() => {});
    this.screen.typeInto(process.input, resize, exit);
    resize(this.screen.size); // it may have changed while the process was made
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
    const process = this.#process;
    setTimeout(() => this.#process === process && this.kill().catch(() => {}), GRACE_MS);
    await process.kill('SIGTERM');
  }

  async kill() {
    await this.send('SIGKILL');
  }

  async send(signal) {
    if (this.alive) await this.#process.kill(signal);
  }

  /** Whether it has been started, and is not just being started or restarted. */
  get restartable() {
    return this.alive || this.status !== null || this.#failed;
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
