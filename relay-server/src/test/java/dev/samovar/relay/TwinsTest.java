package dev.samovar.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is given a file's compressed twin, and how long what may be kept. */
class TwinsTest extends ServedTest {

    private static final String HASHED = "/" + "0123456789abcdef".repeat(4) + ".wasm";

    @BeforeEach
    void write() throws Exception {
        Instant now = Instant.now();
        write(first.resolve("a.js"), "as it is", now);
        write(first.resolve("a.js.br"), "BR", now);
        write(first.resolve("a.js.gz"), "GZ", now.plusSeconds(1));
    }

    private static void write(Path file, String text, Instant when) throws Exception {
        Files.writeString(file, text, ISO_8859_1);
        Files.setLastModifiedTime(file, FileTime.from(when));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", delimiter = '|', value = {
        "gzip, deflate, br, zstd | br   | BR",
        "br                      | br   | BR",
        "gzip, deflate           | gzip | GZ",
        "gzip;q=1, br;q=0.1      | gzip | GZ",
        "gzip;q=0, br;q=0        | -    | as it is",
        "identity                | -    | as it is",
        "zstd                    | -    | as it is",
    })
    void aBrowserIsGivenWhatItTakes(String accepts, String encoding, String body) throws Exception {
        RawHttp.Answer answer = http.get("/a.js", "Accept-Encoding: " + accepts);
        assertEquals(200, answer.status());
        assertEquals(encoding, answer.header("Content-Encoding"));
        assertEquals(body, answer.body());
        assertEquals("Accept-Encoding", answer.header("Vary"));
        assertEquals("text/javascript; charset=utf-8", answer.header("Content-Type"));
        assertEquals("no-cache", answer.header("Cache-Control"));
        assertEquals(304, http.get("/a.js", "Accept-Encoding: " + accepts, "If-None-Match: " + answer.header("ETag")).status());
    }

    @Test
    void eachFormHasAnETagOfItsOwn() throws Exception {
        assertNotEquals(http.get("/a.js").header("ETag"), http.get("/a.js", "Accept-Encoding: br").header("ETag"));
    }

    @Test
    void aTwinOfAnEarlierBuildIsNotUsed() throws Exception {
        write(first.resolve("a.js"), "newer", Instant.now().plusSeconds(10));
        RawHttp.Answer answer = http.get("/a.js", "Accept-Encoding: gzip, br");
        assertEquals("newer", answer.body());
        assertNull(answer.header("Content-Encoding"));
    }

    @Test
    void aTwinOfAnotherFolderIsNotUsed() throws Exception {
        write(first.resolve("b.js"), "first", Instant.now());
        write(second.resolve("b.js"), "second", Instant.now());
        write(second.resolve("b.js.gz"), "GZ", Instant.now().plusSeconds(1));
        assertEquals("first", http.get("/b.js", "Accept-Encoding: gzip").body());
    }

    @Test
    void onlyWhatIsNamedByItsHashIsKeptUnasked() throws Exception {
        Files.writeString(first.resolve(HASHED.substring(1)), "x");
        Files.writeString(first.resolve("x" + HASHED.substring(1)), "x");
        assertEquals("public, max-age=31536000, immutable", http.get(HASHED).header("Cache-Control"));
        assertEquals("no-cache", http.get("/x" + HASHED.substring(1)).header("Cache-Control"));
        assertEquals("no-store", http.get(HASHED.replace('0', '1')).header("Cache-Control"));
    }
}
