package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/**
 * A futex lock in one aligned word, shared by readers or owned by one writer.
 *
 * <pre>
 *   bit 31        a writer holds it; bits 0–15 are then the writer's worker number
 *   bit 30        somebody sleeps on it: new readers queue up too, so that writers are not starved
 *   bits 0–15     otherwise the number of readers
 * </pre>
 *
 * Held for microseconds and never across a wait for an event. Not reentrant, not even for readers.
 */
public final class RwLock {
  static final int WRITER = 0x8000_0000;
  static final int CONTENDED = 0x4000_0000;
  static final int COUNT = 0xffff;
  private static final int SPINS = 64;

  private final KernelMemory memory;
  private final int owner;

  /** @param owner the number of the worker that this view belongs to, from 1 */
  public RwLock(KernelMemory memory, int owner) {
    this.memory = memory;
    this.owner = owner;
  }

  public void lockShared(int word) {
    memory.locking(word, true);
    int seen = memory.compareAndExchange(word, 0, 1);
    if (seen != 0) {
      lockSharedSlowly(word, seen);
    }
  }

  private void lockSharedSlowly(int word, int first) {
    int seen = first;
    for (int spins = 0; ; spins++) {
      if ((seen & (WRITER | CONTENDED)) == 0) {
        int was = memory.compareAndExchange(word, seen, seen + 1);
        if (was == seen) {
          return;
        }
        seen = was;
      } else if (Mutex.mayBreak(memory, owner)) {
        return;
      } else {
        seen = waitFor(word, seen, spins);
      }
    }
  }

  public void unlockShared(int word) {
    memory.unlocked(word);
    int left = memory.getAndAdd(word, -1) - 1;
    if (left == CONTENDED && memory.compareAndExchange(word, CONTENDED, 0) == CONTENDED) {
      memory.wakeAll(word);
    }
  }

  public void lock(int word) {
    memory.locking(word, true);
    int seen = memory.compareAndExchange(word, 0, WRITER | owner);
    for (int spins = 0; seen != 0 && !Mutex.mayBreak(memory, owner); spins++) {
      seen = waitFor(word, seen, spins);
      if (seen == 0) {
        seen = memory.compareAndExchange(word, 0, WRITER | owner);
      }
    }
  }

  public void unlock(int word) {
    memory.unlocked(word);
    if ((memory.getAndSet(word, 0) & CONTENDED) != 0) {
      memory.wakeAll(word);
    }
  }

  /** Spins, later sleeps, while {@code seen} is there. Returns what is there now. */
  private int waitFor(int word, int seen, int spins) {
    if (spins == 0) {
      memory.getAndAdd(Superblock.WAITS_INODES, 1);
    }
    if (seen == CONTENDED) {
      // The last reader has not yet cleared its mark; nobody holds the lock.
      return memory.compareAndExchange(word, CONTENDED, 0) == CONTENDED ? wakeOthers(word) : memory.getIntVolatile(word);
    }
    if (spins >= SPINS) {
      int marked = seen | CONTENDED;
      if (seen == marked || memory.compareAndExchange(word, seen, marked) == seen) {
        memory.await(word, marked, Mutex.RECHECK_NANOS);
      }
    }
    return memory.getIntVolatile(word);
  }

  private int wakeOthers(int word) {
    memory.wakeAll(word);
    return memory.getIntVolatile(word);
  }

  /** The number of the worker that holds the lock for writing, 0 if none does. */
  public int writerOf(int word) {
    int seen = memory.getIntVolatile(word);
    return (seen & WRITER) != 0 ? seen & COUNT : 0;
  }

  /** Whether anybody holds the lock. */
  public boolean isHeld(int word) {
    return (memory.getIntVolatile(word) & (WRITER | COUNT)) != 0;
  }
}
