package dev.samovar.jvm;

import dev.samovar.kernel.Errno;

/** The kernel refused: what was tried, and the name of the error. */
public final class OsException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int errno;

  OsException(String what, int errno) {
    super(what + ": " + Errno.nameOf(errno));
    this.errno = errno;
  }

  /** The error, such as {@code ENOENT}. */
  public String code() {
    return Errno.nameOf(errno);
  }
}
