package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.process.Processes;
import dev.samovar.kernel.process.Scheduler;
import dev.samovar.kernel.process.Spawns;
import org.teavm.interop.Export;

/**
 * Processes that other processes start: what kernel-worker.js calls to give a child, which its parent has prepared, the
 * program that it found for it. Texts are staged; a list of them is staged with a NUL after each.
 */
final class Inside {
  private Inside() {}

  private static Kernel kernel() {
    return KernelWorker.kernel();
  }

  private static Spawns spawns() {
    return kernel().process.spawns;
  }

  private static Processes processes() {
    return kernel().process.processes;
  }

  /** Stages the program as it was asked for, its path, and what went wrong so far. Answers their bytes. */
  @Export(name = "inside_names")
  public static int names(int request) {
    return stage(spawns().names(request));
  }

  /** Stages the child's argv. Answers its bytes. */
  @Export(name = "inside_arguments")
  public static int arguments(int request) {
    return stage(processes().arguments(spawns().child(request)));
  }

  /** Stages the child's environment. Answers its bytes. */
  @Export(name = "inside_environment")
  public static int environment(int request) {
    return stage(processes().environment(spawns().child(request)));
  }

  private static int stage(int list) {
    if (list == 0) {
      return -Errno.ENOMEM;
    }
    int bytes = kernel().process.strings.bytes(list);
    int to = KernelWorker.staging(bytes);
    if (to == 0) {
      return -Errno.ENOMEM;
    }
    kernel().memory.copy(to, kernel().process.strings.data(list), bytes);
    return bytes;
  }

  /** The inode of the program's file, 0 if there is none; the request holds it. */
  @Export(name = "inside_program")
  public static int program(int request) {
    return spawns().program(request);
  }

  /** The child, which takes spawn_arguments, spawn_environment and spawn_preopen as others do. */
  @Export(name = "inside_child")
  public static int child(int request) {
    return spawns().child(request);
  }

  /** Bytes of linear memory that the child may have. */
  @Export(name = "inside_memory")
  public static double memory(int request) {
    return kernel().limits.memory(processes().limits(spawns().child(request)));
  }

  /** The errno of what went wrong while the child was prepared, 0 if nothing. */
  @Export(name = "inside_error")
  public static int error(int request) {
    return spawns().error(request);
  }

  /** Hands the child over to the scheduler and answers with its pid. Answers 1, or 0 if it had to be refused. */
  @Export(name = "inside_start")
  public static int start(int request, int module) {
    Scheduler scheduler = KernelWorker.scheduler();
    int process = spawns().child(request);
    if (!scheduler.hasRoom() || spawns().isAbandoned(request)) {
      refuse(request, Errno.EAGAIN, "there are too many processes; wait for one to end");
      return 0;
    }
    spawns().finish(request, processes().pid(process));
    processes().makeReady(process);
    scheduler.submit(process, module);
    // What was sent to it before it began.
    scheduler.deliver(process);
    return 1;
  }

  /** Takes the child back and answers with an errno and a staged sentence. */
  @Export(name = "inside_refuse")
  public static void refuseStaged(int request, int errno, int length) {
    refuse(request, errno, Programs.text(KernelWorker.staging(), length));
  }

  private static void refuse(int request, int errno, String problem) {
    processes().discard(spawns().child(request));
    spawns().fail(request, errno, problem);
  }
}
