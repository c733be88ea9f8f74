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
   * @param texts has names and values between {@code from} and {@code to}, a NUL behind each; a byte is a character
   */
  public RequestWriter fields(byte[] texts, int from, int to) throws HttpException {
    for (int at = from; at < to; at++) {
      int start = length;
      for (; at < to && texts[at] != 0; at++) {
        if (!Ascii.isTokenChar(texts[at])) {
          throw new HttpException("the name of a field has a character that none may have");
        }
        put(texts[at]);
      }
      if (length == start) {
        throw new HttpException("the name of a field is empty");
      }
      boolean isAPages = !isOneOf(NOT_A_PAGES, start) && !isOneOf(Fields.HOP_BY_HOP, start);
      put(": ");
      for (at++; at < to && texts[at] != 0; at++) {
        if (!Ascii.isValueChar(texts[at] & 0xff)) {
          throw new HttpException("the value of a field has a character that none may have");
        }
        put(texts[at]);
      }
      if (at >= to) {
        throw new HttpException("the list of fields is cut off");
      }
      put("\r\n");
      length = isAPages ? length : start;
    }
    return this;
  }

  /** Whether what was written from {@code start} on is one of the names. */
  private boolean isOneOf(String[] names, int start) {
    for (String name : names) {
      if (name.length() == length - start && isWritten(name, start)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWritten(String name, int start) {
    for (int i = 0; i < name.length(); i++) {
      if (Ascii.lower(name.charAt(i)) != Ascii.lower(bytes[start + i])) {
        return false;
      }
    }
    return true;
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
