package dev.samovar.kernel.host;

/**
 * The one linear memory that all kernel state lives in, shared by every worker of an OS.
 *
 * <p>One of the kernel's three seams to its host (with {@link GuestMemory} and {@link Host}); each build has exactly
 * one implementation, so that calls are devirtualised and the plain accesses become single loads and stores.
 *
 * <p>An address is a non-negative {@code int}, in bytes. Address 0 is never a record: it stands for "none". Plain
 * accesses have no ordering between threads; what one thread publishes to another passes through a lock or one of the
 * atomic operations, all of which are sequentially consistent. Multi-byte values are little-endian; {@code int}s and
 * {@code long}s that are touched atomically must be aligned to their size. The memory never shrinks.
 */
public interface KernelMemory {
  /** The unit in which the memory grows, in bytes. */
  int GRAIN = 65_536;

  /** {@link #await} was woken by {@link #notify}. */
  int WOKEN = 0;

  /** {@link #await} found another value than the expected one and did not wait. */
  int NOT_EQUAL = 1;

  /** {@link #await} ran into its time-out. */
  int TIMED_OUT = 2;

  /** The byte at {@code address}, 0 to 255. */
  int getByte(int address);

  void putByte(int address, int value);

  /** The unsigned 16-bit value at {@code address}, 0 to 65535. */
  int getShort(int address);

  void putShort(int address, int value);

  int getInt(int address);

  void putInt(int address, int value);

  long getLong(int address);

  void putLong(int address, long value);

  int getIntVolatile(int address);

  void putIntVolatile(int address, int value);

  /** Stores {@code value} if {@code expected} is there. Returns what was there. */
  int compareAndExchange(int address, int expected, int value);

  /** Adds and returns what was there before. */
  int getAndAdd(int address, int delta);

  /** Stores {@code value} and returns what was there before. */
  int getAndSet(int address, int value);

  /** Sets the bits of {@code mask} and returns what was there before. */
  int getAndOr(int address, int mask);

  /** Adds and returns what was there before; {@code address} is a multiple of 8. */
  long getAndAddLong(int address, long delta);

  /**
   * Sleeps while the int at {@code address} is {@code expected}: a futex wait.
   *
   * @param timeoutNanos the longest wait in ns; negative waits without end
   * @return {@link #WOKEN}, {@link #NOT_EQUAL} or {@link #TIMED_OUT}
   */
  int await(int address, int expected, long timeoutNanos);

  /**
   * Wakes every thread that sleeps on {@code address}. There is no "wake one": a worker that was terminated in its
   * sleep stays a waiter for seconds and would eat that one wake-up.
   */
  void wakeAll(int address);

  /**
   * A worker is about to take a lock. For a memory that watches over the order of locks, as that of the tests does;
   * any other does nothing.
   *
   * @param shareable whether it is a lock of readers and writers
   */
  default void locking(int word, boolean shareable) {}

  /** A worker lets a lock go, see {@link #locking}. */
  default void unlocked(int word) {}

  /** Copies {@code length} bytes; the ranges may overlap. */
  void copy(int to, int from, int length);

  void fill(int address, int value, int length);

  /** The size now, in bytes; at least what every address handed out so far needs. */
  long size();

  /**
   * Grows by {@code grains} of {@value #GRAIN} bytes.
   *
   * @return the size before, in bytes, or -1 if the host has no more
   */
  long grow(int grains);
}
