package dev.samovar.protocol.http;

/**
 * Writes heads of requests of HTTP/1.1 (RFC 9112 §3, §5), one after the other. What a page says about a request comes as the
 * bytes of a list of texts, and goes through without a string for each: this is on the way of every request of a preview.
 */
public final class RequestWriter {
  /** What a page does not say of a request: it is the connection's, or the client's own to say. */
  private static final String[] NOT_A_PAGES = {
    "Host", "Content-Length", "Cookie", "Accept-Encoding", "Expect", "Origin", "Referer"
  };

  private byte[] bytes = new byte[1024];
  private int length;

  /** Begins a head. Its content, if it has any, has to be announced by a field. */
  public RequestWriter begin(String method, String target) throws HttpException {
    RequestHead.check(method, target);
    length = 0;
    return put(method).put(" ").put(target).put(" HTTP/1.1\r\n");
  }

  /** Adds a field. */
  public RequestWriter field(String name, String value) throws HttpException {
    if (!Ascii.isToken(name) || !Ascii.isValue(value)) {
      throw new HttpException("the field " + name + " has a character that none may have");
    }
    return put(name).put(": ").put(value).put("\r\n");
  }

  /**
   * Adds the fields of a page's request: those that it has no say in are left out.
   *
   * @param texts has names and values between {@code from} and {@code to}, as UTF-8 with a NUL behind each
   */
  public RequestWriter fields(byte[] texts, int from, int to) throws HttpException {
    for (int name = from; name < to; ) {
      int nameEnd = end(texts, name, to);
      int valueEnd = end(texts, nameEnd + 1, to);
      if (!isOneOf(NOT_A_PAGES, texts, name, nameEnd) && !isOneOf(Fields.HOP_BY_HOP, texts, name, nameEnd)) {
        name(texts, name, nameEnd);
        value(texts, nameEnd + 1, valueEnd);
      }
      name = valueEnd + 1;
    }
    return this;
  }

  private static int end(byte[] texts, int from, int to) throws HttpException {
    for (int i = from; i < to; i++) {
      if (texts[i] == 0) {
        return i;
      }
    }
    throw new HttpException("the list of fields is cut off");
  }

  private static boolean isOneOf(String[] names, byte[] texts, int from, int to) {
    for (String name : names) {
      if (name.length() == to - from && isEqual(name, texts, from)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isEqual(String name, byte[] texts, int from) {
    for (int i = 0; i < name.length(); i++) {
      if (Ascii.lower(name.charAt(i)) != Ascii.lower(texts[from + i])) {
        return false;
      }
    }
    return true;
  }

  private void name(byte[] texts, int from, int to) throws HttpException {
    for (int i = from; i < to; i++) {
      if (!Ascii.isTokenChar(texts[i])) {
        throw new HttpException("the name of a field has a character that none may have");
      }
      put(texts[i]);
    }
    if (from == to) {
      throw new HttpException("the name of a field is empty");
    }
    put(": ");
  }

  /** A character of a value is a byte of the head, so that none is above U+00FF. */
  private void value(byte[] texts, int from, int to) throws HttpException {
    for (int i = from; i < to; i++) {
      int c = texts[i];
      if (c < 0) {
        c = (c & 0xfe) == 0xc2 && i + 1 < to ? (c & 3) << 6 | texts[++i] & 0x3f : -1;
      }
      if (!Ascii.isValueChar(c)) {
        throw new HttpException("the value of a field has a character that none may have");
      }
      put(c);
    }
    put("\r\n");
  }

  /** Ends the head. It is in {@link #bytes}, up to what this answers, until the next one begins. */
  public int end() {
    put("\r\n");
    return length;
  }

  public byte[] bytes() {
    return bytes;
  }

  private RequestWriter put(String text) {
    for (int i = 0; i < text.length(); i++) {
      put(text.charAt(i));
    }
    return this;
  }

  private void put(int b) {
    if (length == bytes.length) {
      byte[] longer = new byte[2 * length];
      System.arraycopy(bytes, 0, longer, 0, length);
      bytes = longer;
    }
    bytes[length++] = (byte) b;
  }
}
