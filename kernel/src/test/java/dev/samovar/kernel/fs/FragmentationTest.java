package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.memory.PageAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a million operations leave of the memory. */
class FragmentationTest {
  private static final int OPERATIONS = 1_000_000;
  private static final int MEBIBYTES = 64;
  private static final int FILES = 3_000;
  private static final int LARGEST_FILE = 20_000;
  private static final double MOST = 0.10;

  private final Machine machine = new Machine(MEBIBYTES);
  private final Kernel kernel = machine.kernel;
  private final Tree tree = new Tree(kernel);

  /** The share of the free pages that cannot be had as runs of this order. */
  private double unusable(int order) {
    int free = kernel.pages.freePages();
    List<Integer> runs = new ArrayList<>();
    // Only what is free now: memory that it has yet to grow by is no fragment.
    int total = kernel.pages.totalPages();
    for (int run = kernel.pages.allocate(order); run != 0; run = kernel.pages.allocate(order)) {
      if (kernel.pages.totalPages() > total) {
        kernel.pages.free(run);
        break;
      }
      runs.add(run);
    }
    double lost = 1 - (double) (runs.size() << order) / free;
    runs.forEach(kernel.pages::free);
    return lost;
  }

  @Test
  void aMillionMixedOperationsLeaveNoFragments() {
    assertEquals(List.of(), machine.check());
    Machine.Usage empty = machine.usage();
    // All of the memory is there from the start, so that what is free is what operations gave back.
    List<Integer> all = new ArrayList<>();
    for (int run = kernel.pages.allocate(PageAllocator.MAX_ORDER); run != 0;
        run = kernel.pages.allocate(PageAllocator.MAX_ORDER)) {
      all.add(run);
    }
    all.forEach(kernel.pages::free);

    Random random = new Random(3);
    for (int i = 0; i < 30; i++) {
      tree.mkdir("/work/" + i);
    }
    String[] paths = new String[FILES];
    for (int i = 0; i < FILES; i++) {
      paths[i] = "/work/" + i % 30 + "/file " + i;
    }
    for (int i = 0; i < OPERATIONS; i++) {
      String path = paths[random.nextInt(FILES)];
      switch (random.nextInt(8)) {
        case 0:
        case 1:
          tree.unlink(path);
          break;
        case 2:
          tree.rename(path, paths[random.nextInt(FILES)]);
          break;
        case 3:
          tree.symlink("x".repeat(1 + random.nextInt(300)), path);
          break;
        case 4:
          int pipe = kernel.pipes.create(random.nextInt(5));
          kernel.pipes.closeReader(pipe);
          kernel.pipes.closeWriter(pipe);
          break;
        default:
          int inode = tree.openInode(path, FileSystem.CREATE | FileSystem.WRITE, 0);
          if (inode > 0) {
            kernel.files.setSize(inode, 0);
            kernel.files.allocate(inode, 0, 1 + random.nextInt(LARGEST_FILE));
            kernel.files.inodes().release(inode);
          }
          break;
      }
    }
    assertEquals(List.of(), machine.check());
    int slabPages = kernel.slabs.pagesHeld();
    int inUse = kernel.pages.totalPages() - kernel.pages.freePages();
    double inRuns = unusable(4);
    for (int directory = 0; directory < 30; directory++) {
      for (String name : tree.list("/work/" + directory)) {
        tree.unlink("/work/" + directory + "/" + name);
      }
      tree.rmdir("/work/" + directory);
    }
    assertEquals(empty, machine.usage());
    double afterwards = unusable(8);
    System.out.printf("After %,d operations: %,d pages in use (%,d of records); of the free ones %.1f %% cannot be had as "
        + "64 KiB; with all files deleted %.1f %% cannot be had as 1 MiB.%n", OPERATIONS, inUse, slabPages,
        100 * inRuns, 100 * afterwards);
    assertTrue(inRuns < MOST, inRuns + " of the free memory is in fragments");
    assertTrue(afterwards < MOST, afterwards + " of the free memory is in fragments");
  }
}
