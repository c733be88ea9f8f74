package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.capability.AuditedCall;
import dev.samovar.kernel.memory.Arena;

/** {@code random_get}. */
public final class Random {
  private static final int CHUNK = 4096;

  private final Kernel kernel;
  private final Call call;

  Random(Kernel kernel, Call call) {
    this.kernel = kernel;
    this.call = call;
  }

  /** Fills guest memory from a cryptographically strong source. */
  public int get(int buffer, int length) {
    if (!kernel.guest.contains(buffer, length)) {
      return Errno.EFAULT;
    }
    if (!kernel.capabilities.mayDrawRandom(call.capabilities())) {
      return call.refused(AuditedCall.RANDOM, 0, 0);
    }
    int scratch = kernel.arena + Arena.BYTES;
    long left = length & 0xffff_ffffL;
    int at = buffer;
    while (left > 0) {
      int n = (int) Math.min(CHUNK, left);
      kernel.host.random(scratch, n);
      kernel.guest.copyOut(at, scratch, n);
      at += n;
      left -= n;
    }
    return Errno.SUCCESS;
  }
}
