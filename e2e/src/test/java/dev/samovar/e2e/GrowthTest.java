package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The shared memory grows, up to what the page allows. */
@ExtendWith(InBrowser.class)
class GrowthTest {

    @Test
    void aFullDiskIsAnErrorAndNoCrash(SdkPage sdk) {
        sdk.run("""
            const os = await Samovar.boot({ memory: '64MiB' });
            watch(os);
            await install(os, 'status', 'writer');
            equal((await go(os, 'status')).status, 0);
            await settled(os);
            const before = await pages(os);
            const chunk = new Uint8Array(1 << 20).fill(7);
            for (let round = 0; round < 3; round++) {
              let count = 0;
              const error = await (async () => {
                for (; count < 64; count++) {
                  await os.fs.writeFile(`/tmp/${count}`, chunk);
                }
              })().then(() => null, (caught) => caught);
              equal(error?.code, 'ENOSPC');
              ok(error instanceof SamovarError && /full/.test(error.message), error.message);
              ok(count >= 48, `only ${count} MiB fitted in`);
              // A program starts all the same, and is told likewise.
              const full = await go(os, 'writer', ['/tmp/more', '1000000']);
              equal([full.status, full.stdout], [1, '']);
              // "Success" is what the guest calls a write that was cut short.
              matches(full.stderr, /^\\/tmp\\/more: (No space left on device|Success)\\n$/);
              const back = await os.fs.readFile(`/tmp/${count - 1}`);
              ok(back.length === 1 << 20 && back.every((byte) => byte === 7), 'the last whole file is damaged');
              for (const name of await os.fs.readdir('/tmp')) {
                await os.fs.rm(`/tmp/${name}`);
              }
              await settled(os);
              // Places of workers keep their scratch memory, 16 pages each.
              const after = await pages(os);
              ok(after >= before && after - before <= 8 * 16, `${before} pages before, ${after} after round ${round}`);
            }
            """);
    }

    @Test
    void eightWritersGrowTheMemoryAtOnce(SdkPage sdk) {
        sdk.run("""
            const os = await booted('writer');
            const lines = 150_000;
            const writers = await Promise.all(Array.from({ length: 8 }, (_, i) => os.spawn('writer.wasm', [`/tmp/${i}`, String(lines)])));
            const before = (await os.figures()).totalPages;
            // Meanwhile the page makes it grow, too.
            const own = new Uint8Array(1 << 20).map((_, i) => i * 13);
            let files = 0;
            const all = Promise.all(writers.map(ended)).then((results) => ({ results }));
            for (let done; !done && files < 100; files++) {
              await os.fs.writeFile(`/home/${files}`, own);
              done = await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 30))]);
            }
            const { results } = await all;
            results.forEach((result) => equal(result, { status: 0, stdout: '', stderr: '' }));
            ok((await os.figures()).totalPages > before, 'the memory has not grown');
            for (let i = 0; i < 8; i++) {
              const text = await os.fs.readFile(`/tmp/${i}`, 'utf8');
              equal(text.length, lines * 14);
              checkLines(text, lines);
            }
            for (let i = 0; i < files; i++) {
              const back = await os.fs.readFile(`/home/${i}`);
              ok(back.length === own.length && back.every((byte, at) => byte === own[at]), `the page's file ${i} is damaged`);
            }
            """);
    }
}
