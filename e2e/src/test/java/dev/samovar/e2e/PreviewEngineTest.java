package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The kernel worker's side of previews, asked over a bare port: HTTP/1.1 with a server inside (guests/web.c). */
@ExtendWith(InBrowser.class)
class PreviewEngineTest {
    private static final String SERVER = """
        const { Asker } = await import('/e2e/asker.js');
        const os = await booted('web');
        const server = async (port = 8000) => {
          const process = await os.spawn('web.wasm', [String(port)]);
          const reader = process.stdout.getReader();
          if (!(await reader.read()).value) throw new Error(`web: ${await text(process.stderr)}`);
          reader.releaseLock();
          return process;
        };
        // What the server makes for /big and /chunked, and what it sums up.
        const unit = Uint8Array.from({ length: 65536 }, (_, i) => i * 31 >> 3);
        const sumOf = (bytes) => bytes.reduce((sum, byte) => Math.imul(sum, 31) + byte >>> 0, 0);
        const web = await server();
        const asker = new Asker(os, 8000);
        """;

    @Test
    void answersOfAllKinds(SdkPage sdk) {
        sdk.run(SERVER + """
            const hello = await asker.ask('/');
            equal([hello.status, hello.text, hello.headers['Content-Type'], hello.atOnce], [200, 'hello\\n', 'text/plain', true]);
            equal((await asker.ask('/', { method: 'HEAD' })).hasBody, false);
            equal((await asker.ask('/none')).status, 404);

            const big = await asker.ask('/big?3000001');
            equal(big.bytes.length, 3000001);
            ok(big.bytes.every((byte, i) => byte === unit[i % 65536]), 'other bytes');
            const chunked = await asker.ask('/chunked?1000000');
            equal(chunked.bytes.length, 1000000);
            equal([chunked.headers['Transfer-Encoding'], chunked.headers['X-Trailer']], [undefined, undefined]);
            const closed = await asker.ask('/raw?HTTP/1.0%20200%20OK%0D%0A%0D%0Auntil%20the%20end');
            equal([closed.status, closed.text], [200, 'until the end']);
            equal((await asker.ask('/raw?HTTP/1.1%20100%20Go%0D%0A%0D%0AHTTP/1.1%20204%20None%0D%0AX:%20%E9%0D%0A%0D%0A')).headers, { X: '\\u00e9' });
            equal((await asker.ask('/raw?HTTP/1.1%20304%20Same%0D%0AContent-Length:%205%0D%0A%0D%0A')).status, 304);

            // One connection served nearly all of it.
            const [open] = (await asker.ask('/connections')).text.match(/\\d+/g);
            equal(open, '1');
            equal(await os.check(), []);
            """);
    }

    @Test
    void whatTheServerSees(SdkPage sdk) {
        sdk.run(SERVER + """
            const head = (await asker.ask('/head?a=b&c', { headers: [['X-Mine', 'one'], ['Connection', 'x-mine, close'], ['Host', 'evil'],
              ['Cookie', 'evil=1'], ['Accept', 'text/html'], ['Transfer-Encoding', 'chunked'], ['Content-Length', '5']],
              referrer: 'http://p8000-abc.samovar.localhost:8420/from?x' })).text;
            equal(head.split('\\r\\n').slice(0, -2), ['GET /head?a=b&c HTTP/1.1', 'X-Mine: one', 'Accept: text/html', 'Host: localhost:8000',
              'Referer: http://localhost:8000/from?x', 'Accept-Encoding: identity']);
            // Who sends a form may be a page of another port, or one that does not say who it is.
            for (const [referrer, origin] of [['http://p8001-abc.samovar.localhost:8420/x', 'http://localhost:8001'], ['', 'null']]) {
              const { text } = await asker.ask('/head', { method: 'POST', mode: 'navigate', referrer });
              equal(/^Origin: (.*)\\r$/m.exec(text)[1], origin);
            }
            // Cookies stay in the kernel; pages are told of those that they may see.
            const first = await asker.ask('/cookies');
            equal([first.text, first.cookies, first.headers['Set-Cookie']], ['', ['seen=1; Path=/'], undefined]);
            asker.post(['cookie', 'own=3; Path=/', '/']);
            asker.post(['cookie', 'hidden=forged', '/']);
            equal((await asker.ask('/cookies')).text, 'seen=1; hidden=2; own=3');
            equal((await asker.ask('/cookies', { withCookies: false })).text, '');
            equal((await new Asker(os, 8000).ask('/cookies')).text, 'seen=1; hidden=2; own=3');
            await server(8001);
            equal((await new Asker(os, 8001).ask('/cookies')).text, '', 'another port');

            // Bodies: short ones with their length, long ones in chunks, unless their length is said.
            const piece = unit.subarray(0, 60000);
            equal((await asker.ask('/echo', { method: 'POST', body: [piece.subarray(0, 10), piece.subarray(10, 30)] })).bytes, unit.slice(0, 30));
            const pieces = Array(30).fill(piece);
            const sum = sumOf(pieces.flatMap((each) => [...each]));
            equal((await asker.ask('/sum', { method: 'POST', body: [piece] })).text, `60000 ${sumOf(piece)} length`);
            equal((await asker.ask('/sum', { method: 'PUT', body: pieces })).text, `1800000 ${sum} chunked`);
            equal((await asker.ask('/sum', { method: 'POST', body: pieces, headers: [['content-length', '1800000']] })).text, `1800000 ${sum} length`);
            equal((await asker.ask('/sum', { method: 'POST', body: [] })).text, '0 0 length');
            matches((await asker.ask('/head', { method: 'POST' })).text, /\\r\\nContent-Length: 0\\r\\n/);
            for (const length of [59999, 60001]) {
              equal((await asker.fails('/sum', { method: 'POST', body: [piece], headers: [['Content-Length', String(length)]] }))[0], 'ECONNRESET');
            }
            equal(await os.check(), []);
            """);
    }

    @Test
    void whatGoesWrong(SdkPage sdk) {
        sdk.run(SERVER + """
            const crlf = '%0D%0A';
            const raw = (...lines) => `/raw?${lines.map((line) => line.replaceAll(' ', '%20') + crlf).join('')}${crlf}`;
            const broken = {
              'two lengths that differ': raw('HTTP/1.1 200 OK', 'Content-Length: 5', 'Content-Length: 6'),
              'Content-Length beside Transfer-Encoding': raw('HTTP/1.1 200 OK', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
              'none of HTTP/1.1': '/raw?SSH-2.0-OpenSSH%0D%0A',
              'no number': raw('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked') + '-1%0D%0A',
              'continued': raw('HTTP/1.1 200 OK', 'A: b', ' c'),
              'carriage return': '/raw?HTTP/1.1%20200%20OK%0D%0AA:%0Db%0D%0A%0D%0A',
            };
            for (const [clause, url] of Object.entries(broken)) {
              const [code, sentence] = await asker.fails(url);
              equal(code, 'EPROTO', sentence);
              ok(sentence.includes(clause), `${sentence} has no "${clause}"`);
            }
            equal((await asker.fails(raw('HTTP/1.1 200 OK', `A: ${'x'.repeat(66000)}`)))[0], 'E2BIG');
            equal((await asker.fails(raw('HTTP/1.1 101 Other', 'Upgrade: h2c')))[0], 'EPROTO');
            for (const url of ['/raw?', raw('HTTP/1.1 200 OK', 'Content-Length: 5') + 'half', '/raw?HTTP/1.1%20200%20OK%0D%0AA:']) {
              equal((await asker.fails(url))[0], 'ECONNRESET');
            }
            for (const bad of [{ method: 'G T' }, { headers: [['A', 'b\\r\\nC: d']] }, { headers: [['A b', 'c']] }]) {
              equal((await asker.fails('/', bad))[0], 'EINVAL');
            }
            for (const bad of ['/ HTTP/1.1', '/\\0', '/\\u0100']) equal((await asker.fails(bad))[0], 'EINVAL');
            equal((await asker.fails('/', { headers: [['A', 'x'.repeat(5 << 20)]] }))[0], 'EINVAL');
            asker.post(['request', 77, { method: 5 }]);
            asker.post('nonsense');
            asker.post(['body', 99, 1]);

            // A server that hangs is not asked twice, and a request given up closes its connection.
            const hangs = asker.begin('/hang');
            await until(async () => /^2 /.test((await asker.ask('/connections')).text), 'it hangs');
            hangs.cancel();
            await until(async () => /^1 /.test((await asker.ask('/connections')).text), 'it was closed');

            // A connection that the server gave up between requests is not used; one that dies in the middle says so.
            equal((await asker.ask('/')).status, 200);
            equal((await asker.fails('/die'))[0], 'ECONNRESET');
            equal(await web.exit, 3);
            const [code, sentence, listening] = await asker.fails('/');
            equal([code, listening], ['ECONNREFUSED', []]);
            matches(sentence, /port 8000/);
            await server(8001);
            equal((await asker.fails('/'))[2], [8001]);
            // A page that speaks for its service worker has no more of another port than one that does not.
            const other = (options) => asker.fails('/', { mode: 'cors', port: 8001, ...options });
            for (const mode of ['navigate', 'same-origin', 'websocket', '']) equal((await other({ mode }))[0], 'CORS');
            for (const port of [1, 65080, 0, -1, 1 << 20]) equal((await other({ port }))[0], 'ECONNREFUSED');
            for (const port of ['8001', 8001.5, NaN, null]) equal((await other({ port }))[0], 'EINVAL');
            matches((await other())[1], /page of port 8000 may not read what port 8001 answers: .*Access-Control-Allow-Origin/);
            equal((await other({ mode: 'no-cors', method: 'PUT' }))[0], 'CORS');
            equal((await other({ mode: 'no-cors', headers: [['Origin', 'http://localhost:8001']] }))[0], 'CORS');
            const hidden = await asker.ask('/', { mode: 'no-cors', port: 8001 });
            equal([hidden.status, hidden.hasBody, Object.keys(hidden.headers)], [200, false, ['Content-Type', 'Content-Length']]);
            const asked = asker.begin('/hang', { mode: 'cors', port: 8001, method: 'PUT', body: [] });
            for (let i = 0; i < 3; i++) asker.post(['body', asked.id, new Uint8Array(1 << 20)]);
            asker.post(['body-end', asked.id]);
            asked.cancel();
            equal(await asker.ask('/', { mode: 'no-cors', port: 8001 }).then(({ status }) => status), 200);
            // The same port again: it works without more ado.
            await server();
            equal((await asker.ask('/')).text, 'hello\\n');
            equal(await os.check(), []);
            """);
    }

    @Test
    void streamsAndCrowds(SdkPage sdk) {
        sdk.run(SERVER + """
            const events = asker.begin('/events');
            const { status, hasBody, body } = await events.head;
            equal([status, hasBody, body], [200, true, undefined]);
            const next = async () => new TextDecoder().decode(await events.next());
            equal(await next(), 'data: first\\n\\n');
            for (let i = 0; i < 3; i++) {
              const tick = next();
              equal((await asker.ask('/tick')).text, '1');
              equal(await tick, 'data: tick\\n\\n');
            }
            events.cancel();

            // Nothing is sent that was not asked for: the server's writes wait.
            const big = asker.begin('/big?30000000');
            await big.head;
            const before = asker.heard.length;
            const first = await big.next();
            equal(asker.heard.length, before + 1);
            const other = await server(8001);
            equal((await new Asker(os, 8001).ask('/')).text, 'hello\\n');
            equal(asker.heard.length, before + 1);
            equal((await big.rest()).length + first.length, 30000000);

            const reports = [];
            os.on('request', (report) => reports.push(report));
            // A connection is kept, though its server says head and body one after the other.
            const served = Number((await asker.ask('/')).headers['X-Connection']);
            for (let i = 1; i < 100; i++) {
              const { text, headers } = await asker.ask('/');
              equal([text, Number(headers['X-Connection'])], ["hello\\n", served + i]);
            }
            const all = await Promise.all(Array.from({ length: 200 }, (_, i) => asker.ask(i % 2 ? '/big?70000' : '/')));
            equal(all.map(({ bytes }) => bytes.length), Array.from({ length: 200 }, (_, i) => (i % 2 ? 70000 : 6)));
            const small = () => reports.filter(({ port, method, path, status, bytes }) => port === 8000 && method === 'GET'
              && path === '/' && status === 200 && bytes === 6);
            await until(() => small().length === 200, 'all are reported');
            await until(async () => Number((await asker.ask('/connections')).text.split(' ')[0]) <= 7, 'idle connections go');
            equal(await os.check(), []);
            """);
    }

    @Test
    void webSockets(SdkPage sdk) {
        sdk.run(SERVER + """
            const open = (url, protocols = []) => {
              const { port1, port2 } = new MessageChannel();
              const heard = [];
              port1.onmessage = ({ data }) => heard.push(data);
              asker.post(['websocket', { url, protocols, headers: [] }], [port2]);
              let at = 0;
              return { heard, say: (...message) => port1.postMessage(message),
                next: () => until(() => heard.length > at && heard[at++], `another message behind ${JSON.stringify(heard).slice(-200)}`) };
            };
            const echo = open('/ws', ['chat', 'other']);
            equal(await echo.next(), ['open', 'chat']);
            const both = async (...message) => {
              echo.say(...message);
              const [sent, answer] = [await echo.next(), await echo.next()].sort(([a], [b]) => (a > b ? -1 : 1));
              equal(sent[0], 'sent');
              return [sent[1], answer];
            };
            equal(await both('send', 'gr\u00fc\u00dfe \u2615'), [11, ['message', 'gr\u00fc\u00dfe \u2615']]);
            equal(await both('send', ''), [0, ['message', '']]);
            for (const size of [1, 125, 126, 65535, 65536, 3000001]) {
              const bytes = Uint8Array.from({ length: size }, (_, i) => i * 7 >> 2);
              const [sent, [kind, answer]] = await both('send', bytes);
              ok(sent === size && kind === 'message' && answer.length === size && answer.every((byte, i) => byte === (i * 7 >> 2 & 255)), `${size} bytes`);
            }
            // Fragments with a ping between them, which is answered; text whose character is cut in two.
            equal((await both('send', '!0101c38901ff8001bc'))[1], ['message', '\\u00fc']);
            echo.say('close', 3001, 'done');
            equal((await echo.next()), ['close', 3001, 'done', true]);

            const ends = async (text, ...expected) => {
              const socket = open('/ws');
              equal(await socket.next(), ['open', '']);
              socket.say('send', text);
              equal((await socket.next())[0], 'sent');
              equal(await socket.next(), ['close', ...expected], text);
            };
            await ends('!880203e9', 1001, '', true);
            await ends('!8800', 1005, '', true);
            await ends('!88040bb86f6b', 3000, 'ok', true);
            // Each of these breaks a rule.
            for (const broken of ['!8101ff', '!8801ff', '!880203ed', '!8803 03e8 ff'.replaceAll(' ', ''), '!c100', '!8180', '!8000', '!827f0000000001000001']) {
              await ends(broken, 1006, '', false);
            }
            for (const url of ['/ws-wrong', '/', '/hang-not', '/raw?']) {
              equal(await open(url).next(), ['close', 1006, '', false], url);
            }
            equal(await open('/ws', ['none']).next(), ['open', 'none']);
            const left = open('/hang');
            left.say('close', 1000, '');
            equal(await left.next(), ['close', 1006, '', false]);
            asker.post(['websocket', null]);
            // A server that is killed.
            const cut = open('/ws');
            await cut.next();
            await web.kill('SIGKILL');
            equal(await cut.next(), ['close', 1006, '', false]);
            equal(await os.check(), []);
            """);
    }

    @Test
    void webServersOutsideByTheProxy(SdkPage sdk) throws IOException {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        HttpServer outside = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        outside.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            byte[] answer = (exchange.getRequestMethod() + " " + exchange.getRequestHeaders().getFirst("X-Mine") + " "
                + exchange.getRequestHeaders().containsKey("Cookie") + " " + body.length).getBytes(StandardCharsets.UTF_8);
            if (exchange.getRequestURI().getPath().equals("/open")) {
                exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
                exchange.getResponseHeaders().set("Access-Control-Expose-Headers", "X-Seen");
                exchange.getResponseHeaders().set("X-Seen", "yes");
            }
            boolean moved = exchange.getRequestURI().getPath().equals("/moved");
            if (moved) {
                exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
                exchange.getResponseHeaders().set("Location", "http://elsewhere.localhost:" + exchange.getLocalAddress().getPort() + "/open");
            }
            asked.add(exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(moved ? 302 : 200, 0);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        outside.start();
        try {
            int port = outside.getAddress().getPort();
            askOutside(sdk, port);
            assertEquals(Set.of("other.localhost:" + port), asked, "a redirect is not followed to where it was not granted");
        } finally {
            outside.stop(0);
        }
    }

    private static void askOutside(SdkPage sdk, int port) {
        sdk.run("""
            const site = 'http://other.localhost:PORT';
            const os = await booted('proxied');
            const ask = async (url, options = {}) => {
              const it = await go(os, 'proxied', [url, ...options.args ?? []], { capabilities: { connect: options.connect ?? true, read: ['/'] } });
              equal([it.status, it.stderr], [0, '']);
              const [head, ...body] = it.stdout.split('\\r\\n\\r\\n');
              return { status: Number(head.split(' ')[1]), head, body: body.join('\\r\\n\\r\\n') };
            };
            const open = await ask(`${site}/open`, { connect: ['other.localhost:PORT'] });
            equal([open.status, /\\nx-seen: yes\\r/i.test(open.head)], [200, true], open.head);
            equal(open.body, 'c\\r\\nGET null false 0'.replace('c', 'GET null false 0'.length.toString(16)) + '\\r\\n0\\r\\n\\r\\n');
            for (const url of [`${site}/shut`, 'http://nobody.invalid/']) {
              const failed = await ask(url);
              equal(failed.status, 502);
              matches(failed.body, /CORS/);
            }
            const moved = await ask(`${site}/moved`, { connect: ['other.localhost:PORT'] });
            equal(moved.status, 502);
            matches(moved.body, /a redirect/);
            const refused = await ask('http://example.org/path', { connect: ['example.org:81'] });
            equal(refused.status, 403);
            matches(refused.body, /may not connect to example.org:80/);
            const noted = (await os.audit()).at(-1);
            equal([noted.call, noted.target, noted.errno ?? noted.error], ['connect', 'example.org:80', noted.errno ?? noted.error]);
            equal((await ask(location.origin + '/')).status, 403);
            equal((await ask('http://localhost:8000/')).status, 400);
            equal((await ask('/path')).status, 400);
            equal((await ask('x:443', { args: ['CONNECT'] })).status, 501);
            equal(await os.check(), []);
            """.replace("PORT", String.valueOf(port)));
    }
}
