package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Check;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.process.GuestMachine.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole processes: workers, threads, streams and signals together. */
class GuestsTest {
  private static final int LIMIT = 4;

  private final GuestMachine os = new GuestMachine(16, LIMIT, 16);
  private final Machine.Usage empty = os.machine.usage();

  private int runnable() {
    return os.kernel.memory.getIntVolatile(Superblock.RUNNABLE);
  }

  @AfterEach
  void nothingIsLost() {
    os.pumpUntil("all workers at rest", () -> os.scheduler.workersIn(WorkerTable.BUSY) == 0
        && os.scheduler.workersIn(WorkerTable.ENDING) == 0 && os.scheduler.workersIn(WorkerTable.BOOTING) == 0);
    assertEquals(0, runnable());
    assertEquals(0, os.kernel.memory.getInt(Superblock.PROCESS_COUNT));
    assertEquals(0, os.kernel.memory.getInt(Superblock.ADMISSION_WAITERS));
    assertEquals(empty, os.machine.usage());
    assertEquals(List.of(), new Check(os.kernel, os.scheduler, ledger -> {}).run());
    os.stop();
  }

  @Test
  void aProcessWritesAndExits() {
    int pid = os.spawn(guest -> {
      guest.print("hello\n");
      return 3;
    });
    assertEquals(3, os.join(pid));
    assertEquals("hello\n", os.output.get(pid).toString());
    int other = os.spawn(guest -> guest.exit(0x1ff));
    assertEquals(0xff, os.join(other));
  }

  @Test
  void anEndlessLoopIsKilledWhileAnotherGoesOnWriting() {
    int writer = os.spawn(guest -> {
      for (int i = 0; i < 30_000; i++) {
        guest.print(i + "\n");
      }
      return 0;
    });
    for (int i = 0; i < 20; i++) {
      int loop = os.spawn(guest -> {
        guest.spin();
        return 0;
      });
      os.pumpUntil("the loop to run", () -> os.kernel.process.processes.state(os.process(loop)) == Processes.RUNNING);
      os.signal(loop, Signals.SIGKILL);
      assertEquals(128 + Signals.SIGKILL, os.join(loop));
    }
    assertEquals(0, os.join(writer));
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      expected.append(i).append('\n');
    }
    assertEquals(expected.toString(), os.output.get(writer).toString());
  }

  @Test
  void aLoopWithCallsAndASleeperEndOnAGentleSignal() {
    int calls = os.spawn(guest -> {
      for (;;) {
        guest.call(() -> {});
      }
    });
    int sleeper = os.spawn(guest -> guest.read(10));
    int loop = os.spawn(guest -> {
      guest.spin();
      return 0;
    });
    os.pumpUntil("the sleep", () -> os.kernel.process.processes.isSleeping(os.process(sleeper)));
    for (int pid : new int[] {calls, sleeper, loop}) {
      os.signal(pid, Signals.SIGTERM);
    }
    for (int pid : new int[] {calls, sleeper, loop}) {
      assertEquals(128 + Signals.SIGTERM, os.join(pid));
    }
  }

  @Test
  void moreThanTheLimitRunOneAfterTheOther() {
    List<Integer> pids = new ArrayList<>();
    int[] most = new int[1];
    for (int i = 0; i < 40; i++) {
      int status = i;
      pids.add(os.spawn(guest -> {
        for (int j = 0; j < 50; j++) {
          guest.print(".");
        }
        return status;
      }));
    }
    os.pumpUntil("all of them", () -> {
      most[0] = Math.max(most[0], runnable());
      return os.ended.keySet().containsAll(pids);
    });
    for (int i = 0; i < 40; i++) {
      assertEquals(i, os.ended.get(pids.get(i)));
    }
    assertTrue(most[0] <= LIMIT, most[0] + " ran at once");
  }

  @Test
  void sleepersMakeWaySoThatMoreThanTheLimitCanWaitForOneAnother() {
    List<Integer> waiting = new ArrayList<>();
    for (int i = 0; i < 2 * LIMIT; i++) {
      waiting.add(os.spawn(guest -> guest.read(100)));
    }
    os.pumpUntil("all asleep", () -> waiting.stream().allMatch(
        pid -> os.kernel.process.processes.isSleeping(os.process(pid))));
    assertEquals(5, os.join(os.spawn(guest -> 5)));
    for (int i = 0; i < waiting.size(); i++) {
      int input = os.kernel.process.processes.stream(os.process(waiting.get(i)), 0);
      assertEquals(i + 1, os.kernel.pipes.put(input, os.kernel.arena, i + 1));
    }
    for (int i = 0; i < waiting.size(); i++) {
      assertEquals(i + 1, os.join(waiting.get(i)));
    }
  }

  @Test
  void outputThatNobodyTakesEndsAsABrokenPipe() {
    int[] results = new int[1];
    int pid = os.spawn(guest -> {
      int n = guest.print("x".repeat(1000));
      while (n > 0) {
        n = guest.print("x".repeat(1000));
      }
      results[0] = n;
      return 1;
    });
    os.pumpUntil("it to run", () -> os.output.get(pid).length() > 0);
    os.kernel.process.processes.closeStream(os.process(pid), 1);
    assertEquals(1, os.join(pid));
    assertEquals(-Errno.EPIPE, results[0]);
  }

  /** A thousand of all kinds, with signals at random moments: each ends with a status, and nothing of it is left. */
  @Test
  void aThousandProcessesWithRandomKills() {
    Program[] kinds = {
        guest -> 0,
        guest -> guest.exit(11),
        guest -> {
          for (int i = 0; i < 200; i++) {
            guest.print("line " + i + "\n");
          }
          return 12;
        },
        guest -> {
          guest.spin();
          return 0;
        },
        guest -> {
          for (;;) {
            guest.call(() -> {});
          }
        },
        guest -> guest.read(10),
        guest -> {
          while (guest.print("x".repeat(5_000)) > 0) {
            continue;
          }
          return 13;
        },
    };
    int[] signals = {Signals.SIGKILL, Signals.SIGTERM, Signals.SIGINT};
    Random random = new Random(1);
    List<Integer> alive = new ArrayList<>();
    List<Integer> all = new ArrayList<>();
    List<Integer> kindOf = new ArrayList<>();
    while (all.size() < 1_000 || !alive.isEmpty()) {
      if (all.size() < 1_000 && os.scheduler.hasRoom() && alive.size() < 40) {
        int kind = random.nextInt(kinds.length);
        int pid = os.spawn(kinds[kind]);
        all.add(pid);
        kindOf.add(kind);
        alive.add(pid);
      }
      if (!alive.isEmpty() && random.nextInt(2) == 0) {
        int pid = alive.get(random.nextInt(alive.size()));
        switch (random.nextInt(6)) {
          case 0:
            // As a page that stops listening and kills at once.
            os.kernel.process.processes.closeStream(os.process(pid), random.nextInt(2));
            os.signal(pid, Signals.SIGKILL);
            break;
          case 1:
            int input = os.kernel.process.processes.stream(os.process(pid), 0);
            if (input != 0) {
              os.kernel.pipes.put(input, os.kernel.arena, random.nextInt(10));
            }
            break;
          default:
            os.signal(pid, signals[random.nextInt(signals.length)]);
            break;
        }
      }
      if (random.nextInt(4) > 0) {
        os.pump();
      } else {
        os.pumpUntil("a moment", () -> true);
      }
      alive.removeIf(os.ended::containsKey);
      if (alive.size() == 40 || all.size() == 1_000) {
        os.kernel.memory.await(Superblock.DOORBELL, 0, 1_000_000);
      }
    }
    assertEquals(1_000, all.size());
    for (int i = 0; i < all.size(); i++) {
      int status = os.ended.get(all.get(i));
      boolean signalled = status == 128 + Signals.SIGKILL || status == 128 + Signals.SIGTERM
          || status == 128 + Signals.SIGINT;
      int own = new int[] {0, 11, 12, -1, -1, status <= 10 ? status : -1, 13}[kindOf.get(i)];
      assertTrue(signalled || status == own, "status " + status + " of kind " + kindOf.get(i));
    }
  }

  private int spawnLimited(String limits, GuestMachine.Program program) {
    return os.spawn(program, process -> assertEquals(0,
        os.kernel.process.confinement.confine(process, "{\"limits\": {" + limits + "}}")));
  }

  @Test
  void timeRunsOut() {
    int busy = spawnLimited("\"cpuSeconds\": 0.05", guest -> {
      guest.spin();
      return 0;
    });
    int late = spawnLimited("\"wallSeconds\": 0.05, \"cpuSeconds\": 60", guest -> guest.read(1));
    int quick = spawnLimited("\"wallSeconds\": 60, \"cpuSeconds\": 60", guest -> 5);
    assertEquals(128 + Signals.SIGXCPU, os.join(busy));
    assertEquals(128 + Signals.SIGALRM, os.join(late));
    assertEquals(5, os.join(quick));
  }

  @Test
  void aFamilysDiskComesBackWhoeverClosesTheFile() {
    int pid = spawnLimited("\"disk\": \"1MiB\"", guest -> {
      guest.call(() -> {
        int inode = guest.kernel.files.open(guest.kernel.files.root(), guest.path("tmp/f"), 5, 0, FileSystem.CREATE);
        Buffers bytes = new Buffers(guest.kernel).of(new byte[100_000]);
        assertEquals(100_000, guest.kernel.files.write(inode, 0, bytes.vectors(), bytes.count()));
        guest.kernel.files.unlink(guest.kernel.files.root(), guest.path("tmp/f"), 5, 0);
        guest.kernel.process.descriptors.add(guest.kernel.process.threads.process(),
            guest.kernel.openFiles.ofInode(inode, 0, 0, 0));
      });
      return guest.read(1);
    });
    int limits = os.kernel.process.processes.limits(os.process(pid));
    os.kernel.limits.hold(limits);
    os.pumpUntil("the write", () -> os.kernel.limits.diskUsed(limits) > 100_000);
    os.signal(pid, Signals.SIGKILL);
    os.join(pid);
    assertEquals(0, os.kernel.limits.diskUsed(limits));
    os.kernel.limits.release(limits);
  }
}
