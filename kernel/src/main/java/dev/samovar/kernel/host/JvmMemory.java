package dev.samovar.kernel.host;

import java.lang.reflect.Field;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import sun.misc.Unsafe;

/**
 * {@link KernelMemory} of the JVM: a direct buffer, and plain access to its bytes, each checked against the size. By
 * VarHandles it would be as fast only where C2 has compiled the code. The whole maximum is reserved at once; {@link #grow}
 * only moves the limit, so that, as in a browser, an access beyond it is an error. Sleepers on a word share one of a few
 * monitors, chosen by the word's address.
 */
public class JvmMemory implements KernelMemory {
  private static final Unsafe UNSAFE = unsafe();
  private static final long ARRAY = Unsafe.ARRAY_BYTE_BASE_OFFSET;
  private static final int MONITORS = 64;
  /** Up to here a loop fills faster than a call of the JVM's native code. */
  private static final int LOOP_BYTES = 512;

  /** Ends a worker's thread that is interrupted in a sleep without a deadline, as a browser's worker vanishes. */
  public static final class Interrupted extends Error {
    private static final long serialVersionUID = 1;

    Interrupted() {
      super("a worker was terminated in its sleep", null, false, false);
    }
  }

  /** Holds the memory for as long as this object is held: nobody uses it by its address alone. */
  private final ByteBuffer owner;
  private final long base;
  private final Object[] monitors = new Object[MONITORS];
  private volatile int limit;

  /**
   * @param initial the size at first, in bytes, a multiple of {@link KernelMemory#GRAIN}
   * @param maximum the size up to which it can grow, in bytes
   */
  public JvmMemory(int initial, int maximum) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new UnsupportedOperationException("this machine's bytes are in another order than WebAssembly's");
    }
    owner = ByteBuffer.allocateDirect(maximum).alignedSlice(8);
    base = addressOf(owner);
    limit = initial;
    for (int i = 0; i < MONITORS; i++) {
      monitors[i] = new Object();
    }
  }

  private static Unsafe unsafe() {
    try {
      Field field = Unsafe.class.getDeclaredField("theUnsafe");
      field.setAccessible(true);
      return (Unsafe) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM has no sun.misc.Unsafe", e);
    }
  }

  private static long addressOf(ByteBuffer direct) {
    try {
      return UNSAFE.getLong(direct, UNSAFE.objectFieldOffset(Buffer.class.getDeclaredField("address")));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JVM's buffers have no address", e);
    }
  }

  /** The address in this machine of some bytes. */
  private long at(int address, int length) {
    if (address < 0 || length < 0 || address > limit - length) {
      throw outside(address, length);
    }
    return base + address;
  }

  private long atWord(int address, int length) {
    if ((address & length - 1) != 0) {
      throw new IllegalArgumentException("kernel memory: " + length + " bytes at " + address + " are not aligned");
    }
    return at(address, length);
  }

  private IndexOutOfBoundsException outside(int address, int length) {
    return new IndexOutOfBoundsException("kernel memory: " + length + " bytes at " + address + " of " + limit);
  }

  @Override
  public int getByte(int address) {
    return UNSAFE.getByte(at(address, 1)) & 0xff;
  }

  @Override
  public void putByte(int address, int value) {
    UNSAFE.putByte(at(address, 1), (byte) value);
  }

  @Override
  public int getShort(int address) {
    return UNSAFE.getShort(at(address, 2)) & 0xffff;
  }

  @Override
  public void putShort(int address, int value) {
    UNSAFE.putShort(at(address, 2), (short) value);
  }

  @Override
  public int getInt(int address) {
    return UNSAFE.getInt(at(address, 4));
  }

  @Override
  public void putInt(int address, int value) {
    UNSAFE.putInt(at(address, 4), value);
  }

  @Override
  public long getLong(int address) {
    return UNSAFE.getLong(at(address, 8));
  }

  @Override
  public void putLong(int address, long value) {
    UNSAFE.putLong(at(address, 8), value);
  }

  @Override
  public int getIntVolatile(int address) {
    return UNSAFE.getIntVolatile(null, atWord(address, 4));
  }

  @Override
  public void putIntVolatile(int address, int value) {
    UNSAFE.putIntVolatile(null, atWord(address, 4), value);
  }

  @Override
  public int compareAndExchange(int address, int expected, int value) {
    long word = atWord(address, 4);
    for (;;) {
      if (UNSAFE.compareAndSwapInt(null, word, expected, value)) {
        return expected;
      }
      int found = UNSAFE.getIntVolatile(null, word);
      if (found != expected) {
        return found;
      }
    }
  }

  @Override
  public int getAndAdd(int address, int delta) {
    return UNSAFE.getAndAddInt(null, atWord(address, 4), delta);
  }

  @Override
  public int getAndSet(int address, int value) {
    return UNSAFE.getAndSetInt(null, atWord(address, 4), value);
  }

  @Override
  public int getAndOr(int address, int mask) {
    long word = atWord(address, 4);
    for (;;) {
      int before = UNSAFE.getIntVolatile(null, word);
      if (UNSAFE.compareAndSwapInt(null, word, before, before | mask)) {
        return before;
      }
    }
  }

  @Override
  public long getAndAddLong(int address, long delta) {
    return UNSAFE.getAndAddLong(null, atWord(address, 8), delta);
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
    UNSAFE.copyMemory(at(from, length), at(to, length), length);
  }

  @Override
  public void fill(int address, int value, int length) {
    long from = at(address, length);
    if (length > LOOP_BYTES) {
      UNSAFE.setMemory(from, length, (byte) value);
      return;
    }
    long end = from + length;
    long eight = (value & 0xff) * 0x0101_0101_0101_0101L;
    for (; from + Long.BYTES <= end; from += Long.BYTES) {
      UNSAFE.putLong(from, eight);
    }
    for (; from < end; from++) {
      UNSAFE.putByte(from, (byte) value);
    }
  }

  /** Copies from an address of this machine that is outside of this memory. */
  public void write(int address, long from, int length) {
    UNSAFE.copyMemory(from, at(address, length), length);
  }

  /** Copies to an address of this machine that is outside of this memory. */
  public void read(int address, long to, int length) {
    UNSAFE.copyMemory(at(address, length), to, length);
  }

  /** Copies from an array into this memory. */
  public void write(int address, byte[] from, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, from.length);
    UNSAFE.copyMemory(from, ARRAY + offset, null, at(address, length), length);
  }

  /** Copies from this memory into an array. */
  public void read(int address, byte[] to, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, to.length);
    UNSAFE.copyMemory(null, at(address, length), to, ARRAY + offset, length);
  }

  @Override
  public long size() {
    return limit;
  }

  @Override
  public synchronized long grow(int grains) {
    int before = limit;
    if (grains < 0 || grains > (owner.capacity() - before) / GRAIN) {
      return -1;
    }
    limit = before + grains * GRAIN;
    return before;
  }
}
