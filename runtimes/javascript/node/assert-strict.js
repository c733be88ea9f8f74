// node:assert/strict

import { strict } from './assert.js';

export default strict;
export const { AssertionError, ok, equal, notEqual, strictEqual, notStrictEqual, deepEqual, notDeepEqual, deepStrictEqual, notDeepStrictEqual,
  match, doesNotMatch, fail, ifError, throws, doesNotThrow, rejects, doesNotReject } = strict;
