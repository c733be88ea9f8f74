package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

import static dev.samovar.kernel.memory.PageAllocator.PAGE;

/**
 * Records of a few fixed sizes, carved from pages. Each page serves one size and starts with a header; a page whose
 * records are all free goes back to the page allocator unless it is the only one of its size with room.
 *
 * <pre>
 *   class  (in the superblock)   0 lock   4 first page with room   8 pages   12 records in use
 *   header (64 bytes of a page)  0 class + 1 | MARK   4 free records   8 first free record   12 next page   16 previous
 * </pre>
 *
 * A free record's first int is the next free one, its second one says that it was freed. Records are aligned to 16
 * bytes and come with undefined contents.
 */
public final class SlabAllocator {
  /** The largest record, in bytes; above that, take pages. */
  public static final int LARGEST = 1008;

  static final int HEADER = 64;
  private static final int MARK = 0x51AB_0000;
  static final int CLASSES = 8;
  static final int CLASS_SIZE = 64;

  /** Where a free record says that it may be one, so that a second free is noticed at the price of a look. */
  private static final int FREED = 4;
  private static final int FREE_MARK = 0x0DEAD0F0;

  static final int LOCK = 0;
  static final int ROOMY = 4;
  static final int PAGES = 8;
  static final int IN_USE = 12;

  private static final int KIND = 0;
  static final int FREE_COUNT = 4;
  static final int FREE_HEAD = 8;
  static final int NEXT_PAGE = 12;
  static final int PREVIOUS_PAGE = 16;

  private final KernelMemory memory;
  private final Mutex mutex;
  private final PageAllocator pages;

  public SlabAllocator(KernelMemory memory, Mutex mutex, PageAllocator pages) {
    this.memory = memory;
    this.mutex = mutex;
    this.pages = pages;
  }

  /** Clears the classes in the superblock. */
  public void format() {
    memory.fill(Superblock.SLABS, 0, CLASSES * CLASS_SIZE);
  }

  static int sizeOf(int kind) {
    switch (kind) {
      case 0: return 32;
      case 1: return 64;
      case 2: return 128;
      case 3: return 192;
      case 4: return 256;
      case 5: return 336;
      case 6: return 496;
      default: return LARGEST;
    }
  }

  /** The class that a page's first word says it serves, -1 if it says nothing of the kind. */
  static int kindOf(int mark) {
    int kind = (mark & 0xffff) - 1;
    return (mark & 0xffff_0000) == MARK && kind >= 0 && kind < CLASSES ? kind : -1;
  }

  /** Whether a record begins at this offset of a page. */
  static boolean isRecord(int offset, int kind) {
    return offset >= HEADER && (offset - HEADER) % sizeOf(kind) == 0
        && (offset - HEADER) / sizeOf(kind) < capacity(kind);
  }

  /** Whether a record has room for so many bytes. */
  public static boolean fits(int record, int bytes, KernelMemory memory) {
    return bytes <= sizeOf(kindOf(memory.getInt(record & -PAGE)));
  }

  private static int kindFor(int bytes) {
    if (bytes <= 64) {
      return bytes <= 32 ? 0 : 1;
    }
    if (bytes <= 192) {
      return bytes <= 128 ? 2 : 3;
    }
    if (bytes <= 336) {
      return bytes <= 256 ? 4 : 5;
    }
    return bytes <= 496 ? 6 : 7;
  }

  /**
   * A record of at least {@code bytes} (at most {@link #LARGEST}).
   *
   * @return its address, or 0 if there is no memory
   */
  public int allocate(int bytes) {
    int kind = kindFor(bytes);
    int type = Superblock.SLABS + kind * CLASS_SIZE;
    mutex.lock(type + LOCK);
    int page = memory.getInt(type + ROOMY);
    if (page == 0) {
      page = addPage(type, kind);
      if (page == 0) {
        mutex.unlock(type + LOCK);
        return 0;
      }
    }
    int record = memory.getInt(page + FREE_HEAD);
    memory.putInt(page + FREE_HEAD, memory.getInt(record));
    int left = memory.getInt(page + FREE_COUNT) - 1;
    memory.putInt(page + FREE_COUNT, left);
    memory.putInt(type + IN_USE, memory.getInt(type + IN_USE) + 1);
    if (left == 0) {
      unlink(type, page);
    }
    mutex.unlock(type + LOCK);
    return record;
  }

  /** Like {@link #allocate}, with its first {@code bytes} zero. */
  public int allocateZeroed(int bytes) {
    int record = allocate(bytes);
    if (record != 0) {
      memory.fill(record, 0, bytes);
    }
    return record;
  }

  /** Gives a record back. */
  public void free(int record) {
    int page = record & -PAGE;
    int kind = kindOf(memory.getInt(page + KIND));
    if (kind < 0) {
      throw new IllegalStateException("free of something that is no record");
    }
    int type = Superblock.SLABS + kind * CLASS_SIZE;
    mutex.lock(type + LOCK);
    if (memory.getInt(record + FREED) == (FREE_MARK ^ record) && isFree(page, record)) {
      mutex.unlock(type + LOCK);
      throw new IllegalStateException("free of a record that is free already");
    }
    memory.putInt(record + FREED, FREE_MARK ^ record);
    memory.putInt(record, memory.getInt(page + FREE_HEAD));
    memory.putInt(page + FREE_HEAD, record);
    int free = memory.getInt(page + FREE_COUNT) + 1;
    memory.putInt(page + FREE_COUNT, free);
    memory.putInt(type + IN_USE, memory.getInt(type + IN_USE) - 1);
    if (free == 1) {
      link(type, page);
    } else if (free == capacity(kind) && memory.getInt(page + NEXT_PAGE) + memory.getInt(page + PREVIOUS_PAGE) != 0) {
      unlink(type, page);
      memory.putInt(type + PAGES, memory.getInt(type + PAGES) - 1);
      memory.putInt(page + KIND, 0);
      pages.free(page);
    }
    mutex.unlock(type + LOCK);
  }

  private boolean isFree(int page, int record) {
    int free = memory.getInt(page + FREE_HEAD);
    while (free != 0 && free != record) {
      free = memory.getInt(free);
    }
    return free != 0;
  }

  /** Checks the slabs, once everything that is in use has been claimed; the rest is a leak, pages included. */
  public void check(Ledger ledger) {
    new SlabCheck(memory, ledger).run();
  }

  /** Records of all sizes in use now. */
  public int recordsInUse() {
    int sum = 0;
    for (int kind = 0; kind < CLASSES; kind++) {
      sum += memory.getIntVolatile(Superblock.SLABS + kind * CLASS_SIZE + IN_USE);
    }
    return sum;
  }

  /** Pages held for records now. */
  public int pagesHeld() {
    int sum = 0;
    for (int kind = 0; kind < CLASSES; kind++) {
      sum += memory.getIntVolatile(Superblock.SLABS + kind * CLASS_SIZE + PAGES);
    }
    return sum;
  }

  static int capacity(int kind) {
    return (PAGE - HEADER) / sizeOf(kind);
  }

  private int addPage(int type, int kind) {
    int page = pages.allocate(0);
    if (page == 0) {
      return 0;
    }
    int size = sizeOf(kind);
    int count = capacity(kind);
    memory.putInt(page + KIND, MARK | (kind + 1));
    memory.putInt(page + FREE_COUNT, count);
    memory.putInt(page + FREE_HEAD, page + HEADER);
    int record = page + HEADER;
    for (int i = 1; i < count; i++) {
      memory.putInt(record, record + size);
      record += size;
    }
    memory.putInt(record, 0);
    memory.putInt(type + PAGES, memory.getInt(type + PAGES) + 1);
    link(type, page);
    return page;
  }

  private void link(int type, int page) {
    int next = memory.getInt(type + ROOMY);
    memory.putInt(page + NEXT_PAGE, next);
    memory.putInt(page + PREVIOUS_PAGE, 0);
    if (next != 0) {
      memory.putInt(next + PREVIOUS_PAGE, page);
    }
    memory.putInt(type + ROOMY, page);
  }

  private void unlink(int type, int page) {
    int next = memory.getInt(page + NEXT_PAGE);
    int previous = memory.getInt(page + PREVIOUS_PAGE);
    if (previous == 0) {
      memory.putInt(type + ROOMY, next);
    } else {
      memory.putInt(previous + NEXT_PAGE, next);
    }
    if (next != 0) {
      memory.putInt(next + PREVIOUS_PAGE, previous);
    }
  }
}
