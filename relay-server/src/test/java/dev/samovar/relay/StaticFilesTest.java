package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which file, with which headers, and which never. */
class StaticFilesTest extends ServedTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "a.wasm  | application/wasm",
        "a.js    | text/javascript; charset=utf-8",
        "a.mjs   | text/javascript; charset=utf-8",
        "a.html  | text/html;charset=utf-8",
        "a.css   | text/css; charset=utf-8",
        "a.json  | application/json",
        "a.map   | application/json",
        "a.txt   | text/plain;charset=utf-8",
        "a.svg   | image/svg+xml",
        "a.png   | image/png",
        "a.woff2 | font/woff2",
    })
    void saysWhatAFileIs(String name, String type) throws Exception {
        Files.writeString(first.resolve(name), "x");
        assertEquals(type, http.get("/" + name).header("Content-Type"));
    }

    @Test
    void theFirstRootThatHoldsAFileWins() throws Exception {
        Files.writeString(first.resolve("both.js"), "first");
        Files.writeString(second.resolve("both.js"), "second");
        Files.createDirectory(first.resolve("sdk"));
        Files.createDirectory(second.resolve("sdk"));
        Files.writeString(second.resolve("sdk/only.js"), "second");
        assertEquals("first", http.get("/both.js").body());
        assertEquals("second", http.get("/sdk/only.js").body());
    }

    @Test
    void aFolderServesItsIndexAndIsNeverListed() throws Exception {
        Files.createDirectory(first.resolve("with"));
        Files.writeString(first.resolve("with/index.html"), "inner");
        Files.createDirectory(first.resolve("without"));
        Files.writeString(first.resolve("without/hidden.txt"), "x");
        assertEquals("page", http.get("/").body());
        assertEquals("inner", http.get("/with/").body());
        assertEquals("/with/", http.get("/with").header("Location"));
        RawHttp.Answer refused = http.get("/without/");
        assertEquals(403, refused.status());
        assertFalse(refused.body().contains("hidden"));
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        RawHttp.Answer head = http.ask("HEAD", "/", host("samovar.localhost"));
        assertEquals(200, head.status());
        assertEquals("4", head.header("Content-Length"));
        assertEquals("", head.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"})
    void otherMethodsAreToldWhatIsAllowed(String method) throws Exception {
        for (String path : new String[] {"/", "/health", "/none"}) {
            RawHttp.Answer answer = http.ask(method, path, host("samovar.localhost"), "Content-Length: 0");
            assertEquals(405, answer.status());
            assertEquals("GET, HEAD", answer.header("Allow"));
            assertTrue(answer.body().contains(method), answer.body());
        }
    }

    @Test
    void anUnchangedFileIsNotSentAgain() throws Exception {
        RawHttp.Answer full = http.get("/");
        assertEquals("no-cache", full.header("Cache-Control"));
        RawHttp.Answer again = http.get("/", "If-None-Match: " + full.header("ETag"));
        assertEquals(304, again.status());
        assertEquals("no-cache", again.header("Cache-Control"));
        assertEquals("", again.body());
    }

    @Test
    void aChangedFileIsSentAtOnce() throws Exception {
        String old = http.get("/").header("ETag");
        Files.writeString(first.resolve("index.html"), "next");
        Files.setLastModifiedTime(first.resolve("index.html"), FileTime.from(Instant.now().plusSeconds(5)));
        RawHttp.Answer next = http.get("/", "If-None-Match: " + old);
        assertEquals(200, next.status());
        assertEquals("next", next.body());
        assertNotEquals(old, next.header("ETag"));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "/../secret", "/a/../../secret", "/%2e%2e/secret", "/.%2e/secret", "/..%2fsecret", "/%2e%2e%2fsecret",
        "/..%5csecret", "/..\\secret", "/%252e%252e/secret", "//secret", "///../secret", "/..;/secret", "/..;a=b/secret",
        "/index.html%00", "/index.html%00.js", "/%ff%fe", "/%c0%ae%c0%ae/secret", "/%zz", "/%", "/first/../../secret",
        "/folder/%2e%2e/%2e%2e/secret", "/secret", "/folder/", "/first", "..", "secret", "/a\u0001b"})
    void noPathLeadsOutOfTheRoots(String path) throws Exception {
        Files.createDirectory(first.resolve("folder"));
        RawHttp.Answer answer = http.get(path);
        assertTrue(answer.status() >= 400 && answer.status() < 500, path + " " + answer.status());
        assertFalse(answer.body().contains("SECRET"));
        assertFalse(answer.body().contains(parent.toString()), answer.body());
        assertTrue(answer.body().endsWith(".\n"), answer.body());
        assertEquals("text/plain; charset=utf-8", answer.header("Content-Type"));
    }

    @Test
    void aLinkIsFollowedInsideTheRootsOnly() throws Exception {
        Files.writeString(second.resolve("target.js"), "inside");
        Files.createSymbolicLink(first.resolve("inside.js"), second.resolve("target.js"));
        Files.createSymbolicLink(first.resolve("outside.js"), parent.resolve("secret"));
        Files.createSymbolicLink(first.resolve("up"), parent);
        Files.createSymbolicLink(first.resolve("loop"), first.resolve("loop"));
        assertEquals("inside", http.get("/inside.js").body());
        for (String path : new String[] {"/outside.js", "/up/secret", "/up/first/../secret", "/up", "/up/", "/loop"}) {
            RawHttp.Answer answer = http.get(path);
            assertEquals(404, answer.status(), path);
            assertTrue(answer.body().endsWith(".\n"), answer.body());
            assertFalse(answer.body().contains("SECRET"));
        }
    }

    @Test
    void aPartOfAFileCanBeAskedFor() throws Exception {
        RawHttp.Answer part = http.get("/index.html", "Range: bytes=1-2");
        assertEquals(206, part.status());
        assertEquals("ag", part.body());
    }

    @Test
    void hugeHeadersAreRefused() throws Exception {
        assertEquals(431, http.get("/", "X: " + "x".repeat(2_000_000)).status());
    }
}
