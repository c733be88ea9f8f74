import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitArguments } from '../src/app/arguments.js';

const cases = [
  ['', []],
  ['   ', []],
  ['one two', ['one', 'two']],
  ['  one\t two  ', ['one', 'two']],
  ['"one two" \'three four\'', ['one two', 'three four']],
  ["a''b \"\" ''", ['ab', '', '']],
  ['--name="Earl Grey"', ['--name=Earl Grey']],
  ['one\\ two \\"', ['one two', '"']],
  ['"a\\"b\\\\c\\d"', ['a"b\\c\\d']],
  ["'a\\b'", ['a\\b']],
  ['"left open', ['left open']],
  ['end\\', ['end\\']],
  ['$HOME *', ['$HOME', '*']],
];

for (const [line, expected] of cases) {
  test(`${JSON.stringify(line)} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(splitArguments(line), expected);
  });
}
