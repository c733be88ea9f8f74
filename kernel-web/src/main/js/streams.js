// The other ends of processes' standard streams: output on its way to the page, with credit, and input on its way in.

import { view } from './view.js';

/** Bytes of one stream that may be on their way to a page that does not read them. */
const WINDOW = 1 << 20;
/** Bytes of input handed over at a time: what a ring holds. */
const CHUNK = 1 << 16;

export class Streams {
  /** Bytes on their way, by stream; a stream is here once the page has begun to read it. */
  #unread = new Map();
  #input = new Map();

  constructor(kernel, staging, memory, post) {
    this.kernel = kernel;
    this.staging = staging;
    this.memory = memory;
    this.post = post;
  }

  /**
   * Takes what a process wrote, as far as the page's credit goes. Answers the bytes taken; -1 if the page has not begun to
   * read: until then they wait in the kernel, where another process may take them over.
   */
  output(pid, fd, address, length, force) {
    const key = pid * 4 + fd;
    if (!this.#unread.has(key) && !force) {
      return -1;
    }
    const unread = this.#unread.get(key) ?? 0;
    const taken = force ? length : Math.min(length, WINDOW - unread);
    if (taken <= 0) {
      return 0;
    }
    this.#unread.set(key, unread + taken);
    // A copy in memory of its own, which the page gets without another one.
    const bytes = view(this.memory, address, taken).slice();
    this.post(['output', pid, fd, bytes], bytes.buffer);
    return taken;
  }

  end(pid, fd) {
    this.#unread.delete(pid * 4 + fd);
    this.post(['end', pid, fd]);
  }

  /** The page has read `count` bytes; the first time 0, to say that it begins to. */
  acknowledge(pid, fd, count) {
    const key = pid * 4 + fd;
    if (count === 0 || this.#unread.has(key)) {
      this.#unread.set(key, (this.#unread.get(key) ?? 0) - count);
      this.kernel.output_resume(pid, fd);
    }
  }

  /** Queues bytes for a process's standard input. Resolves once the process's ring has taken them. */
  write(pid, bytes) {
    return new Promise((resolve) => {
      const queue = this.#input.get(pid) ?? [];
      queue.push({ bytes, resolve });
      this.#input.set(pid, queue);
      this.feed(pid);
    });
  }

  /** Ends a process's standard input, after what is queued. */
  close(pid) {
    const queue = this.#input.get(pid) ?? [];
    queue.push({ close: true });
    this.#input.set(pid, queue);
    this.feed(pid);
  }

  /** Moves queued input into the ring: there may be room. */
  feed(pid) {
    const queue = this.#input.get(pid);
    while (queue?.length > 0) {
      const { bytes, resolve, close } = queue[0];
      if (close) {
        this.kernel.stdin_close(pid);
        this.#input.delete(pid);
        return;
      }
      const part = bytes.subarray(0, CHUNK);
      this.staging.room(part.length).set(part);
      const taken = this.kernel.stdin_write(pid, part.length);
      if (taken < 0) {
        // Nobody reads: like a shell's, the rest goes nowhere.
        this.forget(pid);
        return;
      }
      if (taken < bytes.length) {
        queue[0].bytes = bytes.subarray(taken);
        if (taken < part.length) {
          return;
        }
        continue;
      }
      queue.shift();
      resolve();
    }
  }

  /** Drops what waits for a process that has ended. */
  forget(pid) {
    this.#unread.delete(pid * 4 + 1);
    this.#unread.delete(pid * 4 + 2);
    for (const { resolve } of this.#input.get(pid) ?? []) {
      resolve?.();
    }
    this.#input.delete(pid);
  }
}
