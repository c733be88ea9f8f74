package dev.samovar.kernel.capability;

import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;

/**
 * The audit ring: what processes were refused, the last {@link #SIZE} of it.
 *
 * <pre>
 *   ring    0 lock   8 entries ever made (64 bits)   16 the kernel worker's watch   256 entries, 256 bytes each
 *   entry   0 ns since 1970   8 pid   12 call   16 errno   20 length of the target   24 target
 * </pre>
 */
public final class Audit {
  /** Entries kept. */
  public static final int SIZE = 255;
  /** Bytes of a target that are kept. */
  public static final int TARGET_MAX = 232;

  private static final int ORDER = 4;
  private static final int LOCK = 0;
  private static final int COUNT = 8;
  private static final int WATCH = 16;
  private static final int ENTRY = 256;
  private static final int TIME = 0;
  private static final int PID = 8;
  private static final int CALL = 12;
  private static final int ERRNO = 16;
  private static final int LENGTH = 20;
  private static final int TARGET = 24;

  private final KernelMemory memory;
  private final Mutex mutex;
  private final Watches watches;
  private final Host host;

  public Audit(KernelMemory memory, Mutex mutex, Watches watches, Host host) {
    this.memory = memory;
    this.mutex = mutex;
    this.watches = watches;
    this.host = host;
  }

  /** Makes the ring in a new memory; {@code kind} is the kind of the watch that every entry raises. */
  public void format(PageAllocator pages, int kind) {
    int ring = pages.allocateZeroed(ORDER);
    memory.putInt(Superblock.AUDIT_RING, ring);
    watches.init(ring + WATCH, kind, 0);
  }

  /**
   * Notes a refusal.
   *
   * @param call one of {@link AuditedCall}
   * @param target an address of {@code length} bytes: what the call was about
   */
  public void note(int pid, int call, int errno, int target, int length) {
    int ring = memory.getInt(Superblock.AUDIT_RING);
    long now = host.realtimeNanos();
    mutex.lock(ring + LOCK);
    long number = memory.getLong(ring + COUNT);
    int entry = entry(ring, number);
    int kept = Math.min(length, TARGET_MAX);
    memory.putLong(entry + TIME, now);
    memory.putInt(entry + PID, pid);
    memory.putInt(entry + CALL, call);
    memory.putInt(entry + ERRNO, errno);
    memory.putInt(entry + LENGTH, kept);
    memory.copy(entry + TARGET, target, kept);
    memory.putLong(ring + COUNT, number + 1);
    watches.raise(ring + WATCH);
    mutex.unlock(ring + LOCK);
  }

  /** Checks the ring itself; what stands in it is for people. */
  public void check(Ledger ledger) {
    int ring = memory.getInt(Superblock.AUDIT_RING);
    if (ledger.run(ring, ORDER, "audit ring")) {
      ledger.mutex(ring + LOCK, "lock", Ledger.at("audit ring", ring));
      ledger.watch(ring + WATCH);
    }
  }

  private static int entry(int ring, long number) {
    return ring + ENTRY + (int) (number % SIZE) * ENTRY;
  }

  /** Entries ever made; those from {@code count() - SIZE} on can still be read. */
  public long count() {
    int ring = memory.getInt(Superblock.AUDIT_RING);
    mutex.lock(ring + LOCK);
    long count = memory.getLong(ring + COUNT);
    mutex.unlock(ring + LOCK);
    return count;
  }

  /**
   * Copies an entry: ns since 1970 (8 bytes), pid, call, errno, length (4 each), target.
   *
   * @param to room for {@link #TARGET_MAX} + 24 bytes
   * @return whether it was still there
   */
  public boolean copy(long number, int to) {
    int ring = memory.getInt(Superblock.AUDIT_RING);
    mutex.lock(ring + LOCK);
    long count = memory.getLong(ring + COUNT);
    boolean there = number >= 0 && number < count && number >= count - SIZE;
    if (there) {
      memory.copy(to, entry(ring, number), ENTRY);
    }
    mutex.unlock(ring + LOCK);
    return there;
  }
}
