package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.capability.AuditedCall;

/** {@code clock_*}. Times are ns. */
public final class Clock {
  static final int REALTIME = 0;
  static final int MONOTONIC = 1;
  private static final int PROCESS_CPUTIME = 2;
  private static final int THREAD_CPUTIME = 3;
  /** What an isolated page's performance.now() resolves, in ns. */
  private static final long RESOLUTION = 5_000;

  private final Kernel kernel;
  private final Call call;

  Clock(Kernel kernel, Call call) {
    this.kernel = kernel;
    this.call = call;
  }

  /** Writes a clock's resolution. */
  public int resGet(int id, int resolution) {
    if (id < REALTIME || id > THREAD_CPUTIME) {
      return Errno.EINVAL;
    }
    if (!kernel.capabilities.mayReadClock(call.capabilities())) {
      return call.refused(AuditedCall.CLOCK, 0, 0);
    }
    return kernel.guest.putLong(resolution, RESOLUTION) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** Writes a clock's time. */
  public int timeGet(int id, int time) {
    if (!kernel.capabilities.mayReadClock(call.capabilities())) {
      return call.refused(AuditedCall.CLOCK, 0, 0);
    }
    long now;
    switch (id) {
      case REALTIME:
        now = kernel.host.realtimeNanos();
        break;
      case MONOTONIC:
        now = kernel.host.monotonicNanos();
        break;
      case PROCESS_CPUTIME:
      case THREAD_CPUTIME:
        now = kernel.process.processes.cpuNanos(kernel.process.threads.process());
        break;
      default:
        return Errno.EINVAL;
    }
    return kernel.guest.putLong(time, now) ? Errno.SUCCESS : Errno.EFAULT;
  }
}
