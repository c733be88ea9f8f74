package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is answered under which name. */
class HostsTest extends ServedTest {

    @ParameterizedTest
    @ValueSource(strings = {"samovar.localhost", "SAMOVAR.LocalHost"})
    void thePageHostGetsThePage(String name) throws Exception {
        assertEquals("page", http.ask("GET", "/", host(name)).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]"})
    void loopbackNamesAreSentToThePageHost(String name) throws Exception {
        RawHttp.Answer answer = http.ask("GET", "/a%20b/?q=1&r=%2F", host(name));
        assertEquals(302, answer.status());
        assertEquals(server.url() + "a%20b/?q=1&r=%2F", answer.header("Location"));
        assertTrue(answer.body().endsWith(".\n"), answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"samovar.localhost", "localhost", "127.0.0.1", "[::1]"})
    void healthAnswersOnEachOfThem(String name) throws Exception {
        RawHttp.Answer answer = http.ask("GET", "/health", host(name));
        assertEquals(200, answer.status());
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("{\"status\":\"ok\"}", answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "samovar.localhost.evil.example", "evilsamovar.localhost",
        "a.samovar.localhost", "p0-a.samovar.localhost", "p80-.samovar.localhost", "p65536-a.samovar.localhost",
        "p80-a.b.samovar.localhost", "p80-a.previews.localhost", "0.0.0.0", "127.0.0.2"})
    void anyOtherNameIsMisdirected(String name) throws Exception {
        for (String path : new String[] {"/", "/health"}) {
            RawHttp.Answer answer = http.ask("GET", path, host(name));
            assertEquals(421, answer.status());
            assertTrue(answer.body().contains(server.url()), answer.body());
            assertFalse(answer.body().contains("page"));
        }
    }

    @Test
    void anotherPortIsMisdirected() throws Exception {
        assertEquals(421, http.ask("GET", "/", "samovar.localhost:" + (server.port() ^ 1)).status());
        assertEquals(421, http.ask("GET", "/", "samovar.localhost").status());
    }

    @Test
    void aRequestWithoutOrWithTwoHostsIsRefused() throws Exception {
        assertEquals(400, http.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n").status());
        assertEquals(400, http.ask("GET", "/", host("samovar.localhost"), "Host: evil.example").status());
        RawHttp.Answer absolute = http.ask("GET", "http://evil.example/", host("samovar.localhost"));
        assertNotEquals(200, absolute.status());
    }
}
