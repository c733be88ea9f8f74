package dev.samovar.protocol.websocket;

/**
 * Takes the frames of a server or a client apart as their bytes come (RFC 6455 §5): the bytes of a header are {@link #feed fed}, those of
 * the payload {@link #ahead} are {@link #skip skipped}.
 */
public final class FrameReader {
  /** Bytes that the fragments of a message may have together. */
  public static final int MAX_MESSAGE = 16 << 20;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int TOO_LARGE = 1009;

  private static final int KEY = 4;

  private final boolean isOfClient;
  private int opcode;
  private boolean isFinal;
  private int key;
  /** Bytes of the header that have come, and that there are once the second has. */
  private int taken;
  private int needed = 2;
  /** Of those, the bytes that say the length. */
  private int extended;
  private long length;
  private long left;
  /** Whether a message has begun whose last fragment has not come, and the bytes of it so far. */
  private boolean isFragmented;
  private long messageBytes;

  /** @param isOfClient whether the frames are a client's: those are masked, and a server's are not */
  public FrameReader(boolean isOfClient) {
    this.isOfClient = isOfClient;
  }

  /**
   * Takes a byte of a header.
   *
   * @param b 0–255
   * @return whether the header is complete
   */
  public boolean feed(int b) throws WebSocketException {
    switch (taken++) {
      case 0:
        first(b);
        return false;
      case 1:
        second(b);
        break;
      default:
        if (isOfClient && taken > needed - KEY) {
          key = key << 8 | b;
        } else {
          length = length << 8 | b;
        }
        break;
    }
    if (taken < needed) {
      return false;
    }
    complete();
    return true;
  }

  private void first(int b) throws WebSocketException {
    opcode = b & 15;
    isFinal = (b & 0x80) != 0;
    if ((b & 0x70) != 0) {
      throw error("a reserved bit is set");
    }
    if (opcode > Frames.BINARY && opcode < Frames.CLOSE || opcode > Frames.PONG) {
      throw error("a frame has the opcode " + opcode);
    }
    if (isControl() && !isFinal) {
      throw error("a control frame is fragmented");
    }
    if (opcode == Frames.CONTINUATION && !isFragmented) {
      throw error("a fragment belongs to no message");
    }
    if (opcode != Frames.CONTINUATION && !isControl() && isFragmented) {
      throw error("a message begins within another one");
    }
  }

  private void second(int b) throws WebSocketException {
    if (((b & 0x80) != 0) != isOfClient) {
      throw error(isOfClient ? "a frame of the client is not masked" : "a frame of the server is masked");
    }
    int stated = b & 0x7f;
    if (isControl() && stated > Frames.MAX_CONTROL) {
      throw error("a control frame is longer than " + Frames.MAX_CONTROL + " bytes");
    }
    extended = stated < 126 ? 0 : stated == 126 ? 2 : 8;
    needed = 2 + extended + (isOfClient ? KEY : 0);
    length = extended == 0 ? stated : 0;
  }

  private void complete() throws WebSocketException {
    if (length < 0 || extended == 2 && length < 126 || extended == 8 && length < 1 << 16) {
      throw error("the length of a frame is not written as it has to be");
    }
    if (!isControl()) {
      messageBytes = opcode == Frames.CONTINUATION ? messageBytes : 0;
      isFragmented = !isFinal;
      if (length > MAX_MESSAGE - messageBytes) {
        throw new WebSocketException(TOO_LARGE, "a message is longer than " + (MAX_MESSAGE >> 20) + " MiB");
      }
      messageBytes += length;
    }
    left = length;
    taken = 0;
    needed = 2;
  }

  private static WebSocketException error(String clause) {
    return new WebSocketException(PROTOCOL_ERROR, clause);
  }

  /** The opcode of the frame whose header came last, one of {@link Frames}. */
  public int opcode() {
    return opcode;
  }

  /** What the payload of a client's is masked with, as {@link Frames#header(int, int, int)} has it. */
  public int key() {
    return key;
  }

  public boolean isControl() {
    return opcode >= Frames.CLOSE;
  }

  /** Whether that frame is the last one of its message. */
  public boolean isFinal() {
    return isFinal;
  }

  /** Bytes of its payload that are still to come. */
  public long ahead() {
    return left;
  }

  /** So many of them have come. */
  public void skip(long count) {
    if (count > left) {
      throw new IllegalArgumentException("beyond the frame");
    }
    left -= count;
  }
}
