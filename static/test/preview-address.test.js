import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../src/app/preview-address.js';

const urls = new Map([[8000, 'http://p8000-a1.samovar.localhost:8420'], [80, 'http://p80-a1.samovar.localhost:8420']]);

for (const [typed, port, path] of [
  ['/', 8000, '/'],
  ['', 8000, '/'],
  [' /a/b?c=d#e ', 8000, '/a/b?c=d#e'],
  ['?q=1', 8000, '/?q=1'],
  [':80', 80, '/'],
  ['80/x', 80, '/x'],
  ['localhost/x', 80, '/x'],
  ['localhost:8000/x y', 8000, '/x%20y'],
  ['http://127.0.0.1:8000/?a#b', 8000, '/?a#b'],
  ['http://p80-a1.samovar.localhost:8420/deep', 80, '/deep'],
  ['//p80-a1.samovar.localhost:8420/', 8000, '//p80-a1.samovar.localhost:8420/'],
]) {
  test(`"${typed}" leads to ${path} on port ${port}`, () => deepEqual(addressOf(typed, urls, 8000), { port, path }));
}

for (const typed of ['https://example.org/', 'localhost:9', '9000/', 'javascript:alert(1)', 'http://p80-b2.samovar.localhost:8420/', '::', '99999']) {
  test(`"${typed}" leads nowhere`, () => equal(addressOf(typed, urls, 8000), null));
}
