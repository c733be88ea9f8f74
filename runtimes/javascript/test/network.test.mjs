import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './run.mjs';

/** Programs that check themselves: whatever fails is on stderr. `raw` sends bytes as they are and answers what comes back. */
const checks = (name, program) => test(name, async () => {
  const { stderr, stdout, status } = await run({ 'main.mjs': `
    import assert from 'node:assert/strict'; import http from 'node:http'; import net from 'node:net'; import { once } from 'node:events'; import { createHash } from 'node:crypto';
    const listen = async (server) => { server.listen(0); await once(server, 'listening'); return server.address().port; };
    const raw = (port, text, { byteByByte = false } = {}) => new Promise((resolve) => {
      const socket = net.connect(port); let all = '';
      socket.setEncoding('latin1').on('data', (part) => { all += part; }).on('error', () => {}).on('close', () => resolve(all));
      if (!byteByByte) { socket.write(text, 'latin1'); return; }
      let at = 0;
      (function next() { if (at < text.length && socket.writable) { socket.write(text[at++], 'latin1'); setImmediate(next); } })();
    });
    ${program}
    console.log('done');` });
  assert.deepEqual([stderr, stdout, status], ['', 'done\n', 0]);
});

checks('net: back-pressure, half-close, errors as Node has them', `
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    let size = 0;
    socket.on('data', (part) => { size += part.length; }).on('end', () => { socket.write(String(size)); socket.end('.'); });
  });
  const port = await listen(server);
  const client = net.connect(port);
  await once(client, 'connect');
  assert.deepEqual([client.remotePort, client.remoteAddress, client.address().family, client.readyState], [port, '127.0.0.1', 'IPv4', 'open']);
  assert.equal(client.write(Buffer.alloc(1_000_000)), false); await once(client, 'drain'); client.end();
  let answer = ''; for await (const part of client) answer += part; assert.equal(answer, '1000000.');
  const [refused] = await once(net.connect(1), 'error');
  assert.deepEqual([refused.code, refused.syscall, refused.port, refused.message], ['ECONNREFUSED', 'connect', 1, 'connect ECONNREFUSED 127.0.0.1:1']);
  const second = net.createServer().listen(port); const [inUse] = await once(second, 'error');
  assert.deepEqual([inUse.code, inUse.syscall, inUse.port], ['EADDRINUSE', 'listen', port]);
  const [denied] = await once(net.createServer().listen(81), 'error'); assert.equal(denied.code, 'EACCES');
  assert.throws(() => net.connect(70000), { code: 'ERR_SOCKET_BAD_PORT' }); assert.throws(() => net.connect('/tmp/socket'), /Unix domain sockets/);
  const idle = net.connect(port); idle.setTimeout(5); await once(idle, 'timeout'); idle.destroy();
  server.close(); await once(server, 'close'); assert.equal(server.address(), null);
  assert.deepEqual([net.isIP('127.0.0.1'), net.isIP('::1'), net.isIP('::ffff:1.2.3.4'), net.isIP('1.2.3'), net.isIP('1:2')], [4, 6, 6, 0, 0]);`);

checks('http: a request split at every byte, pipelining, 100-continue, HEAD, trailers', `
  const seen = [];
  const server = http.createServer(async (request, response) => {
    let body = ''; for await (const part of request) body += part;
    seen.push([request.method, request.url, request.headers['x-a'], body, request.trailers['x-t']]);
    response.setHeader('Date', 'now'); response.end(request.url);
  });
  const port = await listen(server);
  const chunked = 'POST /a HTTP/1.1\\r\\nHost: x\\r\\nX-A:  1 \\r\\nX-A: 2\\r\\nTransfer-Encoding: chunked\\r\\nConnection: close\\r\\n\\r\\n5;n=v\\r\\nhello\\r\\n00C\\r\\n\\r\\nworld\\r\\n\\r\\n!\\r\\n0\\r\\nX-T: end\\r\\n\\r\\n';
  const answer = 'HTTP/1.1 200 OK\\r\\nDate: now\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\n/a';
  assert.equal(await raw(port, chunked), answer); assert.equal(await raw(port, chunked, { byteByByte: true }), answer);
  assert.deepEqual(seen[0], ['POST', '/a', '1, 2', 'hello\\r\\nworld\\r\\n\\r\\n!', 'end']); assert.deepEqual(seen[1], seen[0]);
  const two = await raw(port, 'GET /1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\nGET /2 HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n');
  assert.ok(two.indexOf('/1') > 0 && two.indexOf('/2') > two.indexOf('/1'), two);
  assert.match(await raw(port, 'GET /old HTTP/1.0\\r\\n\\r\\n'), /Connection: close\\r\\n\\r\\n\\/old$/);
  assert.match(await raw(port, 'HEAD /h HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n'), /Content-Length: 2\\r\\nConnection: close\\r\\n\\r\\n$/);
  assert.match(await raw(port, 'POST /c HTTP/1.1\\r\\nHost: x\\r\\nExpect: 100-continue\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nhi'), /^HTTP\\/1.1 100 Continue\\r\\n\\r\\nHTTP\\/1.1 200 OK/);
  const request = http.request({ port, method: 'PUT', path: '/e', headers: { expect: '100-continue' } }); let continued = false;
  request.on('continue', () => { continued = true; request.end('x'); }).flushHeaders(); const [response] = await once(request, 'response'); response.resume(); await once(response, 'end');
  assert.ok(continued); assert.equal(seen.at(-1)[3], 'x');
  server.close();`);

checks('http: what could be read in two ways is refused', `
  let asked = 0;
  const server = http.createServer((request, response) => { asked++; request.resume().on('end', () => response.end('ok')); });
  const port = await listen(server);
  const head = 'POST / HTTP/1.1\\r\\nHost: x\\r\\n';
  const refused = {
    'two lengths': [head + 'Content-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\nab', 400], 'one length twice': [head + 'Content-Length: 1\\r\\nContent-Length: 1\\r\\n\\r\\na', 400],
    'a list of lengths': [head + 'Content-Length: 1, 1\\r\\n\\r\\na', 400], 'a signed length': [head + 'Content-Length: +1\\r\\n\\r\\na', 400],
    'a length and chunks': [head + 'Content-Length: 4\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n', 400], 'chunks and a length': [head + 'Transfer-Encoding: chunked\\r\\nContent-Length: 4\\r\\n\\r\\n0\\r\\n\\r\\n', 400],
    'two codings': [head + 'Transfer-Encoding: gzip, chunked\\r\\n\\r\\n0\\r\\n\\r\\n', 501], 'a coding twice': [head + 'Transfer-Encoding: chunked\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n', 501],
    'chunks in 1.0': ['POST / HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n', 400], 'a space before the colon': [head + 'Content-Length : 1\\r\\n\\r\\na', 400],
    'a folded line': [head + 'X-A: a\\r\\n b\\r\\n\\r\\n', 400], 'a bare line feed': ['GET / HTTP/1.1\\nHost: x\\n\\n\\r\\n\\r\\n', 400], 'a bare carriage return': [head + 'X-A: a\\rb\\r\\n\\r\\n', 400],
    'a zero byte': [head + 'X-A: a\\0b\\r\\n\\r\\n', 400], 'no host': ['GET / HTTP/1.1\\r\\n\\r\\n', 400], 'two hosts': ['GET / HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n', 400],
    'no method of ours': ['BREW / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n', 400], 'two spaces': ['GET  / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n', 400], 'HTTP/2': ['GET / HTTP/2.0\\r\\nHost: x\\r\\n\\r\\n', 400], 'no HTTP': ['\\x16\\x03\\x01', 400],
    'long headers': [head + 'X-A: ' + 'a'.repeat(17000) + '\\r\\n\\r\\n', 431], 'many headers': [head + 'a:\\r\\n'.repeat(2001) + '\\r\\n', 431],
  };
  for (const [what, [text, status]] of Object.entries(refused)) {
    for (const byteByByte of text.length < 200 ? [false, true] : [false]) assert.match(await raw(port, text, { byteByByte }), new RegExp('^HTTP/1.1 ' + status + ' '), what);
  }
  assert.equal(asked, 0);
  for (const size of ['g', '', '-1', '0x1', '1 1', '123456789', '1\\n']) {
    await raw(port, head + 'Transfer-Encoding: chunked\\r\\n\\r\\n' + size + '\\r\\na\\r\\n0\\r\\n\\r\\n').then((answer) => assert.match(answer, /^(HTTP\\/1.1 400 |$)/, size));
  }
  await raw(port, head + 'Transfer-Encoding: chunked\\r\\n\\r\\n1\\r\\nab\\r\\n0\\r\\n\\r\\n').then((answer) => assert.match(answer, /^(HTTP\\/1.1 400 |$)/));
  await raw(port, head + 'Transfer-Encoding: chunked\\r\\n\\r\\n1;' + 'e'.repeat(2000) + '\\r\\na\\r\\n0\\r\\n\\r\\n').then((answer) => assert.match(answer, /^(HTTP\\/1.1 413 |$)/));
  const fits = head + 'Connection: close\\r\\nContent-Length: 0\\r\\nX-A: '; assert.match(await raw(port, fits + 'a'.repeat(16384 - fits.length) + '\\r\\n\\r\\n'), /^HTTP\\/1.1 200/);
  const answers = { 'two lengths': 'HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\nContent-Length: 2\\r\\n\\r\\nab', 'no HTTP': 'SSH-2.0\\r\\n', 'half of it': 'HTTP/1.1 200 OK\\r\\nContent-Length: 9\\r\\n\\r\\nhalf', nothing: '' };
  for (const [what, text] of Object.entries(answers)) {
    const bad = net.createServer((socket) => socket.on('error', () => {}).once('data', () => socket.end(text))); const at = await listen(bad);
    await assert.rejects(fetch('http://localhost:' + at).then((response) => response.text()), TypeError, what); bad.close();
  }
  assert.throws(() => http.request({ port, path: '/a b' }), { code: 'ERR_UNESCAPED_CHARACTERS' });
  assert.throws(() => http.request({ port, headers: { 'X-A': 'a\\r\\nX-B: b' } }), { code: 'ERR_INVALID_CHAR' });
  assert.throws(() => new http.OutgoingMessage().setHeader('a b', '1'), { code: 'ERR_INVALID_HTTP_TOKEN' });
  server.close();`);

checks('http: kept connections, Agent, upgrade, abort, time-outs', `
  let connections = 0, aborted = 0;
  const server = http.createServer((request, response) => {
    request.on('aborted', () => { aborted++; });
    if (request.url === '/slow') response.on('close', () => { aborted++; }).write('a'); else response.end(String(connections));
  }).on('connection', () => { connections++; }).on('upgrade', (request, socket, head) => { socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: tea\\r\\n\\r\\n' + head); socket.pipe(socket); });
  const port = await listen(server);
  const get = async (options) => { const [response] = await once(http.get({ port, ...options }), 'response'); let text = ''; for await (const part of response) text += part; return text; };
  for (let i = 0; i < 5; i++) assert.equal(await get(), '1');
  assert.equal(await get({ agent: false }), '2'); assert.equal(await get({ headers: { connection: 'close' } }), '2');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }); assert.deepEqual(await Promise.all([get({ agent }), get({ agent }), get({ agent })]), ['3', '3', '3']); agent.destroy();
  const up = http.request({ port, headers: { Connection: 'Upgrade', Upgrade: 'tea' } }); up.end();
  const [response, socket] = await once(up, 'upgrade'); assert.equal(response.statusCode, 101); socket.write('green'); assert.equal(String((await once(socket, 'data'))[0]), 'green'); socket.end();
  const slow = http.get({ port, path: '/slow' }); const [begun] = await once(slow, 'response'); begun.on('error', (error) => assert.equal(error.code, 'ECONNRESET')); slow.destroy(); await new Promise((resolve) => begun.on('close', resolve));
  const controller = new AbortController(); const stopped = http.get({ port, path: '/slow', signal: controller.signal }); controller.abort(); assert.equal((await once(stopped, 'error'))[0].code, 'ABORT_ERR');
  const late = http.get({ port, path: '/slow', timeout: 5 }); late.on('error', () => {}).on('response', (one) => one.on('error', () => {})); await once(late, 'timeout'); late.destroy();
  server.headersTimeout = 5; assert.match(await raw(port, 'GET / HT'), /^HTTP\\/1.1 408 /); server.headersTimeout = 60000;
  server.keepAliveTimeout = 5; assert.match(await raw(port, 'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'), /^HTTP\\/1.1 200 /);
  server.close(); server.closeAllConnections(); await once(server, 'close'); assert.ok(aborted >= 2);`);

checks('fetch: bodies, redirects, forms, the proxy; streams', `
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://x');
    if (pathname === '/to') { response.writeHead(Number(searchParams.get('status')), { Location: '/echo' }); response.end(); } else if (pathname === '/loop') { response.writeHead(302, { Location: '/loop' }); response.end(); }
    else { response.writeHead(200, { 'X-Method': request.method, 'X-Type': request.headers['content-type'] ?? '', 'X-Target': request.url }); request.pipe(response); }
  });
  const port = await listen(server), url = 'http://localhost:' + port;
  for (const [status, method] of [[301, 'GET'], [303, 'GET'], [307, 'POST'], [308, 'POST']]) { const r = await fetch(url + '/to?status=' + status, { method: 'POST', body: 'b' }); assert.deepEqual([r.headers.get('x-method'), r.redirected, await r.text()], [method, true, method === 'POST' ? 'b' : '']); }
  await assert.rejects(fetch(url + '/loop'), /fetch failed/); await assert.rejects(fetch(url + '/loop', { redirect: 'error' }), TypeError); assert.equal((await fetch(url + '/loop', { redirect: 'manual' })).status, 302);
  const form = new FormData(); form.append('a', 'ü"'); form.append('f', new File(['bytes'], 'n.txt', { type: 'text/x' }));
  const echoed = await fetch(url + '/echo', { method: 'POST', body: form }); const back = await new Response(await echoed.arrayBuffer(), { headers: { 'content-type': echoed.headers.get('x-type') } }).formData();
  assert.deepEqual([back.get('a'), back.get('f').name, await back.get('f').text()], ['ü"', 'n.txt', 'bytes']);
  const r = await fetch(new Request(url + '/echo', { method: 'PUT', body: JSON.stringify({ a: 1 }) })); const copy = r.clone(); assert.deepEqual([await r.json(), await copy.json(), r.bodyUsed], [{ a: 1 }, { a: 1 }, true]); await assert.rejects(r.text(), TypeError);
  process.env.http_proxy = url; const outside = await fetch('https://example.com/a?b', { method: 'POST', body: 'x' }); assert.equal(outside.headers.get('x-target'), 'https://example.com/a?b');
  assert.equal((await fetch('http://example.com:81/c')).headers.get('x-target'), 'http://example.com:81/c'); delete process.env.http_proxy;
  await assert.rejects(fetch('https://localhost'), (error) => error.cause.code === 'ERR_TLS_NOT_THERE'); assert.equal(await (await fetch('data:text/plain;base64,aGk=')).text(), 'hi');
  const upper = ReadableStream.from(['a', 'b']).pipeThrough(new TransformStream({ transform: (chunk, c) => c.enqueue(chunk.toUpperCase()) })); const [one, two] = upper.tee(); let text = ''; for await (const part of one) text += part; for await (const part of two) text += part; assert.equal(text, 'ABAB');
  const written = []; await ReadableStream.from([1, 2]).pipeTo(new WritableStream({ write(chunk) { written.push(chunk); } })); assert.deepEqual(written, [1, 2]);
  server.close();`);

checks('WebSocket: what a server must not send; EventSource: lines in pieces', `
  const answers = { masked: [0x81, 0x80, 0, 0, 0, 0], reserved: [0xc1, 0], 'a long control frame': [0x89, 126, 0, 126], 'no UTF-8': [0x81, 1, 0xff], 'a part without a beginning': [0x80, 0], 'a long length': [0x81, 126, 0, 1, 97], nothing: [], unknown: [0x83, 0] };
  for (const [what, bytes] of Object.entries(answers)) {
    const server = http.createServer().on('upgrade', (request, socket) => {
      const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64');
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Accept: ' + accept + '\\r\\n\\r\\n'); socket.on('error', () => {});
      if (bytes.length) socket.write(Buffer.from(bytes)); else socket.destroy();
    });
    const socket = new WebSocket('ws://localhost:' + await listen(server)); const seen = [];
    socket.onmessage = () => seen.push('message'); socket.onerror = () => seen.push('error');
    const close = await new Promise((resolve) => { socket.onclose = resolve; });
    assert.deepEqual([seen, close.code, close.wasClean], [bytes.length ? ['error'] : [], 1006, false], what); server.close();
  }
  const wrong = http.createServer().on('upgrade', (request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Accept: no\\r\\n\\r\\n'));
  const refused = new WebSocket('ws://localhost:' + await listen(wrong)); assert.equal((await new Promise((resolve) => { refused.onclose = resolve; })).code, 1006); wrong.close(); wrong.closeAllConnections();
  const stream = 'data: a\\r\\ndata:b\\n\\n: comment\\nevent: tea\\nid: 4\\rdata: ü\\r\\rdata\\n\\nretry: 7\\n\\ndata: not whole';
  const server = http.createServer((request, response) => { response.writeHead(200, { 'Content-Type': 'text/event-stream' }); const bytes = Buffer.from(stream); let at = 0; (function next() { if (at < bytes.length) { response.write(bytes.subarray(at, ++at)); setImmediate(next); } })(); });
  const events = new EventSource('http://localhost:' + await listen(server)); const got = [];
  await new Promise((resolve) => { const on = (event) => { if (got.push([event.type, event.data, event.lastEventId]) === 3) resolve(); }; events.onmessage = on; events.addEventListener('tea', on); });
  assert.deepEqual(got, [['message', 'a\\nb', ''], ['tea', 'ü', '4'], ['message', '', '4']]); events.close(); server.close(); server.closeAllConnections();`);

checks('dns, https, tty, async_hooks, call sites, streams of old code', `
  import dns from 'node:dns'; import https from 'node:https'; import { AsyncLocalStorage } from 'node:async_hooks'; import { Readable, Transform } from 'node:stream'; import { inherits } from 'node:util';
  assert.equal((await dns.promises.lookup('localhost')).address, '127.0.0.1'); await assert.rejects(dns.promises.lookup('example.com'), { code: 'ENOTFOUND' });
  assert.throws(() => https.createServer(), /no TLS/); const tls = await import('node:tls'); assert.throws(() => tls.connect(443, 'x'), /no TLS/);
  { const { Worker, isMainThread } = await import('node:worker_threads'); assert.ok(isMainThread); assert.throws(() => new Worker('x'), /no threads/); const http2 = await import('node:http2'); assert.throws(() => http2.createServer(), /HTTP\\/1.1 only/);
  assert.ok((await import('node:v8')).startupSnapshot.isBuildingSnapshot() === false); const { channel, tracingChannel } = await import('node:diagnostics_channel'); const told = []; channel('tea').subscribe((data, name) => told.push([name, data])); channel('tea').publish(1);
  const tracing = tracingChannel('pour'); assert.ok(!tracing.hasSubscribers); tracing.subscribe({ start: ({ cup }) => told.push(['start', cup]), asyncEnd: ({ result }) => told.push(['asyncEnd', result]) }); assert.equal(await tracing.tracePromise(async n => n + 1, { cup: 2 }, null, 3), 4);
  assert.deepEqual(told, [['tea', 1], ['start', 2], ['asyncEnd', 4]]); }
  const store = new AsyncLocalStorage(); assert.equal(store.run(5, () => store.getStore()), 5); assert.equal(store.getStore(), undefined);
  function Old() { Readable.call(this); } inherits(Old, Readable); Old.prototype._read = function () { this.push('x'); this.push(null); }; let text = ''; for await (const part of new Old()) text += part; assert.equal(text, 'x'); assert.ok(new Old() instanceof Readable);
  const transform = Transform({ transform(chunk, encoding, done) { done(null, String(chunk) + '!'); } }); transform.end('a'); assert.equal(String((await once(transform, 'data'))[0]), 'a!');
  const before = Error.prepareStackTrace; Error.prepareStackTrace = (error, sites) => sites; const [site] = new Error().stack; Error.prepareStackTrace = before; assert.deepEqual([site.isEval(), site.getTypeName()], [false, null]);
  let told; process.once('unhandledRejection', (reason) => { told = reason; }); Promise.reject(7); await new Promise((resolve) => setTimeout(resolve, 1)); assert.equal(told, 7);`);

test('recursion without an end is a RangeError, however it is made', async () => {
  const { stdout, stderr, status } = await run({ 'main.js': `
    const kinds = {
      call() { (function f() { f(); })(); }, map() { (function f() { [1].map(f); })(); }, getter() { const o = { get a() { return o.a; } }; o.a; }, proxy() { const p = new Proxy({}, { get: (t, n, r) => r[n] }); p.a; },
      constructor() { class A { constructor() { new A(); } } new A(); }, string() { const o = { toString: () => String(o) }; String(o); }, replace() { (function f() { 'a'.replace(/a/, f); })(); },
      json() { let o = []; for (let i = 0; i < 1e5; i++) o = [o]; JSON.stringify(o); }, flat() { let o = []; for (let i = 0; i < 1e5; i++) o = [o]; o.flat(Infinity); },
    };
    for (const [name, kind] of Object.entries(kinds)) { try { kind(); console.log(name, 'ended'); } catch (error) { if (!(error instanceof RangeError)) console.log(name, error); } }
    for (const source of ['(', '[', '({a:', '(function(){', '\`\${', '!', '1?', 'a=>', '{']) { try { eval(source.repeat(50000)); console.log(source, 'ended'); } catch (error) { if (!/overflow|stack/i.test(error.message)) console.log(source, error.message); } }
    console.log('done');` });
  assert.deepEqual([stdout, stderr, status], ['done\n', '', 0]);
});
