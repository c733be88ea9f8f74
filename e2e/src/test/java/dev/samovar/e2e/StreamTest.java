package dev.samovar.e2e;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Standard streams between a process and the page. */
@ExtendWith(InBrowser.class)
class StreamTest {

    @Test
    void standardInputInEveryForm(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat');
            const expect = async (stdin, stdout) => equal(await go(os, 'cat', [], { stdin }), { status: 0, stdout, stderr: '' });
            await expect(undefined, '');
            await expect('', '');
            await expect('text 🫖', 'text 🫖');
            await expect(new TextEncoder().encode('bytes'), 'bytes');
            await expect(new Blob(['a ', 'stream']).stream(), 'a stream');
            await expect(new Response('x'.repeat(300_000)).body, 'x'.repeat(300_000));

            const cat = await os.spawn('cat.wasm', [], { stdin: 'pipe' });
            const reader = cat.stdout.pipeThrough(new TextDecoderStream()).getReader();
            const input = cat.input.getWriter();
            for (const line of ['one\\n', 'two\\n']) {
              await input.write(line);
              equal((await reader.read()).value, line, 'comes back at once');
            }
            await input.write(new TextEncoder().encode('three'));
            await input.close();
            equal((await reader.read()).value, 'three');
            equal((await reader.read()).done, true);
            equal(await cat.exit, 0);
            """);
    }

    @Test
    void largeInputComesBackByteForByte(SdkPage sdk) {
        sdk.run("""
            const os = await booted('cat');
            const bytes = new Uint8Array(5_000_003).map((_, i) => (i * 7 + (i >> 8)) % 256);
            const cat = await os.spawn('cat.wasm', [], { stdin: bytes });
            const back = new Uint8Array(await new Response(cat.stdout).arrayBuffer());
            ok(back.length === bytes.length && back.every((byte, i) => byte === bytes[i]), `${back.length} bytes came back`);
            equal(await cat.exit, 0);
            """);
    }

    @Test
    void whatNobodyReadsGoesNowhere(SdkPage sdk) {
        sdk.run("""
            const os = await booted('status', 'sleep');
            // More than a ring holds, to a process that never reads.
            equal((await go(os, 'status', ['3'], { stdin: 'x'.repeat(1 << 20) })).status, 3);
            const sleep = await os.spawn('sleep.wasm', ['50'], { stdin: 'pipe' });
            const input = sleep.input.getWriter();
            const written = input.write(new Uint8Array(1 << 20)).then(() => 'done', () => 'done');
            equal(await sleep.exit, 0);
            equal(await written, 'done', 'a write to a process that has ended');
            """);
    }

    @Test
    void floodArrivesByteForByte(SdkPage sdk) {
        sdk.run("""
            const os = await booted('flood');
            const flood = await os.spawn('flood.wasm', ['64']);
            let at = 0;
            for await (const chunk of flood.output) {
              for (let i = 0, expected = at % 251; i < chunk.length; i++) {
                if (chunk[i] !== expected) {
                  throw new Error(`byte ${at + i} is ${chunk[i]}, not ${expected}`);
                }
                expected = expected === 250 ? 0 : expected + 1;
              }
              at += chunk.length;
            }
            equal([at, await flood.exit], [64 << 20, 0]);
            """);
    }

    @Test
    void anUnreadProcessStopsWriting(SdkPage sdk) {
        sdk.run("""
            const os = await booted('flood', 'status');
            await go(os, 'status');
            const before = await pages(os);
            const received = os.messages.received;
            const flood = await os.spawn('flood.wasm', ['64']);
            // It sleeps each time the pipe is full; for good, once the page has all that it takes unread.
            const calls = async () => (await os.ps()).find(({ pid }) => pid === flood.pid).syscalls;
            const syscalls = await until(async () => {
              const before = await calls();
              await new Promise((resolve) => setTimeout(resolve, 300));
              return await state(os, flood) === 'sleeping' && await calls() === before && before;
            }, 'the flood is held up');
            ok(syscalls < 100, `${syscalls} writes of 64 KiB and nobody has read`);
            ok(os.messages.received - received < 200, `${os.messages.received - received} messages`);
            // A page of kernel memory is 4 KiB: at most 4 MiB are on their way.
            ok(await pages(os) - before < 1024, `${await pages(os) - before} pages`);
            equal((await go(os, 'status', ['1'])).status, 1, 'others go on');
            equal(await calls(), syscalls, 'still held up');

            const reader = flood.stdout.getReader();
            let count = 0;
            for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
              count += chunk.value.length;
            }
            equal([count, await flood.exit], [64 << 20, 0]);
            """);
    }

    @Test
    void aReaderThatGoesAwayHoldsNobodyUp(SdkPage sdk) {
        sdk.run("""
            const os = await booted('flood');
            const flood = await os.spawn('flood.wasm', ['16']);
            const reader = flood.output.getReader();
            await reader.read();
            await reader.cancel();
            equal(await flood.exit, 0);
            const killed = await os.spawn('flood.wasm', ['16']);
            await until(async () => await state(os, killed) === 'sleeping', 'the flood is held up');
            await killed.kill('SIGTERM');
            equal(await killed.exit, 143);
            const rest = await new Response(killed.output).arrayBuffer();
            ok(rest.byteLength > 0 && rest.byteLength < 16 << 20, `${rest.byteLength} bytes were there to be read`);
            """);
    }

    @Test
    void bothStreamsOrOne(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            await os.mount({ 'hello.wasm': { file: { contents: await file('examples/c-hello/hello.wasm') } },
              'greeting.txt': { file: { contents: 'hi\\n' } } }, { at: '/work/c' });
            const apart = await ended(await os.run('/work/c'));
            equal(apart.stderr, 'c-hello: a line on stderr\\n');
            ok(!apart.stdout.includes('stderr'), apart.stdout);
            const merged = await text((await os.run('/work/c')).output);
            equal(merged.length, apart.stdout.length + apart.stderr.length);
            ok(merged.includes(apart.stderr), merged);
            // With a terminal, all goes to the output.
            const process = await os.run('/work/c', { terminal: { cols: 80, rows: 24 } });
            ok(process.input instanceof WritableStream, 'no keyboard');
            equal((await text(process.output)).replaceAll('\\r\\n', '\\n').length, merged.length);
            equal(await process.exit, 0);
            equal(await text(process.stderr), '');
            """);
    }
}
