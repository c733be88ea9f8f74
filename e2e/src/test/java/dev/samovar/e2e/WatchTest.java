package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code fs.watch}: what is heard of files that change. */
@ExtendWith(InBrowser.class)
class WatchTest {

    private static final String HEARD = """
        const watch = async (os, path, options) => {
          const heard = [];
          const watcher = await os.fs.watch(path, options, (event, changed) => heard.push(`${event} ${changed}`));
          /** Waits until all of these were heard, and nothing else; then forgets them. */
          watcher.hears = async (...events) => {
            await until(() => events.every((event) => heard.includes(event)), `${events} were heard, not only ${heard}`);
            equal(heard.filter((event) => !events.includes(event)), []);
            heard.length = 0;
          };
          watcher.heard = heard;
          return watcher;
        };
        """;

    @Test
    void whatTheSdkDoesIsHeard(SdkPage sdk) {
        sdk.run(HEARD + """
            const os = await booted();
            await os.mount({ 'a.txt': { file: { contents: 'a' } }, d: { directory: { deep: { directory: { x: { file: { contents: '' } } } } } } });
            const all = await watch(os, '/work', { recursive: true });
            const top = await watch(os, '/work', {});
            const one = await watch(os, '/work/a.txt', {});
            await os.fs.writeFile('/work/a.txt', 'b');
            await all.hears('change /work/a.txt');
            await top.hears('change /work/a.txt');
            await one.hears('change /work/a.txt');
            await os.fs.writeFile('/work/d/deep/x', 'b');
            await all.hears('change /work/d/deep/x');
            await os.fs.mkdir('/work/new/er', { recursive: true });
            await all.hears('rename /work/new', 'rename /work/new/er');
            await top.hears('rename /work/new');
            await os.fs.writeFile('/work/new/er/file', 'x');
            await until(() => all.heard.includes('rename /work/new/er/file'), 'the new file is heard of');
            all.heard.length = 0;
            await os.fs.rename('/work/new/er/file', '/work/moved');
            await all.hears('rename /work/new/er/file', 'rename /work/moved');
            await top.hears('rename /work/moved');
            await os.fs.rm('/work/d', { recursive: true });
            await all.hears('rename /work/d', 'rename /work/d/deep', 'rename /work/d/deep/x');
            await top.hears('rename /work/d');
            await os.fs.rm('/work/a.txt');
            await one.hears('rename /work/a.txt');
            await all.hears('rename /work/a.txt');
            await all.close();
            await top.close();
            await os.fs.writeFile('/work/a.txt', 'c');
            await one.hears('rename /work/a.txt', 'change /work/a.txt').catch(() => {});
            equal([all.heard, top.heard.filter((event) => !event.endsWith('a.txt'))], [[], []]);
            await one.close();
            await rejects(os.fs.watch('/work/none', {}, () => {}), 'ENOENT');
            """);
    }

    @Test
    void whatAProgramDoesIsHeardHoweverMuchItIs(SdkPage sdk) {
        sdk.run(HEARD + """
            const os = await booted('writer');
            const all = await watch(os, '/work', { recursive: true });
            const writer = await os.spawn('writer.wasm', ['/work/w.txt', '0', '1']);
            await until(() => all.heard.filter((event) => event === 'change /work/w.txt').length > 3, 'the writer is heard');
            // More files than the kernel's list holds, in one go.
            await os.mount(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`f${i}`, { file: { contents: '' } }])));
            await until(() => new Set(all.heard.filter((event) => event.startsWith('rename /work/f'))).size === 2000, 'all new files are heard of');
            all.heard.length = 0;
            await Promise.all(Array.from({ length: 2000 }, (_, i) => os.fs.writeFile(`/work/f${i}`, 'x')));
            await until(() => new Set(all.heard.filter((event) => event.startsWith('change /work/f'))).size === 2000, 'all changed files are heard of');
            await writer.kill('SIGKILL');
            await writer.exit;
            ok(all.heard.length < 100_000, `${all.heard.length} events`);
            """);
    }
}
