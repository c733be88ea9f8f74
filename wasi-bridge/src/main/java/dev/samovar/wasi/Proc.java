package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.process.Signals;

/** {@code proc_*}. */
public final class Proc {
  private final Kernel kernel;

  Proc(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Ends the process; never returns. Of the status the low 8 bits are kept, as POSIX does. */
  public void exit(int status) {
    kernel.process.threads.end(status & 0xff);
    throw kernel.host.leaveGuest();
  }

  /** Sends the calling process a signal, whose numbers are those of preview 1 and Linux alike; 0 asks for nothing. */
  public int raise(int signal) {
    if (signal == 0) {
      return Errno.SUCCESS;
    }
    if (!Signals.isKnown(signal)) {
      return Errno.EINVAL;
    }
    exit(128 + signal);
    return Errno.SUCCESS;
  }
}
