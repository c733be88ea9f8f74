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

    HostCheck(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        switch (Hosts.of(request)) {
            case STRANGER -> Response.writeError(request, response, callback, HttpStatus.MISDIRECTED_REQUEST_421,
                "This server does not answer to that name: open " + Hosts.pageOrigin(Request.getLocalPort(request)) + "/ .");
            // Previews get what is made for them and never the page's files, so that a preview is never the page.
            case PREVIEW -> Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404,
                "This address is kept for previews, which this version of Samovar does not have yet.");
            case PAGE, LOOPBACK -> {
                return super.handle(request, response, callback);
            }
        }
        return true;
    }
}
