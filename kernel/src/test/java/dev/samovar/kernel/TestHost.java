package dev.samovar.kernel;

import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.JvmMemory;
import java.security.SecureRandom;

/** The JVM as a {@link Host}: the system's clocks, one source of randomness, and an error that ends a guest. */
public final class TestHost implements Host {
  private static final SecureRandom RANDOM = new SecureRandom();
  /** All hosts count from here, so that every worker reads the same clock and no reading is negative. */
  private static final long START = System.nanoTime();

  private final JvmMemory memory;

  public TestHost(JvmMemory memory) {
    this.memory = memory;
  }

  /** Thrown through a guest's frames; no program in these tests catches it. */
  public static final class Left extends Error {
    Left() {
      super("the guest was left", null, false, false);
    }
  }

  @Override
  public long realtimeNanos() {
    return System.currentTimeMillis() * 1_000_000;
  }

  @Override
  public long fileTimeNanos() {
    return realtimeNanos();
  }

  @Override
  public long monotonicNanos() {
    return System.nanoTime() - START;
  }

  @Override
  public void random(int address, int length) {
    byte[] bytes = new byte[length];
    RANDOM.nextBytes(bytes);
    memory.write(address, bytes, 0, length);
  }

  @Override
  public RuntimeException leaveGuest() {
    throw new Left();
  }
}
