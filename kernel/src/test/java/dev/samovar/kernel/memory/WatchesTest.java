package dev.samovar.kernel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Together;
import dev.samovar.kernel.host.JvmMemory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link Watches} and {@link Doorbell}. */
class WatchesTest {
  private static final int COUNT = 20;
  private static final int FIRST = Superblock.BASE + 8192;
  private static final int COUNTERS = FIRST + COUNT * Watches.SIZE;

  private final JvmMemory memory = new JvmMemory(1 << 18, 1 << 18);
  private final Watches watches = new Watches(memory);

  WatchesTest() {
    for (int i = 0; i < COUNT; i++) {
      watches.init(watch(i), i + 1, COUNTERS + 4 * i);
    }
  }

  private static int watch(int index) {
    return FIRST + index * Watches.SIZE;
  }

  private Set<Integer> takeAll() {
    Set<Integer> taken = new HashSet<>();
    for (int watch = watches.take(); watch != 0; watch = watches.take()) {
      assertTrue(taken.add(watches.kind(watch) - 1), "no watch comes twice");
    }
    return taken;
  }

  @Test
  void aWatchRaisedTwiceComesOnceAndCanBeRaisedAgain() {
    watches.raise(watch(3));
    watches.raise(watch(3));
    assertEquals(watch(3), watches.take());
    assertEquals(4, watches.kind(watch(3)));
    assertEquals(COUNTERS + 12, watches.subject(watch(3)));
    watches.raise(watch(3));
    assertEquals(watch(3), watches.take());
    assertEquals(0, watches.take());
  }

  @Test
  void aCancelledWatchDoesNotComeAndTheOthersDo() {
    for (int cancelled = 0; cancelled < 6; cancelled++) {
      for (int takenBefore = 0; takenBefore < 3; takenBefore++) {
        for (int i = 0; i < 3; i++) {
          watches.raise(watch(i));
        }
        Set<Integer> expected = new HashSet<>(Set.of(0, 1, 2, 3, 4, 5));
        for (int i = 0; i < takenBefore; i++) {
          expected.remove(watches.kind(watches.take()) - 1);
        }
        for (int i = 3; i < 6; i++) {
          watches.raise(watch(i));
        }
        watches.cancel(watch(cancelled));
        watches.cancel(watch(cancelled));
        expected.remove(cancelled);
        assertEquals(expected, takeAll(), cancelled + " cancelled, " + takenBefore + " taken before");
        watches.raise(watch(cancelled));
        assertEquals(Set.of(cancelled), takeAll());
      }
    }
  }

  @Test
  void theDoorbellRingsOnceUntilItIsAnswered() {
    assertEquals(0, memory.getInt(Superblock.DOORBELL));
    watches.raise(watch(0));
    assertEquals(1, memory.getInt(Superblock.DOORBELL));
    Doorbell.answer(memory);
    watches.raise(watch(0));
    assertEquals(0, memory.getInt(Superblock.DOORBELL), "it stands in the list already");
    watches.raise(watch(1));
    assertEquals(1, memory.getInt(Superblock.DOORBELL));
  }

  @Test
  void manyRaisersLoseNothing() {
    int raisers = 6;
    int rounds = 40_000;
    long[] seen = new long[COUNT];
    Together.run(raisers + 1, index -> {
      if (index < raisers) {
        Watches mine = new Watches(memory);
        for (int i = 0; i < rounds; i++) {
          int which = (i * 7 + index) % COUNT;
          memory.getAndAdd(COUNTERS + 4 * which, 1);
          mine.raise(watch(which));
        }
        return;
      }
      while (Arrays.stream(seen).sum() < (long) raisers * rounds) {
        if (memory.await(Superblock.DOORBELL, 0, 10_000_000_000L) == JvmMemory.TIMED_OUT) {
          throw new AssertionError("nobody rang, with " + Arrays.stream(seen).sum() + " seen");
        }
        Doorbell.answer(memory);
        for (int watch = watches.take(); watch != 0; watch = watches.take()) {
          seen[watches.kind(watch) - 1] += memory.getAndSet(watches.subject(watch), 0);
        }
      }
    });
    assertEquals((long) raisers * rounds, Arrays.stream(seen).sum());
    assertEquals(0, watches.take());
  }
}
