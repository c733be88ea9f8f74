package dev.samovar.relay.net;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Direct buffers of one size, lent to who moves many bytes just now: sockets read and write them without a copy. Thread-safe. */
public final class Buffers {

    private final int size;
    private final int most;
    private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();
    private final AtomicInteger kept = new AtomicInteger();

    /** @param most how many are kept that nobody uses */
    public Buffers(int size, int most) {
        this.size = size;
        this.most = most;
    }

    public ByteBuffer take() {
        ByteBuffer buffer = free.poll();
        if (buffer == null) {
            return ByteBuffer.allocateDirect(size);
        }
        kept.decrementAndGet();
        return buffer;
    }

    public void give(ByteBuffer buffer) {
        if (kept.incrementAndGet() > most) {
            kept.decrementAndGet();
        } else {
            free.add(buffer.clear());
        }
    }
}
