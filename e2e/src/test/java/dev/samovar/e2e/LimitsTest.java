package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What {@code limits} take from a process, what it is told, and that nobody else notices. */
@ExtendWith(InBrowser.class)
class LimitsTest {

    @Test
    void memoryEndsWhereTheLimitIs(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try', 'grow');
            const memory = { limits: { memory: '16MiB' } };
            await unharmed(os, async () => {
              const { status, stdout } = await go(os, 'try', ['memory'], memory);
              const [count, error] = stdout.trim().split(' ');
              equal([status, error], [0, 'ENOMEM']);
              ok(count >= 12 && count < 16, `${count} MiB of 16`);
              const failed = await go(os, 'try', ['memory', 'exit:3'], memory);
              equal([failed.status, failed.stderr],
                [3, 'samovar: try.wasm: its memory limit of 16 MiB (limits.memory) was reached\\n']);
              const trapped = await go(os, 'try', ['memory', 'trap'], memory);
              equal(trapped.status, 134);
              matches(trapped.stderr, /trapped: .*\\n.*its memory limit of 16 MiB \\(limits\\.memory\\) was reached\\n$/);
              equal((await go(os, 'try', ['exit:3'], memory)).stderr, '', 'one that failed for another reason');
            });
            equal((await go(os, 'grow', [], { limits: { memory: 8 << 20 } })).stdout, '114 pages\\n');
            equal((await go(os, 'grow')).stdout.replace(/\\d+/, (n) => String(Number(n) > 16384 - 16 && Number(n) <= 16384)),
              'true pages\\n', '1 GiB if nothing is said');
            """);
    }

    @Test
    void aProgramThatBeginsWithMoreIsRefused(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try');
            const result = await go(os, 'try', ['clock'], { limits: { memory: '64KiB' } });
            equal([result.status, result.stdout], [126, '']);
            matches(result.stderr, /^samovar: try\\.wasm: it needs \\d+ KiB of memory to begin with, more than its limit of 64 KiB \\(limits\\.memory\\)\\n$/);
            const module = await WebAssembly.compile(await guest('try'));
            matches((await rejects(os.spawn(module, [], { limits: { memory: '1MiB' } }), 'EINVAL')).message, /limits\\.memory/);
            equal((await go(os, 'try', ['clock'])).stdout, 'ok\\n', 'the same bytes without the limit');
            """);
    }

    @Test
    void timeRunsOut(SdkPage sdk) {
        sdk.run("""
            const os = await booted('loop', 'sleep', 'cat');
            await unharmed(os, async () => {
              equal(await go(os, 'loop', [], { limits: { cpuSeconds: 0.3 } }),
                { status: 152, stdout: '', stderr: 'samovar: loop.wasm: its limit of 0.300 s of CPU time (limits.cpuSeconds) was reached\\n' });
              const before = performance.now();
              equal(await go(os, 'loop', [], { limits: { wallSeconds: 0.3 } }),
                { status: 142, stdout: '', stderr: 'samovar: loop.wasm: its limit of 0.300 s of time (limits.wallSeconds) was reached\\n' });
              ok(performance.now() - before >= 300, 'too soon');
              // One that sleeps uses no CPU time, but its time passes.
              const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe', limits: { wallSeconds: 0.5, cpuSeconds: 0.3 } });
              equal((await ended(cat)).status, 142);
            });
            """);
    }

    @Test
    void countsAndSizes(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try');
            const lines = async (args, limits) => (await go(os, 'try', args, { limits })).stdout.split('\\n').slice(0, -1);
            await unharmed(os, async () => {
              equal(await lines(['open:/work/try.wasm'], { openFiles: 5 }), ['5 EMFILE']);
              equal(await lines(['open:/work/try.wasm', 'create:/tmp/one'], { openFiles: 0 }), ['0 EMFILE', 'EMFILE']);
              equal(await lines(['fill:/tmp/big', 'fill:/tmp/more'], { fileSize: 2500 }), ['2500 EFBIG', '2500 EFBIG']);
              equal((await os.fs.stat('/tmp/big')).size, 2500);
              await os.fs.rm('/tmp/big');
              await os.fs.rm('/tmp/more');
              const [filled, refused, removed, again] = await lines(
                ['fill:/tmp/a', 'fill:/tmp/b', 'unlink:/tmp/a', 'fill:/tmp/c', 'fill:/tmp/d'], { disk: '24KiB' });
              matches(filled, /^\\d+ EDQUOT$/);
              ok(parseInt(filled) >= 12_000 && parseInt(filled) <= 24_576, filled);
              equal([refused, removed, again], ['0 EDQUOT', 'ok', filled], 'a deletion brings the room back');
              equal((await go(os, 'try', ['fill:/tmp/free'])).stdout, '100000 ok\\n', 'of another process');
              const printed = await go(os, 'try', ['print:5000', 'print:5001', 'print:1'], { limits: { outputBytes: 10_000 } });
              equal([printed.status, printed.stdout.length], [153, 10_000]);
              equal(printed.stderr, 'samovar: try.wasm: its limit of 10000 bytes of output (limits.outputBytes) was reached\\n');
            });
            """);
    }

    @Test
    void optionsThatMeanNothingAreRefused(SdkPage sdk) {
        sdk.run("""
            const os = await booted('try');
            for (const [options, field] of [
              [{ limits: { memory: 'lots' } }, 'limits\\\\.memory'], [{ limits: { memory: 1 } }, 'limits\\\\.memory'],
              [{ limits: { cpuSeconds: 0 } }, 'limits\\\\.cpuSeconds'], [{ limits: { wallSeconds: '5' } }, 'limits\\\\.wallSeconds'],
              [{ limits: { openFiles: 1.5 } }, 'limits\\\\.openFiles'], [{ limits: { processes: 0 } }, 'limits\\\\.processes'],
              [{ limits: { outputBytes: -1 } }, 'limits\\\\.outputBytes'], [{ limits: { fileSize: {} } }, 'limits\\\\.fileSize'],
              [{ limits: { disk: null } }, 'limits\\\\.disk'], [{ limits: { discs: 1 } }, 'limits\\\\.discs'], [{ limits: 7 }, 'limits'],
              [{ nice: 20 }, 'nice'], [{ nice: 'very' }, 'nice'],
            ]) {
              matches((await rejects(os.spawn('try.wasm', [], options), 'EINVAL')).message, new RegExp(field));
            }
            equal((await os.figures()).processes, 0);
            equal(await (await os.spawn('try.wasm', [], { nice: -5, limits: {} })).exit, 0);
            """);
    }
}
