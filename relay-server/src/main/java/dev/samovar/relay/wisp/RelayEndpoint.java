package dev.samovar.relay.wisp;

import dev.samovar.protocol.wisp.Wisp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;

/**
 * {@code /relay}: who may open a WebSocket. The page may, which its Origin shows; so may anyone who knows the token. A
 * preview, though of the same site, is another origin and may not.
 */
public final class RelayEndpoint extends Handler.Abstract {

    /** Pings keep a healthy connection well within this. */
    private static final Duration IDLE = Duration.ofSeconds(90);

    /** Bytes read at once, so that a frame of the usual length comes whole; held only while there are any. */
    private static final int INPUT = 64 * 1024;

    private final Relay relay;
    private final Function<Request, String> pageOrigin;
    private WebSocketMappings webSockets;

    /** @param pageOrigin the page's origin, as its browser writes it */
    public RelayEndpoint(Relay relay, Function<Request, String> pageOrigin) {
        this.relay = relay;
        this.pageOrigin = pageOrigin;
    }

    @Override
    protected void doStart() throws Exception {
        webSockets = new WebSocketMappings(WebSocketServerComponents.ensureWebSocketComponents(getServer()));
        super.doStart();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        if (!path.equals("/relay") && !path.equals("/relay/")) {
            return false;
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        boolean admitted = origin != null ? origin.equals(pageOrigin.apply(request))
            : relay.admits(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (!admitted) {
            refuse(request, response, callback, HttpStatus.FORBIDDEN_403, origin == null
                ? "The relay is for the page of this server; another client needs its token, as Authorization: Bearer TOKEN."
                : "The relay is for the page of this server, and " + origin + " is not its origin.");
            return true;
        }
        if (relay.isDraining()) {
            refuse(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "The relay is stopping: try again later.");
            return true;
        }
        InetAddress client = address(request.getConnectionMetaData().getRemoteSocketAddress());
        if (!relay.hasRoom(client)) {
            refuse(request, response, callback, HttpStatus.TOO_MANY_REQUESTS_429,
                "There are too many connections to the relay from this address: close one first.");
            return true;
        }
        if (!webSockets.upgrade(new Upgrade(client), request, response, callback, null)) {
            response.getHeaders().put(HttpHeader.UPGRADE, "websocket");
            Response.writeError(request, response, callback, HttpStatus.UPGRADE_REQUIRED_426,
                "This is a WebSocket: open it as one.");
        }
        return true;
    }

    private void refuse(Request request, Response response, Callback callback, int status, String sentence) {
        relay.log.say("relay-upgrade-refused", "client", Request.getRemoteAddr(request), "reason", sentence);
        Response.writeError(request, response, callback, status, sentence);
    }

    private static InetAddress address(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet ? internet.getAddress() : InetAddress.getLoopbackAddress();
    }

    private final class Upgrade implements WebSocketNegotiator {

        private final InetAddress client;

        private Upgrade(InetAddress client) {
            this.client = client;
        }

        @Override
        public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
            boolean extended = request.hasSubProtocol(Wisp.SUBPROTOCOL);
            if (extended) {
                response.setAcceptedSubProtocol(Wisp.SUBPROTOCOL);
            }
            response.setExtensions(List.of()); // compressed, a small message could become a very large one
            return new RelaySocket(relay, client, extended);
        }

        @Override
        public void customize(Configuration configuration) {
            configuration.setAutoFragment(false);
            configuration.setInputBufferSize(INPUT);
            // It holds for both ways; what comes may be shorter, and RelaySocket sees to that.
            configuration.setMaxFrameSize(Math.max(RelaySocket.MAX_MESSAGE, Wisp.HEADER + Wisp.MAX_DOWN));
            configuration.setIdleTimeout(IDLE);
        }
    }
}
