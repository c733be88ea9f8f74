package dev.samovar.kernel.host;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * {@link KernelMemory} of the JVM: a direct buffer seen through {@link VarHandle}s. The whole maximum is reserved at
 * once; {@link #grow} only moves the limit, so that, as in a browser, an access beyond it is an error. Sleepers on a
 * word share one of a few monitors, chosen by the word's address.
 */
public class JvmMemory implements KernelMemory {
  private static final VarHandle SHORT = view(short[].class);
  private static final VarHandle INT = view(int[].class);
  private static final VarHandle LONG = view(long[].class);
  private static final int MONITORS = 64;

  /** Ends a worker's thread that is interrupted in a sleep without a deadline, as a browser's worker vanishes. */
  public static final class Interrupted extends Error {
    private static final long serialVersionUID = 1;

    Interrupted() {
      super("a worker was terminated in its sleep", null, false, false);
    }
  }

  private final ByteBuffer bytes;
  private final Object[] monitors = new Object[MONITORS];
  private volatile int limit;

  /**
   * @param initial the size at first, in bytes, a multiple of {@link KernelMemory#GRAIN}
   * @param maximum the size up to which it can grow, in bytes
   */
  public JvmMemory(int initial, int maximum) {
    bytes = ByteBuffer.allocateDirect(maximum).alignedSlice(8).order(ByteOrder.LITTLE_ENDIAN);
    limit = initial;
    for (int i = 0; i < MONITORS; i++) {
      monitors[i] = new Object();
    }
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteBufferViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }

  private int checked(int address, int length) {
    if (address < 0 || length < 0 || address > limit - length) {
      throw new IndexOutOfBoundsException("kernel memory: " + length + " bytes at " + address + " of " + limit);
    }
    return address;
  }

  @Override
  public int getByte(int address) {
    return bytes.get(checked(address, 1)) & 0xff;
  }

  @Override
  public void putByte(int address, int value) {
    bytes.put(checked(address, 1), (byte) value);
  }

  @Override
  public int getShort(int address) {
    return (short) SHORT.get(bytes, checked(address, 2)) & 0xffff;
  }

  @Override
  public void putShort(int address, int value) {
    SHORT.set(bytes, checked(address, 2), (short) value);
  }

  @Override
  public int getInt(int address) {
    return (int) INT.get(bytes, checked(address, 4));
  }

  @Override
  public void putInt(int address, int value) {
    INT.set(bytes, checked(address, 4), value);
  }

  @Override
  public long getLong(int address) {
    return (long) LONG.get(bytes, checked(address, 8));
  }

  @Override
  public void putLong(int address, long value) {
    LONG.set(bytes, checked(address, 8), value);
  }

  @Override
  public int getIntVolatile(int address) {
    return (int) INT.getVolatile(bytes, checked(address, 4));
  }

  @Override
  public void putIntVolatile(int address, int value) {
    INT.setVolatile(bytes, checked(address, 4), value);
  }

  @Override
  public int compareAndExchange(int address, int expected, int value) {
    return (int) INT.compareAndExchange(bytes, checked(address, 4), expected, value);
  }

  @Override
  public int getAndAdd(int address, int delta) {
    return (int) INT.getAndAdd(bytes, checked(address, 4), delta);
  }

  @Override
  public int getAndSet(int address, int value) {
    return (int) INT.getAndSet(bytes, checked(address, 4), value);
  }

  @Override
  public int getAndOr(int address, int mask) {
    return (int) INT.getAndBitwiseOr(bytes, checked(address, 4), mask);
  }

  @Override
  public long getAndAddLong(int address, long delta) {
    return (long) LONG.getAndAdd(bytes, checked(address, 8), delta);
  }

  private Object monitorOf(int address) {
    return monitors[(address >>> 2) * 0x9E3779B1 >>> 26];
  }

  @Override
  public int await(int address, int expected, long timeoutNanos) {
    Object monitor = monitorOf(address);
    long deadline = System.nanoTime() + timeoutNanos;
    synchronized (monitor) {
      if (getIntVolatile(address) != expected) {
        return NOT_EQUAL;
      }
      try {
        if (timeoutNanos < 0) {
          monitor.wait();
          return WOKEN;
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return TIMED_OUT;
        }
        monitor.wait(left / 1_000_000, (int) (left % 1_000_000));
        // A wake-up of a neighbour looks like one of ours: callers look again anyway.
        return System.nanoTime() - deadline < 0 ? WOKEN : TIMED_OUT;
      } catch (InterruptedException e) {
        if (timeoutNanos < 0) {
          throw new Interrupted();
        }
        // A lock, which is held for a moment: whoever was interrupted gets it, and finds out later.
        Thread.currentThread().interrupt();
        return WOKEN;
      }
    }
  }

  @Override
  public void wakeAll(int address) {
    Object monitor = monitorOf(address);
    synchronized (monitor) {
      monitor.notifyAll();
    }
  }

  @Override
  public void copy(int to, int from, int length) {
    bytes.put(checked(to, length), bytes, checked(from, length), length);
  }

  @Override
  public void fill(int address, int value, int length) {
    int end = checked(address, length) + length;
    int at = address;
    long eight = (value & 0xff) * 0x0101_0101_0101_0101L;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      LONG.set(bytes, at, eight);
    }
    for (; at < end; at++) {
      bytes.put(at, (byte) value);
    }
  }

  /** Copies from an array into this memory. */
  public void write(int address, byte[] from, int offset, int length) {
    bytes.put(checked(address, length), from, offset, length);
  }

  /** Copies from this memory into an array. */
  public void read(int address, byte[] to, int offset, int length) {
    bytes.get(checked(address, length), to, offset, length);
  }

  @Override
  public long size() {
    return limit;
  }

  @Override
  public synchronized long grow(int grains) {
    int before = limit;
    if (grains < 0 || grains > (bytes.capacity() - before) / GRAIN) {
      return -1;
    }
    limit = before + grains * GRAIN;
    return before;
  }
}
