package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The same headers on whatever is answered. */
class SecurityHeadersTest extends ServedTest {

    private static final Map<String, String> FIXED = Map.of(
        "Cross-Origin-Opener-Policy", "same-origin",
        "Cross-Origin-Embedder-Policy", "require-corp",
        "Cross-Origin-Resource-Policy", "same-origin",
        "Origin-Agent-Cluster", "?1",
        "X-Content-Type-Options", "nosniff",
        "Referrer-Policy", "no-referrer");

    @Test
    void standOnEveryKindOfAnswer() throws Exception {
        Files.writeString(first.resolve("worker.js"), "");
        Files.createDirectory(first.resolve("folder"));
        isolated(200, http.get("/"));
        isolated(200, http.get("/worker.js"));
        isolated(200, http.get("/health"));
        isolated(200, http.ask("HEAD", "/", host("samovar.localhost")));
        isolated(206, http.get("/index.html", "Range: bytes=0-1"));
        isolated(302, http.get("/folder"));
        isolated(304, http.get("/", "If-None-Match: " + http.get("/").header("ETag")));
        isolated(400, http.get("/%2e%2e/secret"));
        isolated(400, http.send("nonsense\r\n\r\n"));
        isolated(403, http.get("/folder/"));
        isolated(404, http.get("/none"));
        isolated(405, http.ask("POST", "/", host("samovar.localhost")));
        isolated(416, http.get("/index.html", "Range: bytes=99-"));
        isolated(421, http.ask("GET", "/", "evil.example"));
    }

    private void isolated(int status, RawHttp.Answer answer) {
        assertEquals(status, answer.status());
        FIXED.forEach((name, value) -> assertEquals(value, answer.header(name), name));
        assertTrue(answer.header("Content-Security-Policy").startsWith("default-src 'none'; "));
        assertNull(answer.header("Access-Control-Allow-Origin"));
        assertNull(answer.header("Server"));
        assertNull(answer.header("Set-Cookie"));
    }

    @Test
    void thePageLoadsWhateverCookiesAPreviewHasSetForItsDomain() throws Exception {
        String[] bomb = new String[180];
        for (int i = 0; i < bomb.length; i++) {
            bomb[i] = "c" + i + "=" + "x".repeat(4000);
        }
        RawHttp.Answer answer = http.get("/", "Cookie: " + String.join("; ", bomb));
        assertEquals(200, answer.status());
        assertEquals("\"cookies\"", answer.header("Clear-Site-Data"));
        assertNull(http.get("/", "Cookie: a=b").header("Clear-Site-Data"));
    }

    @Test
    void theContentPolicyGrantsWhatThePageNeedsAndNoMore() throws Exception {
        List<String> policy = Arrays.asList(http.get("/").header("Content-Security-Policy").split("; "));
        assertEquals(List.of(
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self'",
            "connect-src 'self' ws: wss:",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "frame-src http://*.samovar.localhost:" + server.port(),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'"), policy);
        assertFalse(policy.get(1).contains("'unsafe-eval'"));
    }
}
