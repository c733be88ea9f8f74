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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link OpenFiles}, {@link Devices} and {@link Vectors}. */
class OpenFilesTest {
  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final OpenFiles files = kernel.openFiles;
  private final Tree tree = new Tree(kernel);
  private final Buffers buffers = new Buffers(kernel);
  private final Machine.Usage empty = machine.usage();
  private int file;

  @AfterEach
  void nothingIsLost() {
    if (file != 0) {
      files.close(file);
    }
    tree.unlink("/tmp/f");
    assertEquals(empty, machine.usage());
  }

  private void open(String path, int flags) {
    int inode = tree.openInode(path, path.endsWith("f") ? FileSystem.CREATE : 0, PathWalk.FOLLOW);
    assertTrue(inode > 0, () -> Errno.nameOf(-inode));
    file = files.ofInode(inode, flags, Rights.ALL, Rights.ALL);
  }

  private int write(String text) {
    buffers.of(text.getBytes());
    return files.write(file, buffers.vectors(), buffers.count(), buffers.total());
  }

  private int writeAt(long offset, String text) {
    buffers.of(text.getBytes());
    return files.writeAt(file, offset, buffers.vectors(), buffers.count());
  }

  private int read(int... sizes) {
    buffers.room(sizes);
    return files.read(file, buffers.vectors(), buffers.count(), buffers.total());
  }

  private String text(int count) {
    return new String(buffers.taken(count));
  }

  @Test
  void theOffsetMovesWithReadsAndWrites() {
    open("/tmp/f", 0);
    assertEquals(5, write("hello"));
    assertEquals(5, files.offset(file));
    assertEquals(0, read(10));
    assertEquals(1, files.seek(file, 1, OpenFiles.SET));
    assertEquals(3, read(1, 2));
    assertEquals("ell", text(3));
    assertEquals(4, files.offset(file));
    assertEquals(2, write("p!"));
    assertEquals("hellp!", tree.read("/tmp/f"));
  }

  @Test
  void positionedAccessLeavesTheOffsetAlone() {
    open("/tmp/f", 0);
    write("hello");
    assertEquals(2, writeAt(1, "ip"));
    assertEquals(5, files.offset(file));
    buffers.room(100);
    assertEquals(4, files.readAt(file, 1, buffers.vectors(), 1));
    assertEquals("iplo", text(4));
    assertEquals(-Errno.EINVAL, writeAt(-1, "x"));
    assertEquals(-Errno.EINVAL, files.readAt(file, Long.MIN_VALUE, buffers.vectors(), 1));
  }

  @Test
  void appendsGoToTheEndWhereverTheOffsetIs() {
    open("/tmp/f", OpenFiles.APPEND);
    write("one");
    files.seek(file, 0, OpenFiles.SET);
    write("two");
    assertEquals(6, files.offset(file));
    assertEquals(5, writeAt(0, "three"));
    assertEquals(6, files.offset(file));
    assertEquals("onetwothree", tree.read("/tmp/f"));
    files.setFlags(file, 0);
    files.seek(file, 0, OpenFiles.SET);
    write("X");
    assertEquals("Xnetwothree", tree.read("/tmp/f"));
  }

  @Test
  void seekingHasItsLimits() {
    open("/tmp/f", 0);
    write("hello");
    assertEquals(3, files.seek(file, -2, OpenFiles.END));
    assertEquals(2, files.seek(file, -1, OpenFiles.CURRENT));
    assertEquals(-Errno.EINVAL, files.seek(file, -3, OpenFiles.CURRENT));
    assertEquals(-Errno.EINVAL, files.seek(file, -6, OpenFiles.END));
    assertEquals(-Errno.EINVAL, files.seek(file, 0, 3));
    assertEquals(2, files.offset(file));
    assertEquals(Long.MAX_VALUE, files.seek(file, Long.MAX_VALUE, OpenFiles.SET));
    assertEquals(-Errno.EINVAL, files.seek(file, 1, OpenFiles.CURRENT));
    assertEquals(0, read(10));
    assertEquals(-Errno.EFBIG, write("x"));
    assertEquals(100, files.seek(file, 100, OpenFiles.SET));
    write("!");
    assertEquals(101, tree.read("/tmp/f").length());
  }

  @Test
  void directoriesAndStreamsAreNoFiles() {
    open("/tmp", 0);
    assertEquals(-Errno.EISDIR, read(10));
    assertEquals(-Errno.EISDIR, write("x"));
    assertEquals(-Errno.EISDIR, writeAt(0, "x"));
    assertEquals(-Errno.EBADF, files.seek(file, 0, OpenFiles.SET));
    files.close(file);
    int pipe = kernel.pipes.create(0);
    file = files.ofPipe(OpenFiles.PIPE_WRITER, pipe, Rights.WRITER);
    assertEquals(3, write("abc"));
    assertEquals(-Errno.EBADF, read(10));
    assertEquals(-Errno.ESPIPE, writeAt(0, "x"));
    assertEquals(-Errno.ESPIPE, files.seek(file, 0, OpenFiles.CURRENT));
    files.close(file);
    file = files.ofPipe(OpenFiles.PIPE_READER, pipe, Rights.READER);
    assertEquals(-Errno.EBADF, write("abc"));
    assertEquals(3, read(10));
    assertEquals("abc", text(3));
    assertEquals(0, read(10));
  }

  @Test
  void devicesDoWhatTheirNamesSay() {
    open("/dev/null", 0);
    assertEquals(FileType.CHARACTER_DEVICE, files.type(file));
    assertEquals(4, write("gone"));
    assertEquals(0, read(10));
    files.close(file);
    open("/dev/zero", 0);
    byte[] guest = ((TestGuest) kernel.guest).bytes;
    Arrays.fill(guest, (byte) 1);
    buffers.of(new byte[0]);
    Vectors.put(kernel.memory, buffers.vectors(), 0, 10, 9_000);
    Vectors.put(kernel.memory, buffers.vectors(), 1, 20_000, 1);
    assertEquals(9_001, files.read(file, buffers.vectors(), 2, 9_001));
    assertArrayEquals(new byte[9_000], Arrays.copyOfRange(guest, 10, 9_010));
    assertEquals(1, guest[9]);
    assertEquals(1, guest[9_010]);
    assertEquals(0, guest[20_000]);
    files.close(file);
    open("/dev/random", 0);
    assertEquals(10_000, read(5_000, 5_000));
    byte[] random = buffers.taken(10_000);
    assertTrue(Arrays.stream(new int[] {0, 2_500, 5_000, 9_000}).allMatch(
        from -> !Arrays.equals(new byte[500], Arrays.copyOfRange(random, from, from + 500))));
  }

  @Test
  void vectorsAreCheckedAsAWhole() {
    int vectors = buffers.vectors();
    int[][] table = {
        // address, length, and what the check says
        {0, TestGuest.SIZE, TestGuest.SIZE},
        {TestGuest.SIZE, 0, 0},
        {TestGuest.SIZE, 1, -Errno.EFAULT},
        {TestGuest.SIZE - 1, 2, -Errno.EFAULT},
        {-1, 1, -Errno.EFAULT},
        {1, -1, -Errno.EFAULT},
        {-1, -1, -Errno.EFAULT},
        {Integer.MIN_VALUE, 0, -Errno.EFAULT},
    };
    for (int[] row : table) {
      Vectors.put(kernel.memory, vectors, 0, 5, 0);
      Vectors.put(kernel.memory, vectors, 1, row[0], row[1]);
      assertEquals(row[2], Vectors.check(kernel.memory, kernel.guest, vectors, 2), Arrays.toString(row));
    }
    assertEquals(0, Vectors.check(kernel.memory, kernel.guest, vectors, 0));
    for (int i = 0; i < Vectors.MAX; i++) {
      Vectors.put(kernel.memory, vectors, i, 0, TestGuest.SIZE);
    }
    assertEquals(1 << 30, Vectors.check(kernel.memory, kernel.guest, vectors, Vectors.MAX));
  }
}
