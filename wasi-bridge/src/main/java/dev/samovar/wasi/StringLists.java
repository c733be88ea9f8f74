package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.process.Strings;

/** What args and environ have in common: a list of strings given out as pointers and bytes. */
final class StringLists {
  private StringLists() {}

  static int get(Kernel kernel, int list, int pointers, int buffer) {
    Strings strings = kernel.process.strings;
    int bytes = strings.bytes(list);
    int data = strings.data(list);
    int count = strings.count(list);
    if (!kernel.guest.contains(pointers, count * 4) || !kernel.guest.copyOut(buffer, data, bytes)) {
      return Errno.EFAULT;
    }
    int at = 0;
    for (int i = 0; i < count; i++) {
      if (!kernel.guest.putInt(pointers + 4 * i, buffer + at)) {
        return Errno.EFAULT;
      }
      while (kernel.memory.getByte(data + at) != 0) {
        at++;
      }
      at++;
    }
    return Errno.SUCCESS;
  }

  static int getSizes(Kernel kernel, int list, int count, int bytes) {
    return kernel.guest.putInt(count, kernel.process.strings.count(list))
        && kernel.guest.putInt(bytes, kernel.process.strings.bytes(list)) ? Errno.SUCCESS : Errno.EFAULT;
  }
}
