package dev.samovar.protocol.wisp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A received frame, seen in the bytes it came in: a view that is set on one after the other and allocates nothing. */
public final class WispFrame {
  private byte[] bytes;
  private int offset;
  private int length;

  /**
   * Looks at a whole message. What passes here has a known type, a payload of that type's length, and a stream where
   * one is due; which stream, and whether who sent it may, is the reader's to judge.
   */
  public WispFrame wrap(byte[] bytes, int offset, int length) throws WispException {
    this.bytes = bytes;
    this.offset = offset;
    this.length = length;
    if (length < Wisp.HEADER) {
      throw new WispException("a frame of " + length + " bytes has no header");
    }
    int payload = payloadLength();
    switch (type()) {
      case Wisp.CONNECT:
        check("CONNECT", payload >= 4 && payload <= 3 + Wisp.MAX_HOST);
        break;
      case Wisp.DATA:
        break;
      case Wisp.CONTINUE:
        check("CONTINUE", payload == 4);
        return this;
      case Wisp.CLOSE:
        check("CLOSE", payload == 1);
        return this;
      case Wisp.INFO:
        check("INFO", payload >= 2);
        return this;
      case Wisp.CREDIT:
        check("CREDIT", payload == 4);
        break;
      case Wisp.END:
        check("END", payload == 0);
        break;
      default:
        throw new WispException("there is no frame of type " + type());
    }
    if (stream() == 0) {
      throw new WispException("stream 0 is the connection itself");
    }
    return this;
  }

  private void check(String name, boolean fits) throws WispException {
    if (!fits) {
      throw new WispException("a " + name + " frame cannot have " + payloadLength() + " bytes of payload");
    }
  }

  public int type() {
    return bytes[offset] & 255;
  }

  /** The stream, any 32 bits. */
  public int stream() {
    return int32(offset + 1);
  }

  public int payloadOffset() {
    return offset + Wisp.HEADER;
  }

  public int payloadLength() {
    return length - Wisp.HEADER;
  }

  /** The number of a CONTINUE or CREDIT, as unsigned. */
  public long number() {
    return int32(payloadOffset()) & 0xffffffffL;
  }

  public CloseReason reason() {
    return CloseReason.of(bytes[payloadOffset()] & 255);
  }

  /** What CONNECT asks for: {@link Wisp#TCP} or something else. */
  public int kind() {
    return bytes[payloadOffset()] & 255;
  }

  public int port() {
    return bytes[payloadOffset() + 1] & 255 | (bytes[payloadOffset() + 2] & 255) << 8;
  }

  /** The host of a CONNECT, or null if it is not printable ASCII without a space: names beyond that go as punycode. */
  public String host() {
    int from = payloadOffset() + 3;
    for (int i = from; i < offset + length; i++) {
      if (bytes[i] <= ' ' || bytes[i] == 127) {
        return null;
      }
    }
    return new String(Arrays.copyOfRange(bytes, from, offset + length), StandardCharsets.US_ASCII);
  }

  private int int32(int at) {
    return bytes[at] & 255 | (bytes[at + 1] & 255) << 8 | (bytes[at + 2] & 255) << 16 | (bytes[at + 3] & 255) << 24;
  }
}
