package dev.samovar.wasi;

import dev.samovar.kernel.Kernel;

/** The one function of wasi-threads. */
public final class WasiThreads {
  private final Kernel kernel;

  WasiThreads(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Starts a thread that calls the guest's {@code wasi_thread_start}. Answers its tid, or -EAGAIN. */
  public int spawn(int argument) {
    return kernel.process.threads.spawn(argument);
  }
}
