package dev.samovar.jvm;

import java.io.ByteArrayOutputStream;
import java.util.Set;

/**
 * A module without the functions that were compiled: each body is an {@code unreachable}. Everything else, imports and
 * exports, memories and data, stays, so that an instance is made of it in a fraction of the time that parsing takes.
 */
final class Skeleton {
  private static final int HEADER = 8;
  private static final int CUSTOM = 0;
  private static final int CODE = 10;
  /** Three bytes: no locals, {@code unreachable}, {@code end}. */
  private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b};

  private final byte[] bytes;
  private int at = HEADER;

  private Skeleton(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Makes one.
   *
   * @param bytes a module that was parsed, and so is well formed
   * @param imported functions that it imports: its own are numbered from there
   * @param kept numbers of the functions whose bodies stay
   */
  static byte[] of(byte[] bytes, int imported, Set<Integer> kept) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2);
    out.write(bytes, 0, HEADER);
    Skeleton from = new Skeleton(bytes);
    while (from.at < bytes.length) {
      int start = from.at;
      int id = bytes[from.at++];
      int size = from.number();
      int end = from.at + size;
      if (id == CODE) {
        byte[] code = from.code(imported, kept);
        out.write(CODE);
        putNumber(out, code.length);
        out.writeBytes(code);
      } else if (id != CUSTOM) {
        out.write(bytes, start, end - start);
      }
      from.at = end;
    }
    return out.toByteArray();
  }

  private byte[] code(int imported, Set<Integer> kept) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int count = number();
    putNumber(out, count);
    for (int i = 0; i < count; i++) {
      int start = at;
      int end = number() + at;
      if (kept.contains(imported + i)) {
        out.write(bytes, start, end - start);
      } else {
        out.writeBytes(EMPTY_BODY);
      }
      at = end;
    }
    return out.toByteArray();
  }

  private int number() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 127) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private static void putNumber(ByteArrayOutputStream out, int number) {
    for (int left = number; ; left >>>= 7) {
      out.write(left & 127 | (left > 127 ? 128 : 0));
      if (left <= 127) {
        return;
      }
    }
  }
}
