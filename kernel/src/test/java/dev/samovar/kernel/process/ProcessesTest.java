package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link Processes} and {@link Strings}. */
class ProcessesTest {
  private final Machine machine = new Machine(8);
  private final Kernel kernel = machine.kernel;
  private final Processes processes = kernel.process.processes;
  private final Strings strings = kernel.process.strings;
  private final int root = kernel.files.root();
  private final Machine.Usage empty = machine.usage();
  /** Where tests put strings. */
  private final int staging = kernel.pages.allocate(8);

  private void assertNothingIsLeft() {
    kernel.pages.free(staging);
    assertEquals(empty, machine.usage());
  }

  @Test
  void aProcessIsCreatedListedAndReaped() {
    int process = processes.create(1, root);
    assertTrue(process > 0);
    int pid = processes.pid(process);
    assertEquals(1, processes.parent(process));
    assertEquals(Processes.QUEUED, processes.state(process));
    assertEquals(root, processes.workingDirectory(process));
    assertEquals(process, processes.find(pid));
    assertEquals(process, processes.findFrom(0));
    assertEquals(0, processes.findFrom(pid + 1));
    for (int none : new int[] {-1, 0, 1, pid + 1, 8191, 8192, Integer.MAX_VALUE}) {
      assertEquals(0, processes.find(none));
    }
    processes.abandon(process, 127);
    assertEquals(Processes.ZOMBIE, processes.state(process));
    assertEquals(127, processes.status(process));
    int watch = kernel.watches.take();
    assertEquals(Processes.WATCH_EXIT, kernel.watches.kind(watch));
    assertEquals(process, kernel.watches.subject(watch));
    processes.reap(process);
    assertEquals(0, processes.find(pid));
    assertNothingIsLeft();
  }

  @Test
  void argumentsAndEnvironmentAreKeptWhateverTheirSize() {
    for (int bytes : new int[] {0, 1, 100, 1000, 1001, 5000, 1_000_000 - 8}) {
      int process = processes.create(1, root);
      for (int i = 0; i < Math.min(bytes, 1 << 20); i += 97) {
        kernel.memory.putByte(staging + i, i);
      }
      assertEquals(Errno.SUCCESS, processes.setArguments(process, 3, staging, bytes));
      assertEquals(Errno.SUCCESS, processes.setEnvironment(process, 4, staging, bytes / 2));
      int list = processes.arguments(process);
      assertEquals(3, strings.count(list));
      assertEquals(bytes, strings.bytes(list));
      for (int i = 0; i < bytes; i += 97) {
        assertEquals(i & 0xff, kernel.memory.getByte(strings.data(list) + i));
      }
      assertEquals(4, strings.count(processes.environment(process)));
      assertEquals(bytes / 2, strings.bytes(processes.environment(process)));
      processes.discard(process);
    }
    int process = processes.create(1, root);
    assertEquals(Errno.E2BIG, processes.setArguments(process, 1, staging, Strings.MAX_BYTES + 1));
    processes.discard(process);
    assertNothingIsLeft();
  }

  @Test
  void standardStreamsArePipesToTheKernelWorker() {
    int process = processes.create(1, root);
    for (int fd = 0; fd < 3; fd++) {
      int pipe = processes.openStream(process, fd);
      assertEquals(pipe, processes.stream(process, fd));
      int file = kernel.process.descriptors.get(process, fd);
      assertEquals(fd == 0 ? OpenFiles.PIPE_READER : OpenFiles.PIPE_WRITER, kernel.openFiles.kind(file));
      assertEquals(FileType.UNKNOWN, kernel.openFiles.type(file));
    }
    assertEquals(5, kernel.pipes.put(processes.stream(process, 0), staging, 5));
    processes.closeStream(process, 0);
    processes.closeStream(process, 0);
    assertEquals(0, processes.stream(process, 0));
    processes.discard(process);
    assertEquals(0, kernel.watches.take(), "no watch of a pipe that is gone");
    assertNothingIsLeft();
  }

  @Test
  void aTerminalLivesAsLongAsAProcessHasIt() {
    int leader = processes.create(1, root);
    int terminal = processes.createTerminal(leader, 80, 24);
    assertEquals(0, processes.openTerminal(leader));
    assertEquals(1, processes.openTerminal(leader));
    assertEquals(FileType.CHARACTER_DEVICE, kernel.openFiles.type(kernel.process.descriptors.get(leader, 1)));
    assertEquals(kernel.terminals.output(terminal), processes.stream(leader, 1));
    int child = processes.create(2, root);
    processes.inheritTerminal(child, leader);
    assertEquals(0, processes.openTerminal(child));
    assertEquals(true, processes.leadsTerminal(leader));
    assertEquals(false, processes.leadsTerminal(child));
    processes.abandon(leader, 0);
    processes.reap(leader);
    assertEquals(true, kernel.terminals.hasEnded(terminal), "nobody types any more");
    processes.discard(child);
    assertNothingIsLeft();
  }

  @Test
  void preopensAreDirectoriesUnderAName() {
    int process = processes.create(1, root);
    kernel.memory.putByte(staging, '/');
    assertEquals(Errno.SUCCESS, processes.preopen(process, root, staging, 1));
    int file = kernel.process.descriptors.get(process, 0);
    assertEquals(1, kernel.openFiles.preopenLength(file));
    assertEquals('/', kernel.memory.getByte(kernel.openFiles.preopen(file)));
    assertEquals(Errno.SUCCESS, processes.preopen(process, root, staging, 1000));
    assertEquals(Errno.ENAMETOOLONG, processes.preopen(process, root, staging, 1009));
    assertEquals(Errno.ENAMETOOLONG, processes.preopen(process, root, staging, 4000));
    machine.memory.write(staging, "dev/null".getBytes(), 0, 8);
    int device = kernel.files.lookup(root, staging, 8, 0);
    assertEquals(Errno.ENOTDIR, processes.preopen(process, device, staging, 1));
    kernel.files.inodes().release(device);
    processes.discard(process);
    assertNothingIsLeft();
  }

  @Test
  void aPidIsUsedAgainOnlyAfterAllOthers() {
    Set<Integer> pids = new HashSet<>();
    for (int i = 0; i < 8190; i++) {
      int process = processes.create(1, root);
      assertTrue(pids.add(processes.pid(process)));
      processes.discard(process);
    }
    int process = processes.create(1, root);
    assertTrue(pids.contains(processes.pid(process)));
    processes.discard(process);
    assertNothingIsLeft();
  }

  @Test
  void withoutMemoryNothingIsCreatedNorLost() {
    List<Integer> all = new ArrayList<>();
    int process = processes.create(1, root);
    while (process > 0) {
      all.add(process);
      process = processes.create(1, root);
    }
    assertEquals(-Errno.ENOMEM, process);
    assertTrue(all.size() > 1000);
    int last = all.get(all.size() - 1);
    assertEquals(Errno.ENOMEM, processes.setArguments(last, 1, staging, 100_000));
    assertEquals(-Errno.ENOMEM, processes.openStream(last, 0));
    for (int each : all) {
      processes.discard(each);
    }
    assertNothingIsLeft();
  }

  @Test
  void thereAreOnlySoManyPids() {
    Machine large = new Machine(64);
    Processes its = large.kernel.process.processes;
    Machine.Usage before = large.usage();
    List<Integer> all = new ArrayList<>();
    int process = its.create(1, large.kernel.files.root());
    while (process > 0) {
      all.add(process);
      process = its.create(1, large.kernel.files.root());
    }
    assertEquals(-Errno.EAGAIN, process);
    assertEquals(8190, all.size());
    its.discard(all.remove(4000));
    process = its.create(1, large.kernel.files.root());
    assertNotEquals(0, its.find(its.pid(process)));
    its.discard(process);
    for (int each : all) {
      its.discard(each);
    }
    assertEquals(before, large.usage());
  }
}
