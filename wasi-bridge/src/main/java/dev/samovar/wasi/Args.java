package dev.samovar.wasi;

import dev.samovar.kernel.Kernel;

/** {@code args_*}: the program's arguments. */
public final class Args {
  private final Kernel kernel;

  Args(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Writes a pointer for each argument, and the arguments, each ended by a NUL. */
  public int get(int argv, int buffer) {
    return StringLists.get(kernel, list(), argv, buffer);
  }

  /** Writes the number of arguments and their bytes. */
  public int sizesGet(int count, int bytes) {
    return StringLists.getSizes(kernel, list(), count, bytes);
  }

  private int list() {
    return kernel.process.processes.arguments(kernel.process.threads.process());
  }
}
