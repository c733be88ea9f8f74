package dev.samovar.jvm;

/** Walks over the bytes of a well-formed WebAssembly module. */
final class WasmReader {
  final byte[] bytes;
  int at;

  WasmReader(byte[] bytes, int at) {
    this.bytes = bytes;
    this.at = at;
  }

  int octet() {
    return bytes[at++] & 0xff;
  }

  /** An unsigned LEB128 number of 32 bits. */
  int number() {
    int value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 127) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** Any LEB128 number, passed over. */
  void skipNumber() {
    while (bytes[at++] < 0) {
      // Goes on.
    }
  }

  void skipName() {
    int length = number();
    at += length;
  }

  void skipNumbers(int count) {
    for (int i = 0; i < count; i++) {
      skipNumber();
    }
  }
}
