package dev.samovar.protocol.websocket;

/** What a server proves with in the handshake (RFC 6455 §4.2.2). */
public final class Handshake {
  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

  private Handshake() {}

  /** The Sec-WebSocket-Accept for a Sec-WebSocket-Key, which is ASCII. */
  public static String accept(String key) {
    String text = key + GUID;
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    byte[] digest = Sha1.digest(bytes);
    StringBuilder base64 = new StringBuilder(28);
    // 20 bytes: six groups of three, and two.
    for (int i = 0; i < digest.length; i += 3) {
      int group = (digest[i] & 0xff) << 16 | (digest[i + 1] & 0xff) << 8 | (i + 2 < digest.length ? digest[i + 2] & 0xff : 0);
      for (int shift = 18; shift >= 0; shift -= 6) {
        base64.append(shift == 0 && i + 2 >= digest.length ? '=' : DIGITS.charAt(group >> shift & 63));
      }
    }
    return base64.toString();
  }
}
