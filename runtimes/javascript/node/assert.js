// node:assert

import { difference, sameness } from '../core/difference.js';
import { invalidArgument } from '../core/arguments.js';
import { inspect } from '../core/inspect.js';
import { isDeepLooseEqual, isDeepStrictEqual } from '../core/equal.js';

export class AssertionError extends Error {
  constructor({ message, actual, expected, operator, stackStartFn }) {
    super(message === undefined ? difference(actual, expected, operator in checks ? operator : 'deepStrictEqual') : String(message));
    // The stack has the code in it, and is of this name from the first.
    Object.defineProperty(this, 'name', { value: 'AssertionError', writable: true, configurable: true });
    Object.assign(this, { generatedMessage: message === undefined, code: 'ERR_ASSERTION', actual, expected, operator });
    Error.captureStackTrace?.(this, stackStartFn);
  }
  toString() { return `${this.name} [${this.code}]: ${this.message}`; }
}

function fails(condition, message, words, actual, expected, operator) {
  if (condition) return;
  if (message instanceof Error) throw message;
  const error = new AssertionError({ message: message ?? words(), actual, expected, operator });
  error.generatedMessage = message === undefined && !/^(throws|doesNotThrow|rejects|doesNotReject)$/.test(operator);
  throw error;
}

const apart = (a, b, operator) => () => difference(a, b, operator);
const alike = (a, operator) => () => sameness(a, operator);

export function assert(value, message) {
  fails(value, message, () => `The expression evaluated to a falsy value: ${inspect(value)}`, value, true, '==');
}
export const ok = assert;

const checks = {
  equal: (a, b, message) => fails(a == b || Number.isNaN(a) && Number.isNaN(b), message, () => `${inspect(a)} == ${inspect(b)}`, a, b, '=='),
  notEqual: (a, b, message) => fails(a != b, message, () => `${inspect(a)} != ${inspect(b)}`, a, b, '!='),
  strictEqual: (a, b, message) => fails(Object.is(a, b), message, apart(a, b, 'strictEqual'), a, b, 'strictEqual'),
  notStrictEqual: (a, b, message) => fails(!Object.is(a, b), message, alike(a, 'notStrictEqual'), a, b, 'notStrictEqual'),
  deepEqual: (a, b, message) => fails(isDeepLooseEqual(a, b), message, apart(a, b, 'deepEqual'), a, b, 'deepEqual'),
  notDeepEqual: (a, b, message) => fails(!isDeepLooseEqual(a, b), message, alike(a, 'notDeepEqual'), a, b, 'notDeepEqual'),
  deepStrictEqual: (a, b, message) => fails(isDeepStrictEqual(a, b), message, apart(a, b, 'deepStrictEqual'), a, b, 'deepStrictEqual'),
  notDeepStrictEqual: (a, b, message) => fails(!isDeepStrictEqual(a, b), message, alike(a, 'notDeepStrictEqual'), a, b, 'notDeepStrictEqual'),
  match: (text, pattern, message) => fails(typeof text === 'string' && pattern.test(text), message, () => `The input did not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`, text, pattern, 'match'),
  doesNotMatch: (text, pattern, message) => fails(!pattern.test(text), message, () => `The input was expected to not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`, text, pattern, 'doesNotMatch'),
  fail(message) { fails(false, message, () => 'Failed', undefined, undefined, 'fail'); },
  ifError(error) { if (error !== null && error !== undefined) {
    const said = typeof error === 'object' && typeof error.message === 'string' ? error.message || error.constructor?.name : inspect(error);
    throw new AssertionError({ message: `ifError got unwanted exception: ${said}`, actual: error, expected: null, operator: 'ifError' });
  } },

  throws(callback, expected, message) {
    if (typeof callback !== 'function') throw invalidArgument('fn', 'of type function', callback);
    let thrown;
    try {
      callback();
    } catch (error) {
      thrown = { error };
    }
    compare(thrown, expected, message, 'Missing expected exception.', 'throws');
  },
  doesNotThrow(callback, expected, message = expected) {
    try {
      callback();
    } catch (error) {
      fails(false, typeof message === 'string' ? message : undefined, () => `Got unwanted exception.\nActual message: "${error?.message}"`, error, expected, 'doesNotThrow');
    }
  },
  async rejects(promise, expected, message) {
    let thrown;
    try {
      await (typeof promise === 'function' ? promise() : promise);
    } catch (error) {
      thrown = { error };
    }
    compare(thrown, expected, message, 'Missing expected rejection.', 'rejects');
  },
  async doesNotReject(promise, expected, message = expected) {
    try {
      await (typeof promise === 'function' ? promise() : promise);
    } catch (error) {
      fails(false, typeof message === 'string' ? message : undefined, () => `Got unwanted rejection.\nActual message: "${error?.message}"`, error, expected, 'doesNotReject');
    }
  },
};

function compare(thrown, expected, message, missing, operator) {
  if (typeof expected === 'string') [expected, message] = [undefined, expected];
  fails(thrown, message, () => missing, undefined, expected, operator);
  if (expected === undefined) return;
  const { error } = thrown;
  if (expected instanceof RegExp) fails(expected.test(String(error)), message, () => `The input did not match the regular expression ${expected}. Input:\n\n${inspect(String(error))}\n`, error, expected, operator);
  else if (typeof expected === 'function') {
    if (expected.prototype !== undefined && error instanceof expected) return;
    if (Error.isPrototypeOf(expected) || expected === Error) throw error;
    fails(expected.call({}, error) === true, message, () => 'The validation function is expected to return "true"', error, expected, operator);
  } else {
    const keys = Object.keys(expected);
    if (expected instanceof Error) keys.push('name', 'message');
    for (const key of keys) {
      const match = expected[key] instanceof RegExp && typeof error[key] === 'string' ? expected[key].test(error[key]) : isDeepStrictEqual(error[key], expected[key]);
      fails(match, message, apart(Object.fromEntries(keys.map(one => [one, expected[one] instanceof RegExp && match ? expected[one] : error[one]])), { ...expected, ...expected instanceof Error && { name: expected.name, message: expected.message } }, 'deepStrictEqual'), error, expected, operator);
    }
  }
}

Object.assign(assert, checks, { AssertionError, ok });

export const strict = Object.assign((value, message) => assert(value, message), assert, {
  equal: checks.strictEqual, notEqual: checks.notStrictEqual, deepEqual: checks.deepStrictEqual, notDeepEqual: checks.notDeepStrictEqual,
});
strict.strict = assert.strict = strict;

export const { equal, notEqual, strictEqual, notStrictEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual, match, doesNotMatch,
  fail, ifError, throws, doesNotThrow, rejects, doesNotReject } = checks;
export default assert;
