package dev.samovar.kernel.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Together;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class JvmMemoryTest {
  private static final int GRAIN = KernelMemory.GRAIN;

  private final JvmMemory memory = new JvmMemory(GRAIN, 4 * GRAIN);

  @Test
  void valuesAreLittleEndianAndSmallOnesUnsigned() {
    memory.putLong(8, 0x8877_6655_4433_22f1L);
    assertEquals(0xf1, memory.getByte(8));
    assertEquals(0x22f1, memory.getShort(8));
    assertEquals(0x8877, memory.getShort(14));
    assertEquals(0x4433_22f1, memory.getInt(8));
    assertEquals(0x5544_3322, memory.getInt(9), "plain accesses need no alignment");
    assertEquals(0x8877_6655_4433_22f1L, memory.getLong(8));
  }

  @Test
  void atomicsAnswerWhatWasThere() {
    memory.putIntVolatile(16, 5);
    assertEquals(5, memory.compareAndExchange(16, 4, 9));
    assertEquals(5, memory.compareAndExchange(16, 5, 9));
    assertEquals(9, memory.getAndAdd(16, 3));
    assertEquals(12, memory.getAndOr(16, 1));
    assertEquals(13, memory.getAndSet(16, 1));
    assertEquals(1, memory.getIntVolatile(16));
    memory.putLong(24, Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE, memory.getAndAddLong(24, 1));
    assertEquals(Long.MIN_VALUE, memory.getLong(24));
  }

  @Test
  void copiesMayOverlapEitherWay() {
    byte[] bytes = new byte[100];
    for (int i = 0; i < 100; i++) {
      bytes[i] = (byte) i;
    }
    for (int shift : new int[] {-7, 7}) {
      memory.write(1000, bytes, 0, 100);
      memory.copy(1000 + shift, 1000, 100);
      byte[] copied = new byte[100];
      memory.read(1000 + shift, copied, 0, 100);
      assertArrayEquals(bytes, copied, "by " + shift);
    }
  }

  @Test
  void anAccessBeyondTheSizeFailsUntilItHasGrown() {
    assertThrows(IndexOutOfBoundsException.class, () -> memory.putInt(GRAIN - 3, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.getByte(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.copy(0, GRAIN - 10, 11));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(10, 0, -1));
    assertEquals(GRAIN, memory.grow(1));
    memory.putInt(GRAIN - 3, 1);
    assertEquals(2 * GRAIN, memory.size());
    assertEquals(-1, memory.grow(3));
    assertEquals(2 * GRAIN, memory.grow(2));
    assertEquals(-1, memory.grow(1));
  }

  @Test
  void aWaitEndsByValueTimeOrWake() {
    assertEquals(KernelMemory.NOT_EQUAL, memory.await(64, 1, -1));
    long start = System.nanoTime();
    assertEquals(KernelMemory.TIMED_OUT, memory.await(64, 0, 2_000_000));
    assertTrue(System.nanoTime() - start >= 2_000_000);
    AtomicInteger woken = new AtomicInteger();
    Together.run(4, index -> {
      if (index > 0) {
        while (memory.getIntVolatile(64) == 0) {
          memory.await(64, 0, -1);
        }
        woken.incrementAndGet();
      } else {
        memory.putIntVolatile(64, 1);
        memory.wakeAll(64);
      }
    });
    assertEquals(3, woken.get());
  }
}
