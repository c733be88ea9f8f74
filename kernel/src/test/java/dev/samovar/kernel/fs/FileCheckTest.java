package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Damage;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.memory.Finding;
import dev.samovar.kernel.memory.Superblock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of damage to inodes, directories, files and symlinks is named. */
class FileCheckTest {
  private final Machine machine = new Machine(8);
  private final Kernel kernel = machine.kernel;
  private final Tree tree = new Tree(kernel);
  private final Damage damage = new Damage(kernel, machine::check);

  private int inode(String path) {
    int inode = tree.lookup(path);
    assertTrue(inode > 0, path);
    kernel.files.inodes().release(inode);
    return inode;
  }

  private int int32(int address) {
    return kernel.memory.getInt(address);
  }

  /** The record of a directory's only name. */
  private int onlyName(int directory) {
    kernel.files.beginNames(directory);
    int entry = kernel.files.firstName(directory, FileSystem.Cookies.AFTER_PARENT);
    kernel.files.endNames(directory);
    return entry;
  }

  @Test
  void aTreeOfEverythingIsWhole() {
    for (int i = 0; i < 3_000; i++) {
      tree.create("/tmp/file " + i);
    }
    for (int i = 0; i < 3_000; i += 3) {
      tree.unlink("/tmp/file " + i);
    }
    for (int i = 0; i < 100; i++) {
      tree.mkdir("/work" + "/d".repeat(i));
    }
    tree.write("/home/long", "text".repeat(20_000));
    tree.symlink("x".repeat(2_000), "/home/far");
    tree.symlink("long", "/home/near");
    tree.link("/home/long", "/tmp/second");
    tree.rename("/tmp/file 1", "/home/moved");
    assertEquals(List.of(), machine.check());
  }

  @Test
  void inodes() {
    tree.write("/work/a", "hello");
    tree.link("/work/a", "/work/b");
    int file = inode("/work/a");
    damage.namesMore("link count", file + Inodes.NLINK, 1);
    damage.namesMore("reference count", file + Inodes.REFS, -1);
    damage.names("inode type", file + Inodes.TYPE, 11);
    damage.names("inode number", file + Inodes.INO, 1 << 20);
    damage.names("inode size", file + Inodes.SIZE + 4, 1 << 31);
    damage.names("lock held", file + Inodes.LOCK, 1);
    damage.names("lock held", file + Inodes.LOCK, 1 << 31 | 5);
    damage.names("lock held", Superblock.RENAME_LOCK, 5);
    damage.names("dangling", Superblock.ZERO_PAGE, 4096);
  }

  @Test
  void aHoldThatNobodyHas() {
    tree.create("/work/a");
    kernel.files.inodes().hold(inode("/work/a"));
    List<Finding> findings = machine.check();
    assertEquals(1, findings.size(), findings.toString());
    assertEquals("reference count", findings.get(0).what);
  }

  @Test
  void contents() {
    tree.write("/work/a", "text".repeat(2_000));
    tree.write("/work/b", "hello");
    int file = inode("/work/a");
    int other = inode("/work/b");
    damage.namesMore("block count", file + FileData.BLOCKS, 1);
    damage.names("block map", file + FileData.HEIGHT, 99);
    damage.names("dangling", file + FileData.ROOT, 1234);
    // Two files with one page.
    damage.names("shared", other + FileData.ROOT, int32(int32(file + FileData.ROOT)));
    damage.names("leak", int32(file + FileData.ROOT) + 4, 0);
    damage.names("bytes beyond the end", other + Inodes.SIZE, 3);
  }

  @Test
  void symlinks() {
    tree.symlink("target", "/work/near");
    tree.symlink("x".repeat(2_000), "/work/far");
    for (String link : new String[] {"/work/near", "/work/far"}) {
      damage.names("symlink", inode(link) + Inodes.SIZE, 0);
      damage.namesMore("dangling", inode(link) + Inodes.BODY, 8);
    }
  }

  @Test
  void directories() {
    tree.create("/work/name");
    int directory = inode("/work");
    int entry = onlyName(directory);
    int table = int32(directory + Inodes.BODY + 4);
    damage.namesMore("directory count", directory + Inodes.BODY + 12, 1);
    damage.namesMore("directory size", directory + Inodes.SIZE, 1);
    damage.names("directory table", directory + Inodes.BODY + 8, 77);
    damage.namesMore("dangling", directory + Inodes.BODY + 4, 3);
    damage.namesMore("directory hash", entry + 4, 1);
    damage.namesMore("directory hash", entry + 24, 1);
    damage.names("directory name", entry + 8, 0);
    damage.names("directory name", entry + 24, int32(entry + 24) & ~0xff | '/');
    damage.names("dangling", entry + 12, 4);
    damage.namesMore("directory name", entry + 8, 1 << 8);
    damage.namesMore("directory name", entry + 16, 1);
    damage.names("dangling", entry, 4);
    // The chain in another bucket.
    for (int slot = table; slot < table + 32; slot += 4) {
      if (int32(slot) == 0) {
        int taken = table;
        while (int32(taken) == 0) {
          taken += 4;
        }
        kernel.memory.putInt(slot, int32(taken));
        damageNow("directory order", taken, 0);
        kernel.memory.putInt(slot, 0);
        break;
      }
    }
  }

  /** Where one word is not enough: the check names it once this one is changed, too. */
  private void damageNow(String what, int address, int value) {
    int before = int32(address);
    kernel.memory.putInt(address, value);
    List<Finding> findings = machine.check();
    kernel.memory.putInt(address, before);
    assertTrue(findings.stream().anyMatch(finding -> finding.what.equals(what)), what + " is not among " + findings);
  }

  @Test
  void namesOutOfOrderAndTwice() {
    for (int i = 0; i < 16; i++) {
      tree.create("/work/" + i);
    }
    int directory = inode("/work");
    int table = int32(directory + Inodes.BODY + 4);
    for (int slot = table; ; slot += 4) {
      int first = int32(slot);
      int second = first == 0 ? 0 : int32(first);
      if (second != 0) {
        int third = int32(second);
        kernel.memory.putInt(slot, second);
        kernel.memory.putInt(second, first);
        damageNow("directory order", first, third);
        kernel.memory.putInt(slot, first);
        kernel.memory.putInt(first, second);
        kernel.memory.putInt(second, third);
        // Its hash and its bytes: the same name twice, at two ranks.
        long hash = kernel.memory.getLong(first + 4);
        long before = kernel.memory.getLong(second + 4);
        int text = int32(second + 24);
        kernel.memory.putLong(second + 4, hash);
        kernel.memory.putByte(second + 8, 1);
        damageNow("directory name", second + 24, int32(first + 24));
        kernel.memory.putLong(second + 4, before);
        assertEquals(text, int32(second + 24));
        break;
      }
    }
    assertEquals(List.of(), machine.check());
  }

  @Test
  void theTree() {
    tree.mkdir("/work/a");
    tree.mkdir("/work/a/b");
    int above = inode("/work/a");
    int below = inode("/work/a/b");
    damage.names("parent", below + Directory.PARENT, kernel.files.root());
    damage.names("parent", below + Directory.PARENT, 0);
    // A name in `b` that stands for `a`, which then has two.
    tree.create("/work/a/b/c");
    damage.names("cycle", onlyName(below) + 12, above);
    // A working directory with a parent that does not know it.
    int process = kernel.process.processes.create(1, above);
    damage.names("unreachable", inode("/work") + Inodes.BODY + 4, 0);
    // One that was removed, as it says, and has a name.
    damage.names("unreachable", above + Directory.PARENT, 0);
    kernel.process.processes.discard(process);
  }
}
