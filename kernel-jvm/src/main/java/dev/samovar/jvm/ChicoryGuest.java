package dev.samovar.jvm;

import com.dylibso.chicory.runtime.Memory;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.JvmMemory;

/** {@link GuestMemory} of the guest that a worker is bound to: no more than what Chicory's memory has. */
final class ChicoryGuest implements GuestMemory {
  private final JvmMemory kernelMemory;
  private GuestPages memory;

  ChicoryGuest(JvmMemory kernelMemory) {
    this.kernelMemory = kernelMemory;
  }

  /** From here on the guest is the one with this memory; null for one that has none, or no guest. */
  void bind(GuestPages guestMemory) {
    memory = guestMemory;
  }

  @Override
  public long size() {
    return memory == null ? 0 : (long) memory.pages() * Memory.PAGE_SIZE;
  }

  @Override
  public boolean contains(int guest, int length) {
    return memory != null && (guest & 0xffff_ffffL) + (length & 0xffff_ffffL) <= size();
  }

  @Override
  public boolean copyIn(int kernel, int guest, int length) {
    if (!contains(guest, length)) {
      return false;
    }
    kernelMemory.write(kernel, memory.at(guest, length), length);
    return true;
  }

  @Override
  public boolean copyOut(int guest, int kernel, int length) {
    if (!contains(guest, length)) {
      return false;
    }
    kernelMemory.read(kernel, memory.at(guest, length), length);
    return true;
  }

  @Override
  public boolean putByte(int guest, int value) {
    boolean fits = contains(guest, 1);
    if (fits) {
      memory.writeByte(guest, (byte) value);
    }
    return fits;
  }

  @Override
  public boolean putInt(int guest, int value) {
    boolean fits = contains(guest, 4);
    if (fits) {
      memory.writeI32(guest, value);
    }
    return fits;
  }

  @Override
  public boolean putLong(int guest, long value) {
    boolean fits = contains(guest, 8);
    if (fits) {
      memory.writeLong(guest, value);
    }
    return fits;
  }
}
