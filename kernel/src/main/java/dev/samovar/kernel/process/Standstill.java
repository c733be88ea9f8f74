package dev.samovar.kernel.process;

import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;

/**
 * Keeps all threads out of the kernel for as long as the kernel worker looks at everything: those in guest code are held
 * at the kernel's door, those that sleep in the kernel are kept from waking, and those that are busy in it leave within
 * microseconds. Whoever is held holds no lock.
 */
final class Standstill {
  /** Waits for threads to leave the kernel, ns in all. */
  private static final long PATIENCE_NANOS = 50_000_000;
  private static final long NAP_NANOS = 50_000;

  private final KernelMemory memory;
  private final Host host;
  private final Watches watches;
  private final WorkerTable table;

  Standstill(KernelMemory memory, Host host, Watches watches, WorkerTable table) {
    this.memory = memory;
    this.host = host;
    this.watches = watches;
    this.table = table;
  }

  /** Holds all threads. Answers false, holding none, if one stays in the kernel. */
  boolean begin() {
    long deadline = host.monotonicNanos() + PATIENCE_NANOS;
    for (int index = 1; index < WorkerTable.SLOTS; index++) {
      int slot = table.slot(index);
      while (!hold(slot)) {
        if (host.monotonicNanos() > deadline) {
          end();
          return false;
        }
        memory.await(slot + Sleeper.STATE, memory.getIntVolatile(slot + Sleeper.STATE), NAP_NANOS);
      }
    }
    return true;
  }

  private boolean hold(int slot) {
    int state = memory.getIntVolatile(slot + Sleeper.STATE);
    switch (ThreadState.kind(state)) {
      case ThreadState.USER:
        return memory.compareAndExchange(slot + Sleeper.STATE, state, state | Sleeper.HELD) == state;
      case ThreadState.KERNEL:
        // After a panic nobody leaves any more, and nobody does anything.
        return memory.compareAndExchange(slot + Sleeper.ASLEEP, 1, Sleeper.ASLEEP_HELD) == 1
            || memory.getIntVolatile(Superblock.PANIC) != 0;
      case ThreadState.EXITED:
        // The last that a worker does in the kernel is to say that it is idle.
        return table.state(slot) != WorkerTable.BUSY || watches.isRaised(table.watch(slot));
      default:
        return true;
    }
  }

  /** Lets all go on. */
  void end() {
    for (int index = 1; index < WorkerTable.SLOTS; index++) {
      int slot = table.slot(index);
      int state = memory.getIntVolatile(slot + Sleeper.STATE);
      while ((state & Sleeper.HELD) != 0) {
        int was = memory.compareAndExchange(slot + Sleeper.STATE, state, state & ~Sleeper.HELD);
        if (was == state) {
          memory.wakeAll(slot + Sleeper.STATE);
          break;
        }
        state = was;
      }
      if (memory.compareAndExchange(slot + Sleeper.ASLEEP, Sleeper.ASLEEP_HELD, 1) == Sleeper.ASLEEP_HELD) {
        memory.wakeAll(slot + Sleeper.ASLEEP);
      }
    }
  }
}
