package dev.samovar.kernel.process;

/**
 * The values of a thread's state word; {@code Sleeper.KILL_PENDING}, {@code Sleeper.STOP_PENDING} and
 * {@code Sleeper.INTERRUPT_PENDING} may be added to the first two.
 */
public final class ThreadState {
  /** Runs guest code: may be terminated at any moment, holds no lock. */
  public static final int USER = 0;
  /** In a system call: must not be terminated, leaves by itself. */
  public static final int KERNEL = 1;
  /** Was killed in guest code; its worker is being terminated and finds no way in. */
  public static final int KILLED = 2;
  /** Has ended, or never began: the state of a worker's slot while it is idle. */
  public static final int EXITED = 3;

  /** The value without what may be added to it. */
  static int kind(int state) {
    return state & 0xff;
  }

  private ThreadState() {}
}
