package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Histories;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.FileCall.Kind;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Random calls, against a file system of plain maps: alone, and by three workers at once. */
class FileSystemModelTest {
  private static final int THREADS = 3;
  private static final String FIXED = "d";

  private final Machine machine = new Machine(16);
  private final Kernel[] workers = machine.nervousWorkers(THREADS);
  private int runs;

  private static Arbitrary<String> name() {
    return Arbitraries.of("a", "b", "c");
  }

  private static Arbitrary<String> path() {
    return name().list().ofMinSize(1).ofMaxSize(3).map(names -> String.join("/", names));
  }

  @Provide
  Arbitrary<List<FileCall>> calls() {
    Arbitrary<String> target = Arbitraries.of("a", "b/a", "c", "a/../b", "a/b/../../c");
    Arbitrary<FileCall> call = Arbitraries.oneOf(
        Combinators.combine(Arbitraries.of(Kind.CREATE, Kind.MKDIR, Kind.MKDIR, Kind.UNLINK, Kind.RMDIR, Kind.READ,
            Kind.LIST), path()).as((kind, path) -> new FileCall(kind, path, "")),
        Combinators.combine(path(), target).as((path, to) -> new FileCall(Kind.SYMLINK, path, to)),
        Combinators.combine(Arbitraries.of(Kind.RENAME, Kind.RENAME, Kind.LINK), path(), path()).as(FileCall::new),
        Combinators.combine(path(), name()).as((path, text) -> new FileCall(Kind.APPEND, path, text)));
    return call.list().ofMaxSize(40);
  }

  /** A directory of its own for each run, which it takes for the root. */
  private String freshDirectory() {
    String name = "/work/" + runs++;
    assertEquals(Tree.OK, new Tree(machine.kernel).mkdir(name));
    return name;
  }

  private FileCall.Caller caller(Kernel kernel, String directory) {
    int base = new Tree(kernel).lookup(directory);
    kernel.files.inodes().release(base);
    return new FileCall.Caller(new Tree(kernel, base, 0));
  }

  @Property(tries = 1_000)
  void everyAnswerIsThatOfPlainMaps(@ForAll("calls") List<FileCall> calls) {
    FileCall.Caller caller = caller(machine.kernel, freshDirectory());
    ReferenceFiles reference = new ReferenceFiles();
    for (FileCall call : calls) {
      assertEquals(reference.call(call), caller.call(call), call::toString);
    }
    assertEquals(reference.state(), caller.state());
    if (runs % 50 == 0) {
      assertEquals(List.of(), machine.check());
    }
  }

  /**
   * Paths of one name, here or in a directory that stays: a longer walk is no single step in any POSIX system. A link's
   * source stays for the same reason.
   */
  @Provide
  Arbitrary<List<List<FileCall>>> histories() {
    Arbitrary<String> path = Combinators.combine(Arbitraries.of("", FIXED + "/"), Arbitraries.of("a", "b"))
        .as((directory, name) -> directory + name);
    Arbitrary<FileCall> call = Arbitraries.oneOf(
        Combinators.combine(Arbitraries.of(Kind.CREATE, Kind.MKDIR, Kind.UNLINK, Kind.RMDIR), path)
            .as((kind, to) -> new FileCall(kind, to, "")),
        path.map(to -> new FileCall(Kind.LINK, "s", to)),
        Combinators.combine(path, path).as((from, to) -> new FileCall(Kind.RENAME, from, to)),
        Arbitraries.of(new FileCall(Kind.LIST, FIXED, ""), new FileCall(Kind.READ, "s", ""),
            new FileCall(Kind.APPEND, "s", "x"), new FileCall(Kind.APPEND, "s", "y")));
    return call.list().ofMinSize(1).ofMaxSize(3).list().ofMinSize(2).ofMaxSize(THREADS);
  }

  /** Not shrunk: the same calls hardly meet in the same way again. */
  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void someOrderExplainsWhatThreeWorkersSee(@ForAll("histories") List<List<FileCall>> calls) {
    String directory = freshDirectory();
    FileCall.Caller first = caller(machine.kernel, directory);
    ReferenceFiles reference = new ReferenceFiles();
    for (FileCall call : List.of(new FileCall(Kind.MKDIR, FIXED, ""), new FileCall(Kind.CREATE, "s", ""),
        new FileCall(Kind.MKDIR, "a", ""))) {
      assertEquals(reference.call(call), first.call(call));
    }
    List<FileCall.Caller> callers = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      callers.add(caller(workers[i], directory));
    }
    Histories<FileCall> histories = new Histories<>(callers, calls);
    String state = first.state();
    assertTrue(histories.isExplainedBy(reference, state), () -> histories + "and then " + state);
    if (runs % 50 == 0) {
      assertEquals(List.of(), machine.check());
    }
  }
}
