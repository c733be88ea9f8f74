package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;

/**
 * Decides which process runs on which worker, and when. Only the kernel worker has one; it reacts to events and never
 * waits.
 *
 * <p>At most {@code RUNNABLE_LIMIT} processes run at once; one whose main thread sleeps in the kernel gives its place up,
 * one whose worker was terminated keeps it until that worker is really gone. Others queue, by nice value, then first
 * come, first served. Further threads of a process that runs do not count and go before all that: they only need a
 * worker, and were promised only if there can be one. One booted worker is kept at hand beyond those in use, and idle
 * ones beyond {@link #KEEP_IDLE} are ended, since each holds memories that it has not collected yet.
 */
public final class Scheduler {
  /** Idle workers kept. */
  private static final int KEEP_IDLE = 6;
  /** Processes that may queue; beyond that spawn answers EAGAIN. */
  private static final int QUEUE_LIMIT = 256;
  /** A process that got SIGTERM in guest code has this many ms until its next system call. */
  private static final int GRACE_MILLIS = 100;
  /** Times a process is sent back before it is told that there is no memory. */
  private static final int MAX_RETRIES = 2;

  /** A process with a limit of CPU time that sleeps is looked at every so many ms at most. */
  private static final int SLEEPERS_LOOK_MILLIS = 100;
  private static final int LONGEST_ALARM_MILLIS = 3_600_000;

  private final KernelMemory memory;
  private final Host host;
  private final Limits limits;
  private final PageAllocator pages;
  private final Watches watches;
  private final WorkerTable table;
  private final Threads threads;
  private final Processes processes;
  private final Workers workers;
  private final int maximumWorkers;
  private int first;
  private int last;
  private int queued;
  private int firstPromise;
  private int lastPromise;
  private int promised;

  /** @param maximumWorkers workers at once, the kernel worker not counted */
  public Scheduler(KernelMemory memory, Host host, Limits limits, PageAllocator pages, Watches watches, WorkerTable table, Threads threads,
      Processes processes, Workers workers, int maximumWorkers) {
    this.memory = memory;
    this.host = host;
    this.limits = limits;
    this.pages = pages;
    this.watches = watches;
    this.table = table;
    this.threads = threads;
    this.processes = processes;
    this.workers = workers;
    this.maximumWorkers = Math.min(maximumWorkers, WorkerTable.SLOTS - 1);
    memory.putInt(Superblock.WORKERS_LIMIT, this.maximumWorkers);
  }

  /** Boots the first spare workers. */
  public void start(int spares) {
    for (int i = 0; i < spares; i++) {
      bootOne();
    }
  }

  /** Whether {@link #submit} has room for one more. */
  public boolean hasRoom() {
    return queued < QUEUE_LIMIT;
  }

  /** Queues a new process, which has all its descriptors and runs {@code module} (the host's number for it). */
  public void submit(int process, int module) {
    processes.setModule(process, module);
    processes.limitDescriptors(process);
    enqueue(process);
    admit();
  }

  private void enqueue(int process) {
    int before = last;
    if (first != 0 && processes.nice(last) > processes.nice(process)) {
      before = 0;
      for (int at = first; processes.nice(at) <= processes.nice(process); at = processes.next(at)) {
        before = at;
      }
    }
    if (first == 0 || before == 0) {
      processes.setNext(process, first);
      first = process;
    } else {
      processes.setNext(process, processes.next(before));
      processes.setNext(before, process);
    }
    if (processes.next(process) == 0) {
      last = process;
    }
    queued++;
    memory.putIntVolatile(Superblock.ADMISSION_WAITERS, queued);
  }

  private void remove(int process) {
    int before = 0;
    int at = first;
    while (at != process && at != 0) {
      before = at;
      at = processes.next(at);
    }
    if (at == 0) {
      // Not submitted yet, or the scheduler was stopped.
      return;
    }
    if (before == 0) {
      first = processes.next(process);
    } else {
      processes.setNext(before, processes.next(process));
    }
    if (last == process) {
      last = before;
    }
    queued--;
    memory.putIntVolatile(Superblock.ADMISSION_WAITERS, queued);
  }

  /** Starts promised threads and queued processes as far as places and workers reach. Called at every pump. */
  public void admit() {
    admitThreads();
    while (first != 0 && memory.getIntVolatile(Superblock.RUNNABLE) < memory.getInt(Superblock.RUNNABLE_LIMIT)) {
      int slot = findIdle();
      if (slot < 0 || !claim()) {
        break;
      }
      int process = first;
      remove(process);
      int record = take(slot);
      memory.getAndAdd(Superblock.RUNNABLE, 1);
      threads.prepare(record, process);
      processes.setRunning(process, record);
      startClocks(process);
      workers.run(slot, table.generation(record), processes.module(process));
    }
    balance();
  }

  /** Claims a worker for a process: promised threads have theirs, and come to lack none. */
  private boolean claim() {
    boolean claimed = memory.getAndAdd(Superblock.WORKERS_CLAIMED, 1) < maximumWorkers;
    if (!claimed) {
      unclaim();
    }
    return claimed;
  }

  private void unclaim() {
    memory.getAndAdd(Superblock.WORKERS_CLAIMED, -1);
  }

  private int take(int slot) {
    int record = table.slot(slot);
    table.setState(record, WorkerTable.BUSY);
    table.setRuns(record, table.runs(record) + 1);
    return record;
  }

  private void admitThreads() {
    for (int slot = promised == 0 ? -1 : findIdle(); slot >= 0; slot = promised == 0 ? -1 : findIdle()) {
      int promise = firstPromise;
      int process = processes.threads.processOf(promise);
      firstPromise = processes.threads.next(promise);
      promised--;
      int record = take(slot);
      threads.prepare(record, process, processes.threads.tidOf(promise), processes.threads.argumentOf(promise));
      processes.threads.add(process, slot);
      processes.threads.free(promise);
      workers.runThread(slot, table.generation(record), table.indexOf(processes.main(process)));
    }
  }

  /** A process's watch for its threads was raised: some were promised, or one of them has ended or stopped them all. */
  public void attend(int process) {
    int promise = processes.threads.takePromises(process);
    while (promise != 0) {
      int next = processes.threads.next(promise);
      processes.threads.setNext(promise, 0);
      if (promised == 0) {
        firstPromise = promise;
      } else {
        processes.threads.setNext(lastPromise, promise);
      }
      lastPromise = promise;
      promised++;
      promise = next;
    }
    if (processes.threads.isDecided(process)) {
      kill(process, Signals.SIGKILL, false);
    } else if (processes.isStopped(process)) {
      setStopped(process, true);
    }
  }

  /** Takes back what was promised to a process that ends. Answers whether its last thread was among that. */
  private boolean dropPromises(int process) {
    boolean last = false;
    int before = 0;
    int at = firstPromise;
    for (int left = promised; left > 0; left--) {
      int next = processes.threads.next(at);
      if (processes.threads.processOf(at) != process) {
        before = at;
      } else {
        if (before == 0) {
          firstPromise = next;
        } else {
          processes.threads.setNext(before, next);
        }
        if (lastPromise == at) {
          lastPromise = before;
        }
        promised--;
        processes.threads.free(at);
        unclaim();
        last |= processes.threads.leave(process);
      }
      at = next;
    }
    return last;
  }

  private int findIdle() {
    for (int i = 1; i <= maximumWorkers; i++) {
      if (table.state(table.slot(i)) == WorkerTable.IDLE) {
        return i;
      }
    }
    return -1;
  }

  private int count(int state) {
    int n = 0;
    for (int i = 1; i <= maximumWorkers; i++) {
      if (table.state(table.slot(i)) == state) {
        n++;
      }
    }
    return n;
  }

  /** Boots what the queue and the spare need; ends idle workers that nobody needs. */
  private void balance() {
    int idle = count(WorkerTable.IDLE);
    int booting = count(WorkerTable.BOOTING);
    int places = Math.max(0, memory.getInt(Superblock.RUNNABLE_LIMIT) - memory.getIntVolatile(Superblock.RUNNABLE));
    int wanted = promised + Math.min(queued, places) + 1;
    while (idle + booting < wanted && bootOne()) {
      booting++;
    }
    for (int i = maximumWorkers; i > 0 && idle > KEEP_IDLE; i--) {
      if (table.state(table.slot(i)) == WorkerTable.IDLE) {
        terminate(i);
        idle--;
      }
    }
  }

  private boolean bootOne() {
    for (int i = 1; i <= maximumWorkers; i++) {
      int slot = table.slot(i);
      if (table.state(slot) == WorkerTable.ABSENT) {
        if (table.arena(slot) == 0) {
          int arena = pages.allocate(Arena.ORDER);
          if (arena == 0) {
            return false;
          }
          memory.putInt(arena + Arena.HELD, 0);
          table.setArena(slot, arena);
          // Once: a worker that is late may have raised it, and then it stands in the list.
          watches.init(table.watch(slot), Processes.WATCH_WORKER, i);
        }
        table.setRuns(slot, 0);
        table.setState(slot, WorkerTable.BOOTING);
        workers.boot(i, table.nextGeneration(slot));
        return true;
      }
    }
    return false;
  }

  private void terminate(int index) {
    int slot = table.slot(index);
    table.setState(slot, WorkerTable.ENDING);
    workers.terminate(index, table.generation(slot));
  }

  /** A worker has its kernel instance and waits for work. */
  public void booted(int index, int generation) {
    int slot = table.slot(index);
    if (table.generation(slot) == generation && table.moveState(slot, WorkerTable.BOOTING, WorkerTable.IDLE)) {
      admit();
    }
  }

  /** A worker's watch was raised: its guest's frames are gone, and it can take the next one. */
  public void idle(int index) {
    int slot = table.slot(index);
    // A word that an earlier worker in this slot left behind: the present one's thread is still alive.
    if (memory.getIntVolatile(slot + Sleeper.STATE) == ThreadState.EXITED) {
      table.moveState(slot, WorkerTable.BUSY, WorkerTable.IDLE);
    }
  }

  /** A terminated worker is really gone. */
  public void gone(int index, int generation) {
    int slot = table.slot(index);
    if (table.generation(slot) == generation && table.moveState(slot, WorkerTable.ENDING, WorkerTable.ABSENT)) {
      if (memory.getInt(slot + Sleeper.STATE) == ThreadState.KILLED) {
        memory.putIntVolatile(slot + Sleeper.STATE, ThreadState.EXITED);
        memory.getAndAdd(Superblock.RUNNABLE, -memory.getInt(slot + Sleeper.PLACES));
      }
      admit();
    }
  }

  /**
   * A worker could not give its guest a memory, and nothing of the guest has run: ends the idle workers, whose dead
   * memories are in the way, and queues the process again.
   *
   * @return whether it is queued again; otherwise there is really no memory and the caller ends the process
   */
  public boolean sendBack(int index) {
    int slot = table.slot(index);
    int process = memory.getInt(slot + WorkerTable.PROCESS);
    int state = memory.getIntVolatile(slot + Sleeper.STATE);
    if (processes.countRetry(process) >= MAX_RETRIES || (state & ~Sleeper.STOP_PENDING) != ThreadState.USER
        || memory.compareAndExchange(slot + Sleeper.STATE, state, ThreadState.EXITED) != state) {
      return false;
    }
    memory.getAndAdd(Superblock.RUNNABLE, -1);
    unclaim();
    processes.setQueued(process, slot);
    enqueue(process);
    // This worker too: it is the one that has collected too little.
    terminate(index);
    for (int i = 1; i <= maximumWorkers; i++) {
      if (table.state(table.slot(i)) == WorkerTable.IDLE) {
        terminate(i);
      }
    }
    return true;
  }

  /**
   * Sends a signal to a process.
   *
   * @return 0, EINVAL for a signal that there is not, ESRCH if it has ended
   */
  public int signal(int process, int signal) {
    int action = Signals.action(signal);
    if (action == Signals.NONE) {
      return Errno.EINVAL;
    }
    if (processes.state(process) == Processes.ZOMBIE) {
      return Errno.ESRCH;
    }
    if (processes.state(process) == Processes.NEW) {
      processes.leave(process, signal);
      return Errno.SUCCESS;
    }
    if (processes.catches(process, signal)) {
      // A second one ends what has not taken the first: it may compute without ever looking.
      if (processes.arrive(process, signal) || action != Signals.END) {
        interrupt(process);
        return Errno.SUCCESS;
      }
      return end(process, signal);
    }
    if (action == Signals.CONTINUE || action == Signals.STOP && !processes.ignores(process, signal)) {
      setStopped(process, action == Signals.STOP);
    }
    return action == Signals.END && !processes.ignores(process, signal) ? end(process, signal) : Errno.SUCCESS;
  }

  private void interrupt(int process) {
    for (int slot = processes.threads.next(process, 0); slot >= 0; slot = processes.threads.next(process, slot + 1)) {
      threads.interrupt(table.slot(slot));
    }
  }

  /** Its threads stop, and go on, where they enter or leaves the kernel; one that waits to be admitted, at its start. */
  private void setStopped(int process, boolean stopped) {
    processes.setStopped(process, stopped);
    for (int slot = processes.threads.next(process, 0); slot >= 0; slot = processes.threads.next(process, slot + 1)) {
      threads.setStopped(table.slot(slot), stopped);
    }
  }

  /** Delivers what other processes have sent to one. */
  public void deliver(int process) {
    int signals = processes.takeSignals(process);
    for (int signal = 1; signals >>> signal != 0 && signal < 32; signal++) {
      if ((signals >>> signal & 1) != 0) {
        signal(process, signal);
      }
    }
  }

  /**
   * Sends a signal to all processes of a group, so far as they have not ended.
   *
   * @return 0, EINVAL, or ESRCH if there are none
   */
  public int signalGroup(int group, int signal) {
    int result = Errno.ESRCH;
    for (int process = processes.findFrom(2); process != 0; process = processes.findFrom(processes.pid(process) + 1)) {
      if (processes.group(process) == group) {
        int error = signal(process, signal);
        result = result == Errno.SUCCESS ? result : error;
      }
    }
    return result;
  }

  private int end(int process, int signal) {
    switch (processes.state(process)) {
      case Processes.QUEUED:
        remove(process);
        processes.close(process);
        processes.announceEnd(process, Signals.status(signal));
        return Errno.SUCCESS;
      case Processes.RUNNING:
        boolean gently = signal != Signals.SIGKILL;
        kill(process, signal, gently);
        if (gently) {
          workers.alarm(GRACE_MILLIS, processes.pid(process));
        }
        return Errno.SUCCESS;
      default:
        return Errno.ESRCH;
    }
  }

  /** Nobody sits before a terminal any more: ends all processes whose controlling terminal it is, stopped ones, too. */
  public void hangUp(int terminal) {
    for (int process = processes.findFrom(2); process != 0; process = processes.findFrom(processes.pid(process) + 1)) {
      if (processes.terminal(process) == terminal) {
        signal(process, Signals.SIGHUP);
        signal(process, Signals.SIGCONT);
      }
    }
  }

  private void startClocks(int process) {
    int record = processes.limits(process);
    if (record != 0) {
      if (limits.wall(record) != Limits.NONE && processes.deadline(process) == 0) {
        processes.setDeadline(process, host.monotonicNanos() + limits.wall(record));
      }
      if (limits.wall(record) != Limits.NONE || limits.cpu(record) != Limits.NONE) {
        watchClocks(process, record);
      }
    }
  }

  /** Ends a process whose time is over, or asks to be called when it may be. */
  private void watchClocks(int process, int record) {
    long deadline = processes.deadline(process);
    long wallLeft = deadline == 0 ? Limits.NONE : deadline - host.monotonicNanos();
    long cpuLeft = limits.cpu(record) == Limits.NONE ? Limits.NONE : limits.cpu(record) - processes.cpuNanos(process);
    if (cpuLeft <= 0) {
      processes.setEnding(process, Ending.CPU);
      kill(process, Signals.SIGXCPU, false);
    } else if (wallLeft <= 0) {
      processes.setEnding(process, Ending.WALL);
      kill(process, Signals.SIGALRM, false);
    } else {
      // One that sleeps uses nothing: it is not worth looking at every few ms.
      long least = processes.isSleeping(process) ? SLEEPERS_LOOK_MILLIS : 1;
      long cpuMillis = cpuLeft == Limits.NONE ? LONGEST_ALARM_MILLIS : Math.max(least, cpuLeft / 1_000_000 + 1);
      long wallMillis = wallLeft == Limits.NONE ? LONGEST_ALARM_MILLIS : wallLeft / 1_000_000 + 1;
      workers.alarm((int) Math.min(LONGEST_ALARM_MILLIS, Math.min(cpuMillis, wallMillis)), processes.pid(process));
    }
  }

  /** An alarm: the grace of a process is over, or a limit of its time may be reached. */
  public void expire(int pid) {
    int process = processes.find(pid);
    if (process != 0 && processes.state(process) == Processes.RUNNING) {
      // A pid is used again only after 8 190 others: it is the process that was signalled, or one without the flag.
      boolean pending = false;
      for (int slot = processes.threads.next(process, 0); slot >= 0; slot = processes.threads.next(process, slot + 1)) {
        pending |= (memory.getIntVolatile(table.slot(slot) + Sleeper.STATE) & Sleeper.KILL_PENDING) != 0;
      }
      if (pending) {
        kill(process, Signals.SIGKILL, false);
        return;
      }
      int record = processes.limits(process);
      if (record != 0) {
        watchClocks(process, record);
      }
    }
  }

  /** Kills all threads of a process. Those in guest code are finished here, the others leave by themselves. */
  private void kill(int process, int signal, boolean gently) {
    boolean last = false;
    for (int slot = processes.threads.next(process, 0); slot >= 0; slot = processes.threads.next(process, slot + 1)) {
      int thread = table.slot(slot);
      if (threads.kill(thread, signal, gently)) {
        processes.threads.decide(process, Signals.status(threads.signal(thread)));
        processes.account(process, thread);
        unclaim();
        terminate(slot);
        last |= processes.threads.leave(process);
      }
    }
    if (!gently) {
      last |= dropPromises(process);
    }
    if (last) {
      processes.close(process);
      processes.announceEnd(process, processes.threads.status(process));
    }
  }

  /** A worker broke. Its process, if it runs one, is aborted; a slot whose worker never came up is not used again. */
  public void failed(int index) {
    int slot = table.slot(index);
    switch (table.state(slot)) {
      case WorkerTable.BUSY:
        int state = ThreadState.kind(memory.getIntVolatile(slot + Sleeper.STATE));
        if (state == ThreadState.KERNEL) {
          // It takes its locks with it.
          threads.panic();
        } else if (state == ThreadState.USER) {
          kill(memory.getInt(slot + WorkerTable.PROCESS), Signals.SIGABRT, false);
        }
        // Its process may have ended before, and is then perhaps another one by now.
        if (table.state(slot) == WorkerTable.BUSY) {
          terminate(index);
        }
        break;
      case WorkerTable.BOOTING:
        table.setState(slot, WorkerTable.ENDING);
        break;
      case WorkerTable.IDLE:
        terminate(index);
        break;
      default:
        break;
    }
  }

  /** Ends every worker: the kernel panicked, or the OS is torn down. */
  public void stopAll() {
    first = 0;
    last = 0;
    queued = 0;
    promised = 0;
    memory.putIntVolatile(Superblock.ADMISSION_WAITERS, 0);
    for (int i = 1; i <= maximumWorkers; i++) {
      int state = table.state(table.slot(i));
      if (state != WorkerTable.ABSENT && state != WorkerTable.ENDING) {
        terminate(i);
      }
    }
  }

  /** Checks the queue. */
  public void check(Ledger ledger) {
    int found = 0;
    int before = 0;
    for (int process = first; process != 0; process = processes.next(process)) {
      if (found > queued || !processes.isProcess(process) || processes.state(process) != Processes.QUEUED) {
        ledger.report("queue", Ledger.at("process", process), "stands in the queue, and does not wait for a worker.");
        return;
      }
      found++;
      before = process;
    }
    if (found != queued || first != 0 && before != last) {
      ledger.report("queue", "scheduler", "counts " + queued + " queued processes, but has " + found + ".");
    }
    if (memory.getInt(Superblock.ADMISSION_WAITERS) != queued) {
      ledger.report("queue", "scheduler", "says that " + memory.getInt(Superblock.ADMISSION_WAITERS)
          + " processes wait, but " + queued + " do.");
    }
    processes.threads.checkPromises(firstPromise, promised, ledger);
    processes.checkThreadCounts(ledger);
    ledger.expectReferences(Superblock.WORKERS_CLAIMED, "worker count", "scheduler, which workers are claimed,");
  }

  /** Workers that are in a state of {@link WorkerTable}. */
  public int workersIn(int state) {
    return count(state);
  }
}
