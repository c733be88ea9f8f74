package dev.samovar.kernel.fs;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;

/**
 * Which inodes have changed, for the kernel worker, who watches files for others: a list of inode numbers. There is none
 * until somebody watches, and then a change costs a look at one word; that word is zero again when nobody does any more.
 *
 * <pre>
 *   0 lock   4 count   8 overflowed (0 or 1)   16 watch   32 … 4096 numbers
 * </pre>
 */
public final class Changes {
  private static final int LOCK = 0;
  private static final int COUNT = 4;
  private static final int OVERFLOWED = 8;
  private static final int WATCH = 16;
  private static final int NUMBERS = WATCH + Watches.SIZE;
  /** How many numbers the list holds until the kernel worker takes them. */
  public static final int CAPACITY = (PageAllocator.PAGE - NUMBERS) / Long.BYTES;
  /** A number is put in again only if it is not among so many last ones: one who writes in a loop fills no list. */
  private static final int RECENT = 8;

  private final KernelMemory memory;
  private final Mutex mutex;
  private final PageAllocator pages;
  private final Watches watches;

  Changes(KernelMemory memory, Mutex mutex, PageAllocator pages) {
    this.memory = memory;
    this.mutex = mutex;
    this.pages = pages;
    this.watches = new Watches(memory);
  }

  /**
   * Begins to listen. Only the kernel worker does.
   *
   * @param kind of the watch that is raised when there is something to {@link #take}
   * @return whether there was memory for the list
   */
  public boolean listen(int kind) {
    int list = memory.getInt(Superblock.CHANGES_LIST);
    if (list == 0) {
      list = pages.allocate(0);
      if (list == 0) {
        return false;
      }
      memory.fill(list, 0, PageAllocator.PAGE);
      watches.init(list + WATCH, kind, 0);
      memory.putInt(Superblock.CHANGES_LIST, list);
    }
    memory.putIntVolatile(Superblock.CHANGES, list);
    return true;
  }

  /** Listens no more. The list stays: somebody may be about to write to it. */
  public void stop() {
    memory.putIntVolatile(Superblock.CHANGES, 0);
  }

  /** An inode's contents or names have changed. The caller has its lock. */
  void note(int inode) {
    int list = memory.getIntVolatile(Superblock.CHANGES);
    if (list != 0) {
      put(list, memory.getLong(inode + Inodes.INO));
    }
  }

  private void put(int list, long number) {
    mutex.lock(list + LOCK);
    int count = memory.getInt(list + COUNT);
    boolean isNew = true;
    for (int i = count - 1; i >= 0 && i >= count - RECENT; i--) {
      isNew &= memory.getLong(list + NUMBERS + Long.BYTES * i) != number;
    }
    if (isNew && count == CAPACITY) {
      memory.putInt(list + OVERFLOWED, 1);
    } else if (isNew) {
      memory.putLong(list + NUMBERS + Long.BYTES * count, number);
      memory.putInt(list + COUNT, count + 1);
    }
    mutex.unlock(list + LOCK);
    watches.raise(list + WATCH);
  }

  /**
   * Takes the list, which is empty then.
   *
   * @param to where {@link #CAPACITY} numbers of 8 bytes have room
   * @return how many there are, or -1 if there were too many to tell: anything may have changed
   */
  public int take(int to) {
    int list = memory.getInt(Superblock.CHANGES_LIST);
    if (list == 0) {
      return 0;
    }
    mutex.lock(list + LOCK);
    int count = memory.getInt(list + OVERFLOWED) != 0 ? -1 : memory.getInt(list + COUNT);
    if (count > 0) {
      memory.copy(to, list + NUMBERS, Long.BYTES * count);
    }
    memory.putInt(list + COUNT, 0);
    memory.putInt(list + OVERFLOWED, 0);
    mutex.unlock(list + LOCK);
    return count;
  }

  /** Checks the list, if there is one. */
  void check(Ledger ledger) {
    int list = memory.getInt(Superblock.CHANGES_LIST);
    if (list != 0 && ledger.run(list, 0, "list of changes")) {
      ledger.mutex(list + LOCK, "lock of the list", "list of changes");
      ledger.watch(list + WATCH);
    }
  }
}
