package dev.samovar.kernel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.host.KernelMemory;
import org.junit.jupiter.api.Test;

/** {@link Sleeper} and {@link WaitQueue}. */
class SleeperTest {
  private final Machine machine = new Machine(4);
  private final JvmMemory memory = machine.memory;
  private final Kernel[] workers = machine.workers(4);
  private final int turn = machine.kernel.slabs.allocateZeroed(64);
  private final int queue = machine.kernel.slabs.allocateZeroed(WaitQueue.SIZE);
  private final int otherQueue = machine.kernel.slabs.allocateZeroed(WaitQueue.SIZE);

  private static long now(Kernel worker) {
    return worker.host.monotonicNanos();
  }

  /** Nothing looks again by itself here: one wake-up lost, and both sleep for ever. */
  @Test
  void noWakeUpIsLostInManyHandOvers() {
    int rounds = 50_000;
    Together.run(2, index -> {
      Sleeper sleeper = workers[index].sleeper;
      for (int i = 0; i < rounds; i++) {
        int seen = sleeper.enter(queue);
        while (memory.getIntVolatile(turn) != index) {
          assertEquals(KernelMemory.WOKEN, sleeper.sleep(queue, seen, -1));
          seen = memory.getIntVolatile(queue);
        }
        sleeper.leave(queue);
        memory.putIntVolatile(turn, 1 - index);
        WaitQueue.wake(memory, queue);
      }
    });
    assertEquals(0, memory.getInt(queue + WaitQueue.WAITERS));
    assertEquals(0, memory.getInt(Superblock.RUNNABLE), "each sleep gave a place up and took it again");
  }

  @Test
  void aWakeBetweenLookingAndSleepingCounts() {
    Sleeper sleeper = workers[0].sleeper;
    int seen = sleeper.enter(queue);
    WaitQueue.wake(memory, queue);
    assertEquals(KernelMemory.WOKEN, sleeper.sleep(queue, seen, -1));
    sleeper.leave(queue);
  }

  @Test
  void aWakeWithoutSleepersTouchesNothing() {
    int before = memory.getInt(queue);
    WaitQueue.wake(memory, queue);
    assertEquals(before, memory.getInt(queue));
  }

  @Test
  void aDeadlineEndsASleepNotBefore() {
    Sleeper sleeper = workers[0].sleeper;
    int record = machine.kernel.process.workers.slot(1);
    long start = now(workers[0]);
    long deadline = start + 3_000_000;
    int seen = sleeper.enter(queue);
    int result;
    do {
      result = sleeper.sleep(queue, seen, deadline);
    } while (result == KernelMemory.WOKEN);
    sleeper.leave(queue);
    assertEquals(KernelMemory.TIMED_OUT, result);
    assertTrue(now(workers[0]) >= deadline);
    assertTrue(memory.getLong(record + Sleeper.SLEPT) > 1_000_000, "what it slept is no CPU time");
    assertEquals(KernelMemory.TIMED_OUT, sleeper.sleep(queue, seen, deadline), "a deadline that is over");
  }

  @Test
  void onlyAWorkerWithAThreadCanSleep() {
    assertTrue(workers[0].sleeper.canSleep());
    assertFalse(machine.kernel.sleeper.canSleep());
  }

  @Test
  void aPollerWakesForEachOfItsQueues() {
    for (int woken : new int[] {queue, otherQueue}) {
      Thread poller = Together.start("poller", () -> {
        Sleeper sleeper = workers[3].sleeper;
        sleeper.beginPoll(queue);
        sleeper.beginPoll(queue);
        sleeper.beginPoll(otherQueue);
        int own = sleeper.pollQueue();
        int seen = sleeper.enter(own);
        while (memory.getIntVolatile(turn) != woken) {
          sleeper.sleep(own, seen, -1);
          seen = memory.getIntVolatile(own);
        }
        sleeper.leave(own);
        sleeper.endPoll(queue);
        sleeper.endPoll(queue);
        sleeper.endPoll(otherQueue);
      });
      int record = machine.kernel.process.workers.slot(4);
      Together.await("the poller asleep", () -> memory.getIntVolatile(record + Sleeper.WAITS_ON) != 0);
      assertEquals(1, memory.getIntVolatile(queue + WaitQueue.WAITERS));
      memory.putIntVolatile(turn, woken);
      WaitQueue.wake(memory, woken);
      Together.await("the poller to end", () -> !poller.isAlive());
      assertEquals(0, memory.getInt(queue + WaitQueue.WAITERS));
      assertEquals(0, memory.getInt(otherQueue + WaitQueue.WAITERS));
    }
  }

  @Test
  void pollersOfOneQueueInManySlotsAllWake() {
    Machine large = new Machine(16);
    Kernel[] many = large.workers(100);
    int place = large.kernel.slabs.allocateZeroed(64);
    int[] polled = {0, 31, 32, 63, 64, 99};
    Together.run(polled.length + 1, index -> {
      if (index == polled.length) {
        Together.await("all polling", () -> large.memory.getIntVolatile(place + WaitQueue.WAITERS) == polled.length);
        large.memory.putIntVolatile(place + 32, 1);
        WaitQueue.wake(large.memory, place);
        return;
      }
      Sleeper sleeper = many[polled[index]].sleeper;
      sleeper.beginPoll(place);
      int own = sleeper.pollQueue();
      int seen = sleeper.enter(own);
      while (large.memory.getIntVolatile(place + 32) == 0) {
        sleeper.sleep(own, seen, -1);
        seen = large.memory.getIntVolatile(own);
      }
      sleeper.leave(own);
      sleeper.endPoll(place);
    });
    assertEquals(0, large.memory.getInt(place + WaitQueue.WAITERS));
  }

  @Test
  void aSleeperGivesItsPlaceUp() {
    memory.putInt(Superblock.RUNNABLE, 1);
    memory.putInt(memory.getInt(Superblock.WORKER_TABLE) + Sleeper.STRIDE + Sleeper.PLACES, 1);
    memory.putInt(Superblock.ADMISSION_WAITERS, 1);
    Doorbell.answer(memory);
    Thread thread = Together.start("sleeper", () -> {
      Sleeper sleeper = workers[0].sleeper;
      int seen = sleeper.enter(queue);
      while (memory.getIntVolatile(turn) == 0) {
        sleeper.sleep(queue, seen, -1);
        seen = memory.getIntVolatile(queue);
      }
      sleeper.leave(queue);
    });
    Together.await("its place", () -> memory.getIntVolatile(Superblock.RUNNABLE) == 0);
    Together.await("the doorbell", () -> memory.getIntVolatile(Superblock.DOORBELL) == 1);
    memory.putIntVolatile(turn, 1);
    WaitQueue.wake(memory, queue);
    Together.await("it to end", () -> !thread.isAlive());
    assertEquals(1, memory.getInt(Superblock.RUNNABLE));
  }
}
