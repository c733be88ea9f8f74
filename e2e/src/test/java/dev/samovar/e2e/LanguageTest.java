package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Python and JavaScript: detected, fetched, verified, kept, run. The runtimes are made by {@code runtimes/make.mjs}. */
@ExtendWith(InBrowser.class)
class LanguageTest {

    private static final String PYTHON = """
        const python = (lines) => ({ 'main.py': { file: { contents: lines.join('\\n') } } });
        """;

    @Test
    void aPythonFolderRuns(SdkPage sdk) {
        sdk.run(PYTHON + """
            const os = await booted();
            await os.mount({
              ...python(['import sys, json, helper', 'data = json.load(open("data.json"))',
                'print(helper.greet(data["name"]), sys.argv[1:])', 'open("out.txt", "w").write(str(sum(data["n"])))',
                'print("to stderr", file=sys.stderr)', 'sys.exit(3)']),
              'helper.py': { file: { contents: 'def greet(name): return "hello " + name' } },
              'data.json': { file: { contents: '{"name": "tea", "n": [1, 2, 3]}' } },
            }, { at: '/work/py' });
            const found = await os.detect('/work/py');
            equal([found.language, found.command, found.args], ['python', 'python', ['main.py']]);
            const progress = [];
            os.on('progress', (p) => progress.push(p));
            const p = await os.run('/work/py', { args: ['a', 'b c'] });
            const [stdout, stderr, status] = await Promise.all([text(p.stdout), text(p.stderr), p.exit]);
            equal({ stdout, stderr, status }, { stdout: "hello tea ['a', 'b c']\\n", stderr: 'to stderr\\n', status: 3 });
            equal(await os.fs.readFile('/work/py/out.txt', 'utf8'), '6');
            equal(await os.fs.readdir('/work/py'), ['data.json', 'helper.py', 'main.py', 'out.txt'], 'nothing else is left');
            ok(progress.length > 1 && progress.at(-1).loaded === progress.at(-1).total, `progress ${JSON.stringify(progress.at(-1))}`);
            """);
    }

    @Test
    void anUncaughtPythonErrorShowsItsTraceback(SdkPage sdk) {
        sdk.run(PYTHON + """
            const os = await booted();
            await os.mount(python(['def f():', '    raise ValueError("no tea")', 'f()']), { at: '/work/py' });
            const p = await os.run('/work/py');
            const stderr = await text(p.stderr);
            matches(stderr, /File ".*main.py", line 2, in f/);
            matches(stderr, /ValueError: no tea/);
            equal(await p.exit, 1);
            """);
    }

    @Test
    void aJavaScriptFolderRuns(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            await os.mount({
              'index.js': { file: { contents: "import { cups } from './lib/tea.js'; console.log(await cups(3));" } },
              lib: { directory: { 'tea.js': { file: { contents: 'export const cups = async (n) => `${n} cups`;' } } } },
            }, { at: '/work/js' });
            equal((await os.detect('/work/js')).language, 'javascript');
            const p = await os.run('/work/js');
            equal([await text(p.output), await p.exit], ['3 cups\\n', 0]);
            """);
    }

    @Test
    void aProgramForNodeRuns(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const file = (contents) => ({ file: { contents } });
            await os.mount({
              'package.json': file('{"scripts": {"start": "node app.js"}}'),
              'app.js': file(`
                const fs = require('fs');
                const path = require('node:path');
                const brew = require('tea');
                const data = require('./data.json');
                fs.writeFileSync(path.join(process.cwd(), 'out.txt'), brew(data.leaves));
                console.log('%s, %o', brew(1), process.argv.slice(2));
                setTimeout(() => { console.error('later'); process.exitCode = 4; }, 20);
              `),
              'data.json': file('{"leaves": 7}'),
              node_modules: { directory: { tea: { directory: {
                'package.json': file('{"main": "lib/brew.js"}'),
                lib: { directory: { 'brew.js': file('module.exports = (n) => `tea of ${n}`;') } },
              } } } },
            }, { at: '/work/node' });
            const p = await os.run('/work/node', { args: ['x'] });
            const [stdout, stderr, status] = await Promise.all([text(p.stdout), text(p.stderr), p.exit]);
            matches(stdout, /^tea of 1, \\[ 'x'/);
            equal([stderr, status], ['later\\n', 4]);
            equal(await os.fs.readFile('/work/node/out.txt', 'utf8'), 'tea of 7');

            await os.fs.writeFile('/work/node/app.js', "require('./nowhere')");
            const q = await os.run('/work/node');
            const [said, failed] = await Promise.all([text(q.stderr), q.exit]);
            matches(said, /nowhere/);
            equal(failed, 1);
            """);
    }

    @Test
    void versionsRunSideBySide(SdkPage sdk) {
        sdk.run(PYTHON + """
            const os = await booted();
            const version = ['import sys', 'print(sys.version.split()[0])'];
            await os.mount({ ...python(version), 'samovar.json': { file: { contents: '{"runtime": "python@3.11"}' } } }, { at: '/work/old' });
            await os.mount({ ...python(version), 'samovar.json': { file: { contents: '{"runtime": "python@3.12"}' } } }, { at: '/work/new' });
            const both = await Promise.all(['old', 'new'].map((name) => os.run(`/work/${name}`)));
            const said = await Promise.all(both.map((p) => text(p.output)));
            matches(said[0], /^3\\.11\\./);
            matches(said[1], /^3\\.12\\./);
            """);
    }

    @Test
    void aRuntimeIsKeptVerifiedAndRemoved(SdkPage sdk) {
        sdk.run("""
            const run = async (os) => {
              const p = await os.spawn('qjs', ['-e', 'console.log(6 * 7)']);
              return [await text(p.output), await p.exit];
            };
            const installed = async (os) => (await os.runtimes.list()).find((r) => r.commands.includes('qjs')).installed;
            const os = await booted();
            equal(await installed(os), false);
            await os.runtimes.install('qjs');
            equal(await installed(os), true);
            equal(await run(os), ['42\\n', 0]);

            // One changed byte is noticed, and the runtime fetched again.
            const cache = await caches.open('samovar-runtimes');
            const [key] = await cache.keys();
            const bytes = new Uint8Array(await (await cache.match(key)).arrayBuffer());
            bytes[bytes.length >> 1] ^= 1;
            await cache.put(key, new Response(bytes));
            await os.runtimes.remove('qjs');
            await cache.put(key, new Response(bytes));
            equal(await run(os), ['42\\n', 0]);
            const kept = new Uint8Array(await (await cache.match(key)).arrayBuffer());
            ok(kept[bytes.length >> 1] !== bytes[bytes.length >> 1], 'the damaged copy is still there');

            await os.runtimes.remove('qjs');
            equal([await installed(os), (await cache.keys()).length], [false, 0]);
            await rejects(os.runtimes.install('python', '2.7'), 'RUNTIME_UNAVAILABLE');
            """);
    }

    /** Whatever the program may know, and though links are followed by the kernel alone. */
    @Test
    void aRuntimeKnowsWhereItStarts(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            await os.mount({ sub: { directory: { 'tea.txt': { file: { contents: 'tea' } } } } });
            const script = `const fs = require('fs');
            console.log(process.cwd(), require('path').resolve('x'), fs.readFileSync('tea.txt', 'utf8'), JSON.stringify(process.env));`;
            const python = `import os
            print(os.getcwd(), os.path.abspath("x"), open("tea.txt").read(), {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")})`;
            const read = { read: ['/work/sub'], random: true, clock: true };
            for (const [options, env] of [[{ env: { A: '1' } }, { A: '1' }], [{ capabilities: read }, {}],
              [{ env: { A: '1', B: '2' }, capabilities: { ...read, env: ['A'] } }, { A: '1' }]]) {
              const run = async (...args) => (await ended(await os.spawn(...args, { cwd: '/work/sub', ...options })));
              const expected = `/work/sub /work/sub/x tea ${JSON.stringify(env)}\\n`;
              equal(await run('qjs', ['-e', script]), { status: 0, stdout: expected, stderr: '' });
              for (const version of ['python@3.13', 'python@3.12']) {
                const { status, stdout, stderr } = await run(version, ['-c', python]);
                equal([status, stdout.replaceAll("'", '"').replace(': ', ':'), stderr], [0, expected, ''], version);
              }
            }
            const links = `const fs = require('fs');
            fs.mkdirSync('l/m', { recursive: true }); fs.writeFileSync('l/t', 'text'); fs.symlinkSync('t', 'l/s'); fs.symlinkSync('m', 'l/up'); fs.symlinkSync('nowhere', 'l/lost');
            console.log(fs.readFileSync('l/s', 'utf8'), fs.readlinkSync('l/s'), fs.realpathSync('l/up/../s'), fs.lstatSync('l/s').isSymbolicLink(), fs.statSync('l/s').isFile(),
              fs.existsSync('l/lost'), fs.readdirSync('l', { withFileTypes: true, recursive: true }).filter(one => one.isSymbolicLink()).map(one => one.name).join());`;
            equal((await ended(await os.spawn('qjs', ['-e', links]))).stdout, 'text t /work/l/t true true false lost,s,up\\n');
            """);
    }

    @Test
    void whatSaysHowItRunsIsHeard(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const file = (contents) => ({ file: { contents } });
            const detect = async (tree) => {
              await os.fs.rm('/work/p', { recursive: true, force: true });
              await os.mount(tree, { at: '/work/p' });
              const { language, command, args, reason } = await os.detect('/work/p');
              ok(reason.length > 10, 'no reason');
              return [language, command, args];
            };
            equal(await detect({ 'package.json': file('{"main": "src/a.js"}') }), ['javascript', 'qjs', ['src/a.js']]);
            equal(await detect({ 'package.json': file('{"scripts": {"start": "node server.js --fast"}, "main": "x.js"}') }),
              ['javascript', 'qjs', ['server.js', '--fast']]);
            equal(await detect({ 'app.py': file(''), 'requirements.txt': file('') }), ['python', 'python', ['app.py']]);
            equal(await detect({ 'samovar.json': file('{"command": "tool.py", "args": ["x"], "runtime": "python@3.11"}') }),
              ['python', 'python@3.11.3', ['tool.py', 'x']]);
            equal((await detect({ 'samovar.json': file('{"comand": "x"}') }))[1], null);
            equal((await detect({ 'samovar.json': file('{') }))[1], null);
            equal((await detect({ 'index.html': file('<p>') }))[1], 'serve');
            equal((await detect({ 'package.json': file('not json') }))[1], null);
            """);
    }

    @Test
    void aScriptRunsByItsNameOrItsFirstLine(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            await os.fs.writeFile('/work/a.py', 'print("by its ending")');
            await os.fs.writeFile('/work/tool', '#!/usr/bin/env python3\\nimport sys\\nprint("by its first line", sys.argv[1])');
            await os.fs.writeFile('/work/notes.txt', 'just text');
            const run = async (...args) => {
              const p = await os.spawn(...args);
              return [await text(p.output), await p.exit];
            };
            equal(await run('./a.py'), ['by its ending\\n', 0]);
            equal(await run('./tool', ['x']), ['by its first line x\\n', 0]);
            const [said, status] = await run('./notes.txt');
            equal(status, 126);
            matches(said, /neither a WebAssembly program/);
            equal(await run('python', ['-c', 'print(input())'], { stdin: 'typed\\n' }), ['typed\\n', 0]);
            """);
    }
}
