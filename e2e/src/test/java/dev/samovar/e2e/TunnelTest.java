package dev.samovar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.SamovarServer;
import dev.samovar.relay.ServerConfig;
import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.wisp.RelayConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What runs in a tab, seen from outside the browser through a bore server of ours. */
@ExtendWith(InBrowser.class)
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class TunnelTest {

    private static final String SECRET = "s3cret";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Site site;
    private SamovarServer bore;
    private SdkPage sdk;

    @BeforeEach
    void serve(Chromium chromium) throws IOException {
        site = Site.relaying("localhost:*");
        bore = boreServer(0);
        sdk = new SdkPage(chromium, site);
        sdk.run("""
            globalThis.os = await booted('serve');
            globalThis.served = await os.spawn('serve.wasm', ['8000']);
            served.stderr.pipeTo(new WritableStream({ write: (bytes) => console.warn(decode(bytes)) }));
            const reader = served.stdout.getReader();
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

    private static byte[] get(int port, String path) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        return response.body();
    }

    private static Socket visit(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    @Test
    void pagesAndStreamsAndManyMegabytes() throws Exception {
        int port = share();
        assertEquals("hello there", new String(get(port, "/"), UTF_8));
        assertEquals("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\n", new String(get(port, "/events"), UTF_8));
        assertArrayEquals(made(1_000_003), get(port, "/bytes/1000003"));

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

    /** The bytes that serve.c makes. */
    private static byte[] made(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 0x9E3779B1 >>> 24);
        }
        return bytes;
    }
}
