import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './run.mjs';

/** Programs that check themselves: whatever fails is on stderr. */
const checks = (name, program) => test(name, async () => {
  const { stderr, stdout, status } = await run({ 'main.mjs': `import assert from 'node:assert/strict';\n${program}\nconsole.log('done');` });
  assert.deepEqual([stderr, stdout, status], ['', 'done\n', 0]);
});

checks('fs', `
  import fs from 'fs'; import fsp from 'fs/promises';
  fs.mkdirSync('a/b/c', { recursive: true }); fs.writeFileSync('a/b/f.txt', 'hällo'); fs.appendFileSync('a/b/f.txt', '!');
  assert.equal(fs.readFileSync('a/b/f.txt', 'utf8'), 'hällo!'); assert.equal(fs.statSync('a/b/f.txt').size, 7); assert.ok(fs.statSync('a').isDirectory());
  assert.deepEqual(fs.readdirSync('a', { recursive: true }), ['b', 'b/c', 'b/f.txt']);
  assert.deepEqual(fs.readdirSync('a/b', { withFileTypes: true }).map(e => [e.name, e.isFile()]), [['c', false], ['f.txt', true]]);
  fs.renameSync('a/b/f.txt', 'a/g'); fs.copyFileSync('a/g', 'a/h'); assert.ok(fs.existsSync('a/h')); assert.ok(!fs.existsSync('a/b/f.txt'));
  assert.throws(() => fs.readFileSync('nope'), { code: 'ENOENT', syscall: 'open', path: 'nope' }); assert.throws(() => fs.readFileSync('a'), { code: 'EISDIR' });
  await assert.rejects(fsp.readFile('nope'), { code: 'ENOENT' }); await fsp.writeFile('a/i', Buffer.from([0, 255])); assert.deepEqual([...await fsp.readFile('a/i')], [0, 255]);
  const handle = await fsp.open('a/i', 'r+'); await handle.write(Buffer.from([7]), 0, 1, 1); await handle.close(); assert.deepEqual([...fs.readFileSync('a/i')], [0, 7]);
  await new Promise((resolve, reject) => fs.readFile('a/g', 'utf8', (error, text) => error ? reject(error) : resolve(assert.equal(text, 'hällo!'))));
  assert.throws(() => fs.rmSync('a')); fs.rmSync('a', { recursive: true }); assert.ok(!fs.existsSync('a')); fs.rmSync('a', { force: true });
  assert.throws(() => fs.symlinkSync('a', 'b'), { code: 'ENOSYS' });
  const out = fs.createWriteStream('s.txt'); out.write('x'.repeat(200000)); out.end('end'); await new Promise(resolve => out.on('finish', resolve));
  let size = 0; for await (const chunk of fs.createReadStream('s.txt')) size += chunk.length; assert.equal(size, 200003);`);

checks('Buffer', `
  assert.deepEqual([Buffer.from('xhéy').latin1Slice(1, 3), Buffer.from('xhéy').utf8Slice(1, 4), Buffer.alloc(2).hexWrite('0102')], ['hÃ', 'hé', 2]); assert.equal(Buffer.from('héllo €').toString('hex'), '68c3a96c6c6f20e282ac'); assert.equal(Buffer.from('aGk=', 'base64').toString(), 'hi'); assert.equal(Buffer.from('hi!').toString('base64url'), 'aGkh');
  assert.equal(Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString(), 'ab'); assert.ok(Buffer.from('a').equals(Buffer.from('a'))); assert.equal(Buffer.compare(Buffer.from('a'), Buffer.from('b')), -1);
  const b = Buffer.alloc(8); b.writeInt32BE(-2, 0); b.writeUInt16LE(513, 4); assert.equal(b.readInt32BE(0), -2); assert.equal(b[4], 1); b.writeDoubleLE(1.5); assert.equal(b.readDoubleLE(), 1.5);
  assert.throws(() => b.readInt32LE(6), { code: 'ERR_OUT_OF_RANGE' }); const s = Buffer.from('abc').subarray(1); s[0] = 120; assert.equal(String(s), 'xc'); assert.ok(Buffer.isBuffer(s));
  assert.equal(Buffer.from([0xff, 0x41]).toString(), '\\ufffdA'); assert.equal(Buffer.from('ab').indexOf('b'), 1); assert.equal(JSON.stringify(Buffer.from([1])), '{"type":"Buffer","data":[1]}');`);

checks('path, url, querystring, events, util', `
  import path from 'path'; import url from 'url'; import qs from 'querystring'; import { EventEmitter, once } from 'events'; import util from 'util';
  assert.deepEqual([path.join('a', '..', 'b/'), path.resolve('/a', '../b'), path.relative('/a/b', '/a/c'), path.extname('a.b.c'), path.extname('.a'), path.basename('/a/b.c', '.c'), path.dirname('/a/b'), path.normalize('/../a//b/')], ['b/', '/b', '../c', '.c', '', 'b', '/a', '/a/b/']);
  const u = new URL('../x y?q=ü#h', 'https://u:p@EXAMPLE.com:443/a/b/c'); assert.equal(u.href, 'https://u:p@example.com/a/x%20y?q=%C3%BC#h'); assert.equal(u.searchParams.get('q'), 'ü'); u.searchParams.append('r', '1 2'); assert.equal(u.search, '?q=%C3%BC&r=1+2');
  assert.equal(new URL('mailto:a@b').pathname, 'a@b'); assert.equal(new URL('http://0x7f.1').hostname, '127.0.0.1'); assert.throws(() => new URL('nope'), { code: 'ERR_INVALID_URL' }); assert.equal(url.fileURLToPath('file:///a%20b'), '/a b'); assert.equal(url.parse('http://h:1/p?q').port, '1');
  assert.deepEqual({ ...qs.parse('a=1&a=2&b=%20') }, { a: ['1', '2'], b: ' ' }); assert.equal(qs.stringify({ a: [1, 2], b: ' ' }), 'a=1&a=2&b=%20');
  const e = new EventEmitter(); setTimeout(() => e.emit('x', 5)); assert.deepEqual(await once(e, 'x'), [5]); assert.throws(() => e.emit('error', new Error('boo')), /boo/);
  function Old() { EventEmitter.call(this); } util.inherits(Old, EventEmitter); let heard; new Old().on('a', v => { heard = v; }).emit('a', 1); assert.equal(heard, 1);
  assert.equal(util.format('%s %d %i %j %o %%', 'a', 1.5, '2x', { a: 1 }, [1]), "a 1.5 2 {\\"a\\":1} [ 1, [length]: 1 ] %"); assert.equal(await util.promisify((a, done) => done(null, a + 1))(1), 2);
  const o = { n: 1, m: new Map([['k', { v: [1] }]]), f() {}, s: 'it\\'s' }; o.self = o; assert.equal(util.inspect({ a: { b: { c: {} } } }, { compact: true }), '{ a: { b: { c: {} } } }'); assert.match(util.inspect(o), /<ref \\*1>[^]*self: \\[Circular \\*1\\]/);`);

checks('streams, hashes, and what browsers have', `
  import { Readable, Transform, pipeline } from 'stream'; import { pipeline as piped } from 'stream/promises'; import crypto from 'crypto'; import { setTimeout as sleep } from 'timers/promises';
  const up = new Transform({ transform(chunk, encoding, done) { done(null, String(chunk).toUpperCase()); } }); let text = '';
  await piped(Readable.from(['a', 'b', 'c']), up, async function* (source) { for await (const chunk of source) text += chunk; }); assert.equal(text, 'ABC');
  assert.equal(crypto.createHash('sha256').update('abc').digest('hex'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'); assert.equal(crypto.createHash('md5').update('').digest('hex'), 'd41d8cd98f00b204e9800998ecf8427e');
  assert.equal(crypto.createHash('sha1').update('a'.repeat(100)).digest('hex'), '7f9000257a4918d7072655ea468540cdcbd42e0c'); assert.match(crypto.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'))).toString('hex').slice(0, 16), 'ba7816bf8f01cfea');
  assert.equal(globalThis.crypto.getRandomValues(new Uint8Array(8)).length, 8); assert.equal(globalThis.crypto.randomUUID().length, 36); await assert.rejects(globalThis.crypto.subtle.digest('SHA-512', new Uint8Array()), /SHA-1, SHA-256/);
  assert.equal(crypto.createHmac('sha256', 'key').update('The quick brown fox jumps over the lazy dog').digest('hex'), 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8');
  const c = structuredClone({ d: new Date(5), m: new Map([[1, new Set([2])]]) }); assert.ok(c.d.getTime() === 5 && c.m.get(1).has(2)); assert.throws(() => structuredClone(() => 1), { name: 'DataCloneError' });
  const controller = new AbortController(); setTimeout(() => controller.abort(), 5); await assert.rejects(sleep(10000, null, { signal: controller.signal }), { name: 'AbortError' });
  assert.equal(new TextDecoder().decode(new TextEncoder().encode('€😀')), '€😀'); assert.equal(atob(btoa('x')), 'x'); assert.ok(performance.now() > 0); assert.equal(global, globalThis);`);

test('console: levels, tables, groups, counts', async () => {
  const { stdout, stderr } = await run({ 'main.js': `
    console.log('%s is %d', 'x', 1, [1, 'a'], { b: null }); console.error('err'); console.warn('warn'); console.group('g'); console.log('in\\nside'); console.groupEnd();
    console.count(); console.count(); console.assert(false, 'bad %s', 'x'); console.table([{ a: 1 }]); console.log(new Map([[1, new Set(['x'])]]), new Uint8Array(2), -0, undefined, Symbol('s'), 5n, class A {}, function f() {}); console.log()` });
  assert.equal(stdout, `x is 1 [ 1, 'a' ] { b: null }
g
  in
  side
default: 1
default: 2
┌─────────┬───┐
│ (index) │ a │
├─────────┼───┤
│ 0       │ 1 │
└─────────┴───┘
Map(1) { 1 => Set(1) { 'x' } } Uint8Array(2) [ 0, 0 ] -0 undefined Symbol(s) 5n [class A] [Function: f]

`);
  assert.equal(stderr, 'err\nwarn\nAssertion failed: bad x\n');
});
