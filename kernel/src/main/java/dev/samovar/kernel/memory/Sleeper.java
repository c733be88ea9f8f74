package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;

/**
 * How the thread that a worker runs sleeps in the kernel, until what it waits for happens or it is killed.
 *
 * <p>A thread record starts with the fields here. A sleep goes: {@link #enter} the queue's word, look at the condition,
 * {@link #sleep}, look again, and {@link #leave}. The word is published before the kill flag is read, and a killer sets
 * the flag before it reads which word to bump: one of the two sees the other.
 */
public final class Sleeper {
  /** The thread's state, see {@code process.ThreadState}. */
  public static final int STATE = 0;
  /** The address of the word it sleeps on, 0 if awake. */
  public static final int WAITS_ON = 4;
  /** Nanoseconds that it has slept so far. */
  public static final int SLEPT = 8;
  /** A queue of the thread's own, on which it sleeps while it polls several others; 8 bytes of one. */
  static final int POLL_QUEUE = 48;
  /** When the present sleep began, in monotonic ns; 0 while it is awake. */
  public static final int SLEEPS_SINCE = 56;
  /** How many places among the runnable ones it has: 1, or 0 for the further threads of a process. */
  public static final int PLACES = 96;
  /** 1 while it is asleep, 2 while it must not wake, see {@link #ASLEEP_HELD}. */
  public static final int ASLEEP = 124;
  /** The value of {@link #ASLEEP} by which the kernel worker holds a sleeper: it goes on only from 1. */
  public static final int ASLEEP_HELD = 2;
  /** Thread records lie this many bytes apart, from the one that the superblock names. */
  public static final int STRIDE = 128;
  /** The bit of {@link #STATE} that says: leave the kernel, you are killed. */
  public static final int KILL_PENDING = 0x100;
  /** The bit of {@link #STATE} that says: go no further than the kernel's door until it is taken off. */
  public static final int STOP_PENDING = 0x200;
  /** The bit of {@link #STATE} that says, in guest code: wait at the kernel's door until it is gone. */
  public static final int HELD = 0x400;

  /** The bit of {@link #STATE} that says: wait for nothing, there is a signal that the process takes itself. */
  public static final int INTERRUPT_PENDING = 0x800;

  /** {@link #sleep}: the thread was killed, or there is a signal to take; let go of everything and leave. */
  public static final int INTERRUPTED = 3;

  private final KernelMemory memory;
  private final Host host;
  private int thread;

  public Sleeper(KernelMemory memory, Host host) {
    this.memory = memory;
    this.host = host;
  }

  /** Says whose sleeps follow; 0 for nobody's. */
  public void bind(int threadRecord) {
    thread = threadRecord;
  }

  /** Whether this worker may wait for events: the kernel worker may not. */
  public boolean canSleep() {
    return thread != 0;
  }

  /** Whether the thread was killed and has to leave. */
  public boolean isKilled() {
    return has(KILL_PENDING);
  }

  /** Whether there is a signal to take: all that would wait fails with EINTR. */
  public boolean isInterrupted() {
    return has(INTERRUPT_PENDING);
  }

  private boolean has(int bits) {
    return (memory.getIntVolatile(thread + STATE) & bits) != 0;
  }

  /** Announces a sleep on {@code queue}. Returns the value to hand to {@link #sleep}. */
  public int enter(int queue) {
    memory.putIntVolatile(thread + WAITS_ON, queue);
    memory.getAndAdd(queue + WaitQueue.WAITERS, 1);
    return memory.getIntVolatile(queue);
  }

  /**
   * Sleeps unless {@code queue} was woken since it had the value {@code seen}.
   *
   * @param deadline when to give up, on the monotonic clock in ns; negative for never
   * @return {@link KernelMemory#WOKEN}, {@link KernelMemory#TIMED_OUT} or {@link #INTERRUPTED}
   */
  public int sleep(int queue, int seen, long deadline) {
    return sleep(queue, seen, deadline, KILL_PENDING | INTERRUPT_PENDING);
  }

  /** {@link #sleep}, for ever, whatever signal there is to take. */
  public int sleepThrough(int queue, int seen) {
    return sleep(queue, seen, -1, KILL_PENDING);
  }

  private int sleep(int queue, int seen, long deadline, int interrupts) {
    if (has(interrupts)) {
      return INTERRUPTED;
    }
    long start = host.monotonicNanos();
    if (deadline >= 0 && start >= deadline) {
      return KernelMemory.TIMED_OUT;
    }
    memory.putLong(thread + SLEEPS_SINCE, start);
    stopRunning();
    memory.putIntVolatile(thread + ASLEEP, 1);
    memory.await(queue, seen, deadline < 0 ? -1 : deadline - start);
    while (memory.compareAndExchange(thread + ASLEEP, 1, 0) != 1) {
      memory.await(thread + ASLEEP, ASLEEP_HELD, Mutex.RECHECK_NANOS);
    }
    memory.getAndAdd(Superblock.RUNNABLE, memory.getInt(thread + PLACES));
    long now = host.monotonicNanos();
    memory.putLong(thread + SLEEPS_SINCE, 0);
    memory.putLong(thread + SLEPT, memory.getLong(thread + SLEPT) + now - start);
    if (has(interrupts)) {
      return INTERRUPTED;
    }
    return deadline >= 0 && now >= deadline ? KernelMemory.TIMED_OUT : KernelMemory.WOKEN;
  }

  /** Ends what {@link #enter} began. */
  public void leave(int queue) {
    memory.getAndAdd(queue + WaitQueue.WAITERS, -1);
    memory.putIntVolatile(thread + WAITS_ON, 0);
  }

  /** The queue to {@link #enter} while polling others. */
  public int pollQueue() {
    return thread + POLL_QUEUE;
  }

  static int recordOf(KernelMemory memory, int slot) {
    return memory.getInt(Superblock.WORKER_TABLE) + slot * STRIDE;
  }

  static int pollQueueOf(KernelMemory memory, int slot) {
    return pollQueueOf(recordOf(memory, slot));
  }

  /** The {@link #pollQueue} of some thread. */
  public static int pollQueueOf(int threadRecord) {
    return threadRecord + POLL_QUEUE;
  }

  /** From here on a wake of {@code queue} is one of {@link #pollQueue}, too. Polling one twice is the same as once. */
  public void beginPoll(int queue) {
    if ((memory.getAndOr(queue + WaitQueue.POLLERS + pollerWord(), pollerBit()) & pollerBit()) == 0) {
      memory.getAndAdd(queue + WaitQueue.WAITERS, 1);
    }
  }

  /** Ends {@link #beginPoll}; once is enough. */
  public void endPoll(int queue) {
    int word = queue + WaitQueue.POLLERS + pollerWord();
    int seen = memory.getIntVolatile(word);
    while ((seen & pollerBit()) != 0) {
      int was = memory.compareAndExchange(word, seen, seen & ~pollerBit());
      if (was == seen) {
        memory.getAndAdd(queue + WaitQueue.WAITERS, -1);
        return;
      }
      seen = was;
    }
  }

  private int pollerWord() {
    return slot() >> 5 << 2;
  }

  private int pollerBit() {
    return 1 << slot();
  }

  private int slot() {
    return (thread - memory.getInt(Superblock.WORKER_TABLE)) / STRIDE;
  }

  /** Gives up this thread's place among the runnable ones, which may let a queued process start. */
  private void stopRunning() {
    memory.getAndAdd(Superblock.RUNNABLE, -memory.getInt(thread + PLACES));
    if (memory.getIntVolatile(Superblock.ADMISSION_WAITERS) != 0) {
      Doorbell.ring(memory);
    }
  }
}
