package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An OS as a whole: its messages, its events, its end, and another one beside it. */
@ExtendWith(InBrowser.class)
class OsTest {

    @Test
    void callsOfOneTickTravelTogether(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status');
            await until(async () => (await os.figures()).workers.booting === 0, 'the spare has booted');
            const before = { ...os.messages };
            const stats = await Promise.all([
              ...Array.from({ length: 50 }, (_, i) => os.fs.writeFile(`/work/${i}`, String(i))),
              ...Array.from({ length: 50 }, (_, i) => os.fs.readFile(`/work/${i}`, 'utf8')),
            ]);
            equal(stats.slice(50), Array.from({ length: 50 }, (_, i) => String(i)), 'in the order of the calls');
            equal(os.messages.sent - before.sent, 1, 'messages sent');
            equal(os.messages.received - before.received, 1, 'messages received');
            // One that fails takes no other with it, not even one whose arguments cannot be copied.
            const results = await Promise.allSettled([os.fs.readFile('/work/1', 'utf8'), os.fs.readFile('/work/none')]);
            equal(results.map(({ status }) => status), ['fulfilled', 'rejected']);
            const between = await Promise.allSettled([os.fs.writeFile('/work/1', '\\ufefftea'), os.fs.writeFile('/work/x', () => {}),
              os.spawn('status.wasm', 'no list'), os.spawn('status.wasm', [], { env: { 'A=B': '' } }), os.runtimes.install()]);
            equal(between.map(({ reason }) => reason?.code), [undefined, ...Array(4).fill('EINVAL')]);
            equal(await os.fs.readFile('/work/1', 'utf8'), '\\ufefftea', 'with its byte order mark');
            equal([between[1].reason.constructor.name, String(between[1].reason.stack).split(':')[0]], ['SamovarError', 'SamovarError']);
            """);
    }

    @Test
    void exitsAreEvents(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status');
            const exits = [];
            const off = os.on('exit', (pid, status) => exits.push([pid, status]));
            const processes = [];
            for (const status of [0, 3, 255]) {
              processes.push(await os.spawn('status.wasm', [String(status)]));
              equal(await processes.at(-1).exit, status);
            }
            equal(exits, [[processes[0].pid, 0], [processes[1].pid, 3], [processes[2].pid, 255]]);
            off();
            await (await os.spawn('status.wasm')).exit;
            equal(exits.length, 3);
            equal(new Set(processes.map(({ pid }) => pid)).size, 3);
            """);
    }

    @Test
    void twoDoNotSeeEachOther(SdkPage sdk) {
        sdk.run("""
            const [one, two] = await Promise.all([booted('cat'), booted('cat')]);
            await one.fs.writeFile('/work/file', 'one');
            await rejects(two.fs.readFile('/work/file'), 'ENOENT');
            await two.fs.writeFile('/work/file', 'two');
            equal(await one.fs.readFile('/work/file', 'utf8'), 'one');
            const cats = await Promise.all([one, two].map((os) => os.spawn('cat.wasm', [], { stdin: 'pipe' })));
            equal((await one.ps()).length, 2);
            await one.teardown();
            equal(await cats[0].exit, 137);
            equal(await two.fs.readFile('/work/file', 'utf8'), 'two', 'after the end of the other');
            const input = cats[1].input.getWriter();
            await input.write('lives');
            await input.close();
            equal(await ended(cats[1]), { status: 0, stdout: 'lives', stderr: '' });
            """);
    }

    @Test
    void teardownEndsEverything(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat', 'loop', 'status');
            const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            const loop = await os.spawn('loop.wasm');
            await until(async () => await state(os, loop) === 'running', 'the loop runs');
            const exits = [];
            os.on('exit', (pid, status) => exits.push([pid, status]));
            ok(await workers() >= 2, 'the two workers are not seen');

            const start = performance.now();
            await os.teardown();
            ok(performance.now() - start < 2000, `it took ${performance.now() - start} ms`);
            equal([await cat.exit, await loop.exit], [137, 137]);
            equal(exits.length, 2);
            equal(await ended(cat), { status: 137, stdout: '', stderr: '' }, 'streams end');
            for (const call of [() => os.fs.readFile('/work/x'), () => os.spawn('status.wasm'), () => os.ps(), () => os.mount({}),
              () => loop.kill(), () => os.detect('/work'), () => os.run('/work'), () => os.figures()]) {
              await rejects(call(), 'ESHUTDOWN');
            }
            await os.teardown();
            // The loop burns on until the browser forces it.
            await until(async () => await workers() === 0, 'all workers are gone');
            """);
    }

    @Test
    void callsUnderWayAreRejectedByTeardown(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat');
            const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            // More than the process's ring holds, and nobody reads what it prints: the write stays under way.
            const write = cat.input.getWriter().write(new Uint8Array(8 << 20));
            await until(async () => await state(os, cat) === 'sleeping', 'the process is held up');
            const outcome = write.then(() => 'done', (error) => error.code);
            await os.teardown();
            equal(await outcome, 'ESHUTDOWN');
            """);
    }

    @Test
    void bootsAgainAndAgain(SdkPage sdk) {
        sdk.run("""
            for (let i = 0; i < 10; i++) {
              const os = await booted('status');
              equal((await go(os, 'status', ['6'])).status, 6);
              await os.teardown();
            }
            """);
    }

    @Test
    void typesAreServed(SdkPage sdk) {
        assertTrue(Files.exists(Checkout.path("static/target/site/sdk/samovar.d.ts")), "samovar.d.ts is not in the site");
    }
}
