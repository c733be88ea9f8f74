package dev.samovar.kernel.fs;

import static dev.samovar.kernel.fs.Tree.OK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.process.Processes;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A restricted process against the file system: what it was granted works, and there is no way around the rest. */
class RestrictedWalkTest {
  private static final String NO = "ENOTCAPABLE";

  private final Machine machine = new Machine(16);
  private final Kernel kernel = machine.kernel;
  private final Tree root = new Tree(kernel);
  private int record;

  @BeforeEach
  void makeTree() {
    for (String directory : new String[] {"/work/box", "/work/box/sub", "/work/view", "/work/vault"}) {
      assertEquals(OK, root.mkdir(directory));
    }
    root.write("/work/box/mine", "mine");
    root.write("/work/view/public", "public");
    root.write("/work/vault/gold", "gold");
    record = grant("{\"capabilities\": {\"read\": [\"/work/box\", \"/work/view\"], \"write\": [\"/work/box\", \"/work/log\"]}}");
  }

  private int grant(String json) {
    Processes processes = kernel.process.processes;
    int process = processes.create(1, kernel.files.root());
    assertEquals(0, kernel.process.confinement.confine(process, json), kernel.process.confinement.problem());
    return processes.capabilities(process);
  }

  /** As a guest sees it through a preopen. */
  private Tree from(Kernel worker, String path) {
    int base = new Tree(worker).lookup(path);
    return new Tree(worker, base,
        PathWalk.CONFINED | PathWalk.restricted(record, worker.files.grantedBits(record, base)));
  }

  private Tree from(String path) {
    return from(kernel, path);
  }

  private static String write(Tree tree, String path) {
    return tree.open(path, FileSystem.WRITE);
  }

  private static String read(Tree tree, String path) {
    int inode = tree.openInode(path, 0, PathWalk.FOLLOW | PathWalk.NEED_READ);
    if (inode < 0) {
      return Errno.nameOf(-inode);
    }
    tree.files.inodes().release(inode);
    return OK;
  }

  @Test
  void whatIsGrantedWorksFromAnywhereAbove() {
    for (String base : new String[] {"/", "/work", "/work/box"}) {
      String box = base.equals("/") ? "work/box/" : base.equals("/work") ? "box/" : "";
      Tree tree = from(base);
      assertEquals(OK, read(tree, box + "mine"));
      assertEquals(OK, write(tree, box + "mine"));
      assertEquals(OK, tree.create(box + "new"));
      assertEquals(OK, tree.rename(box + "new", box + "sub/new"));
      assertEquals(OK, tree.link(box + "sub/new", box + "second"));
      assertEquals(OK, tree.unlink(box + "second"));
      assertEquals(OK, tree.unlink(box + "sub/../sub/new"));
      assertEquals(OK, tree.mkdir(box + "d"));
      assertEquals(OK, tree.rmdir(box + "d"));
      assertEquals("ENOENT", read(tree, box + "none"));
    }
  }

  @Test
  void readingIsNotWriting() {
    Tree tree = from("/work");
    assertEquals(OK, read(tree, "view/public"));
    assertEquals(NO, write(tree, "view/public"));
    assertEquals(NO, tree.open("view/public", FileSystem.TRUNCATE));
    assertEquals(NO, tree.create("view/new"));
    assertEquals(NO, tree.unlink("view/public"));
    assertEquals(NO, tree.rename("view/public", "view/other"));
    assertEquals("public", root.read("/work/view/public"));
    assertEquals(OK, tree.create("log"));
    assertEquals(NO, read(tree, "log"));
    assertEquals(OK, write(tree, "log"));
    assertEquals(OK, tree.unlink("log"), "the name is its own");
    assertEquals(OK, tree.mkdir("log"));
    assertEquals(OK, tree.create("log/inside"));
  }

  @Test
  void whatIsNotGrantedIsNotEvenThere() {
    Tree tree = from("/work");
    for (String path : new String[] {"vault", "none", "vault/gold", "vault/none", "none/none", "vault/gold/none",
        "vault/../box/mine", "none/../box/mine", "box/../vault/gold", "box/../none", "box/../view/../vault/gold", ".", "..",
        "../work/vault", "/work/vault/gold"}) {
      assertEquals(NO, tree.find(path), path);
      assertEquals(NO, tree.open(path, FileSystem.CREATE | FileSystem.WRITE), path);
      assertEquals(NO, tree.mkdir(path), path);
      assertEquals(NO, tree.unlink(path), path);
    }
    assertEquals(OK, read(tree, "box/../box/mine"), "back into what is granted");
  }

  @Test
  void aSymlinkLeadsNowhereElse() {
    assertEquals(OK, root.symlink("../vault/gold", "/work/box/out"));
    assertEquals(OK, root.symlink("../vault", "/work/box/dir"));
    assertEquals(OK, root.symlink("../view/public", "/work/box/peek"));
    assertEquals(OK, root.symlink("box/mine", "/work/shortcut"));
    assertEquals(OK, root.symlink("vault/gold", "/work/log"));
    Tree tree = from("/work");
    assertEquals(NO, read(tree, "box/out"));
    assertEquals(NO, read(tree, "box/dir/gold"));
    assertEquals(NO, read(tree, "box/dir/none"));
    assertEquals(OK, read(tree, "box/peek"));
    assertEquals(NO, write(tree, "box/peek"));
    assertEquals(OK, write(tree, "shortcut"));
    assertEquals(NO, tree.unlink("shortcut"));
    assertEquals(NO, write(tree, "log"), "a granted name that has become a symlink");
    assertEquals(OK, tree.unlink("log"));
    assertEquals(OK, tree.symlink("vault", "log"));
    assertEquals(NO, read(tree, "log/gold"));
    assertEquals("ENOTCAPABLE", tree.open("log/new", FileSystem.CREATE | FileSystem.WRITE));
  }

  @Test
  void aNewNameAllowsNoMoreThanTheOld() {
    Tree tree = from("/work");
    assertEquals(NO, tree.link("view/public", "box/stolen"));
    assertEquals(NO, tree.link("vault/gold", "box/stolen"));
    assertEquals(NO, tree.rename("view/public", "box/stolen"));
    assertEquals(NO, tree.rename("vault", "box/vault"));
    assertEquals(NO, tree.rename("vault/gold", "log"));
    assertEquals(NO, tree.link("vault/gold", "log"));
    assertEquals(OK, tree.create("log"));
    assertEquals(NO, tree.rename("log", "box/log"), "what may not be read does not become readable");
    assertEquals(OK, tree.rename("box/mine", "log"));
    assertEquals(NO, read(tree, "log"), "given away");
  }

  @Test
  void theGrantedPlaceCannotBeExchanged() {
    Tree tree = from("/work");
    assertEquals(NO, tree.rename("box", "box2"));
    assertEquals(NO, tree.rmdir("box"));
    assertEquals(NO, tree.rename("vault", "view"));
    assertEquals(NO, tree.rename("box/sub", "view"));
    assertEquals(NO, tree.symlink("vault", "box2"));
    // Others can: the grant stays with the directory.
    assertEquals(OK, root.rename("/work/box", "/work/moved"));
    assertEquals(OK, root.rename("/work/vault", "/work/box"));
    assertEquals(OK, read(tree, "moved/mine"));
    assertEquals(NO, read(tree, "box/gold"));
  }

  @Test
  void theRootCanBeGranted() {
    record = grant("{\"capabilities\": {\"read\": [\"/\"]}}");
    Tree tree = from("/work");
    assertEquals(OK, read(tree, "vault/gold"));
    assertEquals(OK, read(tree, "box/../vault/gold"));
    assertEquals(NO, write(tree, "vault/gold"));
    record = grant("{\"capabilities\": {}}");
    assertEquals(NO, read(from("/work"), "vault/gold"));
  }

  /** Directories that move while a walk is in them do not take their grant along to where they go. */
  @Test
  void aMoveDuringAWalkLeadsNowhere() {
    Kernel[] workers = machine.nervousWorkers(3);
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger found = new AtomicInteger();
    Together.run(3, index -> {
      Kernel mine = workers[index];
      if (index == 0) {
        Tree tree = new Tree(mine);
        for (int i = 0; i < 2_000; i++) {
          assertEquals(OK, tree.rename("/work/box/sub", "/work/vault/sub"));
          assertEquals(OK, tree.rename("/work/vault/sub", "/work/box/sub"));
        }
        done.set(true);
        return;
      }
      Tree tree = from(mine, "/work");
      while (!done.get()) {
        for (String path : new String[] {"box/sub/../gold", "box/sub/../../vault/gold", "box/sub/.././gold"}) {
          int inode = tree.lookup(path);
          assertTrue(inode < 0, () -> path + " was found");
        }
        int inode = tree.lookup("box/sub/../mine");
        if (inode > 0) {
          found.incrementAndGet();
          mine.files.inodes().release(inode);
        }
      }
    });
    assertNotEquals(0, found.get());
  }
}
