package dev.samovar.protocol.http;

/**
 * Takes a head apart as its bytes come: a start line, then fields, up to the empty line (RFC 9112 §2, §5). A line ends with
 * CR LF; a single LF is understood, too, as §2.2 allows. Refused are a CR elsewhere, control characters, white space
 * before a colon (§5.1) and lines that are continued (§5.2).
 */
abstract class HeadReader {
  /** Bytes that a head may have. */
  static final int MAX_BYTES = 64 << 10;
  /** Fields that a head may have. */
  static final int MAX_FIELDS = 200;

  private byte[] line = new byte[256];
  private int length;
  private int total;
  private boolean afterReturn;
  private boolean hasStart;
  private boolean complete;
  private Fields fields = new Fields();

  /**
   * Takes the next byte.
   *
   * @param b 0–255
   * @return whether the head is complete; then it takes no more
   */
  public final boolean feed(int b) throws HttpException {
    if (complete) {
      throw new IllegalStateException("the head is complete");
    }
    if (++total > MAX_BYTES) {
      throw HttpException.tooLarge("the head is longer than " + (MAX_BYTES >> 10) + " KiB");
    }
    if (b == '\n') {
      afterReturn = false;
      endLine();
    } else if (afterReturn) {
      throw new HttpException("a carriage return stands in the middle of a line");
    } else if (b == '\r') {
      afterReturn = true;
    } else if (!Ascii.isValueChar(b)) {
      throw new HttpException("a control character stands in the head");
    } else {
      if (length == line.length) {
        byte[] longer = new byte[2 * length];
        System.arraycopy(line, 0, longer, 0, length);
        line = longer;
      }
      line[length++] = (byte) b;
    }
    return complete;
  }

  /** Whether a first byte has come. */
  public final boolean hasBegun() {
    return total > 0;
  }

  final Fields fields() {
    return fields;
  }

  private void endLine() throws HttpException {
    if (!hasStart) {
      if (length > 0 || !skipsEmptyLine()) {
        start(Ascii.text(line, 0, length));
        hasStart = true;
      }
    } else if (length == 0) {
      end();
      complete = true;
    } else {
      field(line, length, fields);
    }
    length = 0;
  }

  /** Takes a field line apart (RFC 9112 §5). */
  static void field(byte[] line, int length, Fields fields) throws HttpException {
    if (Ascii.isSpace(line[0])) {
      throw new HttpException("a field is continued on the next line");
    }
    int colon = 0;
    while (colon < length && line[colon] != ':') {
      colon++;
    }
    if (colon == length) {
      throw new HttpException("a field has no colon");
    }
    if (fields.size() == MAX_FIELDS) {
      throw HttpException.tooLarge("there are more than " + MAX_FIELDS + " fields");
    }
    String text = Ascii.text(line, 0, length);
    fields.add(text.substring(0, colon), Ascii.trimmed(text, colon + 1, length));
  }

  /** Whether an empty line may come before the start line. */
  abstract boolean skipsEmptyLine();

  abstract void start(String line) throws HttpException;

  /** The last field has come. */
  abstract void end() throws HttpException;

  /** The minor version in {@code HTTP/1.x} at a place of the start line (RFC 9112 §2.3). */
  static int minorVersion(String line, int at, int end) throws HttpException {
    if (end - at != 8 || !line.startsWith("HTTP/", at) || line.charAt(at + 6) != '.' || !Ascii.isDigit(line.charAt(at + 5))
        || !Ascii.isDigit(line.charAt(at + 7))) {
      throw new HttpException("the first line is none of HTTP/1.1");
    }
    if (line.charAt(at + 5) != '1') {
      throw new HttpException(505, "the version is " + line.substring(at, end));
    }
    return line.charAt(at + 7) - '0';
  }
}
