package dev.samovar.kernel.fs;

import dev.samovar.kernel.memory.Ledger;

/**
 * What open files ask of files that stand for processes, which lie above this package. Each method takes the file's kind
 * and target; counts and negative errnos are those of {@link OpenFiles#read}.
 */
public interface ProcessFiles {
  int read(int kind, int target, long offset, int vectors, int count, int total, boolean nonBlocking);

  int write(int kind, int target, int vectors, int count, int total);

  /** Gives the file's hold on its target back. */
  void release(int kind, int target);

  /** {@code os.check()} found an open file, which holds its target. */
  void checkHeld(int kind, int target, Ledger ledger);
}
