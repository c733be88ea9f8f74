package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.host.KernelMemory;

/** Checks that bytes are UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF). */
final class Utf8 {
  private Utf8() {}

  /** 0, EINVAL if there is a NUL, EILSEQ if it is not UTF-8. Four plain ASCII bytes cost one look. */
  static int checkPath(KernelMemory memory, int address, int length) {
    int end = address + length;
    int at = address;
    while (at < end) {
      if (end - at >= 4) {
        int four = memory.getInt(at);
        if (((four | four - 0x0101_0101) & 0x8080_8080) == 0) {
          at += 4;
          continue;
        }
      }
      int size = sizeOf(memory, at, end);
      if (size <= 0) {
        return size == 0 ? Errno.EINVAL : Errno.EILSEQ;
      }
      at += size;
    }
    return Errno.SUCCESS;
  }

  /** Bytes of the character at {@code at}: 0 for a NUL, -1 if there is none. */
  private static int sizeOf(KernelMemory memory, int at, int end) {
    int lead = memory.getByte(at);
    if (lead < 0x80) {
      return lead == 0 ? 0 : 1;
    }
    int size = lead >= 0xc2 && lead < 0xe0 ? 2 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
    if (size == 0 || end - at < size) {
      return -1;
    }
    int second = memory.getByte(at + 1);
    int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      return -1;
    }
    for (int i = 2; i < size; i++) {
      if ((memory.getByte(at + i) & 0xc0) != 0x80) {
        return -1;
      }
    }
    return size;
  }
}
