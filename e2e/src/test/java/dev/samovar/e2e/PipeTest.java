package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pipes between processes, joined by the SDK's {@code stdin: other.stdout}. */
@ExtendWith(InBrowser.class)
class PipeTest {

    @Test
    void whatOneWritesTheOtherReads(SdkPage sdk) {
        sdk.run("""
            const os = await booted('flood', 'cat', 'sum');
            // Through the page, for comparison.
            const alone = await os.spawn('flood.wasm', ['16']);
            const bytes = new Uint8Array(await new Response(alone.stdout).arrayBuffer());
            const expected = (await go(os, 'sum', [], { stdin: bytes })).stdout;
            matches(expected, /^16777216 /);

            const received = os.messages.received;
            const flood = await os.spawn('flood.wasm', ['16']);
            const cat = await os.spawn('cat.wasm', [], { stdin: flood.stdout });
            const sum = await os.spawn('sum.wasm', [], { stdin: cat.stdout });
            equal(await ended(sum), { status: 0, stdout: expected, stderr: '' });
            equal([await flood.exit, await cat.exit], [0, 0]);
            ok(os.messages.received - received < 30, `${os.messages.received - received} messages came to the page`);
            ok(flood.stdout.locked, 'the page could still read it');
            equal(await text(flood.stderr), '');
            equal(await text(flood.output), '', 'what is left for the page');
            """);
    }

    @Test
    void standardErrorAndLongPipelines(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat', 'sum', 'trap');
            const trap = await os.spawn('trap.wasm');
            matches((await go(os, 'cat', [], { stdin: trap.stderr })).stdout, /trap/);
            equal(await trap.exit, 134);
            // One more than may run at once, and none of them ever sees the page.
            const limit = Math.max(8, 4 * navigator.hardwareConcurrency);
            let last = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            const first = last;
            const all = [first];
            for (let i = 0; i < limit; i++) {
              last = await os.spawn('cat.wasm', [], { stdin: last.stdout });
              all.push(last);
            }
            const input = first.input.getWriter();
            const written = input.write('round the houses\\n'.repeat(20_000)).then(() => input.close());
            equal((await text(last.stdout)).length, 17 * 20_000);
            await written;
            for (const process of all) {
              equal(await process.exit, 0);
            }
            """);
    }

    @Test
    void aWriterWithoutAReaderEndsBySigpipe(SdkPage sdk) {
        sdk.run("""
            const os = await booted('yes', 'head', 'cat', 'status');
            for (let i = 0; i < 5; i++) {
              const yes = await os.spawn('yes.wasm');
              const head = await os.spawn('head.wasm', ['6'], { stdin: yes.stdout });
              equal(await ended(head), { status: 0, stdout: 'y\\ny\\ny\\n', stderr: '' });
              equal(await yes.exit, 141);
            }
            // The whole of a pipeline falls, from its end to its beginning.
            const yes = await os.spawn('yes.wasm');
            const cat = await os.spawn('cat.wasm', [], { stdin: yes.stdout });
            const status = await os.spawn('status.wasm', ['7'], { stdin: cat.stdout });
            equal([await status.exit, await cat.exit, await yes.exit], [7, 141, 141]);
            // And one that is killed takes the rest with it.
            const loud = await os.spawn('yes.wasm');
            const reader = await os.spawn('cat.wasm', [], { stdin: loud.stdout });
            await until(async () => await state(os, reader) === 'sleeping', 'nobody reads it');
            await reader.kill('SIGKILL');
            equal([await reader.exit, await loud.exit], [137, 141]);
            """);
    }

    @Test
    void streamsThatHaveBegunOrEnded(SdkPage sdk) {
        sdk.run("""
            const os = await booted('flood', 'sum', 'status', 'cat', 'hello');
            // Ended long ago: what it wrote is at the page, and comes from there.
            const hello = await os.spawn('cat.wasm', [], { stdin: 'hello\\n' });
            equal(await hello.exit, 0);
            equal((await go(os, 'cat', [], { stdin: hello.stdout })).stdout, 'hello\\n');
            // A reader that has begun and let go: the rest comes through the page.
            const flood = await os.spawn('flood.wasm', ['4']);
            const reader = flood.stdout.getReader();
            const { value } = await reader.read();
            await rejects(os.spawn('sum.wasm', [], { stdin: flood.stdout }), 'EBUSY');
            reader.releaseLock();
            const sum = await go(os, 'sum', [], { stdin: flood.stdout });
            equal(Number(sum.stdout.split(' ')[0]), (4 << 20) - value.length);
            equal(await flood.exit, 0);
            // Taken over once, it cannot be again; and a spawn that fails leaves it where it was.
            const other = await os.spawn('flood.wasm', ['4']);
            await rejects(os.spawn('sum.wasm', [], { stdin: other.stdout, cwd: '/nowhere' }), 'ENOENT');
            const taker = await os.spawn('sum.wasm', [], { stdin: other.stdout });
            await rejects(os.spawn('sum.wasm', [], { stdin: other.stdout }), 'EBUSY');
            matches((await ended(taker)).stdout, /^4194304 /);
            // From another OS: through the page.
            const second = await booted('sum');
            const far = await os.spawn('flood.wasm', ['4']);
            matches((await go(second, 'sum', [], { stdin: far.stdout })).stdout, /^4194304 /);
            """.replace(", 'hello'", ""));
    }

    @Test
    void aMebibyteWaitsForAReaderWhoeverThatIs(SdkPage sdk) {
        sdk.run("""
            const os = await booted('flood', 'sum', 'status');
            // It can end without one.
            const flood = await os.spawn('flood.wasm', ['1']);
            equal(await flood.exit, 0);
            equal((await new Response(flood.stdout).arrayBuffer()).byteLength, 1 << 20);
            // Or be held up, and then find one.
            const larger = await os.spawn('flood.wasm', ['3']);
            await until(async () => await state(os, larger) === 'sleeping', 'it is held up');
            matches((await go(os, 'sum', [], { stdin: larger.stdout })).stdout, /^3145728 /);
            equal(await larger.exit, 0);
            """);
    }
}
