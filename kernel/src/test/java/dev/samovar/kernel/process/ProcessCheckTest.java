package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.samovar.kernel.Check;
import dev.samovar.kernel.Damage;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.memory.Finding;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each kind of damage to processes, descriptors, pipes and workers is named; a busy system is no damage. */
class ProcessCheckTest {
  private final GuestMachine os = new GuestMachine(16, 4, 16);
  private final Kernel kernel = os.kernel;
  private final Processes processes = kernel.process.processes;
  private final Check check = new Check(kernel, os.scheduler, ledger -> {});
  private final Damage damage = new Damage(kernel, check::run);

  @AfterEach
  void stop() {
    os.stop();
  }

  private int int32(int address) {
    return kernel.memory.getInt(address);
  }

  /** A process that sleeps until its standard input ends. */
  private int sleeper() {
    int pid = os.spawn(guest -> guest.read(1));
    os.pumpUntil("the sleep", () -> processes.isSleeping(os.process(pid)));
    return pid;
  }

  private void end(int pid) {
    processes.closeStream(os.process(pid), 0);
    os.join(pid);
  }

  @Test
  void theTableAndItsProcesses() {
    int pid = sleeper();
    int process = os.process(pid);
    int place = int32(Superblock.PROCESS_TABLE) + (pid << 2);
    damage.namesMore("process count", Superblock.PROCESS_COUNT, 1);
    damage.namesMore("dangling", place, 4);
    damage.names("shared", place + 4, process);
    damage.names("process", process + Processes.PID, pid + 1);
    damage.names("parent", process + 4, 1 << 20);
    damage.names("process", process + 8, 9);
    damage.names("process", process + 8, Processes.ZOMBIE);
    damage.names("dangling", process + Processes.DESCRIPTORS, 4096);
    damage.names("dangling", process + 36, 4);
    damage.names("dangling", process + 40, 4);
    damage.names("pipe count", process + 76, 0);
    damage.names("lock held", Superblock.PROCESS_LOCK, 2);
    end(pid);
  }

  @Test
  void descriptorsAndOpenFiles() {
    int process = processes.create(1, kernel.files.root());
    for (int i = 0; i < 3; i++) {
      kernel.files.inodes().hold(kernel.files.root());
      kernel.process.descriptors.add(process,
          kernel.openFiles.ofInode(kernel.files.root(), 0, Rights.DIRECTORY, Rights.ALL));
    }
    int table = int32(process + Processes.DESCRIPTORS);
    int file = int32(table);
    damage.names("descriptors", process + Processes.LOWEST_FREE, 4);
    damage.names("reference count", table + 12, file);
    damage.namesMore("reference count", file + 48, 1);
    damage.names("dangling", table, 12);
    damage.names("open file", file, 77);
    damage.names("open file", file + 12, 4);
    damage.names("open file", file + 20, -1);
    damage.names("open file", file + 28, -1);
    damage.names("dangling", file + 40, 40);
    damage.names("dangling", file + 4, 4);
    processes.discard(process);
    assertEquals(List.of(), check.run());
  }

  @Test
  void stringsOfAProcess() {
    int process = processes.create(1, kernel.files.root());
    for (int i = 0; i < 8; i++) {
      kernel.memory.putByte(kernel.arena + i, i & 1);
    }
    processes.setArguments(process, 4, kernel.arena, 8);
    int list = processes.arguments(process);
    damage.names("strings", list, 5);
    damage.names("strings", list + 4, -1);
    processes.discard(process);
  }

  @Test
  void limitsAndCapabilities() {
    int parent = processes.create(1, kernel.files.root());
    assertEquals(0, kernel.process.confinement.confine(parent, "{\"limits\":{\"processes\":5},"
        + "\"capabilities\":{\"read\":[\"/work\",\"/tmp/x\"],\"listen\":[80],\"env\":[\"HOME\"],\"spawn\":true}}"));
    int child = processes.create(processes.pid(parent), kernel.files.root());
    assertEquals(0, kernel.process.confinement.confine(child, "{\"limits\":{\"openFiles\":3}}"));
    int limits = processes.limits(parent);
    damage.namesMore("reference count", limits, 1);
    damage.namesMore("process count", limits + 72, -1);
    damage.names("quota", limits + 92, -1);
    damage.names("dangling", processes.limits(child) + 4, 12);
    damage.names("dangling", child + 120, 12);
    int capabilities = processes.capabilities(parent);
    damage.namesMore("reference count", capabilities, 1);
    damage.names("capabilities", capabilities + 8, 77);
    damage.names("capabilities", capabilities + 12, 0);
    damage.names("capabilities", capabilities + 28, 1 << 20);
    damage.names("capabilities", capabilities + 32 + 4, -1);
    damage.names("dangling", capabilities + 32, 12);
    damage.names("dangling", child + 124, 12);
    processes.discard(child);
    processes.discard(parent);
    damage.names("dangling", Superblock.AUDIT_RING, 12);
    damage.names("lock held", int32(Superblock.AUDIT_RING), 3);
    assertEquals(List.of(), check.run());
  }

  @Test
  void terminals() {
    int process = processes.create(1, kernel.files.root());
    int terminal = processes.createTerminal(process, 80, 25);
    for (int fd = 0; fd < 3; fd++) {
      assertEquals(fd, processes.openTerminal(process));
    }
    damage.namesMore("reference count", terminal + 4, 1);
    damage.names("dangling", terminal + 24, 12);
    damage.names("dangling", terminal + 28, 12);
    damage.names("pipe count", terminal + 44, 0);
    damage.namesMore("terminal", terminal + 36, 1);
    damage.names("lock held", terminal, 3);
    processes.discard(process);
    assertEquals(List.of(), check.run());
  }

  @Test
  void pipes() {
    int pid = sleeper();
    int pipe = processes.stream(os.process(pid), 0);
    damage.namesMore("pipe count", pipe + 24, 1);
    damage.namesMore("pipe count", pipe + 28, 1);
    damage.names("pipe ring", pipe + 20, 5000);
    damage.names("dangling", pipe + 16, 8);
    damage.namesMore("pipe ring", pipe + 12, -1);
    damage.namesMore("pipe ring", pipe + 12, 65_537);
    damage.names("lock held", pipe, 3);
    damage.names("lock held", pipe + 4, 3);
    end(pid);
  }

  @Test
  void workersAndThreads() {
    int pid = sleeper();
    int slot = processes.main(os.process(pid));
    damage.namesMore("runnable count", Superblock.RUNNABLE, 1);
    damage.names("worker", slot + 64, 42);
    damage.names("worker", slot + 68, 0);
    damage.names("thread", slot + 64, WorkerTable.IDLE);
    damage.names("thread", slot + WorkerTable.PROCESS, 0);
    damage.names("thread", slot + Sleeper.STATE, ThreadState.KILLED);
    damage.namesMore("thread count", os.process(pid) + Processes.THREADS, 1);
    damage.namesMore("worker count", Superblock.WORKERS_CLAIMED, 1);
    damage.names("dangling", os.process(pid) + Processes.THREADS + 12, 12);
    damage.names("thread", os.process(pid) + Processes.THREADS + 16, -1);
    damage.names("lock held", os.process(pid) + Processes.DESCRIPTORS_LOCK, 3);
    end(pid);
  }

  @Test
  void theQueue() {
    int[] pids = new int[4];
    AtomicBoolean go = new AtomicBoolean();
    for (int i = 0; i < pids.length; i++) {
      pids[i] = os.spawn(guest -> {
        while (!go.get()) {
          Thread.onSpinWait();
        }
        return 0;
      });
    }
    for (int pid : pids) {
      os.pumpUntil("it to run", () -> processes.state(os.process(pid)) == Processes.RUNNING);
    }
    int queued = os.spawn(guest -> 0);
    damage.namesMore("queue", Superblock.ADMISSION_WAITERS, 1);
    damage.names("queue", os.process(queued) + 24, os.process(pids[0]));
    go.set(true);
    assertEquals(0, os.join(queued));
  }

  /** Threads that sleep in a call hold the file that they use there, though its number be closed meanwhile. */
  @Test
  void filesThatOnlyACallHolds() {
    int pid = os.spawn(guest -> {
      guest.spawn(thread -> thread.read(1));
      guest.await(() -> false);
      return 0;
    });
    os.pumpUntil("the other thread to sleep", () -> {
      boolean asleep = false;
      for (int slot = processes.threads.next(os.process(pid), 0); slot >= 0;
          slot = processes.threads.next(os.process(pid), slot + 1)) {
        asleep |= int32(kernel.process.workers.slot(slot) + Sleeper.ASLEEP) == 1;
      }
      return asleep;
    });
    assertEquals(List.of(), check.run());
    os.signal(pid, Signals.SIGKILL);
    os.join(pid);
  }

  /** Whatever goes on: there is nothing to find, and everything goes on afterwards. */
  @Test
  void aBusySystemIsWhole() {
    int[] pids = new int[8];
    for (int i = 0; i < pids.length; i++) {
      int kind = i % 4;
      pids[i] = os.spawn(guest -> {
        for (int j = 0; j < 4_000; j++) {
          switch (kind) {
            case 0:
              guest.print("line " + j + "\n");
              break;
            case 1:
              guest.call(() -> {});
              break;
            default:
              guest.call(() -> guest.kernel.slabs.free(guest.kernel.slabs.allocate(100)));
              break;
          }
        }
        return kind == 3 ? guest.read(1) : 0;
      });
    }
    int walks = 0;
    int busy = 0;
    while (!(os.ended.size() == 6)) {
      os.pump();
      List<Finding> findings = check.run();
      if (!findings.isEmpty() && findings.get(0).what.equals("busy")) {
        busy++;
      } else {
        assertEquals(List.of(), findings);
        walks++;
      }
    }
    assertEquals(true, walks > 0 && busy <= walks, walks + " walks, " + busy + " times busy");
    end(pids[3]);
    end(pids[7]);
  }
}
