package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Doorbell;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.WaitQueue;

/**
 * The door between a guest and the kernel. A thread's state word changes by compare-and-swap at entry and exit of each
 * system call, so that a killer and the thread never both win: see {@link ThreadState}.
 */
public final class Threads {
  /** A thread's memory is looked at in the first of so many system calls: the figure is for people. */
  private static final int CALLS_PER_LOOK = 64;

  /** A thread that is held looks again after so many ns, should its wake-up have been lost. */
  private static final long HELD_RECHECK_NANOS = 20_000_000;

  private final KernelMemory memory;
  private final GuestMemory guest;
  private final Host host;
  private final Mutex mutex;
  private final Sleeper sleeper;
  private final Processes processes;
  private final Descriptors descriptors;
  private final Quota quota;
  private final Ending ending;
  private int thread;

  Threads(KernelMemory memory, GuestMemory guest, Host host, Mutex mutex, Sleeper sleeper, Processes processes,
      Descriptors descriptors, Quota quota, Ending ending) {
    this.memory = memory;
    this.guest = guest;
    this.host = host;
    this.mutex = mutex;
    this.sleeper = sleeper;
    this.processes = processes;
    this.descriptors = descriptors;
    this.quota = quota;
    this.ending = ending;
  }

  /** Says which thread this worker runs from now on; the thread has been prepared by the kernel worker. */
  public void bind(int threadRecord) {
    thread = threadRecord;
    sleeper.bind(threadRecord);
  }

  /** The thread that this worker runs. */
  public int current() {
    return thread;
  }

  /** The process of the thread that this worker runs. */
  public int process() {
    return memory.getInt(thread + WorkerTable.PROCESS);
  }

  /** {@link #process}, or 0 for the kernel worker, which runs none. */
  public int caller() {
    return thread == 0 ? 0 : process();
  }

  /** The number of the thread that this worker runs within its process, 0 for the main thread. */
  public int tid() {
    return memory.getInt(thread + WorkerTable.TID);
  }

  /** What the guest gave along for the thread that this worker runs, when it asked for it. */
  public int argument() {
    return memory.getInt(thread + WorkerTable.ARGUMENT);
  }

  /** Prepares a slot's thread record for the main thread of a process: it may be killed from here on. */
  void prepare(int slot, int process) {
    prepare(slot, process, 0, 0, 1);
  }

  /** {@link #prepare} for a further thread, which does not count among the runnable ones. */
  void prepare(int slot, int process, int tid, int argument) {
    prepare(slot, process, tid, argument, 0);
  }

  private void prepare(int slot, int process, int tid, int argument, int places) {
    memory.putInt(slot + WorkerTable.TID, tid);
    memory.putInt(slot + WorkerTable.ARGUMENT, argument);
    memory.putInt(slot + Sleeper.PLACES, places);
    memory.putInt(slot + Sleeper.WAITS_ON, 0);
    memory.putLong(slot + Sleeper.SLEPT, 0);
    memory.putLong(slot + Sleeper.SLEEPS_SINCE, 0);
    memory.putInt(slot + WorkerTable.PROCESS, process);
    memory.putInt(slot + WorkerTable.SIGNAL, 0);
    memory.putLong(slot + WorkerTable.SYSCALLS, 0);
    memory.putLong(slot + WorkerTable.STARTED, host.monotonicNanos());
    memory.putLong(slot + WorkerTable.GUEST_BYTES, 0);
    memory.putIntVolatile(slot + Sleeper.STATE,
        ThreadState.USER | (processes.isStopped(process) ? Sleeper.STOP_PENDING : 0));
  }

  /** Enters the kernel, having waited at the door while stopped. Does not return if the thread was killed. */
  public void enter() {
    int state = memory.compareAndExchange(thread + Sleeper.STATE, ThreadState.USER, ThreadState.KERNEL);
    if (state != ThreadState.USER) {
      holdUp(state);
    }
    int field = thread + WorkerTable.SYSCALLS;
    long calls = memory.getLong(field);
    memory.putLong(field, calls + 1);
    if (((int) calls & (CALLS_PER_LOOK - 1)) == 0) {
      measure();
      if (calls == 0) {
        quota.bind(processes.limits(process()));
      }
    }
  }

  /** Notes how large the guest's memory is. */
  public void measure() {
    memory.putLong(thread + WorkerTable.GUEST_BYTES, guest.size());
  }

  private void holdUp(int first) {
    int state = first;
    while (ThreadState.kind(state) == ThreadState.USER) {
      if ((state & Sleeper.HELD) != 0) {
        memory.await(thread + Sleeper.STATE, state, HELD_RECHECK_NANOS);
        state = memory.getIntVolatile(thread + Sleeper.STATE);
        continue;
      }
      int inside = state | ThreadState.KERNEL;
      int seen = memory.compareAndExchange(thread + Sleeper.STATE, state, inside);
      if (seen == state) {
        stayWhileStopped();
        return;
      }
      state = seen;
    }
    if (ThreadState.kind(state) == ThreadState.KERNEL) {
      // A guest swallowed the exception of a call that failed inside the kernel: its locks may be held for ever.
      panic();
    }
    throw host.leaveGuest();
  }

  /** Leaves the kernel with a result, once it is not stopped. Does not return if the thread was killed meanwhile. */
  public int exit(int result) {
    descriptors.release();
    while (memory.compareAndExchange(thread + Sleeper.STATE, ThreadState.KERNEL, ThreadState.USER)
        != ThreadState.KERNEL) {
      stayWhileStopped();
      if (exitInterrupted()) {
        break;
      }
    }
    return result;
  }

  /** Leaves the kernel with a signal to take; or answers false, having seen whether there still is one. */
  private boolean exitInterrupted() {
    int field = thread + Sleeper.STATE;
    int state = memory.getIntVolatile(field);
    if (state != (ThreadState.KERNEL | Sleeper.INTERRUPT_PENDING)) {
      return false;
    }
    // Who interrupted us may still be waking the queue that we slept on.
    mutex.lock(Superblock.PROCESS_LOCK);
    mutex.unlock(Superblock.PROCESS_LOCK);
    if (processes.hasArrived(process())) {
      return memory.compareAndExchange(field, state, ThreadState.USER | Sleeper.INTERRUPT_PENDING) == state;
    }
    memory.compareAndExchange(field, state, ThreadState.KERNEL);
    if (processes.hasArrived(process())) {
      memory.getAndOr(field, Sleeper.INTERRUPT_PENDING);
    }
    return false;
  }

  /** Sleeps in the kernel, holding nothing, until the thread is continued. Does not return if it was killed. */
  private void stayWhileStopped() {
    int queue = sleeper.pollQueue();
    int seen = sleeper.enter(queue);
    while ((memory.getIntVolatile(thread + Sleeper.STATE) & Sleeper.STOP_PENDING) != 0
        && sleeper.sleepThrough(queue, seen) != Sleeper.INTERRUPTED) {
      seen = memory.getIntVolatile(queue);
    }
    sleeper.leave(queue);
    if (sleeper.isKilled()) {
      endKilled();
      throw host.leaveGuest();
    }
  }

  private void endKilled() {
    if (memory.getIntVolatile(Superblock.PANIC) != 0) {
      // What closing would touch may be broken, or locked for ever.
      return;
    }
    // The killer may still be waking the queue that we slept on: closing can free it.
    mutex.lock(Superblock.PROCESS_LOCK);
    mutex.unlock(Superblock.PROCESS_LOCK);
    end(Signals.status(memory.getInt(thread + WorkerTable.SIGNAL)));
  }

  /**
   * Ends the process of this worker's thread from within the kernel; the kernel worker sees to its other threads. The
   * caller leaves the guest next.
   *
   * @param status the exit status, 0–255, or {@link Signals#status}; if something else has ended the process already, that
   *     one's counts
   */
  public void end(int status) {
    int process = process();
    if (status != 0) {
      ending.considerMemory(process, Math.max(guest.size(), memory.getLong(thread + WorkerTable.GUEST_BYTES)));
    }
    processes.threads.decide(process, status);
    if (processes.threads.count(process) > 1) {
      processes.threads.call(process);
    }
    leave(process);
  }

  /** Ends this worker's thread from within the kernel, and no other. The caller has left the guest. */
  public void endAlone() {
    leave(process());
  }

  private void leave(int process) {
    descriptors.release();
    processes.account(process, thread);
    boolean last = processes.threads.leave(process);
    if (last) {
      processes.close(process);
    }
    // From here on the thread is nobody's; the process belongs to the kernel worker once it is announced.
    memory.putIntVolatile(thread + Sleeper.STATE, ThreadState.EXITED);
    memory.getAndAdd(Superblock.RUNNABLE, -memory.getInt(thread + Sleeper.PLACES));
    memory.getAndAdd(Superblock.WORKERS_CLAIMED, -1);
    if (last) {
      processes.announceEnd(process, processes.threads.status(process));
    }
  }

  /**
   * Starts a further thread of the calling process. It runs as soon as there is a worker for it, whatever the number of
   * runnable processes: whoever waits for it must not wait in vain.
   *
   * @param argument what the guest gives it along
   * @return its tid, from 1 to 2<sup>29</sup> - 1, or -EAGAIN if no worker can be promised
   */
  public int spawn(int argument) {
    int process = process();
    if (memory.getAndAdd(Superblock.WORKERS_CLAIMED, 1) < memory.getInt(Superblock.WORKERS_LIMIT)) {
      descriptors.share(process);
      int tid = processes.threads.promise(process, argument);
      if (tid != 0) {
        processes.threads.call(process);
        return tid;
      }
    }
    memory.getAndAdd(Superblock.WORKERS_CLAIMED, -1);
    return -Errno.EAGAIN;
  }

  /**
   * Sends the calling process a signal from within the kernel. Does not return if that ends it; a stop takes effect where
   * the call returns to the guest.
   *
   * @return 0, or EINVAL for a signal that there is not
   */
  public int raise(int signal) {
    int action = Signals.action(signal);
    if (action == Signals.NONE) {
      return Errno.EINVAL;
    }
    int process = process();
    if (processes.catches(process, signal)) {
      processes.arrive(process, signal);
      memory.getAndOr(thread + Sleeper.STATE, Sleeper.INTERRUPT_PENDING);
    } else if (!processes.ignores(process, signal)) {
      if (action == Signals.END) {
        end(Signals.status(signal));
        throw host.leaveGuest();
      }
      if (action == Signals.STOP) {
        processes.setStopped(process, true);
        setStopped(thread, true);
        if (processes.threads.count(process) > 1) {
          processes.threads.call(process);
        }
      }
    }
    return Errno.SUCCESS;
  }

  /**
   * Asked by a worker once its guest's frames are gone, however they went.
   *
   * @return whether the thread is still in guest code, so that its worker has to {@link #enter} and {@link #end} it;
   *     otherwise it has ended or was killed. A thread that is in the kernel cannot have come here: a panic.
   */
  public boolean isInUserCode() {
    int state = ThreadState.kind(memory.getIntVolatile(thread + Sleeper.STATE));
    if (state == ThreadState.KERNEL) {
      panic();
    }
    return state == ThreadState.USER;
  }

  /** Whether the thread was killed in guest code: its worker is about to be terminated. */
  public boolean isKilled() {
    return memory.getIntVolatile(thread + Sleeper.STATE) == ThreadState.KILLED;
  }

  /**
   * Says that the kernel can no longer be trusted, and shuts the door for all threads: the kernel worker stops all
   * processes. Files stay readable.
   */
  public void panic() {
    memory.putIntVolatile(Superblock.PANIC, 1);
    int table = memory.getInt(Superblock.WORKER_TABLE);
    for (int slot = table; slot < table + WorkerTable.SLOTS * WorkerTable.SIZE; slot += WorkerTable.SIZE) {
      memory.compareAndExchange(slot + Sleeper.STATE, ThreadState.USER, ThreadState.KILLED);
      memory.compareAndExchange(slot + Sleeper.STATE, ThreadState.KERNEL, ThreadState.KERNEL | Sleeper.KILL_PENDING);
    }
    Doorbell.ring(memory);
  }

  /**
   * Kills a thread.
   *
   * @param gently a thread in guest code gets until its next system call, and is left alone now
   * @return whether it was in guest code and is now KILLED: the caller terminates its worker and finishes its process.
   *     Otherwise it ends by itself, at once if it is in the kernel.
   */
  boolean kill(int victim, int signal, boolean gently) {
    for (;;) {
      int state = memory.getIntVolatile(victim + Sleeper.STATE);
      int kind = ThreadState.kind(state);
      if (kind == ThreadState.USER && !gently) {
        if (memory.compareAndExchange(victim + Sleeper.STATE, state, ThreadState.KILLED) == state) {
          if ((state & Sleeper.KILL_PENDING) == 0) {
            memory.putInt(victim + WorkerTable.SIGNAL, signal);
          }
          return true;
        }
      } else if (kind == ThreadState.USER || kind == ThreadState.KERNEL) {
        if ((state & Sleeper.KILL_PENDING) == 0) {
          memory.putInt(victim + WorkerTable.SIGNAL, signal);
        }
        if (tell(victim, state, Sleeper.KILL_PENDING)) {
          return false;
        }
      } else {
        return false;
      }
    }
  }

  /** Lets a thread know that there is a signal to take: it waits for nothing until that is done. */
  void interrupt(int victim) {
    int state;
    do {
      state = memory.getIntVolatile(victim + Sleeper.STATE);
    } while (ThreadState.kind(state) <= ThreadState.KERNEL && !tell(victim, state, Sleeper.INTERRUPT_PENDING));
  }

  /** Adds to a thread's state and wakes it; unless the state is no longer what it was, then it answers false. */
  private boolean tell(int victim, int state, int what) {
    mutex.lock(Superblock.PROCESS_LOCK);
    boolean told = memory.compareAndExchange(victim + Sleeper.STATE, state, state | what) == state;
    int queue = told ? memory.getIntVolatile(victim + Sleeper.WAITS_ON) : 0;
    if (queue != 0) {
      WaitQueue.wakeAlways(memory, queue);
    }
    mutex.unlock(Superblock.PROCESS_LOCK);
    return told;
  }

  /**
   * Stops a thread where it next enters or leaves the kernel, or lets it go on. Only the kernel worker and the thread
   * itself do.
   */
  void setStopped(int victim, boolean stopped) {
    for (;;) {
      int state = memory.getIntVolatile(victim + Sleeper.STATE);
      int kind = ThreadState.kind(state);
      if (kind != ThreadState.USER && kind != ThreadState.KERNEL) {
        return;
      }
      int wanted = stopped ? state | Sleeper.STOP_PENDING : state & ~Sleeper.STOP_PENDING;
      if (memory.compareAndExchange(victim + Sleeper.STATE, state, wanted) == state) {
        break;
      }
    }
    if (!stopped) {
      WaitQueue.wakeAlways(memory, Sleeper.pollQueueOf(victim));
    }
  }

  /** The signal that ended a killed thread. */
  int signal(int victim) {
    return memory.getInt(victim + WorkerTable.SIGNAL);
  }
}
