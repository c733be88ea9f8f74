package dev.samovar.relay;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Sends who typed {@code localhost} or {@code 127.0.0.1} to the page's own host, and who came without TLS to where there is.
 * The page must live there: browsers treat {@code localhost} as a public suffix, so that its previews would be of another
 * site, and denied storage; and without TLS a public page has no service workers and no shared memory.
 */
final class ToPageHost extends Handler.Abstract.NonBlocking {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Site site = Site.of(request);
        if (Hosts.of(request) != Hosts.DIRECT && request.isSecure() == site.scheme().equals("https")) {
            return false;
        }
        String place = site.origin() + request.getHttpURI().getPathQuery();
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Response.sendRedirect(request, response, callback, HttpStatus.FOUND_302, place, true,
            UTF_8.encode("The page lives at " + place + " .\n"));
        return true;
    }
}
