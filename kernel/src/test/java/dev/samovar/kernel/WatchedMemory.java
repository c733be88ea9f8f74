package dev.samovar.kernel;

import dev.samovar.kernel.host.JvmMemory;

/** The memory of tests: whoever takes locks in another order than the stated one, or sleeps with one, fails. */
public final class WatchedMemory extends JvmMemory {
  private final LockOrder order = new LockOrder(this);

  public WatchedMemory(int initial, int maximum) {
    super(initial, maximum);
  }

  @Override
  public void locking(int word, boolean shareable) {
    order.locking(word, shareable);
  }

  @Override
  public void unlocked(int word) {
    order.unlocked(word);
  }

  @Override
  public int await(int address, int expected, long timeoutNanos) {
    order.sleeping(address);
    return super.await(address, expected, timeoutNanos);
  }

  /** Whether a thread holds a lock at this moment, or waits for one. */
  public boolean holdsLock(Thread thread) {
    return order.holds(thread);
  }
}
