package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that are broken or hostile: each tells the person why in one line, and no other process is harmed. */
@ExtendWith(InBrowser.class)
class BadProgramTest {

    @Test
    void whatIsNoProgramIsRefused(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status', 'unknown-import');
            const whole = await guest('status');
            await os.mount({
              'truncated.wasm': { file: { contents: whole.slice(0, whole.length / 2) } },
              'magic.wasm': { file: { contents: whole.slice(0, 4) } },
              'text.wasm': { file: { contents: 'print("hello")\\n' } },
              'empty.wasm': { file: { contents: '' } },
              'library.wasm': { file: { contents: new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) } },
              folder: { directory: {} },
              link: { symlink: 'nowhere' },
            }, { at: '/work' });
            await unharmed(os, async () => {
              for (const [program, status, pattern] of [
                ['truncated.wasm', 126, /truncated\\.wasm: not a valid WebAssembly program/],
                ['magic.wasm', 126, /magic\\.wasm: not a valid WebAssembly program/],
                ['text.wasm', 126, /text\\.wasm: .*WebAssembly program/],
                ['empty.wasm', 126, /empty\\.wasm: .*WebAssembly program/],
                ['library.wasm', 126, /_start.*library/],
                ['unknown-import.wasm', 126, /env\\.samovar_missing/],
                ['folder', 126, /directory/],
                ['nothing.wasm', 127, /nothing\\.wasm: not found/],
                ['link', 127, /link: not found/],
                ['text.wasm/x', 127, /not found/],
              ]) {
                const result = await ended(await os.spawn(program));
                equal([result.status, result.stdout], [status, ''], program);
                matches(result.stderr, /^samovar: [^\\n]+\\n$/, `one line of ${program}`);
                matches(result.stderr, pattern, program);
              }
              const result = await ended(await os.spawn(whole.slice(0, 1000)));
              equal(result.status, 126);
              matches(result.stderr, /not a valid WebAssembly program/);
            });
            """);
    }

    @Test
    void whatDiesSaysHow(SdkPage sdk) {
        sdk.run("""
            const os = await booted('trap', 'recurse');
            await unharmed(os, async () => {
              for (const [guest, pattern] of [['trap', /^samovar: trap\\.wasm: trapped: [^\\n]*unreachable[^\\n]*\\n$/],
                ['recurse', /^samovar: recurse\\.wasm: stack overflow[^\\n]*\\n$/]]) {
                for (let i = 0; i < 3; i++) {
                  const result = await go(os, guest);
                  equal([result.status, result.stdout], [134, ''], guest);
                  matches(result.stderr, pattern, guest);
                }
              }
            });
            """);
    }

    @Test
    void growingUntilItFailsIsNoCrime(SdkPage sdk) {
        sdk.run("""
            const os = await booted('grow', 'grow-256mib');
            await unharmed(os, async () => {
              equal(await go(os, 'grow-256mib'), { status: 0, stdout: '4096 pages\\n', stderr: '' });
              const { status, stdout, stderr } = await go(os, 'grow');
              equal([status, stderr], [0, '']);
              ok(parseInt(stdout) >= 4096, stdout);
            });
            """);
    }

    @Test
    void wildPointersAreFaults(SdkPage sdk) {
        sdk.run("""
            const os = await booted('wild');
            await unharmed(os, async () => {
              const { status, stdout, stderr } = await go(os, 'wild');
              matches(stdout, /^checked \\d+ failed 0 nosys \\d+\\n$/);
              equal([status, stderr], [0, '']);
            });
            """);
    }

    /** The stack ends at the very door of the kernel: no lock may be lost there. */
    @ParameterizedTest
    @ValueSource(strings = {"append", "open"})
    void overflowAroundSystemCalls(String mode, SdkPage sdk) {
        sdk.run("""
            const os = await booted('recurse-call', 'fs');
            await os.fs.mkdir('/work/rd');
            await unharmed(os, async () => {
              for (let i = 0; i < 5; i++) {
                const result = await go(os, 'recurse-call', argument === 'open' ? ['rd', 'open'] : ['rc.txt']);
                equal(result.status, 134);
                matches(result.stderr, /^samovar: recurse-call\\.wasm: stack overflow[^\\n]*\\n$/);
                const done = argument === 'open' ? (await os.fs.readdir('/work/rd')).length : await size(os, '/work/rc.txt');
                ok(done > 1000, `only ${done} calls before the stack ended`);
                await os.fs.rm(argument === 'open' ? '/work/rd' : '/work/rc.txt', { recursive: true });
                await os.fs.mkdir('/work/rd', { recursive: true });
                equal(await go(os, 'fs'), { status: 0, stdout: 'ok\\n', stderr: '' });
              }
            });
            await os.fs.writeFile('/work/rd/x', 'still works');
            await os.fs.rename('/work/rd/x', '/work/y');
            equal(await os.fs.readFile('/work/y', 'utf8'), 'still works');
            """, mode);
    }
}
