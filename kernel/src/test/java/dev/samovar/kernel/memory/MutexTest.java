package dev.samovar.kernel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.TestMemory;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.host.KernelMemory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class MutexTest {
  private static final int WORD = 1024;
  private static final int COUNTER = 2048;

  private final JvmMemory memory = new JvmMemory(1 << 18, 1 << 18);

  @Test
  void theWordNamesTheOwner() {
    Mutex mutex = new Mutex(memory, 7);
    assertEquals(0, mutex.ownerOf(WORD));
    mutex.lock(WORD);
    assertEquals(7, mutex.ownerOf(WORD));
    assertEquals(7, memory.getInt(WORD));
    mutex.unlock(WORD);
    assertEquals(0, memory.getInt(WORD));
  }

  @Test
  void aSleeperMarksTheWordAndIsWoken() {
    Mutex mutex = new Mutex(memory, 7);
    mutex.lock(WORD);
    AtomicInteger got = new AtomicInteger();
    Thread other = Together.start("other", () -> {
      Mutex its = new Mutex(memory, 8);
      its.lock(WORD);
      got.set(its.ownerOf(WORD));
      its.unlock(WORD);
    });
    Together.await("a mark", () -> memory.getIntVolatile(WORD) < 0);
    assertEquals(7, mutex.ownerOf(WORD), "the mark is no part of the owner");
    assertEquals(0, got.get());
    mutex.unlock(WORD);
    Together.await("the other to end", () -> !other.isAlive());
    assertEquals(8, got.get());
    assertEquals(0, memory.getInt(WORD));
  }

  @Test
  void afterAPanicTheKernelWorkerPassesLocksOfTheDead() {
    new Mutex(memory, 5).lock(WORD);
    new RwLock(memory, 5).lock(COUNTER);
    memory.putIntVolatile(Superblock.PANIC, 1);
    new Mutex(memory, 1).lock(WORD);
    new RwLock(memory, 1).lock(COUNTER);
    new RwLock(memory, 1).lockShared(COUNTER);
  }

  @Test
  void threadsExcludeEachOther() {
    int rounds = 40_000;
    Together.run(8, index -> {
      Mutex mutex = new Mutex(memory, index + 1);
      for (int i = 0; i < rounds; i++) {
        mutex.lock(WORD);
        int before = memory.getInt(COUNTER);
        if ((i & 0x3ff) == 0) {
          Thread.yield();
        }
        memory.putInt(COUNTER, before + 1);
        assertEquals(index + 1, mutex.ownerOf(WORD));
        mutex.unlock(WORD);
      }
    });
    assertEquals(8 * rounds, memory.getInt(COUNTER));
    assertEquals(0, memory.getInt(WORD));
  }

  /** Nobody looks again by itself here: a hand-over without a wake-up hangs. */
  @Test
  void contendedHandOversAreWoken() {
    KernelMemory patient = TestMemory.patient(memory);
    Together.run(4, index -> {
      Mutex mutex = new Mutex(patient, index + 1);
      for (int i = 0; i < 5_000; i++) {
        mutex.lock(WORD);
        if (i % 4 == index) {
          // Held until somebody sleeps, unless all others are done.
          for (int j = 0; j < 50 && memory.getIntVolatile(WORD) > 0; j++) {
            Thread.yield();
          }
        }
        mutex.unlock(WORD);
      }
    });
    assertEquals(0, memory.getInt(WORD));
  }
}
