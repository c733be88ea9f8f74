package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.TestGuest;
import dev.samovar.kernel.TestHost;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import org.junit.jupiter.api.Test;

class ThreadsTest {
  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final Kernel worker = machine.workers(1)[0];
  private final Threads threads = worker.process.threads;
  private final Processes processes = kernel.process.processes;
  private final int slot = kernel.process.workers.slot(1);
  private final Machine.Usage empty = machine.usage();
  private int process;

  /** A process on the worker, in guest code. */
  private void begin() {
    process = processes.create(1, kernel.files.root());
    processes.openStream(process, 0);
    processes.openStream(process, 1);
    kernel.memory.getAndAdd(Superblock.RUNNABLE, 1);
    kernel.process.threads.prepare(slot, process);
    processes.setRunning(process, slot);
  }

  private boolean kill(int signal, boolean gently) {
    return kernel.process.threads.kill(slot, signal, gently);
  }

  private int state() {
    return kernel.memory.getIntVolatile(slot + Sleeper.STATE);
  }

  /** What the kernel worker does about a process whose end was announced. */
  private void reap(int expectedStatus) {
    assertEquals(Processes.ZOMBIE, processes.state(process));
    assertEquals(expectedStatus, processes.status(process));
    boolean told = false;
    for (int watch = kernel.watches.take(); watch != 0; watch = kernel.watches.take()) {
      told |= kernel.watches.kind(watch) == Processes.WATCH_EXIT;
    }
    assertTrue(told);
    processes.reap(process);
    assertEquals(0, kernel.memory.getIntVolatile(Superblock.RUNNABLE));
    assertEquals(empty, machine.usage());
  }

  @Test
  void aCallGoesInAndOut() {
    begin();
    assertEquals(ThreadState.USER, state());
    threads.enter();
    assertEquals(ThreadState.KERNEL, state());
    assertEquals(42, threads.exit(42));
    assertEquals(ThreadState.USER, state());
    assertEquals(process, threads.process());
    assertEquals(slot, threads.current());
    threads.enter();
    assertEquals(2, processes.systemCalls(process));
    assertEquals(TestGuest.SIZE, processes.guestBytes(process));
    threads.end(300);
    assertEquals(ThreadState.EXITED, state());
    assertEquals(2, processes.systemCalls(process));
    assertEquals(TestGuest.SIZE, processes.guestBytes(process));
    assertTrue(processes.cpuNanos(process) > 0);
    reap(300 & 0xff);
    assertThrows(TestHost.Left.class, threads::enter, "an ended thread finds the door shut");
    assertFalse(threads.isInUserCode());
  }

  @Test
  void aThreadKilledInGuestCodeNeverGetsIn() {
    begin();
    assertTrue(kill(Signals.SIGKILL, false));
    assertEquals(ThreadState.KILLED, state());
    assertTrue(threads.isKilled());
    assertFalse(threads.isInUserCode());
    for (int i = 0; i < 3; i++) {
      assertThrows(TestHost.Left.class, threads::enter);
    }
    assertEquals(ThreadState.KILLED, state());
    assertEquals(Processes.RUNNING, processes.state(process), "its end is the killer's business");
    assertEquals(0, processes.systemCalls(process));
    assertEquals(Signals.SIGKILL, kernel.process.threads.signal(slot));
    assertFalse(kill(Signals.SIGTERM, false), "once is enough");
  }

  @Test
  void aThreadKilledInTheKernelLeavesByItself() {
    begin();
    threads.enter();
    assertFalse(kill(Signals.SIGKILL, false));
    assertEquals(ThreadState.KERNEL | Sleeper.KILL_PENDING, state());
    assertFalse(kill(Signals.SIGTERM, false));
    assertThrows(TestHost.Left.class, () -> threads.exit(0));
    assertEquals(ThreadState.EXITED, state());
    reap(128 + Signals.SIGKILL);
  }

  @Test
  void aGentleSignalWaitsForTheNextCall() {
    begin();
    assertFalse(kill(Signals.SIGTERM, true));
    assertEquals(ThreadState.USER | Sleeper.KILL_PENDING, state());
    assertTrue(threads.isInUserCode());
    assertThrows(TestHost.Left.class, threads::enter);
    reap(128 + Signals.SIGTERM);
  }

  @Test
  void aGentleSignalCanBeEnforced() {
    begin();
    assertFalse(kill(Signals.SIGINT, true));
    assertTrue(kill(Signals.SIGKILL, false));
    assertEquals(ThreadState.KILLED, state());
    assertEquals(Signals.SIGINT, kernel.process.threads.signal(slot), "the first signal is what ended it");
    assertThrows(TestHost.Left.class, threads::enter);
  }

  @Test
  void theStatusOfAnExitIsKeptThoughAKillCameInBetween() {
    begin();
    threads.enter();
    assertFalse(kill(Signals.SIGKILL, false));
    threads.end(7);
    reap(7);
  }

  @Test
  void whoComesInTwiceIsAPanic() {
    begin();
    threads.enter();
    assertThrows(TestHost.Left.class, threads::enter);
    assertEquals(1, kernel.memory.getInt(Superblock.PANIC));
  }

  @Test
  void aGuestThatIsGoneWithItsThreadInTheKernelIsAPanic() {
    begin();
    threads.enter();
    assertFalse(threads.isInUserCode());
    assertEquals(1, kernel.memory.getInt(Superblock.PANIC));
    assertEquals(1, kernel.memory.getInt(Superblock.DOORBELL));
  }

  /** A killer and a thread that goes in and out: exactly one of them ends the process, and both know who. */
  @Test
  void eitherTheKillerOrTheThreadWins() {
    int[] wins = new int[2];
    for (int round = 0; round < 600; round++) {
      begin();
      int spins = round % 300;
      boolean[] killed = new boolean[1];
      Together.run(2, index -> {
        if (index == 0) {
          assertThrows(TestHost.Left.class, () -> {
            for (;;) {
              threads.enter();
              threads.exit(0);
            }
          });
        } else {
          for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
          }
          killed[0] = kill(Signals.SIGKILL, false);
        }
      });
      wins[killed[0] ? 0 : 1]++;
      if (killed[0]) {
        assertEquals(ThreadState.KILLED, state());
        assertEquals(Processes.RUNNING, processes.state(process));
        processes.account(process, slot);
        processes.close(process);
        kernel.memory.getAndAdd(Superblock.RUNNABLE, -1);
        processes.announceEnd(process, 128 + Signals.SIGKILL);
      }
      reap(128 + Signals.SIGKILL);
    }
    assertTrue(wins[0] > 0 && wins[1] > 0, wins[0] + " killed in guest code, " + wins[1] + " left the kernel");
  }

  /** Whatever a sleeper is just doing when it is killed, it wakes, and what it slept on is freed only after that. */
  @Test
  void aKillWakesASleeperAtAnyMoment() {
    for (int round = 0; round < 2_000; round++) {
      begin();
      int input = processes.stream(process, 0);
      int spins = round % 500;
      boolean closes = round % 3 == 0;
      boolean[] killed = new boolean[1];
      Together.run(2, index -> {
        if (index == 0) {
          assertThrows(TestHost.Left.class, () -> {
            for (;;) {
              threads.enter();
              Buffers buffers = new Buffers(worker).room(1);
              worker.pipes.read(input, buffers.vectors(), 1, false);
              threads.exit(0);
            }
          });
        } else {
          for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
          }
          if (closes) {
            processes.closeStream(process, 0);
          } else {
            kernel.pipes.put(input, kernel.arena, spins % 3);
          }
          killed[0] = kill(Signals.SIGKILL, false);
        }
      });
      if (killed[0]) {
        processes.account(process, slot);
        processes.close(process);
        kernel.memory.getAndAdd(Superblock.RUNNABLE, -1);
        processes.announceEnd(process, 128 + Signals.SIGKILL);
      }
      reap(128 + Signals.SIGKILL);
      assertEquals(0, kernel.memory.getInt(slot + Sleeper.WAITS_ON));
    }
  }

  @Test
  void sleepIsNoCpuTime() {
    begin();
    int input = processes.stream(process, 0);
    Thread sleeper = Together.start("sleeper", () -> {
      threads.enter();
      Buffers buffers = new Buffers(worker).room(1);
      worker.pipes.read(input, buffers.vectors(), 1, false);
      threads.end(0);
    });
    Together.await("it to sleep", () -> kernel.memory.getIntVolatile(Superblock.RUNNABLE) == 0);
    assertTrue(processes.isSleeping(process));
    long first = processes.cpuNanos(process);
    assertEquals(first, processes.cpuNanos(process));
    kernel.pipes.put(input, kernel.arena, 1);
    Together.await("it to end", () -> !sleeper.isAlive());
    reap(0);
  }
}
