package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code spawn} and {@code run} give a process, and what they refuse. */
@ExtendWith(InBrowser.class)
class SpawnTest {

    @Test
    void environmentIsExactlyWhatIsGiven(SdkPage sdk) {
        sdk.run("""
            const os = await booted('env');
            const lines = async (args, options) => {
              const { status, stdout, stderr } = await go(os, 'env', args, options);
              equal([status, stderr], [0, '']);
              return stdout.split('\\n').slice(0, -1);
            };
            equal(await lines(['a', 'b c', '', 'é'], { env: { X: '1', TEA: '🫖=🫖' } }),
              ['argv[0]=env.wasm', 'argv[1]=a', 'argv[2]=b c', 'argv[3]=', 'argv[4]=é', 'X=1', 'TEA=🫖=🫖']);
            equal(await lines([], { env: {} }), ['argv[0]=env.wasm']);
            equal(await lines([7, true], { env: {}, argv0: 'other' }), ['argv[0]=other', 'argv[1]=7', 'argv[2]=true']);
            await os.fs.rename('/work/env.wasm', '/tmp/env.wasm');
            equal((await lines([], { cwd: '/tmp' })).slice(1).sort(),
              ['HOME=/home', 'LANG=C.UTF-8', 'PATH=/usr/bin', 'PWD=/tmp', 'TERM=dumb', 'USER=samovar']);
            await os.fs.rename('/tmp/env.wasm', '/work/env.wasm');
            equal((await lines(Array(1000).fill('argument'), { env: {} })).length, 1001);

            await rejects(os.spawn('env.wasm', ['a\\0b']), 'EINVAL');
            await rejects(os.spawn('env.wasm', [], { env: { 'A\\0': 'b' } }), 'EINVAL');
            await rejects(os.spawn('env.wasm', ['x'.repeat(2 << 20)]), 'E2BIG');
            """);
    }

    @Test
    void aProgramIsANameBytesOrAModule(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status');
            const bytes = await guest('status');
            await os.fs.mkdir('/work/bin');
            await os.fs.rename('/work/status.wasm', '/work/bin/status');
            await os.fs.symlink('bin/status', '/work/link');
            for (const program of ['bin/status', './bin/status', '/work/bin/status', 'link', bytes, await WebAssembly.compile(bytes)]) {
              equal(await (await os.spawn(program, ['4'])).exit, 4, String(program).slice(0, 20));
            }
            equal(await (await os.spawn('status', ['5'], { cwd: 'bin' })).exit, 5);
            equal(bytes.length, (await guest('status')).length, 'bytes that the caller still holds');
            // A file that has changed is another program.
            await os.fs.writeFile('/work/bin/status', await guest('trap'));
            equal(await (await os.spawn('bin/status')).exit, 134);
            for (const program of [undefined, null, '', 7, {}]) {
              await rejects(os.spawn(program), 'EINVAL');
            }
            """);
    }

    @Test
    void preopensAreTheWholeWorld(SdkPage sdk) {
        sdk.run("""
            const os = await booted('ls');
            await os.mount({ only: { file: { contents: 'x' } } }, { at: '/tmp/x' });
            const names = async (path, options) => {
              const { status, stdout, stderr } = await go(os, 'ls', [path], options);
              return status === 0 ? stdout.split('\\n').slice(0, -1).map((line) => line.split(' ').at(-1)) : [status, stderr !== ''];
            };
            const nothing = [1, true];
            equal(await names('.'), ['ls.wasm'], 'the working directory');
            equal(await names('/tmp/x'), ['only']);
            equal(await names('.', { cwd: '/tmp/x' }).catch(() => 0), [127, true], 'no such program there');

            equal(await names('.', { preopens: {} }), nothing);
            equal(await names('/', { preopens: {} }), nothing);
            equal(await names('/', { preopens: { '/': '/tmp/x' } }), ['only']);
            equal(await names('/work', { preopens: { '/': '/tmp/x' } }), nothing);
            equal(await names('/..', { preopens: { '/': '/tmp/x' } }), nothing, 'above the only preopen');
            equal(await names('/data', { preopens: { '/data': '/tmp/x', '.': '/work' } }), ['only']);
            await rejects(os.spawn('ls.wasm', [], { preopens: { '/': '/nowhere' } }), 'ENOENT');
            await rejects(os.spawn('ls.wasm', [], { cwd: '/nowhere' }), 'ENOENT');
            await rejects(os.spawn('ls.wasm', [], { cwd: '/work/ls.wasm' }), 'ENOTDIR');
            equal((await os.ps()).length, 1, 'what the refused ones left');
            equal((await os.figures()).processes, 0);
            """);
    }

    @Test
    void runIsolates(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const project = { directory: { 'ls.wasm': { file: { contents: await guest('ls') } }, mine: { file: { contents: '' } } } };
            await os.mount({ a: project, b: project });
            const names = async (path) => {
              const { status, stdout } = await ended(await os.run('/work/a', { args: [path] }));
              return status === 0 ? stdout.split('\\n').slice(0, -1).map((line) => line.split(' ').at(-1)) : status;
            };
            equal(await names('.'), ['ls.wasm', 'mine']);
            equal(await names('/work/a'), ['ls.wasm', 'mine']);
            await os.fs.writeFile('/tmp/secret', '');
            equal(await names('/tmp'), [], 'a private /tmp');
            for (const path of ['/work/b', '..', '../b', '/home', '/work/a/../b']) {
              equal(await names(path), 1, path);
            }
            """);
    }

    @Test
    void detectSaysWhatItFound(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const wasm = { file: { contents: await guest('status') } };
            await os.mount({
              one: { directory: { 'x.wasm': wasm } },
              empty: { directory: {} },
              rust: { directory: { 'Cargo.toml': { file: { contents: '[package]\\nname = "tea"\\n' } } } },
            });
            const one = await os.detect('/work/one');
            equal([one.command, one.args, one.missing], ['x.wasm', [], null]);
            ok(one.reason.length > 0, 'no reason');
            const empty = await os.detect('/work/empty');
            equal(empty.command, null);
            const rust = await os.detect('/work/rust');
            equal([rust.language, rust.command], ['rust', null]);
            matches(rust.missing, /cargo build/);
            await rejects(os.detect('/work/none'), 'ENOENT');
            matches((await rejects(os.run('/work/rust'), 'ENOEXEC')).message, /cargo build/);
            await rejects(os.run('/work/none'), 'ENOENT');
            """);
    }

    @Test
    void wrongOptionsAreRefused(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status', 'cat');
            await rejects(os.spawn('cat.wasm', [], { stdin: 7 }), 'EINVAL');
            await rejects(Samovar.boot({ relay: 'x' }), 'EINVAL');
            for (const memory of ['lots', '1MiB', '4GiB', -1, NaN]) {
              await rejects(Samovar.boot({ memory }), 'EINVAL');
            }
            """);
    }

    @Test
    void psShowsWhatThereIs(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat', 'loop', 'sleep');
            const cat = await os.spawn('cat.wasm', ['an argument'], { stdin: 'pipe' });
            const loop = await os.spawn('loop.wasm');
            await until(async () => await state(os, cat) === 'sleeping' && await state(os, loop) === 'running', 'one sleeps, one runs');
            const of = async ({ pid }) => (await os.ps()).find((each) => each.pid === pid);
            const shown = await of(cat);
            equal([shown.ppid, shown.command], [1, 'cat.wasm an argument']);
            ok(shown.syscalls > 0 && shown.memory >= 65536, JSON.stringify(shown));
            await until(async () => (await of(loop)).cpuMs > 100, 'the loop has used 100 ms');
            ok((await of(cat)).cpuMs < 100, `a sleeping process used ${(await of(cat)).cpuMs} ms`);
            equal((await os.ps()).map(({ pid }) => pid), [1, cat.pid, loop.pid]);
            await loop.kill('SIGKILL');
            await cat.input.close();
            equal([await loop.exit, await cat.exit], [137, 0]);
            equal((await os.ps()).map(({ pid, command }) => [pid, command]), [[1, 'kernel']]);
            """);
    }
}
