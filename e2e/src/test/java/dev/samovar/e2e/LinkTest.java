package dev.samovar.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A guest calls the kernel wasm to wasm, and no message is posted for it: seen by a spy in every worker. */
@ExtendWith(InBrowser.class)
class LinkTest {

    private static Site site;
    private SdkPage sdk;

    @BeforeAll
    static void spy(@TempDir Path overlay) throws IOException {
        Path kernel = Files.createDirectories(overlay.resolve("kernel"));
        try (InputStream spy = LinkTest.class.getResourceAsStream("/spy.js")) {
            Files.copy(spy, kernel.resolve("spy.js"));
        }
        for (String worker : new String[] {"kernel-worker.js", "process-worker.js"}) {
            String script = Files.readString(Checkout.path("kernel-web/target/site/kernel/" + worker));
            Files.writeString(kernel.resolve(worker), "import './spy.js';\n" + script);
        }
        site = Site.serve(overlay);
    }

    @AfterAll
    static void close() {
        site.close();
    }

    @BeforeEach
    void open(Chromium chromium) {
        sdk = new SdkPage(chromium, site);
        sdk.run("""
            globalThis.seen = [];
            new BroadcastChannel('spy').onmessage = ({ data }) => seen.push(data);
            """);
    }

    @AfterEach
    void check() {
        sdk.close();
        sdk.check();
    }

    @Test
    void importsAreWasmExports() {
        sdk.run("""
            const os = await booted('status', 'fs', 'wild');
            for (const guest of ['status', 'fs', 'wild']) {
              equal((await go(os, guest)).status, 0, guest);
            }
            const guests = await until(() => seen.filter((each) => each.imports).length === 3 && seen.filter((each) => each.closures),
              'the spy has seen three guests');
            equal(guests.flatMap((each) => each.closures), [], 'imports that are JavaScript closures');
            ok(guests.flatMap((each) => each.imports).length > 50, `only ${guests.flatMap((each) => each.imports).length} imports`);
            """);
    }

    /** The smallest guest there is: its bytes go through the gate into the shared memory, and appear on the page. */
    @Test
    void helloAppearsOnThePage() {
        sdk.run("""
            const os = await booted();
            const text = (s) => [s.length, ...new TextEncoder().encode(s)];
            const section = (id, ...bytes) => [id, bytes.length, ...bytes];
            const module = new Uint8Array([
              0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
              ...section(1, 2, 0x60, 4, 0x7f, 0x7f, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0),
              ...section(2, 1, ...text('wasi_snapshot_preview1'), ...text('fd_write'), 0, 0),
              ...section(3, 1, 1),
              ...section(5, 1, 0, 1),
              ...section(7, 2, ...text('memory'), 2, 0, ...text('_start'), 0, 1),
              // fd_write(1, iovs at 0, one of them, written at 16)
              ...section(10, 1, 13, 0, 0x41, 1, 0x41, 0, 0x41, 1, 0x41, 16, 0x10, 0, 0x1a, 0x0b),
              // the iovec: 5 bytes at 8
              ...section(11, 1, 0, 0x41, 0, 0x0b, 13, 8, 0, 0, 0, 5, 0, 0, 0, ...new TextEncoder().encode('hello')),
            ]);
            equal(await ended(await os.spawn(module)), { status: 0, stdout: 'hello', stderr: '' });
            """);
    }

    @Test
    void millionWritesPostNoMessage() {
        sdk.run("""
            const os = await booted('million', 'status');
            await go(os, 'status');
            const messages = () => seen.filter((each) => each.message).length;
            const before = await until(messages, 'the spy has seen a message');
            const page = os.messages.sent + os.messages.received;
            equal(await go(os, 'million', ['m.txt']), { status: 0, stdout: 'ok 1000000\\n', stderr: '' });
            ok(os.messages.sent + os.messages.received - page <= 20, `page and kernel: ${JSON.stringify(os.messages)}, ${page} before`);
            // What the spies say comes by a way of its own, a moment later.
            await os.ps();
            const during = messages() - before;
            ok(during > 0, 'the spy has not seen the program being started');
            ok(during <= 20, `${during} messages of workers`);
            equal(await size(os, '/work/m.txt'), 1000000);
            """);
    }
}
