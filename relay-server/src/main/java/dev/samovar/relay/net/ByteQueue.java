package dev.samovar.relay.net;

import java.nio.ByteBuffer;

/**
 * Bytes on their way, first in, first out: a ring that grows with what it holds and lets go of its memory when empty.
 * Many small pieces cost no more than one large. Not thread-safe.
 */
public final class ByteQueue {

    private static final int SMALLEST = 1024;
    private static final byte[] NONE = new byte[0];

    private byte[] ring = NONE;
    private int head;
    private int size;

    /** Bytes held. */
    public int size() {
        return size;
    }

    /** Bytes of memory taken. */
    int capacity() {
        return ring.length;
    }

    public void add(byte[] from, int offset, int count) {
        add(ByteBuffer.wrap(from, offset, count));
    }

    /** Adds all that {@code from} has left. */
    public void add(ByteBuffer from) {
        int count = from.remaining();
        if (size + count > ring.length) {
            grow(size + count);
        }
        int tail = head + size;
        if (tail >= ring.length) {
            tail -= ring.length;
        }
        int first = Math.min(count, ring.length - tail);
        from.get(ring, tail, first);
        from.get(ring, 0, count - first);
        size += count;
    }

    /** A view of the first bytes, as many as lie together. It stays valid while bytes are added. */
    public ByteBuffer first() {
        return ByteBuffer.wrap(ring, head, Math.min(size, ring.length - head));
    }

    /** Lets go of the first {@code count} bytes. */
    public void remove(int count) {
        size -= count;
        head += count;
        if (head >= ring.length) {
            head -= ring.length;
        }
        if (size == 0) {
            ring = NONE;
            head = 0;
        }
    }

    private void grow(int least) {
        byte[] larger = new byte[Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, least - 1)) * 2)];
        int first = Math.min(size, ring.length - head);
        System.arraycopy(ring, head, larger, 0, first);
        System.arraycopy(ring, 0, larger, first, size - first);
        ring = larger;
        head = 0;
    }
}
