package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/** The classes of locks, in the order in which they are taken. */
public final class LockRank {
  /** Nobody takes it who holds a lock of {@code fs} or {@code process}. */
  public static final int NET = 0;
  public static final int PROCESS = 1;
  /** The lock of an open file's offset. */
  public static final int OFFSET = 2;
  public static final int RENAME = 3;
  public static final int INODE = 4;
  /** A pipe's, or another object's with mutexes of its own: by address, so a pipe's write lock before its read lock. */
  public static final int OBJECT = 5;
  public static final int SLAB = 6;
  public static final int PAGES = 7;
  public static final String[] NAMES =
      {"network lock", "process lock", "offset", "rename lock", "inode", "pipe or other object", "slab", "page allocator"};

  private static final int OPEN_FILE = 64;

  private LockRank() {}

  public static int of(int word, boolean shareable, KernelMemory memory) {
    if (shareable) {
      return INODE;
    }
    switch (word) {
      case Superblock.NET_LOCK:
        return NET;
      case Superblock.PROCESS_LOCK:
        return PROCESS;
      case Superblock.RENAME_LOCK:
        return RENAME;
      case Superblock.PAGES_LOCK:
        return PAGES;
      default:
        if (word >= Superblock.SLABS && word < Superblock.SLABS_END) {
          return SLAB;
        }
        // Of all records with a lock, only open files are as small as that.
        int kind = SlabAllocator.kindOf(memory.getInt(word & -PageAllocator.PAGE));
        return kind >= 0 && SlabAllocator.sizeOf(kind) == OPEN_FILE ? OFFSET : OBJECT;
    }
  }
}
