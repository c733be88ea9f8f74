package dev.samovar.kernel.capability;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;

/**
 * The limits of a process and what its family has used of those that are shared. Children share their parent's record;
 * one that gets less has a record of its own, whose use counts in its parent's, too.
 *
 * <pre>
 *    0 refs   4 the record that this one narrows, or 0
 *    8 memory   16 CPU ns   24 wall ns   32 open files   40 processes   48 output bytes   56 file size   64 disk bytes
 *   72 processes now   80 output bytes used   88 disk bytes used
 * </pre>
 */
public final class Limits {
  /** No limit. */
  public static final long NONE = Long.MAX_VALUE;
  /** Bytes of linear memory that a process gets at most if nothing else is said: 1 GiB. */
  public static final long DEFAULT_MEMORY = 1L << 30;

  private static final int REFS = 0;
  private static final int PARENT = 4;
  private static final int MEMORY = 8;
  private static final int CPU = 16;
  private static final int WALL = 24;
  private static final int OPEN_FILES = 32;
  private static final int PROCESSES = 40;
  private static final int OUTPUT = 48;
  private static final int FILE_SIZE = 56;
  private static final int DISK = 64;
  private static final int PROCESSES_USED = 72;
  private static final int OUTPUT_USED = 80;
  private static final int DISK_USED = 88;
  private static final int RECORD = 96;

  private static final String LIMITS = "record of limits";

  private final KernelMemory memory;
  private final SlabAllocator slabs;

  public Limits(KernelMemory memory, SlabAllocator slabs) {
    this.memory = memory;
    this.slabs = slabs;
  }

  /**
   * A record with the lower of each limit, held once; {@code above} is held by it.
   *
   * @param above the record to narrow, 0 for none
   * @return its address, 0 if there is no memory
   */
  public int narrow(int above, LimitsRequest request) {
    int limits = slabs.allocateZeroed(RECORD);
    if (limits != 0) {
      if (above != 0) {
        hold(above);
      }
      memory.putInt(limits + REFS, 1);
      memory.putInt(limits + PARENT, above);
      put(limits, above, MEMORY, Math.min(request.memory, DEFAULT_MEMORY));
      put(limits, above, CPU, request.cpu);
      put(limits, above, WALL, request.wall);
      put(limits, above, OPEN_FILES, request.openFiles);
      put(limits, above, PROCESSES, request.processes);
      put(limits, above, OUTPUT, request.output);
      put(limits, above, FILE_SIZE, request.fileSize);
      put(limits, above, DISK, request.disk);
    }
    return limits;
  }

  private void put(int limits, int above, int field, long value) {
    memory.putLong(limits + field, above == 0 ? value : Math.min(value, memory.getLong(above + field)));
  }

  /** A process was found whose limits these are, 0 for none; {@code counts} as long as it has not ended. */
  public void checkHeld(int limits, boolean counts, Ledger ledger) {
    refer(limits, ledger);
    for (int at = limits; counts && at != 0 && ledger.isRecord(at, RECORD); at = memory.getInt(at + PARENT)) {
      ledger.refer(at + PROCESSES_USED);
    }
  }

  private static void refer(int limits, Ledger ledger) {
    if (limits != 0) {
      ledger.refer(limits + REFS);
      ledger.reached(LIMITS).add(limits);
    }
  }

  /** Checks all records that were reached. */
  public void check(Ledger ledger) {
    Reached reached = ledger.reached(LIMITS);
    for (int record = reached.next(); record != 0; record = reached.next()) {
      if (ledger.record(record, RECORD, LIMITS)) {
        refer(memory.getInt(record + PARENT), ledger);
      }
    }
    for (int i = 0; i < reached.size(); i++) {
      int record = reached.get(i);
      if (ledger.isRecord(record, RECORD)) {
        ledger.expectReferences(record + REFS, "reference count", Ledger.at(LIMITS, record));
        ledger.expectReferences(record + PROCESSES_USED, "process count", Ledger.at(LIMITS, record));
        if (memory.getLong(record + DISK_USED) < 0 || memory.getLong(record + OUTPUT_USED) < 0) {
          ledger.report("quota", Ledger.at(LIMITS, record), "has less than nothing in use.");
        }
      }
    }
  }

  /** One holder more; 0 is nobody's. */
  public void hold(int limits) {
    if (limits != 0) {
      memory.getAndAdd(limits + REFS, 1);
    }
  }

  /** One holder less; the last one frees it. */
  public void release(int limits) {
    for (int at = limits; at != 0 && memory.getAndAdd(at + REFS, -1) == 1; ) {
      int above = memory.getInt(at + PARENT);
      slabs.free(at);
      at = above;
    }
  }

  /** The most linear memory, in bytes; of a process without a record (0), too. */
  public long memory(int limits) {
    return limits == 0 ? DEFAULT_MEMORY : memory.getLong(limits + MEMORY);
  }

  /** ns outside of waits. */
  public long cpu(int limits) {
    return memory.getLong(limits + CPU);
  }

  /** ns. */
  public long wall(int limits) {
    return memory.getLong(limits + WALL);
  }

  public long openFiles(int limits) {
    return memory.getLong(limits + OPEN_FILES);
  }

  public long processes(int limits) {
    return memory.getLong(limits + PROCESSES);
  }

  /** Bytes. */
  public long output(int limits) {
    return memory.getLong(limits + OUTPUT);
  }

  /** Bytes. */
  public long fileSize(int limits) {
    return memory.getLong(limits + FILE_SIZE);
  }

  /** Bytes. */
  public long disk(int limits) {
    return memory.getLong(limits + DISK);
  }

  /** Counts one process more. Answers whether there was room; if not, nothing is counted. */
  public boolean addProcess(int limits) {
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      if (memory.getAndAdd(at + PROCESSES_USED, 1) >= memory.getLong(at + PROCESSES)) {
        memory.getAndAdd(at + PROCESSES_USED, -1);
        for (int below = limits; below != at; below = memory.getInt(below + PARENT)) {
          memory.getAndAdd(below + PROCESSES_USED, -1);
        }
        return false;
      }
    }
    return true;
  }

  /** Counts a process in a record that was narrowed for it: it is counted above already. */
  public void addFirstProcess(int limits) {
    memory.putInt(limits + PROCESSES_USED, 1);
  }

  public void removeProcess(int limits) {
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      memory.getAndAdd(at + PROCESSES_USED, -1);
    }
  }

  /** Takes bytes of the disk. Answers whether there was room; if not, nothing is taken. */
  boolean takeDisk(int limits, int bytes) {
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      if (memory.getAndAddLong(at + DISK_USED, bytes) + bytes > memory.getLong(at + DISK)) {
        memory.getAndAddLong(at + DISK_USED, -bytes);
        for (int below = limits; below != at; below = memory.getInt(below + PARENT)) {
          memory.getAndAddLong(below + DISK_USED, -bytes);
        }
        return false;
      }
    }
    return true;
  }

  /** Gives bytes of the disk back. Nobody earns a quota by removing what was there before. */
  void giveDisk(int limits, int bytes) {
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      long before = memory.getAndAddLong(at + DISK_USED, -bytes);
      if (before < bytes) {
        memory.getAndAddLong(at + DISK_USED, bytes - Math.max(before, 0));
      }
    }
  }

  /** Bytes of the disk in use. */
  public long diskUsed(int limits) {
    return memory.getLong(limits + DISK_USED);
  }

  /** Takes up to {@code bytes} of the output that is left. Answers how many. */
  int takeOutput(int limits, int bytes) {
    long granted = bytes;
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      granted = Math.min(granted, memory.getLong(at + OUTPUT) - memory.getLong(at + OUTPUT_USED));
    }
    if (granted <= 0) {
      return 0;
    }
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      memory.getAndAddLong(at + OUTPUT_USED, granted);
    }
    return (int) granted;
  }

  /** Gives back what was taken and not written after all. */
  void giveOutput(int limits, int bytes) {
    for (int at = limits; at != 0; at = memory.getInt(at + PARENT)) {
      memory.getAndAddLong(at + OUTPUT_USED, -bytes);
    }
  }

  /** The limits as text, a line for each: for {@code /proc/<pid>/limits} and the page. */
  public String describe(int limits) {
    StringBuilder text = new StringBuilder();
    line(text, "memory", memory(limits));
    seconds(text, "cpuSeconds", limits == 0 ? NONE : cpu(limits));
    seconds(text, "wallSeconds", limits == 0 ? NONE : wall(limits));
    line(text, "openFiles", limits == 0 ? NONE : openFiles(limits));
    line(text, "processes", limits == 0 ? NONE : processes(limits));
    line(text, "outputBytes", limits == 0 ? NONE : output(limits));
    line(text, "fileSize", limits == 0 ? NONE : fileSize(limits));
    line(text, "disk", limits == 0 ? NONE : disk(limits));
    return text.toString();
  }

  private static void line(StringBuilder text, String name, long value) {
    text.append(name).append(' ');
    if (value == NONE) {
      text.append("unlimited");
    } else {
      text.append(value);
    }
    text.append('\n');
  }

  private static void seconds(StringBuilder text, String name, long nanos) {
    if (nanos == NONE) {
      line(text, name, nanos);
    } else {
      text.append(name).append(' ').append(secondsOf(nanos)).append('\n');
    }
  }

  /** ns as seconds, with three decimals where they are needed. */
  public static String secondsOf(long nanos) {
    long millis = nanos / 1_000_000;
    String fraction = millis % 1000 == 0 ? "" : "." + String.valueOf(1000 + millis % 1000).substring(1);
    return millis / 1000 + fraction;
  }
}
