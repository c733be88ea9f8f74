package dev.samovar.kernel.memory;

/** Something that is not as it must be. */
public final class Finding {
  /** The kind of inconsistency: {@code leak}, {@code link count}, {@code lock held} … */
  public final String what;
  /** The record concerned. */
  public final String where;
  /** What was found, and what should have been. */
  public final String message;

  Finding(String what, String where, String message) {
    this.what = what;
    this.where = where;
    this.message = message;
  }

  @Override
  public String toString() {
    return what + ": " + where + " " + message;
  }
}
