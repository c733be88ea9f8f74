package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What --allow-cors opens, and to whom. Without it there is no CORS header at all: see SecurityHeadersTest. */
class CorsTest extends ServedTest {

    @Override
    List<String> corsOrigins() {
        return List.of("http://a.example:3000", "https://b.example");
    }

    @Test
    void aNamedOriginMayRead() throws Exception {
        RawHttp.Answer answer = http.get("/", "Origin: http://a.example:3000");
        assertEquals("http://a.example:3000", answer.header("Access-Control-Allow-Origin"));
        assertNull(answer.header("Access-Control-Allow-Credentials"));
        assertEquals("Origin", answer.header("Vary"));
    }

    @Test
    void anotherOriginMayNot() throws Exception {
        for (String origin : new String[] {"http://a.example", "http://aXexample:3000", "null", "http://evil.example"}) {
            RawHttp.Answer answer = http.get("/", "Origin: " + origin);
            assertEquals(200, answer.status());
            assertNull(answer.header("Access-Control-Allow-Origin"));
        }
        assertEquals("Origin", http.get("/").header("Vary"));
    }

    @Test
    void aPreflightIsAnswered() throws Exception {
        RawHttp.Answer answer = http.ask("OPTIONS", "/", host("samovar.localhost"),
            "Origin: https://b.example", "Access-Control-Request-Method: GET");
        assertEquals(200, answer.status());
        assertEquals("https://b.example", answer.header("Access-Control-Allow-Origin"));
    }

    @Test
    void aStrangeHostStaysMisdirected() throws Exception {
        RawHttp.Answer answer = http.ask("GET", "/", "evil.example", "Origin: https://b.example");
        assertEquals(421, answer.status());
        assertNull(answer.header("Access-Control-Allow-Origin"));
    }
}
