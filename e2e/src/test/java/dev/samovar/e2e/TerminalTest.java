package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Terminals through the SDK: what is typed, what is seen, and what a program can ask of them. */
@ExtendWith(InBrowser.class)
class TerminalTest {

    @Test
    void linesAreEchoedAndEdited(SdkPage sdk) {
        sdk.run("""
            const os = await booted('term', 'cat');
            equal(os.features.terminal, true);
            const p = atTerminal(await os.spawn('term.wasm', ['isatty', 'line', 'line'], { terminal: { cols: 80, rows: 24 } }));
            await p.sees('isatty 1 1 1\\r\\n');
            await p.type('tee\\x7fa\\r');
            await p.sees('line 4: 74 65 61 0a\\r\\n');
            await p.type('\\x04');
            equal(await p.left, 0);
            equal(p.screen, 'isatty 1 1 1\\r\\ntee\\b \\ba\\r\\nline 4: 74 65 61 0a\\r\\nline 0:\\r\\n');

            // Pasted at once: a line for each read, then the end of the file.
            const cat = atTerminal(await os.spawn('cat.wasm', [], { terminal: {} }));
            await cat.type('one\\rtwo\\r\\x04');
            equal(await cat.left, 0);
            ok(cat.screen.split('one\\r\\n').length === 3 && cat.screen.endsWith('two\\r\\n'), JSON.stringify(cat.screen));
            """);
    }

    @Test
    void rawModeIsKeyByKey(SdkPage sdk) {
        sdk.run("""
            const os = await booted('term');
            const p = atTerminal(await os.spawn('term.wasm', ['raw', 'line'], { terminal: { cols: 80, rows: 24 } }));
            await p.sees('raw\\r\\n');
            await p.type('\\x03');
            await p.sees('key 03\\r\\n');
            await p.type('\\r\\x1b[A');
            await p.sees('key 41\\r\\n');
            await p.type('q');
            await p.sees('key 71\\r\\n');
            await p.type('x\\r');
            equal(await p.left, 0);
            equal(p.screen, ['raw', 'key 03', 'key 0d', 'key 1b', 'key 5b', 'key 41', 'key 71', 'x', 'line 2: 78 0a', ''].join('\\r\\n'));
            """);
    }

    @Test
    void theSizeIsToldAndChanges(SdkPage sdk) {
        sdk.run("""
            const os = await booted('term', 'env');
            const process = await os.spawn('term.wasm', ['size', 'line', 'size', 'wrong'], { terminal: { cols: 100, rows: 30 } });
            const p = atTerminal(process);
            await p.sees('size 100 x 30\\r\\n');
            await process.resize({ cols: 132, rows: 50 });
            await rejects(process.resize({ cols: 0, rows: 50 }), 'EINVAL');
            await p.type('\\r');
            await p.sees('size 132 x 50\\r\\n');
            await p.sees('wrong -1 1\\r\\n');
            equal(await p.left, 0);
            await rejects(process.resize({ cols: 10, rows: 10 }), 'ESRCH');

            const plain = await os.spawn('env.wasm', [], {});
            await rejects(plain.resize({ cols: 10, rows: 10 }), 'ENOTTY');
            await rejects(os.spawn('env.wasm', [], { terminal: { cols: 0 } }), 'EINVAL');
            const env = async (options) => (await text((await os.spawn('env.wasm', [], options)).output)).split(/\\r?\\n/);
            ok((await env({ terminal: { cols: 7 } })).includes('COLUMNS=7'), 'no COLUMNS');
            ok((await env({ terminal: { cols: 7 } })).includes('LINES=24'), 'no LINES');
            ok(!(await env({})).some((line) => line.startsWith('COLUMNS')), 'COLUMNS without a terminal');
            """);
    }

    @Test
    void waitingWithPoll(SdkPage sdk) {
        sdk.run("""
            const os = await booted('term');
            const p = atTerminal(await os.spawn('term.wasm', ['poll', 'line'], { terminal: { cols: 80, rows: 24 } }));
            await p.sees('poll 0\\r\\n');
            await until(async () => await state(os, p.process) === 'sleeping', 'it sleeps');
            await p.type('half');
            equal(await state(os, p.process), 'sleeping', 'half a line is nothing to read');
            await p.type('\\r');
            await p.sees('poll 1\\r\\npolled 5: 68 61 6c 66 0a\\r\\n');
            await p.type('\\r');
            equal(await p.left, 0);
            """);
    }

    @Test
    void theControllingTerminal(SdkPage sdk) {
        sdk.run("""
            const os = await booted('term');
            // Standard input comes from elsewhere: the keyboard is left to /dev/tty.
            const p = atTerminal(await os.spawn('term.wasm', ['isatty', 'line', 'tty', 'line'], { stdin: 'piped', terminal: { cols: 80, rows: 24 } }));
            await p.sees('tty> ');
            await p.type('typed\\r');
            equal(await p.left, 0);
            equal(p.screen, ['isatty 0 1 1', 'line 5: 70 69 70 65 64', 'tty> typed', 'tty 6: 74 79 70 65 64 0a', 'line 0:', ''].join('\\r\\n'));
            const without = await go(os, 'term', ['tty', 'isatty']);
            matches(without.stdout, /^tty: errno (\\d+) \\(ENXIO is \\1\\)\\nisatty 0 0 0\\n$/);
            """);
    }

    @Test
    void interruptQuitAndHangUp(SdkPage sdk) {
        sdk.run("""
            const os = await booted('term', 'loop', 'cat');
            for (const [key, shown, status] of [['\\x03', '^C', 130], ['\\x1c', '^\\\\', 131]]) {
              const loop = atTerminal(await os.spawn('loop.wasm', [], { terminal: {} }));
              await until(async () => await state(os, loop.process) === 'running', 'the loop runs');
              await loop.type(key);
              equal(await loop.left, status);
              equal(loop.screen, shown);
              const reader = atTerminal(await os.spawn('term.wasm', ['line'], { terminal: {} }));
              await until(async () => await state(os, reader.process) === 'sleeping', 'it waits for a line');
              await reader.type(`half${key}`);
              equal(await reader.left, status);
              equal(reader.screen, `half${shown}`);
            }
            // A keyboard that is taken away: what was typed, then the end.
            const cat = await os.spawn('cat.wasm', [], { terminal: {} });
            const writer = cat.input.getWriter();
            await writer.write('last');
            await writer.close();
            equal([await text(cat.output), await cat.exit], ['lastlast', 0]);
            """);
    }

    @Test
    void aPasteThatIsTooLargeStopsNobody(SdkPage sdk) {
        sdk.run("""
            const os = await booted('loop', 'cat');
            const loop = atTerminal(await os.spawn('loop.wasm', [], { terminal: {} }));
            await loop.type('x'.repeat(100_000));
            await loop.sees('x\\x07');
            await unharmed(os, async () => {
              await loop.type('\\x03');
              equal(await loop.left, 130);
            });
            // What is read meanwhile is not too much.
            const cat = atTerminal(await os.spawn('cat.wasm', [], { terminal: {} }));
            const line = 'a line of sixteen\\r';
            for (let i = 0; i < 20; i++) {
              await cat.type(line.repeat(400));
              await cat.sees('sixteen\\r\\n', 2 * 400 * (i + 1));
            }
            await cat.type('\\x04');
            equal(await cat.left, 0);
            """);
    }

    @Test
    void aProgramThatIsNotThereSaysSo(SdkPage sdk) {
        sdk.run("""
            const os = await booted('trap');
            const p = atTerminal(await os.spawn('nothing', [], { terminal: {} }));
            equal(await p.left, 127);
            matches(p.screen, /^samovar: nothing: not found .*\\r\\n$/);
            const trap = atTerminal(await os.spawn('trap.wasm', [], { terminal: {} }));
            equal(await trap.left, 134);
            matches(trap.screen, /samovar: trap.wasm: trapped: unreachable\\r\\n$/);
            await settled(os);
            const before = await pages(os);
            await atTerminal(await os.spawn('trap.wasm', [], { terminal: {} })).left;
            await settled(os);
            equal(await pages(os), before, 'pages in use');
            """);
    }
}
