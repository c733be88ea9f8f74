package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.memory.Arena;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
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

  @Test
  void aSharedFileStaysUntilTheCallIsOver() {
    int file = file();
    descriptors.add(process, file);
    descriptors.share(process);
    assertEquals(file, descriptors.get(process, 0));
    assertEquals(Errno.SUCCESS, descriptors.close(process, 0));
    assertEquals(0, descriptors.get(process, 0));
    assertEquals(FileType.DIRECTORY, kernel.openFiles.type(file), "this call still has it");
    descriptors.release();
  }

  /** Threads open, use, close and renumber the same few numbers. What they find is whole, and nothing is lost. */
  @Test
  void threadsShareATable() {
    Kernel[] workers = machine.nervousWorkers(4);
    Machine.Usage before = machine.usage();
    descriptors.share(process);
    Together.run(workers.length, index -> {
      Descriptors mine = workers[index].process.descriptors;
      Random random = new Random(index);
      for (int i = 0; i < 2_000; i++) {
        int fd = random.nextInt(4);
        switch (random.nextInt(4)) {
          case 0:
            kernel.files.inodes().hold(kernel.files.root());
            mine.add(process, workers[index].openFiles.ofInode(kernel.files.root(), 0, Rights.DIRECTORY, Rights.ALL));
            break;
          case 1:
            mine.close(process, fd);
            break;
          case 2:
            mine.renumber(process, random.nextInt(4), fd);
            break;
          default:
            int file = mine.get(process, fd);
            if (file != 0) {
              assertEquals(OpenFiles.INODE, workers[index].openFiles.kind(file));
              assertEquals(kernel.files.root(), workers[index].openFiles.target(file));
            }
            break;
        }
        mine.release();
      }
    });
    for (int fd = 0; fd < Descriptors.MAX; fd++) {
      descriptors.close(process, fd);
    }
    assertEquals(before, machine.usage());
  }

  /** A shared offset: what is written by several threads lies side by side, and is read so. */
  @Test
  void threadsShareAnOffset() {
    Kernel[] workers = machine.nervousWorkers(4);
    int inode = kernel.files.open(kernel.files.root(), name("shared"), 6, 0, FileSystem.CREATE | FileSystem.WRITE);
    int file = kernel.openFiles.ofInode(inode, 0, Rights.FILE, 0);
    descriptors.share(process);
    assertEquals(0, descriptors.add(process, file));
    Together.run(workers.length, index -> {
      Buffers buffers = new Buffers(workers[index]).of(("thread " + index + "\n").getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < 500; i++) {
        int mine = workers[index].process.descriptors.get(process, 0);
        assertEquals(9, workers[index].openFiles.write(mine, buffers.vectors(), 1, 9));
        workers[index].process.descriptors.release();
      }
    });
    assertEquals(4 * 500 * 9, kernel.files.inodes().size(inode));
    kernel.openFiles.seek(file, 0, OpenFiles.SET);
    int[] read = new int[4];
    Together.run(workers.length, index -> {
      int mine = workers[index].process.descriptors.get(process, 0);
      for (;;) {
        Buffers buffers = new Buffers(workers[index]).room(9);
        if (workers[index].openFiles.read(mine, buffers.vectors(), 1, 9) == 0) {
          break;
        }
        assertTrue(new String(buffers.taken(9), StandardCharsets.US_ASCII).matches("thread [0-3]\n"));
        read[index]++;
      }
      workers[index].process.descriptors.release();
    });
    assertEquals(4 * 500, Arrays.stream(read).sum());
    descriptors.close(process, 0);
    kernel.files.unlink(kernel.files.root(), name("shared"), 6, 0);
  }

  private int name(String text) {
    for (int i = 0; i < text.length(); i++) {
      kernel.memory.putByte(kernel.arena + Arena.PATH + i, text.charAt(i));
    }
    return kernel.arena + Arena.PATH;
  }
}
