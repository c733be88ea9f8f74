package dev.samovar.web;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.wasi.Wasi;
import org.teavm.interop.Export;

/** What process-worker.js calls: the life of a worker that runs guests, one after the other. */
final class ProcessWorker {
  private static final int STDERR = 2;

  private static Kernel kernel;
  private static int slot;

  private ProcessWorker() {}

  /**
   * Joins the OS.
   *
   * @param index the worker's slot
   * @param timeOrigin its {@code performance.timeOrigin}, ms
   * @param osOrigin that of the kernel worker, ms
   */
  @Export(name = "worker_boot")
  public static void boot(int index, double timeOrigin, double osOrigin) {
    slot = index;
    kernel = Kernel.attach(new WebMemory(), new WebGuest(), new WebHost(timeOrigin, osOrigin), index);
    Syscalls.init(new Wasi(kernel), kernel.process.threads);
    kernel.process.threads.bind(kernel.process.workers.slot(index));
  }

  /** Where the script puts the text of a message for {@link #end}, at most 4 KiB. */
  @Export(name = "worker_text")
  public static int text() {
    return kernel.arena + Arena.BYTES;
  }

  /**
   * Called when the guest's frames are gone: it returned, trapped, or left by itself long ago.
   *
   * @param status the exit status if it still has to be ended
   * @param length bytes of a message for its standard error, put at {@link #text}
   */
  @Export(name = "worker_end")
  public static void end(int status, int length) {
    if (kernel.process.threads.isInUserCode()) {
      kernel.process.threads.enter();
      if (length > 0) {
        say(length);
      }
      kernel.process.threads.end(status);
    }
  }

  /** The tid of the thread that the worker was given to run. */
  @Export(name = "worker_tid")
  public static int tid() {
    return kernel.process.threads.tid();
  }

  /** What that thread starts with. */
  @Export(name = "worker_argument")
  public static int argument() {
    return kernel.process.threads.argument();
  }

  /** Called when a thread has returned: it ends, and its process goes on. */
  @Export(name = "worker_end_thread")
  public static void endThread() {
    if (kernel.process.threads.isInUserCode()) {
      kernel.process.threads.enter();
      kernel.process.threads.endAlone();
    }
  }

  private static void say(int length) {
    int process = kernel.process.threads.process();
    int file = kernel.process.descriptors.get(process, STDERR);
    if (file != 0) {
      kernel.openFiles.say(file, text(), length);
    }
  }

  /** Notes how large the guest's memory is, before the worker lets go of it. */
  @Export(name = "worker_measure")
  public static void measure() {
    kernel.process.threads.measure();
  }

  /** Whether the guest still runs, as far as the kernel knows: 1, or 0 if it has ended or was killed. */
  @Export(name = "worker_runs")
  public static int runs() {
    return kernel.process.threads.isInUserCode() ? 1 : 0;
  }

  /** Offers the worker for the next guest, unless it is about to be terminated. */
  @Export(name = "worker_idle")
  public static void idle() {
    if (!kernel.process.threads.isKilled()) {
      kernel.process.announceIdle(slot);
    }
  }
}
