package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChangesTest {
  private static final int KIND = 7;

  private final Machine machine = new Machine(16);
  private final Kernel kernel = machine.kernel;
  private final Changes changes = kernel.files.changes();
  private final Tree tree = new Tree(kernel);
  private final int room = kernel.pages.allocate(0);

  /** Takes what changed. Answers the inode numbers, or null if there were too many. */
  private Set<Long> taken() {
    int count = changes.take(room);
    if (count < 0) {
      return null;
    }
    Set<Long> numbers = new HashSet<>();
    for (int i = 0; i < count; i++) {
      numbers.add(kernel.memory.getLong(room + 8 * i));
    }
    return numbers;
  }

  private long number(String path) {
    int inode = tree.lookup(path);
    long number = kernel.files.inodes().number(inode);
    kernel.files.inodes().release(inode);
    return number;
  }

  @Test
  void nobodyWatchesAndNothingIsNoted() {
    tree.write("/a", "1");
    assertEquals(Set.of(), taken());
    assertEquals(0, kernel.watches.take());
  }

  @Test
  void contentsAndNamesAreNotedUntilNobodyListens() {
    assertEquals(Tree.OK, tree.mkdir("/d"));
    tree.write("/d/a", "1");
    assertTrue(changes.listen(KIND));
    tree.write("/d/a", "2");
    tree.write("/d/a", "3");
    assertEquals(KIND, kernel.watches.kind(kernel.watches.take()));
    assertEquals(Set.of(number("/d/a")), taken());
    assertEquals(Tree.OK, tree.rename("/d/a", "/b"));
    assertEquals(Set.of(number("/d"), number("/")), taken());
    assertEquals(Tree.OK, tree.unlink("/b"));
    assertEquals(Set.of(number("/")), taken());
    changes.stop();
    tree.write("/c", "1");
    assertEquals(Set.of(), taken());
    assertTrue(changes.listen(KIND));
    tree.write("/c", "2");
    assertEquals(Set.of(number("/c")), taken());
  }

  @Test
  void tooManyAreSaidToBeTooManyOnce() {
    assertTrue(changes.listen(KIND));
    for (int i = 0; i < Changes.CAPACITY + 2; i++) {
      tree.write("/f" + i, "1");
    }
    assertEquals(null, taken());
    assertEquals(Set.of(), taken());
    tree.write("/f0", "2");
    assertEquals(Set.of(number("/f0")), taken());
  }

  @Test
  void nothingIsLostBetweenWorkers() {
    int files = 40;
    assertTrue(changes.listen(KIND));
    Kernel[] workers = machine.nervousWorkers(4);
    for (int i = 0; i < 4 * files; i++) {
      tree.write("/f" + i, "1");
    }
    taken();
    Together.run(4, (index) -> {
      Tree mine = new Tree(workers[index]);
      for (int i = 0; i < files; i++) {
        mine.write("/f" + (index * files + i), "2");
      }
    });
    Set<Long> expected = new HashSet<>();
    for (int i = 0; i < 4 * files; i++) {
      expected.add(number("/f" + i));
    }
    assertEquals(expected, taken());
  }
}
