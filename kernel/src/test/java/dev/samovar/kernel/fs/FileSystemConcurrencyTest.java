package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.TestMemory;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.Superblock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many workers in one tree, with so few names that they are always in each other's way. */
class FileSystemConcurrencyTest {
  private final Machine machine = new Machine(16);
  private final Kernel kernel = machine.kernel;
  private Kernel[] workers = machine.nervousWorkers(8);
  private final Tree root = new Tree(kernel);
  private final Machine.Usage empty = machine.usage();

  /** What {@link #census} found: how often each inode has a name. */
  private final Map<Integer, Integer> names = new HashMap<>();

  /** Walks everything below a directory and checks each directory's parent, links and lock. */
  private void census(int directory) {
    Tree here = new Tree(kernel, directory, 0);
    for (String name : here.list(directory)) {
      int inode = here.lookup(name);
      assertTrue(inode > 0, name);
      assertFalse(new RwLock(kernel.memory, 1).isHeld(inode + Inodes.LOCK), "a lock was left behind");
      boolean first = names.merge(inode, 1, Integer::sum) == 1;
      if (kernel.files.inodes().type(inode) == FileType.DIRECTORY) {
        assertTrue(first, "a directory has two names, or lies inside itself");
        assertEquals(kernel.files.inodes().number(directory), kernel.files.parentNumber(inode));
        census(inode);
      }
      // One hold is ours, one that of all names.
      assertEquals(2, kernel.memory.getInt(inode + Inodes.REFS), "holds on " + name);
      kernel.files.inodes().release(inode);
    }
  }

  private void checkAndEmpty(String path) {
    int directory = root.lookup(path);
    names.clear();
    census(directory);
    names.forEach((inode, count) -> assertEquals(count, kernel.files.inodes().links(inode)));
    empty(directory);
    kernel.files.inodes().release(directory);
    assertEquals(0, kernel.memory.getInt(Superblock.RENAME_LOCK));
    assertEquals(empty, machine.usage());
  }

  private void empty(int directory) {
    Tree here = new Tree(kernel, directory, 0);
    for (String name : here.list(directory)) {
      if (!here.unlink(name).equals(Tree.OK)) {
        int inner = here.lookup(name);
        empty(inner);
        kernel.files.inodes().release(inner);
        assertEquals(Tree.OK, here.rmdir(name));
      }
    }
  }

  /** A path of one to four of the letters a, b, c. */
  private static String path(Random random) {
    StringBuilder path = new StringBuilder();
    int depth = 1 + random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      path.append(i == 0 ? "" : random.nextInt(12) == 0 ? "/../" : "/").append((char) ('a' + random.nextInt(3)));
    }
    return path.toString();
  }

  @ParameterizedTest(name = "{0} operations a thread, nervous {1}")
  @CsvSource({"20000, false", "3000, true"})
  void aTreeThatAllChangeStaysOne(int operations, boolean nervous) {
    if (!nervous) {
      Arrays.setAll(workers, index -> machine.attach(index + 1));
    }
    int[] done = new int[8];
    Together.run(8, index -> {
      Kernel mine = workers[index];
      int base = new Tree(mine).lookup("/work");
      Tree tree = new Tree(mine, base, index % 2 == 0 ? PathWalk.CONFINED : 0);
      Random random = new Random(index);
      int held = 0;
      for (int i = 0; i < operations; i++) {
        String path = path(random);
        String result;
        switch (random.nextInt(13)) {
          case 0: case 1: case 2:
            result = tree.mkdir(path);
            break;
          case 3:
            result = tree.open(path, FileSystem.CREATE);
            break;
          case 4:
            result = tree.create(path);
            break;
          case 5:
            result = tree.rmdir(path);
            break;
          case 6:
            result = tree.unlink(path);
            break;
          case 7:
            result = tree.link(path, path(random));
            break;
          case 8:
            result = tree.symlink(path(random), path);
            break;
          case 9:
            // Held over some operations of the others: a file or directory that may lose its name meanwhile.
            if (held != 0) {
              mine.files.inodes().release(held);
            }
            held = Math.max(0, tree.lookup(path));
            result = "";
            break;
          default:
            result = tree.rename(path, path(random));
            break;
        }
        done[index] += result.equals(Tree.OK) ? 1 : 0;
      }
      if (held != 0) {
        mine.files.inodes().release(held);
      }
      mine.files.inodes().release(base);
    });
    for (int n : done) {
      assertTrue(n > operations / 50, n + " operations succeeded");
    }
    checkAndEmpty("/work");
  }

  @Test
  void directoriesMovedAcrossEachOtherFormNoLoop() {
    for (char c = 'a'; c <= 'f'; c++) {
      root.mkdir("/work/" + c);
    }
    int[] moves = new int[8];
    Together.run(8, index -> {
      Kernel mine = workers[index];
      int base = new Tree(mine).lookup("/work");
      Tree tree = new Tree(mine, base, 0);
      Random random = new Random(index);
      for (int i = 0; i < 2_000; i++) {
        // Any directory below any other: its present place is found by looking.
        String from = somewhere(tree, random);
        String to = somewhere(tree, random);
        String name = from.substring(from.lastIndexOf('/') + 1);
        String result = random.nextInt(4) == 0 ? tree.rename(from, to) : tree.rename(from, to + "/" + name);
        moves[index] += result.equals(Tree.OK) ? 1 : 0;
        if (random.nextInt(40) == 0) {
          tree.mkdir("" + (char) ('a' + random.nextInt(6)));
        }
      }
      mine.files.inodes().release(base);
    });
    for (int n : moves) {
      assertTrue(n > 20, n + " moves succeeded");
    }
    checkAndEmpty("/work");
  }

  private static String somewhere(Tree tree, Random random) {
    String path = "" + (char) ('a' + random.nextInt(6));
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      int inode = tree.lookup(path);
      if (inode < 0) {
        return path;
      }
      List<String> inner = tree.list(inode);
      tree.files.inodes().release(inode);
      if (inner.isEmpty()) {
        return path;
      }
      path += "/" + inner.get(random.nextInt(inner.size()));
    }
    return path;
  }

  @Test
  void filesInOneDirectoryAreMadeRenamedAndRemovedByMany() {
    AtomicInteger created = new AtomicInteger();
    AtomicInteger unlinked = new AtomicInteger();
    Together.run(8, index -> {
      Kernel mine = workers[index];
      Tree tree = new Tree(mine);
      Random random = new Random(index);
      for (int i = 0; i < 2_000; i++) {
        String path = "/work/" + random.nextInt(20);
        switch (random.nextInt(3)) {
          case 0:
            created.addAndGet(tree.create(path).equals(Tree.OK) ? 1 : 0);
            break;
          case 1:
            unlinked.addAndGet(tree.unlink(path).equals(Tree.OK) ? 1 : 0);
            break;
          default:
            // The new name is this thread's own, so nothing is replaced.
            String own = "/work/own" + index;
            if (tree.rename(path, own).equals(Tree.OK)) {
              unlinked.addAndGet(tree.unlink(own).equals(Tree.OK) ? 1 : 0);
            }
            break;
        }
      }
    });
    assertEquals(created.get() - unlinked.get(), root.list("/work").size());
    checkAndEmpty("/work");
  }

  /**
   * Two guests conspire: one moves a directory out of the box and back while the other goes up from inside it. Every
   * result must lie in the box.
   */
  @Test
  void aConfinedWalkNeverEndsOutsideWhateverMovesMeanwhile() {
    root.mkdir("/work/box");
    root.mkdir("/work/box/in");
    root.mkdir("/work/box/in/moved");
    root.mkdir("/work/box/in/moved/deep");
    root.mkdir("/work/out");
    root.mkdir("/work/out/in");
    root.write("/work/secret", "");
    root.write("/work/out/secret", "");
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger inside = new AtomicInteger();
    Together.run(6, index -> {
      Kernel mine = workers[index];
      if (index == 0) {
        Tree tree = new Tree(mine);
        for (int i = 0; i < 2_000; i++) {
          assertEquals(Tree.OK, tree.rename("/work/box/in/moved", "/work/out/moved"));
          assertEquals(Tree.OK, tree.rename("/work/out/moved", "/work/box/in/moved"));
        }
        done.set(true);
        return;
      }
      int box = new Tree(mine).lookup("/work/box");
      int in = new Tree(mine).lookup("/work/box/in");
      Tree guest = new Tree(mine, box, PathWalk.CONFINED);
      String[] paths = {"in/moved/..", "in/moved/deep/../..", "in/moved/../secret", "in/moved/../../secret",
          "in/moved/deep/../../../box"};
      while (!done.get()) {
        for (String path : paths) {
          int found = guest.lookup(path);
          if (found > 0) {
            assertEquals(in, found, path);
            inside.incrementAndGet();
            mine.files.inodes().release(found);
          } else {
            assertTrue(found == -Errno.ENOENT || found == -Errno.ENOTCAPABLE, () -> path + ": " + Errno.nameOf(-found));
          }
        }
      }
      mine.files.inodes().release(in);
      mine.files.inodes().release(box);
    });
    assertNotEquals(0, inside.get());
    checkAndEmpty("/work");
  }

  /**
   * The order of two directories' locks is found while one of them, and what is above it, may be removed. Inodes lie
   * 128 bytes apart, 64 after the start of a page: the halts are where a directory's parent is read.
   */
  @Test
  void directoriesRemovedDuringARenameAreNotTouchedAnyMore() {
    Kernel[] halting = machine.workers(8, TestMemory.haltingAt(machine.memory,
        address -> address % 128 == (64 + Directory.PARENT) % 128));
    Together.run(4, index -> {
      Kernel mine = index < 2 ? machine.attach(index + 1) : halting[index];
      Tree tree = new Tree(mine);
      for (int i = 0; i < 2_000; i++) {
        if (index < 2) {
          tree.mkdir("/work/p");
          tree.mkdir("/work/p/q");
          tree.mkdir("/work/p/q/r");
          tree.rmdir("/work/p/q/r");
          tree.rmdir("/work/p/q");
          tree.rmdir("/work/p");
          // Takes the place of what was freed.
          tree.symlink("t".repeat(100), "/work/s" + index);
          tree.unlink("/work/s" + index);
        } else {
          tree.create("/work/f" + index);
          tree.rename("/work/f" + index, "/work/p/q/r/f" + index);
          tree.rename("/work/p/q/r/f" + index, "/work/f" + index);
          tree.unlink("/work/p/q/r/f" + index);
        }
      }
    });
    checkAndEmpty("/work");
  }

  @Test
  void appendsOfManyInterleaveAndNoneIsLost() {
    int rounds = 1_000;
    root.write("/work/log", "");
    Together.run(8, index -> {
      Kernel mine = workers[index];
      int file = new Tree(mine).lookup("/work/log");
      Buffers line = new Buffers(mine).of(
          new byte[] {(byte) ('a' + index)}, new byte[] {(byte) ('a' + index), '\n'});
      for (int i = 0; i < rounds; i++) {
        assertEquals(3, mine.files.write(file, -1, line.vectors(), line.count()));
      }
      mine.files.inodes().release(file);
    });
    String text = root.read("/work/log");
    assertEquals(8 * rounds * 3, text.length());
    int[] lines = new int[8];
    for (int i = 0; i < text.length(); i += 3) {
      assertEquals(text.charAt(i), text.charAt(i + 1));
      assertEquals('\n', text.charAt(i + 2));
      lines[text.charAt(i) - 'a']++;
    }
    for (int n : lines) {
      assertEquals(rounds, n);
    }
    checkAndEmpty("/work");
  }
}
