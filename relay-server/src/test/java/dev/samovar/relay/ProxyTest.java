package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.net.AddressRange;
import dev.samovar.relay.wisp.RelayConfig;
import dev.samovar.relay.wisp.WispPeer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server behind a proxy that speaks TLS for it, under a public name. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ProxyTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String ORIGIN = "https://samovar.example";

    @TempDir
    Path root;

    private SamovarServer start(String proxy, Front.ProxyHeader header) throws IOException {
        Files.writeString(root.resolve("index.html"), "page");
        Front front = new Front(List.of(), URI.create(ORIGIN), List.of(), List.of(AddressRange.parse(proxy)), header, 64, 30);
        // One WebSocket for each client.
        RelayConfig relay = new RelayConfig(RelayConfig.DEFAULT.allow(), "t0ken", 16, 1, 0, 0, 10_000, 0);
        return SamovarServer.start(new ServerConfig(0, List.of(root), List.of(), false, null, relay, null, null, front));
    }

    private static WispPeer open(SamovarServer server, String... headers) throws Exception {
        return WispPeer.open(CLIENT, URI.create("ws://127.0.0.1:" + server.port() + "/relay"), ORIGIN, "samovar-wisp.1", true, headers);
    }

    private static void assertTooMany(SamovarServer server, String... headers) {
        Throwable cause = assertThrows(ExecutionException.class, () -> open(server, headers)).getCause();
        assertEquals(429, ((WebSocketHandshakeException) cause).getResponse().statusCode());
    }

    @Test
    void namesAreThePublicOnes() throws Exception {
        try (SamovarServer server = start("127.0.0.1", Front.ProxyHeader.X_FORWARDED)) {
            RawHttp http = new RawHttp("127.0.0.1", server.port());
            String tls = "X-Forwarded-Proto: https";
            assertEquals(ORIGIN + "/", server.url());
            assertEquals("page", http.ask("GET", "/", "samovar.example", tls).body());
            assertEquals("page", http.ask("GET", "/", "SAMOVAR.example:443", tls).body());
            assertEquals("{\"previewSuffix\":\"samovar.example\"}",
                http.ask("GET", "/__samovar/settings.json", "samovar.example", tls).body());
            assertTrue(http.ask("GET", "/", "samovar.example", tls).header("Content-Security-Policy")
                .contains("frame-src https://*.samovar.example;"), "frames are the public ones");
            assertTrue(http.ask("GET", "/x", "p80-a.samovar.example", tls, "Sec-Fetch-Mode: cors").body().contains("service worker"));
            assertEquals(421, http.ask("GET", "/", "samovar.localhost:" + server.port(), tls).status());
            assertEquals(421, http.ask("GET", "/", "samovar.example:" + server.port(), tls).status());
            assertEquals(421, http.ask("GET", "/", "evil.example", tls, "X-Forwarded-Host: samovar.example").status());
            // Who came without TLS is sent to where there is; probes by address are answered.
            RawHttp.Answer plain = http.ask("GET", "/a?b", "samovar.example", "X-Forwarded-Proto: http");
            assertEquals("302 " + ORIGIN + "/a?b", plain.status() + " " + plain.header("Location"));
            assertEquals(200, http.ask("GET", "/ready", "127.0.0.1:" + server.port()).status());
        }
    }

    @Test
    void quotasCountTheClientBehindTheProxy() throws Exception {
        try (SamovarServer server = start("127.0.0.1", Front.ProxyHeader.X_FORWARDED);
            WispPeer one = open(server, "X-Forwarded-For", "192.0.2.1");
            WispPeer two = open(server, "X-Forwarded-For", "192.0.2.1, 192.0.2.2");
            WispPeer three = open(server, "X-Forwarded-For", "[2001:db8::1]:4711, 127.0.0.1")) {
            assertTooMany(server, "X-Forwarded-For", "192.0.2.1");
            // What stands before the last is the client's own say.
            assertTooMany(server, "X-Forwarded-For", "198.51.100.7, 192.0.2.2");
            assertTooMany(server, "X-Forwarded-For", "2001:db8::1");
            assertTooMany(server, "X-Forwarded-For", "192.0.2.2", "Forwarded", "for=198.51.100.8");
            // An alias is nobody in particular, and neither is what a client hides in quotes.
            try (WispPeer unknown = open(server, "X-Forwarded-For", "198.51.100.9, unknown"); WispPeer proxys = open(server)) {
                assertTooMany(server, "X-Forwarded-For", "198.51.100.10, _hidden");
                assertTooMany(server, "X-Forwarded-For", "198.51.100.10, \", 198.51.100.11\"");
                assertTooMany(server);
            }
        }
    }

    @Test
    void theOtherHeaderWhenItWasAskedFor() throws Exception {
        try (SamovarServer server = start("127.0.0.0/8", Front.ProxyHeader.FORWARDED);
            WispPeer one = open(server, "Forwarded", "for=192.0.2.1;proto=https");
            WispPeer two = open(server, "Forwarded", "for=192.0.2.1, For=\"[2001:db8::1]:4711\";proto=https, for=127.9.9.9")) {
            assertTooMany(server, "Forwarded", "for=\"192.0.2.1:80\"", "X-Forwarded-For", "198.51.100.7");
            assertTooMany(server, "Forwarded", "by=x;for=\"[2001:db8::1]\"");
            RawHttp http = new RawHttp("127.0.0.1", server.port());
            assertEquals(302, http.ask("GET", "/", "samovar.example", "Forwarded: for=192.0.2.1;proto=http").status());
            assertEquals(200, http.ask("GET", "/", "samovar.example", "Forwarded: for=192.0.2.1;proto=https").status());
        }
    }

    @Test
    void nobodyElseIsBelieved() throws Exception {
        try (SamovarServer server = start("10.0.0.0/8", Front.ProxyHeader.X_FORWARDED);
            WispPeer one = open(server, "X-Forwarded-For", "192.0.2.1")) {
            assertTooMany(server, "X-Forwarded-For", "192.0.2.2");
            RawHttp http = new RawHttp("127.0.0.1", server.port());
            assertEquals(302, http.ask("GET", "/", "samovar.example", "X-Forwarded-Proto: https").status());
        }
    }

    @Test
    void metricsAreForThisMachineOrWithTheToken() throws Exception {
        try (SamovarServer server = start("127.0.0.1", Front.ProxyHeader.X_FORWARDED)) {
            RawHttp http = new RawHttp("127.0.0.1", server.port());
            String name = "samovar.example";
            assertEquals(403, http.ask("GET", "/metrics", name, "X-Forwarded-For: 192.0.2.1").status());
            assertEquals(403, http.ask("GET", "/metrics", name, "X-Forwarded-For: 192.0.2.1", "Authorization: Bearer x").status());
            assertEquals(200, http.ask("GET", "/metrics", name, "X-Forwarded-For: 192.0.2.1", "Authorization: Bearer t0ken").status());
            assertEquals(403, http.ask("GET", "/metrics", name, "X-Forwarded-For: \", 192.0.2.1").status());
            assertEquals(200, http.ask("GET", "/metrics", "localhost:" + server.port()).status());
            assertEquals(200, http.ask("GET", "/health", name, "X-Forwarded-For: 192.0.2.1").status());
        }
    }

    @Test
    void itListensWhereItIsTold() throws Exception {
        Files.writeString(root.resolve("index.html"), "page");
        Front front = new Front(List.of(InetAddress.getByName("127.0.0.2")), null, List.of(), List.of(), Front.ProxyHeader.X_FORWARDED,
            64, 30);
        try (SamovarServer server = SamovarServer.start(new ServerConfig(0, List.of(root), List.of(), false, null,
            RelayConfig.DEFAULT, null, null, front))) {
            RawHttp http = new RawHttp("127.0.0.2", server.port());
            assertEquals(200, http.ask("GET", "/health", "127.0.0.2:" + server.port()).status());
            assertEquals("page", http.get("/").body());
            assertEquals(421, http.ask("GET", "/health", "127.0.0.3:" + server.port()).status());
            assertThrows(ConnectException.class, () -> new Socket("127.0.0.1", server.port()).close());
        }
    }
}
