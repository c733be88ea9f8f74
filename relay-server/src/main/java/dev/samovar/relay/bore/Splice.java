package dev.samovar.relay.bore;

import dev.samovar.relay.net.Network;
import dev.samovar.relay.net.RateLimit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Two connections as one. Each direction reads only when what it read before is written, and its end is passed on as
 * its end alone. When both have ended, or either failed, both connections are closed.
 */
final class Splice {

    /** What a direction has to itself: enough for what comes in small pieces, little enough for many that are idle. */
    private static final int SMALL = 1024;

    private final Network network;
    private final RateLimit rate;
    private final LongAdder bytes;
    private final AsynchronousSocketChannel one;
    private final AsynchronousSocketChannel other;
    private final Runnable onEnd;
    private final AtomicInteger openDirections = new AtomicInteger(2);
    private final AtomicBoolean over = new AtomicBoolean();

    Splice(Network network, RateLimit rate, LongAdder bytes, AsynchronousSocketChannel one,
        AsynchronousSocketChannel other, Runnable onEnd) {
        this.network = network;
        this.rate = rate;
        this.bytes = bytes;
        this.one = one;
        this.other = other;
        this.onEnd = onEnd;
    }

    /**
     * Begins.
     *
     * @param first what was read of {@code one} already
     */
    void start(byte[] first) {
        new Direction(other, one).start(new byte[0]);
        new Direction(one, other).start(first);
    }

    void close() {
        if (over.compareAndSet(false, true)) {
            Network.close(one);
            Network.close(other);
            onEnd.run();
        }
    }

    private final class Direction implements CompletionHandler<Integer, Boolean> {

        private final AsynchronousSocketChannel from;
        private final AsynchronousSocketChannel to;
        private ByteBuffer buffer;

        private Direction(AsynchronousSocketChannel from, AsynchronousSocketChannel to) {
            this.from = from;
            this.to = to;
        }

        void start(byte[] first) {
            buffer = ByteBuffer.wrap(first);
            write();
        }

        private void read() {
            suit();
            from.read(buffer.clear(), Boolean.TRUE, this);
        }

        /** Changes to a large buffer when what came filled a small one, and back when it would have fitted. */
        private void suit() {
            boolean large = buffer.isDirect();
            boolean much = large ? buffer.limit() > SMALL : buffer.limit() == SMALL;
            if (much && !large) {
                buffer = network.buffers().take();
            } else if (!much && (large || buffer.capacity() != SMALL)) {
                release();
                buffer = ByteBuffer.allocate(SMALL);
            }
        }

        private void release() {
            if (buffer.isDirect()) {
                network.buffers().give(buffer);
            }
        }

        private void write() {
            if (buffer.hasRemaining()) {
                to.write(buffer, Boolean.FALSE, this);
            } else {
                read();
            }
        }

        @Override
        public void completed(Integer count, Boolean wasRead) {
            try {
                if (!wasRead) {
                    write();
                } else if (count < 0) {
                    end();
                } else {
                    bytes.add(count);
                    buffer.flip();
                    long pause = rate.spend(count);
                    if (pause > 0) {
                        network.after(pause, this::write);
                    } else {
                        write();
                    }
                }
            } catch (IOException | RuntimeException e) {
                close();
            }
        }

        private void end() throws IOException {
            to.shutdownOutput();
            release();
            if (openDirections.decrementAndGet() == 0) {
                close();
            }
        }

        @Override
        public void failed(Throwable cause, Boolean wasRead) {
            release();
            close();
        }
    }
}
