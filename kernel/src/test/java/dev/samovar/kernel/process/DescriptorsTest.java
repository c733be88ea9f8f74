package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.Rights;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DescriptorsTest {
  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final Machine.Usage empty = machine.usage();
  private final Descriptors descriptors = kernel.process.descriptors;
  private final int process = kernel.process.processes.create(1, kernel.files.root());

  @AfterEach
  void nothingIsLost() {
    kernel.process.processes.discard(process);
    assertEquals(empty, machine.usage());
  }

  private int file() {
    kernel.files.inodes().hold(kernel.files.root());
    return kernel.openFiles.ofInode(kernel.files.root(), 0, Rights.DIRECTORY, Rights.ALL);
  }

  private int open() {
    return descriptors.add(process, file());
  }

  @Test
  void theLowestFreeNumberIsGiven() {
    for (int fd = 0; fd < 10; fd++) {
      assertEquals(fd, open());
    }
    for (int fd : new int[] {7, 3, 5}) {
      assertEquals(Errno.SUCCESS, descriptors.close(process, fd));
    }
    for (int fd : new int[] {3, 5, 7, 10}) {
      assertEquals(fd, open());
    }
  }

  @Test
  void numbersThatStandForNothingAreBad() {
    int file = file();
    assertEquals(0, descriptors.add(process, file));
    assertEquals(file, descriptors.get(process, 0));
    for (int fd : new int[] {1, -1, Descriptors.MAX, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertEquals(0, descriptors.get(process, fd));
      assertEquals(Errno.EBADF, descriptors.close(process, fd));
      assertEquals(Errno.EBADF, descriptors.renumber(process, 0, fd));
      assertEquals(Errno.EBADF, descriptors.renumber(process, fd, 0));
    }
    assertEquals(Errno.SUCCESS, descriptors.close(process, 0));
    assertEquals(Errno.EBADF, descriptors.close(process, 0));
  }

  @Test
  void aFullTableIsEmfileAndClosesWhatItCannotTake() {
    for (int fd = 0; fd < Descriptors.MAX; fd++) {
      assertEquals(fd, open());
    }
    Machine.Usage full = machine.usage();
    assertEquals(-Errno.EMFILE, open());
    assertEquals(full, machine.usage());
    descriptors.close(process, 500);
    assertEquals(500, open());
    assertEquals(-Errno.EMFILE, open());
  }

  @Test
  void renumberMovesAndCloses() {
    int first = file();
    descriptors.add(process, first);
    open();
    int third = file();
    descriptors.add(process, third);
    Machine.Usage three = machine.usage();
    assertEquals(Errno.SUCCESS, descriptors.renumber(process, 2, 2));
    assertEquals(third, descriptors.get(process, 2));
    assertEquals(Errno.SUCCESS, descriptors.renumber(process, 2, 1));
    assertEquals(third, descriptors.get(process, 1));
    assertEquals(0, descriptors.get(process, 2));
    assertEquals(three.records() - 1, machine.usage().records());
    assertEquals(Errno.SUCCESS, descriptors.renumber(process, 0, 1));
    assertEquals(first, descriptors.get(process, 1));
    assertEquals(0, open());
  }
}
