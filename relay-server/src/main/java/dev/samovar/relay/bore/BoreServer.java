package dev.samovar.relay.bore;

import dev.samovar.protocol.bore.BoreAuth;
import dev.samovar.protocol.bore.Uuid;
import dev.samovar.relay.net.Log;
import dev.samovar.relay.net.Metrics;
import dev.samovar.relay.net.Network;
import dev.samovar.relay.net.Tally;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The control port. */
public final class BoreServer implements AutoCloseable, CompletionHandler<AsynchronousSocketChannel, Void> {

    volatile BoreConfig config;
    final Network network;
    final Metrics metrics;
    final Log log;
    volatile BoreAuth auth;
    final Tally<InetAddress> tunnels;
    private final Tally<InetAddress> connections;
    private final Map<String, Visitor> waiting = new ConcurrentHashMap<>();
    private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
    private final SecureRandom random = new SecureRandom();
    private final AsynchronousServerSocketChannel listener;
    private final int port;
    private volatile boolean closed;

    private BoreServer(BoreConfig config, Network network, Metrics metrics, Log log,
        AsynchronousServerSocketChannel listener) throws IOException {
        this.config = config;
        this.network = network;
        this.metrics = metrics;
        this.log = log;
        this.listener = listener;
        port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        auth = auth(config);
        tunnels = new Tally<>(config.tunnels());
        connections = new Tally<>(config.connections());
    }

    private static BoreAuth auth(BoreConfig config) {
        return config.secret() == null ? null : new BoreAuth(config.secret());
    }

    /** Changes the secret, the ports lent and the quotas, for new connections and tunnels; those there are go on. */
    public void configure(BoreConfig changed) {
        config = changed;
        auth = auth(changed);
        tunnels.limit(changed.tunnels());
        connections.limit(changed.connections());
    }

    /** @throws IOException with a sentence for the person, when the control port cannot be had */
    public static BoreServer start(BoreConfig config, Network network, Metrics metrics, Log log) throws IOException {
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(network.channels());
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.bind(new InetSocketAddress(config.bind(), config.controlPort()));
            BoreServer server = new BoreServer(config, network, metrics, log, listener);
            listener.accept(null, server);
            return server;
        } catch (IOException e) {
            listener.close();
            throw new IOException("bore's control port " + config.controlPort() + " of " + config.bind().getHostAddress()
                + " cannot be had (" + e.getMessage() + "): stop what has it, or choose another with --bore-port N.", e);
        }
    }

    /** The control port. */
    public int port() {
        return port;
    }

    @Override
    public void completed(AsynchronousSocketChannel channel, Void nothing) {
        try {
            InetAddress client = ((InetSocketAddress) channel.getRemoteAddress()).getAddress();
            if (connections.take(client)) {
                metrics.boreConnections.increment();
                tune(channel);
                new BoreConnection(this, channel, client).start();
            } else {
                Network.close(channel);
            }
        } catch (IOException e) {
            Network.close(channel); // gone before it was looked at
        }
        acceptNext();
    }

    @Override
    public void failed(Throwable cause, Void nothing) {
        if (!closed) {
            network.after(100, this::acceptNext);
        }
    }

    private void acceptNext() {
        if (!closed) {
            try {
                listener.accept(null, this);
            } catch (IllegalStateException e) {
                closed = true; // the network is shut down
            }
        }
    }

    /** What is small goes out at once; who vanished is found out some day. */
    static void tune(AsynchronousSocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        } catch (IOException e) {
            // It is closed, as the next read or write will say.
        }
    }

    /** A client's connection is closed. */
    void gone(InetAddress client) {
        connections.give(client);
        metrics.boreConnections.decrement();
    }

    void opened(Tunnel tunnel) {
        open.add(tunnel);
        metrics.tunnels.increment();
    }

    void closed(Tunnel tunnel) {
        if (open.remove(tunnel)) {
            metrics.tunnels.decrement();
        }
    }

    /** An id that nobody can guess: it is all that fetching a visitor takes. */
    String newId() {
        byte[] bytes = new byte[Uuid.LENGTH];
        random.nextBytes(bytes);
        return Uuid.random(bytes);
    }

    void await(Visitor visitor) {
        waiting.put(visitor.id, visitor);
    }

    /** The visitor that waits under {@code id}, and from now on does not; null if there is none. */
    Visitor fetch(String id) {
        return waiting.remove(id.toLowerCase(Locale.ROOT));
    }

    /** Visitors that wait. */
    int waiting() {
        return waiting.size();
    }

    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            // The port is free all the same.
        }
        for (Tunnel tunnel : open) {
            tunnel.close();
        }
    }
}
