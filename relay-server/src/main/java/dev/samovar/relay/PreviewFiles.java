package dev.samovar.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * All that previews' hosts are given: the service worker, the broker and the bootstrap document. What a preview shows comes
 * from the OS in the browser, through that service worker, and never from here; a page that is asked for before the worker
 * is there gets the bootstrap document, which makes it and loads the page again.
 */
final class PreviewFiles {

    static final String FOLDER = "/__samovar/";
    /** What a document from here may load, and so may the service worker: nothing but these files. */
    static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; "
        + "worker-src 'self'; base-uri 'none'; form-action 'none'";

    private static final String BOOTSTRAP = "bootstrap.html";
    private static final String BROKER = "broker.html";
    private static final String WORKER = "sw.js";
    private static final Map<String, String> TYPES = Map.of(
        BOOTSTRAP, "text/html; charset=utf-8",
        "bootstrap.js", "text/javascript; charset=utf-8",
        BROKER, "text/html; charset=utf-8",
        "broker.js", "text/javascript; charset=utf-8",
        WORKER, "text/javascript; charset=utf-8");

    private final List<Path> roots;

    /** @param roots the first that holds a file wins */
    PreviewFiles(List<Path> roots) {
        this.roots = roots;
    }

    /** Answers a request for a preview's host. */
    void answer(Request request, Response response, Callback callback) throws IOException {
        if (!HttpMethod.GET.is(request.getMethod()) && !HttpMethod.HEAD.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            refuse(HttpStatus.METHOD_NOT_ALLOWED_405, "no service worker has taken this " + request.getMethod()
                + ": open the preview's page, and send it from there", request, response, callback);
            return;
        }
        String path = Request.getPathInContext(request);
        HttpFields asked = request.getHeaders();
        String name = path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : BOOTSTRAP;
        boolean isWorker = name.equals(WORKER);
        if (!TYPES.containsKey(name) || (path.equals(FOLDER + BOOTSTRAP))) {
            refuse(HttpStatus.NOT_FOUND_404, "there is no " + path, request, response, callback);
        } else if (isWorker != "script".equals(asked.get("Service-Worker"))) {
            // A service worker of another script would be a preview's own, and in the way of this one.
            refuse(HttpStatus.FORBIDDEN_403, "the one service worker of a preview is " + FOLDER + WORKER, request, response, callback);
        } else if (name.equals(BOOTSTRAP) && !navigates(asked)) {
            refuse(HttpStatus.NOT_FOUND_404, "this went past the service worker, as synchronous requests do, or came before it",
                request, response, callback);
        } else {
            send(name, request, response, callback);
        }
    }

    /** Whether a document is wanted; a client that does not say so gets one. */
    private static boolean navigates(HttpFields asked) {
        String mode = asked.get("Sec-Fetch-Mode");
        return mode == null || mode.equals("navigate");
    }

    private void send(String name, Request request, Response response, Callback callback) throws IOException {
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, TYPES.get(name));
        headers.put(HttpHeader.CACHE_CONTROL, "no-store");
        if (name.equals(BROKER)) {
            headers.put("Content-Security-Policy",
                POLICY + "; frame-ancestors " + Site.of(request).origin());
        } else if (name.equals(WORKER)) {
            headers.put("Service-Worker-Allowed", "/");
        }
        byte[] bytes = read(name);
        headers.put(HttpHeader.CONTENT_LENGTH, bytes.length);
        boolean head = HttpMethod.HEAD.is(request.getMethod());
        response.write(true, head ? null : ByteBuffer.wrap(bytes), callback);
    }

    /** Read each time, like all that is served: they are small, and a rebuild counts at once. */
    private byte[] read(String name) throws IOException {
        for (Path root : roots) {
            Path file = root.resolve(FOLDER.substring(1) + name);
            if (Files.isRegularFile(file)) {
                return Files.readAllBytes(file);
            }
        }
        throw new IOException("There is no __samovar/" + name + " in what is served: build the module service-worker.");
    }

    private static void refuse(int status, String why, Request request, Response response, Callback callback) {
        Response.writeError(request, response, callback, status, "Not a preview's page here: " + why + ".");
    }
}
