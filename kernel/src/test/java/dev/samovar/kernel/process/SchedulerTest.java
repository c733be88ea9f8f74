package dev.samovar.kernel.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.TestHost;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The scheduler alone, with workers that only write down what they are told. */
class SchedulerTest {
  private static final int LIMIT = 3;

  private final Machine machine = new Machine(16, LIMIT);
  private final Kernel kernel = machine.kernel;
  private final Processes processes = kernel.process.processes;
  private final WorkerTable table = kernel.process.workers;
  private final List<String> told = new ArrayList<>();
  private final Scheduler scheduler = kernel.process.scheduler(new Workers() {
    @Override
    public void boot(int slot, int generation) {
      told.add("boot " + slot);
    }

    @Override
    public void run(int slot, int generation, int module) {
      told.add("run " + module + " on " + slot);
    }

    @Override
    public void runThread(int slot, int generation, int main) {
      told.add("thread of " + main + " on " + slot);
    }

    @Override
    public void terminate(int slot, int generation) {
      told.add("terminate " + slot);
    }

    @Override
    public void alarm(int millis, int pid) {
      told.add("alarm for " + pid);
    }
  }, 12);

  /** What the workers were told since the last question. */
  private List<String> told() {
    List<String> now = List.copyOf(told);
    told.clear();
    return now;
  }

  private void booted(int slot) {
    scheduler.booted(slot, table.generation(table.slot(slot)));
  }

  private void gone(int slot) {
    scheduler.gone(slot, table.generation(table.slot(slot)));
  }

  private int submit(int module) {
    int process = processes.create(1, kernel.files.root());
    scheduler.submit(process, module);
    return process;
  }

  /** The process in a slot ends by itself, and its worker says that it is idle. */
  private void exit(int slot) {
    Threads threads = kernel.process.threads;
    threads.bind(table.slot(slot));
    threads.enter();
    threads.end(0);
    threads.bind(0);
    scheduler.idle(slot);
  }

  private int runnable() {
    return kernel.memory.getInt(Superblock.RUNNABLE);
  }

  private int queued() {
    return kernel.memory.getInt(Superblock.ADMISSION_WAITERS);
  }

  /** Boots so many workers that all are idle. */
  private void boot(int count) {
    scheduler.start(count);
    for (int slot = 1; slot <= count; slot++) {
      booted(slot);
    }
    told();
  }

  @Test
  void bootsSparesAndRunsOnThem() {
    scheduler.start(2);
    assertEquals(List.of("boot 1", "boot 2"), told());
    int process = submit(70);
    assertEquals(Processes.QUEUED, processes.state(process));
    assertEquals(List.of(), told(), "two are on their way");
    booted(2);
    assertEquals(List.of("run 70 on 2"), told());
    assertEquals(Processes.RUNNING, processes.state(process));
    assertEquals(1, runnable());
    assertEquals(WorkerTable.BUSY, table.state(table.slot(2)));
    booted(1);
    assertEquals(List.of(), told(), "one spare is at hand");
    submit(71);
    assertEquals(List.of("run 71 on 1", "boot 3"), told(), "a spare in its place");
  }

  @Test
  void admitsInTheOrderOfTheQueueUpToTheLimit() {
    boot(5);
    for (int module = 1; module <= 6; module++) {
      submit(module);
    }
    assertEquals(List.of("run 1 on 1", "run 2 on 2", "run 3 on 3"), told());
    assertEquals(LIMIT, runnable());
    assertEquals(3, queued());
    exit(2);
    scheduler.admit();
    assertEquals(List.of("run 4 on 2"), told());
    exit(1);
    exit(3);
    scheduler.admit();
    assertEquals(List.of("run 5 on 1", "run 6 on 3"), told());
    assertEquals(0, queued());
  }

  @Test
  void theQueueIsOrderedByNiceValueThenByTime() {
    boot(5);
    for (int module = 1; module <= 3; module++) {
      submit(module);
    }
    int[] nices = {5, 0, -5, 5, 0, 19, -20};
    for (int i = 0; i < nices.length; i++) {
      int process = processes.create(1, kernel.files.root());
      processes.setNice(process, nices[i]);
      scheduler.submit(process, 10 + i);
    }
    told();
    List<String> order = new ArrayList<>();
    for (int i = 0; i < nices.length; i++) {
      exit(1);
      scheduler.admit();
      order.addAll(told());
    }
    assertEquals(List.of("run 16 on 1", "run 12 on 1", "run 11 on 1", "run 14 on 1", "run 10 on 1", "run 13 on 1",
        "run 15 on 1"), order);
  }

  @Test
  void whoSleepsGivesItsPlaceUp() {
    boot(5);
    for (int module = 1; module <= 4; module++) {
      submit(module);
    }
    told();
    kernel.memory.putInt(Superblock.DOORBELL, 0);
    Kernel worker = machine.attach(1);
    worker.process.threads.bind(table.slot(1));
    worker.process.threads.enter();
    int queue = worker.sleeper.pollQueue();
    int seen = worker.sleeper.enter(queue);
    // A deadline in a moment, to come back by itself.
    worker.sleeper.sleep(queue, seen, worker.host.monotonicNanos() + 1_000_000);
    worker.sleeper.leave(queue);
    assertEquals(1, kernel.memory.getInt(Superblock.DOORBELL), "it rang since somebody waits");
    assertEquals(LIMIT, runnable());
    kernel.memory.getAndAdd(Superblock.RUNNABLE, -1);
    scheduler.admit();
    assertEquals(List.of("run 4 on 4"), told());
  }

  @Test
  void bootsAsManyAsThePlacesAndTheQueueAskFor() {
    for (int module = 1; module <= 10; module++) {
      submit(module);
    }
    assertEquals(LIMIT + 1, told().size(), "three places and a spare");
    booted(1);
    assertEquals(List.of("run 1 on 1"), told());
    booted(2);
    booted(3);
    booted(4);
    assertEquals(List.of("run 2 on 2", "run 3 on 3"), told());
    assertEquals(WorkerTable.IDLE, table.state(table.slot(4)));
  }

  @Test
  void workersAreLimitedAndSurplusIdleOnesAreEnded() {
    scheduler.start(100);
    assertEquals(12, told().size());
    for (int slot = 1; slot <= 12; slot++) {
      booted(slot);
    }
    assertEquals(List.of("terminate 7", "terminate 8", "terminate 9", "terminate 10", "terminate 11", "terminate 12"),
        told().stream().sorted((a, b) -> Integer.compare(number(a), number(b))).toList());
    gone(9);
    assertEquals(WorkerTable.ABSENT, table.state(table.slot(9)));
  }

  private static int number(String text) {
    return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
  }

  @Test
  void aQueueHasAnEnd() {
    for (int i = 0; i < 256; i++) {
      assertTrue(scheduler.hasRoom());
      submit(i);
    }
    assertFalse(scheduler.hasRoom());
    scheduler.signal(processes.findFrom(0), Signals.SIGTERM);
    assertTrue(scheduler.hasRoom());
  }

  @Test
  void aQueuedProcessIsSignalledOutOfTheQueue() {
    int first = submit(1);
    int second = submit(2);
    int third = submit(3);
    assertEquals(Errno.SUCCESS, scheduler.signal(second, Signals.SIGTERM));
    assertEquals(Processes.ZOMBIE, processes.state(second));
    assertEquals(128 + Signals.SIGTERM, processes.status(second));
    assertEquals(Errno.SUCCESS, scheduler.signal(third, Signals.SIGKILL));
    assertEquals(Errno.ESRCH, scheduler.signal(third, Signals.SIGKILL));
    int fourth = submit(4);
    assertEquals(Errno.SUCCESS, scheduler.signal(first, Signals.SIGINT));
    assertEquals(1, queued());
    told();
    booted(1);
    assertEquals(List.of("run 4 on 1"), told());
    assertEquals(Processes.RUNNING, processes.state(fourth));
  }

  @Test
  void aProcessThatWasNotSubmittedCanBeSignalledToo() {
    int process = processes.create(1, kernel.files.root());
    submit(1);
    assertEquals(Errno.SUCCESS, scheduler.signal(process, Signals.SIGKILL));
    assertEquals(Processes.ZOMBIE, processes.state(process));
    assertEquals(1, queued());
  }

  @Test
  void unknownSignalsAreRefused() {
    int process = submit(1);
    for (int signal : new int[] {0, -1, 11, 64}) {
      assertEquals(Errno.EINVAL, scheduler.signal(process, signal));
    }
    assertEquals(Processes.QUEUED, processes.state(process));
  }

  @Test
  void aKillInGuestCodeEndsTheProcessAtOnceAndFreesThePlaceWhenTheWorkerIsGone() {
    boot(2);
    int process = submit(1);
    told();
    assertEquals(Errno.SUCCESS, scheduler.signal(process, Signals.SIGKILL));
    assertEquals(List.of("terminate 1"), told());
    assertEquals(Processes.ZOMBIE, processes.state(process));
    assertEquals(128 + Signals.SIGKILL, processes.status(process));
    assertEquals(1, runnable(), "the loop may still burn its core");
    assertEquals(WorkerTable.ENDING, table.state(table.slot(1)));
    scheduler.idle(1);
    booted(1);
    assertEquals(WorkerTable.ENDING, table.state(table.slot(1)), "what it still says is not heard");
    scheduler.gone(1, table.generation(table.slot(1)) + 1);
    assertEquals(1, runnable());
    gone(1);
    assertEquals(0, runnable());
    gone(1);
    assertEquals(0, runnable());
  }

  @Test
  void graceEndsInGuestCodeOnly() {
    boot(3);
    int process = submit(1);
    int pid = processes.pid(process);
    told();
    scheduler.expire(pid);
    assertEquals(Processes.RUNNING, processes.state(process), "nobody had asked it to end");
    assertEquals(Errno.SUCCESS, scheduler.signal(process, Signals.SIGTERM));
    assertEquals(List.of("alarm for " + pid), told());
    assertEquals(Processes.RUNNING, processes.state(process));
    scheduler.expire(pid);
    assertEquals(List.of("terminate 1"), told());
    assertEquals(128 + Signals.SIGTERM, processes.status(process));
    scheduler.expire(pid);
    scheduler.expire(4711);
    assertEquals(List.of(), told());

    int inKernel = submit(2);
    kernel.process.threads.bind(table.slot(2));
    kernel.process.threads.enter();
    scheduler.signal(inKernel, Signals.SIGTERM);
    told();
    scheduler.expire(processes.pid(inKernel));
    assertEquals(List.of(), told());
    assertEquals(Processes.RUNNING, processes.state(inKernel), "it leaves by itself");
  }

  @Test
  void aProcessWithoutMemoryIsSentBackAFewTimes() {
    boot(3);
    int process = submit(1);
    told();
    assertTrue(scheduler.sendBack(1));
    assertEquals(List.of("terminate 1", "terminate 2", "terminate 3"), told(), "whatever holds dead memories");
    assertEquals(Processes.QUEUED, processes.state(process));
    assertEquals(0, runnable());
    for (int slot = 1; slot <= 3; slot++) {
      gone(slot);
    }
    assertEquals(0, runnable());
    int times = 1;
    for (;;) {
      int slot = bootedOne();
      assertTrue(told().contains("run 1 on " + slot));
      if (!scheduler.sendBack(slot)) {
        break;
      }
      times++;
      gone(slot);
      assertTrue(times < 20);
    }
    assertEquals(2, times);
    assertEquals(Processes.RUNNING, processes.state(process), "the worker ends it");
  }

  private int bootedOne() {
    for (int slot = 1; slot <= 12; slot++) {
      if (table.state(table.slot(slot)) == WorkerTable.BOOTING) {
        booted(slot);
        return slot;
      }
    }
    throw new AssertionError("no worker boots");
  }

  @Test
  void aProcessThatIsToEndIsNotSentBack() {
    boot(2);
    int process = submit(1);
    scheduler.signal(process, Signals.SIGTERM);
    assertFalse(scheduler.sendBack(1));
  }

  @Test
  void aWordFromAnEarlierWorkerIsNotHeard() {
    boot(2);
    int process = submit(1);
    scheduler.idle(1);
    assertEquals(WorkerTable.BUSY, table.state(table.slot(1)), "its thread is alive");
    scheduler.booted(3, 0);
    scheduler.gone(2, 0);
    assertEquals(WorkerTable.IDLE, table.state(table.slot(2)));
    assertEquals(Processes.RUNNING, processes.state(process));
  }

  @Test
  void aBrokenWorkerTakesItsProcessAlong() {
    boot(3);
    int process = submit(1);
    told();
    scheduler.failed(1);
    assertEquals(List.of("terminate 1"), told());
    assertEquals(128 + Signals.SIGABRT, processes.status(process));
    scheduler.failed(2);
    assertEquals(List.of("terminate 2"), told());
    assertEquals(0, kernel.memory.getInt(Superblock.PANIC));
  }

  @Test
  void aWorkerThatBreaksAfterItsProcessEndedHarmsNoOther() {
    boot(3);
    int process = submit(1);
    int slot = table.slot(1);
    kernel.process.threads.bind(slot);
    kernel.process.threads.enter();
    kernel.process.threads.end(0);
    kernel.process.threads.bind(0);
    while (kernel.watches.take() != 0) {
      continue;
    }
    processes.reap(process);
    int next = submit(2);
    assertEquals(process, next, "the record is used again");
    told();
    scheduler.failed(1);
    assertEquals(List.of("terminate 1"), told());
    assertEquals(Processes.RUNNING, processes.state(next));
  }

  @Test
  void aWorkerThatBreaksInTheKernelIsAPanic() {
    boot(2);
    submit(1);
    kernel.process.threads.bind(table.slot(1));
    kernel.process.threads.enter();
    scheduler.failed(1);
    assertEquals(1, kernel.memory.getInt(Superblock.PANIC));
  }

  @Test
  void stopEndsAllWorkersOnce() {
    boot(4);
    submit(1);
    int process = submit(2);
    submit(3);
    int waits = submit(4);
    told();
    scheduler.signal(process, Signals.SIGKILL);
    told();
    scheduler.stopAll();
    assertEquals(3, told().stream().filter(text -> text.startsWith("terminate")).distinct().count());
    assertEquals(Errno.SUCCESS, scheduler.signal(waits, Signals.SIGKILL), "it is in no queue any more");
  }

  @Test
  void arenasStayWithTheirSlots() {
    boot(1);
    int arena = table.arena(table.slot(1));
    int generation = table.generation(table.slot(1));
    assertTrue(arena != 0);
    int process = submit(1);
    scheduler.signal(process, Signals.SIGKILL);
    gone(1);
    told();
    scheduler.start(1);
    for (int slot = 1; slot <= 3; slot++) {
      if (table.state(table.slot(1)) == WorkerTable.ABSENT) {
        scheduler.start(1);
      }
    }
    assertEquals(arena, table.arena(table.slot(1)));
    assertTrue(table.generation(table.slot(1)) > generation);
    assertEquals(ThreadState.EXITED, kernel.memory.getInt(table.slot(1) + Sleeper.STATE));
  }

  /** The thread in a slot asks for another one, and the kernel worker hears of it. Answers the tid or a negative errno. */
  private int spawnThread(int slot, int argument) {
    Threads threads = kernel.process.threads;
    threads.bind(table.slot(slot));
    threads.enter();
    int tid = threads.exit(threads.spawn(argument));
    threads.bind(0);
    return tid;
  }

  private void attend() {
    for (int watch = kernel.watches.take(); watch != 0; watch = kernel.watches.take()) {
      if (kernel.watches.kind(watch) == Processes.WATCH_THREADS) {
        scheduler.attend(kernel.watches.subject(watch));
      }
    }
    scheduler.admit();
  }

  @Test
  void threadsNeedAWorkerAndNoPlace() {
    boot(5);
    for (int module = 1; module <= 4; module++) {
      submit(module);
    }
    told();
    assertEquals(1, spawnThread(2, 70));
    assertEquals(2, spawnThread(2, 71));
    assertEquals(List.of(), told(), "until the kernel worker looks");
    attend();
    assertEquals(List.of("thread of 2 on 4", "thread of 2 on 5", "boot 6"), told());
    assertEquals(LIMIT, runnable());
    assertEquals(1, queued());
    kernel.process.threads.bind(table.slot(5));
    assertEquals(2, kernel.process.threads.tid());
    assertEquals(71, kernel.process.threads.argument());
    kernel.process.threads.bind(0);
  }

  @Test
  void whatWasPromisedIsTakenBackWithTheProcess() {
    boot(1);
    Machine.Usage before = machine.usage();
    int process = submit(1);
    told();
    assertEquals(1, spawnThread(1, 0));
    assertEquals(2, spawnThread(1, 0));
    attend();
    assertEquals(3, kernel.memory.getInt(Superblock.WORKERS_CLAIMED));
    assertEquals(List.of("boot 3", "boot 4"), told(), "one is on its way");
    assertEquals(Errno.SUCCESS, scheduler.signal(process, Signals.SIGKILL));
    assertEquals(Processes.ZOMBIE, processes.state(process));
    assertEquals(0, kernel.memory.getInt(Superblock.WORKERS_CLAIMED));
    booted(2);
    assertEquals(List.of("terminate 1"), told(), "nobody is left to run on it");
    assertEquals(Processes.WATCH_EXIT, kernel.watches.kind(kernel.watches.take()));
    processes.reap(process);
    assertEquals(before, machine.usage());
  }

  @Test
  void aPanicShutsTheDoorForAll() {
    boot(2);
    submit(1);
    submit(2);
    kernel.process.threads.panic();
    scheduler.stopAll();
    assertEquals(0, queued());
    for (int slot = 1; slot <= 2; slot++) {
      kernel.process.threads.bind(table.slot(slot));
      assertTrue(kernel.process.threads.isKilled());
      assertThrows(TestHost.Left.class, kernel.process.threads::enter);
    }
    kernel.process.threads.bind(0);
  }
}
