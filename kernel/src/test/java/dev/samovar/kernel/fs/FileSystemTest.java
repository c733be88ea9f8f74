package dev.samovar.kernel.fs;

import static dev.samovar.kernel.fs.FileSystem.CREATE;
import static dev.samovar.kernel.fs.FileSystem.DIRECTORY;
import static dev.samovar.kernel.fs.FileSystem.EXCLUSIVE;
import static dev.samovar.kernel.fs.FileSystem.TRUNCATE;
import static dev.samovar.kernel.fs.FileSystem.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the file system behaves as a whole: like a Unix one. */
class FileSystemTest {
  private final Machine machine = new Machine(8);
  private final Kernel kernel = machine.kernel;
  private final FileSystem files = kernel.files;
  private final Tree root = new Tree(kernel);
  private final Machine.Usage empty = machine.usage();
  private Tree work;
  private int workInode;

  @BeforeEach
  void enterWork() {
    workInode = root.lookup("/work");
    work = new Tree(kernel, workInode, 0);
  }

  /** Each test's files are removed at its end, and then nothing may be left of them. */
  @AfterEach
  void nothingIsLost() {
    removeAll(work, workInode);
    files.inodes().release(workInode);
    assertEquals(empty, machine.usage());
  }

  private void removeAll(Tree tree, int directory) {
    for (String name : tree.list(directory)) {
      if (!tree.unlink(name).equals(Tree.OK)) {
        int inner = tree.lookup(name);
        removeAll(new Tree(kernel, inner, 0), inner);
        files.inodes().release(inner);
        assertEquals(Tree.OK, tree.rmdir(name));
      }
    }
  }

  private int links(int inode) {
    return files.inodes().links(inode);
  }

  @Test
  void aNewSystemHasItsDirectoriesAndDevices() {
    assertEquals(Set.of("work", "tmp", "home", "dev", "proc", "usr"), new HashSet<>(root.list("/")));
    assertEquals(Set.of("null", "zero", "random", "urandom", "stdin", "stdout", "stderr", "fd", "spawn", "tcp", "tcp-listen", "tty", "ttyctl"),
        new HashSet<>(root.list("/dev")));
    int device = root.lookup("/dev/zero");
    assertEquals(FileType.CHARACTER_DEVICE, files.inodes().type(device));
    files.inodes().release(device);
  }

  @ParameterizedTest(name = "open {0} with {1}")
  @CsvSource({
      "file, 0, SUCCESS", "file, C, SUCCESS", "file, CX, EEXIST", "file, T, SUCCESS", "file, W, SUCCESS",
      "file, D, ENOTDIR", "file, CD, EINVAL", "file, X, SUCCESS",
      "dir, 0, SUCCESS", "dir, D, SUCCESS", "dir, C, EISDIR", "dir, CX, EEXIST", "dir, T, EISDIR", "dir, W, EISDIR",
      "dir, WD, EISDIR",
      "none, 0, ENOENT", "none, C, SUCCESS", "none, CX, SUCCESS", "none, T, ENOENT", "none, D, ENOENT",
      "none, CTW, SUCCESS",
      "none/, C, EISDIR", "file/, C, ENOTDIR", "file/, 0, ENOTDIR", "dir/, 0, SUCCESS", "dir/, D, SUCCESS",
      "dir/none, C, SUCCESS", "dir/none/x, C, ENOENT", "file/x, C, ENOTDIR",
      "toFile, 0, SUCCESS", "toFile, CX, EEXIST", "toFile, C, SUCCESS", "toDir, D, SUCCESS", "toDir, W, EISDIR",
      "dangling, 0, ENOENT", "dangling, C, SUCCESS", "dangling, CX, EEXIST", "loop, 0, ELOOP", "loop, C, ELOOP",
      "loop, CX, EEXIST", "., 0, SUCCESS", "., C, EISDIR", "dir/.., D, SUCCESS", "'', C, ENOENT",
  })
  void opens(String path, String letters, String expected) {
    work.write("file", "text");
    work.mkdir("dir");
    work.symlink("file", "toFile");
    work.symlink("dir", "toDir");
    work.symlink("missing", "dangling");
    work.symlink("loop", "loop");
    int flags = (letters.contains("C") ? CREATE : 0) | (letters.contains("D") ? DIRECTORY : 0)
        | (letters.contains("X") ? EXCLUSIVE : 0) | (letters.contains("T") ? TRUNCATE : 0)
        | (letters.contains("W") ? WRITE : 0);
    assertEquals(expected, work.open(path, flags));
    if (expected.equals(Tree.OK)) {
      assertEquals(Tree.OK, work.open(path, 0));
    }
    assertEquals(letters.equals("T") && path.equals("file") ? "" : "text", work.read("file"));
    if (path.equals("dangling") && expected.equals(Tree.OK)) {
      assertEquals("", work.read("missing"), "made where the link points to");
    }
  }

  @Test
  void symlinksAreNotOpenedWhereTheyAreNotFollowed() {
    work.write("file", "text");
    work.symlink("file", "link");
    assertEquals(-Errno.ELOOP, work.openInode("link", 0, 0));
    assertEquals(-Errno.ELOOP, work.openInode("link", CREATE, 0));
    assertEquals(-Errno.ENOTDIR, work.openInode("link", DIRECTORY, 0));
    int link = work.lookup("link");
    assertEquals(FileType.SYMLINK, files.inodes().type(link));
    assertEquals(4, files.targetLength(link));
    assertEquals('f', kernel.memory.getByte(files.target(link)));
    files.inodes().release(link);
  }

  @Test
  void longSymlinksKeepTheirTarget() {
    String target = "x".repeat(4095);
    assertEquals(Tree.OK, work.symlink(target, "long"));
    int link = work.lookup("long");
    assertEquals(4095, files.targetLength(link));
    files.inodes().release(link);
    assertEquals("ENAMETOOLONG", work.symlink(target + "x", "longer"));
    assertEquals("ENOENT", work.symlink("", "empty"));
    assertEquals("EEXIST", work.symlink("a", "long"));
    assertEquals("ENOENT", work.symlink("a", "slash/"));
  }

  @Test
  void directoriesAreMadeAndRemoved() {
    assertEquals(Tree.OK, work.mkdir("a"));
    assertEquals("EEXIST", work.mkdir("a"));
    assertEquals("EEXIST", work.mkdir("a/"));
    assertEquals("EEXIST", work.mkdir("."));
    assertEquals("EEXIST", work.mkdir("a/.."));
    assertEquals(Tree.OK, work.mkdir("a/b/"));
    assertEquals("ENOENT", work.mkdir("x/y"));
    assertEquals("ENOTEMPTY", work.rmdir("a"));
    assertEquals("EINVAL", work.rmdir("a/b/."));
    assertEquals("ENOTEMPTY", work.rmdir("a/b/.."));
    assertEquals("ENOENT", work.rmdir("a/x"));
    work.write("f", "");
    assertEquals("ENOTDIR", work.rmdir("f"));
    assertEquals("EEXIST", work.mkdir("f"));
    assertEquals(Tree.OK, work.rmdir("a/b/"));
    assertEquals(Tree.OK, work.rmdir("a"));
    assertEquals("ENOENT", work.find("a"));
    assertEquals("EINVAL", root.rmdir("/"));
  }

  @Test
  void aRemovedDirectoryTakesNoNames() {
    work.mkdir("d");
    work.write("f", "");
    work.mkdir("e");
    int inode = work.lookup("d");
    Tree gone = new Tree(kernel, inode, 0);
    assertEquals(Tree.OK, work.rmdir("d"));
    assertEquals("ENOENT", gone.create("x"));
    assertEquals("ENOENT", gone.mkdir("x"));
    assertEquals("ENOENT", gone.symlink("a", "x"));
    assertEquals("ENOENT", work.rename("f", gone, "x"));
    assertEquals("ENOENT", work.rename("e", gone, "x"));
    assertEquals(List.of(), gone.list(inode));
    assertEquals(0, links(inode));
    assertEquals(files.inodes().number(inode), files.parentNumber(inode));
    files.inodes().release(inode);
    assertEquals(Tree.OK, work.find("f"));
  }

  @Test
  void filesAreUnlinked() {
    work.write("f", "x");
    work.mkdir("d");
    work.symlink("d", "l");
    assertEquals("EISDIR", work.unlink("d"));
    assertEquals("EISDIR", work.unlink("."));
    assertEquals("ENOTDIR", work.unlink("f/"));
    assertEquals("ENOENT", work.unlink("x"));
    assertEquals(Tree.OK, work.unlink("l"));
    assertEquals(Tree.OK, work.find("d"));
    assertEquals(Tree.OK, work.unlink("f"));
    assertEquals("ENOENT", work.unlink("f"));
  }

  @Test
  void anOpenFileOutlivesItsNames() {
    work.write("f", "still here");
    int inode = work.lookup("f");
    int pages = machine.usage().pages();
    assertEquals(Tree.OK, work.unlink("f"));
    assertEquals(0, links(inode));
    assertEquals(pages, machine.usage().pages());
    assertEquals("still here", work.read(inode));
    files.inodes().release(inode);
    assertEquals(pages - 1, machine.usage().pages());
  }

  @Test
  void hardLinksAreNamesOfOneFile() {
    work.write("f", "one");
    assertEquals(Tree.OK, work.link("f", "g"));
    work.mkdir("d");
    assertEquals(Tree.OK, work.link("g", "d/h"));
    assertEquals(3, work.links("f"));
    work.write("d/h", "two");
    assertEquals("two", work.read("f"));
    assertEquals("EEXIST", work.link("f", "g"));
    assertEquals("EEXIST", work.link("f", "d"));
    assertEquals("EPERM", work.link("d", "e"));
    assertEquals("ENOENT", work.link("x", "y"));
    assertEquals("ENOENT", work.link("f", "x/y"));
    assertEquals("ENOENT", work.link("f", "new/"));
    assertEquals("ENOTDIR", work.link("f/", "new"));
    assertEquals(3, work.links("f"));
    work.symlink("f", "l");
    assertEquals(Tree.OK, work.link("l", "m"));
    assertEquals(2, work.links("l"), "the link itself has a second name");
    assertEquals(Tree.OK, work.link("l", PathWalk.FOLLOW, "n"));
    assertEquals(4, work.links("f"));
    for (String name : new String[] {"f", "g", "n"}) {
      work.unlink(name);
    }
    assertEquals(1, work.links("d/h"));
    assertEquals("two", work.read("d/h"));
  }

  @Test
  void aFileWithoutNamesTakesNone() {
    work.write("f", "");
    int inode = work.lookup("f");
    work.unlink("f");
    assertEquals(false, files.inodes().addLinkIfLinked(inode));
    files.inodes().release(inode);
  }

  @ParameterizedTest(name = "rename {0} to {1}: {2}")
  @CsvSource({
      // Files
      "f, new, SUCCESS", "f, g, SUCCESS", "f, f, SUCCESS", "f, same, SUCCESS", "f, d/new, SUCCESS", "d/x, f, SUCCESS",
      "f, e, EISDIR", "f, d, EISDIR", "f, new/, ENOTDIR", "f/, new, ENOTDIR", "f, x/y, ENOENT", "none, new, ENOENT",
      "none, none, ENOENT", "d/x, d, EISDIR", "d/x, d/x, SUCCESS",
      // Directories
      "d, new, SUCCESS", "d, new/, SUCCESS", "d/, new, SUCCESS", "d, e, SUCCESS", "d, d, SUCCESS", "d, f, ENOTDIR",
      "e, d, ENOTEMPTY", "d, d/sub, EINVAL", "d, d/sub/deep/new, EINVAL", "d, d/new, EINVAL", "d/sub, new, SUCCESS",
      "d/sub, e, SUCCESS", "d/sub, e/new, SUCCESS", "e, d/sub, ENOTEMPTY", "e, d/sub/deep, SUCCESS", "d/sub, f, ENOTDIR",
      // Onto what holds the source
      "d/sub, d, ENOTEMPTY", "d/sub/deep, d, ENOTEMPTY", "d/sub/deep, d/sub, ENOTEMPTY", "d/x, d, EISDIR",
      // Symlinks are renamed themselves
      "l, new, SUCCESS", "f, l, SUCCESS", "l, e, EISDIR", "e, l, ENOTDIR", "l, f, SUCCESS",
      // Dots
      "., new, EBUSY", "d/., new, EBUSY", "d/.., new, EBUSY", "d, ., EBUSY", "d, d/sub/.., EBUSY", "f, d/., EBUSY",
  })
  void renames(String from, String to, String expected) {
    work.write("f", "f");
    work.write("g", "g");
    work.link("f", "same");
    work.mkdir("d");
    work.write("d/x", "x");
    work.mkdir("d/sub");
    work.mkdir("d/sub/deep");
    work.mkdir("e");
    work.symlink("f", "l");
    Machine.Usage before = machine.usage();
    long number = numberOf(from);

    assertEquals(expected, work.rename(from, to));

    if (!expected.equals(Tree.OK) || from.equals(to)) {
      assertEquals(number, numberOf(from));
      assertEquals(before, machine.usage());
    } else {
      assertEquals(number, numberOf(to));
      if (to.equals("same")) {
        assertEquals(number, numberOf(from), "two names of one file stay two");
        assertEquals(2, work.links("f"));
      } else {
        assertEquals(-1, numberOf(from));
      }
    }
    checkParents(workInode);
  }

  /** The inode number behind a name, not followed; -1 if there is none. */
  private long numberOf(String path) {
    int inode = work.lookup(path);
    if (inode < 0) {
      return -1;
    }
    long number = files.inodes().number(inode);
    files.inodes().release(inode);
    return number;
  }

  private void checkParents(int directory) {
    Tree here = new Tree(kernel, directory, 0);
    for (String name : here.list(directory)) {
      int inode = here.lookup(name);
      if (files.inodes().type(inode) == FileType.DIRECTORY) {
        assertEquals(files.inodes().number(directory), files.parentNumber(inode), name);
        checkParents(inode);
      }
      files.inodes().release(inode);
    }
  }

  @Test
  void whatARenameReplacesLosesAName() {
    work.write("f", "f");
    work.write("g", "g");
    work.link("g", "other");
    int replaced = work.lookup("g");
    assertEquals(Tree.OK, work.rename("f", "g"));
    assertEquals(1, links(replaced));
    assertEquals("g", work.read("other"));
    assertEquals("f", work.read("g"));
    assertEquals(1, work.links("g"));
    files.inodes().release(replaced);
  }

  @Test
  void aConfinedRenameStaysInside() {
    work.mkdir("box");
    work.write("box/f", "f");
    int box = work.lookup("box");
    Tree guest = new Tree(kernel, box, PathWalk.CONFINED);
    assertEquals("ENOTCAPABLE", guest.rename("f", "../f"));
    assertEquals("ENOTCAPABLE", guest.rename("../box/f", "g"));
    assertEquals("ENOTCAPABLE", guest.link("f", "/work/g"));
    assertEquals("ENOTCAPABLE", guest.unlink("../box/f"));
    assertEquals("ENOTCAPABLE", guest.mkdir("../new"));
    assertEquals("ENOTCAPABLE", guest.rmdir(".."));
    assertEquals("ENOTCAPABLE", guest.symlink("a", "../l"));
    assertEquals(Tree.OK, guest.symlink("../..", "out"));
    assertEquals("ENOTCAPABLE", guest.create("out/new"));
    assertEquals(Tree.OK, guest.rename("f", "g"));
    files.inodes().release(box);
  }

  @Test
  void anInodeNumberIsNeverUsedAgain() {
    Set<Long> numbers = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      work.write("f", "");
      assertTrue(numbers.add(numberOf("f")));
      work.unlink("f");
    }
  }

  @Test
  void timesFollowWhatIsDone() {
    work.write("f", "text");
    int f = work.lookup("f");
    Inodes inodes = files.inodes();
    files.setTimes(f, 1_000, 2_000);
    assertEquals(1_000, inodes.accessTime(f));
    assertEquals(2_000, inodes.modificationTime(f));
    files.setTimes(f, -1, 3_000);
    assertEquals(1_000, inodes.accessTime(f));
    assertTrue(inodes.changeTime(f) > 3_000);
    work.read(f);
    assertTrue(inodes.accessTime(f) > 3_000, "read after it was changed");
    int version = inodes.version(f);
    work.write("f", "more");
    assertTrue(inodes.modificationTime(f) > 3_000);
    assertNotEquals(version, inodes.version(f));
    files.setTimes(workInode, 0, 0);
    work.write("g", "");
    assertTrue(inodes.modificationTime(workInode) > 0, "a new name changes its directory");
    files.setTimes(workInode, 0, 0);
    work.rename("g", "h");
    assertTrue(inodes.modificationTime(workInode) > 0);
    files.setTimes(workInode, 0, 0);
    work.unlink("h");
    assertTrue(inodes.modificationTime(workInode) > 0);
    inodes.release(f);
  }

  @Test
  void onlyRegularFilesHaveASizeToSet() {
    work.mkdir("d");
    int inode = work.lookup("d");
    assertEquals(Errno.EINVAL, files.setSize(inode, 0));
    files.inodes().release(inode);
  }

  @Test
  void aFullMemoryLosesNothing() {
    Machine small = new Machine(2);
    Tree its = new Tree(small.kernel);
    Machine.Usage before = small.usage();
    for (int round = 0; round < 2; round++) {
      int made = 0;
      String error = Tree.OK;
      while (error.equals(Tree.OK)) {
        String path = "/tmp/" + "n".repeat(200) + made;
        error = made % 3 == 0 ? its.mkdir(path) : made % 3 == 1 ? its.create(path)
            : its.symlink("t".repeat(1500), path);
        made++;
      }
      assertEquals("ENOSPC", error);
      assertEquals(made - 1, its.list("/tmp").size());
      String first = its.list("/tmp").get(0);
      for (int i = 0; i < 20; i++) {
        // What needs no room works; what needs some fails as a whole.
        String moved = its.rename("/tmp/" + first, "/home/" + "m".repeat(240) + i);
        if (moved.equals(Tree.OK)) {
          assertEquals(Tree.OK, its.rename("/home/" + "m".repeat(240) + i, "/tmp/" + first));
        }
      }
      for (String name : its.list("/tmp")) {
        if (!its.unlink("/tmp/" + name).equals(Tree.OK)) {
          assertEquals(Tree.OK, its.rmdir("/tmp/" + name));
        }
      }
      assertEquals(before, small.usage());
    }
  }
}
