import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './run.mjs';
import { gzipSync } from 'node:zlib';

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
  fs.mkdirSync('l/m', { recursive: true }); fs.writeFileSync('l/t', 'text'); fs.linkSync('l/t', 'l/h');
  assert.equal(fs.statSync('l/h').nlink, 2);
  assert.deepEqual(fs.readdirSync('l', { withFileTypes: true, recursive: true }).map(one => [one.name, one.isSymbolicLink(), one.parentPath]), [['h', false, 'l'], ['m', false, 'l'], ['t', false, 'l']]);
  fs.truncateSync('l/t', 2); const cut = fs.openSync('l/t', 'r+'); fs.ftruncateSync(cut, 3); assert.deepEqual([fs.fstatSync(cut).size, fs.fstatSync(cut, { bigint: true }).size, fs.writevSync(cut, [Buffer.from('a'), Buffer.from('b')]), fs.readFileSync('l/h', 'latin1')], [3, 3n, 2, 'ab\0']); fs.closeSync(cut);
  const seen = []; for await (const entry of await fsp.opendir('l')) seen.push(entry.name); assert.equal(seen.join(), 'h,m,t'); fs.rmSync('l', { recursive: true }); assert.ok(!fs.existsSync('l'));
  assert.throws(() => fs.readFileSync('none'), { code: 'ENOENT', errno: -2, syscall: 'open', path: 'none', message: "ENOENT: no such file or directory, open 'none'" });
  fs.mkdirSync('w'); setTimeout(() => fs.writeFileSync('w/new', ''), 20); for await (const event of fsp.watch('w')) { assert.deepEqual(event, { eventType: 'rename', filename: 'new' }); break; }
  await assert.rejects(fsp.readFile('none', { signal: AbortSignal.abort() }), { name: 'AbortError', code: 'ABORT_ERR' });
  const out = fs.createWriteStream('s.txt'); out.write('x'.repeat(200000)); out.end('end'); await new Promise(resolve => out.on('finish', resolve));
  let size = 0; for await (const chunk of fs.createReadStream('s.txt')) size += chunk.length; assert.equal(size, 200003);`);

checks('Buffer', `
  assert.deepEqual([Buffer.from('xhéy').latin1Slice(1, 3), Buffer.from('xhéy').utf8Slice(1, 4), Buffer.alloc(2).hexWrite('0102')], ['hÃ', 'hé', 2]); assert.equal(Buffer.from('héllo €').toString('hex'), '68c3a96c6c6f20e282ac'); assert.equal(Buffer.from('aGk=', 'base64').toString(), 'hi'); assert.equal(Buffer.from('hi!').toString('base64url'), 'aGkh');
  assert.ok(Object.keys(Buffer).includes('isBuffer')); assert.equal(Buffer.concat([Buffer.from('a'), Buffer.from('b')]).toString(), 'ab'); assert.ok(Buffer.from('a').equals(Buffer.from('a'))); assert.equal(Buffer.compare(Buffer.from('a'), Buffer.from('b')), -1);
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
  await piped(Readable.from(['a', 'b', 'c']), up, async function* (source) { for await (const chunk of source) text += chunk; }); assert.equal(text, 'ABC'); await piped(Readable.from(['d']), async source => { for await (const chunk of source) text += chunk; }); assert.equal(text, 'ABCd');
  assert.equal(crypto.createHash('sha256').update('abc').digest('hex'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'); assert.equal(crypto.createHash('md5').update('').digest('hex'), 'd41d8cd98f00b204e9800998ecf8427e');
  assert.equal(crypto.createHash('sha1').update('a'.repeat(100)).digest('hex'), '7f9000257a4918d7072655ea468540cdcbd42e0c'); assert.match(crypto.randomUUID(), /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.equal(Buffer.from(await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode('abc'))).toString('hex').slice(0, 16), 'ba7816bf8f01cfea');
  assert.equal(globalThis.crypto.getRandomValues(new Uint8Array(8)).length, 8); assert.equal(globalThis.crypto.randomUUID().length, 36); await assert.rejects(globalThis.crypto.subtle.digest('MD5', new Uint8Array()), /SHA-1, SHA-256/);
  assert.equal(crypto.createHmac('sha256', 'key').update('The quick brown fox jumps over the lazy dog').digest('hex'), 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8');
  const c = structuredClone({ d: new Date(5), m: new Map([[1, new Set([2])]]) }); assert.ok(c.d.getTime() === 5 && c.m.get(1).has(2)); assert.throws(() => structuredClone(() => 1), { name: 'DataCloneError' });
  const controller = new AbortController(); setTimeout(() => controller.abort(), 5); await assert.rejects(sleep(10000, null, { signal: controller.signal }), { name: 'AbortError' });
  assert.equal(new TextDecoder().decode(new TextEncoder().encode('€😀')), '€😀'); assert.equal(atob(btoa('x')), 'x'); assert.ok(performance.now() > 0); assert.equal(global, globalThis);`);

checks('hashes and keys of all kinds', `
  import crypto from 'node:crypto'; import { promisify } from 'node:util'; const { createHash, createHmac, pbkdf2Sync, scryptSync } = crypto; const million = Buffer.alloc(1e6, 'a');
  const known = { md5: '7707d6ae4e027c70eea2a935c2296f21', sha1: '34aa973cd4c4daa4f61eeb2bdbad27316534016f', sha224: '20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67', sha256: 'cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0',
    sha384: '9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985', sha512: 'e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b' };
  for (const [name, digest] of Object.entries(known)) { const hash = createHash(name); for (let at = 0; at < 1e6; at += 99991) hash.update(million.subarray(at, at + 99991)); assert.equal(hash.copy().digest('hex'), digest); assert.equal(hash.digest('hex'), digest); }
  assert.equal(createHmac('sha512', crypto.createSecretKey('k'.repeat(300))).update('x').digest('base64url').slice(0, 20), '0YeOg2mQFsBuYHHvD8bU');
  assert.equal(pbkdf2Sync('password', 'salt', 2, 20, 'sha1').toString('hex'), 'ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957'); assert.equal(pbkdf2Sync('passwordPASSWORDpassword', 'saltSALTsaltSALTsaltSALTsaltSALTsalt', 4096, 25, 'sha1').toString('hex'), '3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038');
  assert.equal(scryptSync('', '', 64, { N: 16, r: 1, p: 1 }).toString('hex').slice(0, 32), '77d6576238657b203b19ca42c18a0497'); assert.equal((await promisify(crypto.scrypt)('password', 'NaCl', 64, { N: 1024, r: 8, p: 16 })).toString('hex').slice(0, 32), 'fdbabe1c9d3472007856e7190d01e9fe');
  for (const wrong of [{ N: 3 }, { N: 1 << 20 }, { r: 0 }, { p: -1 }]) assert.throws(() => scryptSync('a', 'b', 8, wrong), { code: 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS' }); assert.throws(() => pbkdf2Sync('a', 'b', 0, 8, 'sha1'), { code: 'ERR_OUT_OF_RANGE' });
  assert.throws(() => createHash('whirlpool'), /sha512/); assert.throws(() => createHash('sha1').update(5), TypeError); assert.throws(() => crypto.createCipheriv('aes-128-cbc', '', ''), /no ciphers/); assert.ok(crypto.timingSafeEqual(Buffer.from('a'), Buffer.from('a')));
  assert.equal(Buffer.from(await crypto.subtle.digest('SHA-512', Buffer.from('abc'))).toString('hex').slice(0, 16), 'ddaf35a193617aba');`);

checks('zlib: there and back, what Node has made, streams, damage', `
  import zlib from 'node:zlib'; import { pipeline } from 'node:stream/promises'; import { promisify } from 'node:util'; import { brotliCompressSync } from 'node:zlib';
  let seed = 1; const noise = Buffer.from(Array.from({ length: 70000 }, () => (seed = seed * 48271 % 2147483647) & 255)); const texts = [Buffer.alloc(0), Buffer.from('a'), Buffer.from('tea, '.repeat(30000)), noise, Buffer.concat([noise, Buffer.alloc(70000), noise])];
  for (const text of texts) for (const level of [0, 1, 6, 9]) for (const [there, back] of [['gzip', 'gunzip'], ['deflate', 'inflate'], ['deflateRaw', 'inflateRaw'], ['gzip', 'unzip'], ['deflate', 'unzip']]) {
    const small = zlib[there + 'Sync'](text, { level }); assert.ok(zlib[back + 'Sync'](small).equals(text)); assert.ok(small.length <= text.length + 40); }
  assert.ok(zlib.gzipSync(texts[2]).length < 2000);
  const of = base64 => Buffer.from(base64, 'base64'); const made = of(${JSON.stringify(gzipSync('x'.repeat(500) + 'the quick brown fox jumps over the lazy dog, '.repeat(9) + [...Array(400).keys()].join()).toString('base64'))});
  const expected = 'x'.repeat(500) + 'the quick brown fox jumps over the lazy dog, '.repeat(9) + [...Array(400).keys()].join(); assert.equal(zlib.gunzipSync(made).toString(), expected); assert.equal(zlib.gunzipSync(Buffer.concat([made, zlib.gzipSync('more')])).toString(), expected + 'more');
  assert.equal(zlib.crc32('hello'), 0x3610a686); assert.equal((await promisify(zlib.inflate)(await promisify(zlib.deflate)('x'))).toString(), 'x');
  for (let cut = 0; cut < made.length; cut += 7) assert.throws(() => zlib.gunzipSync(made.subarray(0, cut)), { code: 'Z_BUF_ERROR' }); for (let at = 0; at < made.length; at += 3) { const bad = Buffer.from(made); bad[at] ^= 16; try { assert.equal(zlib.gunzipSync(bad).toString(), expected); } catch (error) { assert.match(String(error.code), /^(Z_DATA_ERROR|Z_BUF_ERROR)$/); } }
  assert.throws(() => zlib.inflateSync(Buffer.from('not')), { code: 'Z_DATA_ERROR', errno: -3 }); assert.throws(() => zlib.gunzipSync(zlib.gzipSync(Buffer.alloc(1e6)), { maxOutputLength: 1000 }), { code: 'ERR_BUFFER_TOO_LARGE' });
  let back = ''; await pipeline(Readable.from([texts[2], texts[2]]), zlib.createGzip(), zlib.createGunzip(), async source => { for await (const chunk of source) back += chunk; }); assert.equal(back, String(texts[2]).repeat(2));
  const live = zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH }); const parts = []; live.on('data', part => parts.push(part)); live.write('now'); live.flush(); await new Promise(resolve => setTimeout(resolve, 1)); assert.equal(zlib.inflateRawSync(Buffer.concat([...parts, Buffer.from([3, 0])]).subarray(10)).toString(), 'now'); live.end();
  const broken = zlib.createGunzip(); broken.end('nothing'); assert.equal((await new Promise(resolve => broken.on('error', resolve))).code, 'Z_DATA_ERROR'); assert.throws(() => brotliCompressSync('x'), /no Brotli/); assert.ok(!('createBrotliCompress' in zlib));`.replace("import zlib", "import { Readable } from 'node:stream'; import zlib"));

checks('how values look: promises, lists, levels', `
  import { inspect } from 'node:util'; const rejected = Promise.reject(new RangeError('no')); rejected.catch(() => {});
  assert.equal(inspect([Promise.resolve(4), new Promise(() => {}), (async () => {})()]), '[ Promise { 4 }, Promise { <pending> }, Promise { undefined } ]'); assert.match(inspect(rejected), /^Promise \\{\\s+<rejected> RangeError: no/);
  assert.equal(inspect([[[[1]]]]), '[ [ [ [Array] ] ] ]'); assert.equal(inspect(Array.from({ length: 99 }, (_, i) => i)).split('\\n')[1], '   0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11,'); assert.match(String(new Date(0)), /GMT\\+0000 \\(Coordinated Universal Time\\)$/);`);

checks('Intl, in English and UTC', `
  const d = new Date(Date.UTC(2024, 1, 5, 15, 4, 9)), usd = { style: 'currency', currency: 'USD' };
  assert.deepEqual([0, -1234567.891, 1.005, 1e21, NaN].map(n => n.toLocaleString()), ['0', '-1,234,567.891', '1.005', '1,000,000,000,000,000,000,000', 'NaN']); assert.deepEqual([0, 1.005, 999.995].map(n => n.toLocaleString('en-US', usd)), ['$0.00', '$1.01', '$1,000.00']);
  assert.equal((0.1234).toLocaleString('en-US', { style: 'percent', maximumFractionDigits: 1 }), '12.3%'); assert.equal((5).toLocaleString([], { minimumIntegerDigits: 2 }), '05'); assert.equal((12n ** 9n).toLocaleString('de-DE'), '5,159,780,352'); assert.equal(new Intl.NumberFormat('en', { notation: 'compact' }).format(1234), '1.2K');
  assert.deepEqual([d.toLocaleString(), d.toLocaleDateString(), d.toLocaleTimeString(), new Date(NaN).toLocaleString()], ['2/5/2024, 3:04:09 PM', '2/5/2024', '3:04:09 PM', 'Invalid Date']); assert.deepEqual([d.toLocaleString('en-GB'), d.toLocaleDateString('en-CA')], ['05/02/2024, 15:04:09', '2024-02-05']);
  assert.equal(d.toLocaleDateString('en-US', { weekday: 'short', year: 'numeric', month: 'long', day: 'numeric' }), 'Mon, February 5, 2024'); assert.equal(Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeStyle: 'short' }).format(d), 'Monday, February 5, 2024 at 3:04 PM'); assert.equal(d.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', hour12: false }), '15:04');
  assert.throws(() => d.toLocaleString('en', { timeZone: 'Europe/Paris' }), /UTC alone/); assert.throws(() => new Intl.NumberFormat('no such'), RangeError); assert.equal(Intl.DateTimeFormat().resolvedOptions().timeZone, 'UTC');
  assert.deepEqual(['b', 'a', 'ä', 'B', 'A', 'item 10', 'item 2', 'résumé', 'resume', '_'].sort((a, b) => a.localeCompare(b)), ['_', 'a', 'A', 'ä', 'b', 'B', 'item 10', 'item 2', 'resume', 'résumé']); assert.deepEqual(['i 10', 'i 2'].sort(new Intl.Collator('en', { numeric: true }).compare), ['i 2', 'i 10']); assert.equal('a'.localeCompare('Á', 'en', { sensitivity: 'base' }), 0);
  assert.equal(new Intl.ListFormat('en').format(['a', 'b', 'c']), 'a, b, and c'); assert.equal(new Intl.RelativeTimeFormat('en').format(-3, 'hours'), '3 hours ago'); assert.equal(new Intl.PluralRules('en', { type: 'ordinal' }).select(22), 'two');
  assert.deepEqual([...new Intl.Segmenter().segment('a👩‍👧é🇩🇪👍🏽')].map(({ segment }) => segment), ['a', '👩‍👧', 'é', '🇩🇪', '👍🏽']);`);

checks('as Node has it: paths, hosts, events, streams, messages of assert', `
  import path, { win32 } from 'path'; import url from 'url'; import EventEmitter, { captureRejectionSymbol, errorMonitor, once } from 'events'; import { Duplex, PassThrough, Readable, Stream, Transform, Writable, compose } from 'stream';
  import { pipeline } from 'stream/promises'; import { json, text } from 'stream/consumers'; import punycode from 'punycode'; import util from 'util'; import vm from 'vm'; import crypto from 'crypto'; import { stdout } from 'process'; import { ReadStream } from 'fs';
  assert.equal(stdout, process.stdout); assert.deepEqual([path.parse('..').ext, path.dirname('//a//b//'), path.basename('.x', '.x')], ['', '//a/', '']);
  assert.deepEqual([win32.normalize('C:/a/../b\\\\c\\\\'), win32.join('\\\\\\\\srv\\\\share', 'x'), win32.resolve('C:\\\\a', '..\\\\b', 'D:x', 'c'), win32.relative('C:\\\\A\\\\b', 'c:\\\\a\\\\c'), win32.basename('C:\\\\x.txt', '.txt'), win32.dirname('\\\\\\\\s\\\\h\\\\x'), win32.isAbsolute('C:x')],
    ['C:\\\\b\\\\c\\\\', '\\\\\\\\srv\\\\share\\\\x', 'D:\\\\b\\\\x\\\\c', '..\\\\c', 'x', '\\\\\\\\s\\\\h\\\\', false]);
  assert.deepEqual([new URL('http://Bücher.de/ä').href, url.domainToUnicode('xn--bcher-kva.de'), punycode.toASCII('mañana.日本'), new URL('blob:http://a/b').origin], ['http://xn--bcher-kva.de/%C3%A4', 'bücher.de', 'xn--maana-pta.xn--wgv71a', 'http://a']);
  assert.throws(() => url.fileURLToPath('http://x'), { code: 'ERR_INVALID_URL_SCHEME' });
  const told = []; const emitter = new EventEmitter({ captureRejections: true }); emitter[captureRejectionSymbol] = (error, event) => told.push(event + ' ' + error.message); emitter.on('a', async () => { throw new Error('x'); }); emitter.emit('a');
  emitter.on(errorMonitor, error => told.push('seen ' + error)); emitter.once('error', error => told.push(error)); emitter.emit('error', 'e'); await assert.rejects(once(emitter, 'b', { signal: AbortSignal.abort() }), { code: 'ABORT_ERR' });
  process.once('warning', warning => told.push(warning.name + ' ' + warning.count)); for (let i = 0; i < 12; i++) emitter.on('many', () => {}); await new Promise(setImmediate); assert.deepEqual(told, ['seen e', 'e', 'MaxListenersExceededWarning 11', 'a x']);
  assert.ok(new PassThrough() instanceof Writable && new Duplex() instanceof Readable && !(new Readable() instanceof Writable) && !(new Readable() instanceof ReadStream));
  assert.deepEqual(await Readable.from([1, 2, 3, 4]).drop(1).flatMap(one => [one, one]).take(3).toArray(), [2, 2, 3]); assert.equal(await Readable.from([1, 2]).reduce((a, b) => a + b), 3); assert.deepEqual([await Readable.from([1]).some(one => one > 1), await Readable.from([1]).every(one => one), await Readable.from([1, 5]).find(one => one > 2)], [false, true, 5]);
  assert.deepEqual(await json(Readable.from(['{"a"', ':1}'])), { a: 1 }); assert.equal(await text(compose(async function* (source) { for await (const one of source) yield String(one).toUpperCase(); }).end('abc')), 'ABC'); assert.equal(await text(Duplex.from('xy')), 'xy');
  const batches = []; const several = new Writable({ writev(list, done) { batches.push(list.length); done(); } }); several.cork(); several.write('a'); several.write('b'); several.uncork(); await new Promise(resolve => several.end(resolve)); assert.deepEqual(batches, [2]);
  const tight = new Readable({ highWaterMark: 0, autoDestroy: false, read() { this.push(this.given ? null : 'z'); this.given = true; } }); assert.equal(await new Promise(resolve => tight.pipe(new PassThrough()).setEncoding('utf8').once('data', resolve)), 'z'); assert.equal(tight.destroyed, false);
  const first = new Stream(); first.readable = true; const into = new PassThrough(); first.pipe(into); first.emit('data', 'old'); first.emit('end'); assert.equal(await text(into), 'old'); const late = new Readable({ read() { this.push('q'); this.push(null); } }); assert.equal(String(late.read()), 'q');
  const stopped = new AbortController(); setTimeout(() => stopped.abort(), 1); await assert.rejects(pipeline(new Readable({ read() {} }), new PassThrough(), { signal: stopped.signal }), { name: 'AbortError', code: 'ABORT_ERR' });
  assert.equal(await text(Readable.fromWeb(Readable.toWeb(Readable.from([Buffer.from('w')])))), 'w'); const sum = crypto.createHash('sha1'); await pipeline(Readable.from(['a']), sum); assert.equal(sum.read().toString('hex'), crypto.createHash('sha1').update('a').digest('hex'));
  assert.equal(Buffer.from(crypto.hkdfSync('sha256', 'k', 's', 'i', 16)).toString('hex'), '02b0929a9d46e9236e23320ea2a8c3b4'); assert.equal(vm.runInThisContext('1 + 1'), 2); assert.throws(() => new vm.Script('1 +'), SyntaxError); assert.throws(() => vm.createContext(), /one realm/);
  class Odd extends Error {} assert.match(util.inspect(new Odd('m')), /^Odd: m|^Odd \\[Error\\]: m/); assert.deepEqual(util.parseArgs({ args: ['-ab', '--m=1', '--', 'x'], options: { a: { type: 'boolean', short: 'a' }, b: { type: 'boolean', short: 'b' }, m: { type: 'string' } }, allowPositionals: true, tokens: true }).tokens.map(one => [one.kind, one.index]), [['option', 0], ['option', 0], ['option', 1], ['option-terminator', 2], ['positional', 3]]);
  const says = act => { try { act(); } catch (error) { return error.message; } }; assert.equal(says(() => assert.strictEqual(1, 2)), 'Expected values to be strictly equal:\\n\\n1 !== 2\\n'); assert.equal(says(() => assert.deepStrictEqual({ a: 1, b: 2 }, { a: 1, b: 3 })), 'Expected values to be strictly deep-equal:\\n+ actual - expected\\n\\n  {\\n    a: 1,\\n+   b: 2\\n-   b: 3\\n  }');
  const { port1, port2 } = new MessageChannel(); const got = new Promise(resolve => { port2.onmessage = event => resolve(event.data); }); port1.postMessage({ a: new Map([[1, 2]]) }); assert.deepEqual(await got, { a: new Map([[1, 2]]) }); port1.close();
  const packed = await new Response(new Blob(['hello '.repeat(99)]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(); assert.equal(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text(), 'hello '.repeat(99));
  performance.mark('a'); assert.equal(performance.measure('m', 'a').entryType, 'measure'); const bare = new Error('x'); bare.stack = undefined; assert.equal(bare.stack, undefined);
  const { emitKeypressEvents } = await import('readline'); const keys = []; const typed = new PassThrough(); emitKeypressEvents(typed); typed.on('keypress', (character, key) => keys.push([character, key.name, key.ctrl])); typed.write('a\\r\\x03\\x1b[A\\x1b[1;5C'); await new Promise(setImmediate);
  assert.deepEqual(keys, [['a', 'a', false], ['\\r', 'return', false], ['\\x03', 'c', true], [undefined, 'up', false], [undefined, 'right', true]]);
  const signing = await globalThis.crypto.subtle.importKey('raw', Buffer.from('k'), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']); const signed = await globalThis.crypto.subtle.sign('HMAC', signing, Buffer.from('d')); assert.equal(Buffer.from(signed).toString('hex'), crypto.createHmac('sha256', 'k').update('d').digest('hex')); assert.ok(await globalThis.crypto.subtle.verify('HMAC', signing, signed, Buffer.from('d')) && !await globalThis.crypto.subtle.verify('HMAC', signing, signed, Buffer.from('e')));
  const { default: Module } = await import('module'); const virtual = new Module('virtual'); virtual._compile('exports.z = require("path").sep', '/project/v.js'); assert.equal(virtual.exports.z, '/');
  await assert.rejects(import('none'), { code: 'ERR_MODULE_NOT_FOUND', message: /^Cannot find package 'none'/ });`);

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
