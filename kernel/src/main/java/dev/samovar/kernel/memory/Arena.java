package dev.samovar.kernel.memory;

/**
 * A worker's own scratch memory, one run of pages: where system calls copy paths, vectors and small results. No other
 * worker touches it, so nothing in it needs a lock; nothing in it outlives a call.
 */
public final class Arena {
  /** Its run of pages has this order: 64 KiB. */
  public static final int ORDER = 4;

  /** Two walks' scratch, 16 KiB. */
  public static final int WALKS = 0;
  /** The path that a call names first, and the second one; 4 KiB each. */
  public static final int PATH = 16_384;
  public static final int OTHER_PATH = 20_480;
  /** Vectors, 8 KiB. */
  public static final int VECTORS = 24_576;
  /** Small records on their way to or from the guest, 4 KiB. */
  public static final int RECORDS = 32_768;
  /** Bytes on their way through, 4 KiB. */
  public static final int BYTES = 36_864;
  /** Terminals' input and output on its way through, 4 KiB. */
  public static final int TERMINAL = 61_440;
  /** A name of a directory that is made up as it is read, 4 KiB. */
  public static final int VIRTUAL = 57_344;

  /** The open files that a system call holds: how many, and their addresses; 4 KiB. */
  public static final int HELD = 40_960;
  /** So many at most: a poll has no room for more subscriptions than a third of it. */
  public static final int MAX_HELD = 1023;

  private Arena() {}
}
