// node:test: tests one after the other, told in the form of Node's `spec` reporter; status 1 if one fails.

import { inspect } from '../core/inspect.js';
import process from '../core/process.js';

const counts = { tests: 0, suites: 0, pass: 0, fail: 0, cancelled: 0, skipped: 0, todo: 0 };
const failures = [];
const HOOKS = ['before', 'after', 'beforeEach', 'afterEach'];
let started;

const say = (depth, text) => process.stdout.write(`${text}\n`.replace(/^(?=.)/gm, '  '.repeat(depth)));

/** A test or a suite: what belongs to it runs in order. */
class Test {
  #last = Promise.resolve(); #parent; #depth; #body; #isSuite; #begun = false;
  children = 0;
  hooks = Object.fromEntries(HOOKS.map(name => [name, []]));

  constructor(parent, name, options, body, isSuite) {
    this.#parent = parent;
    this.#depth = parent ? parent.#depth + 1 : -1;
    this.#body = body;
    this.#isSuite = isSuite;
    this.name = name;
    this.options = options;
  }

  /** Runs another one in this one, when those before are done. */
  add(name, options, body, isSuite) {
    const test = new Test(this, name, options, body, isSuite);
    if (this.children++ === 0 && this.#depth >= 0) say(this.#depth, `▶ ${this.name}`);
    const done = this.#last.then(() => test.#run());
    this.#last = done;
    pending.add(test);
    return done.then(() => { pending.delete(test); });
  }

  async #run() {
    const { skip, timeout } = this.options;
    counts[this.#isSuite ? 'suites' : 'tests']++;
    if (skip || (onlyAsked && !this.options.only && !this.#inOnly() && !this.#isSuite)) {
      counts.skipped++;
      say(this.#depth, `﹣ ${this.name} # ${typeof skip === 'string' ? skip : 'SKIP'}`);
      return;
    }
    const began = performance.now();
    let error, timer;
    try {
      if (!this.#isSuite) await this.#parent.#hook('beforeEach', this);
      const late = timeout && timeout !== Infinity && new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`test timed out after ${timeout}ms`)), timeout); });
      await (late ? Promise.race([this.#work(), late]) : this.#work());
    } catch (thrown) {
      error = thrown ?? new Error(String(thrown));
    }
    clearTimeout(timer);
    if (current.includes(this)) current.splice(current.indexOf(this), 1);
    try {
      if (!this.#isSuite) await this.#parent.#hook('afterEach', this);
    } catch (thrown) {
      error ??= thrown;
    }
    this.#tell(error, performance.now() - began);
  }

  async #work() {
    current.push(this);
    const begin = this.#body && this.#call(this.#body);
    if (this.#isSuite) current.pop();
    await begin;
    await this.#last;
    if (this.#begun || this.children) await this.#own('after');
    if (this.failed) throw new Error(`${this.failed} subtest${this.failed > 1 ? 's' : ''} failed`);
  }

  #call(body) {
    const context = this.#isSuite ? { name: this.name } : contextOf(this);
    return body.length > 1 ? new Promise((resolve, reject) => { body(context, error => (error ? reject(error) : resolve())); }) : body(context);
  }

  #inOnly() {
    return Boolean(this.#parent) && (Boolean(this.#parent.options.only) || this.#parent.#inOnly());
  }

  async #own(name) {
    for (const hook of this.hooks[name]) await hook();
  }

  /** Hooks of this and, before or after them, those around it. */
  async #hook(name, test) {
    if (!this.#begun) {
      this.#begun = true;
      await this.#own('before');
    }
    if (name === 'beforeEach') await this.#parent?.#hook(name, test);
    for (const hook of this.hooks[name]) await hook(contextOf(test));
    if (name === 'afterEach') await this.#parent?.#hook(name, test);
  }

  #tell(error, ms) {
    const { todo } = this.options;
    const time = `(${ms.toFixed(3)}ms)`;
    if (this.skipped !== undefined) {
      counts.skipped++;
      say(this.#depth, `﹣ ${this.name} ${time} # ${this.skipped || 'SKIP'}`);
    } else if (todo) {
      counts.todo++;
      say(this.#depth, `${error ? '⚠' : '✔'} ${this.name} ${time} # ${typeof todo === 'string' ? todo : 'TODO'}`);
    } else if (error) {
      if (!this.#isSuite) counts.fail++;
      this.#parent.failed = (this.#parent.failed ?? 0) + 1;
      say(this.#depth, `✖ ${this.name} ${time}`);
      if (!this.failed) {
        failures.push([this.name, error]);
        if (this.#depth > 0) say(this.#depth + 1, inspect(error));
      }
    } else {
      if (!this.#isSuite) counts.pass++;
      say(this.#depth, `✔ ${this.name} ${time}`);
    }
  }
}

const root = new Test(undefined, '', {}, undefined, true);
const current = [root];
const pending = new Set();
let onlyAsked = process.execArgv.includes('--test-only');

function contextOf(test) {
  const context = {
    name: test.name, fullName: test.name, signal: new AbortController().signal, mock,
    test: (...args) => add(test, args, {}, false),
    skip: why => { test.skipped = why ?? ''; },
    todo: why => { test.options = { ...test.options, todo: why ?? true }; },
    diagnostic: text => process.stdout.write(`ℹ ${text}\n`),
    plan() {}, runOnly(only) { onlyAsked = only; },
  };
  for (const name of HOOKS) context[name] = hook => { test.hooks[name].push(hook); };
  return context;
}

function add(parent, args, more, isSuite) {
  if (!started) {
    started = performance.now();
    process.on('exit', summary);
  }
  const body = args.find(each => typeof each === 'function');
  const name = typeof args[0] === 'string' ? args[0] : body?.name || '<anonymous>';
  const options = { ...args.find(each => each && typeof each === 'object'), ...more };
  if (options.only) onlyAsked = true;
  return parent.add(name, body ? options : { todo: true, ...options }, body, isSuite);
}

function summary() {
  for (const test of pending) {
    counts.cancelled++;
    failures.push([test.name, new Error('Promise resolution is still pending but the event loop has already resolved')]);
  }
  say(0, [...Object.entries(counts), ['duration_ms', (performance.now() - started).toFixed(3)]].map(([name, count]) => `ℹ ${name} ${count}`).join('\n'));
  if (failures.length === 0) return;
  process.exitCode = 1;
  say(0, '\n✖ failing tests:\n');
  for (const [name, error] of failures) say(0, `✖ ${name}\n${inspect(error).replace(/^(?=.)/gm, '  ')}\n`);
}

function named(isSuite) {
  const begin = (args, more) => add(current.at(-1), args, more, isSuite);
  const make = (...args) => begin(args, {});
  for (const kind of ['skip', 'todo', 'only']) make[kind] = (...args) => begin(args, { [kind]: true });
  return make;
}

export const test = named(false), it = test, describe = named(true), suite = describe;
const hookOf = name => hook => { current.at(-1).hooks[name].push(hook); };
export const before = hookOf('before'), after = hookOf('after'), beforeEach = hookOf('beforeEach'), afterEach = hookOf('afterEach');

// --- Functions that remember their calls

const restores = [];
export const mock = {
  fn(original = () => {}, implementation = original) {
    const calls = [];
    const replaced = function (...args) {
      const call = { arguments: args, this: this, result: undefined, error: undefined };
      calls.push(call);
      try {
        return call.result = new.target ? new implementation(...args) : implementation.apply(this, args);
      } catch (error) {
        throw call.error = error;
      }
    };
    replaced.mock = {
      calls, callCount: () => calls.length, resetCalls() { calls.length = 0; },
      mockImplementation(next) { implementation = next; }, restore() { implementation = original; },
    };
    return replaced;
  },
  method(object, name, implementation) {
    const original = object[name], own = Object.getOwnPropertyDescriptor(object, name);
    const replaced = mock.fn(original, implementation ?? original);
    replaced.mock.restore = () => {
      if (own) Object.defineProperty(object, name, own);
      else delete object[name];
    };
    Object.defineProperty(object, name, { value: replaced, configurable: true, writable: true, enumerable: own?.enumerable ?? false });
    restores.push(replaced.mock.restore);
    return replaced;
  },
  restoreAll() { restores.splice(0).forEach(restore => restore()); },
  reset() { mock.restoreAll(); },
};

export default Object.assign(test, { test, it, describe, suite, before, after, beforeEach, afterEach, mock });
