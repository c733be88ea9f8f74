package dev.samovar.jvm;

import java.io.ByteArrayOutputStream;

/** Makes the bytes of a WebAssembly module. */
final class WasmWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  WasmWriter octet(int value) {
    out.write(value);
    return this;
  }

  WasmWriter bytes(byte[] from, int start, int end) {
    out.write(from, start, end - start);
    return this;
  }

  WasmWriter bytes(byte[] from) {
    return bytes(from, 0, from.length);
  }

  /** An unsigned LEB128 number. */
  WasmWriter number(int number) {
    int left = number;
    for (; left >>> 7 != 0; left >>>= 7) {
      out.write(left & 127 | 128);
    }
    out.write(left);
    return this;
  }

  /** A signed LEB128 number. */
  WasmWriter signed(int number) {
    int left = number;
    for (; left < -64 || left > 63; left >>= 7) {
      out.write(left & 127 | 128);
    }
    out.write(left & 127);
    return this;
  }

  /** An instruction with one unsigned immediate. */
  WasmWriter op(int opcode, int immediate) {
    return octet(opcode).number(immediate);
  }

  /** Bytes with their length before them. */
  WasmWriter sized(byte[] contents) {
    return number(contents.length).bytes(contents);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
