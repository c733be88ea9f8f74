import { SamovarError } from './errors.js';

/** A stream of what a process writes; its kind tells it from other streams. */
class Output extends ReadableStream {
  /** @internal the one channel that it reads, if it is one process's standard output or error */
  channel;
}

/**
 * A process. Its output waits in the kernel until it is read: either as `output`, both streams merged, or as `stdout`
 * and `stderr`.
 */
export class Process {
  static Output = Output;

  #link;
  #terminal;
  #channels;
  #merged;
  #resolveExit;

  /** The process's number. */
  pid;
  /** Resolves with the exit status, 0–255: 128+n for signal n, 134 for a trap, 126 not runnable, 127 not found. */
  exit;
  /** What is piped in, with stdin 'pipe'; with a terminal, its keyboard. */
  input;

  constructor(link, pid, { terminal, input }) {
    this.#link = link;
    this.#terminal = terminal;
    this.pid = pid;
    this.exit = new Promise((resolve) => {
      this.#resolveExit = resolve;
    });
    if (terminal) {
      this.input = this.#writable('terminal.type', 'terminal.end');
    } else if (input) {
      this.input = this.writableInput();
    }
    this.#channels = (terminal ? [1] : [1, 2]).map((fd) => new Channel(link, pid, fd));
    this.stdout = this.#channels[0].stream();
    this.stderr = terminal ? new Channel(link, pid, 2).ended().stream() : this.#channels[1].stream();
    this.#merged = new Merged(this.#channels);
    this.output = this.#merged.stream();
  }

  /** Sends a signal by name. */
  async kill(signal = 'SIGTERM') {
    await this.#link.call('kill', this.pid, signal);
  }

  /** Tells a terminal's new size. */
  async resize({ cols, rows }) {
    if (!this.#terminal) {
      throw new SamovarError('ENOTTY', `resize: process ${this.pid} has no terminal; spawn it with { terminal: { cols, rows } }.`);
    }
    await this.#link.call('terminal.resize', this.pid, { cols, rows });
  }

  /** @internal */
  writableInput() {
    return this.#writable('stdin.write', 'stdin.close');
  }

  #writable(write, close) {
    const encoder = new TextEncoder();
    return new WritableStream({
      write: (chunk) => this.#link.call(write, this.pid, typeof chunk === 'string' ? encoder.encode(chunk) : chunk),
      close: () => this.#link.call(close, this.pid),
      abort: () => this.#link.call(close, this.pid),
    });
  }

  /** @internal what the kernel worker says of this process */
  handle(event, ...args) {
    if (event === 'exit') {
      this.#channels.forEach((channel) => channel.end());
      this.#resolveExit(args[0]);
    } else {
      const channel = this.#channels[args[0] - 1];
      if (event === 'output') {
        channel?.push(args[1]);
      } else {
        channel?.end();
      }
    }
  }
}

/** One stream's bytes on their way from the kernel worker to whoever reads them. */
class Channel {
  #chunks = [];
  #isEnded = false;
  #wake = [];
  /** Whether somebody has begun to read: until then the bytes wait in the kernel. */
  isRead = false;

  constructor(link, pid, fd) {
    this.link = link;
    this.pid = pid;
    this.fd = fd;
  }

  #acknowledge(count) {
    this.link.acknowledge(this.pid, this.fd, count);
  }

  /** Says that somebody reads from now on. */
  begin() {
    if (!this.isRead) {
      this.isRead = true;
      if (!this.#isEnded) {
        this.#acknowledge(0);
      }
    }
  }

  push(bytes) {
    this.#chunks.push(bytes);
    this.#ring();
  }

  end() {
    this.#isEnded = true;
    this.#ring();
  }

  ended() {
    this.end();
    return this;
  }

  #ring() {
    this.#wake.splice(0).forEach((wake) => wake());
  }

  /** The next chunk, undefined if there is none now. */
  take() {
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.#acknowledge(chunk.length);
    }
    return chunk;
  }

  get isAtEnd() {
    return this.#isEnded && this.#chunks.length === 0;
  }

  /** Calls `wake` at the next change. */
  onChange(wake) {
    this.#wake.push(wake);
  }

  stream() {
    const stream = new Merged([this]).stream();
    stream.channel = this;
    return stream;
  }
}

/** Some channels read as one. Nothing is taken from them before somebody reads. */
class Merged {
  #channels;
  #next = 0;

  constructor(channels) {
    this.#channels = channels;
  }

  async #pull(controller) {
    this.#channels.forEach((channel) => channel.begin());
    for (;;) {
      for (let i = 0; i < this.#channels.length; i++) {
        const chunk = this.#channels[this.#next++ % this.#channels.length].take();
        if (chunk) {
          controller.enqueue(chunk);
          return;
        }
      }
      if (this.#channels.every((channel) => channel.isAtEnd)) {
        controller.close();
        return;
      }
      await new Promise((resolve) => this.#channels.forEach((channel) => channel.onChange(resolve)));
    }
  }

  stream() {
    return new Output({ pull: (controller) => this.#pull(controller), cancel: () => this.#drop() }, { highWaterMark: 0 });
  }

  /** Whoever cancels lets the rest run into nothing, so that the process does not wait for a reader for ever. */
  #drop() {
    this.#channels.forEach((channel) => channel.begin());
    const swallow = () => {
      for (const channel of this.#channels) {
        while (channel.take());
        if (!channel.isAtEnd) {
          channel.onChange(swallow);
        }
      }
    };
    swallow();
  }
}
