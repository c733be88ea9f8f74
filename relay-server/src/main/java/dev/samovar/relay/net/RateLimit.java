package dev.samovar.relay.net;

/** A bucket of bytes that fills at a steady rate and holds a second's worth. Thread-safe. */
public final class RateLimit {

    private static final long SECOND = 1_000_000_000L;

    private final long perSecond;
    private long full; // when the bucket will be, or was, full; by System.nanoTime

    /** @param bytesPerSecond 0 for no limit */
    public RateLimit(long bytesPerSecond) {
        perSecond = bytesPerSecond;
        full = System.nanoTime();
    }

    /**
     * Takes {@code bytes} that were moved.
     *
     * @return milliseconds to pause before the next are; 0 mostly
     */
    public long spend(int bytes) {
        return perSecond == 0 ? 0 : spend(bytes, System.nanoTime());
    }

    synchronized long spend(int bytes, long now) {
        full = Math.max(full, now) + (long) (bytes * (double) SECOND / perSecond);
        return Math.max(0, full - now - SECOND) / 1_000_000;
    }
}
