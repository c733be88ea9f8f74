// MessageChannel: two ports of one program, with copies of what is sent.

import { Event, EventTarget } from '../abort.js';
import { structuredClone } from '../clone.js';

class MessageEvent extends Event {
  constructor(data, ports) {
    super('message');
    Object.assign(this, { data, ports });
  }
}

export class MessagePort extends EventTarget {
  #other; #waiting = []; #begun = false; #closed = false; #listener = null; #alive;

  static pair(one, other) {
    one.#other = other;
    other.#other = one;
  }
  postMessage(value, options) {
    const transfer = Array.isArray(options) ? options : options?.transfer ?? [];
    const ports = transfer.filter(part => part instanceof MessagePort);
    const data = structuredClone(value, { transfer: transfer.filter(part => !(part instanceof MessagePort)) });
    if (this.#closed || !this.#other) return;
    this.#other.#waiting.push([data, ports]);
    this.#other.#deliver();
  }
  start() {
    if (this.#begun) return;
    this.#begun = true;
    this.ref();
    this.#deliver();
  }
  #deliver() {
    if (this.#begun && this.#waiting.length) setImmediate(() => {
      const message = this.#waiting.shift();
      if (message && !this.#closed) this.dispatchEvent(new MessageEvent(...message));
    });
  }
  close() {
    if (this.#closed) return;
    const other = this.#other;
    this.#closed = true;
    this.unref();
    setImmediate(() => {
      this.dispatchEvent(new Event('close'));
      other?.close();
    });
  }
  // A port that listens keeps the program, until it is closed.
  ref() { if (!this.#closed) this.#alive ??= setInterval(() => {}, 2 ** 30); }
  unref() { this.#alive = clearInterval(this.#alive); }

  get onmessage() { return this.#listener; }
  set onmessage(listener) {
    if (this.#listener) this.removeEventListener('message', this.#listener);
    this.#listener = listener;
    if (!listener) return;
    this.addEventListener('message', listener);
    this.start();
  }
  on(type, listener) {
    this.addEventListener(type, type === 'message' ? event => listener(event.data) : listener);
    if (type === 'message') this.start();
    return this;
  }
}
const { pair } = MessagePort;
delete MessagePort.pair;

export class MessageChannel {
  constructor() {
    this.port1 = new MessagePort();
    this.port2 = new MessagePort();
    pair(this.port1, this.port2);
  }
}
