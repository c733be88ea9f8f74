import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from './run.mjs';


test('the order of ticks, microtasks, timers and immediates', async () => {
  const { stdout } = await run({ 'main.js': `
    setTimeout(() => console.log('timer 300'), 300); setTimeout(() => { console.log('timer'); process.nextTick(() => console.log('tick of timer')); Promise.resolve().then(() => console.log('micro of timer')); }, 1);
    Promise.resolve().then(() => console.log('micro')); process.nextTick(() => console.log('tick'));
    const i = setInterval(() => { console.log('interval'); clearInterval(i); }, 600);
    clearTimeout(setTimeout(() => console.log('never'), 1)); setTimeout(() => {}, 100000).unref(); console.log('main');` });
  assert.equal(stdout, 'main\ntick\nmicro\ntimer\ntick of timer\nmicro of timer\ntimer 300\ninterval\n');
});

test('exit codes: exitCode, exit, and exit handlers', async () => {
  const soft = await run({ 'main.js': "process.on('exit', code => console.log('exit', code)); process.exitCode = 3;" });
  assert.deepEqual([soft.stdout, soft.status], ['exit 3\n', 3]);
  const hard = await run({ 'main.mjs': "process.on('exit', () => { process.exitCode = 9; }); setTimeout(() => process.exit(4), 1); setTimeout(() => console.log('no'), 50);" });
  assert.deepEqual([hard.stdout, hard.status], ['', 9]);
});

test('an uncaught error: stack with files and lines, status 1', async () => {
  const { stderr, status } = await run({ 'main.mjs': "import { f } from './lib.mjs';\n\nf();", 'lib.mjs': "export function f() {\n  throw new RangeError('boo');\n}" });
  assert.equal(status, 1);
  assert.match(stderr, /^RangeError: boo\n {4}at f \(\/project\/lib\.mjs:2:\d+\)\n {4}at \/project\/main\.mjs:3:\d+\n/);
  assert.doesNotMatch(stderr, /usr\/lib\/javascript/);
  const late = await run({ 'main.js': "setTimeout(() => {\n null.x }, 1);" });
  assert.match(late.stderr, /TypeError: .*\n {4}at .*main\.js:2/);
  assert.equal(late.status, 1);
});

test('a rejection that nobody handles: its stack, status 1', async () => {
  const { stderr, status } = await run({ 'main.js': "async function f() {\n  throw new Error('boo');\n}\nf();" });
  assert.equal(status, 1);
  assert.match(stderr, /Error: boo\n {4}at f \(\/project\/main\.js:2/);
});

test('a top-level await that is never settled: status 13, unless the program says another', async () => {
  const never = await run({ 'main.mjs': "process.on('exit', code => console.log(code)); await import('./lib.mjs');", 'lib.mjs': 'await new Promise(() => {});' });
  assert.deepEqual([never.stdout, never.stderr, never.status], ['13\n', 'Warning: Detected unsettled top-level await at /project/main.mjs\n', 13]);
  const said = await run({ 'main.mjs': 'process.exitCode = 4; await new Promise(() => {});' });
  assert.deepEqual([said.stderr, said.status], ['', 4]);
  const late = await run({ 'main.mjs': "await new Promise(resolve => setTimeout(resolve, 20)); console.log('on');" });
  assert.deepEqual([late.stdout, late.stderr, late.status], ['on\n', '', 0]);
});

test('uncaughtException hears of errors and rejections, and from where they come', async () => {
  const { stdout, status } = await run({ 'main.js': `process.on('uncaughtException', (error, origin) => console.log(error.message, origin));
    Promise.reject(new Error('a')); setTimeout(() => { throw new Error('b'); }, 1);` });
  assert.deepEqual([stdout, status], ['a unhandledRejection\nb uncaughtException\n', 0]);
});

test('node:test: suites, hooks, what fails, and status 1', async () => {
  const { stdout, status } = await run({ 'main.mjs': `import { test, describe, it, before, beforeEach, mock } from 'node:test'; import assert from 'node:assert';
    test('a', () => {}); test('b', async t => { await t.test('in b', () => {}); assert.strictEqual(1, 2); }); const order = []; const add = mock.fn((a, b) => a + b);
    describe('d', () => { before(() => order.push('before')); beforeEach(() => order.push('each')); it('x', () => { order.push('x'); assert.equal(add(1, 2), 3); }); it.skip('y', () => {}); it('z', (t, done) => setTimeout(done, 2)); });
    await test('late', { timeout: 5 }, () => new Promise(() => {})); console.log(order.join(), add.mock.calls[0].result); test('never', () => new Promise(() => {}));` });
  assert.match(stdout, /^✔ a .*\n▶ b\n {2}✔ in b .*\n✖ b .*\n▶ d\n {2}✔ x .*\n {2}﹣ y # SKIP\n {2}✔ z .*\n✔ d .*\n✖ late .*\nbefore,each,x,each 3\nℹ tests 8\nℹ suites 1\nℹ pass 4\nℹ fail 2\nℹ cancelled 1\nℹ skipped 1\n/);
  assert.match(stdout, /failing tests:\n\n✖ b\n {2}AssertionError \[ERR_ASSERTION\]: .*[^]*✖ late\n {2}Error: test timed out after 5ms[^]*✖ never\n {2}Error: Promise resolution is still pending/);
  assert.equal(status, 1);
  const good = await run({ 'main.js': "const test = require('node:test'); test('a', () => {}); try { require('test'); } catch ({ code }) { console.log(code); }" });
  assert.match(good.stdout, /^MODULE_NOT_FOUND\n✔ a /);
  assert.equal(good.status, 0);
});

test('stdin: events, async iteration, readline, readFileSync', async () => {
  const stdin = 'one\ntwo ü\nthree';
  const events = await run({ 'main.js': "let s = ''; process.stdin.setEncoding('utf8').on('data', c => s += c).on('end', () => console.log(s.length));" }, { stdin });
  assert.equal(events.stdout, '15\n');
  const iterated = await run({ 'main.mjs': "let n = 0; for await (const c of process.stdin) n += c.length; console.log(n);" }, { stdin });
  assert.equal(iterated.stdout, '16\n');
  const lines = await run({ 'main.mjs': "import { createInterface } from 'readline'; for await (const l of createInterface({ input: process.stdin })) console.log('<' + l + '>');" }, { stdin });
  assert.equal(lines.stdout, '<one>\n<two ü>\n<three>\n');
  const asked = await run({ 'main.mjs': "import { createInterface } from 'readline/promises'; const r = createInterface(process.stdin, process.stdout); const a = await r.question('? '); console.log('hi', a); r.close();" }, { stdin: 'bob\n' });
  assert.equal(asked.stdout, '? hi bob\n');
  const open = { stdin: 'bob\n', isOpen: true };
  const closed = await run({ 'main.mjs': "import { createInterface } from 'readline/promises'; const r = createInterface(process.stdin, process.stdout); console.log(await r.question('? ')); await 0; r.close();" }, open);
  assert.deepEqual(closed, { stdout: '? bob\n', stderr: '', status: 0, wrote: undefined });
  const resumed = await run({ 'main.mjs': "process.stdin.pause(); setTimeout(() => process.stdin.resume().once('data', c => { process.stdin.pause(); console.log(String(c)); }), 20);" }, open);
  assert.equal(resumed.stdout, 'bob\n\n');
  const whole = await run({ 'main.js': "console.log(require('fs').readFileSync(0, 'utf8').length)" }, { stdin });
  assert.equal(whole.stdout, '15\n');
});

test('options of Node are left out', async () => {
  const { stdout } = await run({ 'main.js': 'console.log(process.argv.slice(2))' }, { command: ['--no-warnings', '--watch', 'main.js', '--watch'] });
  assert.equal(stdout, "[ '--watch' ]\n");
});

test('argv, env, cwd, platform', async () => {
  const { stdout } = await run({ 'main.js': "console.log(process.argv.slice(1), process.env.HOME, process.cwd(), process.platform); process.chdir('/tmp'); console.log(process.cwd());" }, { args: ['a b', '-x'] });
  assert.equal(stdout, "[ '/project/main.js', 'a b', '-x' ] /home /project wasi\n/tmp\n");
});
