// console

import { format, formatWithOptions, inspect } from './inspect.js';
import { writeAll } from './output.js';
import * as os from 'qjs:os';

/** A console that gives its text to two functions. */
export class Console {
  #out; #error; #indent = ''; #step = 2; #counts = new Map(); #timers = new Map();

  constructor(out, error = out) {
    const writer = to => (typeof to === 'function' ? to : text => to.write(text));
    if (out && !out.write && out.stdout) [this.#step, out, error] = [out.groupIndentation ?? 2, out.stdout, out.stderr ?? out.stdout];
    this.#out = writer(out);
    this.#error = writer(error);
    for (const name of Object.getOwnPropertyNames(Console.prototype)) {
      if (name !== 'constructor') this[name] = this[name].bind(this);       // console.log is passed around
    }
  }

  #print(to, text) {
    to((this.#indent ? this.#indent + text.replaceAll('\n', '\n' + this.#indent) : text) + '\n');
  }

  log(...args) { this.#print(this.#out, format(...args)); }
  info(...args) { this.log(...args); }
  debug(...args) { this.log(...args); }
  error(...args) { this.#print(this.#error, format(...args)); }
  warn(...args) { this.error(...args); }
  dir(value, options) { this.#print(this.#out, inspect(value, options)); }
  dirxml(...args) { this.log(...args); }

  trace(...args) {
    const { stack } = new Error();
    this.error('Trace' + (args.length ? ': ' + format(...args) : '') + stack.slice(stack.indexOf('\n')));
  }

  assert(condition, ...args) {
    if (condition) return;
    if (typeof args[0] === 'string') args[0] = 'Assertion failed: ' + args[0];
    else args.unshift('Assertion failed');
    this.error(...args);
  }

  group(...args) {
    if (args.length) this.log(...args);
    this.#indent += ' '.repeat(this.#step);
  }
  groupCollapsed(...args) { this.group(...args); }
  groupEnd() { this.#indent = this.#indent.slice(this.#step); }

  count(label = 'default') {
    const count = (this.#counts.get(label) ?? 0) + 1;
    this.#counts.set(label, count);
    this.log(`${label}: ${count}`);
  }
  countReset(label = 'default') { this.#counts.delete(label); }

  time(label = 'default') { this.#timers.set(label, os.now()); }
  timeLog(label = 'default', ...args) {
    const start = this.#timers.get(label);
    if (start === undefined) return this.warn(`No such label '${label}' for console.timeLog()`);
    const ms = (os.now() - start) / 1000;
    this.log(`${label}: ${ms < 1000 ? `${ms.toFixed(3)}ms` : `${(ms / 1000).toFixed(3)}s`}`, ...args);
  }
  timeEnd(label = 'default') {
    if (!this.#timers.has(label)) return this.warn(`No such label '${label}' for console.timeEnd()`);
    this.timeLog(label);
    this.#timers.delete(label);
  }

  table(data, columns) {
    if (data === null || typeof data !== 'object') return this.log(data);
    const keyed = data instanceof Map || data instanceof Set;
    const rows = keyed ? [...data.entries()].map(([key, value], i) => [String(i), data instanceof Map ? { Key: key, Values: value } : value])
      : Object.entries(data);
    const names = new Set();
    let values = false;
    for (const [, row] of rows) {
      if (row !== null && typeof row === 'object') Object.keys(row).forEach(name => names.add(name));
      else values = true;
    }
    const heads = columns ?? [...names];
    const shown = value => formatWithOptions({ depth: 0 }, typeof value === 'string' ? inspect(value) : value);
    const lines = [[keyed ? '(iteration index)' : '(index)', ...heads, ...values && !columns ? ['Values'] : []]];
    for (const [key, row] of rows) {
      const object = row !== null && typeof row === 'object';
      lines.push([key, ...heads.map(head => (object && Object.hasOwn(row, head) ? shown(row[head]) : '')),
        ...values && !columns ? [object ? '' : shown(row)] : []]);
    }
    const widths = lines[0].map((_, i) => Math.max(...lines.map(line => line[i].length)) + 2);
    const bar = (left, middle, right) => left + widths.map(width => '─'.repeat(width)).join(middle) + right;
    const text = lines.map(line => '│' + line.map((cell, i) => ' ' + cell.padEnd(widths[i] - 1)).join('│') + '│');
    this.#print(this.#out, [bar('┌', '┬', '┐'), text[0], bar('├', '┼', '┤'), ...text.slice(1), bar('└', '┴', '┘')].join('\n'));
  }
}

export const console = Object.assign(new Console(text => writeAll(1, text), text => writeAll(2, text)), { Console });
