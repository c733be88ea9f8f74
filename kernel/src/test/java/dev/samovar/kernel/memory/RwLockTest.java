package dev.samovar.kernel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.TestMemory;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.host.KernelMemory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RwLockTest {
  private static final int WORD = 1024;
  private static final int FIRST = 2048;
  private static final int SECOND = 2052;

  private final JvmMemory memory = new JvmMemory(1 << 18, 1 << 18);

  @Test
  void theWordNamesTheWriter() {
    RwLock lock = new RwLock(memory, 9);
    assertFalse(lock.isHeld(WORD));
    lock.lock(WORD);
    assertEquals(9, lock.writerOf(WORD));
    assertTrue(lock.isHeld(WORD));
    lock.unlock(WORD);
    assertEquals(0, memory.getInt(WORD));
    lock.lockShared(WORD);
    assertEquals(0, lock.writerOf(WORD));
    assertTrue(lock.isHeld(WORD));
    lock.unlockShared(WORD);
    assertEquals(0, memory.getInt(WORD));
  }

  @Test
  void readersShare() {
    AtomicInteger inside = new AtomicInteger();
    Together.run(4, index -> {
      RwLock lock = new RwLock(memory, index + 1);
      lock.lockShared(WORD);
      inside.incrementAndGet();
      Together.await("all four inside", () -> inside.get() == 4);
      lock.unlockShared(WORD);
    });
    assertEquals(0, memory.getInt(WORD));
  }

  @Test
  void aWriterWaitsForReadersAndReadersForIt() {
    RwLock lock = new RwLock(memory, 1);
    AtomicInteger steps = new AtomicInteger();
    lock.lockShared(WORD);
    Thread writer = Together.start("writer", () -> {
      RwLock its = new RwLock(memory, 2);
      its.lock(WORD);
      steps.incrementAndGet();
      Together.await("a queued reader", () -> (memory.getIntVolatile(WORD) & RwLock.CONTENDED) != 0);
      its.unlock(WORD);
    });
    Together.await("the writer's mark", () -> (memory.getIntVolatile(WORD) & RwLock.CONTENDED) != 0);
    assertEquals(0, steps.get());
    lock.unlockShared(WORD);
    Together.await("the writer inside", () -> lock.writerOf(WORD) == 2);
    lock.lockShared(WORD);
    assertEquals(1, steps.get());
    lock.unlockShared(WORD);
    Together.await("the writer to end", () -> !writer.isAlive());
    assertEquals(0, memory.getInt(WORD) & ~RwLock.CONTENDED);
  }

  @Test
  void writersExcludeAllReadersOnlyWriters() {
    int rounds = 25_000;
    Together.run(8, index -> {
      RwLock lock = new RwLock(memory, index + 1);
      for (int i = 0; i < rounds; i++) {
        if ((i + index) % 4 == 0) {
          lock.lock(WORD);
          assertEquals(index + 1, lock.writerOf(WORD));
          int value = memory.getInt(FIRST);
          memory.putInt(FIRST, value + 1);
          if ((i & 0xff) == 0) {
            Thread.yield();
          }
          memory.putInt(SECOND, value + 1);
          lock.unlock(WORD);
        } else {
          lock.lockShared(WORD);
          assertEquals(memory.getInt(FIRST), memory.getInt(SECOND));
          lock.unlockShared(WORD);
        }
      }
    });
    assertEquals(8 * rounds / 4, memory.getInt(FIRST));
    assertFalse(new RwLock(memory, 1).isHeld(WORD));
  }

  @Test
  void aReaderQueuesBehindAWaitingWriter() {
    RwLock lock = new RwLock(memory, 1);
    lock.lockShared(WORD);
    Thread writer = Together.start("writer", () -> {
      RwLock its = new RwLock(memory, 2);
      its.lock(WORD);
      its.unlock(WORD);
    });
    Together.await("the writer's mark", () -> (memory.getIntVolatile(WORD) & RwLock.CONTENDED) != 0);
    Thread reader = Together.start("reader", () -> {
      RwLock its = new RwLock(memory, 3);
      its.lockShared(WORD);
      its.unlockShared(WORD);
    });
    Together.await("the reader asleep", () -> reader.getState() == Thread.State.TIMED_WAITING);
    assertEquals(1, memory.getIntVolatile(WORD) & RwLock.COUNT);
    lock.unlockShared(WORD);
    Together.await("both to end", () -> !writer.isAlive() && !reader.isAlive());
  }

  /** Nobody looks again by itself here: a hand-over without a wake-up hangs. */
  @Test
  void contendedHandOversAreWoken() {
    KernelMemory patient = TestMemory.patient(memory);
    Together.run(4, index -> {
      RwLock lock = new RwLock(patient, index + 1);
      for (int i = 0; i < 5_000; i++) {
        boolean shared = (i + index) % 3 == 0;
        if (shared) {
          lock.lockShared(WORD);
        } else {
          lock.lock(WORD);
        }
        if (i % 4 == index) {
          for (int j = 0; j < 50 && (memory.getIntVolatile(WORD) & RwLock.CONTENDED) == 0; j++) {
            Thread.yield();
          }
        }
        if (shared) {
          lock.unlockShared(WORD);
        } else {
          lock.unlock(WORD);
        }
      }
    });
    assertFalse(new RwLock(memory, 1).isHeld(WORD));
  }

  @Test
  void aStreamOfReadersDoesNotStarveAWriter() {
    AtomicBoolean done = new AtomicBoolean();
    Together.run(7, index -> {
      RwLock lock = new RwLock(memory, index + 1);
      if (index == 0) {
        for (int i = 0; i < 500; i++) {
          lock.lock(WORD);
          lock.unlock(WORD);
        }
        done.set(true);
      } else {
        while (!done.get()) {
          lock.lockShared(WORD);
          lock.unlockShared(WORD);
        }
      }
    });
  }
}
