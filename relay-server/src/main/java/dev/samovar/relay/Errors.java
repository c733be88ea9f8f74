package dev.samovar.relay;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * Words every refusal as a sentence of plain text. It also repeats the security headers, since a request too broken to
 * reach the handlers comes straight here.
 */
final class Errors implements Request.Handler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        SecurityHeaders.put(response.getHeaders(), request);
        int status = response.getStatus();
        if (HttpStatus.hasNoBody(status)) {
            callback.succeeded();
            return true;
        }
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(response, true, sentence(status, request) + "\n", callback);
        return true;
    }

    private static String sentence(int status, Request request) {
        String said = (String) request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        if (said != null && said.endsWith(".")) {
            return said;
        }
        String path = request.getHttpURI().getPath();
        return switch (status) {
            case HttpStatus.FORBIDDEN_403 -> path + " is a folder without an index.html, and folders are not listed.";
            case HttpStatus.NOT_FOUND_404 -> "There is no file " + path + " here.";
            case HttpStatus.INTERNAL_SERVER_ERROR_500 -> "The server failed at " + path + ": its own output says why.";
            default -> "The server refused this request: " + said + ".";
        };
    }
}
