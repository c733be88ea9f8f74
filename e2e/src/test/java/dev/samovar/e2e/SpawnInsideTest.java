package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that processes start, by {@code /dev/spawn}. */
@ExtendWith(InBrowser.class)
class SpawnInsideTest {

    @Test
    void aChildWithPipes(SdkPage sdk) {
        sdk.run("""
            const os = await booted('spawner', 'cat', 'status', 'env', 'trap', 'loop');
            const spawner = (request, ...args) => go(os, 'spawner', [JSON.stringify(request), ...args], { env: { A: '1' } });
            equal(await spawner({ program: './cat.wasm', stdin: 'pipe', stdout: 'pipe' }, 'through a child\\n'),
              { status: 0, stdout: 'started\\nthrough a child\\n0\\n', stderr: '' });
            // Inherited, from nowhere, and merged.
            equal((await spawner({ program: 'status.wasm', args: ['7'] })).stdout.split('\\n').at(-2), '7');
            equal((await spawner({ program: '/work/env.wasm', stdout: 'pipe' })).stdout, 'started\\nargv[0]=/work/env.wasm\\nA=1\\n0\\n');
            equal((await spawner({ program: '/work/env.wasm', stdout: 'pipe', env: { B: '2' }, cwd: '/tmp' })).stdout,
              'started\\nargv[0]=/work/env.wasm\\nB=2\\nPWD=/tmp\\n0\\n');
            const trap = await spawner({ program: 'trap.wasm', stdout: 'pipe', stderr: 'stdout' });
            matches(trap.stdout, /^started\\nsamovar: trap.wasm: trapped.*\\n134\\n$/);
            equal((await spawner({ program: 'cat.wasm', stdin: 'null', stdout: 'pipe' })).stdout, 'started\\n0\\n');
            await settled(os);
            """);
    }

    @Test
    void whatCannotBeStarted(SdkPage sdk) {
        sdk.run("""
            const os = await booted('spawner', 'cat');
            await os.fs.writeFile('/work/text', 'no program');
            const refused = async (request) => {
              const { status, stdout } = await go(os, 'spawner', [typeof request === 'string' ? request : JSON.stringify(request)]);
              equal(status, 2, stdout);
              return JSON.parse(stdout).code;
            };
            equal(await refused({ program: 'nowhere' }), 'ENOENT');
            equal(await refused({ program: '/work/nowhere.wasm' }), 'ENOENT');
            equal(await refused({ program: '/work/text' }), 'ENOEXEC');
            equal(await refused({ program: 'cat.wasm', cwd: '/nowhere' }), 'ENOENT');
            equal(await refused({ program: '/work/cat.wasm', cwd: '/work/text' }), 'ENOTDIR');
            equal(await refused({ program: 'cat.wasm', stdin: 99 }), 'EBADF');
            for (const wrong of ['', 'x', '[]', '{"program":1}', '{"program":"cat.wasm","color":"red"}', '{"program":"cat.wasm","stdin":"x"}',
              '{"program":"cat.wasm","args":[1]}', '{"program":"cat.wasm","env":{"=":"x"}}']) {
              equal(await refused(wrong), 'EINVAL', wrong);
            }
            await settled(os);
            """);
    }

    @Test
    void aRestrictedParentsChildIsRestricted(SdkPage sdk) {
        sdk.run("""
            const os = await booted('spawner', 'env', 'try');
            await os.fs.writeFile('/work/secret', 's');
            const some = { read: ['/dev', '/proc', '/work/env.wasm', '/work/try.wasm'], write: ['/dev', '/proc'], env: ['A'] };
            const spawner = (request, capabilities) => go(os, 'spawner', [JSON.stringify(request)], { env: { A: '1', B: '2' }, capabilities });
            const refused = await spawner({ program: './env.wasm' }, some);
            equal(refused.status, 1);
            matches(refused.stderr, /^\\/dev\\/spawn: /);
            equal((await os.audit()).slice(-1).map(({ call, target, errno }) => [call, target, errno]), [['spawn', '/dev/spawn', 'ENOTCAPABLE']]);
            const may = { ...some, spawn: true };
            equal((await spawner({ program: './env.wasm', stdout: 'pipe', env: { A: '3', B: '4' } }, may)).stdout,
              'started\\nargv[0]=./env.wasm\\nA=3\\n0\\n');
            const tried = { program: './try.wasm', args: ['read:/work/secret', 'clock', 'read:/work/env.wasm'], stdout: 'pipe' };
            equal((await spawner(tried, may)).stdout, 'started\\nENOTCAPABLE\\nENOTCAPABLE\\nok\\n0\\n');
            equal((await spawner({ ...tried, capabilities: { read: ['/work/try.wasm'] } }, may)).stdout,
              'started\\nENOTCAPABLE\\nENOTCAPABLE\\nENOTCAPABLE\\n0\\n');
            for (const more of [{ clock: true }, { read: ['/work'] }, { env: ['B'] }]) {
              equal(JSON.parse((await spawner({ ...tried, capabilities: more }, may)).stdout).code, 'ENOTCAPABLE', JSON.stringify(more));
            }
            equal(JSON.parse((await spawner({ program: './spawner.wasm' }, may)).stdout).code, 'ENOTCAPABLE', 'what it may not read');
            await settled(os);
            """);
    }

    @Test
    void theOrphansOfAnEndedParent(SdkPage sdk) {
        sdk.run("""
            const os = await booted('spawner', 'loop');
            const spawner = await os.spawn('spawner.wasm', [JSON.stringify({ program: 'loop.wasm', stdout: 'pipe' })]);
            const loop = await until(async () => (await os.ps()).find(({ ppid, state }) => ppid === spawner.pid && state === 'running'), 'the child runs');
            equal(await os.check(), [], 'a child, its pipes, and a parent that reads');
            await spawner.kill('SIGKILL');
            equal(await spawner.exit, 137);
            equal((await os.ps()).find(({ pid }) => pid === loop.pid).ppid, 1, 'it belongs to the kernel now');
            equal(await os.check(), []);
            await os.teardown();
            """);
    }

    @Test
    void pythonsSubprocess(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat', 'loop', 'yes', 'status');
            await os.fs.writeFile('/work/main.py', `
            import asyncio, os, signal, subprocess, sys
            from subprocess import PIPE, DEVNULL, STDOUT
            done = subprocess.run(['./cat.wasm'], input='tea\\\\n', text=True, stdout=PIPE)
            print(done.returncode, repr(done.stdout))
            print(subprocess.check_output([sys.executable, '-c', 'import os; print(os.getpid() > 1, os.environ["A"], os.getcwd())'],
                env={**os.environ, 'A': 'b'}, cwd='/tmp', text=True), end='')
            print(subprocess.run(['status.wasm', '3'], stdout=DEVNULL).returncode)
            try:
                subprocess.run(['./status.wasm', '4'], check=True, stdout=DEVNULL)
            except subprocess.CalledProcessError as error:
                print('status', error.returncode)
            try:
                subprocess.run(['./nowhere'])
            except FileNotFoundError as error:
                print('not found', error.filename)
            try:
                subprocess.run(['./loop.wasm'], timeout=0.2)
            except subprocess.TimeoutExpired:
                print('too slow')
            loop = subprocess.Popen(['./loop.wasm'])
            print(loop.poll())
            loop.terminate()
            print(loop.wait())
            yes = subprocess.Popen(['./yes.wasm'], stdout=PIPE)
            print(yes.stdout.read(4))
            yes.stdout.close()
            print(yes.wait())
            first = subprocess.Popen(['./cat.wasm'], stdin=PIPE, stdout=PIPE)
            second = subprocess.Popen(['./cat.wasm'], stdin=first.stdout, stdout=PIPE)
            first.stdout.close()
            first.stdin.write(b'x' * 100000)
            first.stdin.close()
            print(len(second.communicate()[0]), first.wait(), second.returncode)
            with open('out', 'w+') as file:
                file.write('before ')
                file.flush()
                subprocess.run(['./cat.wasm'], input=b'from a child', stdout=file)
                file.seek(0)
                print(file.read())
            with subprocess.Popen(['./cat.wasm'], stdin=PIPE, stdout=PIPE, stderr=STDOUT, text=True, bufsize=1) as echo:
                echo.stdin.write('line\\\\n')
                print(repr(echo.stdout.readline()))
            out, err = subprocess.Popen(['./cat.wasm'], stdin=PIPE, stdout=PIPE, stderr=PIPE).communicate(b'y' * 500000)
            print(len(out), err)
            try:
                subprocess.run('ls', shell=True)
            except OSError as error:
                print('shell' in str(error))
            wrong = [(['a\\\\0'], {}), (['a'], {'env': {'a=': 'b'}}), (['a'], {'stdin': STDOUT}), (['a'], {'bufsize': '1'}), (['./loop.wasm'], {'timeout': -1})]
            for args, options in wrong + [(['./cat.wasm'], {'cwd': '/nowhere'})]:
                try:
                    subprocess.run(args, **options)
                except Exception as error:
                    print(type(error).__name__, getattr(error, 'filename', None))
            def python(code, *flags, **options):
                done = subprocess.run([sys.executable, *flags, '-c', code], capture_output=True, text=True, **options)
                return done.returncode, done.stdout.strip(), done.stderr.strip().split('\\\\n')[-1]
            print(python('import os, stat; print(os.getppid(), stat.S_ISFIFO(os.fstat(1).st_mode))', '-I') == (0, f'{os.getpid()} True', ''))
            print(python('raise KeyboardInterrupt'))
            print(python('import logging\\\\nclass A:\\\\n def __del__(self): logging.error("bye")\\\\na = A()'))
            with open('out', 'w+') as file:
                kept = os.dup(1)
                os.dup2(file.fileno(), 1)
                subprocess.run([sys.executable, '-c', 'print("a child")'])
                print('its parent')
                os.dup2(kept, 1), os.close(kept), os.dup2(file.fileno(), 40), os.lseek(40, 0, 0)
                print(os.read(40, 99), os.close(40))
            async def children():
                async def start(*args, **options):
                    return await asyncio.create_subprocess_exec(*args, **options)
                status = await start('./status.wasm', '3', stdout=DEVNULL)
                cat = await start('./cat.wasm', stdin=PIPE, stdout=PIPE, stderr=PIPE)
                out, err = await cat.communicate(b'z' * 300000)
                print(await status.wait(), cat.returncode, len(out), err)
                loop, echo = await start('./loop.wasm'), await start('./cat.wasm', stdin=PIPE, stdout=PIPE)
                for line in b'one\\\\n', b'two\\\\n':
                    echo.stdin.write(line)
                    print(await echo.stdout.readline())
                echo.stdin.close()
                try:
                    await asyncio.wait_for(loop.wait(), 0.1)
                except TimeoutError:
                    loop.kill()
                yes = await start('./yes.wasm', stdout=PIPE)
                yes._transport.get_pipe_transport(1).close()
                print(await loop.wait(), await echo.wait(), await yes.wait())
                try:
                    await start('./nowhere')
                except FileNotFoundError as error:
                    print('not found', error.filename)
            asyncio.run(children())
            `);
            const run = await ended(await os.spawn('python', ['main.py']));
            equal([run.stderr, run.stdout], ['', ["0 'tea\\\\n'", 'True b /tmp', '3', 'status 4', 'not found ./nowhere', 'too slow', 'None', '-15', "b'y\\\\ny\\\\n'", '-13',
              '100000 0 0', 'before from a child', "'line\\\\n'", "500000 b''", 'True',
              'ValueError None', 'ValueError None', 'ValueError None', 'TypeError None', 'TimeoutExpired None', 'FileNotFoundError /nowhere',
              'True', "(-2, '', 'KeyboardInterrupt')", "(0, '', 'ERROR:root:bye')", "b'a child\\\\nits parent\\\\n' None",
              "3 0 300000 b''", "b'one\\\\n'", "b'two\\\\n'", '-9 0 -13', 'not found ./nowhere', ''].join('\\n')]);
            equal(run.status, 0);
            await settled(os);
            """);
    }

    @Test
    void javaScriptsChildProcess(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat', 'loop', 'status', 'yes');
            await os.fs.writeFile('/work/main.mjs', `
            import { execFile, execFileSync, spawn, spawnSync, exec } from 'node:child_process';
            import { once } from 'node:events';
            const cat = spawn('./cat.wasm');
            let text = '';
            cat.stdout.setEncoding('utf8').on('data', (part) => { text += part; });
            cat.stdin.write('tea ');
            cat.stdin.end('time');
            console.log(await once(cat, 'close'), text);
            console.log(execFileSync('./cat.wasm', { input: 'sync', encoding: 'utf8' }));
            console.log(String(execFileSync(process.execPath, ['-p', '6 * 7'])).trim());
            const { status, stdout } = spawnSync('status.wasm', ['9']);
            console.log(status, String(stdout).trim());
            try {
              execFileSync('./status.wasm', ['2']);
            } catch (error) {
              console.log('failed', error.status);
            }
            console.log(await new Promise((resolve) => execFile('./nowhere', (error) => resolve(error.code))));
            const loop = spawn('./loop.wasm');
            await once(loop, 'spawn');
            loop.kill();
            console.log(await once(loop, 'exit'));
            const yes = spawn('./yes.wasm', { stdio: ['ignore', 'pipe', 'inherit'] });
            await once(yes.stdout, 'data');
            yes.stdout.destroy();
            console.log(await once(yes, 'exit'));
            console.log(spawnSync('./loop.wasm', { timeout: 200 }).signal);
            try {
              exec('ls');
            } catch (error) {
              console.log(error.message.includes('shell'));
            }
            console.log(process.pid > 1, process.kill(process.pid, 0));
            `);
            const run = await ended(await os.spawn('node', ['main.mjs']));
            equal([run.stderr, run.stdout], ['', ['[ 0, null ] tea time', 'sync', '42', '9 ', 'failed 2', 'ENOENT', "[ null, 'SIGTERM' ]", "[ null, 'SIGPIPE' ]",
              'SIGTERM', 'true', 'true true', ''].join('\\n')]);
            equal(run.status, 0);
            await settled(os);
            """);
    }
}
