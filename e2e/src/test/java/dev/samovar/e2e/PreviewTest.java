package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Download;
import dev.samovar.e2e.Previewed.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What programs serve, seen as any web page: e2e/guests/web.c behind a real service worker. */
@ExtendWith(InBrowser.class)
class PreviewTest {

    /** Boots an OS with a server on each port; answers the previews' addresses. */
    private static final String SERVE = """
        globalThis.oses ??= [];
        globalThis.serve = async (os, port) => {
          const ready = new Promise((resolve) => {
            const off = os.on('server-ready', (of, url) => {
              if (of === port) {
                off();
                resolve(url);
              }
            });
          });
          const process = await os.spawn('web.wasm', [String(port)]);
          os.servers.set(port, process);
          process.output.pipeTo(new WritableStream()).catch(() => {});
          return ready;
        };
        const os = await booted('web');
        os.servers = new Map();
        oses.push(os);
        const urls = [];
        for (const port of argument) urls.push(await serve(os, port));
        return urls;
        """;

    @SuppressWarnings("unchecked")
    static List<String> serve(SdkPage sdk, Integer... ports) {
        return (List<String>) sdk.run(SERVE, ports);
    }

    private static void kill(SdkPage sdk, int port) {
        sdk.run("const p = oses[0].servers.get(argument); await p.kill('SIGKILL'); await p.exit;", port);
    }

    static final String PAGE = "/raw?" + "HTTP/1.1%20200%20OK%0D%0AContent-Type:%20text/html%0D%0AConnection:%20close%0D%0A%0D%0A"
        + "%3C!doctype%20html%3E%3Ctitle%3EA%20page%3C/title%3E%3Cp%3EServed";

    @Test
    void theFirstLoadIsRightInAFrameAndInATab(SdkPage sdk) {
        String url = serve(sdk, 8000).get(0);
        for (Place place : Place.values()) {
            Previewed page = place.open(sdk, url + PAGE);
            assertEquals("Served", page.text());
            assertEquals(List.of("hello\n", "A page", "CSS1Compat"),
                page.run("return [await (await fetch('/')).text(), document.title, document.compatMode];"));
        }
    }

    @Test
    void whatIsNotThereIsSaidAndComesByItself(SdkPage sdk) {
        List<String> urls = serve(sdk, 8000, 8001);
        sdk.expectComplaint("502");
        // In tabs, so that the frame's console is not everybody's.
        Previewed page = Previewed.inTab(sdk, urls.get(0) + PAGE);
        kill(sdk, 8000);
        page.navigate(PAGE).shows("Nothing listens on port 8000").shows("port 8001");
        assertEquals(502, page.run("return (await fetch('/x')).status;"));
        Previewed framed = Previewed.framed(sdk, urls.get(0) + "/").shows("Nothing listens");
        Previewed never = Previewed.inTab(sdk, urls.get(0).replace("p8000", "p8002") + PAGE).shows("is not there");
        sdk.run("await Promise.all([8000, 8002].map((port) => serve(oses[0], port)));");
        page.shows("Served");
        framed.shows("hello");
        never.shows("Served");

        // A reload of the OS page is another OS: the old preview says that its own has gone.
        sdk.reload();
        page.navigate(PAGE).shows("The Samovar of this preview is not there");
        assertEquals("Served", Previewed.framed(sdk, serve(sdk, 8000).get(0) + PAGE).text());
    }

    @ParameterizedTest
    @EnumSource
    void aStoppedServiceWorkerIsNotMissed(Place place, SdkPage sdk) {
        String url = serve(sdk, 8000).get(0);
        Previewed page = place.open(sdk, url + PAGE);
        page.run("""
            globalThis.events = [];
            globalThis.source = new EventSource('/events');
            source.onmessage = ({ data }) => events.push(data);
            await new Promise((open) => source.addEventListener('message', open, { once: true }));
            globalThis.until = async (condition) => {
              for (const end = performance.now() + 15000; !condition();) {
                if (performance.now() > end) throw new Error(`in vain: ${condition}, ${events}`);
                await new Promise((resolve) => setTimeout(resolve, 10));
              }
            };
            """);
        for (int round = 0; round < 3; round++) {
            Previewed.stopWorkers(sdk);
            page.run("""
                if (await (await fetch('/')).text() !== 'hello\\n') throw new Error('no answer');
                """);
        }
        assertEquals(List.of(true, 2), page.run("""
            // It reconnects by itself, after its pause of three seconds.
            await until(() => events.length > 1 && source.readyState === EventSource.OPEN);
            const before = events.length;
            await fetch('/tick');
            await until(() => events.length > before && events.at(-1) === 'tick');
            source.close();
            return [source instanceof EventSource, source.readyState];
            """));
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketDoesNotMindAStoppedServiceWorker(Place place, SdkPage sdk) {
        Previewed page = place.open(sdk, serve(sdk, 8000).get(0) + PAGE);
        assertEquals(List.of("tea", 1, 2, 255), page.run("""
            globalThis.socket = new WebSocket(`ws://${location.host}/ws`);
            socket.binaryType = 'arraybuffer';
            globalThis.echo = (data) => new Promise((resolve, reject) => {
              socket.onmessage = (event) => resolve(event.data);
              socket.onclose = ({ code }) => reject(new Error(`closed: ${code}`));
              socket.send(data);
            });
            await new Promise((open, failed) => Object.assign(socket, { onopen: open, onerror: failed }));
            return [await echo('tea'), ...new Uint8Array(await echo(Uint8Array.of(1, 2, 255)))];
            """));
        Previewed.stopWorkers(sdk);
        assertEquals(List.of("more tea", 4001, true), page.run("""
            const more = await echo('more tea');
            const closed = new Promise((resolve) => { socket.onclose = resolve; });
            socket.close(4001, 'enough');
            const { code, wasClean } = await closed;
            return [more, code, wasClean];
            """));
    }

    @ParameterizedTest
    @EnumSource
    void aHundredMegabytesGoThroughBothWays(Place place, SdkPage sdk) {
        Previewed page = place.open(sdk, serve(sdk, 8000).get(0) + PAGE);
        page.run("""
            const size = 100 << 20;
            const piece = Uint8Array.from({ length: 65536 }, (_, i) => (i * 31) >> 3);
            const whole = new Uint8Array(size);
            for (let at = 0; at < size; at += piece.length) whole.set(piece, at);
            const hash = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)).toHex();
            const down = await hash(await (await fetch(`/big?${size}`)).arrayBuffer());
            if (down !== await hash(whole)) throw new Error(`the SHA-256 is ${down}`);
            const { byteLength } = await (await fetch(`/chunked?${size}`)).arrayBuffer();
            if (byteLength !== size) throw new Error(`${byteLength} bytes came in chunks`);
            let sum = 0;
            for (let i = 0; i < size; i++) sum = (Math.imul(sum, 31) + whole[i]) >>> 0;
            for (const [body, how] of [[new Blob([whole], { type: 'a/b' }), 'length'], [new Blob([whole]).stream(), 'chunked']]) {
              const said = await (await fetch('/sum', { method: 'POST', body, duplex: 'half' })).text();
              if (said !== `${size} ${sum} ${how}`) throw new Error(said);
            }
            """);
    }

    @ParameterizedTest
    @EnumSource
    void itIsAWebPageLikeAnyOther(Place place, SdkPage sdk) {
        if (place == Place.FRAME) {
            sdk.expectComplaint("status of (404|500)");
        }
        String url = serve(sdk, 8000).get(0);
        Previewed page = place.open(sdk, url + PAGE);
        page.run("""
            const equal = (a, b) => {
              if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${JSON.stringify(a)}, not ${JSON.stringify(b)}`);
            };
            const text = async (...request) => (await fetch(...request)).text();

            // Redirects, statuses without a body, HEAD, Range, compression, headers.
            const moved = await fetch(raw('', 'Location: http://localhost:8000/head?moved', '302 Found'));
            equal([moved.status, moved.redirected, moved.url], [200, true, `${location.origin}/head?moved`]);
            for (const status of [204, 304, 404, 500]) equal((await fetch(raw('', 'X-A: b', `${status} So`))).status, status);
            equal((await fetch('/', { method: 'HEAD' })).headers.get('content-length'), '6');
            const head = await text('/head?q=%20é', { headers: { Range: 'bytes=1-2', 'X-Mine': 'yes' } });
            for (const line of ['GET /head?q=%20%C3%A9 HTTP/1.1', 'range: bytes=1-2', 'x-mine: yes', 'host: ', 'user-agent: ', 'accept-language: ']) {
              if (!head.toLowerCase().includes(line.toLowerCase())) throw new Error(`no ${line} in ${head}`);
            }
            const part = await fetch(raw('ell', 'Content-Range: bytes 1-3/5', '206 Partial Content'));
            equal([part.status, part.headers.get('content-range'), await part.text()], [206, 'bytes 1-3/5', 'ell']);

            // Bodies of all kinds.
            equal(await text('/echo', { method: 'PUT', body: 'täst' }), 'täst');
            const form = new FormData();
            form.append('name', 'välue');
            form.append('file', new File(['contents'], 'a.txt', { type: 'text/plain' }));
            const multipart = await text('/echo', { method: 'POST', body: form });
            for (const piece of ['name="name"', 'välue', 'filename="a.txt"', 'contents']) {
              if (!multipart.includes(piece)) throw new Error(`no ${piece} in ${multipart}`);
            }

            // Cookies: the server's are seen by scripts unless they are HttpOnly, and all go back.
            equal(await text('/cookies'), '');
            equal(document.cookie, 'seen=1');
            document.cookie = 'mine=3; path=/';
            for (const end = performance.now() + 5000;;) {
              const sent = await text('/cookies');
              if (['seen=1', 'hidden=2', 'mine=3'].every((cookie) => sent.includes(cookie))) break;
              if (performance.now() > end) throw new Error(sent);
            }
            equal(await text('/cookies', { credentials: 'omit' }), '');

            await cookieStore.set('stored', 'too');
            for (const end = performance.now() + 5000; !(await text('/cookies')).includes('stored=too');) {
              if (performance.now() > end) throw new Error('cookieStore.set is not told');
            }

            // An upload says when it is done; what is asked for anew says that to caches.
            equal(await new Promise((resolve) => {
              const asked = new XMLHttpRequest();
              const heard = [];
              for (const kind of ['loadstart', 'load', 'loadend']) asked.upload.addEventListener(kind, ({ loaded, total }) => heard.push(kind, loaded, total));
              asked.onload = () => resolve([asked.responseText, ...heard]);
              asked.open('POST', '/echo');
              asked.send('täst');
            }), ['täst', 'loadstart', 0, 5, 'load', 5, 5, 'loadend', 5, 5]);
            if (!/cache-control: no-cache/i.test(await text('/head', { cache: 'reload' }))) throw new Error('no Cache-Control');

            // Giving up reaches the server's side; what hangs meanwhile is not in the way.
            const abort = new AbortController();
            const hanging = fetch('/hang', { signal: abort.signal }).catch((error) => error.name);
            await text('/');
            abort.abort();
            equal(await hanging, 'AbortError');
            """);
        // A form, a strict policy with frames forbidden, an encoding that only the document says.
        page.navigate("/raw?" + encoded("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
            + "<form method=post action=/sum><input name=a value='b c'></form>"));
        page.run("document.forms[0].submit();");
        page.shows(" length");
        int sum = 0;
        for (char byteOfIt : "a=b+c".toCharArray()) {
            sum = sum * 31 + byteOfIt;
        }
        assertEquals("5 " + Integer.toUnsignedString(sum) + " length", page.text());
        page.navigate("/raw?" + encoded("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Frame-Options: DENY\r\n"
            + "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nConnection: close\r\n\r\n"
            + "<!doctype html><meta charset=iso-8859-2><p>") + "%B1");
        page.shows("ą");
        assertEquals(List.of("ISO-8859-2", true), page.run("return [document.characterSet, !/native/.test(WebSocket)];"));
        // Attachments, by header and by <a download>.
        page.navigate(PAGE);
        for (String link : List.of("<a href='/raw?" + encoded("HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename=\"t.bin\"\r\n"
            + "Connection: close\r\n\r\n12345") + "'>x", "<a download='t.bin' href='/raw?" + encoded("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345") + "'>x")) {
            Download download = page.tab().waitForDownload(() -> page.run("document.body.innerHTML = argument; document.body.firstChild.click();", link));
            assertEquals("t.bin", download.suggestedFilename());
            assertEquals("12345", read(download));
        }
        assertEquals(Boolean.TRUE, sdk.run("""
            const seen = [];
            oses[0].on('request', (request) => seen.push(request));
            globalThis.seen = seen;
            return true;
            """));
        page.run("await (await fetch('/big?1000')).text(); await fetch('/none').then((answer) => answer.text());");
        Map<?, ?> request = (Map<?, ?>) sdk.run("""
            const of = (path) => until(() => seen.find((request) => request.path === path), `${path} is seen`);
            equal(await of('/none').then(({ status, bytes }) => [status, bytes]), [404, 0]);
            const request = await of('/big?1000');
            equal([request.status, request.bytes], [200, 1000]);
            return request;
            """);
        assertEquals(List.of("GET", 8000), List.of(request.get("method"), request.get("port")));
        assertTrue(((Number) request.get("ms")).doubleValue() > 0);
    }

    private static String encoded(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.ISO_8859_1).replace("+", "%20");
    }

    private static String read(Download download) {
        try {
            return Files.readString(download.path());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void crowdsLimitsAndEndsAreBorne(Place place, SdkPage sdk) {
        if (place == Place.FRAME) {
            sdk.expectComplaint("502");
        }
        Previewed page = place.open(sdk, serve(sdk, 8000).get(0) + PAGE);
        page.run("""
            const equal = (a, b, what) => {
              if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${what}: ${JSON.stringify(a)}, not ${JSON.stringify(b)}`);
            };
            const text = async (...request) => (await fetch(...request)).text();
            const size = async (...request) => (await (await fetch(...request)).arrayBuffer()).byteLength;

            // Connections: a thousand one after the other, two hundred at once.
            const ever = async () => Number(/(\\d+) ever/.exec(await text('/connections'))[1]);
            const before = await ever();
            for (let i = 0; i < 1000; i++) equal(await text(raw('tea')), 'tea', i);
            const crowd = Array.from({ length: 200 }, (_, i) => `cup ${i}`);
            equal(await Promise.all(crowd.map((cup) => text(raw(cup)))), crowd, 'at once');
            // Six at most were kept from before, and served one more each.
            if (await ever() < before + 1200 - 6) throw new Error('connections were used twice');

            // A head at its limit and over it; bodies about the sizes from which they go another way.
            const most = 65536 - 'HTTP/1.1 200 OK\\r\\nA: \\r\\nConnection: close\\r\\n\\r\\n'.length;
            for (const [length, status] of [[most, 200], [most + 1, 502]]) {
              equal((await fetch(raw('', `A: ${'x'.repeat(length)}`))).status, status, `a field of ${length} bytes`);
            }
            for (const limit of [0, 1 << 16, 1 << 18, 1 << 20]) {
              for (const length of [limit - 1, limit, limit + 1].filter((each) => each >= 0)) {
                for (const body of [new Uint8Array(length), new Blob([new Uint8Array(length)], { type: 'a/b' })]) {
                  equal(await size('/echo', { method: 'POST', body }), length, 'up and down');
                }
                equal(await size(`/chunked?${length}`), length, 'in chunks');
              }
            }

            // A client that is slow: the server waits for it.
            globalThis.slow = (await fetch('/big?30000000')).body.getReader();
            globalThis.got = (await slow.read()).value.length;
            """);
        sdk.run("await until(async () => await state(oses[0], oses[0].servers.get(8000)) === 'sleeping', 'its server waits');");
        assertEquals(30_000_000, page.run("for (let next; !(next = await slow.read()).done;) got += next.value.length; return got;"));

        // A server that ends in the middle of its answer, and is started again.
        assertEquals(List.of("TypeError", 502), page.run("""
            const cut = await (await fetch('/die')).text().catch((error) => error.name);
            return [cut, (await fetch('/')).status];
            """));
        sdk.run("await serve(oses[0], 8000);");
        assertEquals("hello\n", page.run("return (await fetch('/')).text();"));
        sdk.run("equal(await oses[0].check(), []);");
    }

    @Test
    void whatTakesTooLongIsGivenUp(Chromium chromium, @TempDir Path hasty) throws IOException {
        // The kernel worker as it is, but in a hurry.
        Path script = Path.of("kernel", "kernel-worker.js");
        String text = Files.readString(Checkout.path("kernel-web/target/site").resolve(script))
            .replace("patience=6e4", "patience=700").replace("lease=15e3", "lease=2e3");
        assertTrue(text.contains("patience=700") && text.contains("lease=2e3"), "the script has other names");
        Files.createDirectory(hasty.resolve("kernel"));
        Files.writeString(hasty.resolve(script), text);
        try (Site site = Site.serve(hasty); SdkPage sdk = new SdkPage(chromium, site)) {
            takesTooLong(sdk);
            sdk.check();
        }
    }

    private static void takesTooLong(SdkPage sdk) {
        sdk.expectComplaint("504");
        String url = serve(sdk, 8000).get(0);
        for (Place place : Place.values()) {
            Previewed page = place.open(sdk, url + "/hang").shows("The server on port 8000 takes too long").shows("within 0.7 s");
            assertEquals(List.of(504, "hello\n"), page.run("return [(await fetch('/hang')).status, await (await fetch('/')).text()];"));
        }
        // A service worker that has gone leaves no request behind, although the server has begun to answer.
        sdk.run("""
            const { Asker } = await import('/e2e/asker.js');
            const gone = new Asker(oses[0], 8000).begin('/events');
            equal((await gone.head).status, 200);
            await until(async () => (await new Asker(oses[0], 8000).ask('/tick')).text === '0', 'its connection is closed');
            equal(await oses[0].check(), []);
            """);
    }

    @ParameterizedTest
    @EnumSource
    void portsAndInstancesAreApart(Place place, SdkPage sdk) {
        List<String> one = serve(sdk, 8000, 8001);
        List<String> two = serve(sdk, 8000);
        Previewed first = place.open(sdk, one.get(0) + PAGE);
        Previewed second = place.open(sdk, one.get(1) + PAGE);
        Previewed other = place.open(sdk, two.get(0) + PAGE);
        for (Previewed page : List.of(first, second, other)) {
            page.run("document.cookie = 'where=' + location.host; if (document.cookie !== 'where=' + location.host) throw new Error(document.cookie);");
        }
        sdk.run("await oses[0].teardown();");
        for (Previewed page : List.of(first, second)) {
            assertEquals("gone", page.run("""
                for (const end = performance.now() + 5000; performance.now() < end;) {
                  if ((await fetch('/')).status === 503) return 'gone';
                }
                return 'still there';
                """));
        }
        assertEquals("hello\n", other.run("return (await fetch('/')).text();"));
        if (place == Place.FRAME) {
            sdk.expectComplaint("503");
        }
    }

    @ParameterizedTest
    @EnumSource
    void localhostIsThisOs(Place place, SdkPage sdk) {
        if (place == Place.FRAME) {
            sdk.expectComplaint("ERR_|Failed to fetch|frame-ancestors|origin-keyed");
        }
        Previewed page = place.open(sdk, serve(sdk, 8000, 8001).get(0) + PAGE);
        page.run("""
            const equal = (a, b) => {
              if (JSON.stringify(a) !== JSON.stringify(b)) throw new Error(`${JSON.stringify(a)}, not ${JSON.stringify(b)}`);
            };
            const text = (...request) => fetch(...request).then((answer) => answer.text(), (error) => error.name);
            const other = (...more) => `http://localhost:8001${raw(...more)}`;
            const ALL = 'Access-Control-Allow-Origin: *\\r\\nContent-Type: text/plain';
            const MINE = 'Access-Control-Allow-Origin: http://localhost:8000\\r\\nContent-Type: text/plain';

            // This very server by its own name: no other origin.
            if (/^origin:/im.test(await text('/head'))) throw new Error('a GET of its own origin tells of it');
            const own = await text('http://127.0.0.1:8000/head', { method: 'PUT', headers: { 'X-Mine': 'yes' } });
            if (!/^PUT \\/head .*x-mine: yes/is.test(own) || !/^origin: http:\\/\\/localhost:8000\\r$/im.test(own)) throw new Error(own);
            await text('http://localhost:8000/cookies');
            equal(document.cookie, 'seen=1');

            // Another port: what its server allows this origin, and what needs asking first.
            equal(await text('http://localhost:8001/'), 'TypeError');
            equal(await text(other('tea', 'Access-Control-Allow-Origin: http://localhost:8001')), 'TypeError');
            equal(await text(other('tea', ALL)), 'tea');
            equal(await text(`http://${location.hostname}:8001${raw('tea', MINE)}`), 'tea');
            const shown = await fetch(other('', `${ALL}\\r\\nX-Hidden: 1\\r\\nX-Shown: 2\\r\\nAccess-Control-Expose-Headers: x-shown`));
            equal([shown.headers.get('x-hidden'), shown.headers.get('x-shown')], [null, '2']);
            equal(await text(other('tea', ALL), { credentials: 'include' }), 'TypeError');
            equal(await text(other('tea', MINE), { credentials: 'include' }), 'TypeError');
            equal(await text(other('tea', `${MINE}\\r\\nAccess-Control-Allow-Credentials: true`), { credentials: 'include' }), 'tea');
            const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' };
            equal(await text(other('tea', ALL), json), 'TypeError');
            equal(await text(other('tea', `${ALL}\\r\\nAccess-Control-Allow-Headers: Content-Type`), json), 'tea');
            equal(await text(other('tea', ALL), { method: 'DELETE' }), 'TypeError');
            equal(await text(other('tea', `${ALL}\\r\\nAccess-Control-Allow-Methods: DELETE`), { method: 'DELETE' }), 'tea');
            equal(await text(raw('', `Location: ${other('led', MINE)}`, '302 Found')), 'led');
            equal(await text(other('tea', ALL), { mode: 'no-cors' }), '');
            for (const port of [8002, 65080]) equal(await text(`http://localhost:${port}/`), 'TypeError');

            // Elements, streams and sockets.
            const loaded = (name, src) => new Promise((resolve) => {
              const element = Object.assign(document.createElement(name), { onload: () => resolve('load'), onerror: () => resolve('error') });
              document.head.append(Object.assign(element, { src }));
            });
            const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
            for (const port of [8000, 8001]) {
              const at = (...more) => `http://localhost:${port}${raw(...more)}`;
              equal(await loaded('img', at(svg, 'Content-Type: image/svg+xml')), 'load');
              equal(await loaded('script', at('globalThis.ran = (globalThis.ran ?? 0) + 1', 'Content-Type: text/javascript')), 'load');
            }
            equal(globalThis.ran, 2);
            equal(await loaded('script', other('globalThis.read = { }', 'Content-Type: application/json')), 'load');
            equal(globalThis.read, undefined);
            const source = new EventSource(other('data: told\\n\\n', `${MINE.replace('plain', 'event-stream')}`));
            const told = await new Promise((resolve) => { source.onmessage = resolve; });
            source.close();
            equal([told.data, told.origin], ['told', 'http://localhost:8001']);
            for (const host of ['localhost', location.hostname]) {
              const socket = new WebSocket(`ws://${host}:8001/ws`);
              socket.onopen = () => socket.send('tea');
              equal(await new Promise((resolve) => {
                socket.onmessage = ({ data }) => resolve(data);
                socket.onclose = ({ code }) => resolve(code);
              }), 'tea');
              socket.close();
            }
            equal(await new Promise((resolve) => { new WebSocket('ws://localhost:65080/').onclose = ({ code }) => resolve(code); }), 1006);
            """);
        // In a frame, where its server allows that.
        page.run("""
            const other = new Promise((resolve) => addEventListener('message', ({ data }) => data === 'other' && resolve()));
            const framed = (src) => new Promise((resolve) => {
              const frame = Object.assign(document.createElement('iframe'), { src, onload: () => resolve(frame.contentDocument) });
              document.body.append(frame);
            });
            const html = 'Content-Type: text/html';
            if (await framed(`http://localhost:8001${raw('<script>parent.postMessage("other", "*")</script>', html)}`)) throw new Error('another origin can be read');
            await other;
            for (const [headers, isShown] of [[html, true], [`${html}\\r\\nX-Frame-Options: DENY`, false], [`${html}\\r\\nX-Frame-Options: SAMEORIGIN`, true],
              [`${html}\\r\\nContent-Security-Policy: frame-ancestors http://localhost:3000`, false],
              [`${html}\\r\\nContent-Security-Policy: frame-ancestors localhost:8000`, true]]) {
              if (Boolean(await framed(raw('', headers))) !== isShown) throw new Error(headers);
            }
            """);
        // Wherever it leads.
        String elsewhere = page.url().replaceFirst("/p8000-", "/p8001-").replaceFirst("/raw.*", "");
        String hello = "http://localhost:8001/?q#f";
        for (String way : List.of("document.body.innerHTML = `<a href='${argument}'><b>x</b></a>`; document.querySelector('b').click();",
                "location = argument;", "document.body.innerHTML = `<form action='${argument}'><button name=q>`; document.querySelector('button').click();",
                "location.replace(raw('', `Location: ${argument}`, '303 See Other'));")) {
            page.run(way, hello);
            page.shows("hello");
            assertTrue(page.url().matches("\\Q" + elsewhere + "/?q\\E=?(#f)?"), page.url());
            page.navigate(page.url().replaceFirst("/p8001-.*", "/p8000-" + elsewhere.substring(elsewhere.indexOf('-') + 1)) + PAGE).shows("Served");
        }
        assertEquals(elsewhere + "/?q#f", page.tab().waitForPopup(() -> page.run("""
            document.body.innerHTML = `<form action='${argument}' target=_blank method=post>`;
            document.forms[0].submit();
            """, hello)).url());
        assertEquals(elsewhere + "/?q#f", page.tab().waitForPopup(() -> page.run("window.open(argument);", hello)).url());

        page.navigate("/raw?" + encoded("HTTP/1.1 200 OK\r\nContent-Type: application/xhtml+xml\r\nConnection: close\r\n\r\n"
            + "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title></head><body><p>Strict</p></body></html>"));
        page.shows("Strict");
        assertEquals(List.of("application/xhtml+xml", true), page.run("return [document.contentType, !/native/.test(WebSocket)];"));
    }

    @Test
    void withoutServiceWorkersItIsSaid(SdkPage sdk) {
        sdk.page.addInitScript("delete Navigator.prototype.serviceWorker");
        sdk.reload();
        sdk.run("""
            const os = await Samovar.boot();
            await install(os, 'web');
            const failed = new Promise((resolve) => os.on('error', resolve));
            await os.spawn('web.wasm', ['8000']);
            const error = await failed;
            equal(error.code, 'PREVIEW_BLOCKED');
            matches(error.message, /Port 8000 has no preview: this browser has none here\\. .*allow cookies and site data/);
            """);
    }
}
