package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;

/**
 * Scattered guest memory ({@code iovec}, {@code ciovec}), copied into kernel memory once and checked there: 8 bytes
 * each, the guest address and the length in bytes.
 */
public final class Vectors {
  /** Bytes in a vector. */
  public static final int SIZE = 8;
  /** Vectors in a call: IOV_MAX of Linux. */
  public static final int MAX = 1024;

  private Vectors() {}

  public static int address(KernelMemory memory, int vectors, int index) {
    return memory.getInt(vectors + index * SIZE);
  }

  public static int length(KernelMemory memory, int vectors, int index) {
    return memory.getInt(vectors + index * SIZE + 4);
  }

  /** Writes vector {@code index}. */
  public static void put(KernelMemory memory, int vectors, int index, int address, int length) {
    memory.putInt(vectors + index * SIZE, address);
    memory.putInt(vectors + index * SIZE + 4, length);
  }

  /**
   * Checks that all vectors lie in the guest's memory.
   *
   * @return their sum in bytes, -EFAULT, or -EINVAL if the sum is over 2<sup>31</sup> - 1
   */
  public static int check(KernelMemory memory, GuestMemory guest, int vectors, int count) {
    long total = 0;
    for (int i = 0; i < count; i++) {
      int length = length(memory, vectors, i);
      if (!guest.contains(address(memory, vectors, i), length)) {
        return -Errno.EFAULT;
      }
      total += length & 0xffff_ffffL;
    }
    return total > Integer.MAX_VALUE ? -Errno.EINVAL : (int) total;
  }
}
