package dev.samovar.jvm;

import dev.samovar.kernel.Errno;

/** The kernel refused: what was tried, and the name of the error. */
public final class OsException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final String code;

  OsException(String what, int errno) {
    this(Errno.nameOf(errno), what + ": " + Errno.nameOf(errno));
  }

  OsException(String code, String sentence) {
    super(sentence);
    this.code = code;
  }

  /** The error, such as {@code ENOENT}, or {@code RUNTIME_UNAVAILABLE}. */
  public String code() {
    return code;
  }
}
