package dev.samovar.relay;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Turns away requests for other names than ours. A hostile site can make its own name point to 127.0.0.1 (DNS
 * rebinding), and its pages would then be of the same origin as ours; but they cannot choose the Host header.
 */
final class HostCheck extends Handler.Wrapper {

    private final PreviewFiles previews;

    /**
     * @param handler  answers on the page's names
     * @param previews answers on those of previews, which are never given anything else
     */
    HostCheck(Handler handler, PreviewFiles previews) {
        super(handler);
        this.previews = previews;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        switch (Hosts.of(request)) {
            case STRANGER -> Response.writeError(request, response, callback, HttpStatus.MISDIRECTED_REQUEST_421,
                "This server does not answer to that name: open " + Site.of(request).origin() + "/ .");
            case PREVIEW -> previews.answer(request, response, callback);
            case PAGE, DIRECT -> {
                return super.handle(request, response, callback);
            }
        }
        return true;
    }
}
