package dev.samovar.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Served by a server that does not send the headers of isolation. */
@ExtendWith(InBrowser.class)
class NotIsolatedTest {

    private static HttpServer server;

    @BeforeAll
    static void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", NotIsolatedTest::answer);
        server.start();
    }

    @AfterAll
    static void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        String file = path.isEmpty() ? "index.html" : path;
        Optional<Path> found = Site.roots().stream().map(root -> root.resolve(file)).filter(Files::isRegularFile).findFirst();
        byte[] body = found.isPresent() ? Files.readAllBytes(found.get()) : new byte[0];
        String type = file.endsWith(".js") || file.endsWith(".mjs") ? "text/javascript"
            : file.endsWith(".css") ? "text/css" : file.endsWith(".svg") ? "image/svg+xml" : "text/html; charset=utf-8";
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(found.isPresent() ? 200 : 404, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/";
    }

    @Test
    void bootSaysWhatIsMissing(Chromium chromium) {
        try (Tab tab = new Tab(chromium)) {
            tab.page.navigate(url() + "e2e/blank.html");
            assertEquals("NOT_ISOLATED true", tab.page.evaluate("""
                () => import('/sdk/samovar.js').then(({ Samovar }) => Samovar.boot()).then(() => 'booted',
                  (error) => `${error.code} ${error.message.includes('Cross-Origin-Opener-Policy')}`)
                """));
            tab.check();
        }
    }

    @Test
    void thePageSaysSo(Chromium chromium) {
        try (Tab tab = new Tab(chromium)) {
            tab.expectComplaint("not cross-origin isolated");
            tab.page.navigate(url());
            assertThat(tab.page.locator("#state")).hasText("Kernel not running");
            assertThat(tab.page.locator("#notice")).containsText("Cross-Origin-Opener-Policy");
            assertThat(tab.page.locator("#choose")).isDisabled();
            tab.check();
        }
    }
}
