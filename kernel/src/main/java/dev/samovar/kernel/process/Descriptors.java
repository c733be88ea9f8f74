package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.PageAllocator;

/**
 * A process's descriptor table: a page of addresses of open files, indexed by number. A number that is given out is
 * the lowest free one, as POSIX wants it.
 */
public final class Descriptors {
  /** Descriptors that a process can have open at once. */
  public static final int MAX = PageAllocator.PAGE / 4;

  private final KernelMemory memory;
  private final PageAllocator pages;
  private final OpenFiles files;

  Descriptors(KernelMemory memory, PageAllocator pages, OpenFiles files) {
    this.memory = memory;
    this.pages = pages;
    this.files = files;
  }

  /** An empty table, 0 if there is no memory. */
  int createTable() {
    return pages.allocateZeroed(0);
  }

  /** The open file behind a number, 0 if there is none (EBADF). */
  public int get(int process, int fd) {
    if (fd < 0 || fd >= MAX) {
      return 0;
    }
    return memory.getInt(memory.getInt(process + Processes.DESCRIPTORS) + (fd << 2));
  }

  /** Puts an open file under the lowest free number. Answers it, or -EMFILE, having closed the file. */
  public int add(int process, int file) {
    int table = memory.getInt(process + Processes.DESCRIPTORS);
    int fd = memory.getInt(process + Processes.LOWEST_FREE);
    int limit = memory.getInt(process + Processes.DESCRIPTOR_LIMIT);
    while (fd < limit && memory.getInt(table + (fd << 2)) != 0) {
      fd++;
    }
    if (fd >= limit) {
      files.close(file);
      return -Errno.EMFILE;
    }
    memory.putInt(table + (fd << 2), file);
    memory.putInt(process + Processes.LOWEST_FREE, fd + 1);
    return fd;
  }

  /** Closes a number. Answers 0 or EBADF. */
  public int close(int process, int fd) {
    int file = get(process, fd);
    if (file == 0) {
      return Errno.EBADF;
    }
    clear(process, fd);
    files.close(file);
    return Errno.SUCCESS;
  }

  /** Moves an open file from one number to another one that is in use, closing what was there. 0 or EBADF. */
  public int renumber(int process, int from, int to) {
    int file = get(process, from);
    int old = get(process, to);
    if (file == 0 || old == 0) {
      return Errno.EBADF;
    }
    if (from != to) {
      memory.putInt(memory.getInt(process + Processes.DESCRIPTORS) + (to << 2), file);
      clear(process, from);
      files.close(old);
    }
    return Errno.SUCCESS;
  }

  /** Puts an open file in the place of another one, which is closed. */
  void replace(int process, int fd, int file) {
    int old = get(process, fd);
    memory.putInt(memory.getInt(process + Processes.DESCRIPTORS) + (fd << 2), file);
    files.close(old);
  }

  private void clear(int process, int fd) {
    memory.putInt(memory.getInt(process + Processes.DESCRIPTORS) + (fd << 2), 0);
    if (fd < memory.getInt(process + Processes.LOWEST_FREE)) {
      memory.putInt(process + Processes.LOWEST_FREE, fd);
    }
  }

  /** Closes everything and frees the table. */
  void closeAll(int process) {
    int table = memory.getInt(process + Processes.DESCRIPTORS);
    if (table == 0) {
      return;
    }
    for (int fd = 0; fd < MAX; fd++) {
      int file = memory.getInt(table + (fd << 2));
      if (file != 0) {
        files.close(file);
      }
    }
    memory.putInt(process + Processes.DESCRIPTORS, 0);
    pages.free(table);
  }
}
