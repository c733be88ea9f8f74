package dev.samovar.kernel.memory;

import static dev.samovar.kernel.memory.PageAllocator.PAGE;
import static dev.samovar.kernel.memory.PageAllocator.PAGE_SHIFT;

import dev.samovar.kernel.host.KernelMemory;

/**
 * Checks the slabs, and finds what is in use and nobody's: the last part of a walk. A page of records that has no room
 * stands in no list: they are found as the pages that nobody has claimed and that look like one.
 */
final class SlabCheck {
  private final KernelMemory memory;
  private final Ledger ledger;
  private final int[] pages = new int[SlabAllocator.CLASSES];
  private final int[] used = new int[SlabAllocator.CLASSES];
  private final IntMap roomy = new IntMap();

  SlabCheck(KernelMemory memory, Ledger ledger) {
    this.memory = memory;
    this.ledger = ledger;
  }

  void run() {
    for (int kind = 0; kind < SlabAllocator.CLASSES; kind++) {
      checkList(kind);
    }
    int end = memory.getInt(Superblock.PAGES_END);
    for (int page = memory.getInt(Superblock.PAGES_FIRST); page < end; page++) {
      int state = memory.getByte(PageAllocator.MAP + page);
      if ((state & PageAllocator.USED) != 0) {
        checkUsed(page << PAGE_SHIFT, state & PageAllocator.ORDER);
      }
    }
    for (int kind = 0; kind < SlabAllocator.CLASSES; kind++) {
      int type = Superblock.SLABS + kind * SlabAllocator.CLASS_SIZE;
      ledger.mutex(type + SlabAllocator.LOCK, "lock", name(kind));
      expect(type + SlabAllocator.PAGES, pages[kind], "pages", kind);
      expect(type + SlabAllocator.IN_USE, used[kind], "records in use", kind);
    }
  }

  private void expect(int field, int found, String what, int kind) {
    if (memory.getInt(field) != found) {
      ledger.report("slab count", name(kind), "counts " + memory.getInt(field) + " " + what + ", but there are " + found
          + ".");
    }
  }

  private static String name(int kind) {
    return "slab of " + SlabAllocator.sizeOf(kind) + " bytes";
  }

  private void checkList(int kind) {
    int before = 0;
    int page = memory.getInt(Superblock.SLABS + kind * SlabAllocator.CLASS_SIZE + SlabAllocator.ROOMY);
    while (page != 0) {
      if ((page & PAGE - 1) != 0 || page < memory.getInt(Superblock.PAGES_FIRST) << PAGE_SHIFT
          || page >>> PAGE_SHIFT >= memory.getInt(Superblock.PAGES_END) || roomy.contains(page)
          || SlabAllocator.kindOf(memory.getInt(page)) != kind) {
        ledger.report("slab list", Ledger.at("page", page), "stands in the list of pages with room of the "
            + name(kind) + ", and is none.");
        return;
      }
      if (memory.getInt(page + SlabAllocator.PREVIOUS_PAGE) != before) {
        ledger.report("slab list", Ledger.at("page", page), "names another one before it than the list has.");
      }
      roomy.put(page, 1);
      before = page;
      page = memory.getInt(page + SlabAllocator.NEXT_PAGE);
    }
  }

  private void checkUsed(int page, int order) {
    if (ledger.isRun(page)) {
      if (roomy.contains(page)) {
        ledger.report("shared", Ledger.at("page", page), "holds records, and belongs to somebody else, too.");
      }
      return;
    }
    int kind = order == 0 ? SlabAllocator.kindOf(memory.getInt(page)) : -1;
    if (kind < 0) {
      ledger.report("leak", Ledger.at("page", page), "begins a run of " + (1 << order)
          + " pages that is in use and belongs to nobody.");
      return;
    }
    pages[kind]++;
    int size = SlabAllocator.sizeOf(kind);
    int capacity = SlabAllocator.capacity(kind);
    boolean[] free = new boolean[capacity];
    int count = 0;
    for (int record = memory.getInt(page + SlabAllocator.FREE_HEAD); record != 0; record = memory.getInt(record)) {
      int index = (record - page - SlabAllocator.HEADER) / size;
      if ((record & -PAGE) != page || !SlabAllocator.isRecord(record - page, kind) || free[index]) {
        ledger.report("slab list", Ledger.at("record", record), "stands in its page's list of free ones, and is none.");
        break;
      }
      free[index] = true;
      count++;
    }
    if (count != memory.getInt(page + SlabAllocator.FREE_COUNT)) {
      ledger.report("slab count", Ledger.at("page", page), "counts " + memory.getInt(page + SlabAllocator.FREE_COUNT)
          + " free records, but there are " + count + ".");
    }
    if (count > 0 != roomy.contains(page)) {
      ledger.report("slab list", Ledger.at("page", page), count > 0 ? "has room, and stands in no list."
          : "has no room, and stands in the list of those that do.");
    }
    used[kind] += capacity - count;
    for (int i = 0; i < capacity; i++) {
      int record = page + SlabAllocator.HEADER + i * size;
      String owner = ledger.ownerOf(record);
      if (free[i] && owner != null) {
        ledger.report("freed", Ledger.at(owner, record), "is in use, and free.");
      } else if (!free[i] && owner == null) {
        ledger.report("leak", Ledger.at("record", record), "of " + size + " bytes is in use and belongs to nobody.");
      }
    }
  }
}
