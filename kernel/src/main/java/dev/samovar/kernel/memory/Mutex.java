package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/**
 * A futex lock in one aligned word: 0 when free, otherwise the owner's worker number, with {@link #CONTENDED} set once
 * somebody sleeps on it. Held for microseconds and never across a wait for an event, so that every worker, the kernel
 * worker included, may block on it. Not reentrant.
 */
public final class Mutex {
  static final int CONTENDED = 0x8000_0000;
  /** Looks at a taken lock this often before sleeping: an owner on another core is usually gone by then. */
  private static final int SPINS = 64;
  /** A waiter looks again after this many ns, should its wake-up have been lost. */
  static final long RECHECK_NANOS = 20_000_000;

  /** The kernel worker's number. */
  private static final int KERNEL_WORKER = 1;

  private final KernelMemory memory;
  private final int owner;

  /** @param owner the number of the worker that this view belongs to, from 1 */
  public Mutex(KernelMemory memory, int owner) {
    this.memory = memory;
    this.owner = owner;
  }

  public void lock(int word) {
    memory.locking(word, false);
    if (memory.compareAndExchange(word, 0, owner) != 0) {
      lockSlowly(word);
    }
  }

  private void lockSlowly(int word) {
    memory.getAndAdd(word == Superblock.PAGES_LOCK ? Superblock.WAITS_PAGES
        : word >= Superblock.SLABS && word < Superblock.SLABS_END ? Superblock.WAITS_SLABS : Superblock.WAITS_OTHER, 1);
    for (int i = 0; i < SPINS; i++) {
      if (memory.getIntVolatile(word) == 0 && memory.compareAndExchange(word, 0, owner) == 0) {
        return;
      }
    }
    // An unlock wakes all sleepers, and each marks the word again before it sleeps again: no mark needs to be kept.
    for (;;) {
      int seen = memory.getIntVolatile(word);
      if (seen == 0) {
        if (memory.compareAndExchange(word, 0, owner) == 0) {
          return;
        }
        continue;
      }
      if (mayBreak(memory, owner)) {
        return;
      }
      int marked = seen | CONTENDED;
      if (seen == marked || memory.compareAndExchange(word, seen, marked) == seen) {
        memory.await(word, marked, RECHECK_NANOS);
      }
    }
  }

  /**
   * After a panic the kernel worker is alone, and locks that the dead hold are held for ever: it walks through them, so
   * that files can still be read.
   */
  static boolean mayBreak(KernelMemory memory, int owner) {
    return owner == KERNEL_WORKER && memory.getIntVolatile(Superblock.PANIC) != 0;
  }

  public void unlock(int word) {
    memory.unlocked(word);
    if (memory.getAndSet(word, 0) < 0) {
      memory.wakeAll(word);
    }
  }

  /** The number of the worker that holds the lock, 0 if it is free. */
  public int ownerOf(int word) {
    return memory.getIntVolatile(word) & ~CONTENDED;
  }
}
