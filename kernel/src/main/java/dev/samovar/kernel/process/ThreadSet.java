package dev.samovar.kernel.process;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;

/**
 * The threads of a process, as a part of its record: how many there are, in which slots they run, which are promised but
 * have no worker yet, and whether something has ended the process.
 *
 * <pre>
 *    0 threads, running or promised   4 how the process ends: 0, or {@link #DECIDED} + its status   8 the last tid
 *   12 promised threads, the latest first: a list that any thread adds to and the kernel worker takes
 *   16 the slots that run one, a bit each   32 watch: threads were promised, or are to be ended
 * </pre>
 *
 * A promised thread is a record of 16 bytes: 0 next   4 process   8 tid   12 what it starts with.
 */
final class ThreadSet {
  /** Bytes of a process's record. */
  static final int SIZE = 32 + Watches.SIZE;

  private static final int COUNT = Processes.THREADS;
  private static final int END = Processes.THREADS + 4;
  private static final int LAST_TID = Processes.THREADS + 8;
  private static final int PROMISES = Processes.THREADS + 12;
  private static final int SLOTS = Processes.THREADS + 16;
  private static final int WATCH = Processes.THREADS + 32;

  private static final int DECIDED = 0x1_0000;
  /** wasi-threads: tids lie between 1 and 2<sup>29</sup> - 1. */
  private static final int MAX_TID = (1 << 29) - 1;

  private static final int PROMISE = 16;
  private static final int PROMISE_NEXT = 0;
  private static final int PROMISE_PROCESS = 4;
  private static final int PROMISE_TID = 8;
  private static final int PROMISE_ARGUMENT = 12;

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final Watches watches;

  ThreadSet(KernelMemory memory, SlabAllocator slabs, Watches watches) {
    this.memory = memory;
    this.slabs = slabs;
    this.watches = watches;
  }

  /** A new process: its main thread is the only one. The record is all zero. */
  void init(int process) {
    memory.putInt(process + COUNT, 1);
    watches.init(process + WATCH, Processes.WATCH_THREADS, process);
  }

  /** Threads that have not left, promised ones among them. */
  int count(int process) {
    return memory.getIntVolatile(process + COUNT);
  }

  /** Says that a slot runs a thread of the process, which is counted already. */
  void add(int process, int slot) {
    memory.getAndOr(process + SLOTS + (slot >> 5 << 2), 1 << slot);
  }

  /** Says that a slot does not run a thread of the process any more. */
  void remove(int process, int slot) {
    int word = process + SLOTS + (slot >> 5 << 2);
    int seen = memory.getIntVolatile(word);
    int was = memory.compareAndExchange(word, seen, seen & ~(1 << slot));
    while (was != seen) {
      seen = was;
      was = memory.compareAndExchange(word, seen, seen & ~(1 << slot));
    }
  }

  /** The first slot from {@code slot} on that runs a thread of the process, -1 if there is none. */
  int next(int process, int slot) {
    for (int at = slot; at < WorkerTable.SLOTS; at = (at | 31) + 1) {
      int left = memory.getIntVolatile(process + SLOTS + (at >> 5 << 2)) & -1 << at;
      if (left != 0) {
        return (at & ~31) + Integer.numberOfTrailingZeros(left);
      }
    }
    return -1;
  }

  /** A thread leaves. Answers whether it was the last one: then the caller closes the process. */
  boolean leave(int process) {
    return memory.getAndAdd(process + COUNT, -1) == 1;
  }

  /** Decides how the process ends, unless something else has. The other threads still have to be ended. */
  void decide(int process, int status) {
    memory.compareAndExchange(process + END, 0, DECIDED | status & 0xffff);
  }

  boolean isDecided(int process) {
    return memory.getIntVolatile(process + END) != 0;
  }

  /** 0–255, or {@link Signals#status}, once it is decided. */
  int status(int process) {
    return memory.getIntVolatile(process + END) & 0xffff;
  }

  /** Asks the kernel worker to look at the threads of a process; the caller is one of them and has not left. */
  void call(int process) {
    watches.raise(process + WATCH);
  }

  /** No thread is left: the watch is out of the kernel worker's list for good. */
  void forget(int process) {
    watches.cancel(process + WATCH);
  }

  /** Promises a thread, counted from now on. Answers its tid, or 0 if there is no memory. */
  int promise(int process, int argument) {
    int promise = slabs.allocate(PROMISE);
    if (promise == 0) {
      return 0;
    }
    int tid = memory.getAndAdd(process + LAST_TID, 1) % MAX_TID + 1;
    memory.putInt(promise + PROMISE_PROCESS, process);
    memory.putInt(promise + PROMISE_TID, tid);
    memory.putInt(promise + PROMISE_ARGUMENT, argument);
    memory.getAndAdd(process + COUNT, 1);
    int head;
    do {
      head = memory.getIntVolatile(process + PROMISES);
      memory.putInt(promise + PROMISE_NEXT, head);
    } while (memory.compareAndExchange(process + PROMISES, head, promise) != head);
    return tid;
  }

  /** Takes the promises made since the last call, the oldest first; 0 if there are none. For the kernel worker. */
  int takePromises(int process) {
    int latest = memory.getAndSet(process + PROMISES, 0);
    int oldest = 0;
    while (latest != 0) {
      int next = next(latest);
      setNext(latest, oldest);
      oldest = latest;
      latest = next;
    }
    return oldest;
  }

  /** Checks the slots and the promises of a process; the kernel worker has others, see {@link #checkPromises}. */
  void check(int process, WorkerTable workers, Ledger ledger) {
    for (int slot = next(process, 0); slot >= 0; slot = next(process, slot + 1)) {
      ledger.refer(process + COUNT);
      if (memory.getInt(workers.slot(slot) + WorkerTable.PROCESS) != process) {
        ledger.report("thread", "worker slot " + slot, "runs a thread of another process than the one that names it.");
      }
    }
    checkPromises(memory.getInt(process + PROMISES), Integer.MAX_VALUE, ledger);
    ledger.watch(process + WATCH);
  }

  /** Checks a list of so many promised threads, or of as many as there are. */
  void checkPromises(int first, int count, Ledger ledger) {
    int promise = first;
    for (int i = 0; i < count && promise != 0 && ledger.record(promise, PROMISE, "promised thread"); i++) {
      ledger.refer(processOf(promise) + COUNT);
      ledger.refer(Superblock.WORKERS_CLAIMED);
      promise = next(promise);
    }
  }

  /** The main thread of a process that has not begun counts, too. */
  void checkMain(int process, Ledger ledger) {
    ledger.refer(process + COUNT);
  }

  void checkCount(int process, Ledger ledger) {
    ledger.expectReferences(process + COUNT, "thread count", Ledger.at("process", process));
  }

  int next(int promise) {
    return memory.getInt(promise + PROMISE_NEXT);
  }

  void setNext(int promise, int next) {
    memory.putInt(promise + PROMISE_NEXT, next);
  }

  int processOf(int promise) {
    return memory.getInt(promise + PROMISE_PROCESS);
  }

  int tidOf(int promise) {
    return memory.getInt(promise + PROMISE_TID);
  }

  int argumentOf(int promise) {
    return memory.getInt(promise + PROMISE_ARGUMENT);
  }

  void free(int promise) {
    slabs.free(promise);
  }
}
