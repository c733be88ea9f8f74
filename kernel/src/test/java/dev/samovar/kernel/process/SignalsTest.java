package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.memory.Superblock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Signals}: stop and continue, groups, what is ignored, and ends while stopped. */
class SignalsTest {
  private final GuestMachine os = new GuestMachine(16, 4, 8);
  private final Processes processes = os.kernel.process.processes;

  @AfterEach
  void nothingIsLost() {
    os.pumpUntil("all workers at rest", () -> os.scheduler.workersIn(WorkerTable.BUSY) == 0
        && os.scheduler.workersIn(WorkerTable.ENDING) == 0 && os.scheduler.workersIn(WorkerTable.BOOTING) == 0);
    assertEquals(0, os.kernel.memory.getIntVolatile(Superblock.RUNNABLE));
    assertEquals(0, os.kernel.memory.getInt(Superblock.PROCESS_COUNT));
    os.stop();
  }

  /** Makes system calls and counts them, for ever. */
  private int counter(AtomicInteger count) {
    return os.spawn(guest -> {
      for (;;) {
        guest.call(count::incrementAndGet);
      }
    });
  }

  private void awaitStop(int pid) {
    os.pumpUntil("the stop", () -> processes.isStopped(os.process(pid)) && processes.isSleeping(os.process(pid)));
  }

  @Test
  void aStoppedProcessIsNotRunnableAndGoesOnWhereItWas() {
    AtomicInteger count = new AtomicInteger();
    int pid = counter(count);
    for (int i = 0; i < 200; i++) {
      int before = count.get();
      os.pumpUntil("progress", () -> count.get() > before);
      os.signal(pid, i % 2 == 0 ? Signals.SIGSTOP : Signals.SIGTSTP);
      awaitStop(pid);
      int stopped = count.get();
      os.pumpUntil("its place to be given up", () -> os.kernel.memory.getIntVolatile(Superblock.RUNNABLE) == 0);
      assertEquals(7, os.join(os.spawn(guest -> 7)), "others go on");
      assertEquals(stopped, count.get());
      os.signal(pid, Signals.SIGCONT);
      assertFalse(processes.isStopped(os.process(pid)));
    }
    os.signal(pid, Signals.SIGKILL);
    assertEquals(128 + Signals.SIGKILL, os.join(pid));
  }

  @Test
  void stoppedProcessesAreKilled() {
    for (int signal : new int[] {Signals.SIGKILL, Signals.SIGTERM, Signals.SIGHUP}) {
      AtomicInteger count = new AtomicInteger();
      int pid = counter(count);
      os.signal(pid, Signals.SIGSTOP);
      awaitStop(pid);
      int stopped = count.get();
      os.signal(pid, signal);
      assertEquals(128 + signal, os.join(pid));
      assertEquals(stopped, count.get(), "not one call more");
    }
  }

  @Test
  void oneThatSleepsStopsWhenItsCallReturns() {
    int pid = os.spawn(guest -> guest.read(10));
    os.pumpUntil("the sleep", () -> processes.isSleeping(os.process(pid)));
    os.signal(pid, Signals.SIGSTOP);
    os.kernel.pipes.put(processes.stream(os.process(pid), 0), os.kernel.arena, 5);
    os.pumpUntil("the bytes to be taken", () -> os.kernel.pipes.available(processes.stream(os.process(pid), 0)) == 0);
    awaitStop(pid);
    os.signal(pid, Signals.SIGCONT);
    assertEquals(5, os.join(pid));
  }

  @Test
  void oneThatWaitsToBeAdmittedStopsAtItsStart() {
    List<Integer> loops = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      loops.add(os.spawn(guest -> {
        guest.spin();
        return 0;
      }));
    }
    AtomicInteger count = new AtomicInteger();
    int pid = counter(count);
    assertEquals(Processes.QUEUED, processes.state(os.process(pid)));
    os.signal(pid, Signals.SIGSTOP);
    loops.forEach(loop -> os.signal(loop, Signals.SIGKILL));
    loops.forEach(os::join);
    awaitStop(pid);
    assertEquals(0, count.get());
    os.signal(pid, Signals.SIGCONT);
    os.pumpUntil("progress", () -> count.get() > 0);
    os.signal(pid, Signals.SIGTERM);
    assertEquals(128 + Signals.SIGTERM, os.join(pid));
  }

  @Test
  void aGroupIsSignalledAsOne() {
    List<Integer> group = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int pid = counter(new AtomicInteger());
      group.add(pid);
      processes.setGroup(os.process(pid), group.get(0), group.get(0));
    }
    int other = counter(new AtomicInteger());
    assertEquals(0, os.scheduler.signalGroup(group.get(0), Signals.SIGSTOP));
    group.forEach(this::awaitStop);
    assertFalse(processes.isStopped(os.process(other)));
    assertEquals(0, os.scheduler.signalGroup(group.get(0), Signals.SIGINT));
    group.forEach(pid -> assertEquals(128 + Signals.SIGINT, os.join(pid)));
    assertEquals(Errno.ESRCH, os.scheduler.signalGroup(group.get(0), Signals.SIGINT));
    os.signal(other, Signals.SIGKILL);
    os.join(other);
  }

  @Test
  void whatIsIgnoredDoesNothing() {
    int pid = os.spawn(guest -> guest.read(10));
    int process = os.process(pid);
    for (int signal : new int[] {Signals.SIGINT, Signals.SIGTERM, Signals.SIGTSTP, Signals.SIGPIPE}) {
      assertEquals(0, processes.setIgnored(process, signal, true));
      os.signal(pid, signal);
      assertFalse(processes.isStopped(process));
    }
    for (int signal : new int[] {Signals.SIGKILL, Signals.SIGSTOP, Signals.SIGCONT, 0, 31, 99, -1}) {
      assertEquals(Errno.EINVAL, processes.setIgnored(process, signal, true));
    }
    os.signal(pid, Signals.SIGCHLD);
    os.signal(pid, Signals.SIGWINCH);
    assertEquals(0, processes.setIgnored(process, Signals.SIGTERM, false));
    os.signal(pid, Signals.SIGTERM);
    assertEquals(128 + Signals.SIGTERM, os.join(pid));
  }

  @Test
  void namesAndNumbers() {
    assertEquals(Signals.SIGKILL, Signals.ofName("SIGKILL"));
    assertEquals(Signals.SIGTSTP, Signals.ofName("TSTP"));
    assertEquals(Signals.SIGPIPE, Signals.ofName("13"));
    for (String none : new String[] {"", "SIG", "SIGNONE", "0", "7", "-9", "9 ", "99999999999", "sigkill"}) {
      assertEquals(0, Signals.ofName(none), none);
    }
    assertTrue(Signals.isKnown(Signals.SIGCHLD));
  }
}
