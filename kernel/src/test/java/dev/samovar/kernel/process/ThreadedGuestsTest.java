package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Check;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.process.GuestMachine.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes with several threads. */
class ThreadedGuestsTest {
  private static final int LIMIT = 2;
  private static final int WORKERS = 12;

  private final GuestMachine os = new GuestMachine(16, LIMIT, WORKERS);
  private final Machine.Usage empty = os.machine.usage();

  private final Program spins = guest -> {
    guest.spin();
    return 0;
  };
  private final Program calls = guest -> {
    for (;;) {
      guest.call(() -> {});
    }
  };
  private final Program sleeps = guest -> guest.read(10);
  private final Program waits = guest -> {
    guest.await(() -> false);
    return 0;
  };

  @AfterEach
  void nothingIsLost() {
    os.pumpUntil("all workers at rest", () -> os.scheduler.workersIn(WorkerTable.BUSY) == 0
        && os.scheduler.workersIn(WorkerTable.ENDING) == 0 && os.scheduler.workersIn(WorkerTable.BOOTING) == 0);
    assertEquals(0, os.kernel.memory.getIntVolatile(Superblock.RUNNABLE));
    assertEquals(0, os.kernel.memory.getIntVolatile(Superblock.WORKERS_CLAIMED));
    assertEquals(0, os.kernel.memory.getInt(Superblock.PROCESS_COUNT));
    assertEquals(empty, os.machine.usage());
    assertEquals(List.of(), new Check(os.kernel, os.scheduler, ledger -> {}).run());
    os.stop();
  }

  private int busy() {
    return os.scheduler.workersIn(WorkerTable.BUSY);
  }

  @Test
  void threadsRunAndEndAloneAndMainEndsTheProcess() {
    AtomicInteger done = new AtomicInteger();
    List<Integer> tids = new ArrayList<>();
    int pid = os.spawn(guest -> {
      for (int i = 0; i < 5; i++) {
        tids.add(guest.spawn(thread -> {
          for (int j = 0; j < 100; j++) {
            thread.print("x");
          }
          return done.incrementAndGet();
        }));
      }
      guest.await(() -> done.get() == 5);
      return 9;
    });
    assertEquals(9, os.join(pid));
    assertEquals(List.of(1, 2, 3, 4, 5), tids);
    assertEquals("x".repeat(500), os.output.get(pid).toString());
  }

  @Test
  void threadsAreAdmittedThoughAllPlacesAreTaken() {
    AtomicInteger arrived = new AtomicInteger();
    Program main = guest -> {
      guest.spawn(thread -> arrived.incrementAndGet());
      guest.spawn(thread -> arrived.incrementAndGet());
      guest.await(() -> arrived.get() == 4);
      return 0;
    };
    int first = os.spawn(main);
    int second = os.spawn(main);
    int queued = os.spawn(guest -> 3);
    assertEquals(0, os.join(first));
    assertEquals(0, os.join(second));
    assertEquals(3, os.join(queued));
  }

  @Test
  void beyondTheWorkersThereIsEagainAndRoomAgainLater() {
    int[] result = new int[2];
    AtomicInteger ended = new AtomicInteger();
    boolean[] go = new boolean[1];
    int pid = os.spawn(guest -> {
      int tid = guest.spawn(thread -> {
        thread.await(() -> ended.get() > 0);
        return ended.incrementAndGet();
      });
      while (tid > 0) {
        result[0]++;
        tid = guest.spawn(thread -> {
          thread.await(() -> ended.get() > 0);
          return ended.incrementAndGet();
        });
      }
      result[1] = tid;
      ended.set(1);
      guest.await(() -> ended.get() == result[0] + 1);
      // Their workers are given back a moment later.
      for (tid = -1; tid < 0;) {
        tid = guest.spawn(thread -> {
          go[0] = true;
          return ended.incrementAndGet();
        });
      }
      guest.await(() -> ended.get() == result[0] + 2);
      return 0;
    });
    assertEquals(0, os.join(pid));
    assertEquals(WORKERS - 1, result[0]);
    assertEquals(-Errno.EAGAIN, result[1]);
    assertTrue(go[0]);
  }

  @Test
  void anExitOfAnyThreadEndsThemAll() {
    for (Program ending : List.<Program>of(guest -> guest.exit(7), guest -> {
      guest.call(() -> {});
      return guest.exit(7);
    })) {
      int pid = os.spawn(guest -> {
        for (Program other : List.of(spins, calls, sleeps, waits)) {
          guest.spawn(other);
        }
        guest.spawn(ending);
        guest.await(() -> false);
        return 0;
      });
      assertEquals(7, os.join(pid));
    }
  }

  @Test
  void theReturnOfMainEndsThemAll() {
    for (int i = 0; i < 20; i++) {
      int pid = os.spawn(guest -> {
        for (Program other : List.of(spins, calls, sleeps, waits)) {
          guest.spawn(other);
        }
        return 5;
      });
      assertEquals(5, os.join(pid), "promised or running, they go");
    }
  }

  @Test
  void aSignalEndsThemAll() {
    for (int signal : new int[] {Signals.SIGKILL, Signals.SIGTERM, Signals.SIGINT}) {
      int pid = os.spawn(guest -> {
        for (Program other : List.of(spins, calls, sleeps)) {
          guest.spawn(other);
        }
        guest.await(() -> false);
        return 0;
      });
      os.pumpUntil("all to run", () -> busy() == 4);
      assertEquals(4, os.kernel.process.processes.threadCount(os.process(pid)));
      os.signal(pid, signal);
      assertEquals(128 + signal, os.join(pid));
    }
  }

  @Test
  void accountsAddUp() {
    AtomicInteger done = new AtomicInteger();
    int pid = os.spawn(guest -> {
      for (int i = 0; i < 3; i++) {
        guest.spawn(thread -> {
          for (int j = 0; j < 100; j++) {
            thread.call(() -> {});
          }
          return done.incrementAndGet();
        });
      }
      guest.await(() -> done.get() == 3);
      guest.read(1);
      return 0;
    });
    Processes processes = os.kernel.process.processes;
    os.pumpUntil("main to sleep alone", () -> os.process(pid) != 0 && processes.threadCount(os.process(pid)) == 1
        && processes.isSleeping(os.process(pid)));
    // 3 spawns, 3 times 100 calls and the end, and the read.
    assertEquals(3 + 3 * 101 + 1, processes.systemCalls(os.process(pid)));
    assertTrue(processes.cpuNanos(os.process(pid)) > 0);
    processes.closeStream(os.process(pid), 0);
    assertEquals(0, os.join(pid));
  }

  /** Threads come, go, call, sleep and end their process, while signals fall: each process ends once, and wholly. */
  @Test
  void fiveHundredThreadedProcessesWithRandomKills() {
    Random random = new Random(2);
    Program[] bodies = {spins, calls, sleeps, waits, guest -> 0, guest -> guest.exit(11),
        guest -> guest.spawn(waits), guest -> guest.spawn(thread -> 0)};
    int[] signals = {Signals.SIGKILL, Signals.SIGTERM, Signals.SIGINT};
    List<Integer> alive = new ArrayList<>();
    int started = 0;
    int finished = 0;
    while (started < 500 || !alive.isEmpty()) {
      if (started < 500 && alive.size() < 4) {
        int[] chosen = random.ints(random.nextInt(4), 0, bodies.length).toArray();
        Program last = bodies[random.nextInt(bodies.length)];
        alive.add(os.spawn(guest -> {
          for (int body : chosen) {
            guest.spawn(bodies[body]);
          }
          return last.run(guest) & 0x7f;
        }));
        started++;
      }
      int pid = alive.get(random.nextInt(alive.size()));
      for (int i = random.nextInt(20); i > 0; i--) {
        os.pump();
      }
      os.signal(pid, signals[random.nextInt(signals.length)]);
      if (random.nextInt(4) == 0) {
        os.kernel.memory.await(Superblock.DOORBELL, 0, 1_000_000);
      }
      os.pump();
      finished += alive.size();
      alive.removeIf(os.ended::containsKey);
      finished -= alive.size();
    }
    assertEquals(500, finished);
  }
}
