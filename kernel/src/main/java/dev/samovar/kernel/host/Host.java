package dev.samovar.kernel.host;

/** What a worker asks of the machine it runs on. */
public interface Host {
  /** Nanoseconds since 1970-01-01T00:00Z. */
  long realtimeNanos();

  /**
   * Like {@link #realtimeNanos}, cheaper and possibly coarser (1 ms): the time that files are stamped with.
   */
  long fileTimeNanos();

  /** Nanoseconds since some fixed moment; never goes back, and all workers of an OS read the same clock. */
  long monotonicNanos();

  /** Fills kernel memory with bytes from a cryptographically strong source. */
  void random(int address, int length);

  /**
   * Ends the guest that made the current system call, in a way that the guest cannot catch. Never returns; the
   * result is there for {@code throw host.leaveGuest()}, so that the compiler knows.
   */
  RuntimeException leaveGuest();
}
