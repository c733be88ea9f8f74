package dev.samovar.jvm;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.process.Threads;
import dev.samovar.wasi.Wasi;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A thread that keeps its view of the kernel and runs one guest after the other. */
final class Worker implements Runnable {
  /** What the script of a browser's worker says, too: the status of an abort. */
  private static final int SIGABRT_STATUS = 134;
  private static final int NOT_RUNNABLE_STATUS = 126;
  private static final int STDERR = 2;
  private static final int MESSAGE_BYTES = 4096;
  private static final long STACK_BYTES = 16 << 20;

  private final Samovar os;
  private final JvmMemory memory;
  private final int slot;
  private final int generation;
  private final BlockingQueue<Run> inbox = new LinkedBlockingQueue<>();
  private final Thread thread;
  private Kernel kernel;
  private ChicoryGuest guest;
  private Functions functions;
  /** What runs here, for others that become threads of it. */
  private volatile Run current;

  /**
   * What to run next.
   *
   * @param memory the one that its threads share; null if it has its own
   * @param isThread whether it is a further thread of a program that runs
   */
  record Run(Program program, String name, GuestPages memory, boolean isThread) {
    static Run of(Program program, String name) {
      return new Run(program, name, null, false);
    }
  }

  Worker(Samovar os, JvmMemory memory, int slot, int generation) {
    this.os = os;
    this.memory = memory;
    this.slot = slot;
    this.generation = generation;
    thread = new Thread(null, this, "samovar-worker-" + slot, STACK_BYTES);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  void run(Run next) {
    inbox.add(next);
  }

  /** A further thread of what runs here. */
  Run threadOfCurrent() {
    Run main = current;
    return new Run(main.program, main.name, main.memory, true);
  }

  /** Ends it: a guest's loop and a wait are interrupted. */
  void terminate() {
    thread.interrupt();
  }

  @Override
  public void run() {
    try {
      guest = new ChicoryGuest(memory);
      kernel = Kernel.attach(memory, guest, new JvmHost(memory), slot);
      functions = new Functions(new Wasi(kernel), kernel.process.threads);
      kernel.process.threads.bind(kernel.process.workers.slot(slot));
      os.post(scheduler -> scheduler.booted(slot, generation));
      // An interrupt that came at the end of a guest's sleep may have gone with it.
      while (!Thread.interrupted() && !os.hasClosed()) {
        Run next = inbox.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          runGuest(next);
        }
      }
    } catch (InterruptedException | JvmMemory.Interrupted e) {
      // Terminated.
    } catch (RuntimeException | Error e) {
      os.post(scheduler -> scheduler.failed(slot));
      throw e;
    } finally {
      os.post(scheduler -> scheduler.gone(slot, generation));
    }
  }

  private void runGuest(Run run) {
    int status = 0;
    String message = "";
    try {
      Instance instance = instantiate(run);
      try {
        if (run.isThread) {
          instance.export("wasi_thread_start").apply(kernel.process.threads.tid(), kernel.process.threads.argument());
        } else {
          instance.export("_start").apply();
        }
        // Its memory must not go before its last frame has.
        Reference.reachabilityFence(instance);
      } catch (JvmHost.Left left) {
        // The kernel knows how it ended.
      } catch (ChicoryInterruptedException e) {
        // Its process was killed in guest code, and this worker ends.
        Thread.currentThread().interrupt();
      } catch (StackOverflowError e) {
        status = SIGABRT_STATUS;
        message = "stack overflow: its calls are nested too deeply";
      } catch (OutOfMemoryError e) {
        status = SIGABRT_STATUS;
        message = "the JVM has no more memory for it (" + e.getMessage() + "); java's option -Xmx gives more";
      } catch (LinkageError e) {
        status = SIGABRT_STATUS;
        message = "cannot be run: " + e;
      } catch (RuntimeException e) {
        status = SIGABRT_STATUS;
        message = e.getCause() instanceof StackOverflowError ? "stack overflow: its calls are nested too deeply"
            : "trapped: " + e.getMessage();
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      status = NOT_RUNNABLE_STATUS;
      message = "cannot be started: " + e.getMessage();
    }
    kernel.process.threads.measure();
    guest.bind(null);
    current = null;
    end(run.isThread && status == 0, status, message.isEmpty() ? message : "samovar: " + run.name() + ": " + message + "\n");
  }

  private Instance instantiate(Run run) {
    Program program = run.program;
    int process = kernel.process.threads.process();
    int most = (int) Math.min(kernel.limits.memory(kernel.process.processes.limits(process)) / Memory.PAGE_SIZE,
        Memory.RUNTIME_MAX_PAGES);
    Instance.Builder builder = Instance.builder(program.module)
        .withMachineFactory(program.machine)
        .withStart(false);
    if (program.importsMemory()) {
      GuestPages memory = run.memory == null ? new GuestPages(program.memory(most)) : run.memory;
      current = new Run(program, run.name, memory, false);
      // First: its start function, which fills the memory if it is the first to do so, may already call the kernel.
      guest.bind(memory);
      return builder.withImportValues(functions.imports(program.module, memory)).build();
    }
    MemoryLimits limits = program.memory(most);
    Instance instance = (limits == null ? builder : builder.withMemoryLimits(limits).withMemoryFactory(GuestPages::new))
        .withImportValues(functions.imports(program.module, null)).build();
    guest.bind(program.exportsMemory() ? (GuestPages) instance.memory() : null);
    return instance;
  }

  /** The guest's frames are gone: it returned, trapped, or left by itself long ago. */
  private void end(boolean alone, int status, String message) {
    Threads threads = kernel.process.threads;
    try {
      if (threads.isInUserCode()) {
        threads.enter();
        say(message);
        if (alone) {
          threads.endAlone();
        } else {
          threads.end(status);
        }
      }
    } catch (JvmHost.Left left) {
      // Killed on the last step.
    }
    if (!threads.isKilled()) {
      kernel.process.announceIdle(slot);
    }
  }

  private void say(String message) {
    int file = kernel.process.descriptors.get(kernel.process.threads.process(), STDERR);
    if (!message.isEmpty() && file != 0) {
      byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
      int length = Math.min(bytes.length, MESSAGE_BYTES);
      memory.write(kernel.arena + Arena.BYTES, bytes, 0, length);
      kernel.openFiles.say(file, kernel.arena + Arena.BYTES, length);
    }
  }
}
