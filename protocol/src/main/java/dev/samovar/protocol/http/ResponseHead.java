package dev.samovar.protocol.http;

/** A response without its content. */
public final class ResponseHead {
  /** 100–599. */
  public final int status;
  public final String reason;
  /** 1 for HTTP/1.1, 0 for HTTP/1.0. */
  public final int minorVersion;
  public final Fields fields;

  ResponseHead(int status, String reason, int minorVersion, Fields fields) {
    this.status = status;
    this.reason = reason;
    this.minorVersion = minorVersion;
    this.fields = fields;
  }

  /** A response of HTTP/1.1. */
  public static ResponseHead of(int status, String reason, Fields fields) throws HttpException {
    if (status < 100 || status > 599 || !Ascii.isValue(reason)) {
      throw new HttpException("the status or its reason is none");
    }
    return new ResponseHead(status, reason, 1, fields);
  }

  /** Whether it only announces another one: 1xx, but not 101 (RFC 9110 §15.2). */
  public boolean isInterim() {
    return status < 200 && status != 101;
  }

  /** Whether the connection serves for another request, as far as the server says (RFC 9112 §9.3). */
  public boolean keepsAlive() {
    return RequestHead.keepsAlive(minorVersion, fields);
  }

  /** The bytes of the head. */
  public byte[] bytes() {
    StringBuilder text = new StringBuilder(256);
    text.append("HTTP/1.").append(minorVersion).append(' ').append(status).append(' ').append(reason).append("\r\n");
    fields.write(text);
    return Ascii.bytes(text);
  }
}
