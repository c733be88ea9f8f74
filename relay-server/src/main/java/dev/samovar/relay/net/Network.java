package dev.samovar.relay.net;

import java.io.IOException;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.Channel;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads: a few for the sockets, one for the clock, a few that wait for DNS. However many connections there are. */
public final class Network implements AutoCloseable {

    private static final int RESOLVERS = 8;
    private static final int MAX_LOOKUPS = 1024;
    private static final int BUFFER = 64 * 1024;
    private static final int BUFFERS_KEPT = 256;

    private final AsynchronousChannelGroup channels;
    private final Reactor reactor;
    private final Buffers buffers = new Buffers(BUFFER, BUFFERS_KEPT);
    private final ScheduledThreadPoolExecutor clock;
    private final ThreadPoolExecutor resolver;

    public Network() throws IOException {
        int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
        channels = AsynchronousChannelGroup.withFixedThreadPool(threads, named("samovar-net"));
        reactor = new Reactor(threads, named("samovar-relay"));
        clock = new ScheduledThreadPoolExecutor(1, named("samovar-clock"));
        clock.setRemoveOnCancelPolicy(true);
        resolver = new ThreadPoolExecutor(RESOLVERS, RESOLVERS, 10, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_LOOKUPS), named("samovar-dns"));
        resolver.allowCoreThreadTimeOut(true);
    }

    private static ThreadFactory named(String name) {
        return task -> {
            Thread thread = Executors.defaultThreadFactory().newThread(task);
            thread.setName(name);
            thread.setDaemon(true);
            return thread;
        };
    }

    /** What channels are opened in. */
    public AsynchronousChannelGroup channels() {
        return channels;
    }

    /** For connections of tunnels that move many bytes. */
    public Buffers buffers() {
        return buffers;
    }

    /** What waits for the relay's sockets. */
    public Reactor reactor() {
        return reactor;
    }

    /** Runs what waits for DNS; refuses with RejectedExecutionException when a thousand are waiting. */
    public Executor resolver() {
        return resolver;
    }

    /** Runs {@code task} once; it must not wait. */
    public ScheduledFuture<?> after(long millis, Runnable task) {
        return clock.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Runs {@code task} again and again; it must not wait. */
    public ScheduledFuture<?> every(long millis, Runnable task) {
        return clock.scheduleWithFixedDelay(task, millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Closes a channel whose state does not matter any more. */
    public static void close(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
        resolver.shutdownNow();
        reactor.close();
        try {
            channels.shutdownNow();
        } catch (IOException e) {
            // Its channels are closed as far as they can be.
        }
    }
}
