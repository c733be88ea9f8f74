package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one walk over all the kernel's structures keeps account of, while nobody else is in the kernel.
 *
 * <p>The walk starts at the roots (superblock, worker slots, processes), and each class checks the record whose layout
 * it knows: {@code check(record, ledger)}. A record kind is part of it once its class
 * <ul>
 *   <li>claims its memory: {@link #record} for one of a slab, {@link #run} for pages. Where that answers false the
 *       address is wrong, which has been reported: go no further;
 *   <li>refers to what it points at: {@link #refer} for each reference that a counter counts, and {@link #reached} so
 *       that the record is looked into, once;
 *   <li>compares its own counters, at the end, by {@link #expectReferences};
 *   <li>names its {@link #mutex}es, {@link #rwLock}s, {@link #queue}s and {@link #watch}es, and {@link #report}s what
 *       its own invariants do not allow.
 * </ul>
 * What was allocated and not claimed is then a leak, without anybody looking for it.
 */
public final class Ledger {
  /** More findings than this say nothing new. */
  private static final int MAX_FINDINGS = 100;

  private final KernelMemory memory;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Reached> reached = new HashMap<>();
  private final List<String> owners = new ArrayList<>();
  private final IntMap runs = new IntMap();
  private final IntMap records = new IntMap();
  private final IntMap references = new IntMap();
  private final Reached queues = new Reached();
  private final Reached watches = new Reached();

  public Ledger(KernelMemory memory) {
    this.memory = memory;
  }

  public List<Finding> findings() {
    return findings;
  }

  /**
   * Notes an inconsistency.
   *
   * @param what its kind, the same for all of a kind
   * @param where the record, as {@link #at} names it
   * @param message the rest of a sentence that begins with {@code where}
   */
  public void report(String what, String where, String message) {
    if (findings.size() < MAX_FINDINGS) {
      findings.add(new Finding(what, where, message));
    }
  }

  /** A record's name in findings. */
  public static String at(String kind, int address) {
    return kind + " at 0x" + Integer.toHexString(address);
  }

  /** The records of a kind that the walk has come across. */
  public Reached reached(String kind) {
    Reached list = reached.get(kind);
    if (list == null) {
      list = new Reached();
      reached.put(kind, list);
    }
    return list;
  }

  /** Claims a run of 2<sup>order</sup> pages. Answers whether it is one, in use, and nobody else's. */
  public boolean run(int address, int order, String owner) {
    int page = address >>> PageAllocator.PAGE_SHIFT;
    String where = at(owner, address);
    if (!isPage(page) || (address & PageAllocator.PAGE - 1) != 0) {
      report("dangling", where, "is no address of a page.");
    } else if (memory.getByte(PageAllocator.MAP + page) != (PageAllocator.USED | order)) {
      report("dangling", where, "should be a run of 2^" + order + " pages in use, and is not.");
    } else {
      return claim(runs, address, owner);
    }
    return false;
  }

  /** Whether an address is that of a record in use, of at least so many bytes: it may be looked into. */
  public boolean isRecord(int address, int bytes) {
    int page = address & -PageAllocator.PAGE;
    int kind = kindOf(page);
    return kind >= 0 && SlabAllocator.isRecord(address - page, kind) && bytes <= SlabAllocator.sizeOf(kind);
  }

  /** Claims a slab's record of at least {@code bytes}. Answers whether it is one, and nobody else's. */
  public boolean record(int address, int bytes, String owner) {
    if (!isRecord(address, bytes)) {
      report("dangling", at(owner, address), "should be a record of " + bytes + " bytes, and is none.");
      return false;
    }
    return claim(records, address, owner);
  }

  /** The class of a page of records, -1 if it is none. */
  private int kindOf(int page) {
    int number = page >>> PageAllocator.PAGE_SHIFT;
    return isPage(number) && memory.getByte(PageAllocator.MAP + number) == PageAllocator.USED
        ? SlabAllocator.kindOf(memory.getInt(page)) : -1;
  }

  /** Whether a run of pages in use begins at an address. */
  public boolean isPages(int address) {
    return (address & PageAllocator.PAGE - 1) == 0 && isPage(address >>> PageAllocator.PAGE_SHIFT)
        && (memory.getByte(PageAllocator.MAP + (address >>> PageAllocator.PAGE_SHIFT)) & PageAllocator.USED) != 0;
  }

  private boolean isPage(int page) {
    return page >= memory.getInt(Superblock.PAGES_FIRST) && page < memory.getInt(Superblock.PAGES_END);
  }

  private boolean claim(IntMap claims, int address, String owner) {
    if (claims.contains(address)) {
      report("shared", at(owner, address), "belongs to a " + owners.get(claims.get(address)) + " already.");
      return false;
    }
    int index = owners.indexOf(owner);
    if (index < 0) {
      index = owners.size();
      owners.add(owner);
    }
    claims.put(address, index);
    return true;
  }

  /** Whether an address is that of a run of pages that has been claimed: it may be looked into. */
  public boolean isRun(int address) {
    return runs.contains(address);
  }

  /** Who claimed a record, null if nobody did. */
  String ownerOf(int record) {
    return records.contains(record) ? owners.get(records.get(record)) : null;
  }

  /** A reference that the counter at this address counts. */
  public void refer(int counter) {
    references.add(counter, 1);
  }

  /** References that were found to what a counter counts. */
  public int references(int counter) {
    return references.get(counter);
  }

  /** Reports a counter that does not count what was found. */
  public void expectReferences(int counter, String what, String where) {
    int count = memory.getInt(counter);
    if (count != references(counter)) {
      report(what, where, "counts " + count + ", but there are " + references(counter) + ".");
    }
  }

  /** Nobody is in the kernel: nobody can hold this {@link Mutex}. */
  public void mutex(int word, String what, String where) {
    held(memory.getInt(word), memory.getInt(word) & ~Mutex.CONTENDED, what, where);
  }

  /** The same for an {@link RwLock}. */
  public void rwLock(int word, String where) {
    int value = memory.getInt(word);
    held(value, (value & RwLock.WRITER) != 0 ? value & RwLock.COUNT : 0, "lock", where);
  }

  private void held(int value, int owner, String what, String where) {
    if (value != 0) {
      report("lock held", where, "has its " + what + " held by "
          + (owner == 0 ? "a reader" : "worker " + owner) + ", though nobody is in the kernel.");
    }
  }

  /** A {@link WaitQueue}. */
  public void queue(int queue) {
    queues.add(queue);
  }

  Reached queues() {
    return queues;
  }

  /** A watch that somebody may raise. */
  public void watch(int watch) {
    watches.add(watch);
  }

  Reached watches() {
    return watches;
  }
}
