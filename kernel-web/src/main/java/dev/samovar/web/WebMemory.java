package dev.samovar.web;

import dev.samovar.kernel.host.KernelMemory;
import org.teavm.interop.Address;
import org.teavm.interop.Import;

/**
 * {@link KernelMemory} over the linear memory that this module imports. Plain accesses compile to one inline load or
 * store; the atomic ones call the helper module {@code shm} (kernel-web/src/main/wat/shm.wat), wasm to wasm.
 */
final class WebMemory implements KernelMemory {
  @Override
  public int getByte(int address) {
    return Address.fromInt(address).getByte() & 0xff;
  }

  @Override
  public void putByte(int address, int value) {
    Address.fromInt(address).putByte((byte) value);
  }

  @Override
  public int getShort(int address) {
    return Address.fromInt(address).getShort() & 0xffff;
  }

  @Override
  public void putShort(int address, int value) {
    Address.fromInt(address).putShort((short) value);
  }

  @Override
  public int getInt(int address) {
    return Address.fromInt(address).getInt();
  }

  @Override
  public void putInt(int address, int value) {
    Address.fromInt(address).putInt(value);
  }

  @Override
  public long getLong(int address) {
    return Address.fromInt(address).getLong();
  }

  @Override
  public void putLong(int address, long value) {
    Address.fromInt(address).putLong(value);
  }

  @Override
  public int getIntVolatile(int address) {
    return load32(address);
  }

  @Override
  public void putIntVolatile(int address, int value) {
    store32(address, value);
  }

  @Override
  public int compareAndExchange(int address, int expected, int value) {
    return cas32(address, expected, value);
  }

  @Override
  public int getAndAdd(int address, int delta) {
    return add32(address, delta);
  }

  @Override
  public int getAndSet(int address, int value) {
    return xchg32(address, value);
  }

  @Override
  public int getAndOr(int address, int mask) {
    return or32(address, mask);
  }

  @Override
  public long getAndAddLong(int address, long delta) {
    return add64(address, delta);
  }

  @Override
  public int await(int address, int expected, long timeoutNanos) {
    return wait32(address, expected, timeoutNanos);
  }

  @Override
  public void wakeAll(int address) {
    notify32(address);
  }

  @Override
  public void copy(int to, int from, int length) {
    copyIn(to, from, length);
  }

  @Override
  public void fill(int address, int value, int length) {
    fillIn(address, value, length);
  }

  @Override
  public long size() {
    return sizeInGrains() * (long) GRAIN;
  }

  @Override
  public long grow(int grains) {
    int before = growBy(grains);
    return before < 0 ? -1 : before * (long) GRAIN;
  }

  @Import(module = "shm", name = "load32")
  private static native int load32(int address);

  @Import(module = "shm", name = "store32")
  private static native void store32(int address, int value);

  @Import(module = "shm", name = "cas32")
  private static native int cas32(int address, int expected, int value);

  @Import(module = "shm", name = "add32")
  private static native int add32(int address, int delta);

  @Import(module = "shm", name = "xchg32")
  private static native int xchg32(int address, int value);

  @Import(module = "shm", name = "or32")
  private static native int or32(int address, int mask);

  @Import(module = "shm", name = "add64")
  private static native long add64(int address, long delta);

  @Import(module = "shm", name = "wait32")
  private static native int wait32(int address, int expected, long timeoutNanos);

  @Import(module = "shm", name = "notify32")
  private static native void notify32(int address);

  @Import(module = "shm", name = "copy")
  private static native void copyIn(int to, int from, int length);

  @Import(module = "shm", name = "fill")
  private static native void fillIn(int address, int value, int length);

  @Import(module = "shm", name = "size")
  private static native int sizeInGrains();

  @Import(module = "shm", name = "grow")
  private static native int growBy(int grains);
}
