package dev.samovar.kernel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Together;
import dev.samovar.kernel.host.JvmMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlabAllocatorTest {
  private static final int MIB = 1 << 20;
  /** There are eight sizes, and each may keep one empty page. */
  private static final int KEPT = 8;

  private final JvmMemory memory = new JvmMemory(MIB, 8 * MIB);
  private final PageAllocator pages = new PageAllocator(memory, new Mutex(memory, 1));
  private final SlabAllocator slabs = new SlabAllocator(memory, new Mutex(memory, 1), pages);

  SlabAllocatorTest() {
    pages.format(8 * MIB);
    slabs.format();
  }

  @Test
  void recordsOfEverySizeAreAlignedAndTheirOwn() {
    List<int[]> marks = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      for (int size = 1; size <= SlabAllocator.LARGEST; size++) {
        int record = slabs.allocate(size);
        assertNotEquals(0, record);
        assertEquals(0, record % 16, size + " bytes");
        memory.fill(record, size * 7 + round, size);
        marks.add(new int[] {record, size, size * 7 + round & 0xff});
      }
    }
    assertEquals(marks.size(), slabs.recordsInUse());
    Collections.shuffle(marks, new Random(1));
    for (int[] mark : marks) {
      for (int i = 0; i < mark[1]; i++) {
        assertEquals(mark[2], memory.getByte(mark[0] + i));
      }
      slabs.free(mark[0]);
    }
    assertEquals(0, slabs.recordsInUse());
  }

  @Test
  void zeroedRecordsAreZero() {
    int dirty = slabs.allocate(100);
    memory.fill(dirty, 0xff, 128);
    slabs.free(dirty);
    int record = slabs.allocateZeroed(100);
    assertEquals(dirty, record);
    for (int i = 0; i < 100; i++) {
      assertEquals(0, memory.getByte(record + i));
    }
  }

  @Test
  void emptyPagesGoBack() {
    int used = pages.totalPages() - pages.freePages();
    for (int round = 0; round < 3; round++) {
      List<Integer> records = new ArrayList<>();
      for (int i = 0; i < 4_000; i++) {
        records.add(slabs.allocate(1 + i % SlabAllocator.LARGEST));
      }
      assertTrue(slabs.pagesHeld() > 100);
      assertEquals(used + slabs.pagesHeld(), pages.totalPages() - pages.freePages());
      Collections.shuffle(records, new Random(round));
      records.forEach(slabs::free);
      assertTrue(slabs.pagesHeld() <= KEPT, slabs.pagesHeld() + " pages are held for no record");
      assertEquals(used + slabs.pagesHeld(), pages.totalPages() - pages.freePages());
    }
  }

  @Test
  void noMemoryIsZeroAndOneFreedMakesRoom() {
    List<Integer> records = new ArrayList<>();
    for (int record = slabs.allocate(1000); record != 0; record = slabs.allocate(1000)) {
      records.add(record);
    }
    assertEquals(records.size(), slabs.recordsInUse());
    assertEquals(0, slabs.allocate(32), "the other sizes have no page either");
    slabs.free(records.get(17));
    assertEquals(records.get(17), slabs.allocate(1000));
  }

  @Test
  void whatIsNoRecordCannotBeFreed() {
    int run = pages.allocateZeroed(0);
    assertThrows(IllegalStateException.class, () -> slabs.free(run + 64));
  }

  @Test
  void aRecordIsFreedOnce() {
    int record = slabs.allocate(100);
    int other = slabs.allocate(100);
    slabs.free(record);
    slabs.free(other);
    assertThrows(IllegalStateException.class, () -> slabs.free(record));
    assertEquals(0, slabs.recordsInUse());
    // One that was free and is not any more says so for as long as nobody has written to it.
    int again = slabs.allocate(100);
    slabs.free(again);
    assertThrows(IllegalStateException.class, () -> slabs.free(again));
  }

  @Test
  void threadsNeverShareARecord() {
    int used = pages.totalPages() - pages.freePages();
    Together.run(8, index -> {
      Mutex mutex = new Mutex(memory, index + 1);
      SlabAllocator mine = new SlabAllocator(memory, mutex, new PageAllocator(memory, mutex));
      Random random = new Random(index);
      List<int[]> marks = new ArrayList<>();
      for (int i = 0; i < 30_000; i++) {
        if (marks.size() < 60 && random.nextBoolean()) {
          int size = 8 + (random.nextInt(SlabAllocator.LARGEST - 8) >>> random.nextInt(5));
          int[] mark = {mine.allocate(size), size - 4 & -4, index << 24 | i};
          memory.putInt(mark[0], mark[2]);
          memory.putInt(mark[0] + mark[1], mark[2]);
          marks.add(mark);
        } else if (!marks.isEmpty()) {
          free(mine, marks.remove(random.nextInt(marks.size())));
        }
      }
      for (int[] mark : marks) {
        free(mine, mark);
      }
    });
    assertEquals(0, slabs.recordsInUse());
    assertTrue(slabs.pagesHeld() <= KEPT);
    assertEquals(used + slabs.pagesHeld(), pages.totalPages() - pages.freePages());
  }

  private void free(SlabAllocator mine, int[] mark) {
    assertEquals(mark[2], memory.getInt(mark[0]));
    assertEquals(mark[2], memory.getInt(mark[0] + mark[1]));
    mine.free(mark[0]);
  }
}
