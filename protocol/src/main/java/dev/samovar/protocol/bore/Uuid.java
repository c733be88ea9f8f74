package dev.samovar.protocol.bore;

/** UUIDs as text: 36 characters, digits in hexadecimal of either case. */
public final class Uuid {
  /** Bytes that a UUID stands for. */
  public static final int LENGTH = 16;
  private static final int TEXT_LENGTH = 36;
  private static final String DIGITS = "0123456789abcdef";

  private Uuid() {
  }

  /** The bytes of {@code text}, or null if it is no UUID. */
  public static byte[] parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return null;
    }
    byte[] bytes = new byte[LENGTH];
    int digits = 0;
    for (int i = 0; i < TEXT_LENGTH; i++) {
      char c = text.charAt(i);
      if (isDash(i)) {
        if (c != '-') {
          return null;
        }
        continue;
      }
      int digit = hexDigit(c);
      if (digit < 0) {
        return null;
      }
      bytes[digits >> 1] |= digit << ((digits & 1) == 0 ? 4 : 0);
      digits++;
    }
    return bytes;
  }

  /** The text of a random UUID (version 4) made of {@value #LENGTH} random bytes. */
  public static String random(byte[] random) {
    StringBuilder text = new StringBuilder(TEXT_LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      int b = random[i];
      if (i == 6) {
        b = b & 0x0f | 0x40;
      } else if (i == 8) {
        b = b & 0x3f | 0x80;
      }
      if (isDash(text.length())) {
        text.append('-');
      }
      text.append(DIGITS.charAt(b >> 4 & 15)).append(DIGITS.charAt(b & 15));
    }
    return text.toString();
  }

  private static boolean isDash(int at) {
    return at == 8 || at == 13 || at == 18 || at == 23;
  }

  static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
      return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  }

  static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length * 2);
    for (byte b : bytes) {
      text.append(DIGITS.charAt(b >> 4 & 15)).append(DIGITS.charAt(b & 15));
    }
    return text.toString();
  }
}
