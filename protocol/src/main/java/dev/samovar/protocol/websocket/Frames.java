package dev.samovar.protocol.websocket;

import java.util.Arrays;

/** Frames as they are sent (RFC 6455 §5.2): whole, and masked by a client. */
public final class Frames {
  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;

  /** Bytes of payload that a control frame may have. */
  public static final int MAX_CONTROL = 125;

  private Frames() {}

  /** What a server sends before the payload of a final frame. */
  public static byte[] header(int opcode, int length) {
    int extended = length < 126 ? 0 : length < 1 << 16 ? 2 : 8;
    byte[] header = new byte[2 + extended];
    header[0] = (byte) (0x80 | opcode);
    header[1] = (byte) (extended == 0 ? length : extended == 2 ? 126 : 127);
    for (int i = 0; i < extended; i++) {
      header[2 + i] = (byte) ((long) length >>> 8 * (extended - 1 - i));
    }
    return header;
  }

  /**
   * What a client sends before the payload of a final frame.
   *
   * @param key random; byte i of the payload is sent XORed with byte i modulo 4 of it, the most significant one first
   */
  public static byte[] header(int opcode, int length, int key) {
    byte[] plain = header(opcode, length);
    byte[] header = Arrays.copyOf(plain, plain.length + 4);
    header[1] |= (byte) 0x80;
    for (int i = 0; i < 4; i++) {
      header[plain.length + i] = (byte) (key >>> 24 - 8 * i);
    }
    return header;
  }

  /** Whether a code may stand in a close frame (RFC 6455 §7.4). */
  public static boolean isCloseCode(int code) {
    return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006 || code >= 3000 && code <= 4999;
  }
}
