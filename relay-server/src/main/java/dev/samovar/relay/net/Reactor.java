package dev.samovar.relay.net;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A few threads that wait until sockets are ready, and say so. Who reads or writes tries it first, on whatever thread it is,
 * and comes here only if it would have to wait: so bytes that are there cost no change of threads.
 */
public final class Reactor implements AutoCloseable {

    /** Told, on a thread of the reactor's, that what was wanted would not wait now. It must not wait itself. */
    public interface Ready {

        void ready();
    }

    private final Loop[] loops;
    private final AtomicInteger next = new AtomicInteger();

    Reactor(int threads, ThreadFactory factory) throws IOException {
        loops = new Loop[threads];
        for (int i = 0; i < threads; i++) {
            loops[i] = new Loop(Selector.open());
            loops[i].thread = factory.newThread(loops[i]);
            loops[i].thread.start();
        }
    }

    /** Takes care of a channel, which must not block, until it is closed; nothing is wanted yet. */
    public Watch watch(SocketChannel channel, Ready ready) {
        return new Watch(loops[Math.floorMod(next.getAndIncrement(), loops.length)], channel, ready);
    }

    /** One channel's place in a reactor. */
    public static final class Watch {

        private final Loop loop;
        private final SocketChannel channel;
        private final Ready ready;
        private final AtomicInteger wanted = new AtomicInteger();
        private SelectionKey key; // of the loop's thread

        private Watch(Loop loop, SocketChannel channel, Ready ready) {
            this.loop = loop;
            this.channel = channel;
            this.ready = ready;
        }

        /**
         * Asks to be told once when the channel is ready for one of these. What was asked for before still is.
         *
         * @param operations of {@link SelectionKey}
         */
        public void want(int operations) {
            if ((wanted.getAndAccumulate(operations, (a, b) -> a | b) & operations) != operations) {
                loop.apply(this);
            }
        }

        /** Closes the channel. A selector that sleeps would keep it half open. */
        public void close() {
            Network.close(channel);
            loop.selector.wakeup();
        }
    }

    private static final class Loop implements Runnable {

        private final Selector selector;
        private final Queue<Watch> changed = new ConcurrentLinkedQueue<>();
        private Thread thread;

        private Loop(Selector selector) {
            this.selector = selector;
        }

        private void apply(Watch watch) {
            changed.add(watch);
            if (Thread.currentThread() != thread) {
                selector.wakeup();
            }
        }

        @Override
        public void run() {
            try {
                while (selector.isOpen()) {
                    for (Watch watch = changed.poll(); watch != null; watch = changed.poll()) {
                        listen(watch);
                    }
                    selector.select(this::tell);
                }
            } catch (IOException | ClosedSelectorException e) {
                // The server is stopped.
            }
        }

        private void listen(Watch watch) {
            try {
                if (watch.key == null) {
                    watch.key = watch.channel.register(selector, watch.wanted.get(), watch);
                } else {
                    watch.key.interestOps(watch.wanted.get());
                }
            } catch (ClosedChannelException | CancelledKeyException e) {
                // Whoever closed it knows.
            }
        }

        private void tell(SelectionKey key) {
            Watch watch = (Watch) key.attachment();
            try {
                int ready = key.readyOps();
                key.interestOps(watch.wanted.updateAndGet(all -> all & ~ready));
            } catch (CancelledKeyException e) {
                return;
            }
            try {
                watch.ready.ready();
            } catch (RuntimeException e) {
                // One connection's trouble is not that of the others.
                watch.close();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        }
    }

    @Override
    public void close() {
        for (Loop loop : loops) {
            try {
                loop.selector.close();
            } catch (IOException e) {
                // Its thread ends all the same.
            }
        }
    }
}
