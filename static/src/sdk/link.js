import { SamovarError } from './errors.js';

/** Compiled modules by the SHA-256 of their bytes, for all OS instances on the page. */
const modules = new Map();
const MAX_MODULES = 256;

/** The way to an OS's kernel worker. Calls of one turn of the event loop travel as one message, and so do answers. */
export class Link {
  #worker;
  #onEvent;
  #waiting = new Map();
  #next = 1;
  #calls = [];
  #transfers = [];
  #read = new Map();
  #scheduled = false;
  #stopped = false;
  messages = { sent: 0, received: 0 };

  constructor(url, onEvent) {
    this.#onEvent = onEvent;
    this.#worker = new Worker(url, { type: 'module', name: 'samovar kernel' });
    this.#worker.onmessage = ({ data }) => {
      this.messages.received++;
      data.replies.forEach((reply) => this.#answer(reply));
      data.events.forEach((event) => this.#hear(event));
    };
    this.#worker.onerror = (event) => {
      onEvent(['error', 'BOOT_FAILED', `The kernel worker broke: ${event.message ?? 'its script could not be loaded'}`]);
    };
  }

  start(boot) {
    this.#post({ boot });
  }

  /** Calls a function of the kernel worker. */
  call(name, ...args) {
    if (this.#stopped) {
      return Promise.reject(new SamovarError('ESHUTDOWN', `${name}: this OS was torn down.`));
    }
    return new Promise((resolve, reject) => {
      const id = this.#next++;
      this.#waiting.set(id, { resolve, reject });
      this.#calls.push([id, name, ...args]);
      this.#schedule();
    });
  }

  /** Joins a preview's service worker to what listens on a port of the OS; it is told the preview's origin. */
  openPreview(port, messages, origin) {
    if (!this.#stopped) {
      this.messages.sent++;
      this.#worker.postMessage({ preview: [port, origin] }, [messages]);
    }
  }

  /** Tells the kernel worker that the page has read bytes of an output stream. */
  acknowledge(pid, fd, count) {
    const key = `${pid}:${fd}`;
    const entry = this.#read.get(key) ?? [pid, fd, 0];
    entry[2] += count;
    this.#read.set(key, entry);
    this.#schedule();
  }

  stop() {
    this.#stopped = true;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) {
      reject(new SamovarError('ESHUTDOWN', 'This OS was torn down.'));
    }
    this.#waiting.clear();
  }

  #schedule() {
    if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(() => this.#flush());
    }
  }

  #flush() {
    this.#scheduled = false;
    const calls = this.#calls;
    const read = [...this.#read.values()];
    this.#calls = [];
    this.#read = new Map();
    if (this.#stopped) {
      return;
    }
    try {
      this.#post({ calls, read });
    } catch {
      // One call with something that cannot be copied must not take the others down with it.
      this.#post({ calls: [], read });
      calls.forEach((call) => this.#postAlone(call));
    }
  }

  #postAlone(call) {
    const [id, name] = call;
    try {
      this.#post({ calls: [call], read: [] });
    } catch (error) {
      this.#answer([id, false, 'EINVAL', `${name}: ${error.message}`]);
    }
  }

  #post(message) {
    this.messages.sent++;
    this.#worker.postMessage(message);
  }

  #answer([id, ok, value, message]) {
    const { resolve, reject } = this.#waiting.get(id) ?? {};
    this.#waiting.delete(id);
    if (ok) {
      resolve?.(value);
    } else {
      reject?.(new SamovarError(value, message));
    }
  }

  #hear(event) {
    if (event[0] === 'module-get') {
      this.#post({ module: [event[1], modules.get(event[1]) ?? null] });
    } else if (event[0] === 'module-put') {
      modules.set(event[1], event[2]);
      if (modules.size > MAX_MODULES) {
        modules.delete(modules.keys().next().value);
      }
    } else if (event[0] === 'module-drop') {
      modules.delete(event[1]);
    } else {
      this.#onEvent(event);
    }
  }
}
