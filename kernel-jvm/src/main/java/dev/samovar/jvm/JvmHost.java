package dev.samovar.jvm;

import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.JvmMemory;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;

/** {@link Host} of a worker: the JVM's clocks and its source of randomness. */
final class JvmHost implements Host {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final SecureRandom RANDOM = new SecureRandom();
  /** Every worker counts from here, so that all read the same clock and no reading is negative. */
  private static final long START = System.nanoTime();

  private static final int POOL = 1024;

  private final JvmMemory memory;
  /** Random bytes at hand: {@link #left} of them, from the start. */
  private final byte[] pool = new byte[POOL];
  private int left;

  JvmHost(JvmMemory memory) {
    this.memory = memory;
  }

  /** Goes through a guest's frames: Chicory gives no guest a way to catch it. */
  static final class Left extends Error {
    private static final long serialVersionUID = 1;

    Left() {
      super("the guest was left", null, false, false);
    }
  }

  @Override
  public long realtimeNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano();
  }

  @Override
  public long fileTimeNanos() {
    return System.currentTimeMillis() * NANOS_PER_MILLI;
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime() - START;
  }

  @Override
  public void random(int address, int length) {
    if (length > POOL) {
      byte[] bytes = new byte[length];
      RANDOM.nextBytes(bytes);
      memory.write(address, bytes, 0, length);
      return;
    }
    if (length > left) {
      RANDOM.nextBytes(pool);
      left = POOL;
    }
    left -= length;
    memory.write(address, pool, left, length);
    // Nobody can find out later what somebody got.
    Arrays.fill(pool, left, left + length, (byte) 0);
  }

  @Override
  public RuntimeException leaveGuest() {
    throw new Left();
  }
}
