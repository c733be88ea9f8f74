package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;

/**
 * The open file record (POSIX's open file description): what a descriptor stands for.
 *
 * <pre>
 *    0 kind: INODE, PIPE_READER …      4 the inode, pipe, socket or terminal
 *    8 flags (fdflags of preview 1)                12 FileType
 *   16 offset in bytes   24 rights   32 rights that what is opened through it gets (rights of preview 1)
 *   40 name it is preopened under, 0 if it is not   44 its length
 *   48 descriptors, in any process, and system calls that refer to it
 *   52 what a restricted process was granted here: where a walk from this directory begins (PathWalk)
 *   56 the lock of its offset
 * </pre>
 *
 * Its offset moves with what is read or written there, as one step: while more than one refers to it, the lock is held
 * for as long as that takes.
 *
 * The layer that calls has checked rights and vectors.
 */
public final class OpenFiles {
  public static final int INODE = 1;
  public static final int PIPE_READER = 2;
  public static final int PIPE_WRITER = 3;
  public static final int SOCKET = 4;
  public static final int TERMINAL = 5;
  public static final int TERMINAL_SETTINGS = 6;

  /** A request to start a process: {@link ProcessFiles}. */
  public static final int SPAWN = 8;
  /** Takes signals for the process whose pid the target is. */
  public static final int CONTROL = 9;
  /** Waits for the process that is the target to end. */
  public static final int WAIT = 10;

  /** fdflags: every write goes to the end. */
  public static final int APPEND = 1;
  /** fdflags: EAGAIN instead of sleeping. */
  public static final int NONBLOCK = 4;

  /** {@link #seek}: from the start, the present offset, the end. */
  public static final int SET = 0;
  public static final int CURRENT = 1;
  public static final int END = 2;

  private static final int KIND = 0;
  private static final int TARGET = 4;
  private static final int FLAGS = 8;
  private static final int TYPE = 12;
  private static final int OFFSET = 16;
  private static final int RIGHTS = 24;
  private static final int INHERITING = 32;
  private static final int PREOPEN = 40;
  private static final int PREOPEN_LENGTH = 44;
  private static final int REFS = 48;
  private static final int GRANTED = 52;
  private static final int OFFSET_LOCK = 56;
  private static final int RECORD = 60;

  private static final String OPEN_FILE = "open file";

  private final KernelMemory memory;
  private final Mutex mutex;
  private final SlabAllocator slabs;
  private final FileSystem files;
  private final Pipes pipes;
  private final SocketFiles sockets;
  private final Devices devices;
  private final Quota quota;
  private final TerminalFiles terminals;
  private ProcessFiles processFiles;

  public OpenFiles(KernelMemory memory, Mutex mutex, SlabAllocator slabs, FileSystem files, Pipes pipes, SocketFiles sockets,
      Devices devices, Quota quota, TerminalFiles terminals) {
    this.memory = memory;
    this.mutex = mutex;
    this.slabs = slabs;
    this.files = files;
    this.pipes = pipes;
    this.sockets = sockets;
    this.devices = devices;
    this.quota = quota;
    this.terminals = terminals;
  }

  /** Opens an inode; takes over the caller's hold on it, also when there is no memory (answers 0 then). */
  public int ofInode(int inode, int flags, long rights, long inheriting) {
    int file = create(INODE, inode, files.inodes().type(inode), flags, rights, inheriting);
    if (file == 0) {
      files.inodes().release(inode);
    }
    return file;
  }

  /** Says who knows the files that stand for processes. */
  public void setProcessFiles(ProcessFiles files) {
    processFiles = files;
  }

  /** Opens something of {@link ProcessFiles}; takes over the caller's hold on it, also when there is no memory. */
  public int ofProcess(int kind, int target, int flags, long rights) {
    int file = create(kind, target, FileType.CHARACTER_DEVICE, flags, rights, 0);
    if (file == 0) {
      processFiles.release(kind, target);
    }
    return file;
  }

  /** Opens what an inode's open file stands for once more, with an offset, flags and rights of its own; 0 without memory. */
  public int copy(int file) {
    files.inodes().hold(target(file));
    int copy = ofInode(target(file), flags(file), rights(file), inheriting(file));
    if (copy != 0) {
      setGranted(copy, granted(file));
    }
    if (copy != 0 && preopen(file) != 0 && !setPreopen(copy, preopen(file), preopenLength(file))) {
      close(copy);
      return 0;
    }
    return copy;
  }

  /** Opens an end of a pipe, which counts already; 0 if there is no memory. */
  public int ofPipe(int kind, int pipe, long rights) {
    return create(kind, pipe, FileType.UNKNOWN, 0, rights, 0);
  }

  /**
   * Opens a terminal, or its settings; takes over the caller's hold on it, also when there is no memory (answers 0
   * then).
   */
  public int ofTerminal(int kind, int terminal, int flags, long rights) {
    int file = create(kind, terminal, FileType.CHARACTER_DEVICE, flags, rights, 0);
    if (file == 0) {
      terminals.release(terminal);
    }
    return file;
  }

  /** Opens a socket; takes it over, also when there is no memory (answers 0 then). */
  public int ofSocket(int socket, int flags, long rights) {
    int file = create(SOCKET, socket, FileType.SOCKET_STREAM, flags, rights, rights);
    if (file == 0) {
      sockets.close(socket);
    }
    return file;
  }

  private int create(int kind, int target, int type, int flags, long rights, long inheriting) {
    int file = slabs.allocateZeroed(RECORD);
    if (file != 0) {
      memory.putInt(file + REFS, 1);
      memory.putInt(file + KIND, kind);
      memory.putInt(file + TARGET, target);
      memory.putInt(file + TYPE, type);
      memory.putInt(file + FLAGS, flags);
      memory.putLong(file + RIGHTS, rights);
      memory.putLong(file + INHERITING, inheriting);
      memory.putInt(file + REFS, 1);
    }
    return file;
  }

  /** What a restricted process was granted on what is open, a sum of {@code Capabilities}' bits. */
  public int granted(int file) {
    return memory.getInt(file + GRANTED);
  }

  public void setGranted(int file, int bits) {
    memory.putInt(file + GRANTED, bits);
  }

  /** Makes an open directory a preopen; the name is copied. Answers whether there was room. */
  public boolean setPreopen(int file, int name, int length) {
    int copy = slabs.allocate(Math.max(1, length));
    if (copy != 0) {
      memory.copy(copy, name, length);
      memory.putInt(file + PREOPEN, copy);
      memory.putInt(file + PREOPEN_LENGTH, length);
    }
    return copy != 0;
  }

  /** Refers to it once more: with another descriptor, offset, flags and rights are those of both. Answers it. */
  public int hold(int file) {
    memory.getAndAdd(file + REFS, 1);
    return file;
  }

  /** A descriptor was found. */
  public void checkHeld(int file, Ledger ledger) {
    ledger.refer(file + REFS);
    ledger.reached(OPEN_FILE).add(file);
  }

  /** Checks all open files that were reached. */
  public void check(Ledger ledger) {
    Reached reached = ledger.reached(OPEN_FILE);
    for (int file = reached.next(); file != 0; file = reached.next()) {
      if (ledger.record(file, RECORD, OPEN_FILE)) {
        check(file, ledger);
      }
    }
  }

  private void check(int file, Ledger ledger) {
    String where = Ledger.at(OPEN_FILE, file);
    ledger.expectReferences(file + REFS, "reference count", where);
    ledger.mutex(file + OFFSET_LOCK, "lock", where);
    int target = target(file);
    switch (kind(file)) {
      case INODE:
        files.inodes().checkHeld(target, ledger);
        if (ledger.isRecord(target, Inodes.RECORD) && files.inodes().type(target) != type(file)) {
          ledger.report(OPEN_FILE, where, "has type " + type(file) + ", but its inode another one.");
        }
        break;
      case PIPE_READER:
        pipes.checkReader(target, ledger);
        break;
      case PIPE_WRITER:
        pipes.checkWriter(target, ledger);
        break;
      case SOCKET:
        sockets.checkHeld(target, ledger);
        break;
      case TERMINAL:
      case TERMINAL_SETTINGS:
        terminals.checkHeld(target, ledger);
        break;
      case SPAWN:
      case CONTROL:
      case WAIT:
        processFiles.checkHeld(kind(file), target, ledger);
        break;
      default:
        ledger.report(OPEN_FILE, where, "has kind " + kind(file) + ", which there is not.");
        break;
    }
    if (offset(file) < 0 || (rights(file) & ~Rights.ALL) != 0) {
      ledger.report(OPEN_FILE, where, "has an offset or rights that there are not.");
    }
    if (preopen(file) != 0) {
      ledger.record(preopen(file), Math.max(1, preopenLength(file)), "preopen's name");
    }
  }

  /** Lets go of one reference; with the last one, gives the inode or the pipe's end back and frees the record. */
  public void close(int file) {
    if (memory.getAndAdd(file + REFS, -1) == 1) {
      destroy(file);
    }
  }

  private void destroy(int file) {
    int target = target(file);
    switch (kind(file)) {
      case INODE:
        files.inodes().release(target);
        break;
      case PIPE_READER:
        pipes.closeReader(target);
        break;
      case SOCKET:
        sockets.close(target);
        break;
      case TERMINAL:
      case TERMINAL_SETTINGS:
        terminals.release(target);
        break;
      case PIPE_WRITER:
        pipes.closeWriter(target);
        break;
      default:
        processFiles.release(kind(file), target);
        break;
    }
    int preopen = preopen(file);
    if (preopen != 0) {
      slabs.free(preopen);
    }
    slabs.free(file);
  }

  public int kind(int file) {
    return memory.getInt(file + KIND);
  }

  /** The inode, pipe or terminal. */
  public int target(int file) {
    return memory.getInt(file + TARGET);
  }

  /** A {@link FileType}. */
  public int type(int file) {
    return memory.getInt(file + TYPE);
  }

  public int flags(int file) {
    return memory.getInt(file + FLAGS);
  }

  public void setFlags(int file, int flags) {
    memory.putInt(file + FLAGS, flags);
  }

  public long rights(int file) {
    return memory.getLong(file + RIGHTS);
  }

  public long inheriting(int file) {
    return memory.getLong(file + INHERITING);
  }

  public void setRights(int file, long rights, long inheriting) {
    memory.putLong(file + RIGHTS, rights);
    memory.putLong(file + INHERITING, inheriting);
  }

  /** The address of the name it is preopened under, 0 if it is no preopen. */
  public int preopen(int file) {
    return memory.getInt(file + PREOPEN);
  }

  public int preopenLength(int file) {
    return memory.getInt(file + PREOPEN_LENGTH);
  }

  /** In bytes. */
  public long offset(int file) {
    return memory.getLong(file + OFFSET);
  }

  /**
   * Reads on from the offset.
   *
   * @param total the sum of the vectors in bytes
   * @return the bytes read, or a negative errno
   */
  public int read(int file, int vectors, int count, int total) {
    int target = target(file);
    switch (kind(file)) {
      case INODE:
        if (type(file) == FileType.REGULAR) {
          boolean locked = lockOffset(file);
          long offset = offset(file);
          int n = files.read(target, offset, vectors, count);
          if (n > 0) {
            memory.putLong(file + OFFSET, offset + n);
          }
          unlockOffset(file, locked);
          return n;
        }
        return type(file) == FileType.DIRECTORY ? -Errno.EISDIR
            : devices.read(files.inodes().device(target), vectors, count);
      case PIPE_READER:
        return pipes.read(target, vectors, total, (flags(file) & NONBLOCK) != 0);
      case SOCKET:
        return sockets.receive(target, vectors, total, (flags(file) & NONBLOCK) != 0);
      case TERMINAL:
        return terminals.read(target, vectors, total, (flags(file) & NONBLOCK) != 0);
      case TERMINAL_SETTINGS:
        return readSettings(file, target, vectors, total);
      case PIPE_WRITER:
        return -Errno.EBADF;
      default:
        int n = processFiles.read(kind(file), target, offset(file), vectors, count, total,
            (flags(file) & NONBLOCK) != 0);
        if (n > 0) {
          memory.putLong(file + OFFSET, offset(file) + n);
        }
        return n;
    }
  }

  /** After their end they begin again, so that who keeps them open sees them change. */
  private int readSettings(int file, int terminal, int vectors, int total) {
    int n = terminals.readSettings(terminal, offset(file), vectors, total);
    memory.putLong(file + OFFSET, n > 0 ? offset(file) + n : 0);
    return n;
  }

  /**
   * Writes at the offset, or at the end with {@link #APPEND}. Arguments and result as for {@link #read}; -EDQUOT from a
   * stream says that the process has written all that it may.
   */
  public int write(int file, int vectors, int count, int total) {
    int target = target(file);
    switch (kind(file)) {
      case INODE:
        if (type(file) == FileType.REGULAR) {
          boolean locked = lockOffset(file);
          int n = files.write(target, (flags(file) & APPEND) != 0 ? -1 : offset(file), vectors, count);
          if (n > 0) {
            memory.putLong(file + OFFSET, files.lastWriteEnd());
          }
          unlockOffset(file, locked);
          return n;
        }
        // Every device swallows all of it.
        return type(file) == FileType.DIRECTORY ? -Errno.EISDIR : total;
      case PIPE_WRITER:
      case TERMINAL:
        return writeStream(file, target, vectors, total);
      case SOCKET:
        return sockets.send(target, vectors, total, (flags(file) & NONBLOCK) != 0);
      case TERMINAL_SETTINGS:
        return terminals.writeSettings(target, vectors, total);
      case PIPE_READER:
        return -Errno.EBADF;
      default:
        int n = processFiles.write(kind(file), target, vectors, count, total);
        if (n > 0) {
          // What is read next is the answer to this, from its beginning.
          memory.putLong(file + OFFSET, 0);
        }
        return n;
    }
  }

  private int writeStream(int file, int target, int vectors, int total) {
    if (!quota.boundsOutput() || total == 0) {
      return writeUnbounded(file, target, vectors, total);
    }
    int granted = quota.takeOutput(total);
    if (granted == 0) {
      return -Errno.EDQUOT;
    }
    int n = writeUnbounded(file, target, vectors, granted);
    quota.giveOutput(granted - Math.max(n, 0));
    return n;
  }

  /** Locks the offset, unless nobody else can be using it. Answers whether it did. */
  private boolean lockOffset(int file) {
    if (memory.getInt(file + REFS) == 1) {
      return false;
    }
    mutex.lock(file + OFFSET_LOCK);
    return true;
  }

  private void unlockOffset(int file, boolean locked) {
    if (locked) {
      mutex.unlock(file + OFFSET_LOCK);
    }
  }

  private int writeUnbounded(int file, int target, int vectors, int total) {
    boolean nonBlocking = (flags(file) & NONBLOCK) != 0;
    return kind(file) == TERMINAL ? terminals.write(target, vectors, total, nonBlocking)
        : pipes.write(target, vectors, total, nonBlocking);
  }

  /** Writes a message of the kernel's own to a stream, as much of it as there is room for. */
  public void say(int file, int from, int length) {
    if (kind(file) == PIPE_WRITER) {
      pipes.put(target(file), from, length);
    } else if (kind(file) == TERMINAL) {
      terminals.say(target(file), from, length);
    }
  }

  /** Reads at {@code offset} and leaves the file's own alone. */
  public int readAt(int file, long offset, int vectors, int count) {
    if (type(file) != FileType.REGULAR) {
      return type(file) == FileType.DIRECTORY ? -Errno.EISDIR : -Errno.ESPIPE;
    }
    return offset < 0 ? -Errno.EINVAL : files.read(target(file), offset, vectors, count);
  }

  /** Writes at {@code offset} and leaves the file's own alone; with {@link #APPEND} at the end all the same, as Linux. */
  public int writeAt(int file, long offset, int vectors, int count) {
    if (type(file) != FileType.REGULAR) {
      return type(file) == FileType.DIRECTORY ? -Errno.EISDIR : -Errno.ESPIPE;
    }
    if (offset < 0) {
      return -Errno.EINVAL;
    }
    return files.write(target(file), (flags(file) & APPEND) != 0 ? -1 : offset, vectors, count);
  }

  /**
   * Moves the offset.
   *
   * @param whence {@link #SET}, {@link #CURRENT} or {@link #END}
   * @return the new offset in bytes, or a negative errno
   */
  public long seek(int file, long delta, int whence) {
    if (type(file) == FileType.DIRECTORY) {
      return -Errno.EBADF;
    }
    if (type(file) != FileType.REGULAR) {
      return -Errno.ESPIPE;
    }
    if (whence < SET || whence > END) {
      return -Errno.EINVAL;
    }
    boolean locked = lockOffset(file);
    long from = whence == SET ? 0 : whence == CURRENT ? offset(file) : files.inodes().size(target(file));
    long to = from + delta;
    if (to >= 0) {
      memory.putLong(file + OFFSET, to);
    }
    unlockOffset(file, locked);
    return to < 0 ? -Errno.EINVAL : to;
  }
}
