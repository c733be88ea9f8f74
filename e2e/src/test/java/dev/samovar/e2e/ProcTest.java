package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /proc} and the devices that stand for something of a process's. */
@ExtendWith(InBrowser.class)
class ProcTest {

    @Test
    void aProcessReadsAboutItself(SdkPage sdk) {
        sdk.run("""
            const os = await booted('show', 'ls');
            const show = async (...args) => (await go(os, 'show', args, { env: { A: '1', B: 'zwei' } })).stdout;
            const status = await show('/proc/self/status');
            matches(status, /^Name:\\tshow.wasm\\nState:\\tR \\(running\\)\\nPid:\\t(\\d+)\\nPPid:\\t1\\nPGid:\\t\\1\\nSid:\\t\\1\\n/);
            equal(await show('/proc/self/cmdline', '/proc/self/environ'),
              'show.wasm\\0/proc/self/cmdline\\0/proc/self/environ\\0A=1\\0B=zwei\\0');
            matches(await show('/proc/meminfo', '/proc/uptime', '/proc/version'),
              /^MemTotal:\\t1048576 kB\\nMemFree:\\t\\d+ kB\\n\\d+\\.\\d\\d\\nSamovar .*\\n$/);
            equal(await show('/proc/nothing', '/proc/self/nothing', '/proc/01', '/proc/99999'),
              ['nothing', 'self/nothing', '01', '99999'].map((name) => `/proc/${name}: No such file or directory\\n`).join(''));
            const names = async (path) => (await go(os, 'ls', [path])).stdout.split('\\n').map((line) => line.split(' ').at(-1)).filter(Boolean).sort();
            equal(await names('/proc/self'), ['capabilities', 'cmdline', 'ctl', 'environ', 'fd',
              'limits', 'net', 'status', 'stderr', 'stdin', 'stdout', 'wait']);
            const fds = await names('/proc/self/fd');
            ok(['0', '1', '2', '3'].every((fd) => fds.includes(fd)), fds.join());
            equal(await names('/dev/fd'), fds);
            const root = await names('/proc');
            equal(root.filter((name) => !/^\\d/.test(name)), ['meminfo', 'self', 'uptime', 'version']);
            equal(root.filter((name) => /^\\d/.test(name)).length, 1, 'only itself');
            """);
    }

    @Test
    void onlyDescendantsAreSeen(SdkPage sdk) {
        sdk.run("""
            const os = await booted('show', 'put', 'cat');
            const other = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            await until(async () => await state(os, other) === 'sleeping', 'it sleeps');
            const denied = await go(os, 'show', [`/proc/${other.pid}/status`, `/proc/${other.pid}/environ`]);
            equal(denied.stdout.split('\\n').map((line) => line.split(': ')[1]), ['Operation not permitted', 'Operation not permitted', undefined]);
            equal((await go(os, 'put', [`/proc/${other.pid}/ctl`, 'SIGKILL'])).status, 63, 'EPERM');
            equal((await go(os, 'put', ['/proc/4711/ctl', 'SIGKILL'])).status, 44, 'ENOENT');
            equal(await state(os, other), 'sleeping');
            // The page sees all.
            matches(await os.fs.readFile(`/proc/${other.pid}/status`, 'utf8'), /State:\\tS \\(sleeping\\)/);
            equal(await os.fs.readFile(`/proc/${other.pid}/cmdline`, 'utf8'), 'cat.wasm\\0');
            ok((await os.fs.readdir('/proc')).includes(String(other.pid)), 'the page sees its pid');
            await os.fs.stat('/proc');
            await rejects(os.fs.writeFile('/proc/x', ''), 'EPERM');
            await rejects(os.fs.mkdir('/proc/x'), 'EPERM');
            await rejects(os.fs.writeFile(`/proc/${other.pid}/status`, 'x'), 'EACCES');
            await rejects(os.fs.rm(`/proc/${other.pid}/status`), 'ENOENT');
            await rejects(os.fs.rm('/proc', { recursive: true }), 'EBUSY');
            ok((await os.fs.readdir('/proc')).includes('meminfo'), '/proc is still there');
            await other.input.close();
            equal(await other.exit, 0);
            """);
    }

    @Test
    void aProcessSignalsItself(SdkPage sdk) {
        sdk.run("""
            const os = await booted('put', 'yes', 'head');
            const put = async (...args) => (await go(os, 'put', ['/proc/self/ctl', ...args])).status;
            equal(await put('SIGTERM'), 143);
            equal(await put('TERM\\n'), 143);
            equal(await put('15'), 143);
            equal(await put('SIGKILL'), 137);
            equal(await put('group SIGINT'), 130);
            equal(await put('0'), 0);
            equal(await put('SIGCHLD', 'SIGCONT', 'SIGWINCH'), 0);
            equal(await put('ignore SIGTERM', 'SIGTERM'), 0);
            equal(await put('ignore SIGTERM', 'default SIGTERM', 'SIGTERM'), 143);
            equal(await put('SIGNONE'), 28);
            equal(await put('ignore SIGKILL'), 28);
            equal(await put('x'.repeat(100_000)), 28);
            const stopped = await os.spawn('put.wasm', ['/proc/self/ctl', 'SIGSTOP']);
            await until(async () => await state(os, stopped) === 'stopped', 'it has stopped itself');
            await stopped.kill('SIGCONT');
            equal(await ended(stopped), { status: 0, stdout: 'written\\n', stderr: '' });
            """);
    }

    @Test
    void standardDevices(SdkPage sdk) {
        sdk.run("""
            const os = await booted('show', 'put', 'head');
            equal((await go(os, 'show', ['/dev/stdin'], { stdin: 'typed' })).stdout, 'typed');
            equal((await go(os, 'show', ['/dev/fd/0'], { stdin: 'typed' })).stdout, 'typed');
            equal((await go(os, 'show', ['/proc/self/fd/0', '/dev/null'], { stdin: 'typed' })).stdout, 'typed');
            equal((await go(os, 'show', ['/dev/fd/77'])).stdout, '/dev/fd/77: No such file or directory\\n');
            equal(await go(os, 'put', ['/dev/stderr', 'to stderr']), { status: 0, stdout: 'written\\n', stderr: 'to stderr' });
            equal(await go(os, 'put', ['/dev/stdout', 'to stdout ']), { status: 0, stdout: 'to stdout written\\n', stderr: '' });
            const random = await os.spawn('show.wasm', ['/dev/urandom']);
            const head = await os.spawn('head.wasm', ['64'], { stdin: random.stdout });
            const bytes = new Uint8Array(await new Response(head.stdout).arrayBuffer());
            equal(bytes.length, 64);
            ok(new Set(bytes).size > 16, bytes.join());
            equal(await random.exit, 141);
            """);
    }

    @Test
    void anIsolatedRunHasItsOwn(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat');
            await os.mount({ p: { directory: { 'show.wasm': { file: { contents: await guest('show') } } } } });
            const other = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            const run = await ended(await os.run('/work/p', { args: ['/proc/self/cmdline', `/proc/${other.pid}/cmdline`] }));
            matches(run.stdout, /^show.wasm\\0.*Operation not permitted\\n$/s);
            await other.kill('SIGKILL');
            """);
    }
}
