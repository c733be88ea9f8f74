package dev.samovar.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The peer of a preview: an origin of its own, of the page's site as a preview's is, whose service worker answers each
 * request by itself, always the same. Its document and its responses have the headers that previews have.
 */
final class ConstantServer implements AutoCloseable {

    private static final String WORKER = """
        addEventListener('install', () => skipWaiting());
        addEventListener('activate', (event) => event.waitUntil(clients.claim()));
        addEventListener('fetch', (event) => event.respondWith(new Response('hello\\n', { headers: {
          'content-type': 'text/plain',
          'cross-origin-embedder-policy': 'credentialless',
          'cross-origin-resource-policy': 'cross-origin' } })));
        """;
    private static final String DOCUMENT = """
        <!doctype html><title>Constant</title><script>
        navigator.serviceWorker.register('/worker.js');
        navigator.serviceWorker.addEventListener('controllerchange', () => { document.title = 'Ready'; });
        </script>
        """;

    private final HttpServer server;

    /** Starts it, on a free port of the loopback. */
    ConstantServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, "text/html", DOCUMENT));
        server.createContext("/worker.js", exchange -> answer(exchange, "text/javascript", WORKER));
        server.start();
    }

    /** Where its document is; it has the title "Ready" once the service worker answers for it. */
    String url() {
        return "http://constant.samovar.localhost:" + server.getAddress().getPort() + "/";
    }

    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Origin-Agent-Cluster", "?1");
        exchange.getResponseHeaders().set("Cross-Origin-Embedder-Policy", "credentialless");
        exchange.getResponseHeaders().set("Cross-Origin-Resource-Policy", "cross-origin");
        exchange.sendResponseHeaders(200, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
