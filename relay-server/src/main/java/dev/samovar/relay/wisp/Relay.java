package dev.samovar.relay.wisp;

import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.relay.net.Buffers;
import dev.samovar.relay.net.Log;
import dev.samovar.relay.net.Metrics;
import dev.samovar.relay.net.Network;
import dev.samovar.relay.net.Tally;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;

/** The WebSockets of a server, and what they share. */
public final class Relay implements AutoCloseable {

    /** Often enough for what sits between a client and this to keep an idle WebSocket, and to miss a vanished client. */
    private static final int PING_SECONDS = 30;

    volatile RelayConfig config;
    final Network network;
    final Metrics metrics;
    final Log log;
    /** For streams that move many bytes. */
    final Buffers buffers = new Buffers(Wisp.HEADER + Wisp.MAX_DOWN, 256);
    private final Tally<InetAddress> clients;
    private final Set<RelaySocket> sockets = ConcurrentHashMap.newKeySet();
    private final ScheduledFuture<?> sweep;
    private int seconds;
    private volatile boolean draining;

    public Relay(RelayConfig config, Network network, Metrics metrics, Log log) {
        this.config = config;
        this.network = network;
        this.metrics = metrics;
        this.log = log;
        clients = new Tally<>(config.sockets());
        sweep = network.every(1000, this::sweep);
    }

    /** Changes what is allowed, for new WebSockets and new streams; those there are go on. */
    public void configure(RelayConfig changed) {
        config = changed;
        clients.limit(changed.sockets());
    }

    /** Whether a request with this Authorization header, or null for none, knows the token. */
    public boolean admits(String authorization) {
        return config.admits(authorization);
    }

    private void sweep() {
        boolean ping = ++seconds % PING_SECONDS == 0;
        long now = System.nanoTime();
        for (RelaySocket socket : sockets) {
            socket.sweep(now, ping);
        }
    }

    /** Whether no new work is taken, since the server is about to stop. */
    public boolean isDraining() {
        return draining;
    }

    /** Whether {@code client} may have one more WebSocket. To say so early is kind; {@link #add} decides. */
    boolean hasRoom(InetAddress client) {
        return clients.hasRoom(client);
    }

    /** Counts an open WebSocket until {@link #remove}, unless its client has too many. */
    boolean add(RelaySocket socket) {
        if (!clients.take(socket.client())) {
            return false;
        }
        sockets.add(socket);
        metrics.sockets.increment();
        return true;
    }

    void remove(RelaySocket socket) {
        if (sockets.remove(socket)) {
            metrics.sockets.decrement();
            clients.give(socket.client());
        }
    }

    /** Takes no new streams, lets those there are end for a while, then says goodbye. */
    @Override
    public void close() {
        draining = true;
        long until = System.nanoTime() + config.drainMillis() * 1_000_000L;
        try {
            while (metrics.streams.sum() > 0 && System.nanoTime() < until) {
                Thread.sleep(10);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sweep.cancel(false);
        for (RelaySocket socket : sockets) {
            socket.goAway();
        }
    }
}
