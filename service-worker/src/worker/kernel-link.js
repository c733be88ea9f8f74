// The way to the kernel worker of the OS: a MessagePort that the broker supplies. The browser stops a service worker that is
// idle, and with it goes the port; the next request asks for another.
//
//   worker → kernel: ['request', id, method, target, fields, length, mode, referrer, withCookies, port] ['body', id, bytes]
//     ['body-end', id] ['body-error', id] ['next', id] ['cancel', id] ['ping', n] ['pong', n] ['cookie', text, path]
//     ['websocket', head] with the page's port
//   kernel → worker: ['response', id, status, text, hasBody, bytes] ['chunk', id, bytes] ['end', id]
//     ['error', id, code, sentence, listening] ['pull', id] ['ping', n] ['pong', n]
//
// Fields are one text, a NUL behind each name and value: of each part of a message the browser makes a copy with its type.
// In a response's text the reason comes before them, and Set-Cookie says what scripts may see. A request's length is -1 if it
// has no body, -2 if nobody knows; a response's bytes are its body if that was there at once.
import { Exchange } from './exchange.js';

const BROKER = '/__samovar/broker.html';
const PATIENCE_MS = 5000;
/** While requests are open the kernel hears from here so often; if it does not for longer, it gives them up. */
const PING_MS = 5000;

/** Why there is no answer: a code and a sentence. */
export class Problem extends Error {
  constructor(code, message, listening = []) {
    super(message);
    this.code = code;
    this.listening = listening;
  }
}

const GONE = 'No Samovar in this browser has this port at hand: the tab that it ran in was closed or loaded anew, or nothing has listened there yet.';
const SILENT = 'The Samovar tab did not answer within 5 s.';

export class KernelLink {
  #port;
  #asking;
  #adopted;
  #exchanges = new Map();
  #next = 1;
  #pings;
  /** The origins of the OS page and of all that frames it, by spaces; empty as long as that is not known. */
  framers = '';

  /** Takes a port from the broker, which holds the lock of this name as long as it lives, and knows who frames it. */
  adopt(port, lock, framers) {
    this.framers = typeof framers === 'string' ? framers : '';
    this.#port = port;
    port.onmessage = ({ data }) => this.#hear(port, data);
    navigator.locks.request(lock, { mode: 'shared' }, () => this.#lost(port)).catch(() => this.#lost(port));
    this.#adopted?.();
  }

  /** The port to the kernel. Rejects with a {@link Problem}. */
  port() {
    if (this.#port) return Promise.resolve(this.#port);
    this.#asking ??= this.#ask().finally(() => { this.#asking = undefined; });
    return this.#asking;
  }

  async #ask() {
    const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
    const broker = windows.find(({ url, frameType }) => frameType === 'nested' && new URL(url).pathname === BROKER);
    if (this.#port) return this.#port;
    if (!broker) throw new Problem('GONE', GONE);
    let timer;
    await new Promise((resolve, reject) => {
      this.#adopted = resolve;
      timer = setTimeout(() => reject(new Problem('SILENT', SILENT)), PATIENCE_MS);
      broker.postMessage(['port?']);
    }).finally(() => {
      clearTimeout(timer);
      this.#adopted = undefined;
    });
    return this.#port;
  }

  /** Sends a request on its way. */
  async exchange(request, url, osPort, isOther) {
    const port = this.#port ?? await this.port();
    const id = this.#next++;
    const exchange = new Exchange(port, id, request, url, osPort, isOther, () => this.#exchanges.delete(id));
    this.#exchanges.set(id, exchange);
    this.#pings ??= setInterval(() => this.#ping(), PING_MS);
    return exchange;
  }

  /** Says that requests are still wanted; when there are none, not again. */
  #ping() {
    if (this.#exchanges.size > 0) {
      this.#port?.postMessage(['ping', 0]);
    } else {
      clearInterval(this.#pings);
      this.#pings = undefined;
    }
  }

  #hear(port, message) {
    if (message[0] === 'ping') {
      port.postMessage(['pong', message[1]]);
    } else {
      this.#exchanges.get(message[1])?.hear(message);
    }
  }

  /** The broker has gone, and with it the OS, or the port is given up there. */
  #lost(port) {
    if (this.#port === port) this.#port = undefined;
    for (const exchange of [...this.#exchanges.values()]) {
      if (exchange.port === port) exchange.fail(new Problem('GONE', GONE));
    }
    port.close();
  }
}
