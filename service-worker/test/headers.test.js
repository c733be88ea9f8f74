import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import { allowing, cleaned, valueOf } from '../src/worker/headers.js';

const page = new URL('http://p8000-a1.samovar.localhost:8420/dir/page?q');
const document = { mode: 'navigate', destination: 'iframe' };
const image = { mode: 'no-cors', destination: 'image' };

const get = (list, name) => list.filter(([each]) => each.toLowerCase() === name).map(([, value]) => value);

test('a document may stand in the isolated page whatever its server says', () => {
  const headers = cleaned([['X-Frame-Options', 'DENY'], ['Cross-Origin-Embedder-Policy', 'unsafe-none'],
    ['Cross-Origin-Resource-Policy', 'same-origin'], ['Origin-Agent-Cluster', '?0'],
    ['Content-Security-Policy', "default-src 'self'; Frame-Ancestors 'none'; upgrade-insecure-requests, frame-ancestors 'none'"]], document, page);
  deepEqual(headers, [['Content-Security-Policy', "default-src 'self'"], ['cross-origin-embedder-policy', 'credentialless'],
    ['cross-origin-resource-policy', 'cross-origin'], ['origin-agent-cluster', '?1']]);
});

test('workers get the same, other answers keep theirs', () => {
  equal(get(cleaned([], { mode: 'same-origin', destination: 'worker' }, page), 'cross-origin-embedder-policy')[0], 'credentialless');
  deepEqual(cleaned([['Cross-Origin-Resource-Policy', 'same-site']], image, page), [['Cross-Origin-Resource-Policy', 'same-site']]);
});

test('what belongs to the connection goes no further', () => {
  deepEqual(cleaned([['Connection', 'close'], ['Transfer-Encoding', 'chunked'], ['Keep-Alive', 'timeout=5'], ['X-A', '1'], ['X-B', '2']], image, page),
    [['X-A', '1'], ['X-B', '2']]);
});

for (const [sent, expected, asScript = expected] of [
  ['/login', '/login'],
  ['?a', '?a'],
  ['http://localhost:8000/login?a#b', 'http://p8000-a1.samovar.localhost:8420/login?a#b'],
  ['http://127.0.0.1:8000', 'http://p8000-a1.samovar.localhost:8420/'],
  ['http://0.0.0.0:8000/', 'http://p8000-a1.samovar.localhost:8420/'],
  ['http://localhost:8001/a', 'http://p8001-a1.samovar.localhost:8420/a', 'http://localhost:8001/a'],
  ['http://localhost/', 'http://p80-a1.samovar.localhost:8420/', 'http://localhost/'],
  ['http://p8000-a1.samovar.localhost:3000/x', 'http://p3000-a1.samovar.localhost:8420/x', 'http://p8000-a1.samovar.localhost:3000/x'],
  ['http://p3000-b2.samovar.localhost:8420/', 'http://p3000-b2.samovar.localhost:8420/'],
  ['https://localhost:8000/', 'https://localhost:8000/'],
  ['https://example.org/', 'https://example.org/'],
  ['//example.org/', '//example.org/'],
]) {
  test(`a redirect to ${sent} leads to ${expected}`, () => {
    equal(valueOf(cleaned([['Location', sent]], document, page), 'location'), expected);
    equal(valueOf(cleaned([['Location', sent]], image, page), 'location'), asScript);
    equal(valueOf(cleaned([['Refresh', `5; URL='${sent}'`]], document, page), 'refresh'), `5; URL='${expected}'`);
  });
}

test('headers of one name go as one, as Chromium takes but the first; of those that are no lists, the first', () => {
  const sent = [['Vary', 'a'], ['Link', '<b>'], ['vary', 'c'], ['Content-Type', 'text/plain'], ['Content-Length', '3'], ['content-length', '3']];
  equal(JSON.stringify(cleaned(sent, image, page)),
    JSON.stringify([['Vary', 'a, c'], ['Link', '<b>'], ['Content-Type', 'text/plain'], ['Content-Length', '3']]));
});

for (const [policy, expected] of [
  ["script-src 'self'", "script-src 'self' 'nonce-N'"],
  ["default-src 'self'; img-src *", "default-src 'self'; img-src *; script-src 'self' 'nonce-N'"],
  ["default-src 'none'", "default-src 'none'; script-src 'nonce-N'"],
  ["script-src 'self' 'unsafe-inline'", "script-src 'self' 'unsafe-inline'"],
  ["script-src 'unsafe-inline' 'nonce-x'", "script-src 'unsafe-inline' 'nonce-x' 'nonce-N'"],
  ["script-src 'strict-dynamic' 'sha256-abc='", "script-src 'strict-dynamic' 'sha256-abc=' 'nonce-N'"],
  ["script-src 'self'; script-src-elem 'none'", "script-src 'self'; script-src-elem 'nonce-N'"],
  ["img-src 'self'", "img-src 'self'"],
  ["script-src 'self', default-src 'none'", "script-src 'self' 'nonce-N', default-src 'none'; script-src 'nonce-N'"],
]) {
  test(`${policy} lets the shim run as ${expected}`, () => equal(allowing(policy, 'N'), expected));
}

const OS = 'http://samovar.localhost:8420';
const PREVIEWS = 'http://*.samovar.localhost:8420';
for (const [sent, expected] of [
  [[], PREVIEWS],
  [[['X-Frame-Options', 'DENY']], ''],
  [[['X-Frame-Options', 'SameOrigin']], "'self'"],
  [[['Content-Security-Policy', "img-src *; frame-ancestors 'none'"], ['X-Frame-Options', 'SAMEORIGIN']], ''],
  [[['Content-Security-Policy', "frame-ancestors 'self' http://localhost:3000"]], "'self' http://localhost:3000 http://p3000-a1.samovar.localhost:8420"],
  [[['Content-Security-Policy', 'frame-ancestors *']], PREVIEWS],
]) {
  test(`with ${JSON.stringify(sent)} a document is framed by the OS page and ${expected || 'nobody else'}`, () => {
    const policy = valueOf(cleaned(sent, document, page, OS), 'content-security-policy');
    equal(policy.split(', ').at(-1), `frame-ancestors ${OS} ${expected}`);
    equal(JSON.stringify(cleaned(sent, image, page, OS)).includes(OS), false);
  });
}

for (const [sent, expected] of [
  ["default-src http://localhost:8000 'unsafe-inline'", "default-src http://localhost:8000 http://p8000-a1.samovar.localhost:8420 'unsafe-inline'"],
  ['frame-src localhost:3000/app', 'frame-src localhost:3000/app http://p3000-a1.samovar.localhost:8420/app'],
  ['connect-src ws://127.0.0.1:*; img-src *', 'connect-src ws://127.0.0.1:* http://*.samovar.localhost:8420; img-src *'],
  ['script-src https://localhost.example.org', 'script-src https://localhost.example.org'],
]) {
  test(`${sent} names previews, too`, () => equal(valueOf(cleaned([['Content-Security-Policy', sent]], image, page), 'content-security-policy'), expected));
}
