package dev.samovar.protocol.wisp;

import java.nio.charset.StandardCharsets;

/** The numbers of the protocol, and frames to send. Payloads of DATA are put behind a header by who sends them. */
public final class Wisp {
  public static final int CONNECT = 1;
  public static final int DATA = 2;
  public static final int CONTINUE = 3;
  public static final int CLOSE = 4;
  public static final int INFO = 5;
  public static final int CREDIT = 0xf1;
  public static final int END = 0xf2;

  /** The kind of stream that CONNECT asks for. */
  public static final int TCP = 1;

  /** Bytes before a payload. */
  public static final int HEADER = 5;
  /** The most bytes of payload of a DATA frame that a client of ours sends. */
  public static final int MAX_DATA = 32 * 1024;
  /** The longest name that DNS can say. */
  public static final int MAX_HOST = 253;
  /** Bytes of a stream that a client may send before any CREDIT: the relay may have to hold them. */
  public static final int UP_WINDOW = 128 * 1024;
  /** Bytes of a stream that a relay may send before any CREDIT: the client may have to hold them. */
  public static final int DOWN_WINDOW = 240 * 1024;
  /** The most bytes of payload of a DATA frame that a relay of ours sends: worth one CREDIT, while as much is under way. */
  public static final int MAX_DOWN = DOWN_WINDOW / 2;
  /** The WebSocket subprotocol that means CREDIT and END. */
  public static final String SUBPROTOCOL = "samovar-wisp.1";

  private Wisp() {
  }

  /** Writes a header at the beginning of {@code to}. */
  public static void header(byte[] to, int type, int stream) {
    to[0] = (byte) type;
    putInt(to, 1, stream);
  }

  public static byte[] connect(int stream, String host, int port) {
    byte[] name = host.getBytes(StandardCharsets.UTF_8);
    byte[] frame = new byte[HEADER + 3 + name.length];
    header(frame, CONNECT, stream);
    frame[HEADER] = TCP;
    frame[HEADER + 1] = (byte) port;
    frame[HEADER + 2] = (byte) (port >> 8);
    System.arraycopy(name, 0, frame, HEADER + 3, name.length);
    return frame;
  }

  public static byte[] data(int stream, byte[] from, int offset, int count) {
    byte[] frame = new byte[HEADER + count];
    header(frame, DATA, stream);
    System.arraycopy(from, offset, frame, HEADER, count);
    return frame;
  }

  /** @param frames DATA frames that may be sent from now on */
  public static byte[] continues(int stream, int frames) {
    return number(CONTINUE, stream, frames);
  }

  /** @param bytes bytes that may be sent beyond those before */
  public static byte[] credit(int stream, int bytes) {
    return number(CREDIT, stream, bytes);
  }

  public static byte[] close(int stream, CloseReason reason) {
    byte[] frame = new byte[HEADER + 1];
    header(frame, CLOSE, stream);
    frame[HEADER] = (byte) reason.code;
    return frame;
  }

  public static byte[] end(int stream) {
    byte[] frame = new byte[HEADER];
    header(frame, END, stream);
    return frame;
  }

  private static byte[] number(int type, int stream, int value) {
    byte[] frame = new byte[HEADER + 4];
    header(frame, type, stream);
    putInt(frame, HEADER, value);
    return frame;
  }

  private static void putInt(byte[] to, int at, int value) {
    to[at] = (byte) value;
    to[at + 1] = (byte) (value >> 8);
    to[at + 2] = (byte) (value >> 16);
    to[at + 3] = (byte) (value >> 24);
  }
}
