package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/**
 * A place to sleep, 24 bytes. Who changes a condition does so before the {@link #wake}; who waits for it announces
 * itself ({@link Sleeper#enter}, {@link Sleeper#beginPoll}) before looking at it.
 *
 * <pre>
 *   0 futex: every wake moves it on   4 sleepers and pollers: a wake without any costs one load
 *   8 pollers: a bit for each worker's slot, 128 of them
 * </pre>
 */
public final class WaitQueue {
  /** Bytes in a queue. */
  public static final int SIZE = 24;
  static final int WAITERS = 4;
  static final int POLLERS = 8;
  private static final int POLLER_WORDS = 4;

  private WaitQueue() {}

  /** Wakes all that sleep on {@code queue} or poll it. */
  public static void wake(KernelMemory memory, int queue) {
    if (memory.getIntVolatile(queue + WAITERS) != 0) {
      wakeAlways(memory, queue);
      for (int i = 0; i < POLLER_WORDS; i++) {
        int pollers = memory.getIntVolatile(queue + POLLERS + 4 * i);
        while (pollers != 0) {
          int slot = 32 * i + Integer.numberOfTrailingZeros(pollers);
          pollers &= pollers - 1;
          wakeAlways(memory, Sleeper.pollQueueOf(memory, slot));
        }
      }
    }
  }

  /** Checks all queues, once the ledger knows them, against the threads that sleep. */
  public static void check(KernelMemory memory, Ledger ledger) {
    Reached queues = ledger.queues();
    IntMap sleepers = new IntMap();
    int slots = 32 * POLLER_WORDS;
    for (int slot = 0; slot < slots; slot++) {
      int queue = memory.getInt(Sleeper.recordOf(memory, slot) + Sleeper.WAITS_ON);
      if (queue != 0) {
        sleepers.add(queue, 1);
        if (!queues.contains(queue) && queue != Sleeper.pollQueueOf(memory, slot)) {
          ledger.report("wait queue", "thread of slot " + slot, "sleeps at 0x" + Integer.toHexString(queue)
              + ", which is no queue.");
        }
      }
    }
    for (int i = 0; i < queues.size(); i++) {
      int queue = queues.get(i);
      int expected = sleepers.get(queue);
      for (int slot = 0; slot < slots; slot++) {
        if ((memory.getInt(queue + POLLERS + (slot >> 5 << 2)) & 1 << slot) != 0) {
          expected++;
          if (memory.getInt(Sleeper.recordOf(memory, slot) + Sleeper.WAITS_ON) != Sleeper.pollQueueOf(memory, slot)) {
            ledger.report("wait queue", Ledger.at("wait queue", queue), "is polled by the thread of slot " + slot
                + ", which does not poll.");
          }
        }
      }
      if (memory.getInt(queue + WAITERS) != expected) {
        ledger.report("wait queue", Ledger.at("wait queue", queue), "counts " + memory.getInt(queue + WAITERS)
            + " sleepers and pollers, but there are " + expected + ".");
      }
    }
  }

  /** Wakes all sleepers, also those that have published the queue but not yet counted themselves: for killers. */
  public static void wakeAlways(KernelMemory memory, int queue) {
    memory.getAndAdd(queue, 1);
    memory.wakeAll(queue);
  }
}
