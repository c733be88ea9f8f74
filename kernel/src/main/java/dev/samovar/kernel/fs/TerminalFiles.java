package dev.samovar.kernel.fs;

import dev.samovar.kernel.memory.Ledger;

/**
 * What open files ask of terminals, which are made of this package's pipes and so lie above it. Each method takes the
 * terminal's address; counts and negative errnos are those of {@link OpenFiles#read}.
 */
public interface TerminalFiles {
  /** Reads what was typed. */
  int read(int terminal, int vectors, int total, boolean nonBlocking);

  /** Writes to the screen. */
  int write(int terminal, int vectors, int total, boolean nonBlocking);

  /** Shows a message of the kernel's own, as much of it as there is room for. */
  void say(int terminal, int from, int length);

  /** Reads the settings, as text, from {@code offset} on. */
  int readSettings(int terminal, long offset, int vectors, int total);

  /** Changes settings by the words of one write. */
  int writeSettings(int terminal, int vectors, int total);

  /** Gives a hold back. */
  void release(int terminal);

  /** {@code os.check()} found an open file of it, which holds it. */
  void checkHeld(int terminal, Ledger ledger);
}
