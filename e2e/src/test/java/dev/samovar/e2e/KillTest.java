package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Processes that are killed, and what must not be harmed by it. */
@ExtendWith(InBrowser.class)
class KillTest {

    @Test
    void twentyLoopsKilledWhileAnotherWrites(SdkPage sdk) {
        sdk.run("""
            const os = await booted('loop', 'writer', 'cat');
            await go(os, 'writer', ['first.txt', '10']);
            await os.fs.rm('/work/first.txt');
            // A worker's scratch memory stays with its place: make as many places as there will be.
            const many = await Promise.all(Array.from({ length: 16 }, () => os.spawn('cat.wasm', [], { stdin: 'pipe' })));
            await until(async () => (await os.figures()).workers.busy === 16, 'all of them run at once');
            await Promise.all(many.map((cat) => cat.input.close()));
            await settled(os);
            const before = await pages(os);
            const memories = room();

            const writer = await os.spawn('writer.wasm', ['w.txt', '0', '1']);
            let most = 0;
            for (let i = 0; i < 20; i++) {
              const size = await globalThis.size(os, '/work/w.txt');
              const loop = await os.spawn('loop.wasm');
              await until(async () => await state(os, loop) === 'running', 'the loop runs');
              const start = performance.now();
              await loop.kill('SIGKILL');
              equal(await loop.exit, 137);
              const took = performance.now() - start;
              ok(took < 1000, `the kill of loop ${i} took ${took} ms`);
              await until(async () => await globalThis.size(os, '/work/w.txt') > size, 'the writer writes on');
              const { workers } = await os.figures();
              most = Math.max(most, workers.booting + workers.idle + workers.busy);
            }
            ok(most <= 6, `${most} workers for two processes at a time`);
            equal((await os.ps()).map(({ pid }) => pid), [1, writer.pid]);
            await writer.kill('SIGKILL');
            equal(await writer.exit, 137);
            checkLines(await os.fs.readFile('/work/w.txt', 'utf8'), 20);

            await os.fs.rm('/work/w.txt');
            await settled(os);
            equal(await pages(os), before, 'pages in use');
            equal(await workers(), (await os.figures()).workers.idle, 'workers that really exist');
            ok(room() >= memories - 8, `room for ${memories} wasm memories before, for ${room()} after`);
            equal((await go(os, 'writer', ['w.txt', '5'])).status, 0);
            equal((await os.fs.readFile('/work/w.txt')).length, 5 * 14);
            """);
    }

    /** Killed at any moment of a system call: a lock that died with its owner would stop everybody. */
    @Test
    void killedInTheKernel(SdkPage sdk) {
        sdk.run("""
            const os = await booted('writer', 'fs', 'recurse-call');
            await os.fs.mkdir('/work/made');
            await unharmed(os, async () => {
              for (let i = 0; i < 25; i++) {
                const writer = await os.spawn('writer.wasm', ['fast.txt']);
                // This one makes files in a folder as fast as it can.
                const maker = await os.spawn('recurse-call.wasm', ['made', 'open']);
                await until(async () => await size(os, '/work/fast.txt') > 0, 'the writer writes');
                await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
                await Promise.all([writer.kill(i % 2 ? 'SIGKILL' : 'SIGTERM'), maker.kill('SIGKILL').catch(() => {})]);
                equal(await writer.exit, i % 2 ? 137 : 143);
                ok([134, 137].includes(await maker.exit), `the maker ended with ${await maker.exit}`);
                checkLines(await os.fs.readFile('/work/fast.txt', 'utf8'), 1);
                await os.fs.rm('/work/fast.txt');
                await os.fs.rm('/work/made', { recursive: true });
                await os.fs.mkdir('/work/made');
              }
              equal(await go(os, 'fs'), { status: 0, stdout: 'ok\\n', stderr: '' });
            });
            """);
    }

    /** `./samovar bench --torture` has ten thousand. */
    @Test
    void fiftyKillsOfProcessesThatDoEverything(SdkPage sdk) {
        sdk.run("""
            const os = await booted('torture');
            // A worker's scratch memory stays with its place: make all the places first.
            await tortured(os, 10, 10);
            const before = await pages(os);
            const fell = await tortured(os, 50, 25);
            equal(fell.user + fell.waiting + fell.call + fell.lock, 50);
            const after = await pages(os);
            ok(after <= before + 4 * 16, `${before} pages in use before, ${after} after`);
            """);
    }

    @Test
    void everySignalEndsALoop(SdkPage sdk) {
        sdk.run("""
            const os = await booted('loop');
            for (const [signal, status] of [[undefined, 143], ['SIGTERM', 143], ['SIGINT', 130], ['SIGHUP', 129], ['SIGKILL', 137]]) {
              const loop = await os.spawn('loop.wasm');
              await until(async () => await state(os, loop) === 'running', 'the loop runs');
              const start = performance.now();
              await loop.kill(signal);
              equal(await loop.exit, status, signal);
              const took = performance.now() - start;
              ok(took < 3000, `${signal} took ${took} ms`);
            }
            """);
    }

    @Test
    void aSleeperDiesAtOnce(SdkPage sdk) {
        sdk.run("""
            const os = await booted('sleep', 'cat');
            for (const signal of ['SIGTERM', 'SIGINT', 'SIGKILL']) {
              for (const [program, args, options] of [['sleep.wasm', ['60000'], {}], ['cat.wasm', [], { stdin: 'pipe' }]]) {
                const sleeper = await os.spawn(program, args, options);
                await until(async () => await state(os, sleeper) === 'sleeping', `${program} sleeps`);
                const start = performance.now();
                await sleeper.kill(signal);
                equal(await sleeper.exit, { SIGTERM: 143, SIGINT: 130, SIGKILL: 137 }[signal]);
                const took = performance.now() - start;
                ok(took < 500, `${signal} to ${program} took ${took} ms`);
              }
            }
            """);
    }

    @Test
    void killNamesWhatItCannotDo(SdkPage sdk) {
        sdk.run("""
            const os = await booted('loop');
            const loop = await os.spawn('loop.wasm');
            matches((await rejects(loop.kill('SIGWHATEVER'), 'EINVAL')).message, /SIGWHATEVER/);
            await loop.kill('SIGKILL');
            await loop.exit;
            await rejects(loop.kill('SIGKILL'), 'ESRCH');
            """);
    }
}
