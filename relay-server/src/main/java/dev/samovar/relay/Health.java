package dev.samovar.relay;

import dev.samovar.relay.net.Metrics;
import dev.samovar.relay.wisp.Relay;
import java.net.InetSocketAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers scripts, under whichever name they know the server: {@code /health}, whether it is up; {@code /ready}, whether
 * it takes new work, which it no longer does while it stops; {@code /metrics}, what it does, for Prometheus on this machine
 * or with the relay's token.
 */
final class Health extends Handler.Abstract.NonBlocking {

    private final Relay relay;
    private final Metrics metrics;

    Health(Relay relay, Metrics metrics) {
        this.relay = relay;
        this.metrics = metrics;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        switch (Request.getPathInContext(request)) {
            case "/health" -> answer(response, "application/json", "{\"status\":\"ok\"}", callback);
            case "/ready" -> {
                boolean ready = !relay.isDraining();
                response.setStatus(ready ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
                answer(response, "application/json", "{\"status\":\"" + (ready ? "ready" : "stopping") + "\"}", callback);
            }
            case "/metrics" -> {
                if (isHere(request) || relay.admits(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
                    answer(response, "text/plain; version=0.0.4; charset=utf-8", metrics.text(), callback);
                } else {
                    Response.writeError(request, response, callback, HttpStatus.FORBIDDEN_403,
                        "What the server does is told to this machine, and who has --relay-token, as Authorization: Bearer TOKEN.");
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static boolean isHere(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress client
            && client.getAddress().isLoopbackAddress();
    }

    private static void answer(Response response, String type, String text, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        Content.Sink.write(response, true, text, callback);
    }
}
