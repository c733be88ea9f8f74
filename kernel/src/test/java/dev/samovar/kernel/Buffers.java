package dev.samovar.kernel;

import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.memory.Arena;
import java.util.Arrays;

/** A guest's buffers for one call, with the vectors that describe them: what the bridge has copied in and checked. */
public final class Buffers {
  private final Kernel kernel;
  private final TestGuest guest;
  private int[] lengths = {};

  public Buffers(Kernel kernel) {
    this.kernel = kernel;
    guest = (TestGuest) kernel.guest;
  }

  /** Bytes to write, one vector for each piece. */
  public Buffers of(byte[]... pieces) {
    int at = 0;
    lengths = new int[pieces.length];
    for (int i = 0; i < pieces.length; i++) {
      lengths[i] = pieces[i].length;
      System.arraycopy(pieces[i], 0, guest.bytes, at, pieces[i].length);
      Vectors.put(kernel.memory, vectors(), i, at, pieces[i].length);
      at += pieces[i].length;
    }
    return this;
  }

  /** Room to read into, one vector for each length. */
  public Buffers room(int... sizes) {
    byte[][] pieces = new byte[sizes.length][];
    for (int i = 0; i < sizes.length; i++) {
      pieces[i] = new byte[sizes[i]];
    }
    return of(pieces);
  }

  /** The vectors' address. */
  public int vectors() {
    return kernel.arena + Arena.VECTORS;
  }

  public int count() {
    return lengths.length;
  }

  /** Their sum in bytes. */
  public int total() {
    return Arrays.stream(lengths).sum();
  }

  /** The first bytes of the buffers, one after the other. */
  public byte[] taken(int count) {
    return Arrays.copyOf(guest.bytes, count);
  }
}
