package dev.samovar.relay;

import dev.samovar.relay.net.Tally;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * How long a connection may take to say what it wants, and how many a client may have. Jetty's idle time-out starts anew
 * with each byte, so that a client that sends one now and then could hold a connection for ever, and memory for its
 * request's head. A connection that became a WebSocket is the relay's to count.
 */
final class Patience implements Connection.Listener {

    private static final long SECOND = 1_000_000_000L;
    /** A connection that is being answered has no deadline. */
    private static final long NONE = Long.MAX_VALUE;

    private final long nanos;
    private final Proxies proxies;
    private final LongAdder open;
    private final Tally<InetAddress> clients;
    private final Map<Connection, Long> deadlines = new ConcurrentHashMap<>();

    /**
     * @param seconds     from the connection's start or its last answer to the end of the next request's head
     * @param connections of one address; of proxies any number
     * @param open        told of connections that open and close
     */
    Patience(int seconds, int connections, Proxies proxies, LongAdder open) {
        this.nanos = seconds * SECOND;
        this.proxies = proxies;
        this.open = open;
        clients = new Tally<>(connections);
    }

    @Override
    public void onOpened(Connection connection) {
        if (!(connection instanceof ConnectionMetaData http)) {
            return; // TLS, or a WebSocket
        }
        SocketAddress remote = http.getRemoteSocketAddress();
        if (remote instanceof InetSocketAddress internet && !proxies.isProxy(remote) && !clients.take(internet.getAddress())) {
            connection.close();
            return;
        }
        open.increment();
        deadlines.put(connection, System.nanoTime() + nanos);
    }

    @Override
    public void onClosed(Connection connection) {
        if (deadlines.remove(connection) != null) {
            open.decrement();
            if (((ConnectionMetaData) connection).getRemoteSocketAddress() instanceof InetSocketAddress internet) {
                clients.give(internet.getAddress());
            }
        }
    }

    /** Closes what has taken too long; to be called now and then. */
    void sweep() {
        long now = System.nanoTime();
        deadlines.forEach((connection, deadline) -> {
            if (deadline != NONE && now - deadline > 0) {
                connection.getEndPoint().close();
            }
        });
    }

    /** Stops the clock of a connection while its request is answered. */
    final class Stop extends Handler.Wrapper {

        Stop(Handler handler) {
            super(handler);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            Connection connection = request.getConnectionMetaData().getConnection();
            deadlines.replace(connection, NONE);
            Request.addCompletionListener(request, failure -> deadlines.replace(connection, System.nanoTime() + nanos));
            return super.handle(request, response, callback);
        }
    }
}
