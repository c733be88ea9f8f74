package dev.samovar.kernel.process;

/**
 * Signal numbers, those of Linux, and what each does to a process that does not take it itself. One that ends a
 * process leaves the exit status {@code 128 + n}.
 */
public final class Signals {
  public static final int SIGHUP = 1;
  public static final int SIGINT = 2;
  public static final int SIGQUIT = 3;
  public static final int SIGABRT = 6;
  public static final int SIGKILL = 9;
  public static final int SIGUSR1 = 10;
  public static final int SIGUSR2 = 12;
  public static final int SIGPIPE = 13;
  public static final int SIGALRM = 14;
  public static final int SIGTERM = 15;
  public static final int SIGCHLD = 17;
  public static final int SIGCONT = 18;
  public static final int SIGSTOP = 19;
  public static final int SIGTSTP = 20;
  public static final int SIGTTIN = 21;
  public static final int SIGTTOU = 22;
  public static final int SIGXCPU = 24;
  public static final int SIGXFSZ = 25;
  public static final int SIGWINCH = 28;

  /** What a signal does. */
  static final int NONE = 0;
  static final int END = 1;
  static final int STOP = 2;
  static final int CONTINUE = 3;
  static final int IGNORE = 4;

  private Signals() {}

  /** The exit status of a process that a signal ended, 128 + n, with the signal above it. */
  static int status(int signal) {
    return 128 + signal | signal << 8;
  }

  /** Whether there is such a signal. */
  public static boolean isKnown(int signal) {
    return action(signal) != NONE;
  }

  /** What {@code signal} does to a process that does not ignore it; {@link #NONE} if there is no such signal. */
  static int action(int signal) {
    switch (signal) {
      case SIGHUP:
      case SIGINT:
      case SIGQUIT:
      case SIGABRT:
      case SIGKILL:
      case SIGUSR1:
      case SIGUSR2:
      case SIGPIPE:
      case SIGALRM:
      case SIGTERM:
      case SIGXCPU:
      case SIGXFSZ:
        return END;
      case SIGSTOP:
      case SIGTSTP:
      case SIGTTIN:
      case SIGTTOU:
        return STOP;
      case SIGCONT:
        return CONTINUE;
      case SIGCHLD:
      case SIGWINCH:
        return IGNORE;
      default:
        return NONE;
    }
  }

  /** Whether a process may ignore it, or take it itself: as in POSIX, all but SIGKILL, SIGSTOP, and SIGCONT, which always continues. */
  static boolean isIgnorable(int signal) {
    return isKnown(signal) && signal != SIGKILL && signal != SIGSTOP && signal != SIGCONT;
  }

  /** The number of a signal's name, with or without SIG, or of its number in digits; 0 if there is none. */
  public static int ofName(String name) {
    switch (name.startsWith("SIG") ? name.substring(3) : name) {
      case "HUP":
        return SIGHUP;
      case "INT":
        return SIGINT;
      case "QUIT":
        return SIGQUIT;
      case "ABRT":
        return SIGABRT;
      case "KILL":
        return SIGKILL;
      case "USR1":
        return SIGUSR1;
      case "USR2":
        return SIGUSR2;
      case "PIPE":
        return SIGPIPE;
      case "ALRM":
        return SIGALRM;
      case "TERM":
        return SIGTERM;
      case "CHLD":
        return SIGCHLD;
      case "CONT":
        return SIGCONT;
      case "STOP":
        return SIGSTOP;
      case "TSTP":
        return SIGTSTP;
      case "TTIN":
        return SIGTTIN;
      case "TTOU":
        return SIGTTOU;
      case "XCPU":
        return SIGXCPU;
      case "XFSZ":
        return SIGXFSZ;
      case "WINCH":
        return SIGWINCH;
      default:
        return ofDigits(name);
    }
  }

  private static int ofDigits(String text) {
    int number = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || i == 3) {
        return 0;
      }
      number = 10 * number + c - '0';
    }
    return isKnown(number) ? number : 0;
  }
}
