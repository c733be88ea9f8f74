import { Terminal } from '/vendor/xterm/xterm.mjs';
import { FitAddon } from '/vendor/xterm/addon-fit.mjs';

// Bytes handed to the terminal that it has not taken yet: a frame's worth.
const MOST_WAITING = 256 << 10;

const darkScheme = matchMedia('(prefers-color-scheme: dark)');

function theme() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  return {
    background: colour('--terminal'),
    foreground: colour('--ink'),
    cursor: colour('--accent'),
    cursorAccent: colour('--terminal'),
    selectionBackground: colour('--selection'),
  };
}

/** One run's terminal: a screen that can be shown and put away, fed by a byte stream. */
export class TerminalScreen {
  #terminal = new Terminal({
    disableStdin: true,
    cursorInactiveStyle: 'none',
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--mono'),
    fontSize: 13,
    lineHeight: 1.25,
    logLevel: 'off', // a program that prints what is no text is no error of the page's
    minimumContrastRatio: 4.5,
    scrollback: 10_000,
    theme: theme(),
  });
  #fit = new FitAddon();
  #host = document.createElement('div');
  #resized = new ResizeObserver(() => this.#fit.fit());
  #recolour = () => { this.#terminal.options.theme = theme(); };

  constructor() {
    this.#host.className = 'screen';
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#wants(event));
    darkScheme.addEventListener('change', this.#recolour);
  }

  /** Puts the screen into `parent`, in place of what is there, as large as it can be. */
  showIn(parent) {
    parent.replaceChildren(this.#host);
    if (!this.#terminal.element) this.#terminal.open(this.#host);
    this.#resized.observe(this.#host);
    this.#fit.fit();
  }

  get size() {
    return { cols: this.#terminal.cols, rows: this.#terminal.rows };
  }

  focus() {
    this.#terminal.focus();
  }

  set screenReader(on) {
    this.#terminal.options.screenReaderMode = on;
  }

  /** Whether keys go to a program. */
  get interactive() {
    return !this.#terminal.options.disableStdin;
  }

  /**
   * Writes the stream to its end, no faster than the terminal takes it.
   * @param {ReadableStream<Uint8Array>} stream
   */
  async print(stream) {
    let waiting = 0;
    let goOn = () => {};
    for (const reader = stream.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) break;
      waiting += value.length;
      this.#terminal.write(value, () => {
        waiting -= value.length;
        goOn();
      });
      // Not chunk by chunk: the terminal takes its writes in slices of a frame, however small they are.
      while (waiting > MOST_WAITING) await new Promise((resolve) => { goOn = resolve; });
    }
    await new Promise((written) => this.#terminal.write('', written));
  }

  /**
   * Sends each key to the stream, and each new size of the screen to `resize`, until `closed`.
   * @param {WritableStream<Uint8Array | string>} stream
   * @param {(size: {cols: number, rows: number}) => void} resize
   * @param {Promise<unknown>} closed
   */
  async typeInto(stream, resize, closed) {
    const writer = stream.getWriter();
    const listeners = [
      // A program that has just ended is no error of ours.
      this.#terminal.onData((text) => writer.write(text).catch(() => {})),
      this.#terminal.onResize(({ cols, rows }) => resize({ cols, rows })),
    ];
    this.#terminal.options.disableStdin = false;
    await closed.catch(() => {});
    this.#terminal.options.disableStdin = true;
    listeners.forEach((listener) => listener.dispose());
  }

  /** An empty screen, as for a new program. */
  reset() {
    this.#terminal.reset();
  }

  dispose() {
    darkScheme.removeEventListener('change', this.#recolour);
    this.#resized.disconnect();
    this.#terminal.dispose();
  }

  /** Which keys the terminal takes: not those that a person needs to get out of it or to copy from it. */
  #wants(event) {
    if (event.key === 'Tab') return this.interactive && !event.shiftKey;
    if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey)) return !this.#terminal.hasSelection();
    return true;
  }
}
