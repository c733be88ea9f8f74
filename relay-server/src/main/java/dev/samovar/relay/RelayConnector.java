package dev.samovar.relay;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/**
 * A connector that has WebSockets read on the thread that waits for them. The relay's never wait for anything; what Jetty does
 * for others, to have another thread take over the waiting first, costs more than the reading.
 */
final class RelayConnector extends ServerConnector {

    RelayConnector(Server server, ConnectionFactory... factories) {
        super(server, -1, Runtime.getRuntime().availableProcessors(), factories);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint = new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
            @Override
            public void fillInterested(Callback callback) {
                super.fillInterested(getConnection() instanceof WebSocketConnection
                    ? Callback.from(InvocationType.NON_BLOCKING, callback::succeeded, callback::failed) : callback);
            }
        };
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
