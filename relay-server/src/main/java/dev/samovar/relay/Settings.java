package dev.samovar.relay;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Tells the page where previews are. What else lies under {@code /__samovar/} is for previews' hosts and not given away
 * here: a service worker for all paths, above all.
 */
final class Settings extends Handler.Abstract.NonBlocking {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (!path.startsWith(PreviewFiles.FOLDER)) {
            return false;
        }
        if (!path.equals(PreviewFiles.FOLDER + "settings.json")) {
            Response.writeError(request, response, callback, HttpStatus.NOT_FOUND_404);
            return true;
        }
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
        Content.Sink.write(response, true,
            "{\"previewSuffix\":\"" + Site.of(request).previewHost() + "\"}", callback);
        return true;
    }
}
