import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineInput } from '../src/app/line-input.js';

function typed(...texts) {
  const seen = { shown: '', sent: [], ended: false };
  const input = new LineInput((text) => { seen.shown += text; }, (text) => seen.sent.push(text), () => { seen.ended = true; });
  texts.forEach((text) => input.type(text));
  return seen;
}

test('a line goes when it is finished', () => {
  assert.deepEqual(typed('t', 'e', 'a').sent, []);
  assert.deepEqual(typed('t', 'e', 'a', '\r'), { shown: 'tea\r\n', sent: ['tea\n'], ended: false });
});
test('Backspace takes back what was typed, and nothing else', () => {
  assert.deepEqual(typed('a', '\x7f', '\x7f', 'b', '\r'), { shown: 'a\b \bb\r\n', sent: ['b\n'], ended: false });
});
test('pasted lines go one by one', () => {
  assert.deepEqual(typed('one\r\ntwo\nthree').sent, ['one\n', 'two\n']);
});
test('Ctrl+D ends the input, or sends an unfinished line', () => {
  assert.equal(typed('\x04').ended, true);
  assert.deepEqual(typed('x', '\x04'), { shown: 'x', sent: ['x'], ended: false });
});
test('keys that are no text are left out', () => {
  assert.deepEqual(typed('\x1b[A', '\x01', 'x', '\r').sent, ['x\n']);
});
