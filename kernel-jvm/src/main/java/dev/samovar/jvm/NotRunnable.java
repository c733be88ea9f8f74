package dev.samovar.jvm;

/** A program that is not there, or cannot run: a process of it ends at once, with a sentence on its standard error. */
final class NotRunnable extends Exception {
  static final int NOT_FOUND = 127;
  static final int REFUSED = 126;
  private static final long serialVersionUID = 1;

  final int status;

  NotRunnable(int status, String sentence) {
    super(sentence);
    this.status = status;
  }
}
