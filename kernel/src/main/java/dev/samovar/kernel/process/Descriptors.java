package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Superblock;

/**
 * A process's descriptor table: a page of addresses of open files, indexed by number. A number that is given out is
 * the lowest free one, as POSIX wants it.
 *
 * <p>While a process has one thread, the table is that thread's own, and nothing is locked or counted. Once it is
 * {@link #share shared}, a lock guards the table, and whoever looks a file up holds it until its system call ends: another
 * thread may close the number meanwhile.
 */
public final class Descriptors {
  /** Descriptors that a process can have open at once. */
  public static final int MAX = PageAllocator.PAGE / 4;

  private final KernelMemory memory;
  private final Mutex mutex;
  private final PageAllocator pages;
  private final OpenFiles files;
  /** In this worker's arena: how many files the present system call holds, and which; a poll has the most. */
  private final int held;

  /** @param arena this worker's */
  Descriptors(KernelMemory memory, Mutex mutex, PageAllocator pages, OpenFiles files, int arena) {
    this.memory = memory;
    held = arena + Arena.HELD;
    memory.putInt(held, 0);
    this.mutex = mutex;
    this.pages = pages;
    this.files = files;
  }

  /** An empty table, 0 if there is no memory. */
  int createTable() {
    return pages.allocateZeroed(0);
  }

  /** From now on several threads use the process's descriptors. Called by the only one that there is. */
  void share(int process) {
    memory.putIntVolatile(process + Processes.SHARED, 1);
  }

  private boolean isShared(int process) {
    return memory.getInt(process + Processes.SHARED) != 0;
  }

  private void lock(int process) {
    if (isShared(process)) {
      mutex.lock(process + Processes.DESCRIPTORS_LOCK);
    }
  }

  private void unlock(int process) {
    if (isShared(process)) {
      mutex.unlock(process + Processes.DESCRIPTORS_LOCK);
    }
  }

  int at(int process, int fd) {
    return fd < 0 || fd >= MAX ? 0 : memory.getInt(memory.getInt(process + Processes.DESCRIPTORS) + (fd << 2));
  }

  /**
   * The open file behind a number of the calling process, 0 if there is none (EBADF). It stays until {@link #release}
   * whatever other threads do.
   */
  public int get(int process, int fd) {
    return isShared(process) ? hold(process, fd, false) : at(process, fd);
  }

  /** As {@link #get}, but 0 also for what is no preopened directory: so looking at all numbers holds only few files. */
  int getPreopen(int process, int fd) {
    if (isShared(process)) {
      return hold(process, fd, true);
    }
    int file = at(process, fd);
    return file != 0 && files.preopen(file) != 0 ? file : 0;
  }

  private int hold(int process, int fd, boolean onlyPreopen) {
    mutex.lock(process + Processes.DESCRIPTORS_LOCK);
    int file = at(process, fd);
    if (file != 0 && onlyPreopen && files.preopen(file) == 0) {
      file = 0;
    }
    if (file != 0) {
      files.hold(file);
    }
    mutex.unlock(process + Processes.DESCRIPTORS_LOCK);
    if (file != 0) {
      int count = memory.getInt(held) + 1;
      memory.putInt(held + 4 * count, file);
      memory.putInt(held, count);
    }
    return file;
  }

  /** The system call is over: lets go of what {@link #get} has held for it. */
  void release() {
    for (int count = memory.getInt(held); count > 0; count--) {
      memory.putInt(held, count - 1);
      files.close(memory.getInt(held + 4 * count));
    }
  }

  /** Puts an open file under the lowest free number. Answers it, or -EMFILE, having closed the file. */
  public int add(int process, int file) {
    lock(process);
    int table = memory.getInt(process + Processes.DESCRIPTORS);
    int fd = memory.getInt(process + Processes.LOWEST_FREE);
    int limit = memory.getInt(process + Processes.DESCRIPTOR_LIMIT);
    while (fd < limit && memory.getInt(table + (fd << 2)) != 0) {
      fd++;
    }
    if (fd < limit) {
      memory.putInt(table + (fd << 2), file);
      memory.putInt(process + Processes.LOWEST_FREE, fd + 1);
    }
    unlock(process);
    if (fd >= limit) {
      files.close(file);
      return -Errno.EMFILE;
    }
    return fd;
  }

  /** The number that {@link #add} would give out. */
  int nextFree(int process) {
    int fd = memory.getInt(process + Processes.LOWEST_FREE);
    while (fd < MAX && get(process, fd) != 0) {
      fd++;
    }
    return fd;
  }

  /** Closes a number. Answers 0 or EBADF. */
  public int close(int process, int fd) {
    lock(process);
    int file = at(process, fd);
    if (file != 0) {
      clear(process, fd);
    }
    unlock(process);
    if (file == 0) {
      return Errno.EBADF;
    }
    files.close(file);
    return Errno.SUCCESS;
  }

  /** Moves an open file from one number to another one that is in use, closing what was there. 0 or EBADF. */
  public int renumber(int process, int from, int to) {
    lock(process);
    int file = at(process, from);
    int old = at(process, to);
    boolean moves = file != 0 && old != 0 && from != to;
    if (moves) {
      memory.putInt(memory.getInt(process + Processes.DESCRIPTORS) + (to << 2), file);
      clear(process, from);
    }
    unlock(process);
    if (moves) {
      files.close(old);
    }
    return file == 0 || old == 0 ? Errno.EBADF : Errno.SUCCESS;
  }

  /** Puts an open file in the place of another one, which is closed; before the process runs. */
  void replace(int process, int fd, int file) {
    int old = at(process, fd);
    memory.putInt(memory.getInt(process + Processes.DESCRIPTORS) + (fd << 2), file);
    files.close(old);
  }

  private void clear(int process, int fd) {
    memory.putInt(memory.getInt(process + Processes.DESCRIPTORS) + (fd << 2), 0);
    if (fd < memory.getInt(process + Processes.LOWEST_FREE)) {
      memory.putInt(process + Processes.LOWEST_FREE, fd);
    }
  }

  /** Checks the files that the thread of an arena's worker holds in its present system call. */
  void checkHeld(int arena, Ledger ledger) {
    int list = arena + Arena.HELD;
    for (int i = Math.min(memory.getInt(list), Arena.MAX_HELD); i > 0; i--) {
      files.checkHeld(memory.getInt(list + 4 * i), ledger);
    }
  }

  void check(int process, Ledger ledger) {
    int table = memory.getInt(process + Processes.DESCRIPTORS);
    if (table == 0 || !ledger.run(table, 0, "descriptor table")) {
      return;
    }
    int lowest = memory.getInt(process + Processes.LOWEST_FREE);
    for (int fd = 0; fd < MAX; fd++) {
      int file = memory.getInt(table + (fd << 2));
      if (file != 0) {
        files.checkHeld(file, ledger);
      } else if (fd < lowest) {
        ledger.report("descriptors", "process " + memory.getInt(process + Processes.PID), "has descriptor " + fd
            + " free, and looks for a free one from " + lowest + " on.");
        lowest = fd;
      }
    }
  }

  /**
   * The first number in use from {@code fd} on, -1 if there is none. The caller holds the process lock, so that the table
   * stays; what is in it may change all the same.
   */
  int nextInUse(int process, int fd) {
    int table = memory.getInt(process + Processes.DESCRIPTORS);
    for (int next = fd; table != 0 && next < MAX; next++) {
      if (memory.getInt(table + (next << 2)) != 0) {
        return next;
      }
    }
    return -1;
  }

  /**
   * Closes everything and frees the table, once no thread is left. It goes under the process lock: others may be listing
   * it.
   */
  void closeAll(int process) {
    release();
    mutex.lock(Superblock.PROCESS_LOCK);
    int table = memory.getInt(process + Processes.DESCRIPTORS);
    memory.putInt(process + Processes.DESCRIPTORS, 0);
    mutex.unlock(Superblock.PROCESS_LOCK);
    if (table == 0) {
      return;
    }
    for (int fd = 0; fd < MAX; fd++) {
      int file = memory.getInt(table + (fd << 2));
      if (file != 0) {
        files.close(file);
      }
    }
    pages.free(table);
  }
}
