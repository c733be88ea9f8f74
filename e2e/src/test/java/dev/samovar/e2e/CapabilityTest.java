package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code capabilities} grant, that nothing else is, and that the audit ring has it. */
@ExtendWith(InBrowser.class)
class CapabilityTest {

    @Test
    void onlyWhatIsGrantedCanBeDone(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try');
            const heard = [];
            os.on('audit', (entry) => heard.push(entry));
            await os.mount({
              data: { directory: { a: { file: { contents: 'a' } }, sub: { directory: { b: { file: { contents: 'b' } } } } } },
              out: { directory: {} },
              secret: { file: { contents: 's' } },
            });
            const tried = async (args, capabilities, options) => (await go(os, 'try', args, { capabilities, ...options }))
              .stdout.split('\\n').slice(0, -1);
            const refused = 'ENOTCAPABLE';
            const readData = { read: ['/work/data'] };
            equal(await tried(['read:/work/data/a', 'read:data/sub/b', 'stat:/work/data', 'list:/work/data/sub', 'read:data/none'], readData),
              ['ok', 'ok', 'ok', 'ok', 'ENOENT']);
            for (const what of ['write:/work/data/a', 'create:/work/data/new', 'unlink:/work/data/a', 'mkdir:/work/data/d',
              'rename:/work/data/a:/work/data/z', 'touch:/work/data/a', 'truncate:data/a', 'rmdir:data/sub', 'symlink:a:data/l',
              'link:data/a:data/z', 'read:/work/secret', 'stat:/work/secret', 'stat:/work/none', 'list:/work', 'list:/',
              'read:/work/none', 'create:/tmp/x', 'read:/dev/null', 'clock', 'random']) {
              equal(await tried([what], readData), [refused], what);
            }
            equal(await tried(['create:out/x', 'write:out/x', 'unlink:out/x', 'mkdir:out/d', 'read:data/a', 'list:out'],
              { write: ['out'], read: [] }), ['ok', 'ok', 'ok', 'ok', refused, refused]);
            equal(await tried(['create:result', 'write:result', 'create:other', 'read:result'], { write: ['/work/result'] }),
              ['ok', 'ok', refused, refused], 'one file that was not there');
            equal(await tried(['clock'], { clock: true }), ['ok']);
            equal(await tried(['random'], { random: true }), ['ok']);
            equal(await tried(['read:/dev/random'], { read: ['/dev'] }), [refused]);
            equal(await tried(['read:/dev/random', 'read:/dev/null'], { read: ['/dev'], random: true }), ['ok', 'ok']);
            equal(await tried(['env:A', 'env:B'], { env: ['A'] }, { env: { A: '1', B: '2' } }), ['ok', 'ENOENT']);
            equal(await tried(['env:PATH'], { env: true }), ['ok']);
            equal(await tried(['env:PATH'], {}), ['ENOENT']);
            equal(await tried(['read:/work/secret', 'clock', 'random', 'env:PATH'], undefined), ['ok', 'ok', 'ok', 'ok'], 'nothing said');

            const { pid } = await (async () => {
              const process = await os.spawn('try.wasm', ['read:/work/secret', 'clock'], { capabilities: readData });
              await process.exit;
              return process;
            })();
            const entries = (await os.audit()).filter((entry) => entry.pid === pid);
            equal(entries.map(({ call, target, errno }) => [call, target, errno]),
              [['path_open', '/work/secret', refused], ['clock_time_get', '', refused]]);
            ok(Math.abs(entries[0].time - Date.now()) < 60_000, `at ${entries[0].time}`);
            await until(() => heard.filter((entry) => entry.pid === pid).length === 2, 'the events came');
            """);
    }

    /** Its own {@code ctl} is any process's, as its signals are; what else lies in {@code /proc} is not. */
    @Test
    void aProcessSignalsItselfWhateverItIsGranted(SdkPage sdk) {
        sdk.run("""
            const os = await booted('put', 'yes', 'try');
            const other = await os.spawn('yes.wasm');
            const put = async (path, ...args) => (await go(os, 'put', [path, ...args], { capabilities: {} })).status;
            equal(await put('/proc/self/ctl', 'SIGTERM'), 143);
            equal(await put('/proc/self/ctl', 'ignore SIGTERM', 'SIGTERM'), 0);
            equal(await put('/proc/self/ctl', 'group SIGTERM'), 143);
            equal(await put(`/proc/${other.pid}/ctl`, 'SIGTERM'), 76, 'ENOTCAPABLE');
            equal((await go(os, 'try', ['read:/proc/self/status', 'list:/proc/self', 'unlink:/proc/self/ctl'], { capabilities: {} })).stdout,
              'ENOTCAPABLE\\n'.repeat(3));
            await other.kill('SIGKILL');
            equal(await other.exit, 137, 'it was still there');
            """);
    }

    @Test
    void thereIsNoWayAround(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try');
            await os.mount({
              box: { directory: { mine: { file: { contents: 'm' } }, out: { symlink: '../secret' }, dir: { symlink: '../vault' } } },
              view: { directory: { public: { file: { contents: 'p' } } } },
              vault: { directory: { gold: { file: { contents: 'g' } } } },
              secret: { file: { contents: 's' } },
              shortcut: { symlink: 'box/mine' },
            });
            await os.fs.symlink('/work/secret', '/work/box/absolute');
            const box = { read: ['/work/box', '/work/view'], write: ['/work/box'] };
            const outcome = async (...args) => (await go(os, 'try', args, { capabilities: box })).stdout.trim().split('\\n').join(' ');
            const no = 'ENOTCAPABLE';
            equal(await outcome('read:box/mine', 'read:view/public', 'read:shortcut'), 'ok ok ok');
            // Symlinks, absolute and relative, and `..`.
            equal(await outcome('read:box/out', 'read:box/dir/gold', 'read:box/../secret', 'read:box/../vault/gold',
              'read:view/../box/../secret'), [no, no, no, no, no].join(' '));
            matches(await outcome('read:box/absolute'), /^(EPERM|ENOTCAPABLE)$/);
            equal(await outcome('symlink:../secret:box/link', 'read:box/link', 'write:box/link'), `ok ${no} ${no}`);
            equal(await outcome('symlink:../view/public:box/peek', 'read:box/peek', 'write:box/peek', 'truncate:box/peek'), `ok ok ${no} ${no}`);
            // A second name does not allow more than the first.
            equal(await outcome('link:view/public:box/stolen', 'link:secret:box/stolen', 'rename:view/public:box/stolen',
              'rename:secret:box/stolen', 'rename:vault:box/vault', 'rename:box/mine:view/mine'), Array(6).fill(no).join(' '));
            // What is granted cannot be put somewhere else, nor something else in its place.
            equal(await outcome('rename:box:box2', 'rmdir:box', 'rename:vault:view', 'unlink:shortcut', 'symlink:vault:box3'), Array(5).fill(no).join(' '));
            // Whether something is there cannot be found out.
            equal(await outcome('stat:vault', 'stat:nothing', 'read:vault/gold', 'read:vault/none', 'read:vault/../box/mine',
              'read:nothing/../box/mine', 'mkdir:vault', 'mkdir:nothing'), Array(8).fill(no).join(' '));
            equal(await os.fs.readFile('/work/view/public', 'utf8'), 'p');
            equal((await os.fs.readdir('/work')).sort(), ['box', 'secret', 'shortcut', 'try.wasm', 'vault', 'view']);
            """);
    }

    @Test
    void optionsThatMeanNothingAreRefused(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try');
            for (const [capabilities, field] of [
              [7, 'capabilities'], [{ reed: [] }, 'capabilities\\\\.reed'], [{ read: '/work' }, 'capabilities\\\\.read'],
              [{ write: [7] }, 'capabilities\\\\.write'], [{ read: ['/none/there/is'] }, 'capabilities\\\\.read.*/none/there/is'],
              [{ listen: ['x'] }, 'capabilities\\\\.listen'], [{ listen: [70000] }, 'capabilities\\\\.listen'],
              [{ connect: ['nowhere'] }, 'capabilities\\\\.connect'], [{ env: 'A' }, 'capabilities\\\\.env'],
              [{ spawn: 1 }, 'capabilities\\\\.spawn'], [{ clock: 'yes' }, 'capabilities\\\\.clock'],
            ]) {
              matches((await rejects(os.spawn('try.wasm', [], { capabilities }), 'EINVAL')).message, new RegExp(field));
            }
            await rejects(os.spawn('try.wasm', [], { capabilities: { read: Array(100).fill('/work') } }), 'E2BIG');
            equal((await os.figures()).processes, 0);
            const before = await pages(os);
            for (let i = 0; i < 20; i++) {
              equal((await go(os, 'try', ['clock'], { capabilities: { read: ['/work', '/tmp'], listen: [80], env: ['A'] } })).stdout, 'ENOTCAPABLE\\n');
            }
            ok(await pages(os) - before < 20, 'records of capabilities are freed');
            """);
    }

    @Test
    void samovarJsonLimitsAndGrants(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const project = async (settings, args) => {
              await os.fs.rm('/work/p', { recursive: true, force: true });
              await os.mount({ 'try.wasm': { file: { contents: await guest('try') } }, data: { directory: { a: { file: { contents: 'a' } } } },
                secret: { file: { contents: 's' } }, 'samovar.json': { file: { contents: JSON.stringify({ command: 'try.wasm', ...settings }) } } },
                { at: '/work/p' });
              return ended(await os.run('/work/p', { args }));
            };
            equal((await project({ capabilities: { read: ['data'], write: ['/tmp'] }, limits: { outputBytes: '1KiB' } },
              ['read:data/a', 'read:secret', 'write:data/a', 'create:/tmp/x', 'clock'])).stdout,
              'ok\\nENOTCAPABLE\\nENOTCAPABLE\\nok\\nENOTCAPABLE\\n');
            equal((await project({ limits: { outputBytes: '1KiB' } }, ['print:2000'])).status, 153);
            const settings = { limits: { disk: '1MiB' }, capabilities: { clock: true } };
            equal((await project(settings, ['clock', 'random'])).stdout, 'ok\\nENOTCAPABLE\\n');
            const { limits, capabilities } = await os.detect('/work/p');
            equal({ limits, capabilities }, settings);
            for (const [wrong, pattern] of [[{ limits: { disk: 'x' } }, /samovar\\.json.*limits\\.disk/], [{ capabilities: { reads: [] } }, /capabilities\\.reads/]]) {
              matches((await rejects(project(wrong, []), 'ENOEXEC')).message, pattern);
            }
            matches((await rejects(project({ capabilities: { read: ['no/such'] } }, []), 'EINVAL')).message, /no\\/such/);
            equal(await os.fs.readdir('/tmp'), [], 'nothing is left of those that were refused');
            """);
    }
}
