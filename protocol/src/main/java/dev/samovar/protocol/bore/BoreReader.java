package dev.samovar.protocol.bore;

/** Cuts what arrives into messages. Holds one unfinished message, at most 256 bytes however much the other side sends. */
public final class BoreReader {
  private final byte[] pending = new byte[BoreMessage.MAX_LENGTH];
  private int length;
  private BoreMessage message;

  /**
   * Takes bytes up to the end of the next message, and none beyond it.
   *
   * @return how many of the {@code count} bytes it took; all, unless a message ended before
   * @throws BoreException if they are no message; the connection is of no more use then
   */
  public int read(byte[] from, int offset, int count) throws BoreException {
    message = null;
    for (int i = 0; i < count; i++) {
      byte b = from[offset + i];
      if (b == 0) {
        message = BoreMessage.decode(pending, 0, length);
        length = 0;
        return i + 1;
      }
      if (length == pending.length) {
        throw new BoreException("the message is longer than " + BoreMessage.MAX_LENGTH + " bytes");
      }
      pending[length++] = b;
    }
    return count;
  }

  /** The message that the last {@link #read} ended with, or null if it needs more bytes. */
  public BoreMessage message() {
    return message;
  }
}
