package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.TestGuest;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FileDataTest {
  private static final int PAGE = 4096;
  private static final long GIB = 1L << 30;

  private final Machine machine = new Machine(16);
  private final Kernel kernel = machine.kernel;
  private final FileSystem files = kernel.files;
  private final Tree tree = new Tree(kernel);
  private final Buffers buffers = new Buffers(kernel);

  private int file(String path) {
    return tree.openInode(path, FileSystem.CREATE, 0);
  }

  private int write(int inode, long offset, byte[]... pieces) {
    buffers.of(pieces);
    return files.write(inode, offset, buffers.vectors(), buffers.count());
  }

  private byte[] read(int inode, long offset, int length) {
    buffers.room(length / 3, length - length / 3);
    int n = files.read(inode, offset, buffers.vectors(), buffers.count());
    assertTrue(n >= 0, () -> Errno.nameOf(-n));
    return buffers.taken(n);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A file as simple as can be: its pages by number, and a size. */
  private static final class Model {
    final TreeMap<Long, byte[]> pages = new TreeMap<>();
    long size;

    void write(long offset, byte[] from) {
      if (from.length == 0) {
        return;
      }
      for (int i = 0; i < from.length; i++) {
        pages.computeIfAbsent((offset + i) / PAGE, n -> new byte[PAGE])[(int) ((offset + i) % PAGE)] = from[i];
      }
      size = Math.max(size, offset + from.length);
    }

    void resize(long to) {
      if (to < size) {
        pages.tailMap((to + PAGE - 1) / PAGE).clear();
        byte[] last = pages.get(to / PAGE);
        if (last != null) {
          Arrays.fill(last, (int) (to % PAGE), PAGE, (byte) 0);
        }
      }
      size = to;
    }

    byte[] read(long offset, int length) {
      byte[] to = new byte[(int) Math.max(0, Math.min(length, size - offset))];
      for (int i = 0; i < to.length; i++) {
        byte[] page = pages.get((offset + i) / PAGE);
        to[i] = page == null ? 0 : page[(int) ((offset + i) % PAGE)];
      }
      return to;
    }
  }

  @Test
  void behavesAsASparseArrayOfBytes() {
    Machine.Usage before = machine.usage();
    long[] places = {0, PAGE - 10, 4L << 20, (4L << 20) + 100 * PAGE, GIB - 5000, 4 * GIB - 100, 5 * GIB, 1L << 42};
    for (int seed = 0; seed < 8; seed++) {
      Random random = new Random(seed);
      int inode = file("/tmp/f");
      Model model = new Model();
      for (int i = 0; i < 400; i++) {
        String step = "seed " + seed + ", step " + i;
        long offset = places[random.nextInt(1 + Math.min(places.length - 1, seed))] + random.nextInt(3 * PAGE);
        switch (random.nextInt(8)) {
          case 0:
            // Often near what is there: the interesting cuts are inside a block.
            long size = random.nextBoolean() ? offset : Math.max(0, model.size - random.nextInt(2 * PAGE));
            assertEquals(Errno.SUCCESS, files.setSize(inode, size));
            model.resize(size);
            break;
          case 1:
            byte[] more = bytes(random, random.nextInt(9_000));
            assertEquals(more.length, write(inode, -1, more), step);
            model.write(model.size, more);
            assertEquals(model.size, files.lastWriteEnd());
            break;
          case 2:
            int length = 1 + random.nextInt(3 * PAGE);
            long from = offset % (8 << 20);
            assertEquals(Errno.SUCCESS, files.allocate(inode, from, length));
            model.size = Math.max(model.size, from + length);
            break;
          case 3:
          case 4:
            assertArrayEquals(model.read(offset, 12_000), read(inode, offset, 12_000), step);
            break;
          default:
            byte[] first = bytes(random, random.nextInt(5_000));
            byte[] second = bytes(random, random.nextInt(9_000));
            assertEquals(first.length + second.length, write(inode, offset, first, new byte[0], second), step);
            model.write(offset, first);
            model.write(offset + first.length, second);
            break;
        }
        assertEquals(model.size, files.inodes().size(inode), step);
      }
      for (long page : model.pages.keySet()) {
        assertArrayEquals(model.read(page * PAGE, PAGE), read(inode, page * PAGE, PAGE), "seed " + seed);
      }
      for (long place : places) {
        assertArrayEquals(model.read(place, 8 * PAGE), read(inode, place, 8 * PAGE), "seed " + seed);
      }
      files.inodes().release(inode);
      assertEquals(Tree.OK, tree.unlink("/tmp/f"));
    }
    assertEquals(before, machine.usage());
  }

  @Test
  void writesOfNothingChangeNothing() {
    int inode = file("/tmp/f");
    assertEquals(0, write(inode, 5 * GIB, new byte[0]));
    assertEquals(0, files.inodes().size(inode));
    assertEquals(0, read(inode, 0, 10).length);
    assertEquals(0, read(inode, Long.MAX_VALUE, 10).length);
  }

  @Test
  void anOffsetCanBeAnythingThatFits() {
    int inode = file("/tmp/f");
    assertEquals(-Errno.EFBIG, write(inode, Long.MAX_VALUE - 3, new byte[4]));
    byte[] text = {1, 2, 3};
    assertEquals(3, write(inode, Long.MAX_VALUE - 3, text));
    assertEquals(Long.MAX_VALUE, files.inodes().size(inode));
    assertArrayEquals(text, read(inode, Long.MAX_VALUE - 3, 10));
    assertArrayEquals(new byte[10], read(inode, 1L << 50, 10));
    assertEquals(Errno.SUCCESS, files.setSize(inode, 0));
    assertEquals(Errno.SUCCESS, files.setSize(inode, Long.MAX_VALUE));
    assertArrayEquals(new byte[3], read(inode, Long.MAX_VALUE - 3, 10));
    assertEquals(Errno.EFBIG, files.setSize(inode, -1));
    files.inodes().release(inode);
  }

  @Test
  void memoryComesBackWithTheSizeAndWithTheLastName() {
    Machine.Usage before = machine.usage();
    int inode = file("/tmp/f");
    int empty = machine.usage().pages();
    for (long offset = 0; offset < 16 * GIB; offset += GIB / 4) {
      assertEquals(2, write(inode, offset + PAGE - 1, new byte[2]));
    }
    assertTrue(machine.usage().pages() - empty >= 128);
    int pages = machine.usage().pages();
    files.setSize(inode, 8 * GIB);
    assertTrue(machine.usage().pages() <= empty + (pages - empty) / 2 + 4);
    files.setSize(inode, 0);
    assertEquals(empty, machine.usage().pages());
    assertEquals(3, write(inode, 7 * GIB, new byte[3]));
    assertEquals(Tree.OK, tree.unlink("/tmp/f"));
    assertArrayEquals(new byte[3], read(inode, 7 * GIB, 3), "open files live on");
    files.inodes().release(inode);
    assertEquals(before, machine.usage());
  }

  @Test
  void aFullMemoryIsEnospcAndDeletingMakesRoom() {
    Machine small = new Machine(2);
    Tree its = new Tree(small.kernel);
    Buffers pieces = new Buffers(small.kernel);
    Machine.Usage before = small.usage();
    for (int round = 0; round < 3; round++) {
      int inode = its.openInode("/tmp/f", FileSystem.CREATE, 0);
      pieces.of(new byte[100_000]);
      long written = 0;
      int n = small.kernel.files.write(inode, -1, pieces.vectors(), 1);
      while (n > 0) {
        written += n;
        assertEquals(written, small.kernel.files.inodes().size(inode));
        n = small.kernel.files.write(inode, -1, pieces.vectors(), 1);
      }
      assertEquals(-Errno.ENOSPC, n);
      assertTrue(written > 1 << 20);
      assertEquals(-Errno.ENOSPC, small.kernel.files.write(inode, 1L << 40, pieces.vectors(), 1), "no node either");
      assertEquals(written, small.kernel.files.inodes().size(inode));
      assertEquals(1000, small.kernel.files.write(inode, 5, new Buffers(small.kernel).of(new byte[1000]).vectors(), 1),
          "what is there can be written over");
      small.kernel.files.inodes().release(inode);
      assertEquals(Tree.OK, its.unlink("/tmp/f"));
      assertEquals(before, small.usage());
    }
  }

  @Test
  void allocateMakesRoomOrLeavesNothingBehind() {
    int inode = file("/tmp/f");
    assertEquals(Errno.EINVAL, files.allocate(inode, 0, 0));
    assertEquals(Errno.EINVAL, files.allocate(inode, -1, 10));
    assertEquals(Errno.EFBIG, files.allocate(inode, Long.MAX_VALUE, 1));
    assertEquals(Errno.ENOSPC, files.allocate(inode, 0, 5 * GIB));
    assertEquals(Errno.SUCCESS, files.allocate(inode, PAGE - 1, 2));
    assertEquals(PAGE + 1, files.inodes().size(inode));
    assertArrayEquals(new byte[PAGE + 1], read(inode, 0, 2 * PAGE));
    int pages = machine.usage().pages();
    assertEquals(Errno.ENOSPC, files.allocate(inode, 0, (16 << 20) - PAGE), "more than is free, less than the maximum");
    assertEquals(PAGE + 1, files.inodes().size(inode));
    assertTrue(machine.usage().pages() <= pages + 1, "at most its tree stays higher by a node");
    files.inodes().release(inode);
  }

  @Test
  void aBadPointerIsAFaultAndNothingIsWritten() {
    int inode = file("/tmp/f");
    buffers.of(new byte[10], new byte[10]);
    Vectors.put(kernel.memory, buffers.vectors(), 0, TestGuest.SIZE - 5, 10);
    assertEquals(-Errno.EFAULT, files.write(inode, 0, buffers.vectors(), 2));
    assertEquals(0, files.inodes().size(inode));
    files.inodes().release(inode);
  }
}
