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

  /** Takes the whole list: its first watch, 0 if there is none. Only the kernel worker takes. */
  public int takeAll() {
    return memory.getAndSet(Superblock.READY_LIST, 0);
  }

  /**
   * The watch after {@code watch} in a list taken, 0 at its end. From here on {@code watch} can be raised again, so
   * ask before looking at its subject.
   */
  public int next(int watch) {
    int next = memory.getInt(watch + NEXT);
    memory.putIntVolatile(watch + QUEUED, 0);
    return next == END ? 0 : next;
  }

  /** Whether the watch stands in the list: its record must not be freed then. */
  public boolean isQueued(int watch) {
    return memory.getIntVolatile(watch + QUEUED) != 0;
  }
}
