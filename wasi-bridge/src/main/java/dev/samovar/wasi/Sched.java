package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.memory.Sleeper;

/** {@code sched_yield}. */
public final class Sched {
  private final Sleeper sleeper;

  Sched(Kernel kernel) {
    sleeper = kernel.sleeper;
  }

  /**
   * Nothing to do: each thread has a worker of its own, and the machine shares the cores out. EINTR while there is a signal
   * to take, for a program that computes.
   */
  public int yield() {
    return sleeper.isInterrupted() ? Errno.EINTR : Errno.SUCCESS;
  }
}
