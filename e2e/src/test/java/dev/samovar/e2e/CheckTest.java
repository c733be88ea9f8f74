package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code os.check()} finds nothing, whatever goes on. What it finds in a damaged kernel is tested on the JVM. */
@ExtendWith(InBrowser.class)
class CheckTest {

    @Test
    void aQuietSystemIsWhole(SdkPage sdk) {
        sdk.run("""
            const os = await booted('fs', 'cat', 'writer');
            equal(await os.check(), []);
            await os.mount({ a: { directory: { 'b.txt': { file: { contents: 'hello' } }, link: { symlink: 'b.txt' } } } }, { at: '/work/tree' });
            await os.fs.writeFile('/tmp/large', new Uint8Array(3_000_000).fill(1));
            await os.fs.link('/tmp/large', '/tmp/other');
            await os.fs.rm('/tmp/large');
            equal(await go(os, 'fs'), { status: 0, stdout: 'ok\\n', stderr: '' });
            equal(await os.check(), []);
            const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            await until(async () => await state(os, cat) === 'sleeping', 'cat waits');
            equal(await os.check(), []);
            await cat.input.close();
            equal(await cat.exit, 0);
            await settled(os);
            equal(await os.check(), []);
            """);
    }

    @Test
    void aBusySystemIsWholeAndGoesOn(SdkPage sdk) {
        sdk.run("""
            const os = await booted('writer', 'loop', 'recurse-call', 'yes');
            await os.fs.mkdir('/work/made');
            await unharmed(os, async () => {
              const busy = [await os.spawn('writer.wasm', ['fast.txt']), await os.spawn('loop.wasm'),
                await os.spawn('yes.wasm'), await os.spawn('writer.wasm', ['slow.txt', '0', '1'])];
              busy[2].stdout.pipeTo(new WritableStream()).catch(() => {});
              await until(async () => await size(os, '/work/fast.txt') > 0, 'the writer writes');
              for (let i = 0; i < 30; i++) {
                const before = await size(os, '/work/slow.txt');
                equal(await os.check(), [], `check ${i}`);
                await until(async () => await size(os, '/work/slow.txt') > before, 'the writer writes on');
              }
              for (const process of busy) {
                await process.kill('SIGKILL');
                equal(await process.exit, 137);
              }
              await os.fs.rm('/work/fast.txt');
              equal(await os.check(), []);
            });
            """);
    }
}
