package dev.samovar.protocol.http;

/** Reads the head of a response. */
public final class ResponseReader extends HeadReader {
  private int status;
  private String reason;
  private int minor;
  private ResponseHead head;

  /** The head, null until it is complete. */
  public ResponseHead head() {
    return head;
  }

  @Override
  boolean skipsEmptyLine() {
    return false;
  }

  /** RFC 9112 §4: version SP status, and mostly SP reason. */
  @Override
  void start(String line) throws HttpException {
    int length = line.length();
    minor = minorVersion(line, 0, Math.min(8, length));
    if (length < 12 || line.charAt(8) != ' ' || length > 12 && line.charAt(12) != ' ') {
      throw new HttpException("the first line has no status");
    }
    for (int i = 9; i < 12; i++) {
      if (!Ascii.isDigit(line.charAt(i))) {
        throw new HttpException("the status is no number");
      }
      status = 10 * status + line.charAt(i) - '0';
    }
    if (status < 100 || status > 599) {
      throw new HttpException("the status is " + status);
    }
    reason = length > 13 ? line.substring(13) : "";
  }

  @Override
  void end() {
    head = new ResponseHead(status, reason, minor, fields());
  }
}
