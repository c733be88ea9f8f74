package dev.samovar.kernel.process;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;

/**
 * The slots of an OS's workers. Slot 0 is the kernel worker's. A slot holds the record of the thread that its worker
 * runs: that record lives as long as the worker can still look at it.
 *
 * <pre>
 *    0 thread state   4 the word it sleeps on   8 ns slept (Sleeper)
 *   16 process   20 signal that ends it   24 system calls   32 started (monotonic ns)   40 guest memory in bytes
 *   48 the queue that it sleeps on while it polls several   56 asleep since, 0 if awake (Sleeper)
 *   64 state of the slot   68 arena   72 generation   76 runs   80 watch
 *   96 places (Sleeper)   100 tid, 0 for a main thread   104 what the thread starts with
 * </pre>
 */
public final class WorkerTable {
  /** Slots in an OS; the kernel worker's is one of them. */
  public static final int SLOTS = 128;
  /** Bytes in a slot. */
  public static final int SIZE = Sleeper.STRIDE;

  /** No worker. */
  public static final int ABSENT = 0;
  /** The worker was asked for and has not reported yet. */
  public static final int BOOTING = 1;
  public static final int IDLE = 2;
  public static final int BUSY = 3;
  /** The worker was terminated and may still burn a core. */
  public static final int ENDING = 4;

  static final int PROCESS = 16;
  static final int SIGNAL = 20;
  static final int SYSCALLS = 24;
  static final int STARTED = 32;
  static final int GUEST_BYTES = 40;
  private static final int STATE = 64;
  private static final int ARENA = 68;
  private static final int GENERATION = 72;
  private static final int RUNS = 76;
  private static final int WATCH = 80;
  static final int TID = 100;
  static final int ARGUMENT = 104;

  private final KernelMemory memory;

  public WorkerTable(KernelMemory memory) {
    this.memory = memory;
  }

  /** Lays the table out in a new memory. */
  public void format(PageAllocator pages) {
    int table = pages.allocateZeroed(PageAllocator.orderFor(SLOTS * SIZE));
    memory.putInt(Superblock.WORKER_TABLE, table);
    for (int i = 0; i < SLOTS; i++) {
      memory.putInt(table + i * SIZE + Sleeper.STATE, ThreadState.EXITED);
    }
  }

  /** Whether an address is that of a slot. */
  static boolean isSlot(KernelMemory memory, int address) {
    int offset = address - memory.getInt(Superblock.WORKER_TABLE);
    return offset > 0 && offset < SLOTS * SIZE && offset % SIZE == 0;
  }

  /** Checks the slots and the threads in them, while all of these are held. */
  void check(Ledger ledger) {
    if (!ledger.run(slot(0), PageAllocator.orderFor(SLOTS * SIZE), "worker table")) {
      return;
    }
    int runnable = 0;
    for (int index = 1; index < SLOTS; index++) {
      int slot = slot(index);
      String where = "worker slot " + index;
      if (arena(slot) != 0) {
        ledger.run(arena(slot), Arena.ORDER, "arena");
        ledger.watch(watch(slot));
      } else if (state(slot) != ABSENT) {
        ledger.report("worker", where, "has a worker, and no arena.");
      }
      if (state(slot) < ABSENT || state(slot) > ENDING) {
        ledger.report("worker", where, "has state " + state(slot) + ", which there is not.");
      }
      int thread = ThreadState.kind(memory.getInt(slot + Sleeper.STATE));
      int process = memory.getInt(slot + PROCESS);
      boolean alive = thread == ThreadState.USER || thread == ThreadState.KERNEL;
      if (alive && state(slot) != BUSY) {
        ledger.report("thread", where, "has a live thread, and no worker that runs it.");
      }
      if (alive && (!ledger.isRecord(process, SIZE) || memory.getInt(process + Processes.PID) < 2)) {
        ledger.report("thread", where, "has a live thread without a process.");
      }
      if (thread == ThreadState.KILLED && state(slot) != ENDING) {
        ledger.report("thread", where, "has a killed thread whose worker was not terminated.");
      }
      if (alive) {
        ledger.refer(Superblock.WORKERS_CLAIMED);
      }
      if (thread == ThreadState.KILLED || alive && memory.getInt(slot + Sleeper.ASLEEP) == 0) {
        runnable += memory.getInt(slot + Sleeper.PLACES);
      }
    }
    if (runnable != memory.getInt(Superblock.RUNNABLE)) {
      ledger.report("runnable count", "scheduler", "counts " + memory.getInt(Superblock.RUNNABLE)
          + " runnable threads, but there are " + runnable + ".");
    }
  }

  /** The address of a slot, which is also that of its thread record. */
  public int slot(int index) {
    return memory.getInt(Superblock.WORKER_TABLE) + index * SIZE;
  }

  /** The index of a slot. */
  public int indexOf(int slot) {
    return (slot - memory.getInt(Superblock.WORKER_TABLE)) / SIZE;
  }

  public int state(int slot) {
    return memory.getIntVolatile(slot + STATE);
  }

  public void setState(int slot, int state) {
    memory.putIntVolatile(slot + STATE, state);
  }

  /** Changes the state if it is the expected one. Answers whether it did. */
  public boolean moveState(int slot, int expected, int state) {
    return memory.compareAndExchange(slot + STATE, expected, state) == expected;
  }

  /** The worker's arena, made once and kept with the slot; 0 before that. */
  public int arena(int slot) {
    return memory.getInt(slot + ARENA);
  }

  void setArena(int slot, int arena) {
    memory.putInt(slot + ARENA, arena);
  }

  /** Tells one worker in this slot from the next. */
  public int generation(int slot) {
    return memory.getInt(slot + GENERATION);
  }

  int nextGeneration(int slot) {
    return memory.getAndAdd(slot + GENERATION, 1) + 1;
  }

  /** Guests that this worker has run. */
  int runs(int slot) {
    return memory.getInt(slot + RUNS);
  }

  void setRuns(int slot, int runs) {
    memory.putInt(slot + RUNS, runs);
  }

  /** The record by which the worker says that it is idle again. */
  int watch(int slot) {
    return slot + WATCH;
  }
}
