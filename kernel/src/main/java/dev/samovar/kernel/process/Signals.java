package dev.samovar.kernel.process;

/** Signal numbers, those of Linux; {@code 128 + n} is the exit status that they leave. */
public final class Signals {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGQUIT = 3;
  public static final int SIGABRT = 6;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;

  private Signals() {}

  /** Whether this kernel can deliver {@code signal}: all of these end the process. */
  public static boolean isKnown(int signal) {
    return signal == SIGHUP || signal == SIGINT || signal == SIGQUIT || signal == SIGABRT || signal == SIGKILL
        || signal == SIGTERM;
  }
}
