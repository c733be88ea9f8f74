package dev.samovar.protocol.websocket;

/** The other side breaks a rule; the connection is to be closed with {@link #code}. The message is a clause for a person. */
public final class WebSocketException extends Exception {
  private static final long serialVersionUID = 1;

  private final int code;

  WebSocketException(int code, String clause) {
    super(clause);
    this.code = code;
  }

  /** 1002 or 1009 (RFC 6455 §7.4.1). */
  public int code() {
    return code;
  }
}
