package dev.samovar.relay.net;

import java.util.HashMap;
import java.util.Map;

/** Counts what each key holds, up to a limit, which may change. Knows only keys that hold something. Thread-safe. */
public final class Tally<K> {

    private int limit;
    private final Map<K, Integer> held = new HashMap<>();

    public Tally(int limit) {
        this.limit = limit;
    }

    /** Sets another limit. Who holds more keeps it. */
    public synchronized void limit(int most) {
        limit = most;
    }

    /** Whether {@code key} may have one more; if so, it has. */
    public synchronized boolean take(K key) {
        int has = held.getOrDefault(key, 0);
        if (has >= limit) {
            return false;
        }
        held.put(key, has + 1);
        return true;
    }

    /** Whether {@code key} could have one more now. */
    public synchronized boolean hasRoom(K key) {
        return held.getOrDefault(key, 0) < limit;
    }

    /** Gives one back. */
    public synchronized void give(K key) {
        held.computeIfPresent(key, (k, has) -> has == 1 ? null : has - 1);
    }

    synchronized int keys() {
        return held.size();
    }
}
