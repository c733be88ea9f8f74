package dev.samovar.kernel.process;

import dev.samovar.kernel.fs.Inodes;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.LockOwners;
import dev.samovar.kernel.memory.Sleeper;

/** Where a process, its main thread that is, is at this moment, for tests that strike at it: a look from outside, and old when it is told. */
public final class Whereabouts {
  /** In guest code, or it has no thread. */
  public static final int USER = 0;
  /** Asleep in the kernel. */
  public static final int WAITING = 1;
  /** In a system call. */
  public static final int CALL = 2;
  /** In a system call, with a lock: one of the kernel's own, or of a file or pipe that it has open. */
  public static final int LOCK = 3;

  private final KernelMemory memory;
  private final Processes processes;
  private final Descriptors descriptors;
  private final OpenFiles files;
  private final WorkerTable workers;

  Whereabouts(KernelMemory memory, Processes processes, Descriptors descriptors, OpenFiles files, WorkerTable workers) {
    this.memory = memory;
    this.processes = processes;
    this.descriptors = descriptors;
    this.files = files;
    this.workers = workers;
  }

  /** One of the constants. */
  public int of(int process) {
    int thread = processes.main(process);
    if (thread == 0 || ThreadState.kind(memory.getIntVolatile(thread + Sleeper.STATE)) == ThreadState.USER) {
      return USER;
    }
    if (memory.getIntVolatile(thread + Sleeper.ASLEEP) != 0) {
      return WAITING;
    }
    return holdsLock(process, workers.indexOf(thread) + 1) ? LOCK : CALL;
  }

  private boolean holdsLock(int process, int worker) {
    if (LockOwners.ownsGlobal(memory, worker)) {
      return true;
    }
    if (memory.getInt(process + Processes.DESCRIPTORS) == 0) {
      return false;
    }
    for (int fd = 0; fd < Descriptors.MAX; fd++) {
      int file = descriptors.at(process, fd);
      if (file != 0 && (files.kind(file) == OpenFiles.INODE
          ? LockOwners.ownsShareable(memory, files.target(file) + Inodes.LOCK, worker)
          : files.kind(file) <= OpenFiles.PIPE_WRITER && LockOwners.owns(memory, files.target(file), worker))) {
        return true;
      }
    }
    return false;
  }
}
