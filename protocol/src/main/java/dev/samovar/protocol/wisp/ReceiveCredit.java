package dev.samovar.protocol.wisp;

/** What the other side of one direction may still send, and what is due to it. Not thread-safe. */
public final class ReceiveCredit {
  private int open = Wisp.WINDOW;
  private int consumed;

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
    if (consumed < Wisp.WINDOW / 2) {
      return 0;
    }
    int due = consumed;
    consumed = 0;
    open += due;
    return due;
  }
}
