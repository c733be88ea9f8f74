package dev.samovar.protocol.http;

/** The characters that HTTP tells apart, RFC 9110 §5.6. */
final class Ascii {
  private Ascii() {}

  /** tchar: what names and methods are made of. */
  static boolean isTokenChar(int c) {
    if (c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
      return true;
    }
    switch (c) {
      case '!': case '#': case '$': case '%': case '&': case '\'': case '*': case '+': case '-': case '.': case '^':
      case '_': case '`': case '|': case '~':
        return true;
      default:
        return false;
    }
  }

  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenChar(text.charAt(i))) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** What may stand in a value: a visible character, a space or tab, or a byte from 0x80 on. */
  static boolean isValueChar(int c) {
    return c >= ' ' && c != 0x7f && c <= 0xff || c == '\t';
  }

  static boolean isValue(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!isValueChar(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\t';
  }

  static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  static boolean equal(String a, String b) {
    if (a.length() != b.length()) {
      return false;
    }
    for (int i = 0; i < a.length(); i++) {
      if (lower(a.charAt(i)) != lower(b.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** {@code text} from {@code start} to {@code end}, without spaces and tabs around it. */
  static String trimmed(String text, int start, int end) {
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** A char for each byte. */
  static String text(byte[] bytes, int start, int end) {
    char[] chars = new char[end - start];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) (bytes[start + i] & 0xff);
    }
    return new String(chars);
  }

  /** A byte for each char, which are all below 256. */
  static byte[] bytes(CharSequence text) {
    byte[] bytes = new byte[text.length()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) text.charAt(i);
    }
    return bytes;
  }
}
