package dev.samovar.relay.bore;

import dev.samovar.protocol.bore.BoreMessage;
import dev.samovar.protocol.bore.BoreMessage.Kind;
import dev.samovar.relay.net.Network;
import dev.samovar.relay.net.RateLimit;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/** A lent port: its visitors, and the heartbeat that tells the client that it still has it. */
final class Tunnel implements CompletionHandler<AsynchronousSocketChannel, Void> {

    private static final int HEARTBEAT_MILLIS = 500;
    /** How often a client that takes any port may meet one that is taken. */
    private static final int TRIES = 150;

    private final BoreServer server;
    private final InetAddress client;
    private final Outbox outbox;
    private final BoreConfig config; // of when it was opened
    private final RateLimit rate;
    private final Set<Visitor> visitors = ConcurrentHashMap.newKeySet();
    private AsynchronousServerSocketChannel listener;
    private int port;
    private Future<?> heart;
    private boolean closed;

    Tunnel(BoreServer server, InetAddress client, Outbox outbox) {
        this.server = server;
        this.client = client;
        this.outbox = outbox;
        config = server.config;
        rate = new RateLimit(config.bytesPerSecond());
    }

    /** @return null when the port is ours, else what bore says of why not */
    String open(int wanted) {
        if (wanted != 0 && (wanted < config.firstPort() || wanted > config.lastPort())) {
            return "client port number not in allowed range";
        }
        if (!server.tunnels.take(client)) {
            return "too many tunnels from this address";
        }
        String error = wanted != 0 ? bind(wanted) : bindAny();
        if (error != null) {
            server.tunnels.give(client);
        }
        return error;
    }

    private String bindAny() {
        for (int i = 0; i < TRIES; i++) {
            int tried = ThreadLocalRandom.current().nextInt(config.firstPort(), config.lastPort() + 1);
            if (bind(tried) == null) {
                return null;
            }
        }
        return "failed to find an available port";
    }

    private String bind(int wanted) {
        try {
            listener = AsynchronousServerSocketChannel.open(server.network.channels());
            try {
                // A client that comes back after a cut gets its port although old connections linger there.
                listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                listener.bind(new InetSocketAddress(config.bind(), wanted));
                port = wanted;
                return null;
            } catch (IOException e) {
                listener.close();
                throw e;
            }
        } catch (BindException e) {
            String said = String.valueOf(e.getMessage());
            if (said.contains("in use")) {
                return "port already in use";
            }
            return said.contains("ermission") ? "permission denied" : "failed to bind to port";
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("ermission") ? "permission denied" : "failed to bind to port";
        }
    }

    synchronized void start() {
        if (closed) {
            return;
        }
        server.opened(this);
        server.log.say("bore-open", "client", client.getHostAddress(), "port", port);
        outbox.send(BoreMessage.hello(port));
        outbox.send(BoreMessage.heartbeat());
        heart = server.network.every(HEARTBEAT_MILLIS, () -> {
            if (!outbox.isBusy()) {
                outbox.send(BoreMessage.heartbeat());
            }
        });
        listener.accept(null, this);
    }

    @Override
    public void completed(AsynchronousSocketChannel visiting, Void nothing) {
        arrived(visiting);
        acceptNext();
    }

    private void arrived(AsynchronousSocketChannel visiting) {
        server.metrics.visitorsTotal.increment();
        Visitor visitor;
        synchronized (this) {
            if (closed || visitors.size() >= config.visitors()) {
                Network.close(visiting);
                return;
            }
            visitor = new Visitor(server.newId(), this, visiting);
            visitors.add(visitor);
            server.metrics.visitors.increment();
        }
        BoreServer.tune(visiting);
        visitor.await(server.network, config.claimMillis());
        server.await(visitor);
        outbox.send(BoreMessage.of(Kind.CONNECTION, visitor.id));
    }

    @Override
    public void failed(Throwable cause, Void nothing) {
        // No descriptors left, mostly: some will be, soon.
        if (!isClosed()) {
            server.network.after(100, this::acceptNext);
        }
    }

    private void acceptNext() {
        synchronized (this) {
            if (closed) {
                return;
            }
        }
        try {
            listener.accept(null, this);
        } catch (IllegalStateException e) {
            close();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Whether {@code visitor} was still waiting; it no longer is. */
    boolean unclaimed(Visitor visitor) {
        boolean waited = server.fetch(visitor.id) != null;
        if (waited) {
            server.metrics.visitorsUnclaimed.increment();
        }
        return waited;
    }

    Splice splice(AsynchronousSocketChannel fetched, AsynchronousSocketChannel visiting, Runnable onEnd) {
        return new Splice(server.network, rate, server.metrics.tunnelBytes, fetched, visiting, onEnd);
    }

    void left(Visitor visitor) {
        server.fetch(visitor.id);
        if (visitors.remove(visitor)) {
            server.metrics.visitors.decrement();
        }
    }

    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            if (heart != null) {
                heart.cancel(false);
            }
        }
        try {
            listener.close();
        } catch (IOException e) {
            // The port is free all the same.
        }
        server.tunnels.give(client);
        server.closed(this);
        for (Visitor visitor : visitors) {
            visitor.close();
        }
    }
}
