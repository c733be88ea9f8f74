package dev.samovar.kernel.memory;

import static dev.samovar.kernel.memory.PageAllocator.MAX_ORDER;
import static dev.samovar.kernel.memory.PageAllocator.PAGE;
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

class PageAllocatorTest {
  private static final int MIB = 1 << 20;

  private final JvmMemory memory = new JvmMemory(MIB, 16 * MIB);
  private final PageAllocator pages = new PageAllocator(memory, new Mutex(memory, 1));

  PageAllocatorTest() {
    pages.format(16 * MIB);
  }

  private List<Integer> takeAll(int order) {
    List<Integer> runs = new ArrayList<>();
    for (int run = pages.allocate(order); run != 0; run = pages.allocate(order)) {
      runs.add(run);
    }
    return runs;
  }

  @Test
  void aRunIsAlignedToItsSize() {
    for (int order = 0; order <= MAX_ORDER; order++) {
      int run = pages.allocate(order);
      assertNotEquals(0, run, "order " + order);
      assertEquals(0, run % (PAGE << order), "order " + order);
    }
  }

  @Test
  void runsDoNotOverlap() {
    Random random = new Random(1);
    boolean[] used = new boolean[16 * MIB / PAGE];
    int order = random.nextInt(4);
    for (int run = pages.allocate(order); run != 0; run = pages.allocate(order)) {
      for (int page = run / PAGE; page < run / PAGE + (1 << order); page++) {
        assertTrue(!used[page], "page " + page + " was handed out twice");
        used[page] = true;
      }
      order = random.nextInt(4);
    }
  }

  @Test
  void zeroedRunsAreZeroThroughout() {
    int dirty = pages.allocate(1);
    memory.fill(dirty, 0xff, 2 * PAGE);
    pages.free(dirty);
    int run = pages.allocateZeroed(1);
    assertEquals(dirty, run);
    for (int i = 0; i < 2 * PAGE; i += 4) {
      assertEquals(0, memory.getInt(run + i));
    }
  }

  @Test
  void buddiesMergeWhateverTheOrderOfFreeing() {
    List<Integer> large = takeAll(MAX_ORDER);
    assertTrue(large.size() >= 2);
    large.forEach(pages::free);
    int free = pages.freePages();

    for (int order = 0; order < MAX_ORDER; order++) {
      List<Integer> runs = takeAll(order);
      assertTrue(pages.freePages() < 1 << order);
      Collections.shuffle(runs, new Random(order));
      runs.forEach(pages::free);
      assertEquals(free, pages.freePages());
    }
    List<Integer> again = takeAll(MAX_ORDER);
    assertEquals(large.size(), again.size());
  }

  @Test
  void growsUpToTheMaximumAndNoFurther() {
    assertTrue(memory.size() <= MIB);
    List<Integer> all = takeAll(0);
    assertEquals(16 * MIB, memory.size());
    assertEquals(16 * MIB / PAGE, pages.totalPages());
    assertEquals(pages.maximumPages(), pages.totalPages());
    assertEquals(0, pages.freePages());
    assertEquals(0, pages.allocate(0));
    assertEquals(0, pages.allocate(MAX_ORDER));

    pages.free(all.get(100));
    assertEquals(all.get(100), pages.allocate(0));
  }

  @Test
  void growsNoFurtherThanTheHostAllows() {
    JvmMemory small = new JvmMemory(MIB, 2 * MIB);
    PageAllocator allocator = new PageAllocator(small, new Mutex(small, 1));
    allocator.format(16 * MIB);
    int count = 0;
    while (allocator.allocate(0) != 0) {
      count++;
    }
    assertTrue(count > MIB / PAGE && count < 2 * MIB / PAGE);
    assertEquals(2 * MIB, small.size());
  }

  @Test
  void aMemoryLargerThanTheMaximumIsLeftAlone() {
    JvmMemory large = new JvmMemory(4 * MIB, 4 * MIB);
    PageAllocator allocator = new PageAllocator(large, new Mutex(large, 1));
    allocator.format(MIB);
    assertEquals(MIB / PAGE, allocator.totalPages());
    for (int run = allocator.allocate(0); run != 0; run = allocator.allocate(0)) {
      assertTrue(run < MIB);
    }
  }

  @Test
  void whatIsNotInUseCannotBeFreed() {
    int run = pages.allocate(2);
    int other = pages.allocate(0);
    assertThrows(IllegalStateException.class, () -> pages.free(run + PAGE), "inside a run");
    pages.free(run);
    int free = pages.freePages();
    assertThrows(IllegalStateException.class, () -> pages.free(run), "freed already");
    pages.free(other);
    assertThrows(IllegalStateException.class, () -> pages.free(other), "freed and merged already");
    assertEquals(free + 1, pages.freePages());
    assertThrows(IllegalStateException.class, () -> pages.free(Superblock.BASE), "never handed out");
  }

  @Test
  void ordersForSizes() {
    int[][] table = {{0, 0}, {1, 0}, {PAGE, 0}, {PAGE + 1, 1}, {2 * PAGE, 1}, {2 * PAGE + 1, 2}, {3 * PAGE, 2},
        {1 << 20, 8}, {(1 << 20) + 1, 9}, {4 << 20, 10}};
    for (int[] row : table) {
      assertEquals(row[1], PageAllocator.orderFor(row[0]), row[0] + " bytes");
    }
  }

  @Test
  void threadsNeverShareAPage() {
    takeAll(0).forEach(pages::free);
    int free = pages.freePages();
    Together.run(8, index -> {
      PageAllocator mine = new PageAllocator(memory, new Mutex(memory, index + 1));
      Random random = new Random(index);
      List<int[]> runs = new ArrayList<>();
      for (int i = 0; i < 6_000; i++) {
        if (runs.size() < 24 && random.nextInt(5) < 3) {
          int order = random.nextInt(5);
          int run = mine.allocate(order);
          if (run != 0) {
            int[] mark = {run, order, index << 24 | i};
            stamp(mark);
            runs.add(mark);
          }
        } else if (!runs.isEmpty()) {
          int[] mark = runs.remove(random.nextInt(runs.size()));
          check(mark);
          mine.free(mark[0]);
        }
      }
      for (int[] mark : runs) {
        check(mark);
        mine.free(mark[0]);
      }
    });
    assertEquals(free, pages.freePages());
    buddiesMergeWhateverTheOrderOfFreeing();
  }

  /** Also where the allocator's own links would be. */
  private void stamp(int[] mark) {
    for (int at = 0; at < PAGE << mark[1]; at += 256) {
      memory.putInt(mark[0] + at, mark[2]);
      memory.putInt(mark[0] + at + 4, mark[2]);
    }
  }

  private void check(int[] mark) {
    for (int at = 0; at < PAGE << mark[1]; at += 256) {
      assertEquals(mark[2], memory.getInt(mark[0] + at));
      assertEquals(mark[2], memory.getInt(mark[0] + at + 4));
    }
  }
}
