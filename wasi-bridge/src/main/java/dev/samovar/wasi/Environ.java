package dev.samovar.wasi;

import dev.samovar.kernel.Kernel;

/** {@code environ_*}: the environment, as NAME=value. */
public final class Environ {
  private final Kernel kernel;

  Environ(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Writes a pointer for each variable, and the variables, each ended by a NUL. */
  public int get(int environ, int buffer) {
    return StringLists.get(kernel, list(), environ, buffer);
  }

  /** Writes the number of variables and their bytes. */
  public int sizesGet(int count, int bytes) {
    return StringLists.getSizes(kernel, list(), count, bytes);
  }

  private int list() {
    return kernel.process.processes.environment(kernel.process.threads.process());
  }
}
