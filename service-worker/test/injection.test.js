import { equal, deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { Injection, placeOf, typeWithCharset } from '../src/worker/injection.js';

const SCRIPT = '<script>1</script>';
const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const latin1 = (parts) => parts.map((part) => String.fromCharCode(...part)).join('');

function streamed(text, size, type = 'text/html') {
  const injection = new Injection(SCRIPT, type);
  const parts = [];
  for (let at = 0; at < text.length; at += size) parts.push(injection.take(bytes(text.slice(at, at + size))));
  parts.push(injection.end());
  return latin1(parts);
}

// Where | stands, the script goes.
for (const page of [
  '<!doctype html><html><head>|<title>T</title></head>',
  '<!DOCTYPE html>\n<HTML lang="a>b" x=\'>\'>\n<!-- <head> -->\n<HEAD data-x=">">|<meta charset=utf-8>',
  '<!doctype html>|<title>T</title><p>x',
  '|<p>no head at all',
  '|plain text',
  '<html>|<body><head>',
  '<!-- a > comment -- with <head> --><!doctype html><!----><html><?php x?><head>|',
  '|<header>not the head</header>',
  '<html>|<header>not the head</header>',
  '<html>|<headline>',
  '\xef\xbb\xbf<!doctype html><head>|',
  '\xef\xbb\xbf|x',
  '<!doctype html><html><head>|</head><script>"<head>"</script>',
  '|',
  '|\xef\xbb',
  '<!doctype html>\n|<!-- no end',
  '|<',
  '<!doctype html>|<!',
  '|<htm',
]) {
  test(`the script goes where it should in ${JSON.stringify(page)}, split everywhere`, () => {
    const text = page.replace('|', '');
    const expected = page.replace('|', SCRIPT);
    for (let size = 1; size <= text.length + 1; size++) equal(streamed(text, size), expected, `pieces of ${size}`);
  });
}

test('a document that begins with no end is not held back for ever', () => {
  const text = `<!--${'x'.repeat(40_000)}-->`;
  equal(streamed(text, 1000), SCRIPT + text);
});

test('what comes after the script passes as it is', () => {
  const injection = new Injection(SCRIPT, 'text/html');
  injection.take(bytes('<p>'));
  const piece = bytes('abc');
  equal(injection.take(piece), piece);
  equal(injection.end().length, 0);
});

for (const [charset, order] of [['utf-16le', 0], ['utf-16be', 1]]) {
  const wide = (text) => {
    const result = new Uint8Array(2 * text.length);
    const view = new DataView(result.buffer);
    for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), order === 0);
    return result;
  };
  for (const [marked, type] of [['\ufeff', 'text/html'], ['', `text/html; charset=${charset.toUpperCase()}`], ['\ufeff', 'text/html; charset=utf-8']]) {
    test(`${charset} ${marked ? 'by its mark' : 'by its header'}, ${type}`, () => {
      const injection = new Injection(SCRIPT, type);
      const all = wide(`${marked}<!doctype html><head><title>\u20ac</title>`);
      const parts = [];
      for (let at = 0; at < all.length; at += 3) parts.push(...injection.take(all.slice(at, at + 3)));
      parts.push(...injection.end());
      deepEqual(Uint8Array.from(parts), wide(`${marked}<!doctype html><head>${SCRIPT}<title>\u20ac</title>`));
    });
  }
}

for (const [type, first, expected] of [
  ['text/html', '<meta charset="iso-8859-2">', 'text/html; charset=iso-8859-2'],
  ['text/html', '<META http-equiv=content-type content="text/html; charset=koi8-r">', 'text/html; charset=koi8-r'],
  ['text/html', '<meta charset=utf-16>', 'text/html; charset=utf-8'],
  ['text/html', '\xef\xbb\xbf<meta charset=latin1>', 'text/html'],
  ['text/html; charset=utf-8', '<meta charset=latin1>', 'text/html; charset=utf-8'],
  ['text/html', '<p>', 'text/html'],
  ['text/html', `${' '.repeat(1024)}<meta charset=latin1>`, 'text/html'],
]) {
  test(`${type} with ${first.trim()} is ${expected}`, () => equal(typeWithCharset(type, bytes(first)), expected));
}

test('the place is known as soon as it can be', () => {
  equal(placeOf('<!doctype html><html><he'), ~21);
  equal(placeOf('<!doctype html><html><hea'), ~21);
  equal(placeOf('<!doctype html><html><p'), 21);
});
