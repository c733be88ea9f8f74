package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.samovar.e2e.Visitor.EACH;
import static dev.samovar.e2e.Visitor.HTTP;
import static dev.samovar.e2e.Visitor.awaitRefused;
import static dev.samovar.e2e.Visitor.drains;
import static dev.samovar.e2e.Visitor.ends;
import static dev.samovar.e2e.Visitor.get;
import static dev.samovar.e2e.Visitor.made;
import static dev.samovar.e2e.Visitor.visit;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import dev.samovar.relay.SamovarServer;
import dev.samovar.relay.ServerConfig;
import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.wisp.RelayConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What runs in a tab, seen from outside the browser through a bore server of ours. */
@ExtendWith(InBrowser.class)
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class TunnelTest {

    private static final String SECRET = "s3cret";

    private Chromium chromium;
    private Site site;
    private SamovarServer bore;
    private SdkPage sdk;

    @BeforeEach
    void serve(Chromium chromium) throws IOException {
        this.chromium = chromium;
        site = Site.relaying("localhost:*");
        bore = boreServer(0);
        sdk = new SdkPage(chromium, site);
        sdk.run("""
            globalThis.os = await booted('serve');
            globalThis.served = await os.spawn('serve.wasm', ['8000']);
            served.stderr.pipeTo(new WritableStream({ write: (bytes) => console.warn(decode(bytes)) }));
            globalThis.reader = served.stdout.getReader();
            equal(decode((await reader.read()).value), 'listening\\n');
            globalThis.states = [];
            globalThis.share = async (options) => {
              const tunnel = await os.tunnel.open({ port: 8000, ...options });
              tunnel.on('state', (state, { reason }) => states.push([state, reason]));
              return tunnel;
            };
            """);
    }

    private static SamovarServer boreServer(int port) throws IOException {
        BoreConfig config = BoreConfig.DEFAULT;
        return SamovarServer.start(new ServerConfig(0, List.of(Checkout.path("static")), List.of(), false, null,
            RelayConfig.DEFAULT, new BoreConfig(config.bind(), port, SECRET, 20_000, 60_000, 8, 128, 2000, 0, 10_000)));
    }

    @AfterEach
    void stop() {
        sdk.close();
        bore.close();
        site.close();
        sdk.check();
    }

    /** Opens a tunnel; answers its public port. */
    private int share() {
        String url = (String) sdk.run("""
            globalThis.tunnel = await share({ server: argument, secret: 's3cret' });
            equal(tunnel.state, 'public');
            return tunnel.url;
            """, server());
        assertTrue(url.matches("http://localhost:\\d+"), url);
        return URI.create(url).getPort();
    }

    private String server() {
        return "localhost:" + bore.borePort();
    }

    @Test
    void pagesAndStreamsAndManyMegabytes() throws Exception {
        int port = share();
        assertEquals("hello there", new String(get(port, "/"), UTF_8));
        assertEquals("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\n", new String(get(port, "/events"), UTF_8));
        assertArrayEquals(made(1_000_003), get(port, "/bytes/1000003"));
        aWebSocket();

        // 100 MB up and down at once: what is sent comes back.
        int size = 100_000_000;
        MessageDigest up = MessageDigest.getInstance("SHA-256");
        MessageDigest down = MessageDigest.getInstance("SHA-256");
        try (Socket socket = visit(port)) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    OutputStream out = socket.getOutputStream();
                    Random random = new Random(1);
                    byte[] piece = new byte[100_000];
                    for (int done = 0; done < size; done += piece.length) {
                        random.nextBytes(piece);
                        up.update(piece);
                        out.write(piece);
                    }
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            InputStream in = socket.getInputStream();
            for (int left = size; left > 0; ) {
                byte[] piece = in.readNBytes(Math.min(left, 100_000));
                assertTrue(piece.length > 0, "it ended with " + left + " bytes to go");
                down.update(piece);
                left -= piece.length;
            }
            assertEquals("[" + size + "]", new String(in.readAllBytes(), UTF_8));
            sending.get(10, TimeUnit.SECONDS);
        }
        assertArrayEquals(up.digest(), down.digest());
        sdk.run("""
            await until(async () => (await tunnel.visitors()).length === 0, 'the visitors are gone');
            await tunnel.close();
            equal(tunnel.state, 'closed');
            equal(await os.check(), []);
            """);
    }

    private void aWebSocket() throws Exception {
        String url = (String) sdk.run("""
            await install(os, 'web');
            const listens = new Promise((resolve) => { os.on('port', (port, state) => port === 8001 && resolve()); });
            globalThis.web = await os.spawn('web.wasm', ['8001']);
            await listens;
            globalThis.webTunnel = await os.tunnel.open({ port: 8001, server: argument, secret: 's3cret' });
            return webTunnel.url;
            """, server());
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket = HTTP.newWebSocketBuilder().subprotocols("tea").buildAsync(URI.create(url.replace("http", "ws") + "/ws"),
            new WebSocket.Listener() {
                private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                private final StringBuilder text = new StringBuilder();

                @Override
                public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
                    text.append(part);
                    if (last) {
                        heard.add(text.toString());
                        text.setLength(0);
                    }
                    from.request(1);
                    return null;
                }

                @Override
                public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
                    byte[] copy = new byte[part.remaining()];
                    part.get(copy);
                    bytes.writeBytes(copy);
                    if (last) {
                        heard.add(bytes.size() + " bytes, right: " + Arrays.equals(made(bytes.size()), bytes.toByteArray()));
                        bytes.reset();
                    }
                    from.request(1);
                    return null;
                }

                @Override
                public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
                    heard.add("closed " + code + " " + reason);
                    return null;
                }
            }).get(30, TimeUnit.SECONDS);
        assertEquals("tea", socket.getSubprotocol());
        socket.sendText("čaj", true).join();
        socket.sendBinary(ByteBuffer.wrap(made(1_000_000)), true).join();
        socket.sendClose(4000, "enough").join();
        for (String message : List.of("čaj", "1000000 bytes, right: true", "closed 4000 enough")) {
            assertEquals(message, heard.poll(60, TimeUnit.SECONDS));
        }
        sdk.run("await webTunnel.close(); await web.kill(); await web.exit;");
    }

    @Test
    void fiftyVisitorsAndWhatTheyMayDo() throws Exception {
        int port = share();
        // One that sends and never reads holds up nobody else.
        try (Socket deaf = visit(port); Socket gone = visit(port); Socket greedy = visit(port)) {
            sdk.run("globalThis.before = await pages(os);");
            // Nor does one that asks for more than there is memory, and does not fetch it.
            greedy.getOutputStream().write("GET /bytes/2000000000 HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            CompletableFuture<Void> pouring = CompletableFuture.runAsync(() -> {
                try {
                    while (true) {
                        deaf.getOutputStream().write(new byte[64 * 1024]);
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            gone.getOutputStream().write("half a".getBytes(UTF_8));
            List<CompletableFuture<byte[]>> answers = IntStream.range(0, 50).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                try (Socket socket = visit(port)) {
                    socket.getOutputStream().write(made(20_000 + i));
                    socket.shutdownOutput();
                    return socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }, EACH)).toList();
            for (int i = 0; i < 50; i++) {
                byte[] answer = answers.get(i).get(60, TimeUnit.SECONDS);
                assertEquals("[" + (20_000 + i) + "]", new String(answer, 20_000 + i, answer.length - 20_000 - i, UTF_8));
                assertArrayEquals(made(20_000 + i), Arrays.copyOf(answer, 20_000 + i));
            }
            // One that vanishes.
            gone.setSoLinger(true, 0);
            gone.close();
            sdk.run("await until(async () => (await tunnel.visitors()).length === 2, 'only the deaf ones are left');");
            // The program ends first, and still hears what comes.
            try (Socket socket = visit(port)) {
                socket.getOutputStream().write("END ".getBytes(UTF_8));
                assertEquals(-1, socket.getInputStream().read());
                socket.getOutputStream().write(new byte[100_000]);
                socket.shutdownOutput();
                assertEquals("100004 came\n", sdk.run("return decode((await reader.read()).value);"));
            }
            sdk.run("""
                const visitors = await tunnel.visitors();
                ok(visitors.every(({ sent }) => sent > 0), 'nothing was sent back');
                // Both are stuck, and what the kernel holds for them is little: 128 KiB each way, and the rings.
                let last;
                await until(async () => {
                  const now = JSON.stringify(await tunnel.visitors());
                  const same = now === last;
                  last = now;
                  await new Promise((resolve) => setTimeout(resolve, 500));
                  return same;
                }, 'they are stuck');
                const grown = 4096 * (await pages(os) - before);
                ok(grown < 2 << 20, `${grown} bytes are held for two who do not read`);
                await tunnel.close();
                await tunnel.close();
                equal(states, [['closed', '']]);
                equal(await os.check(), []);
                """);
            pouring.get(30, TimeUnit.SECONDS);
        }
        awaitRefused(port);
        // Nothing listens inside: visitors come to an end, and that is told.
        int other = URI.create((String) sdk.run("""
            globalThis.vacant = await os.tunnel.open({ port: 81, server: argument, secret: 's3cret', maxVisitors: 2,
              expires: new Date(Date.now() + 20_000) });
            globalThis.told = new Promise((resolve) => vacant.on('visitor', resolve));
            return vacant.url;
            """, server())).getPort();
        try (Socket socket = visit(other)) {
            assertTrue(ends(socket), "a visitor of a closed port waits");
        }
        sdk.run("""
            matches((await told).reason, /nothing listens on port 81/);
            await until(() => vacant.state === 'closed', 'its time is up', 30);
            matches(vacant.reason, /time/);
            """);
    }

    @Test
    void whatWasLostComesBackOnItsPort() throws Exception {
        int port = share();
        try (Socket socket = visit(port)) {
            socket.getOutputStream().write("GET /bytes/100000000 HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            socket.getInputStream().readNBytes(1_000_000);
            int control = bore.borePort();
            bore.close();
            assertTrue(drains(socket), "a visitor of a server that went away hangs");
            sdk.run("await until(() => tunnel.state === 'reconnecting', 'the loss is noticed');");
            bore = boreServer(control);
        }
        sdk.run("await until(() => tunnel.state === 'public', 'it is public again');");
        assertEquals("hello there", new String(get(port, "/"), UTF_8));

        // The relay, which is the page's server, goes and comes.
        site.close();
        sdk.run("""
            await until(() => tunnel.state === 'reconnecting', 'the loss of the relay is noticed');
            const error = await rejects(os.tunnel.open({ port: 8000, server: argument, secret: 's3cret' }), 'ENETUNREACH');
            matches(error.message, /relay at ws:.* cannot be reached/);
            """, server());
        site.comeBack("localhost:*");
        sdk.run("await until(() => tunnel.state === 'public', 'it is public again', 40);");
        assertEquals("hello there", new String(get(port, "/"), UTF_8));

        // Another tab has a tunnel of its own. One that is loaded anew gives its port back.
        try (SdkPage second = new SdkPage(chromium, site)) {
            int another = URI.create((String) second.run("""
                globalThis.os = await booted('serve');
                globalThis.served = await os.spawn('serve.wasm', ['80']);
                equal(decode((await served.stdout.getReader().read()).value), 'listening\\n');
                return (await os.tunnel.open({ port: 80, server: argument, secret: 's3cret' })).url;
                """, server())).getPort();
            assertArrayEquals(made(300_000), get(another, "/bytes/300000"));
            assertEquals("hello there", new String(get(port, "/"), UTF_8));
            second.reload();
            awaitRefused(another);
            assertEquals("hello there", new String(get(port, "/"), UTF_8));
        }
        sdk.run("equal(await os.check(), []);");
    }

    @Test
    void whyThereIsNoTunnelIsSaid() throws Exception {
        sdk.run("""
            const refused = async (options, code, pattern) => {
              matches((await rejects(os.tunnel.open({ port: 8000, ...options }), code)).message, pattern);
            };
            await refused({ server: argument }, 'EACCES', /wants a secret/);
            await refused({ server: argument, secret: 'wrong' }, 'EACCES', /invalid secret/);
            await refused({ server: argument, secret: 's3cret', remotePort: 80 }, 'EINVAL', /not in allowed range/);
            const first = await share({ server: argument, secret: 's3cret' });
            const remotePort = Number(new URL(first.url).port);
            await refused({ server: argument, secret: 's3cret', remotePort }, 'EADDRINUSE', /another port/);
            await refused({ server: 'localhost:1' }, 'ECONNREFUSED', /nothing listens/);
            await refused({ server: '10.0.0.1' }, 'EACCES', /--relay-allow 10.0.0.1:7835/);
            for (const options of [{ port: 0 }, { port: '80' }, { server: 'a b' }, { server: 'a:0' }, { secret: '' },
              { remotePort: 70_000 }, { relay: 'ftp://x' }, { expires: 5 }, { maxVisitors: 0 }]) {
              await refused({ server: argument, ...options }, 'EINVAL', /./);
            }
            const abort = new AbortController();
            setTimeout(() => abort.abort(), 50);
            const given = await os.tunnel.open({ port: 8000, server: argument, secret: 's3cret', signal: abort.signal })
              .catch((error) => error);
            ok(given.code === 'ABORTED' || given.state === 'public', String(given));
            equal(await os.check(), []);
            """, server());
        liars();
        programs();
    }

    /** Servers that are none. */
    private void liars() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            String where = "localhost:" + server.getLocalPort();
            for (String lie : List.of("HTTP/1.1 400 Bad Request\r\n\r\n\0", "x".repeat(100_000), "\"\u00ff\"\0",
                "{\"Hello\":1}\0{\"Hello\":2}\0", "\"Heartbeat\"\0".repeat(1000), "{\"Tea\":1}\0", "{\"Hello\":1}\0{\"Connection\":\"x\"}\0",
                "[".repeat(200) + "\0", "{\"Hello\":1}\0{\"Challenge\":\"12345678-1234-5678-1234-567812345678\"}\0")) {
                CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                    try (Socket socket = server.accept()) {
                        socket.getOutputStream().write(lie.getBytes(ISO_8859_1));
                        drains(socket);
                    } catch (IOException e) {
                        // It was cut off, which is what the page shall do.
                    }
                }, EACH);
                sdk.run("""
                    const tunnel = await os.tunnel.open({ port: 8000, server: argument }).catch((error) => error);
                    if (tunnel.url) {
                      await until(() => tunnel.state === 'refused', 'the lie is found out');
                    } else {
                      equal(tunnel.code, 'EPROTO', tunnel.message);
                    }
                    """, where);
                serving.get(30, TimeUnit.SECONDS);
            }
            // A flood of visitors that are none: a million.
            List<Socket> claims = new CopyOnWriteArrayList<>();
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    OutputStream out = socket.getOutputStream();
                    out.write("{\"Hello\":5}\0".getBytes(UTF_8));
                    byte[] many = "{\"Connection\":\"12345678-1234-5678-1234-567812345678\"}\0".repeat(1000).getBytes(UTF_8);
                    for (int i = 0; i < 1000; i++) {
                        out.write(many);
                    }
                    while (true) {
                        claims.add(server.accept());
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            }, EACH);
            sdk.run("""
                globalThis.flooded = await os.tunnel.open({ port: 8000, server: argument, maxVisitors: 10 });
                await until(async () => (await flooded.visitors()).length === 10, 'as many are here as may be');
                equal(flooded.state, 'public');
                await flooded.close();
                equal(await os.check(), []);
                """, where);
            assertTrue(claims.size() <= 10, claims.size() + " connections were made for visitors that are none");
            server.close();
            serving.get(30, TimeUnit.SECONDS);
        }
    }

    /** Programs, here in C and in Python, reach what the relay allows, and nothing else. */
    private void programs() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try (Socket socket = server.accept()) {
                    byte[] asked = socket.getInputStream().readNBytes(8);
                    socket.getOutputStream().write(("you said " + new String(asked, UTF_8)).getBytes(UTF_8));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }, EACH);
            sdk.run("""
                await install(os, 'tcp');
                const ask = (host, port) => go(os, 'tcp', ['ask', String(port), 'good day', host], { capabilities: { connect: true } });
                // This machine by a name that does not mean the OS itself.
                equal(await ask('::ffff:127.0.0.1', argument), { status: 0, stdout: 'you said good day', stderr: '' });
                const refused = await ask('10.0.0.1', 80);
                equal([refused.status, refused.stderr], [1, 'connect: Connection refused\\n']);
                const last = (await os.audit()).at(-1);
                equal([last.call, last.target, last.errno], ['connect', '10.0.0.1:80', 'ECONNREFUSED']);
                equal(await os.check(), []);
                """, server.getLocalPort());
            serving.get(30, TimeUnit.SECONDS);
        }
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        web.createContext("/", exchange -> {
            byte[] answer = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        web.start();
        try {
            sdk.run("""
                await os.fs.writeFile('/work/reach.py', await file('e2e/guests/python-net/reach.py'));
                const { status, stdout, stderr } = await ended(await os.spawn('python@3.13', ['reach.py', String(argument)], { capabilities:
                  { read: ['/'], clock: true, random: true, connect: [`[::ffff:127.0.0.1]:${argument}`, '10.0.0.1:80'] } }));
                equal([status, stdout, stderr.slice(-500)], [0, 'ECONNREFUSED\\n', '']);
                const last = (await os.audit()).at(-1);
                equal([last.call, last.target, last.errno], ['connect', '10.0.0.1:80', 'ECONNREFUSED']);
                equal(await os.check(), []);
                """, web.getAddress().getPort());
        } finally {
            web.stop(0);
        }
    }

    @Test
    void thePageSharesAPort(@TempDir Path folder) throws Exception {
        Path project = Files.createDirectory(folder.resolve("serving"));
        Files.copy(Checkout.guest("serve"), project.resolve("serve.wasm"));
        try (Desk desk = new Desk(chromium, site.url("")).ready()) {
            desk.choose(project);
            desk.run("8000");
            Page page = desk.page;
            page.locator("#preview-share").click();
            assertThat(page.locator("#share-port")).hasText("8000");
            assertThat(page.locator("#share-warning")).isVisible();
            page.locator("#share-server").fill(server());
            page.locator("#share-secret").fill("wrong");
            page.locator("#share-form .primary").click();
            assertThat(page.locator("#share-state")).hasText("Not public");
            assertThat(page.locator("#share-reason")).containsText("invalid secret");
            page.locator("#share-again").click();
            assertThat(page.locator("#share-warning")).isHidden();
            assertThat(page.locator("#share-server")).isFocused();
            page.locator("#share-secret").fill(SECRET);
            page.locator("#share-form summary").click();
            page.locator("#share-life").selectOption("10");
            page.keyboard().press("Escape");
            page.locator("#preview-share").click();
            page.locator("#share-secret").press("Enter");
            assertThat(page.locator("#share-state")).hasText("Public");
            assertThat(page.locator("#share-qr svg")).isVisible();
            assertThat(page.locator("#share-end")).containsText("Until ");
            assertThat(page.locator("#share-copy")).isFocused();
            page.keyboard().press("Escape");
            assertThat(page.locator("#preview-share")).hasText("Public");
            page.locator("#preview-share").click();
            int port = URI.create(page.locator("#share-url").textContent()).getPort();
            assertEquals("hello there", new String(get(port, "/"), UTF_8));
            try (Socket socket = visit(port)) {
                socket.getOutputStream().write("hello".getBytes(UTF_8));
                assertThat(page.locator("#share-count")).hasText("One visitor:");
                page.locator("#share-stop").click();
                assertThat(page.locator("#share-state")).hasText("No longer public");
                assertThat(page.locator("#share-again")).isFocused();
                assertThat(page.locator("#preview-share")).hasText("Share…");
                assertTrue(drains(socket), "a visitor stays after the end of sharing");
            }
            awaitRefused(port);
            desk.close();
            desk.check();
        }
    }
}
