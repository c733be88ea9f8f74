package dev.samovar.jvm;

import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;

/**
 * The kernel worker is its own guest: what it reads and writes is kernel memory, at addresses that it made itself.
 */
final class OwnMemory implements GuestMemory {
  private final KernelMemory memory;

  OwnMemory(KernelMemory memory) {
    this.memory = memory;
  }

  @Override
  public boolean copyIn(int kernel, int guest, int length) {
    memory.copy(kernel, guest, length);
    return true;
  }

  @Override
  public boolean copyOut(int guest, int kernel, int length) {
    memory.copy(guest, kernel, length);
    return true;
  }

  @Override
  public boolean putByte(int guest, int value) {
    memory.putByte(guest, value);
    return true;
  }

  @Override
  public boolean putInt(int guest, int value) {
    memory.putInt(guest, value);
    return true;
  }

  @Override
  public boolean putLong(int guest, long value) {
    memory.putLong(guest, value);
    return true;
  }

  @Override
  public boolean contains(int guest, int length) {
    return true;
  }

  @Override
  public long size() {
    return 0;
  }
}
