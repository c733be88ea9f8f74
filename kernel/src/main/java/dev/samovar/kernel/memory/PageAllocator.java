package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

import static dev.samovar.kernel.memory.Superblock.PAGES_END;
import static dev.samovar.kernel.memory.Superblock.PAGES_FIRST;
import static dev.samovar.kernel.memory.Superblock.PAGES_FREE;
import static dev.samovar.kernel.memory.Superblock.PAGES_LISTS;
import static dev.samovar.kernel.memory.Superblock.PAGES_LOCK;
import static dev.samovar.kernel.memory.Superblock.PAGES_MAXIMUM;

/**
 * Runs of 2<sup>n</sup> pages of {@value #PAGE} bytes: a binary buddy allocator over the whole shared memory, which it
 * grows when it has no run left.
 *
 * <p>The map has a byte for each page: {@code FREE | order} on the first page of a free run, {@code USED | order} on
 * the first page of one handed out, 0 on all others. Free runs of an order form a doubly linked list through their
 * first 8 bytes.
 */
public final class PageAllocator {
  /** Bytes in a page. */
  public static final int PAGE = 4096;
  public static final int PAGE_SHIFT = 12;
  /** The largest run is 2<sup>10</sup> pages, 4 MiB. */
  public static final int MAX_ORDER = 10;

  private static final int MAX_RESERVE = 1024;

  static final int FREE = 0x80;
  static final int USED = 0x40;
  static final int ORDER = 0x0f;
  static final int MAP = Superblock.BASE + PAGE;
  private static final int NEXT = 0;
  static final int PREVIOUS = 4;
  private static final int PAGES_PER_GRAIN = KernelMemory.GRAIN / PAGE;
  /** The memory grows by at least this many grains (1 MiB): growing stops all workers for a moment. */
  private static final int GROWTH = 16;

  private final KernelMemory memory;
  private final Mutex mutex;

  public PageAllocator(KernelMemory memory, Mutex mutex) {
    this.memory = memory;
    this.mutex = mutex;
  }

  /**
   * Takes possession of a new memory.
   *
   * @param maximum the size that it may reach, in bytes
   */
  public void format(long maximum) {
    int pages = (int) (Math.min(maximum, 0x7fff_0000L) >> PAGE_SHIFT);
    int first = (MAP + pages + PAGE - 1) >> PAGE_SHIFT;
    memory.putInt(PAGES_MAXIMUM, pages);
    memory.putInt(PAGES_FIRST, first);
    memory.putInt(PAGES_FREE, 0);
    for (int order = 0; order <= MAX_ORDER; order++) {
      memory.putInt(PAGES_LISTS + 4 * order, 0);
    }
    // The map itself may lie beyond the initial size.
    long needed = ((long) first << PAGE_SHIFT) - memory.size();
    if (needed > 0 && memory.grow((int) ((needed + KernelMemory.GRAIN - 1) / KernelMemory.GRAIN)) < 0) {
      throw new IllegalStateException("no memory for the page map");
    }
    memory.fill(MAP, 0, pages);
    memory.putInt(PAGES_END, first);
    release(first, (int) Math.min(memory.size() >> PAGE_SHIFT, pages));
  }

  /**
   * A run of 2<sup>order</sup> pages with undefined contents.
   *
   * @return its address, or 0 if there is no memory
   */
  public int allocate(int order) {
    mutex.lock(PAGES_LOCK);
    int run = take(order);
    if (run == 0 && grow(order)) {
      run = take(order);
    }
    mutex.unlock(PAGES_LOCK);
    return run;
  }

  /** Like {@link #allocate}, filled with zeros. */
  public int allocateZeroed(int order) {
    int run = allocate(order);
    if (run != 0) {
      memory.fill(run, 0, PAGE << order);
    }
    return run;
  }

  /**
   * Whether files may take more: the last pages (4 MiB, or a sixteenth of a small memory) are kept for what the kernel
   * itself needs, so that on a full disk a process can still be started to clean up.
   */
  public boolean hasRoomForFiles() {
    int maximum = memory.getInt(PAGES_MAXIMUM);
    int left = maximum - memory.getIntVolatile(PAGES_END) + memory.getIntVolatile(PAGES_FREE);
    return left > Math.min(MAX_RESERVE, maximum >> 4);
  }

  /** Gives a run back. */
  public void free(int run) {
    mutex.lock(PAGES_LOCK);
    int page = run >>> PAGE_SHIFT;
    int state = memory.getByte(MAP + page);
    if ((state & USED) == 0) {
      mutex.unlock(PAGES_LOCK);
      throw new IllegalStateException("free of a page that is not in use");
    }
    giveBack(page, state & ORDER);
    mutex.unlock(PAGES_LOCK);
  }

  /** Pages that are free now. */
  public int freePages() {
    return memory.getIntVolatile(PAGES_FREE);
  }

  /** Pages of the memory so far, free ones and the kernel's own included. */
  public int totalPages() {
    return memory.getIntVolatile(PAGES_END);
  }

  /** Pages that the memory may have in the end. */
  public int maximumPages() {
    return memory.getInt(PAGES_MAXIMUM);
  }

  /** Checks the allocator's own structures. */
  public void check(Ledger ledger) {
    new PageCheck(memory, ledger).run();
  }

  /** The order of the smallest run that holds {@code bytes}. */
  public static int orderFor(int bytes) {
    int pages = (bytes + PAGE - 1) >>> PAGE_SHIFT;
    return pages <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(pages - 1);
  }

  private int take(int order) {
    int from = order;
    while (from <= MAX_ORDER && memory.getInt(PAGES_LISTS + 4 * from) == 0) {
      from++;
    }
    if (from > MAX_ORDER) {
      return 0;
    }
    int run = memory.getInt(PAGES_LISTS + 4 * from);
    unlink(run, from);
    int page = run >>> PAGE_SHIFT;
    while (from > order) {
      from--;
      link(page + (1 << from), from);
    }
    memory.putByte(MAP + page, USED | order);
    memory.putInt(PAGES_FREE, memory.getInt(PAGES_FREE) - (1 << order));
    return run;
  }

  private void giveBack(int page, int order) {
    memory.putInt(PAGES_FREE, memory.getInt(PAGES_FREE) + (1 << order));
    int end = memory.getInt(PAGES_END);
    while (order < MAX_ORDER) {
      int buddy = page ^ (1 << order);
      if (buddy >= end || memory.getByte(MAP + buddy) != (FREE | order)) {
        break;
      }
      unlink(buddy << PAGE_SHIFT, order);
      memory.putByte(MAP + page, 0);
      page &= ~(1 << order);
      order++;
    }
    link(page, order);
  }

  private boolean grow(int order) {
    int end = memory.getInt(PAGES_END);
    int room = memory.getInt(PAGES_MAXIMUM) - end;
    // Runs are aligned to their size: up to that much may lie before the first aligned page.
    int wanted = Math.max(GROWTH * PAGES_PER_GRAIN, order == 0 ? 0 : 2 << order);
    int grains = Math.min(wanted, room) / PAGES_PER_GRAIN;
    if (grains <= 0 || memory.grow(grains) < 0) {
      return false;
    }
    release(end, end + grains * PAGES_PER_GRAIN);
    return true;
  }

  /** Makes the pages from {@code first} to {@code end}, new ones, free. */
  private void release(int first, int end) {
    memory.putInt(PAGES_END, end);
    int page = first;
    while (page < end) {
      int order = Math.min(MAX_ORDER, Integer.numberOfTrailingZeros(page));
      while (page + (1 << order) > end) {
        order--;
      }
      giveBack(page, order);
      page += 1 << order;
    }
  }

  private void link(int page, int order) {
    int run = page << PAGE_SHIFT;
    int list = PAGES_LISTS + 4 * order;
    int next = memory.getInt(list);
    memory.putInt(run + NEXT, next);
    memory.putInt(run + PREVIOUS, 0);
    if (next != 0) {
      memory.putInt(next + PREVIOUS, run);
    }
    memory.putInt(list, run);
    memory.putByte(MAP + page, FREE | order);
  }

  private void unlink(int run, int order) {
    int next = memory.getInt(run + NEXT);
    int previous = memory.getInt(run + PREVIOUS);
    if (previous == 0) {
      memory.putInt(PAGES_LISTS + 4 * order, next);
    } else {
      memory.putInt(previous + NEXT, next);
    }
    if (next != 0) {
      memory.putInt(next + PREVIOUS, previous);
    }
    memory.putByte(MAP + (run >>> PAGE_SHIFT), 0);
  }
}
