package dev.samovar.jvm;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.memory.PageAllocator;
import java.nio.charset.StandardCharsets;

/** A piece of kernel memory through which strings and file contents go in and out. */
final class Staging {
  /** Bytes moved at a time. */
  static final int SIZE = 1 << 20;

  final int address;
  private final JvmMemory memory;

  Staging(Kernel kernel, JvmMemory memory) {
    this.memory = memory;
    address = kernel.pages.allocate(PageAllocator.orderFor(SIZE));
    if (address == 0) {
      throw new OsException("boot", Errno.ENOMEM);
    }
  }

  /** Puts a text there, behind {@code offset} bytes. Answers its length in bytes. */
  int put(String text, int offset) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (offset + bytes.length > SIZE) {
      throw new OsException("a text of " + bytes.length + " bytes", Errno.E2BIG);
    }
    memory.write(address + offset, bytes, 0, bytes.length);
    return bytes.length;
  }

  /** Puts texts there, each ended by a NUL. Answers their bytes. */
  int putList(Iterable<String> texts) {
    int used = 0;
    for (String text : texts) {
      if (text.indexOf('\0') >= 0) {
        throw new OsException("an argument or variable with a NUL", Errno.EINVAL);
      }
      used += put(text + '\0', used);
    }
    return used;
  }
}
