package dev.samovar.kernel.memory;

/**
 * Where the kernel's roots are: one record at a fixed address, from which everything else is found. Each package owns
 * the fields that its comment names; all are addresses in bytes.
 *
 * <pre>
 *   0        what TeaVM's module rewrites each time it is instantiated; never used by the kernel
 *   65 536   this record, one page
 *   69 632   the page allocator's map, a byte per page up to the maximum
 *   …        pages
 * </pre>
 */
public final class Superblock {
  /** The kernel's first byte. */
  public static final int BASE = 65_536;

  /** {@link #MAGIC_VALUE}, written last by {@code format}. */
  public static final int MAGIC = BASE;
  public static final int MAGIC_VALUE = 0x5641_4d53;

  // memory: the page allocator (lock, sizes in pages, map, a list head per order)
  static final int PAGES_LOCK = BASE + 4;
  static final int PAGES_MAXIMUM = BASE + 8;
  static final int PAGES_END = BASE + 12;
  static final int PAGES_FREE = BASE + 16;
  static final int PAGES_FIRST = BASE + 20;
  static final int PAGES_LISTS = BASE + 32;
  // memory: the slab allocator (8 classes: lock, first page with room, pages, records in use), a cache line each
  static final int SLABS = BASE + 1024;
  static final int SLABS_END = SLABS + 8 * 64;
  // memory: how often a lock was found taken, by kind of lock; an int each
  /** The page allocator's. */
  public static final int WAITS_PAGES = BASE + 896;
  /** The slab classes'. */
  public static final int WAITS_SLABS = BASE + 900;
  /** An inode's, or another lock that readers share. */
  public static final int WAITS_INODES = BASE + 904;
  public static final int WAITS_OTHER = BASE + 908;

  // fs
  public static final int ROOT_INODE = BASE + 512;
  /** Moves of directories so far: a walk that met {@code ..} during one starts again. */
  public static final int DIRECTORY_MOVES = BASE + 516;
  /** Held by a rename or link that concerns two directories. */
  public static final int RENAME_LOCK = BASE + 520;
  /** Keys the hash of names, so that nobody can choose names that collide. */
  public static final int HASH_SEED = BASE + 524;
  /** A page of zeros: what a hole in a file reads as. */
  public static final int ZERO_PAGE = BASE + 536;
  /** The next inode number, 64 bits. Away from what is only read. */
  public static final int NEXT_INODE = BASE + 576;
  /** Where inodes that change are noted, see Changes; 0 while nobody watches files. */
  public static final int CHANGES = BASE + 588;
  /** The same, also while nobody watches; 0 if nobody ever did. */
  public static final int CHANGES_LIST = BASE + 592;

  // process
  public static final int PROCESS_LOCK = BASE + 640;
  public static final int PROCESS_TABLE = BASE + 644;
  public static final int NEXT_PID = BASE + 648;
  public static final int PROCESS_COUNT = BASE + 652;
  /** Processes whose main thread runs guest code or kernel code, and does not sleep in the kernel. */
  public static final int RUNNABLE = BASE + 656;
  /** How many {@link #RUNNABLE} processes there may be before a new process has to queue. */
  public static final int RUNNABLE_LIMIT = BASE + 660;
  /** Processes that wait to be admitted. */
  public static final int ADMISSION_WAITERS = BASE + 664;
  /** The table of worker slots. */
  public static final int WORKER_TABLE = BASE + 668;

  // capability
  /** The ring of what was refused. */
  public static final int AUDIT_RING = BASE + 704;
  /** Workers that threads have or were promised. */
  public static final int WORKERS_CLAIMED = BASE + 720;
  /** How many of them there may be. */
  public static final int WORKERS_LIMIT = BASE + 724;

  // events for the kernel worker
  /** Its futex: 1 while there is something to pump. On a cache line of its own. */
  public static final int DOORBELL = BASE + 768;
  /** Head of the list of watches that have something to say. */
  public static final int READY_LIST = BASE + 832;
  /** Set once the kernel panicked: the kernel worker then ends all others, and walks through locks. */
  public static final int PANIC = BASE + 836;

  // net
  public static final int NET_LOCK = BASE + 1600;
  /** Head of the list of sockets that have taken a port. */
  public static final int PORTS = BASE + 1604;
  /** Where the search for a free port begins. */
  public static final int NEXT_EPHEMERAL = BASE + 1608;
  /** Where those sleep that found a listener's queue full. */
  public static final int CONNECT_QUEUE = BASE + 1616;
  /** Raised when a socket begins or ends to listen. */
  public static final int PORTS_WATCH = BASE + 1648;
  /** Head of the list of connections to other hosts that the kernel worker has not answered. */
  public static final int OUTSIDE = BASE + 1664;

  private Superblock() {}
}
