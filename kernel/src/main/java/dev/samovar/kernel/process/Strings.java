package dev.samovar.kernel.process;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.SlabAllocator;

/**
 * A list of strings as argv and environ are: their bytes one after the other, each ended by a NUL.
 *
 * <pre>
 *   0 count   4 bytes, the NULs included   8 the bytes
 * </pre>
 */
public final class Strings {
  private static final int COUNT = 0;
  private static final int BYTES = 4;
  private static final int DATA = 8;
  /** The most bytes in a list, 1 MiB less its head: more is E2BIG. */
  public static final int MAX_BYTES = (1 << 20) - DATA;

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final PageAllocator pages;

  Strings(KernelMemory memory, SlabAllocator slabs, PageAllocator pages) {
    this.memory = memory;
    this.slabs = slabs;
    this.pages = pages;
  }

  /** Copies a list of at most {@link #MAX_BYTES}; 0 if there is no memory. */
  int create(int count, int data, int bytes) {
    int size = DATA + bytes;
    int list = size <= SlabAllocator.LARGEST ? slabs.allocate(size) : pages.allocate(PageAllocator.orderFor(size));
    if (list != 0) {
      memory.putInt(list + COUNT, count);
      memory.putInt(list + BYTES, bytes);
      memory.copy(list + DATA, data, bytes);
    }
    return list;
  }

  void check(int list, Ledger ledger) {
    if (list == 0) {
      return;
    }
    // Where the list lies depends on its length, which only a claim makes sure is one: look before.
    if (!ledger.isRecord(list, DATA) && !ledger.isPages(list)) {
      ledger.report("dangling", Ledger.at("list of strings", list), "is neither a record nor pages in use.");
      return;
    }
    int size = DATA + bytes(list);
    if (bytes(list) < 0 || bytes(list) > MAX_BYTES) {
      ledger.report("strings", Ledger.at("list of strings", list), "has " + bytes(list) + " bytes.");
      return;
    }
    if (!(size <= SlabAllocator.LARGEST ? ledger.record(list, size, "list of strings")
        : ledger.run(list, PageAllocator.orderFor(size), "list of strings"))) {
      return;
    }
    int ends = 0;
    for (int i = 0; i < bytes(list); i++) {
      ends += memory.getByte(data(list) + i) == 0 ? 1 : 0;
    }
    if (ends != count(list)) {
      ledger.report("strings", Ledger.at("list of strings", list), "counts " + count(list) + ", but has " + ends + ".");
    }
  }

  void free(int list) {
    if (list != 0) {
      if (DATA + bytes(list) <= SlabAllocator.LARGEST) {
        slabs.free(list);
      } else {
        pages.free(list);
      }
    }
  }

  public int count(int list) {
    return memory.getInt(list + COUNT);
  }

  /** All bytes, the NULs included. */
  public int bytes(int list) {
    return memory.getInt(list + BYTES);
  }

  /** The address of the first byte. */
  public int data(int list) {
    return list + DATA;
  }
}
