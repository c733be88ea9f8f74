package dev.samovar.wasi;

import dev.samovar.kernel.Errno;

/** {@code sched_yield}. */
public final class Sched {
  Sched() {}

  /** Nothing to do: each thread has a worker of its own, and the machine shares the cores out. */
  public int yield() {
    return Errno.SUCCESS;
  }
}
