package dev.samovar.protocol.http;

/** A request without its content. */
public final class RequestHead {
  public final String method;
  /** As it stands in the request line: a path with its query, or in a request to a proxy a URL. */
  public final String target;
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  public final int minorVersion;
  public final Fields fields;

  RequestHead(String method, String target, int minorVersion, Fields fields) {
    this.method = method;
    this.target = target;
    this.minorVersion = minorVersion;
    this.fields = fields;
  }

  static void check(String method, String target) throws HttpException {
    if (!Ascii.isToken(method)) {
      throw new HttpException("the method has a character that none may have");
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
        throw new HttpException("the target has a character that none may have");
      }
    }
    if (target.isEmpty()) {
      throw new HttpException("the target is empty");
    }
  }

  /** Whether the connection serves for another request, as far as the client says (RFC 9112 §9.3). */
  public boolean keepsAlive() {
    return keepsAlive(minorVersion, fields);
  }

  static boolean keepsAlive(int minorVersion, Fields fields) {
    return !fields.lists("Connection", "close") && (minorVersion > 0 || fields.lists("Connection", "keep-alive"));
  }
}
