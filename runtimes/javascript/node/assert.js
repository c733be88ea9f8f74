// node:assert

import { inspect } from '../core/inspect.js';
import { isDeepLooseEqual, isDeepStrictEqual } from '../core/equal.js';

export class AssertionError extends Error {
  constructor({ message, actual, expected, operator }) {
    super(message);
    this.name = 'AssertionError';
    Object.assign(this, { generatedMessage: false, code: 'ERR_ASSERTION', actual, expected, operator });
  }
}

function fails(condition, message, words, actual, expected, operator) {
  if (condition) return;
  if (message instanceof Error) throw message;
  const error = new AssertionError({ message: message ?? words(), actual, expected, operator });
  error.generatedMessage = message === undefined;
  throw error;
}

const both = (head, a, b) => () => `${head}\n\n+ actual: ${inspect(a, { depth: 6 })}\n- expected: ${inspect(b, { depth: 6 })}\n`;

export function assert(value, message) {
  fails(value, message, () => `The expression evaluated to a falsy value: ${inspect(value)}`, value, true, '==');
}
export const ok = assert;

const checks = {
  equal: (a, b, message) => fails(a == b || Number.isNaN(a) && Number.isNaN(b), message, () => `${inspect(a)} == ${inspect(b)}`, a, b, '=='),
  notEqual: (a, b, message) => fails(a != b, message, () => `${inspect(a)} != ${inspect(b)}`, a, b, '!='),
  strictEqual: (a, b, message) => fails(Object.is(a, b), message, both('Expected values to be strictly equal:', a, b), a, b, 'strictEqual'),
  notStrictEqual: (a, b, message) => fails(!Object.is(a, b), message, () => `Expected "actual" to be strictly unequal to: ${inspect(b)}`, a, b, 'notStrictEqual'),
  deepEqual: (a, b, message) => fails(isDeepLooseEqual(a, b), message, both('Expected values to be loosely deep-equal:', a, b), a, b, 'deepEqual'),
  notDeepEqual: (a, b, message) => fails(!isDeepLooseEqual(a, b), message, both('Expected values not to be loosely deep-equal:', a, b), a, b, 'notDeepEqual'),
  deepStrictEqual: (a, b, message) => fails(isDeepStrictEqual(a, b), message, both('Expected values to be strictly deep-equal:', a, b), a, b, 'deepStrictEqual'),
  notDeepStrictEqual: (a, b, message) => fails(!isDeepStrictEqual(a, b), message, both('Expected values not to be strictly deep-equal:', a, b), a, b, 'notDeepStrictEqual'),
  match: (text, pattern, message) => fails(typeof text === 'string' && pattern.test(text), message, () => `The input did not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`, text, pattern, 'match'),
  doesNotMatch: (text, pattern, message) => fails(!pattern.test(text), message, () => `The input was expected to not match the regular expression ${pattern}. Input:\n\n${inspect(text)}\n`, text, pattern, 'doesNotMatch'),
  fail(message = 'Failed') { fails(false, message, () => message, undefined, undefined, 'fail'); },
  ifError(error) { if (error !== null && error !== undefined) throw error instanceof Error ? error : new AssertionError({ message: `ifError got unwanted exception: ${inspect(error)}`, actual: error, operator: 'ifError' }); },

  throws(callback, expected, message) {
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
      fails(match, message, both(`Expected the error's "${key}" to match:`, error[key], expected[key]), error, expected, operator);
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
