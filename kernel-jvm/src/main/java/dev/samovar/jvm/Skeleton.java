package dev.samovar.jvm;

import java.util.Set;

/**
 * A module without the functions that were compiled: each body is an {@code unreachable}. Everything else, imports and
 * exports, memories and data, stays, so that an instance is made of it in a fraction of the time that parsing takes.
 */
final class Skeleton {
  private static final int HEADER = 8;
  private static final int CUSTOM = 0;
  private static final int CODE = 10;
  /** Its size; no locals, {@code unreachable}, {@code end}. */
  private static final byte[] EMPTY_BODY = {3, 0, 0, 0x0b};

  private Skeleton() {}

  /**
   * Makes one.
   *
   * @param bytes a module that was parsed, and so is well formed
   * @param imported functions that it imports: its own are numbered from there
   * @param kept numbers of the functions whose bodies stay
   */
  static byte[] of(byte[] bytes, int imported, Set<Integer> kept) {
    WasmWriter out = new WasmWriter().bytes(bytes, 0, HEADER);
    WasmReader from = new WasmReader(bytes, HEADER);
    while (from.at < bytes.length) {
      int start = from.at;
      int id = from.octet();
      int end = from.number() + from.at;
      if (id == CODE) {
        out.octet(CODE).sized(code(from, imported, kept));
      } else if (id != CUSTOM) {
        out.bytes(bytes, start, end);
      }
      from.at = end;
    }
    return out.toBytes();
  }

  private static byte[] code(WasmReader from, int imported, Set<Integer> kept) {
    WasmWriter out = new WasmWriter();
    int count = from.number();
    out.number(count);
    for (int i = 0; i < count; i++) {
      int start = from.at;
      int end = from.number() + from.at;
      if (kept.contains(imported + i)) {
        out.bytes(from.bytes, start, end);
      } else {
        out.bytes(EMPTY_BODY);
      }
      from.at = end;
    }
    return out.toBytes();
  }
}
