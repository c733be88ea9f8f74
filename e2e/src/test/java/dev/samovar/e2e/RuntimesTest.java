package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How runtimes come and stay: kept over reloads, the errors of a download, giving up, and one that a user brings. */
@ExtendWith(InBrowser.class)
class RuntimesTest {

    private static final String PROGRAMS = "**/runtimes/*.wasm";
    private static final String QUICKJS = "96a8d3aaf965b182c40aca14a4750e5982383e33f7eca76bec980afa5588da4b";
    /** PHP 8.2's CGI, which runtimes/make.mjs makes for this test. */
    private static final String PHP = "68c96239a9b8095f21dd80af1714e5f270e4e08ef516821d90290da72d829a0e";
    private static final String RUN = """
        const run = async (os, program, args) => {
          const p = await os.spawn(program, args);
          const [said, status] = await Promise.all([text(p.output), p.exit]);
          return [said, status];
        };
        """;

    /** Runs a program, and answers how often its download was heard of. */
    private static final String FETCHES = """
        const os = await booted();
        let fetched = 0;
        os.on('progress', () => { fetched++; });
        equal(await run(os, 'qjs', ['-e', 'console.log(6 * 7)']), ['42\\n', 0]);
        await settled(os);
        return fetched;
        """;

    /** Runs a program, and waits until no worker is on its way: a reload would break it off. */
    private static final String ANSWER = """
        const os = await booted();
        equal(await run(os, 'qjs', ['-e', 'console.log(6 * 7)']), ['42\\n', 0]);
        await settled(os);
        """;

    @Test
    void aReloadRunsWhatTheServerNoLongerHas(SdkPage sdk) {
        sdk.run(RUN + """
            const os = await booted();
            equal(await run(os, 'python', ['-c', 'print(6 * 7)']), ['42\\n', 0]);
            equal(await run(os, 'qjs', ['-e', 'console.log(6 * 7)']), ['42\\n', 0]);
            await navigator.serviceWorker.ready;
            await settled(os);
            """);
        sdk.page.route("**/runtimes/**", Route::abort);
        sdk.reload();
        sdk.run(RUN + """
            const os = await booted();
            let fetched = 0;
            os.on('progress', () => { fetched++; });
            equal(await run(os, 'python', ['-c', 'print(6 * 7)']), ['42\\n', 0]);
            equal(await run(os, 'qjs', ['-e', 'console.log(6 * 7)']), ['42\\n', 0]);
            equal(fetched, 0);
            """);
    }

    @Test
    void withoutServiceWorkersAllWorks(SdkPage sdk) {
        sdk.page.addInitScript("delete Navigator.prototype.serviceWorker");
        sdk.reload();
        for (int visit = 0; visit < 2; visit++) {
            sdk.run(RUN + ANSWER);
            sdk.reload();
        }
    }

    @Test
    void aFlippedByteIsNoticedAfterAReload(SdkPage sdk) {
        sdk.run(RUN + """
            const os = await booted();
            await os.runtimes.install('qjs');
            await navigator.serviceWorker.ready;
            await settled(os);
            const cache = await caches.open('samovar-runtimes');
            const [key] = await cache.keys();
            const kept = await cache.match(key);
            const bytes = new Uint8Array(await kept.arrayBuffer());
            bytes[bytes.length >> 1] ^= 1;
            await cache.put(key, new Response(bytes, { headers: kept.headers }));
            """);
        sdk.reload();
        assertTrue((int) sdk.run(RUN + FETCHES) > 0, "the damaged copy was not fetched again");
        sdk.reload();
        assertEquals(0, sdk.run(RUN + FETCHES), "the good copy was not kept");
    }

    @Test
    void aReloadIsAsGoodAsTheFirstVisit(SdkPage sdk) {
        for (int visit = 0; visit < 3; visit++) {
            sdk.run(RUN + ANSWER);
            sdk.reload();
        }
        // What was brought in last is read before anybody asks for it.
        sdk.page.waitForRequestFinished(new Page.WaitForRequestFinishedOptions().setPredicate(request -> request.url().contains(QUICKJS)),
            () -> sdk.run("globalThis.os = await booted();"));
        sdk.run(RUN + """
            equal(await run(os, 'qjs', ['-e', 'console.log(6 * 7)']), ['42\\n', 0]);
            // In the background the browser is brought to keep what it optimised; nobody sees how.
            const cache = await caches.open('samovar-runtimes');
            const notes = async () => (await cache.keys()).filter(({ url }) => url.endsWith('?optimised')).length;
            await until(async () => await notes() === 1, 'the runtime is optimised', 50);
            equal((await os.ps()).length, 1);
            equal(await run(os, 'qjs', ['-e', 'console.log(6 * 7)']), ['42\\n', 0]);
            await os.runtimes.remove('qjs');
            equal(await notes(), 0);
            """);
    }

    /** Answers each request for a program so; the snippet then sees what comes of it. */
    private static int answering(SdkPage sdk, Route.FulfillOptions answer, String code, String says) {
        AtomicInteger asked = new AtomicInteger();
        sdk.page.route(PROGRAMS, route -> {
            asked.incrementAndGet();
            if (answer == null) {
                route.abort();
            } else {
                route.fulfill(answer);
            }
        });
        sdk.run(RUN + """
            const os = await booted();
            const [code, says] = argument;
            const error = await rejects(os.runtimes.install('qjs'), code);
            matches(error.message, new RegExp(says));
            // A program that needs it says the same, and cannot run.
            const [said, status] = await run(os, 'qjs', ['-e', '1']);
            equal(status, 126);
            matches(said, new RegExp(says));
            equal((await os.runtimes.list()).filter((each) => each.installed), []);
            """, new String[] {code, says});
        sdk.page.unroute(PROGRAMS);
        // Once the server is well again, so is the OS.
        sdk.run(RUN + "equal(await run(await booted(), 'qjs', ['-e', 'console.log(1)']), ['1\\n', 0]);");
        return asked.get();
    }

    @Test
    void offlineIsSaidAfterThreeTries(SdkPage sdk) {
        assertTrue(answering(sdk, null, "OFFLINE", "cannot be reached.*go online") == 6, "three tries each");
    }

    @Test
    void notFoundIsSaidAtOnce(SdkPage sdk) {
        Route.FulfillOptions answer = new Route.FulfillOptions().setStatus(404).setBody("no");
        answering(sdk, answer, "RUNTIME_UNAVAILABLE", "is not on this server.*make");
    }

    @Test
    void whereQuickJsIsNotThereAnotherStandsIn(SdkPage sdk) {
        sdk.page.route("**/runtimes/" + QUICKJS + ".wasm", route -> route.fulfill(new Route.FulfillOptions().setStatus(404)));
        sdk.run(RUN + """
            const os = await booted();
            await os.fs.writeFile('/work/main.js', 'console.log(6 * 7)');
            equal(await run(os, 'qjs', ['main.js']), ['42\\n', 0]);
            """);
    }

    @Test
    void anotherHashIsRefused(SdkPage sdk) {
        Route.FulfillOptions answer = new Route.FulfillOptions().setStatus(200).setBody("something else");
        answering(sdk, answer, "HASH_MISMATCH", "SHA-256 [0-9a-f]{64}, not 96a8d3aa.*make the runtimes again");
    }

    @Test
    void tooLargeIsGivenUp(SdkPage sdk) {
        Route.FulfillOptions answer = new Route.FulfillOptions().setStatus(200).setBodyBytes(new byte[4_000_000]);
        answering(sdk, answer, "TOO_LARGE", "larger on the server than the 1221389 bytes");
    }

    @Test
    void aFailingServerIsAskedAgain(SdkPage sdk) {
        AtomicInteger asked = new AtomicInteger();
        sdk.page.route(PROGRAMS, route -> {
            if (asked.incrementAndGet() < 3) {
                route.fulfill(new Route.FulfillOptions().setStatus(503));
            } else {
                route.resume();
            }
        });
        sdk.run(RUN + "equal(await run(await booted(), 'qjs', ['-e', 'console.log(1)']), ['1\\n', 0]);");
        // Once more by what looks whether the browser keeps it.
        assertTrue(asked.get() >= 3, "asked " + asked);
    }

    @Test
    void withoutRoomItRunsAndSaysThatItIsNotKept(SdkPage sdk) {
        CDPSession session = sdk.page.context().newCDPSession(sdk.page);
        JsonObject quota = new JsonObject();
        quota.addProperty("origin", (String) sdk.page.evaluate("location.origin"));
        quota.addProperty("quotaSize", 100_000);
        session.send("Storage.overrideQuotaForOrigin", quota);
        sdk.run(RUN + """
            const os = await Samovar.boot();
            const errors = [];
            os.on('error', (error) => errors.push(error.code));
            equal(await run(os, 'qjs', ['-e', 'console.log(1)']), ['1\\n', 0]);
            equal(errors, ['NO_SPACE']);
            const error = await rejects(os.runtimes.install('qjs'), 'NO_SPACE');
            matches(error.message, /no more room.*Remove another runtime/);
            """);
        session.detach();
    }

    @Test
    void aDownloadCanBeGivenUp(SdkPage sdk) {
        AtomicReference<Route> held = new AtomicReference<>();
        sdk.page.route(PROGRAMS, held::set);
        sdk.run(RUN + """
            const os = await booted();
            const abort = new AbortController();
            const installing = os.runtimes.install('qjs', undefined, { signal: abort.signal });
            const waiting = os.runtimes.install('qjs');
            setTimeout(() => abort.abort(), 50);
            await rejects(installing, 'ABORTED');
            // Somebody else still waits for it, in vain so far.
            const first = await Promise.race([waiting.then(() => 'there'), new Promise((resolve) => setTimeout(resolve, 100, 'waits'))]);
            equal(first, 'waits');
            globalThis.waiting = waiting;
            globalThis.os = os;
            await rejects(os.runtimes.install('qjs', undefined, { signal: AbortSignal.abort() }), 'ABORTED');
            """);
        sdk.page.unroute(PROGRAMS);
        held.get().resume();
        sdk.run(RUN + "await waiting; equal(await run(os, 'qjs', ['-e', 'console.log(1)']), ['1\\n', 0]);");
    }

    @Test
    void aRuntimeThatAUserBringsRuns(SdkPage sdk) {
        sdk.run(RUN + """
            const os = await booted();
            const sha256 = argument;
            const url = `/runtimes/${sha256}.wasm`;
            const file = new Uint8Array(await (await fetch(url)).arrayBuffer());
            const php = { command: 'php', version: '8.2', sha256, arguments: ['-q', '-f'], extensions: ['.php'] };
            await rejects(os.runtimes.add({ ...php, sha256: sha256.replace(/^./, '0'), file }), 'HASH_MISMATCH');
            await rejects(os.runtimes.add({ ...php, sha256: 'x', file }), 'EINVAL');
            await rejects(os.runtimes.add({ ...php, command: '../php', file }), 'EINVAL');
            await rejects(os.runtimes.add({ ...php, url: '/runtimes/nothing.wasm' }), 'RUNTIME_UNAVAILABLE');
            equal((await os.runtimes.list()).some(({ brought }) => brought), false);

            await os.runtimes.add({ ...php, file });
            await rejects(os.runtimes.add({ ...php, file }), 'EEXIST');
            await os.fs.writeFile('/work/x.php', '<?php echo 6 * 7, "\\n"; file_put_contents("out.txt", $argv[1] ?? "none");');
            equal(await run(os, 'php', ['x.php']), ['42\\n', 0]);
            equal(await run(os, './x.php', []), ['42\\n', 0]);
            equal(await os.fs.readFile('/work/out.txt', 'utf8'), 'none');
            const listed = (await os.runtimes.list()).find(({ commands }) => commands[0] === 'php');
            equal([listed.brought, listed.installed, listed.version], [true, true, '8.2']);

            // Another OS has not heard of it; the browser still keeps it.
            const other = await booted();
            equal((await run(other, 'php', ['x.php']))[1], 127);
            await other.runtimes.add(php);
            await other.fs.writeFile('/work/x.php', '<?php echo "again\\n";');
            equal(await run(other, 'php', ['x.php']), ['again\\n', 0]);
            await other.runtimes.remove('php');
            equal((await run(other, 'php', ['x.php']))[1], 127);
            await os.runtimes.remove('php');
            await os.runtimes.add({ ...php, url });
            equal(await run(os, 'php@8.2', ['x.php']), ['42\\n', 0]);
            """, PHP);
    }
}
