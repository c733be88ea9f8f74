package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.net.AllowList;
import dev.samovar.relay.net.Target;
import dev.samovar.relay.wisp.RelayConfig;
import dev.samovar.relay.wisp.WispPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS with certificates of the test's own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TlsTest {

    @TempDir
    Path folder;

    private ServerConfig config(Target target, Front.Identity... identities) throws IOException {
        Files.writeString(folder.resolve("index.html"), "page");
        Front front = new Front(List.of(), null, List.of(identities), List.of(), Front.DEFAULT.proxyHeader(), 64, 30);
        RelayConfig relay = new RelayConfig(new AllowList(List.of(target)), null, 16, 16, 0, 0, 10_000, 0);
        return new ServerConfig(0, List.of(folder), List.of(), false, null, relay, null, null, front);
    }

    private static SSLSocket open(SSLContext context, int port, String name) throws IOException {
        Socket plain = new Socket("127.0.0.1", port);
        plain.setSoTimeout(30_000);
        return (SSLSocket) context.getSocketFactory().createSocket(plain, name, port, true);
    }

    @Test
    void pageRelayAndANewCertificateWhileBothGoOn() throws Exception {
        Keys keys = new Keys(folder);
        Front.Identity page = keys.make("page", "RSA", "dns:samovar.localhost,dns:*.samovar.localhost,ip:127.0.0.1");
        Front.Identity other = keys.make("other", "EC", "dns:other.example");
        Front.Identity next = keys.make("next", "EC", "dns:samovar.localhost,ip:127.0.0.1");
        SSLContext context = keys.context();
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
            Target allowed = Target.parse("127.0.0.1:" + target.getLocalPort());
            try (SamovarServer server = SamovarServer.start(config(allowed, page, other))) {
                int port = server.port();
                assertEquals("https://samovar.localhost:" + port + "/", server.url());
                RawHttp https = new RawHttp("127.0.0.1", port) {
                    @Override
                    Socket open() throws IOException {
                        return TlsTest.open(context, port, "samovar.localhost");
                    }
                };
                assertEquals("page", https.get("/").body());
                assertEquals("{\"previewSuffix\":\"samovar.localhost:" + port + "\"}", https.get("/__samovar/settings.json").body());
                assertTrue(https.get("/").header("Content-Security-Policy").contains(
                    "frame-src https://*.samovar.localhost:" + port), "frames are https");
                assertEquals("https://samovar.localhost:" + port + "/a", https.ask("GET", "/a", "localhost:" + port).header("Location"));
                assertEquals(421, https.ask("GET", "/", "other.example:" + port).status());

                try (SSLSocket first = open(context, port, "samovar.localhost"); SSLSocket second = open(context, port, "other.example")) {
                    assertEquals("CN=page", Keys.name(first.getSession().getPeerCertificates()[0]));
                    assertEquals("CN=other", Keys.name(second.getSession().getPeerCertificates()[0]));
                    HttpClient client = HttpClient.newBuilder().sslContext(context).build();
                    URI relay = URI.create("wss://127.0.0.1:" + port + "/relay");
                    Throwable refusal = assertThrows(ExecutionException.class,
                        () -> WispPeer.open(client, relay, "http://samovar.localhost:" + port, "samovar-wisp.1", true)).getCause();
                    assertEquals(403, ((WebSocketHandshakeException) refusal).getResponse().statusCode());
                    try (WispPeer peer = WispPeer.open(client, relay, "https://samovar.localhost:" + port, "samovar-wisp.1", true)) {
                        peer.connect(1, "127.0.0.1", target.getLocalPort());
                        try (Socket reached = target.accept()) {
                            server.configure(config(allowed, next));
                            try (SSLSocket third = open(context, port, "samovar.localhost")) {
                                assertEquals("CN=next", Keys.name(third.getSession().getPeerCertificates()[0]));
                            }
                            peer.send(2, 1, new byte[] {'x'});
                            assertEquals('x', reached.getInputStream().read());
                            first.getOutputStream().write(("GET /health HTTP/1.1\r\nHost: samovar.localhost:" + port + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                            assertEquals('H', first.getInputStream().read());
                            IOException wrong = assertThrows(IOException.class, () -> server.configure(
                                config(allowed, new Front.Identity(page.certificate(), other.key()))));
                            assertTrue(wrong.getMessage().contains("is not that of its certificate"), wrong.getMessage());
                        }
                    }
                }
            }
        }
    }

    @Test
    void plainHttpToAPortOfTlsIsNotAnswered() throws Exception {
        Front.Identity page = new Keys(folder).make("page", "EC", "dns:samovar.localhost");
        try (SamovarServer server = SamovarServer.start(config(Target.parse("127.0.0.1:1"), page));
            Socket plain = new Socket("127.0.0.1", server.port())) {
            plain.setSoTimeout(30_000);
            plain.getOutputStream().write("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(!answer.contains("200") && !answer.contains("ok"), answer);
        }
    }
}
