package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.wisp.RelayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What previews' hosts are given, and that it is all that they are given. */
class PreviewFilesTest extends ServedTest {

    private static final String SCRIPT = "Service-Worker: script";

    @BeforeEach
    void write() throws Exception {
        Path folder = Files.createDirectory(second.resolve("__samovar"));
        for (String name : new String[] {"bootstrap.html", "bootstrap.js", "broker.html", "broker.js", "sw.js", "secret.js"}) {
            Files.writeString(folder.resolve(name), "<" + name + ">");
        }
    }

    private RawHttp.Answer ask(String path, String... headers) throws IOException {
        return http.ask("GET", path, host("p8000-a1b2.samovar.localhost"), headers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/index.html", "/health", "/a/b?c=d", "/project/files", "/%41"})
    void anyPageIsTheBootstrapDocument(String path) throws Exception {
        RawHttp.Answer answer = ask(path, "Sec-Fetch-Mode: navigate");
        assertEquals(200, answer.status());
        assertEquals("<bootstrap.html>", answer.body());
        assertEquals("text/html; charset=utf-8", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        isolated(answer);
        assertFalse(answer.header("Content-Security-Policy").contains("frame-ancestors"), "other previews may frame it");
    }

    private static void isolated(RawHttp.Answer answer) {
        assertEquals("credentialless", answer.header("Cross-Origin-Embedder-Policy"));
        assertEquals("cross-origin", answer.header("Cross-Origin-Resource-Policy"));
        assertEquals("?1", answer.header("Origin-Agent-Cluster"));
        assertEquals("nosniff", answer.header("X-Content-Type-Options"));
        assertTrue(answer.header("Content-Security-Policy").startsWith(PreviewFiles.POLICY));
        assertNull(answer.header("Cross-Origin-Opener-Policy"));
        assertNull(answer.header("X-Frame-Options"));
        assertNull(answer.header("Access-Control-Allow-Origin"));
        assertNull(answer.header("Set-Cookie"));
    }

    @Test
    void whatIsNoPageIsSaidToBe() throws Exception {
        for (String mode : new String[] {"cors", "no-cors", "same-origin", "websocket"}) {
            RawHttp.Answer answer = ask("/data.json", "Sec-Fetch-Mode: " + mode);
            assertEquals(404, answer.status());
            assertTrue(answer.body().contains("service worker") && answer.body().endsWith(".\n"), answer.body());
            isolated(answer);
        }
        RawHttp.Answer post = http.ask("POST", "/form", host("p8000-a1b2.samovar.localhost"), "Content-Length: 0");
        assertEquals(405, post.status());
        assertEquals("GET, HEAD", post.header("Allow"));
    }

    @Test
    void theBrokerIsFramedByThePageAlone() throws Exception {
        RawHttp.Answer answer = ask("/__samovar/broker.html");
        assertEquals("<broker.html>", answer.body());
        isolated(answer);
        assertTrue(answer.header("Content-Security-Policy").endsWith("; frame-ancestors http://samovar.localhost:" + server.port()));
        assertEquals("text/javascript; charset=utf-8", ask("/__samovar/broker.js").header("Content-Type"));
        RawHttp.Answer head = http.ask("HEAD", "/__samovar/broker.html", host("p8000-a1b2.samovar.localhost"));
        assertEquals(200, head.status());
        assertEquals("13", head.header("Content-Length"));
        assertEquals("", head.body());
    }

    @Test
    void thereIsOneServiceWorker() throws Exception {
        RawHttp.Answer answer = ask("/__samovar/sw.js", SCRIPT);
        assertEquals("<sw.js>", answer.body());
        assertEquals("/", answer.header("Service-Worker-Allowed"));
        isolated(answer);
        for (String path : new String[] {"/", "/own.js", "/__samovar/broker.js", "/__samovar/bootstrap.js"}) {
            RawHttp.Answer refused = ask(path, SCRIPT);
            assertEquals(403, refused.status(), path);
            assertNull(refused.header("Service-Worker-Allowed"));
        }
        assertEquals(403, ask("/__samovar/sw.js").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/__samovar/", "/__samovar/secret.js", "/__samovar/bootstrap.html", "/__samovar/settings.json",
        "/__samovar/broker.html/", "/__samovar//broker.js", "/__samovar/x/../../secret"})
    void nothingElseIsThere(String path) throws Exception {
        RawHttp.Answer answer = ask(path);
        assertTrue(answer.status() == 404 || answer.status() == 400 || answer.body().equals("<bootstrap.html>"), path + answer.status());
        assertFalse(answer.body().toLowerCase().contains("secret.js>"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/__samovar/sw.js", "/__samovar/broker.html", "/__samovar/broker.js", "/__samovar/"})
    void thePageHostHasNoneOfIt(String path) throws Exception {
        assertEquals(404, http.get(path, SCRIPT).status());
        assertEquals("{\"previewSuffix\":\"" + host("samovar.localhost") + "\"}", http.get("/__samovar/settings.json").body());
    }

    @Test
    void previewsCanBeOfAnotherSite() throws Exception {
        ServerConfig config = new ServerConfig(0, List.of(second), List.of(), false, null, RelayConfig.DEFAULT, null,
            "previews.localhost");
        try (SamovarServer other = SamovarServer.start(config)) {
            RawHttp there = new RawHttp("127.0.0.1", other.port());
            assertEquals("<bootstrap.html>", there.ask("GET", "/", "p80-a.previews.localhost:" + other.port()).body());
            assertEquals(421, there.ask("GET", "/", "p80-a.samovar.localhost:" + other.port()).status());
            assertEquals(421, there.ask("GET", "/", "p80-a.previews.localhost").status());
            assertEquals("{\"previewSuffix\":\"previews.localhost:" + other.port() + "\"}",
                there.get("/__samovar/settings.json").body());
            assertTrue(there.get("/health").header("Content-Security-Policy")
                .contains("; frame-src http://*.previews.localhost:" + other.port() + ";"));
        }
    }
}
