package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/**
 * How the kernel worker learns that an object has something to say. A watch is a record that the object names; raising
 * it puts it on a list (once) and rings the {@link Doorbell}. The kernel worker takes the whole list at each pump.
 *
 * <pre>
 *   0 next   4 queued (0 or 1)   8 kind   12 subject
 * </pre>
 */
public final class Watches {
  /** Bytes in a watch. */
  public static final int SIZE = 16;
  private static final int NEXT = 0;
  private static final int QUEUED = 4;
  private static final int KIND = 8;
  private static final int SUBJECT = 12;
  private static final int END = -1;

  private final KernelMemory memory;
  /** What the kernel worker has taken off the shared list and not looked at yet. */
  private int taken = END;

  public Watches(KernelMemory memory) {
    this.memory = memory;
  }

  /** Lays out a watch. What {@code kind} and {@code subject} mean is its maker's business. */
  public void init(int watch, int kind, int subject) {
    memory.putInt(watch + NEXT, 0);
    memory.putInt(watch + QUEUED, 0);
    memory.putInt(watch + KIND, kind);
    memory.putInt(watch + SUBJECT, subject);
  }

  public int kind(int watch) {
    return memory.getInt(watch + KIND);
  }

  public int subject(int watch) {
    return memory.getInt(watch + SUBJECT);
  }

  /** Tells the kernel worker to look at this watch's subject. */
  public void raise(int watch) {
    if (memory.getIntVolatile(watch + QUEUED) != 0 || memory.getAndSet(watch + QUEUED, 1) != 0) {
      return;
    }
    int head;
    do {
      head = memory.getIntVolatile(Superblock.READY_LIST);
      memory.putInt(watch + NEXT, head == 0 ? END : head);
    } while (memory.compareAndExchange(Superblock.READY_LIST, head, watch) != head);
    Doorbell.ring(memory);
  }

  /**
   * The next watch that was raised, 0 if there is none. From here on it can be raised again, so look at its subject
   * after this. Only the kernel worker takes.
   */
  public int take() {
    if (taken == END) {
      taken = takeList();
      if (taken == END) {
        return 0;
      }
    }
    int watch = taken;
    taken = memory.getInt(watch + NEXT);
    memory.putIntVolatile(watch + QUEUED, 0);
    return watch;
  }

  /** Checks the list of raised watches, once every watch is known to the ledger. For the kernel worker. */
  public void check(Ledger ledger) {
    Reached known = ledger.watches();
    IntMap raised = new IntMap();
    checkList(taken, known, raised, ledger);
    int head = memory.getInt(Superblock.READY_LIST);
    checkList(head == 0 ? END : head, known, raised, ledger);
    for (int i = 0; i < known.size(); i++) {
      int watch = known.get(i);
      if ((memory.getInt(watch + QUEUED) != 0) != raised.contains(watch)) {
        ledger.report("watch", Ledger.at("watch", watch), raised.contains(watch) ? "is raised, and does not say so."
            : "says that it is raised, and stands in no list.");
      }
    }
  }

  private void checkList(int head, Reached known, IntMap raised, Ledger ledger) {
    for (int watch = head; watch != END; watch = memory.getInt(watch + NEXT)) {
      if (!known.contains(watch) || raised.contains(watch)) {
        ledger.report("watch", Ledger.at("watch", watch), "stands in the list of raised ones, and is "
            + (raised.contains(watch) ? "there already." : "nobody's."));
        return;
      }
      raised.put(watch, 1);
    }
  }

  /** Whether a watch is raised and not taken yet. */
  public boolean isRaised(int watch) {
    return memory.getIntVolatile(watch + QUEUED) != 0;
  }

  private int takeList() {
    int head = memory.getAndSet(Superblock.READY_LIST, 0);
    return head == 0 ? END : head;
  }

  /**
   * Takes a watch out, before its record is freed. Only the kernel worker does, once nobody can raise it any more.
   */
  public void cancel(int watch) {
    if (memory.getIntVolatile(watch + QUEUED) == 0) {
      return;
    }
    int before = END;
    int at = taken;
    while (at != END && at != watch) {
      before = at;
      at = memory.getInt(at + NEXT);
    }
    if (at == END) {
      // Not among those taken before: join the two lists and look again.
      int more = takeList();
      if (before == END) {
        taken = more;
      } else {
        memory.putInt(before + NEXT, more);
      }
      for (at = more; at != watch; at = memory.getInt(at + NEXT)) {
        before = at;
      }
    }
    int next = memory.getInt(watch + NEXT);
    if (before == END) {
      taken = next;
    } else {
      memory.putInt(before + NEXT, next);
    }
    memory.putIntVolatile(watch + QUEUED, 0);
  }
}
