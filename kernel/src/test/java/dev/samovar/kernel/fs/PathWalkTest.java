package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Superblock;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathWalkTest {
  private final Machine machine = new Machine(4);
  private final Tree root = new Tree(machine.kernel);

  /**
   * <pre>
   *   /box   dir   dir/sub   dir/sub/f   file
   *          up → ..   out → ../secret   abs → /box/file   rel → dir/sub   viaUp → dir/../file   chain → rel/f
   *          dangling → nowhere   loop → loop   toFile → file   root → /   slashed → dir/sub/   deepOut → dir/sub/../../..
   *   /secret   /secret/f
   * </pre>
   */
  @BeforeEach
  void makeTree() {
    for (String directory : new String[] {"/box", "/box/dir", "/box/dir/sub", "/secret"}) {
      assertEquals(Tree.OK, root.mkdir(directory));
    }
    root.write("/box/file", "file");
    root.write("/box/dir/sub/f", "f");
    root.write("/secret/f", "secret");
    String[][] links = {{"..", "up"}, {"../secret", "out"}, {"/box/file", "abs"}, {"dir/sub", "rel"},
        {"dir/../file", "viaUp"}, {"rel/f", "chain"}, {"nowhere", "dangling"}, {"loop", "loop"}, {"file", "toFile"},
        {"/", "root"}, {"dir/sub/", "slashed"}, {"dir/sub/../../..", "deepOut"}, {"dir/sub/../..", "self"}};
    for (String[] link : links) {
      assertEquals(Tree.OK, root.symlink(link[0], "/box/" + link[1]));
    }
  }

  private String follow(Tree tree, String path, boolean follow) {
    Machine.Usage before = machine.usage();
    int inode = tree.lookup(path, follow ? PathWalk.FOLLOW : 0);
    if (inode < 0) {
      assertEquals(before, machine.usage());
      return Errno.nameOf(-inode);
    }
    int type = root.files.inodes().type(inode);
    String kind = type == FileType.DIRECTORY ? "dir" : type == FileType.SYMLINK ? "link" : root.read(inode);
    String what = kind.equals("dir") ? "dir" + root.files.inodes().number(inode) : kind;
    root.files.inodes().release(inode);
    for (String path2 : new String[] {"/box/dir/sub", "/box/dir", "/box", "/secret", "/"}) {
      int other = root.lookup(path2);
      if (what.equals("dir" + root.files.inodes().number(other))) {
        what = path2;
      }
      root.files.inodes().release(other);
    }
    return what;
  }

  @ParameterizedTest(name = "{0}: {1}, unfollowed {2}, confined to /box {3}")
  @CsvSource({
      // path               followed      not followed  confined, followed
      ".                  , /box        , /box        , /box",
      "./                 , /box        , /box        , /box",
      "file               , file        , file        , file",
      "./file             , file        , file        , file",
      ".//./file          , file        , file        , file",
      "file/              , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "file/.             , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "file/..            , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "dir                , /box/dir    , /box/dir    , /box/dir",
      "dir///             , /box/dir    , /box/dir    , /box/dir",
      "dir/.              , /box/dir    , /box/dir    , /box/dir",
      "dir/..             , /box        , /box        , /box",
      "dir/../            , /box        , /box        , /box",
      "dir/sub/../..      , /box        , /box        , /box",
      "dir/sub/../../file , file        , file        , file",
      "dir/../../secret   , /secret     , /secret     , ENOTCAPABLE",
      "dir/../..          , /           , /           , ENOTCAPABLE",
      "..                 , /           , /           , ENOTCAPABLE",
      "../box/file        , file        , file        , ENOTCAPABLE",
      "../../..           , /           , /           , ENOTCAPABLE",
      "/                  , /           , /           , ENOTCAPABLE",
      "///                , /           , /           , ENOTCAPABLE",
      "/box/file          , file        , file        , ENOTCAPABLE",
      "/..                , /           , /           , ENOTCAPABLE",
      "nothing            , ENOENT      , ENOENT      , ENOENT",
      "nothing/           , ENOENT      , ENOENT      , ENOENT",
      "nothing/f          , ENOENT      , ENOENT      , ENOENT",
      "nothing/..         , ENOENT      , ENOENT      , ENOENT",
      "file/f             , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "rel                , /box/dir/sub, link        , /box/dir/sub",
      "rel/               , /box/dir/sub, /box/dir/sub, /box/dir/sub",
      "rel/f              , f           , f           , f",
      "rel/..             , /box/dir    , /box/dir    , /box/dir",
      "slashed/f          , f           , f           , f",
      "slashed            , /box/dir/sub, link        , /box/dir/sub",
      "chain              , f           , link        , f",
      "chain/             , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "toFile             , file        , link        , file",
      "toFile/            , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "toFile/x           , ENOTDIR     , ENOTDIR     , ENOTDIR",
      "viaUp              , file        , link        , file",
      "self/file          , file        , file        , file",
      "self/self/rel/f    , f           , f           , f",
      "dangling           , ENOENT      , link        , ENOENT",
      "dangling/          , ENOENT      , ENOENT      , ENOENT",
      "dangling/x         , ENOENT      , ENOENT      , ENOENT",
      "loop               , ELOOP       , link        , ELOOP",
      "loop/x             , ELOOP       , ELOOP       , ELOOP",
      "up                 , /           , link        , ENOTCAPABLE",
      "up/box/file        , file        , file        , ENOTCAPABLE",
      "out/f              , secret      , secret      , ENOTCAPABLE",
      "out                , /secret     , link        , ENOTCAPABLE",
      "deepOut            , /           , link        , ENOTCAPABLE",
      "deepOut/secret/f   , secret      , secret      , ENOTCAPABLE",
      "abs                , file        , link        , ENOTCAPABLE",
      "root               , /           , link        , ENOTCAPABLE",
      "root/secret/f      , secret      , secret      , ENOTCAPABLE",
      "''                 , ENOENT      , ENOENT      , ENOENT",
  })
  void walks(String path, String followed, String notFollowed, String confined) {
    int box = root.lookup("/box");
    Machine.Usage before = machine.usage();
    Tree fromBox = new Tree(machine.kernel, box, 0);
    Tree guest = new Tree(machine.kernel, box, PathWalk.CONFINED);
    assertEquals(followed, follow(fromBox, path, true));
    assertEquals(notFollowed, follow(fromBox, path, false));
    assertEquals(confined, follow(guest, path, true));
    assertEquals(before, machine.usage());
    root.files.inodes().release(box);
    // Nothing is still held: all of it can go.
    for (String name : root.list("/box")) {
      if (!root.unlink("/box/" + name).equals(Tree.OK)) {
        root.unlink("/box/dir/sub/f");
        root.rmdir("/box/dir/sub");
        assertEquals(Tree.OK, root.rmdir("/box/" + name));
      }
    }
    root.unlink("/secret/f");
    root.rmdir("/box");
    root.rmdir("/secret");
    assertEquals(new Machine(4).usage(), machine.usage());
  }

  @Test
  void fortySymlinksAreFollowedTheNextIsALoop() {
    root.write("/tmp/l0", "end");
    for (int i = 1; i <= 41; i++) {
      assertEquals(Tree.OK, root.symlink("l" + (i - 1), "/tmp/l" + i));
    }
    assertEquals("end", root.read("/tmp/l40"));
    assertEquals("ELOOP", root.find("/tmp/l41"));
    assertEquals("ELOOP", root.open("/tmp/l41", 0));
  }

  @Test
  void lengthsAreLimited() {
    String name = "n".repeat(PathWalk.NAME_MAX);
    assertEquals(Tree.OK, root.create("/tmp/" + name));
    assertEquals(Tree.OK, root.find("/tmp/" + name));
    assertEquals("ENAMETOOLONG", root.find("/tmp/n" + name));
    assertEquals("ENAMETOOLONG", root.create("/tmp/n" + name));
    assertEquals("ENAMETOOLONG", root.find("/tmp/n" + name + "/x"));

    String longest = "/tmp" + "/".repeat(PathWalk.PATH_MAX - 4 - name.length()) + name;
    assertEquals(PathWalk.PATH_MAX, longest.length());
    assertEquals(Tree.OK, root.find(longest));
    assertEquals("ENAMETOOLONG", root.find(longest + "/"));

    assertEquals(Tree.OK, root.symlink("/".repeat(4000) + "tmp", "/tmp/long"));
    assertEquals(Tree.OK, root.find("/tmp/long/" + "."));
    assertEquals("ENAMETOOLONG", root.find("/tmp/long/" + "./".repeat(50)), "target and rest together are too long");
  }

  @Test
  void aRemovedDirectoryLeadsNowhere() {
    root.mkdir("/tmp/gone");
    int gone = root.lookup("/tmp/gone");
    Tree inGone = new Tree(machine.kernel, gone, 0);
    assertEquals(Tree.OK, root.rmdir("/tmp/gone"));
    assertEquals("ENOENT", inGone.find(".."));
    assertEquals("ENOENT", inGone.find("x"));
    assertEquals(Tree.OK, inGone.find("."));
    root.files.inodes().release(gone);
  }

  /** As in Linux: the slash wants a directory, and a name's removal or move never goes through a symlink. */
  @Test
  void aSlashBehindALinkIsNotFollowedByWhatChangesTheName() {
    assertEquals("ENOTDIR", root.rmdir("/box/rel/"));
    assertEquals("ENOTDIR", root.unlink("/box/rel/"));
    assertEquals("ENOTDIR", root.rename("/box/rel/", "/box/new"));
    assertEquals("ENOTDIR", root.rename("/box/dir/sub", "/box/rel/"));
    assertEquals("ENOTDIR", root.rename("/box/dir/sub", "/box/dangling/"));
    assertEquals(Tree.OK, root.rename("/box/dir/sub/", "/box/moved/"));
    assertEquals(Tree.OK, root.rmdir("/secret/../box/dir/"));
  }

  /** Directories that move all the time cannot keep a walk from its end. */
  @Test
  void aWalkThatIsSpoiltAgainAndAgainEnds() {
    KernelMemory restless = (KernelMemory) Proxy.newProxyInstance(getClass().getClassLoader(),
        new Class<?>[] {KernelMemory.class}, (proxy, method, arguments) -> {
          if (method.getName().equals("getIntVolatile") && arguments[0].equals(Superblock.DIRECTORY_MOVES)) {
            return machine.memory.getAndAdd(Superblock.DIRECTORY_MOVES, 1);
          }
          return method.invoke(machine.memory, arguments);
        });
    Tree tree = new Tree(machine.workers(1, restless)[0]);
    assertEquals("/secret", follow(tree, "/box/../box/dir/../../secret", true));
    assertEquals(0, machine.memory.getInt(Superblock.RENAME_LOCK));
  }
}
