package dev.samovar.kernel.memory;

import static dev.samovar.kernel.memory.PageAllocator.FREE;
import static dev.samovar.kernel.memory.PageAllocator.MAP;
import static dev.samovar.kernel.memory.PageAllocator.MAX_ORDER;
import static dev.samovar.kernel.memory.PageAllocator.ORDER;
import static dev.samovar.kernel.memory.PageAllocator.PAGE_SHIFT;
import static dev.samovar.kernel.memory.PageAllocator.USED;

import dev.samovar.kernel.host.KernelMemory;

/** Checks the page allocator's map, lists and counts. */
final class PageCheck {
  private final KernelMemory memory;
  private final Ledger ledger;
  private final IntMap listed = new IntMap();

  PageCheck(KernelMemory memory, Ledger ledger) {
    this.memory = memory;
    this.ledger = ledger;
  }

  void run() {
    ledger.mutex(Superblock.PAGES_LOCK, "lock", "page allocator");
    for (int order = 0; order <= MAX_ORDER; order++) {
      checkList(order);
    }
    checkMap();
  }

  private void checkList(int order) {
    int before = 0;
    for (int run = memory.getInt(Superblock.PAGES_LISTS + 4 * order); run != 0; run = memory.getInt(run)) {
      int page = run >>> PAGE_SHIFT;
      if (page < memory.getInt(Superblock.PAGES_FIRST) || page >= memory.getInt(Superblock.PAGES_END)
          || memory.getByte(MAP + page) != (FREE | order) || listed.contains(run)) {
        ledger.report("page list", Ledger.at("page", run), "stands in the list of free runs of 2^" + order
            + " pages, and is none.");
        return;
      }
      if (memory.getInt(run + PageAllocator.PREVIOUS) != before) {
        ledger.report("page list", Ledger.at("page", run), "names another one before it than the list has.");
      }
      listed.put(run, 1);
      before = run;
    }
  }

  private void checkMap() {
    int end = memory.getInt(Superblock.PAGES_END);
    int free = 0;
    int page = memory.getInt(Superblock.PAGES_FIRST);
    while (page < end) {
      int state = memory.getByte(MAP + page);
      int order = state & ORDER;
      int pages = 1 << order;
      if ((state != (FREE | order) && state != (USED | order)) || order > MAX_ORDER || (page & pages - 1) != 0
          || page + pages > end) {
        ledger.report("page map", Ledger.at("page", page << PAGE_SHIFT), "begins no run: its state is " + state + ".");
        page++;
        continue;
      }
      for (int inside = page + 1; inside < page + pages; inside++) {
        if (memory.getByte(MAP + inside) != 0) {
          ledger.report("page map", Ledger.at("page", inside << PAGE_SHIFT), "lies inside a run, and has a state.");
        }
      }
      if ((state & FREE) != 0) {
        free += pages;
        checkFree(page, order, end);
      }
      page += pages;
    }
    int counted = memory.getInt(Superblock.PAGES_FREE);
    if (counted != free) {
      ledger.report("page count", "page allocator", "counts " + counted + " free pages, but there are " + free + ".");
    }
  }

  private void checkFree(int page, int order, int end) {
    if (!listed.contains(page << PAGE_SHIFT)) {
      ledger.report("page list", Ledger.at("page", page << PAGE_SHIFT), "is free, and stands in no list.");
    }
    int buddy = page ^ 1 << order;
    if (order < MAX_ORDER && buddy > page && buddy + (1 << order) <= end
        && memory.getByte(MAP + buddy) == (FREE | order)) {
      ledger.report("page map", Ledger.at("page", page << PAGE_SHIFT), "and its buddy are free, and not joined.");
    }
  }
}
