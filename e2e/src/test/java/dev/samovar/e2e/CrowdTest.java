package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More processes than can run at once. */
@ExtendWith(InBrowser.class)
class CrowdTest {

    @Test
    void aThousandInARow(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status');
            for (let i = 0; i < 1000; i++) {
              const p = await os.spawn('status.wasm', [String(i % 100)]);
              equal(await p.exit, i % 100, `run ${i}`);
            }
            ok((await os.figures()).workersBooted <= 12, 'a few workers run them all');
            """);
    }

    /** All places are taken by loops: what comes then waits without a worker, in the order of its nice value. */
    @Test
    void twoHundredQueueThenEagain(SdkPage sdk) {
        sdk.run("""
            const os = await booted('loop', 'writer', 'status');
            const places = Math.max(8, 4 * navigator.hardwareConcurrency);
            const loops = [];
            for (let i = 0; i < places; i++) {
              loops.push(await os.spawn('loop.wasm'));
            }
            await until(async () => (await os.figures()).runnable === places, 'all places are taken', 60);
            const booted_ = (await os.figures()).workersBooted;
            const ends = [];
            const add = async (status, nice) => {
              const p = await os.spawn('status.wasm', [String(status)], { nice });
              p.exit.then((code) => ends.push(code));
              return p;
            };
            const queued = [await add(3, 10), await add(1, -5), await add(2, 0)];
            while (queued.length < 200) {
              queued.push(await add(4, 19));
            }
            equal((await os.ps()).filter(({ state }) => state === 'queued').length, 200);
            equal((await os.figures()).workersBooted, booted_, 'none of them has a worker');
            const error = await (async () => {
              while (queued.length < 1000) {
                queued.push(await add(4, 19));
              }
            })().then(() => null, (caught) => caught);
            equal(error?.code, 'EAGAIN');
            matches(error.message, /EAGAIN/);
            // One place: they come one after the other.
            await loops[0].kill('SIGKILL');
            equal(await loops[0].exit, 137);
            await Promise.all(queued.map((p) => p.exit));
            equal(ends.slice(0, 3), [1, 2, 3], 'by nice value');
            await Promise.all(loops.slice(1).map((loop) => loop.kill('SIGKILL')));
            await settled(os);
            """);
    }

    /** A worker that is terminated while it waits stays a waiter for a while: it must not take another's wake-up. */
    @Test
    void ghostsEatNoWakeUps(SdkPage sdk) {
        sdk.run("""
            const os = await booted('threads', 'cat');
            const cats = await Promise.all([1, 2, 3].map(() => os.spawn('cat.wasm', [], { stdin: 'pipe' })));
            const ends = cats.map((cat) => [cat.input.getWriter(), cat.stdout.getReader()]);
            for (let round = 0; round < 8; round++) {
              // Its threads wait in guest code and in the kernel.
              const p = await os.spawn('threads.wasm', ['run'], { stdin: 'pipe' });
              await p.stdout.getReader().read();
              await p.kill('SIGKILL');
              for (const [input, output] of ends) {
                await input.write(`round ${round}`);
                equal(decode((await output.read()).value), `round ${round}`);
              }
              equal(await p.exit, 137);
            }
            await Promise.all(ends.map(([input]) => input.close()));
            (await Promise.all(cats.map((cat) => cat.exit))).forEach((status) => equal(status, 0));
            await settled(os);
            """);
    }
}
