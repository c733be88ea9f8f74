// node:readline

import { EventEmitter } from './events.js';
import { StringDecoder } from './string_decoder.js';
import process from '../core/process.js';

export class Interface extends EventEmitter {
  #input; #output; #prompt; #buffer = ''; #decoder = new StringDecoder('utf8'); #question; #lines = []; #waiting = [];
  closed = false;
  line = '';
  cursor = 0;

  constructor(input, output) {
    super();
    const options = input?.input ? input : { input, output };
    this.#input = options.input ?? process.stdin;
    this.#output = options.output;
    this.#prompt = options.prompt ?? '> ';
    this.terminal = false;
    this.input = this.#input;
    this.output = this.#output;
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
  getCursorPos() { return { rows: 0, cols: this.#prompt.length }; }
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

/** What a terminal sends for keys that have no character: the end of the sequence → the key's name. */
const KEYS = { A: 'up', B: 'down', C: 'right', D: 'left', F: 'end', H: 'home', Z: 'tab', '1~': 'home', '2~': 'insert', '3~': 'delete', '4~': 'end', '5~': 'pageup', '6~': 'pagedown',
  P: 'f1', Q: 'f2', R: 'f3', S: 'f4', '15~': 'f5', '17~': 'f6', '18~': 'f7', '19~': 'f8', '20~': 'f9', '21~': 'f10', '23~': 'f11', '24~': 'f12' };
const NAMED = { '\r': 'return', '\n': 'enter', '\t': 'tab', '\b': 'backspace', '\x7f': 'backspace', '\x1b': 'escape', ' ': 'space' };

function keyOf(sequence) {
  const key = { sequence, name: undefined, ctrl: false, meta: false, shift: false };
  const [, rest, modifier, end] = /^\x1b+(?:\[|O)((?:\d+)?)(?:;(\d))?([A-Z~])$/.exec(sequence) ?? [];
  if (end) {
    key.name = KEYS[end === '~' ? rest + end : end];
    const bits = Number(modifier ?? 1) - 1;
    Object.assign(key, { code: `[${end === '~' ? rest : ''}${end}`, shift: Boolean(bits & 1) || end === 'Z', meta: Boolean(bits & 2), ctrl: Boolean(bits & 4) });
    return key;
  }
  const meta = sequence.length > 1 && sequence.startsWith('\x1b'), character = meta ? sequence.slice(1) : sequence;
  key.meta = meta || character === '\x1b';
  if (NAMED[character]) key.name = NAMED[character];
  else if (character < ' ') Object.assign(key, { name: String.fromCharCode(character.charCodeAt(0) + 96), ctrl: true });
  else if (/^[a-z]$/i.test(character)) Object.assign(key, { name: character.toLowerCase(), shift: character !== character.toLowerCase() });
  else if (/^\d$/.test(character)) key.name = character;
  if (character === '\x1b') key.meta = meta;
  return key;
}

const keyed = new WeakSet();
/** Makes a stream tell of keys: 'keypress', with the text and `{ sequence, name, ctrl, meta, shift }`. */
export function emitKeypressEvents(stream) {
  if (keyed.has(stream)) return;
  keyed.add(stream);
  const decoder = new StringDecoder('utf8');
  const told = chunk => {
    if (!stream.listenerCount('keypress')) return;
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    for (const [sequence] of text.matchAll(/\x1b+(?:\[|O)[\d;]*[A-Z~]|\x1b[^\x1b]|[^]/giu)) {
      const key = keyOf(sequence);
      stream.emit('keypress', sequence.startsWith('\x1b') ? undefined : sequence, key);
    }
  };
  // Keys are read when somebody wants to hear of them, and not before.
  if (stream.listenerCount('keypress')) stream.on('data', told);
  else stream.on('newListener', function begin(event) {
    if (event !== 'keypress') return;
    stream.off('newListener', begin);
    stream.on('data', told);
  });
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

export default { Interface, emitKeypressEvents, clearLine, clearScreenDown, createInterface, cursorTo, moveCursor, promises };
