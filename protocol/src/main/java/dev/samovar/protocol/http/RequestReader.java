package dev.samovar.protocol.http;

/** Reads the head of a request. An empty line before it is skipped (RFC 9112 §2.2). */
public final class RequestReader extends HeadReader {
  private String method;
  private String target;
  private int minor;
  private RequestHead head;

  /** The head, null until it is complete. */
  public RequestHead head() {
    return head;
  }

  @Override
  boolean skipsEmptyLine() {
    return true;
  }

  /** RFC 9112 §3: method SP target SP version, with just these two spaces. */
  @Override
  void start(String line) throws HttpException {
    int first = line.indexOf(' ');
    int last = line.lastIndexOf(' ');
    if (first < 0 || first == last) {
      throw new HttpException("the first line is no request's");
    }
    minor = minorVersion(line, last + 1, line.length());
    method = line.substring(0, first);
    target = line.substring(first + 1, last);
    RequestHead.check(method, target);
  }

  /** RFC 9112 §3.2: just one Host. */
  @Override
  void end() throws HttpException {
    int host = fields().indexOf("Host", 0);
    if (host < 0 ? minor > 0 : fields().indexOf("Host", host + 1) >= 0) {
      throw new HttpException(host < 0 ? "there is no Host" : "there is more than one Host");
    }
    head = new RequestHead(method, target, minor, fields());
  }
}
