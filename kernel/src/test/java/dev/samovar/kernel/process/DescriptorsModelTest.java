package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.Rights;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random calls of a descriptor table, against a map from numbers to files. A table has one thread at a time. */
class DescriptorsModelTest {
  private static final int MOST = 12;

  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final Descriptors descriptors = kernel.process.descriptors;

  private enum Kind { OPEN, DUPLICATE, CLOSE, RENUMBER }

  private record Call(Kind kind, int from, int to) {}

  @Provide
  Arbitrary<List<Call>> calls() {
    Arbitrary<Integer> number = Arbitraries.integers().between(-1, MOST);
    return Combinators.combine(Arbitraries.of(Kind.OPEN, Kind.OPEN, Kind.DUPLICATE, Kind.CLOSE, Kind.RENUMBER), number,
        number).as(Call::new).list().ofMaxSize(60);
  }

  private int open() {
    kernel.files.inodes().hold(kernel.files.root());
    return kernel.openFiles.ofInode(kernel.files.root(), 0, Rights.DIRECTORY, Rights.ALL);
  }

  private static int lowestFree(Map<Integer, Integer> table) {
    int fd = 0;
    while (table.containsKey(fd)) {
      fd++;
    }
    return fd;
  }

  @Property(tries = 500)
  void everyAnswerIsThatOfAMap(@ForAll("calls") List<Call> calls) {
    Machine.Usage empty = machine.usage();
    int process = kernel.process.processes.create(1, kernel.files.root());
    Map<Integer, Integer> table = new HashMap<>();
    for (Call call : calls) {
      int file = table.getOrDefault(call.from, 0);
      switch (call.kind) {
        case OPEN:
          int fresh = open();
          assertEquals(lowestFree(table), descriptors.add(process, fresh));
          table.put(lowestFree(table), fresh);
          break;
        case DUPLICATE:
          if (file != 0) {
            assertEquals(lowestFree(table), descriptors.add(process, kernel.openFiles.hold(file)));
            table.put(lowestFree(table), file);
          }
          break;
        case CLOSE:
          assertEquals(file == 0 ? Errno.EBADF : Errno.SUCCESS, descriptors.close(process, call.from), call::toString);
          table.remove(call.from);
          break;
        default:
          boolean both = file != 0 && table.containsKey(call.to);
          assertEquals(both ? Errno.SUCCESS : Errno.EBADF, descriptors.renumber(process, call.from, call.to),
              call::toString);
          if (both && call.from != call.to) {
            table.put(call.to, file);
            table.remove(call.from);
          }
          break;
      }
      for (int fd = -1; fd <= MOST; fd++) {
        assertEquals(table.getOrDefault(fd, 0), descriptors.get(process, fd));
      }
    }
    assertEquals(List.of(), machine.check());
    kernel.process.processes.discard(process);
    assertEquals(empty, machine.usage());
  }
}
