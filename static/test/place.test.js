import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeName, safeName } from '../src/app/place.js';

test('a plain name stays', () => assert.equal(safeName('c-hello_2.0'), 'c-hello_2.0'));
test('letters of any script stay', () => assert.equal(safeName('чай 茶'), 'чай-茶'));
test('blanks, slashes and control characters become dashes', () => assert.equal(safeName('my / pro\0ject!'), 'my-pro-ject'));
test('no name means the folder itself, or hides', () => {
  assert.equal(safeName('..'), 'project');
  assert.equal(safeName('.git'), 'git');
  assert.equal(safeName(''), 'project');
});
test('a taken name gets a number', () => {
  assert.equal(freeName('tea', []), 'tea');
  assert.equal(freeName('tea', ['tea']), 'tea-2');
  assert.equal(freeName('tea', ['tea', 'tea-2']), 'tea-3');
});
