package dev.samovar.relay;

import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The headers that isolate the page and bound what it may load. They stand on every response alike: a worker takes
 * its content policy from the response of its own script, and a module, a stylesheet or an error is otherwise one more
 * case to get wrong.
 */
final class SecurityHeaders extends Handler.Wrapper {

    private static final int MOST_COOKIES = 16 << 10;

    SecurityHeaders(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        put(response.getHeaders(), request);
        return super.handle(request, response, callback);
    }

    private static final String KERNEL_WORKER = "/kernel/kernel-worker.js";

    /** Writes the headers of the host that the request asks for. */
    static void put(HttpFields.Mutable headers, Request request) {
        // Previews are of the same site; this keeps them out of the page's process, where a loop of theirs would stall it.
        headers.put("Origin-Agent-Cluster", "?1");
        headers.put("X-Content-Type-Options", "nosniff");
        headers.put("Referrer-Policy", "no-referrer");
        if (Hosts.of(request) == Hosts.PREVIEW) {
            // A frame in the page needs both, and so does what the frame loads.
            headers.put("Cross-Origin-Embedder-Policy", "credentialless");
            headers.put("Cross-Origin-Resource-Policy", "cross-origin");
            headers.put("Content-Security-Policy", PreviewFiles.POLICY);
            return;
        }
        if (cookies(request) > MOST_COOKIES) {
            // The page uses none, and its site's previews can set them for it: so many are there to keep it from loading.
            headers.put("Clear-Site-Data", "\"cookies\"");
        }
        // The two that give the page SharedArrayBuffer, on which the kernel's memory rests.
        headers.put("Cross-Origin-Opener-Policy", "same-origin");
        headers.put("Cross-Origin-Embedder-Policy", "require-corp");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Content-Security-Policy", policy(request));
    }

    private static int cookies(Request request) {
        int length = 0;
        for (String value : request.getHeaders().getValuesList(HttpHeader.COOKIE)) {
            length += value.length();
        }
        return length;
    }

    private static String policy(Request request) {
        return String.join("; ", List.of(
            "default-src 'none'",
            // Compiling WebAssembly is what this page is for; eval of JavaScript stays forbidden.
            "script-src 'self' 'wasm-unsafe-eval'",
            "worker-src 'self'",
            // A relay may be another server's, which the person names. The kernel worker has the policy of its own script: it
            // asks other hosts for programs that were granted them.
            "connect-src 'self' ws: wss:" + (Request.getPathInContext(request).equals(KERNEL_WORKER) ? " http: https:" : ""),
            "img-src 'self' data: blob:",
            "font-src 'self'",
            // xterm.js writes both style elements (its theme, its cell size) and style attributes (a cell's colour),
            // so that naming style-src-elem and style-src-attr apart would allow the same and say it twice.
            "style-src 'self' 'unsafe-inline'",
            "frame-src " + Site.of(request).previewOrigins(),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'"));
    }
}
