package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/** Who holds a lock at this moment, seen from outside. */
public final class LockOwners {
  private LockOwners() {}

  /** Whether a worker holds a {@link Mutex}. */
  public static boolean owns(KernelMemory memory, int word, int worker) {
    return (memory.getIntVolatile(word) & ~Mutex.CONTENDED) == worker;
  }

  /** Whether a worker holds an {@link RwLock} for writing: of readers nobody keeps account. */
  public static boolean ownsShareable(KernelMemory memory, int word, int worker) {
    int value = memory.getIntVolatile(word);
    return (value & RwLock.WRITER) != 0 && (value & RwLock.COUNT) == worker;
  }

  /** Whether a worker holds one of the locks that there is one of. */
  public static boolean ownsGlobal(KernelMemory memory, int worker) {
    boolean owns = owns(memory, Superblock.PROCESS_LOCK, worker) || owns(memory, Superblock.RENAME_LOCK, worker)
        || owns(memory, Superblock.PAGES_LOCK, worker);
    for (int kind = 0; kind < SlabAllocator.CLASSES; kind++) {
      owns |= owns(memory, Superblock.SLABS + kind * SlabAllocator.CLASS_SIZE, worker);
    }
    return owns;
  }
}
