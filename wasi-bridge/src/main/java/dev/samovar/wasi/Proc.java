package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;

/** {@code proc_*}. */
public final class Proc {
  /** The first signal of preview 1 whose number is one less than Linux's, since it has no SIGSTKFLT. */
  private static final int CHLD = 16;

  private final Kernel kernel;

  Proc(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Ends the process; never returns. Of the status the low 8 bits are kept, as POSIX does. */
  public void exit(int status) {
    kernel.process.threads.end(status & 0xff);
    throw kernel.host.leaveGuest();
  }

  /** Sends the calling process a signal; 0 asks for nothing. */
  public int raise(int signal) {
    return signal == 0 ? Errno.SUCCESS : kernel.process.threads.raise(signal < CHLD ? signal : signal + 1);
  }
}
