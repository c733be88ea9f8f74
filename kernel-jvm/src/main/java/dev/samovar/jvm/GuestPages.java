package dev.samovar.jvm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.UninstantiableException;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.PassiveDataSegment;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import sun.misc.Unsafe;

/**
 * A guest's linear memory: one range of addresses outside of the Java heap, reserved for all that it may grow to, so that
 * growing copies nothing. Chicory's own memories go through VarHandles, which the JVM makes fast only in code that has run
 * for long; with these plain accesses a runtime starts in a third of the time. Each is checked against the size.
 */
final class GuestPages implements Memory {
  private static final Unsafe UNSAFE = unsafe();
  private static final long BYTES = Unsafe.ARRAY_BYTE_BASE_OFFSET;
  private static final Cleaner CLEANER = Cleaner.create();
  /** Monitors stand in for the words that guests wait on, and for the locks of atomic operations. */
  private static final int MONITORS = 64;
  /** After so many bytes for guests the collector looks for memories that nobody uses: it does not see how large they are. */
  private static final long BYTES_PER_COLLECTION = 1L << 30;
  private static final AtomicLong MADE = new AtomicLong();
  private static final int WOKEN = 0;
  private static final int NOT_EQUAL = 1;
  private static final int TIMED_OUT = 2;

  private final MemoryLimits limits;
  private final long base;
  private final Monitor[] monitors = new Monitor[MONITORS];
  private volatile int pages;
  /** Bytes; of a shared memory, maybe fewer than there are by now. */
  private int size;
  private DataSegment[] segments = new DataSegment[0];

  private static final class Monitor {
    long notified;
    int waiting;
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

  GuestPages(MemoryLimits limits) {
    this.limits = limits;
    long most = (long) Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES) * PAGE_SIZE;
    if (MADE.addAndGet((long) limits.initialPages() * PAGE_SIZE) > BYTES_PER_COLLECTION) {
      MADE.set(0);
      System.gc();
    }
    long reserved = UNSAFE.allocateMemory(Math.max(1, most));
    base = reserved;
    CLEANER.register(this, () -> UNSAFE.freeMemory(reserved));
    for (int i = 0; i < MONITORS; i++) {
      monitors[i] = new Monitor();
    }
    enlarge(limits.initialPages());
  }

  private void enlarge(int to) {
    long from = (long) pages * PAGE_SIZE;
    UNSAFE.setMemory(base + from, (long) to * PAGE_SIZE - from, (byte) 0);
    // With 2 GiB the last byte has no address that is an int: as with Chicory, it cannot be reached.
    size = (int) Math.min(Integer.MAX_VALUE, (long) to * PAGE_SIZE);
    pages = to;
  }

  /** The address in this machine of {@code length} bytes of the guest. */
  long at(int address, int length) {
    if (address < 0 || address > size - length) {
      checkAgain(address, length);
    }
    return base + address;
  }

  private void checkAgain(int address, int length) {
    // Another thread may have made it larger.
    size = (int) Math.min(Integer.MAX_VALUE, (long) pages * PAGE_SIZE);
    if (address < 0 || length < 0 || address > size - length) {
      throw new WasmRuntimeException("out of bounds memory access: attempted to access address: "
          + (address & 0xffff_ffffL) + " but limit is: " + (long) pages * PAGE_SIZE + " and size: " + length);
    }
  }

  @Override
  public int pages() {
    return pages;
  }

  @Override
  public synchronized int grow(int more) {
    int before = pages;
    if (more < 0 || more > maximumPages() - before) {
      return -1;
    }
    MADE.addAndGet((long) more * PAGE_SIZE);
    enlarge(before + more);
    return before;
  }

  @Override
  public int initialPages() {
    return limits.initialPages();
  }

  @Override
  public int maximumPages() {
    return Math.min(limits.maximumPages(), RUNTIME_MAX_PAGES);
  }

  @Override
  public boolean shared() {
    return limits.shared();
  }

  @Override
  public Object lock(int address) {
    return monitor(address);
  }

  private Monitor monitor(int address) {
    return monitors[address >>> 3 & MONITORS - 1];
  }

  @Override
  public int waitOn(int address, int expected, long nanos) {
    Monitor monitor = monitor(address);
    synchronized (monitor) {
      return readInt(address) == expected ? sleep(monitor, nanos) : NOT_EQUAL;
    }
  }

  @Override
  public int waitOn(int address, long expected, long nanos) {
    Monitor monitor = monitor(address);
    synchronized (monitor) {
      return readLong(address) == expected ? sleep(monitor, nanos) : NOT_EQUAL;
    }
  }

  /** Words that share a monitor may wake each other's sleepers: whoever waits has to look again in any case. */
  private int sleep(Monitor monitor, long nanos) {
    if (!shared()) {
      throw new WasmRuntimeException("Attempt to wait on a non-shared memory, not supported.");
    }
    long deadline = System.nanoTime() + nanos;
    long before = monitor.notified;
    monitor.waiting++;
    try {
      while (monitor.notified == before) {
        long left = nanos < 0 ? Long.MAX_VALUE : deadline - System.nanoTime();
        if (left <= 0) {
          return TIMED_OUT;
        }
        TimeUnit.NANOSECONDS.timedWait(monitor, Math.min(left, TimeUnit.SECONDS.toNanos(1)));
      }
      return WOKEN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChicoryInterruptedException("Thread interrupted");
    } finally {
      monitor.waiting--;
    }
  }

  @Override
  public int notify(int address, int count) {
    Monitor monitor = monitor(address);
    at(address, 4);
    synchronized (monitor) {
      monitor.notified++;
      monitor.notifyAll();
      return Math.min(count & Integer.MAX_VALUE, monitor.waiting);
    }
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments) {
    initialize(instance, dataSegments, 0);
  }

  @Override
  public void initialize(Instance instance, DataSegment[] dataSegments, int index) {
    if (dataSegments == null) {
      return;
    }
    segments = dataSegments.clone();
    for (int i = 0; i < segments.length; i++) {
      if (segments[i] instanceof ActiveDataSegment active && active.index() == index) {
        int offset = (int) ConstantEvaluators.computeConstantValue(instance, active.offsetInstructions())[0];
        byte[] data = active.data();
        if (offset < 0 || data.length > size || offset > size - data.length) {
          throw new UninstantiableException("out of bounds memory access: a data segment at " + (offset & 0xffff_ffffL));
        }
        write(offset, data, 0, data.length);
        segments[i] = new PassiveDataSegment(new byte[0]);
      }
    }
  }

  @Override
  public void initPassiveSegment(int segment, int address, int offset, int length) {
    write(address, segments[segment].data(), offset, length);
  }

  @Override
  public void drop(int segment) {
    segments[segment] = new PassiveDataSegment(new byte[0]);
  }

  @Override
  public void write(int address, byte[] data, int offset, int length) {
    if (offset < 0 || length < 0 || offset > data.length - length) {
      throw new WasmRuntimeException("out of bounds memory access: of a data segment");
    }
    UNSAFE.copyMemory(data, BYTES + offset, null, at(address, length), length);
  }

  void read(int address, byte[] to, int offset, int length) {
    UNSAFE.copyMemory(null, at(address, length), to, BYTES + offset, length);
  }

  @Override
  public byte[] readBytes(int address, int length) {
    checkAgain(address, length);
    byte[] bytes = new byte[length];
    read(address, bytes, 0, length);
    return bytes;
  }

  @Override
  public void copy(int to, int from, int length) {
    checkAgain(to, length);
    checkAgain(from, length);
    UNSAFE.copyMemory(base + from, base + to, length);
  }

  @Override
  public void fill(byte value, int from, int to) {
    checkAgain(from, to - from);
    UNSAFE.setMemory(base + from, to - from, value);
  }

  @Override
  public void zero() {
    UNSAFE.setMemory(base, (long) pages * PAGE_SIZE, (byte) 0);
  }

  @Override
  public byte read(int address) {
    return UNSAFE.getByte(at(address, 1));
  }

  @Override
  public void writeByte(int address, byte value) {
    UNSAFE.putByte(at(address, 1), value);
  }

  @Override
  public short readShort(int address) {
    return UNSAFE.getShort(at(address, 2));
  }

  @Override
  public long readU16(int address) {
    return UNSAFE.getShort(at(address, 2)) & 0xffff;
  }

  @Override
  public void writeShort(int address, short value) {
    UNSAFE.putShort(at(address, 2), value);
  }

  @Override
  public int readInt(int address) {
    return UNSAFE.getInt(at(address, 4));
  }

  @Override
  public void writeI32(int address, int value) {
    UNSAFE.putInt(at(address, 4), value);
  }

  @Override
  public long readLong(int address) {
    return UNSAFE.getLong(at(address, 8));
  }

  @Override
  public void writeLong(int address, long value) {
    UNSAFE.putLong(at(address, 8), value);
  }

  @Override
  public float readFloat(int address) {
    return UNSAFE.getFloat(at(address, 4));
  }

  @Override
  public long readF32(int address) {
    return UNSAFE.getInt(at(address, 4));
  }

  @Override
  public void writeF32(int address, float value) {
    UNSAFE.putFloat(at(address, 4), value);
  }

  @Override
  public double readDouble(int address) {
    return UNSAFE.getDouble(at(address, 8));
  }

  @Override
  public long readF64(int address) {
    return UNSAFE.getLong(at(address, 8));
  }

  @Override
  public void writeF64(int address, double value) {
    UNSAFE.putDouble(at(address, 8), value);
  }
}
