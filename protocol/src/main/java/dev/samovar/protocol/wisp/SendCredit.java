package dev.samovar.protocol.wisp;

/** What one direction of a stream may still send. Not thread-safe. */
public final class SendCredit {
  /** More than any sender can use; a grant that would lead beyond is a mistake or an attack. */
  public static final int MAX = 1 << 30;

  private int available;

  /** @param window bytes that may be sent before any CREDIT */
  public SendCredit(int window) {
    available = window;
  }

  /** Bytes that may be sent now. */
  public int available() {
    return available;
  }

  /** Takes note of {@code bytes} sent, at most {@link #available}. */
  public void spend(int bytes) {
    if (bytes > available) {
      throw new IllegalStateException(bytes + " bytes sent with credit for " + available);
    }
    available -= bytes;
  }

  /** Takes a CREDIT. */
  public void grant(long bytes) throws WispException {
    if (bytes > MAX - available) {
      throw new WispException("credit for more than " + MAX + " bytes");
    }
    available += (int) bytes;
  }
}
