// node:readline

import { EventEmitter } from './events.js';
import { StringDecoder } from './string_decoder.js';
import process from '../core/process.js';

export class Interface extends EventEmitter {
  #input; #output; #prompt; #buffer = ''; #decoder = new StringDecoder('utf8'); #question; #lines = []; #waiting = [];
  closed = false;
  line = '';

  constructor(input, output) {
    super();
    const options = input?.input ? input : { input, output };
    this.#input = options.input ?? process.stdin;
    this.#output = options.output;
    this.#prompt = options.prompt ?? '> ';
    this.terminal = false;
    this.#input.on('data', chunk => this.#take(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk)));
    this.#input.once('end', () => {
      if (this.#buffer) this.#emit(this.#buffer);
      this.close();
    });
    options.signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  #take(text) {
    const lines = (this.#buffer + text).split(/\r?\n/);
    this.#buffer = lines.pop();
    for (const line of lines) if (!this.closed) this.#emit(line);
  }

  #emit(line) {
    const answer = this.#question;
    this.#question = undefined;
    if (answer) answer(line);
    else this.emit('line', line);
  }

  setPrompt(prompt) { this.#prompt = prompt; }
  getPrompt() { return this.#prompt; }
  prompt() { this.#output?.write(this.#prompt); this.resume(); }
  write(text) { if (text != null) this.#take(text); }
  pause() { this.#input.pause(); this.emit('pause'); return this; }
  resume() { this.#input.resume(); return this; }

  question(query, options, callback = options) {
    if (this.closed) throw Object.assign(new Error('readline was closed'), { code: 'ERR_USE_AFTER_CLOSE' });
    this.#output?.write(query);
    this.#question = callback;
    this.resume();
  }

  close() {
    if (this.closed) return;
    this.closed = true;
    this.#input.pause();
    this.emit('close');
  }
  [Symbol.dispose]() { this.close(); }

  [Symbol.asyncIterator]() {
    const settle = () => {
      while (this.#waiting.length && (this.#lines.length || this.closed)) {
        this.#waiting.shift()(this.#lines.length ? { value: this.#lines.shift(), done: false } : { value: undefined, done: true });
      }
    };
    this.on('line', line => { this.#lines.push(line); settle(); });
    this.on('close', settle);
    return {
      next: () => new Promise(resolve => { this.#waiting.push(resolve); settle(); }),
      return: async () => { this.close(); return { value: undefined, done: true }; },
      [Symbol.asyncIterator]() { return this; },
    };
  }
}

export const createInterface = (...args) => new Interface(...args);
export const clearLine = (stream, direction) => stream.write(direction < 0 ? '\x1b[1K' : direction > 0 ? '\x1b[0K' : '\x1b[2K');
export const cursorTo = (stream, x, y) => stream.write(typeof y === 'number' ? `\x1b[${y + 1};${x + 1}H` : `\x1b[${x + 1}G`);
export const clearScreenDown = stream => stream.write('\x1b[0J');
export const moveCursor = (stream, dx, dy) => stream.write((dx > 0 ? `\x1b[${dx}C` : dx < 0 ? `\x1b[${-dx}D` : '') + (dy > 0 ? `\x1b[${dy}B` : dy < 0 ? `\x1b[${-dy}A` : ''));

class PromiseInterface extends Interface {
  question(query) { return new Promise(resolve => super.question(query, resolve)); }
}
export const promises = { Interface: PromiseInterface, createInterface: (...args) => new PromiseInterface(...args) };

export default { Interface, clearLine, clearScreenDown, createInterface, cursorTo, moveCursor, promises };
