package dev.samovar.protocol.http;

import java.util.List;

/**
 * Where the content of a message ends (RFC 9112 §6, §7). The bytes come in two kinds: {@link #ahead} says how many bytes of
 * content are next, which are {@link #skip skipped} without being seen; where it says 0 and there is more, the next byte is
 * one of the frame's, and is {@link #feed fed}.
 */
public final class Framing {
  /** {@link #ahead}: all that comes until the connection ends. */
  public static final long UNTIL_CLOSE = Long.MAX_VALUE;
  /** Bytes of the line before a chunk, and of the fields behind the last one. */
  private static final int MAX_LINE = 4096;
  private static final int MAX_TRAILER = 64 << 10;
  /** What a double, too, counts exactly. */
  private static final long MAX_LENGTH = 1L << 53;

  private enum State { LENGTH, CLOSE, SIZE, EXTENSION, SIZE_END, DATA, DATA_END, DATA_END_LF, TRAILER, DONE }

  private State state;
  private long left;
  private final long length;
  private int digits;
  private byte[] line;
  private int lineLength;
  private int trailerBytes;
  private boolean afterReturn;
  private Fields trailers;

  private Framing(State state, long length) {
    this.state = state == State.LENGTH && length == 0 ? State.DONE : state;
    this.left = length;
    this.length = state == State.LENGTH ? length : -1;
  }

  /** No content at all. */
  public static Framing none() {
    return new Framing(State.DONE, 0);
  }

  /** The content of a request (RFC 9112 §6.3). */
  public static Framing of(RequestHead head) throws HttpException {
    Framing announced = announced(head.fields, head.minorVersion);
    return announced == null ? none() : announced;
  }

  /** The content of the response to a request with that method. */
  public static Framing of(ResponseHead head, String requestMethod) throws HttpException {
    Framing announced = announced(head.fields, head.minorVersion);
    if (requestMethod.equals("HEAD") || head.status < 200 || head.status == 204 || head.status == 304) {
      return none();
    }
    return announced == null ? new Framing(State.CLOSE, UNTIL_CLOSE) : announced;
  }

  /** What the fields say, null if nothing. */
  private static Framing announced(Fields fields, int minorVersion) throws HttpException {
    if (fields.has("Transfer-Encoding")) {
      List<String> codings = fields.list("Transfer-Encoding");
      if (minorVersion == 0) {
        throw new HttpException("HTTP/1.0 knows no Transfer-Encoding");
      }
      if (fields.has("Content-Length")) {
        throw new HttpException("there is a Content-Length beside Transfer-Encoding");
      }
      if (codings.size() != 1 || !Ascii.equal(codings.get(0), "chunked")) {
        throw new HttpException(501, "the Transfer-Encoding is not just chunked");
      }
      return new Framing(State.SIZE, 0);
    }
    return fields.has("Content-Length") ? new Framing(State.LENGTH, contentLength(fields)) : null;
  }

  private static long contentLength(Fields fields) throws HttpException {
    long length = -1;
    for (int i = fields.indexOf("Content-Length", 0); i >= 0; i = fields.indexOf("Content-Length", i + 1)) {
      String value = fields.value(i);
      long its = 0;
      for (int at = 0; at < value.length(); at++) {
        its = 10 * its + value.charAt(at) - '0';
        if (!Ascii.isDigit(value.charAt(at)) || its > MAX_LENGTH) {
          throw new HttpException("the Content-Length is no number of bytes");
        }
      }
      if (value.isEmpty() || length >= 0 && length != its) {
        throw new HttpException(value.isEmpty() ? "the Content-Length is empty" : "there are two lengths that differ");
      }
      length = its;
    }
    return length;
  }

  /** Bytes of content that come next, {@link #UNTIL_CLOSE}, or 0. */
  public long ahead() {
    return state == State.LENGTH || state == State.CLOSE || state == State.DATA ? left : 0;
  }

  /** So many of the bytes ahead have come. */
  public void skip(long count) {
    if (count > ahead()) {
      throw new IllegalArgumentException("beyond the content");
    }
    if (state != State.CLOSE) {
      left -= count;
      if (left == 0 && state == State.LENGTH) {
        state = State.DONE;
      } else if (left == 0 && state == State.DATA) {
        state = State.DATA_END;
      }
    }
  }

  /** Whether the message is complete; what comes next belongs to another one. */
  public boolean isDone() {
    return state == State.DONE;
  }

  /** Bytes of the whole content if that was announced, otherwise -1. */
  public long length() {
    return length;
  }

  /** Whether the content ends with the connection, which is of no more use then. */
  public boolean endsWithConnection() {
    return state == State.CLOSE;
  }

  /** The connection has ended: {@link #isDone} if that is how the content ends, otherwise there was more to come. */
  public void end() throws HttpException {
    if (state == State.CLOSE) {
      state = State.DONE;
    } else if (state != State.DONE) {
      throw new HttpException("the connection ended before the content did");
    }
  }

  /** The fields behind the last chunk (§7.1.2), null if there were none. */
  public Fields trailers() {
    return trailers;
  }

  /**
   * Takes a byte of the frame. A chunk begins with its size in hexadecimal digits; extensions behind a semicolon are skipped
   * (§7.1.1).
   *
   * @param b 0–255
   */
  public void feed(int b) throws HttpException {
    switch (state) {
      case SIZE:
        size(b);
        break;
      case EXTENSION:
        if (b == '\r') {
          state = State.SIZE_END;
        } else if (!Ascii.isValueChar(b)) {
          throw new HttpException("the extension of a chunk has a character that none may have");
        } else if (++lineLength > MAX_LINE) {
          throw HttpException.tooLarge("the extension of a chunk is longer than " + MAX_LINE + " bytes");
        }
        break;
      case SIZE_END:
        expect(b, '\n');
        state = left == 0 ? State.TRAILER : State.DATA;
        lineLength = 0;
        break;
      case DATA_END:
        expect(b, '\r');
        state = State.DATA_END_LF;
        break;
      case DATA_END_LF:
        expect(b, '\n');
        state = State.SIZE;
        digits = 0;
        left = 0;
        break;
      case TRAILER:
        trailer(b);
        break;
      default:
        throw new IllegalStateException("the next byte is none of the frame's");
    }
  }

  private static void expect(int b, int expected) throws HttpException {
    if (b != expected) {
      throw new HttpException("a chunk does not end where it should");
    }
  }

  private void size(int b) throws HttpException {
    int c = Ascii.lower(b);
    if (Ascii.isDigit(c) || c >= 'a' && c <= 'f') {
      left = 16 * left + (c <= '9' ? c - '0' : c - 'a' + 10);
      if (left > MAX_LENGTH || ++digits > MAX_LINE) {
        throw new HttpException("a chunk is too large");
      }
    } else if (digits > 0 && b == '\r') {
      state = State.SIZE_END;
    } else if (digits > 0 && b == ';') {
      state = State.EXTENSION;
    } else {
      throw new HttpException("the size of a chunk is no number");
    }
  }

  /** The trailer has the form of the fields in a head, and is bounded as they are. */
  private void trailer(int b) throws HttpException {
    if (++trailerBytes > MAX_TRAILER) {
      throw HttpException.tooLarge("the trailer is longer than " + (MAX_TRAILER >> 10) + " KiB");
    }
    if (afterReturn) {
      expect(b, '\n');
      afterReturn = false;
      if (lineLength == 0) {
        state = State.DONE;
      } else {
        trailers = trailers == null ? new Fields() : trailers;
        HeadReader.field(line, lineLength, trailers);
        lineLength = 0;
      }
    } else if (b == '\r') {
      afterReturn = true;
    } else {
      line = line == null ? new byte[MAX_LINE] : line;
      if (lineLength == MAX_LINE) {
        throw HttpException.tooLarge("a field of the trailer is longer than " + MAX_LINE + " bytes");
      }
      line[lineLength++] = (byte) b;
    }
  }
}
