package dev.samovar.protocol.http;

/** The other side does not speak HTTP/1.1, or not well. The message is a clause for a person: "a field has no colon". */
public final class HttpException extends Exception {
  private static final long serialVersionUID = 1;
  private static final int TOO_LARGE = 431;

  private final int status;

  HttpException(int status, String clause) {
    super(clause);
    this.status = status;
  }

  HttpException(String clause) {
    this(400, clause);
  }

  static HttpException tooLarge(String clause) {
    return new HttpException(TOO_LARGE, clause);
  }

  /** The status that a server answers with: 400, 431, 501 or 505. */
  public int status() {
    return status;
  }

  /** Whether there is nothing wrong but the size. */
  public boolean isTooLarge() {
    return status == TOO_LARGE;
  }
}
