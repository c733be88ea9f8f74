package dev.samovar.relay.bore;

import dev.samovar.relay.net.Network;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.concurrent.Future;

/** Someone at a lent port: waits to be fetched, then is joined with the connection that came for it. */
final class Visitor {

    final String id;
    private final Tunnel tunnel;
    private final AsynchronousSocketChannel channel;
    private Future<?> patience;
    private Splice splice;
    private boolean over;

    Visitor(String id, Tunnel tunnel, AsynchronousSocketChannel channel) {
        this.id = id;
        this.tunnel = tunnel;
        this.channel = channel;
    }

    /** Waits {@code millis} to be fetched. */
    synchronized void await(Network network, int millis) {
        patience = network.after(millis, () -> {
            if (tunnel.unclaimed(this)) {
                close();
            }
        });
    }

    /**
     * Joins the two.
     *
     * @param first bytes that {@code client} has sent already
     * @param onEnd told when {@code client}'s connection is closed
     */
    void join(AsynchronousSocketChannel client, byte[] first, Runnable onEnd) {
        Splice joined;
        synchronized (this) {
            patience.cancel(false);
            joined = over ? null : tunnel.splice(client, channel, () -> {
                onEnd.run();
                tunnel.left(this);
            });
            splice = joined;
        }
        if (joined == null) {
            Network.close(client);
            onEnd.run();
        } else {
            joined.start(first);
        }
    }

    void close() {
        Splice joined;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            joined = splice;
            if (patience != null) {
                patience.cancel(false);
            }
        }
        if (joined != null) {
            joined.close();
        } else {
            Network.close(channel);
            tunnel.left(this);
        }
    }
}
