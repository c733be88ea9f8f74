package dev.samovar.kernel.process;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.TestHost;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Doorbell;
import dev.samovar.kernel.memory.Superblock;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * A whole OS whose guests are Java on JVM threads. The kernel worker is the thread of the test, which {@link #pump}s as
 * a browser's does; a worker that is terminated goes on for a while, as a browser's does too.
 */
final class GuestMachine implements Workers {
  /** A guest's {@code main}: answers its exit status. */
  interface Program {
    int run(Guest guest) throws InterruptedException;
  }

  final Machine machine;
  final Kernel kernel;
  final Scheduler scheduler;
  /** Exit statuses by pid. */
  final Map<Integer, Integer> ended = new HashMap<>();
  /** What processes wrote to standard output, by pid. */
  final Map<Integer, StringBuilder> output = new HashMap<>();

  private final List<Program> programs = new ArrayList<>();
  private final List<Program> bodies = new CopyOnWriteArrayList<>();
  private final Worker[] workers = new Worker[WorkerTable.SLOTS];
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::due));

  private final boolean nervous;

  private record Alarm(long due, int pid) {}

  GuestMachine(int mebibytes, int runnableLimit, int maximumWorkers) {
    this(mebibytes, runnableLimit, maximumWorkers, false);
  }

  /** One whose guests lose their turn at any access to the memory, see {@link TestMemory}. */
  static GuestMachine nervous(int mebibytes, int runnableLimit, int maximumWorkers) {
    return new GuestMachine(mebibytes, runnableLimit, maximumWorkers, true);
  }

  private GuestMachine(int mebibytes, int runnableLimit, int maximumWorkers, boolean nervous) {
    this.nervous = nervous;
    machine = new Machine(mebibytes, runnableLimit);
    kernel = machine.kernel;
    scheduler = kernel.process.scheduler(this, maximumWorkers);
    scheduler.start(2);
  }

  /** Starts a process with pipes for its standard streams. Answers its pid. */
  int spawn(Program program) {
    return spawn(Processes.KERNEL_PID, program, process -> {});
  }

  /** Starts a process as another one's child. */
  int spawn(int parent, Program program) {
    return spawn(parent, program, process -> {});
  }

  /** {@link #spawn} of a process to which something is done before it is submitted. */
  int spawn(Program program, IntConsumer prepare) {
    return spawn(Processes.KERNEL_PID, program, prepare);
  }

  private int spawn(int parent, Program program, IntConsumer prepare) {
    Processes processes = kernel.process.processes;
    int process = processes.create(parent, kernel.files.root());
    if (process < 0) {
      throw new AssertionError("no process: " + process);
    }
    for (int fd = 0; fd < 3; fd++) {
      processes.openStream(process, fd);
    }
    prepare.accept(process);
    int pid = processes.pid(process);
    programs.add(program);
    output.put(pid, new StringBuilder());
    ended.remove(pid);
    scheduler.submit(process, programs.size() - 1);
    return pid;
  }

  /** Sends a signal; one to a process that has ended is lost. */
  void signal(int pid, int signal) {
    int process = kernel.process.processes.find(pid);
    if (process != 0) {
      scheduler.signal(process, signal);
    }
  }

  /** The process of a pid that has not been reaped. */
  int process(int pid) {
    return kernel.process.processes.find(pid);
  }

  /** Does what the kernel worker does when its doorbell rings. */
  void pump() {
    Doorbell.answer(kernel.memory);
    for (Runnable event = events.poll(); event != null; event = events.poll()) {
      event.run();
    }
    while (!alarms.isEmpty() && alarms.peek().due() <= System.nanoTime()) {
      scheduler.expire(alarms.remove().pid());
    }
    Processes processes = kernel.process.processes;
    for (int watch = kernel.watches.take(); watch != 0; watch = kernel.watches.take()) {
      int subject = kernel.watches.subject(watch);
      switch (kernel.watches.kind(watch)) {
        case Processes.WATCH_WORKER:
          scheduler.idle(subject);
          break;
        case Processes.WATCH_THREADS:
          scheduler.attend(subject);
          break;
        case Processes.WATCH_EXIT:
          drain(subject, 1);
          ended.put(processes.pid(subject), processes.status(subject));
          if (processes.finish(subject)) {
            processes.reap(subject);
          }
          break;
        case Processes.WATCH_SIGNAL:
          scheduler.deliver(subject);
          break;
        case Processes.WATCH_STDOUT:
          drain(subject, 1);
          break;
        default:
          break;
      }
    }
    scheduler.admit();
    if (kernel.memory.getIntVolatile(Superblock.PANIC) != 0) {
      throw new AssertionError("kernel panic");
    }
    Throwable failure = failures.poll();
    if (failure != null) {
      throw new AssertionError("in a guest: " + failure, failure);
    }
  }

  private void drain(int process, int fd) {
    int pipe = kernel.process.processes.stream(process, fd);
    while (pipe != 0 && kernel.pipes.peekLength(pipe) > 0) {
      byte[] bytes = new byte[kernel.pipes.peekLength(pipe)];
      machine.memory.read(kernel.pipes.peek(pipe), bytes, 0, bytes.length);
      kernel.pipes.consume(pipe, bytes.length);
      output.get(kernel.process.processes.pid(process)).append(new String(bytes, StandardCharsets.UTF_8));
    }
  }

  /** Pumps, asleep on the doorbell between, until something holds. */
  void pumpUntil(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    pump();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain: " + what + "; " + Together.stacks());
      }
      kernel.memory.await(Superblock.DOORBELL, 0, 5_000_000);
      pump();
    }
  }

  /** Pumps until a process has ended. Answers its status. */
  int join(int pid) {
    pumpUntil("the end of " + pid, () -> ended.containsKey(pid));
    return ended.get(pid);
  }

  /** Ends all workers and waits until they are gone. */
  void stop() {
    scheduler.stopAll();
    pumpUntil("all workers gone", () -> scheduler.workersIn(WorkerTable.ENDING) == 0);
  }

  /** Has the kernel worker do something at its next pump. */
  void ask(Runnable event) {
    post(event);
  }

  /** The thread that a slot's worker is. */
  Thread threadOf(int slot) {
    return workers[slot].thread;
  }

  private void post(Runnable event) {
    events.add(event);
    Doorbell.ring(kernel.memory);
  }

  @Override
  public void boot(int slot, int generation) {
    workers[slot] = new Worker(slot, generation);
    workers[slot].thread = Together.start("worker-" + slot, workers[slot]);
  }

  @Override
  public void run(int slot, int generation, int module) {
    workers[slot].inbox.add(module);
  }

  @Override
  public void runThread(int slot, int generation, int main) {
    workers[slot].inbox.add(Worker.THREAD);
  }

  @Override
  public void terminate(int slot, int generation) {
    workers[slot].terminated = true;
    workers[slot].inbox.add(Worker.QUIT);
  }

  @Override
  public void alarm(int millis, int pid) {
    // Ten times as soon: nothing in the kernel depends on how long it takes.
    alarms.add(new Alarm(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis) / 10, pid));
  }

  /** What runs guests, one after the other, on a thread of its own. */
  private final class Worker implements Runnable {
    static final int QUIT = -1;
    static final int THREAD = -2;

    final BlockingQueue<Integer> inbox = new LinkedBlockingQueue<>();
    volatile boolean terminated;
    private Thread thread;
    private final int slot;
    private final int generation;

    Worker(int slot, int generation) {
      this.slot = slot;
      this.generation = generation;
    }

    @Override
    public void run() {
      try {
        Kernel mine = nervous ? machine.attachNervous(slot) : machine.attach(slot);
        mine.process.threads.bind(mine.process.workers.slot(slot));
        post(() -> scheduler.booted(slot, generation));
        for (int module = inbox.take(); module != QUIT; module = inbox.take()) {
          if (module == THREAD) {
            Program body = bodies.get(mine.process.threads.argument());
            runGuest(mine, body, true);
          } else {
            runGuest(mine, programs.get(module), false);
          }
        }
        post(() -> scheduler.gone(slot, generation));
      } catch (Throwable t) {
        failures.add(t);
        Doorbell.ring(kernel.memory);
      }
    }

    private void runGuest(Kernel mine, Program program, boolean isThread) throws InterruptedException {
      int status = 0;
      try {
        status = program.run(new Guest(mine, this, GuestMachine.this));
      } catch (TestHost.Left left) {
        status = -1;
      }
      Threads threads = mine.process.threads;
      try {
        if (threads.isInUserCode()) {
          if (status < 0) {
            throw new AssertionError("left the guest, but the thread is still in it");
          }
          threads.enter();
          if (isThread) {
            threads.endAlone();
          } else {
            threads.end(status);
          }
        }
      } catch (TestHost.Left left) {
        // It was killed on the last step.
      }
      if (!threads.isKilled()) {
        mine.process.announceIdle(slot);
      }
    }
  }

  /** What a program can do: compute, and call the kernel as the bridge would. */
  static final class Guest {
    final Kernel kernel;
    private final Worker worker;
    private final GuestMachine machine;

    private Guest(Kernel kernel, Worker worker, GuestMachine machine) {
      this.kernel = kernel;
      this.worker = worker;
      this.machine = machine;
    }

    /** Starts a thread of this process, whose body's result is nobody's. Answers its tid or a negative errno. */
    int spawn(Program body) {
      kernel.process.threads.enter();
      machine.bodies.add(body);
      return kernel.process.threads.exit(kernel.process.threads.spawn(machine.bodies.indexOf(body)));
    }

    /** Waits in guest code, as a futex of the guest's does. Never returns to a guest that was terminated. */
    void await(BooleanSupplier condition) {
      while (!condition.getAsBoolean()) {
        if (worker.terminated) {
          spin();
        }
        Thread.onSpinWait();
      }
    }

    /** An endless loop in guest code, for as long as the machine lets it. */
    void spin() {
      while (!worker.terminated) {
        Thread.onSpinWait();
      }
      // Its worker is not quite gone yet, and tries the door again.
      call(() -> {
        throw new AssertionError("a killed thread got in");
      });
    }

    /** Puts an ASCII path where the bridge puts paths. Answers its address. */
    int path(String path) {
      int at = kernel.arena + Arena.PATH;
      for (int i = 0; i < path.length(); i++) {
        kernel.memory.putByte(at + i, path.charAt(i));
      }
      return at;
    }

    /** In guest code for as long as the machine lets it, without keeping a core from others. */
    void linger() {
      while (!worker.terminated) {
        LockSupport.parkNanos(200_000);
      }
      call(() -> {
        throw new AssertionError("a killed thread got in");
      });
    }

    /** A system call without a name. */
    void call(Runnable body) {
      kernel.process.threads.enter();
      body.run();
      kernel.process.threads.exit(0);
    }

    /** Writes to standard output; answers the bytes written or a negative errno. */
    int print(String text) {
      kernel.process.threads.enter();
      int file = kernel.process.descriptors.get(kernel.process.threads.process(), 1);
      Buffers buffers = new Buffers(kernel).of(text.getBytes(StandardCharsets.UTF_8));
      return kernel.process.threads.exit(
          kernel.openFiles.write(file, buffers.vectors(), buffers.count(), buffers.total()));
    }

    /** Reads from standard input; answers the bytes read or a negative errno. */
    int read(int size) {
      kernel.process.threads.enter();
      int file = kernel.process.descriptors.get(kernel.process.threads.process(), 0);
      Buffers buffers = new Buffers(kernel).room(size);
      return kernel.process.threads.exit(
          kernel.openFiles.read(file, buffers.vectors(), buffers.count(), buffers.total()));
    }

    /** Ends the process; does not return. */
    int exit(int status) {
      kernel.process.threads.enter();
      kernel.process.threads.end(status);
      throw kernel.host.leaveGuest();
    }
  }
}
