package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class DirectoryTest {
  private static final int MANY = 10_000;

  private final Machine machine = new Machine(16);
  private final Tree tree = new Tree(machine.kernel);

  @Test
  void manyNamesAreFoundListedOnceAndRemovedWithoutTrace() {
    Machine.Usage before = machine.usage();
    assertEquals(Tree.OK, tree.mkdir("/d"));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      // Lengths of all kinds, so that all paths of the hash and the comparison are gone.
      String name = "n".repeat(i % 7) + i;
      names.add(name);
      assertEquals(Tree.OK, tree.create("/d/" + name));
    }
    Collections.shuffle(names, new Random(1));
    for (String name : names) {
      assertEquals(Tree.OK, tree.find("/d/" + name));
      assertEquals("ENOENT", tree.find("/d/" + name + "x"));
    }
    List<String> listed = tree.list("/d");
    assertEquals(MANY, listed.size());
    assertEquals(new HashSet<>(names), new HashSet<>(listed));

    for (String name : names.subList(0, MANY / 2)) {
      assertEquals(Tree.OK, tree.unlink("/d/" + name));
      assertEquals("ENOENT", tree.find("/d/" + name));
    }
    assertEquals(new HashSet<>(names.subList(MANY / 2, MANY)), new HashSet<>(tree.list("/d")));
    assertEquals("ENOTEMPTY", tree.rmdir("/d"));
    for (String name : names.subList(MANY / 2, MANY)) {
      assertEquals(Tree.OK, tree.unlink("/d/" + name));
    }
    assertEquals(List.of(), tree.list("/d"));
    assertEquals(Tree.OK, tree.rmdir("/d"));
    assertEquals(before, machine.usage());
  }

  @Test
  void theSizeIsThatOfTheNames() {
    assertEquals(Tree.OK, tree.mkdir("/d"));
    int directory = tree.lookup("/d");
    assertEquals(0, tree.files.inodes().size(directory));
    tree.create("/d/abc");
    assertTrue(tree.files.inodes().size(directory) > 0);
    tree.unlink("/d/abc");
    assertEquals(0, tree.files.inodes().size(directory));
    tree.files.inodes().release(directory);
  }

  /** As a guest reads: a few entries a call, from the last one's cookie on. */
  private static void readNames(Tree tree, int directory, int entriesPerCall, Map<String, Integer> seen) {
    long cookie = FileSystem.Cookies.AFTER_PARENT;
    for (;;) {
      int entries = 0;
      tree.files.beginNames(directory);
      int entry = tree.files.firstName(directory, cookie);
      while (entry != 0 && entries < entriesPerCall) {
        seen.merge(tree.nameOf(entry), 1, Integer::sum);
        assertTrue(tree.files.cookieOf(entry) > cookie, "cookies ascend");
        cookie = tree.files.cookieOf(entry);
        entries++;
        int next = tree.files.nextName(directory, entry);
        entry = tree.files.firstName(directory, cookie);
        assertEquals(entry, next, "the name after another is the first after its cookie");
      }
      tree.files.endNames(directory);
      if (entry == 0) {
        return;
      }
    }
  }

  @Test
  void whatIsRemovedWhileReadingDoesNotMoveThePosition() {
    assertEquals(Tree.OK, tree.mkdir("/d"));
    for (int i = 0; i < 300; i++) {
      tree.create("/d/" + i);
    }
    int directory = tree.lookup("/d");
    Set<String> seen = new HashSet<>();
    long cookie = FileSystem.Cookies.AFTER_PARENT;
    for (;;) {
      tree.files.beginNames(directory);
      int entry = tree.files.firstName(directory, cookie);
      String name = entry == 0 ? null : tree.nameOf(entry);
      cookie = entry == 0 ? 0 : tree.files.cookieOf(entry);
      tree.files.endNames(directory);
      if (name == null) {
        break;
      }
      assertTrue(seen.add(name));
      // As "rm -r" does.
      assertEquals(Tree.OK, tree.unlink("/d/" + name));
    }
    assertEquals(300, seen.size());
    tree.files.inodes().release(directory);
  }

  @Test
  void stableNamesAreReadOnceWhileOthersComeAndGo() {
    Kernel[] workers = machine.workers(4);
    assertEquals(Tree.OK, tree.mkdir("/d"));
    Set<String> stable = new HashSet<>();
    for (int i = 0; i < 500; i++) {
      stable.add("stable" + i);
      tree.create("/d/stable" + i);
    }
    AtomicBoolean done = new AtomicBoolean();
    Together.run(4, index -> {
      Tree mine = new Tree(workers[index]);
      if (index < 2) {
        // From few to thousands and back: the table is made anew many times.
        for (int round = 0; !done.get(); round++) {
          for (int i = 0; i < 2_000; i++) {
            assertEquals(Tree.OK, mine.create("/d/w" + index + "-" + i));
          }
          for (int i = 0; i < 2_000; i++) {
            assertEquals(Tree.OK, mine.unlink("/d/w" + index + "-" + i));
          }
        }
        return;
      }
      int directory = mine.lookup("/d");
      for (int round = 0; round < 60; round++) {
        Map<String, Integer> seen = new HashMap<>();
        readNames(mine, directory, 1 + 7 * index, seen);
        for (String name : stable) {
          assertEquals(1, seen.getOrDefault(name, 0), name);
        }
      }
      mine.files.inodes().release(directory);
      done.set(true);
    });
    assertEquals(stable, new HashSet<>(tree.list("/d")));
  }

  /** A cookie is a hash and a rank among equal hashes, of which there are not many. */
  @Test
  void namesOfOneHashComeAndGoAsOftenAsTheyLike() {
    tree.mkdir("/d");
    int directory = tree.lookup("/d");
    Map<Long, List<String>> byHash = new HashMap<>();
    for (int i = 0; i < 30_000; i++) {
      tree.create("/d/f" + i);
    }
    tree.files.beginNames(directory);
    long cookie = FileSystem.Cookies.AFTER_PARENT;
    for (int entry = tree.files.firstName(directory, cookie); entry != 0;
        entry = tree.files.firstName(directory, cookie)) {
      cookie = tree.files.cookieOf(entry);
      byHash.computeIfAbsent(cookie - FileSystem.Cookies.AFTER_PARENT - 1 >>> 6, hash -> new ArrayList<>())
          .add(tree.nameOf(entry));
    }
    tree.files.endNames(directory);
    assertEquals(30_000, byHash.values().stream().mapToInt(List::size).sum());
    List<String> equal = byHash.values().stream().filter(names -> names.size() > 1).findFirst().orElseThrow();
    for (int i = 0; i < 200; i++) {
      String name = "/d/" + equal.get(i % 2);
      assertEquals(Tree.OK, tree.unlink(name));
      assertEquals(Tree.OK, tree.create(name), "round " + i);
    }
    assertEquals(30_000, tree.list("/d").size());
    tree.files.inodes().release(directory);
  }

  @Test
  void oddCookiesEndTheReading() {
    assertEquals(Tree.OK, tree.mkdir("/d"));
    tree.create("/d/a");
    int directory = tree.lookup("/d");
    assertEquals(0, tree.files.firstName(directory, -1));
    assertEquals(0, tree.files.firstName(directory, Long.MIN_VALUE));
    assertEquals(0, tree.files.firstName(directory, Long.MAX_VALUE));
    assertEquals(0, tree.files.firstName(directory, 1L << 48));
    tree.unlink("/d/a");
    assertEquals(0, tree.files.firstName(directory, FileSystem.Cookies.AFTER_PARENT));
    tree.files.inodes().release(directory);
  }
}
