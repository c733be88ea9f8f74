package dev.samovar.kernel;

import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.JvmMemory;

/** A guest's memory: an array, with the bounds of one. */
public final class TestGuest implements GuestMemory {
  /** Bytes in it. */
  public static final int SIZE = 1 << 20;

  public final byte[] bytes = new byte[SIZE];
  private final JvmMemory memory;

  public TestGuest(JvmMemory memory) {
    this.memory = memory;
  }

  @Override
  public boolean contains(int guest, int length) {
    return (guest & 0xffff_ffffL) + (length & 0xffff_ffffL) <= SIZE;
  }

  @Override
  public long size() {
    return SIZE;
  }

  @Override
  public boolean copyIn(int kernel, int guest, int length) {
    boolean fits = contains(guest, length);
    if (fits) {
      memory.write(kernel, bytes, guest, length);
    }
    return fits;
  }

  @Override
  public boolean copyOut(int guest, int kernel, int length) {
    boolean fits = contains(guest, length);
    if (fits) {
      memory.read(kernel, bytes, guest, length);
    }
    return fits;
  }

  @Override
  public boolean putByte(int guest, int value) {
    return put(guest, value, 1);
  }

  @Override
  public boolean putInt(int guest, int value) {
    return put(guest, value, 4);
  }

  @Override
  public boolean putLong(int guest, long value) {
    return put(guest, value, 8);
  }

  private boolean put(int guest, long value, int size) {
    boolean fits = contains(guest, size);
    for (int i = 0; fits && i < size; i++) {
      bytes[guest + i] = (byte) (value >>> 8 * i);
    }
    return fits;
  }
}
