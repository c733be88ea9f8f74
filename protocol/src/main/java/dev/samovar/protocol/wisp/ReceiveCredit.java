package dev.samovar.protocol.wisp;

/** What the other side of one direction may still send, and what is due to it. Not thread-safe. */
public final class ReceiveCredit {
  private final int half;
  private int open;
  private int consumed;

  /** @param window bytes that may come before any CREDIT */
  public ReceiveCredit(int window) {
    half = window / 2;
    open = window;
  }

  /** Takes note of {@code bytes} received. */
  public void received(int bytes) throws WispException {
    if (bytes > open) {
      throw new WispException(bytes + " bytes sent with credit for " + open);
    }
    open -= bytes;
  }

  /**
   * Takes note of {@code bytes} passed on.
   *
   * @return the credit to give now; 0 until half a window is due, so that frames of CREDIT stay few
   */
  public int consumed(int bytes) {
    consumed += bytes;
    if (consumed < half) {
      return 0;
    }
    int due = consumed;
    consumed = 0;
    open += due;
    return due;
  }
}
