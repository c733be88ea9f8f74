package dev.samovar.protocol.http;

/** What goes around the parts of a chunked content (RFC 9112 §7.1): {@link #before} each one, {@link #after} it, and the {@link #end}. */
public final class Chunks {
  private static final byte[] LAST = {'0', '\r', '\n', '\r', '\n'};

  private Chunks() {}

  /** The line before a chunk of that many bytes (at least 1), behind which {@link #after} comes. */
  public static byte[] before(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("an empty chunk would be the end");
    }
    return Ascii.bytes(Integer.toHexString(bytes) + "\r\n");
  }

  public static byte[] after() {
    return new byte[] {'\r', '\n'};
  }

  /** Behind the last chunk. */
  public static byte[] end() {
    return LAST.clone();
  }
}
