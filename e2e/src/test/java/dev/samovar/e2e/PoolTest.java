package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Many programs: one after the other, and at once. */
@ExtendWith(InBrowser.class)
class PoolTest {

    @Test
    void threeHundredDifferentPrograms(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const bytes = await guest('status');
            /** The same program with a number in a custom section of its own: another hash. */
            const different = (number) => {
              const section = [0, 3, 1, 0x6e, number % 128];
              const second = [0, 3, 1, 0x6d, number >> 7];
              return new Uint8Array([...bytes, ...section, ...second]);
            };
            const most = { booting: 0, idle: 0, busy: 0, ending: 0 };
            for (let i = 0; i < 300; i++) {
              equal(await ended(await os.spawn(different(i), [String(i % 100)])), { status: i % 100, stdout: '', stderr: '' }, i);
              if (i % 10 === 0) {
                const { workers } = await os.figures();
                Object.keys(most).forEach((key) => { most[key] = Math.max(most[key], workers[key]); });
              }
            }
            const figures = await os.figures();
            equal(figures.modulesCompiled, 300);
            ok(most.booting + most.idle + most.busy + most.ending <= 6, `workers: ${JSON.stringify(most)}`);
            ok(figures.workersBooted <= 6, `${figures.workersBooted} workers booted for programs one after the other`);

            // The same bytes again compile nothing, neither here nor in another OS of the page.
            equal((await ended(await os.spawn(different(299), ['9']))).status, 9);
            equal((await os.figures()).modulesCompiled, 300);
            const other = await booted();
            equal((await ended(await other.spawn(different(299), ['9']))).status, 9);
            equal((await other.figures()).modulesCompiled, 0, 'compiled by the other OS');
            """);
    }

    /** A page can hold about 125 wasm memories: those of guests that have ended must not pile up. */
    @Test
    void memoriesOfEndedProgramsGo(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status', 'env');
            await go(os, 'status');
            await settled(os);
            const before = room();
            let least = before;
            for (let i = 0; i < 150; i++) {
              equal((await go(os, i % 2 ? 'status' : 'env')).status, 0);
              if (i % 5 === 0) {
                least = Math.min(least, room());
              }
            }
            // A worker collects after 8 runs, and there are no more than a handful of them.
            ok(least >= before - 48, `room for ${before} memories before, as little as ${least} meanwhile`);
            """);
    }

    @Test
    void twentyAtOnce(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat');
            const cats = await Promise.all(Array.from({ length: 20 }, () => os.spawn('cat.wasm', [], { stdin: 'pipe' })));
            equal(new Set(cats.map(({ pid }) => pid)).size, 20);
            // All of them live at once: more than may run at once, since a sleeping one gives its place up.
            await until(async () => (await os.ps()).filter((each) => each.state === 'sleeping').length === 20, '20 cats sleep');
            equal((await os.ps()).length, 21);
            const results = await Promise.all(cats.map(async (cat, i) => {
              const input = cat.input.getWriter();
              await input.write(`I am number ${i}`);
              await input.close();
              return ended(cat);
            }));
            results.forEach((result, i) => equal(result, { status: 0, stdout: `I am number ${i}`, stderr: '' }));
            equal((await os.ps()).length, 1);
            await settled(os);
            """);
    }

    @Test
    void theLimitIsAnErrorAndNoCrash(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat', 'status');
            const cats = [];
            const error = await (async () => {
              while (cats.length < 500) {
                cats.push(await os.spawn('cat.wasm', [], { stdin: 'pipe' }));
              }
            })().then(() => null, (caught) => caught);
            equal(error?.code, 'EAGAIN');
            const count = async (state) => (await os.ps()).filter((each) => each.state === state).length;
            await until(async () => await count('sleeping') >= 80, 'eighty of them have a worker', 30);
            equal((await os.ps()).length, cats.length + 1, 'the others are queued');
            await Promise.all(cats.map((cat) => cat.input.close()));
            (await Promise.all(cats.map(ended))).forEach((result) => equal(result, { status: 0, stdout: '', stderr: '' }));
            equal((await go(os, 'status', ['2'])).status, 2);
            await settled(os);
            await until(async () => (await os.figures()).workers.idle <= 12, 'workers that nobody needs are ended');
            """);
    }

    @Test
    void twentyBusyOnesAllGetTheirTurn(SdkPage sdk) {
        sdk.run("""
            const os = await booted('million', 'status');
            await go(os, 'status');
            const runs = Array.from({ length: 20 }, (_, i) => go(os, 'million', [`/tmp/${i}`]));
            const results = await Promise.all(runs);
            results.forEach((result) => equal(result, { status: 0, stdout: 'ok 1000000\\n', stderr: '' }));
            for (let i = 0; i < 20; i++) {
              equal(await size(os, `/tmp/${i}`), 1000000);
            }
            await settled(os);
            const { workers } = await os.figures();
            ok(workers.idle <= 12, `${workers.idle} idle workers`);
            """);
    }
}
