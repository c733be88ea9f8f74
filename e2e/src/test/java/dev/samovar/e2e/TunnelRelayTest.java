package dev.samovar.e2e;

import static dev.samovar.e2e.Visitor.EACH;
import static dev.samovar.e2e.Visitor.awaitRefused;
import static dev.samovar.e2e.Visitor.drains;
import static dev.samovar.e2e.Visitor.get;
import static dev.samovar.e2e.Visitor.made;
import static dev.samovar.e2e.Visitor.visit;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What lies between a tab and its bore server: a network that is cut, a relay of plain WISP. The bore server is a {@link BorePeer}. */
@ExtendWith(InBrowser.class)
@Timeout(value = 150, unit = TimeUnit.SECONDS)
class TunnelRelayTest {

    /** A program to visit, and a tunnel to it. Answers its public port. */
    private static int share(SdkPage sdk, BorePeer bore, String relay) {
        return URI.create((String) sdk.run("""
            const [server, relay] = argument;
            globalThis.server = server;
            globalThis.os = await Samovar.boot({ relay });
            watch(os);
            await install(os, 'serve', 'tcp');
            const served = await os.spawn('serve.wasm', ['8000']);
            equal(decode((await served.stdout.getReader().read()).value), 'listening\\n');
            globalThis.tunnel = await os.tunnel.open({ port: 8000, server, secret: 'öffne dich' });
            globalThis.states = [];
            tunnel.on('state', (state, { reason }) => states.push(`${state}: ${reason}`));
            return tunnel.url;
            """, List.of(bore.address(), relay))).getPort();
    }

    private static String url(Cable cable) {
        return "ws://samovar.localhost:" + cable.port() + "/relay";
    }

    @Test
    void whoRunsNoBoreServerIsTold(SdkPage sdk) {
        sdk.run("""
            const os = await booted();
            const error = await rejects(os.tunnel.open({ port: 8000 }), 'EACCES');
            matches(error.message, /runs no bore server; have it run with --bore-server, or name another/);
            """);
    }

    @Test
    void aNetworkThatIsCut(Chromium chromium) throws Exception {
        try (Site site = Site.relaying("localhost:*"); BorePeer bore = new BorePeer("öffne dich");
            Cable cable = new Cable(URI.create(site.url("")).getPort(), false); SdkPage sdk = new SdkPage(chromium, site)) {
            int port = share(sdk, bore, url(cable));
            assertEquals("hello there", new String(get(port, "/"), UTF_8));
            try (Socket visitor = visit(port)) {
                visitor.getOutputStream().write("x".getBytes(UTF_8));
                assertEquals('x', visitor.getInputStream().read());
                cable.mute();
                sdk.run("""
                    const asked = go(os, 'tcp', ['ask', '9', 'anyone?', '::ffff:127.0.0.1'], { capabilities: { connect: true } });
                    await until(() => tunnel.state === 'reconnecting', 'the silence is noticed', 30);
                    matches(tunnel.reason, /Nothing was heard of the server for 8 s/);
                    await until(async () => (await tunnel.visitors()).length === 0, 'the visitor is gone');
                    // The program's connection went down with the relay's.
                    const { status, stderr } = await asked;
                    ok(status === 1 && /^connect: /.test(stderr), stderr);
                    """);
                cable.mend();
                assertTrue(drains(visitor));
            }
            sdk.run("await until(() => tunnel.state === 'public', 'it is public again', 50);");
            assertEquals("hello there", new String(get(port, "/"), UTF_8));

            cable.cut();
            sdk.run("""
                await until(() => tunnel.state === 'reconnecting', 'the loss is noticed');
                await until(() => /relay at ws:.* cannot be reached/.test(tunnel.reason), 'the page says where it broke');
                """);
            cable.mend();
            sdk.run("await until(() => tunnel.state === 'public', 'it is public again', 50);");
            assertArrayEquals(made(300_000), get(port, "/bytes/300000"));
            sdk.run("""
                matches((await rejects(os.tunnel.open({ port: 8000, server, secret: 'open' }), 'EACCES')).message, /invalid secret/);
                matches((await rejects(os.tunnel.open({ port: 8000, server }), 'EACCES')).message, /wants a secret/);
                await tunnel.close();
                await until(async () => (await os.check()).length === 0, 'nothing is left');
                """);
            awaitRefused(port);
        }
    }

    @Test
    void aRelayOfPlainWisp(Chromium chromium) throws Exception {
        try (Site site = Site.relaying("localhost:*"); BorePeer bore = new BorePeer("öffne dich");
            Cable cable = new Cable(URI.create(site.url("")).getPort(), true); SdkPage sdk = new SdkPage(chromium, site)) {
            int port = share(sdk, bore, url(cable));
            assertEquals("hello there", new String(get(port, "/"), UTF_8));
            assertEquals("data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\ndata: 5\n\n", new String(get(port, "/events"), UTF_8));
            assertArrayEquals(made(20_000_000), get(port, "/bytes/20000000"));
            // Up and down at once, several: an end would be the end of both directions, so nobody says it.
            List<CompletableFuture<byte[]>> answers = IntStream.range(0, 8).mapToObj(i -> CompletableFuture.supplyAsync(() -> {
                try (Socket socket = visit(port)) {
                    EACH.execute(() -> {
                        try {
                            socket.getOutputStream().write(made(1_000_000 + i));
                        } catch (IOException e) {
                            // The other direction tells.
                        }
                    });
                    return socket.getInputStream().readNBytes(1_000_000 + i);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }, EACH)).toList();
            for (int i = 0; i < answers.size(); i++) {
                assertArrayEquals(made(1_000_000 + i), answers.get(i).get(60, TimeUnit.SECONDS));
            }
            sdk.run("""
                const refused = async (server, code, pattern) => {
                  matches((await rejects(os.tunnel.open({ port: 8000, server, secret: 'öffne dich' }), code)).message, pattern);
                };
                await refused('localhost:1', 'ECONNREFUSED', /nothing listens/);
                await refused('10.0.0.1', 'EACCES', /--relay-allow 10.0.0.1:7835/);
                await until(async () => (await tunnel.visitors()).length === 0, 'the visitors are gone');
                """);
            // The next time it does not accept the subprotocol, instead of not knowing what it accepted.
            cable.cut();
            cable.mend();
            sdk.run("""
                await until(() => states.some((state) => /^reconnecting/.test(state)) && tunnel.state === 'public', 'it is public again', 50);
                """);
            assertEquals("hello there", new String(get(port, "/"), UTF_8));
            aProgramThatDoesNotRead(sdk, bore);
        }
    }

    /** A relay of plain WISP cannot be told to wait: what it sends is kept, but not for ever. */
    private static void aProgramThatDoesNotRead(SdkPage sdk, BorePeer bore) throws Exception {
        int port = URI.create((String) sdk.run("""
            const listens = new Promise((resolve) => { os.on('port', (port) => port === 8001 && resolve()); });
            globalThis.deaf = await os.spawn('tcp.wasm', ['hold', '8001']);
            await listens;
            const tunnel = await os.tunnel.open({ port: 8001, server, secret: 'öffne dich' });
            globalThis.gone = new Promise((resolve) => { tunnel.on('visitor', (visitor) => visitor.state === 'closed' && resolve(visitor)); });
            return tunnel.url;
            """)).getPort();
        try (Socket socket = visit(port)) {
            CompletableFuture<Void> pouring = CompletableFuture.runAsync(() -> {
                try {
                    while (true) {
                        socket.getOutputStream().write(new byte[1 << 16]);
                    }
                } catch (IOException e) {
                    // It is sent away.
                }
            }, EACH);
            sdk.run("""
                const { reason, received } = await gone;
                matches(reason, /plain WISP/);
                ok(received > 16e6 && received < 18e6, `${received} bytes came`);
                await deaf.kill('SIGKILL');
                await deaf.exit;
                await tunnel.close();
                await until(async () => (await os.check()).length === 0, 'nothing is left');
                """);
            pouring.get(60, TimeUnit.SECONDS);
        }
    }
}
