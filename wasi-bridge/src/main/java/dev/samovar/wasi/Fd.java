package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileSystem.Cookies;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.process.Ending;
import dev.samovar.kernel.process.Signals;

/** {@code fd_*}: what is done through a descriptor. */
public final class Fd {
  private static final int DIRENT = 24;
  /** Directory entries are copied out so many bytes at a time: what fits into {@link Arena#BYTES}. */
  private static final int CHUNK = 4096;
  private static final int FDFLAGS = 0x1f;
  private static final int ADVICES = 6;
  /** The tag of a {@code prestat} that is no directory. */
  private static final int PRESTAT_SOCKET = 1;

  private final Kernel kernel;
  private final Call call;
  private final KernelMemory memory;
  private final GuestMemory guest;
  private final OpenFiles files;
  private final int record;
  /** Directory entries on their way to the guest. */
  private final int chunk;
  /** Bytes of them. */
  private int entries;

  Fd(Kernel kernel, Call call) {
    this.kernel = kernel;
    this.call = call;
    memory = kernel.memory;
    guest = kernel.guest;
    files = kernel.openFiles;
    record = kernel.arena + Arena.RECORDS;
    chunk = kernel.arena + Arena.BYTES;
  }

  private int process() {
    return kernel.process.threads.process();
  }

  /** Takes advice on how a file will be used, and leaves it at that. */
  public int advise(int fd, long offset, long length, int advice) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_ADVISE);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (files.type(file) != FileType.REGULAR) {
      return files.type(file) == FileType.DIRECTORY ? Errno.EBADF : Errno.ESPIPE;
    }
    return advice < 0 || advice >= ADVICES || offset < 0 || length < 0 || offset + length < 0 ? Errno.EINVAL
        : Errno.SUCCESS;
  }

  /** Makes sure that there is room for a range of a file. */
  public int allocate(int fd, long offset, long length) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_ALLOCATE);
    if (error != Errno.SUCCESS) {
      return error;
    }
    return files.type(file) != FileType.REGULAR ? Errno.EBADF
        : kernel.files.allocate(files.target(file), offset, length);
  }

  public int close(int fd) {
    return kernel.process.descriptors.close(process(), fd);
  }

  /** Nothing is behind memory that could be waited for. */
  public int datasync(int fd) {
    return call.check(call.file(fd), Rights.FD_DATASYNC);
  }

  public int sync(int fd) {
    return call.check(call.file(fd), Rights.FD_SYNC);
  }

  /** Writes type, flags and rights of a descriptor (24 bytes). */
  public int fdstatGet(int fd, int result) {
    int file = call.file(fd);
    if (file == 0) {
      return Errno.EBADF;
    }
    memory.putLong(record, files.type(file) | (long) files.flags(file) << 16);
    memory.putLong(record + 8, files.rights(file));
    memory.putLong(record + 16, files.inheriting(file));
    return guest.copyOut(result, record, 24) ? Errno.SUCCESS : Errno.EFAULT;
  }

  public int fdstatSetFlags(int fd, int flags) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_FDSTAT_SET_FLAGS);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if ((flags & ~FDFLAGS) != 0) {
      return Errno.EINVAL;
    }
    files.setFlags(file, flags);
    return Errno.SUCCESS;
  }

  /** Gives rights up; none can be added. */
  public int fdstatSetRights(int fd, long base, long inheriting) {
    int file = call.file(fd);
    if (file == 0) {
      return Errno.EBADF;
    }
    if ((base & ~files.rights(file)) != 0 || (inheriting & ~files.inheriting(file)) != 0) {
      return Errno.ENOTCAPABLE;
    }
    files.setRights(file, base, inheriting);
    return Errno.SUCCESS;
  }

  public int filestatGet(int fd, int result) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_FILESTAT_GET);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int inode = call.inode(file);
    return inode == 0 ? call.putStreamFilestat(result, files.type(file)) : call.putFilestat(result, inode);
  }

  public int filestatSetSize(int fd, long size) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_FILESTAT_SET_SIZE);
    if (error != Errno.SUCCESS) {
      return error;
    }
    return files.type(file) != FileType.REGULAR ? Errno.EINVAL : kernel.files.setSize(files.target(file), size);
  }

  public int filestatSetTimes(int fd, long access, long modification, int flags) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_FILESTAT_SET_TIMES);
    if (error == Errno.SUCCESS) {
      error = call.chooseTimes(access, modification, flags);
    }
    if (error != Errno.SUCCESS) {
      return error;
    }
    int inode = call.inode(file);
    if (inode == 0) {
      return Errno.EBADF;
    }
    kernel.files.setTimes(inode, call.accessTime, call.modificationTime);
    return Errno.SUCCESS;
  }

  public int read(int fd, int vectors, int count, int result) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_READ);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int total = call.copyVectors(vectors, count);
    if (total < 0 || !guest.contains(result, 4)) {
      return total < 0 ? -total : Errno.EFAULT;
    }
    return putCount(result, files.read(file, call.vectors(), count, total));
  }

  public int write(int fd, int vectors, int count, int result) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_WRITE);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int total = call.copyVectors(vectors, count);
    if (total < 0 || !guest.contains(result, 4)) {
      return total < 0 ? -total : Errno.EFAULT;
    }
    int written = files.write(file, call.vectors(), count, total);
    if (written == -Errno.EPIPE && files.kind(file) != OpenFiles.SOCKET) {
      // Ends the process, unless it ignores the signal: then it is told. A socket's writer is always told.
      kernel.process.threads.raise(Signals.SIGPIPE);
    } else if (written == -Errno.EDQUOT && files.kind(file) != OpenFiles.INODE) {
      endByOutput();
    }
    return putCount(result, written);
  }

  /** The process has written all the output that it may, and wants to write more. */
  private void endByOutput() {
    kernel.process.processes.setEnding(process(), Ending.OUTPUT);
    kernel.process.threads.end(128 + Signals.SIGXFSZ);
    throw kernel.host.leaveGuest();
  }

  public int pread(int fd, int vectors, int count, long offset, int result) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_READ | Rights.FD_SEEK);
    if (error != Errno.SUCCESS) {
      return notSeekable(file, error);
    }
    int total = call.copyVectors(vectors, count);
    if (total < 0 || !guest.contains(result, 4)) {
      return total < 0 ? -total : Errno.EFAULT;
    }
    return putCount(result, files.readAt(file, offset, call.vectors(), count));
  }

  public int pwrite(int fd, int vectors, int count, long offset, int result) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_WRITE | Rights.FD_SEEK);
    if (error != Errno.SUCCESS) {
      return notSeekable(file, error);
    }
    int total = call.copyVectors(vectors, count);
    if (total < 0 || !guest.contains(result, 4)) {
      return total < 0 ? -total : Errno.EFAULT;
    }
    return putCount(result, files.writeAt(file, offset, call.vectors(), count));
  }

  /** A stream lacks the right to seek because it cannot: ESPIPE says more than ENOTCAPABLE. */
  private int notSeekable(int file, int error) {
    return error == Errno.ENOTCAPABLE && files.kind(file) != OpenFiles.INODE ? Errno.ESPIPE : error;
  }

  private int putCount(int result, int count) {
    if (count < 0) {
      return -count;
    }
    return guest.putInt(result, count) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /**
   * Says whether a descriptor is a preopened directory: tag 0 and the length of its name. Inherited sockets come before
   * those, and a libc looks no further than to the first EBADF: they answer with another tag.
   */
  public int prestatGet(int fd, int result) {
    int file = call.file(fd);
    boolean isSocket = file != 0 && files.kind(file) == OpenFiles.SOCKET;
    if (file == 0 || files.preopen(file) == 0 && !isSocket) {
      return Errno.EBADF;
    }
    memory.putLong(record, isSocket ? PRESTAT_SOCKET : (long) files.preopenLength(file) << 32);
    return guest.copyOut(result, record, 8) ? Errno.SUCCESS : Errno.EFAULT;
  }

  public int prestatDirName(int fd, int path, int length) {
    int file = call.file(fd);
    if (file == 0 || files.preopen(file) == 0) {
      return Errno.EBADF;
    }
    if (!guest.contains(path, length)) {
      return Errno.EFAULT;
    }
    int name = files.preopenLength(file);
    if (Integer.compareUnsigned(length, name) < 0) {
      return Errno.ENAMETOOLONG;
    }
    return guest.copyOut(path, files.preopen(file), name) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /**
   * Fills a buffer with directory entries from a cookie on; the last one may be cut off. A buffer that is not filled
   * to its end says that there are no more.
   */
  public int readdir(int fd, int buffer, int length, long cookie, int result) {
    int file = call.file(fd);
    int error = call.checkDirectory(file, Rights.FD_READDIR);
    if (error != Errno.SUCCESS) {
      return call.note(error, Rights.FD_READDIR, file, 0, 0);
    }
    if (!guest.contains(buffer, length) || !guest.contains(result, 4)) {
      return Errno.EFAULT;
    }
    FileSystem system = kernel.files;
    int directory = files.target(file);
    entries = 0;
    long at = cookie;
    int left = length;
    if (at == Cookies.START) {
      memory.putByte(chunk + DIRENT, '.');
      left -= addEntry(left, Cookies.AFTER_SELF, system.inodes().number(directory), 1, FileType.DIRECTORY);
      at = Cookies.AFTER_SELF;
    }
    if (at == Cookies.AFTER_SELF && left != 0) {
      memory.putShort(chunk + entries + DIRENT, '.' << 8 | '.');
      left -= addEntry(left, Cookies.AFTER_PARENT, parentNumber(file, directory), 2, FileType.DIRECTORY);
      at = Cookies.AFTER_PARENT;
    }
    system.beginNames(directory);
    int entry = left == 0 ? 0 : system.firstName(directory, at);
    while (entry != 0 && left != 0) {
      int nameLength = system.nameLengthOf(entry);
      if (entries + DIRENT + nameLength > CHUNK) {
        guest.copyOut(buffer + length - left - entries, chunk, entries);
        entries = 0;
      }
      memory.copy(chunk + entries + DIRENT, system.nameOf(entry), nameLength);
      left -= addEntry(left, system.cookieOf(entry), system.numberOf(entry), nameLength, system.typeOf(entry));
      entry = system.nextName(directory, entry);
    }
    system.endNames(directory);
    guest.copyOut(buffer + length - left - entries, chunk, entries);
    return guest.putInt(result, length - left) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** What lies above a preopen is none of the guest's business: its parent is itself, as that of a root. */
  private long parentNumber(int file, int directory) {
    return files.preopen(file) != 0 ? kernel.files.inodes().number(directory) : kernel.files.parentNumber(directory);
  }

  /**
   * Appends the entry whose name stands in the chunk already; as much of it as fits into {@code left} bytes. Answers how
   * much that is.
   */
  private int addEntry(int left, long next, long inode, int nameLength, int type) {
    int at = chunk + entries;
    memory.putLong(at, next);
    memory.putLong(at + 8, inode);
    memory.putInt(at + 16, nameLength);
    memory.putInt(at + 20, type);
    int size = DIRENT + nameLength;
    int n = Integer.compareUnsigned(size, left) < 0 ? size : left;
    entries += n;
    return n;
  }

  public int renumber(int fd, int to) {
    return kernel.process.descriptors.renumber(process(), fd, to);
  }

  /** Moves the offset and writes it. */
  public int seek(int fd, long delta, int whence, int result) {
    int file = call.file(fd);
    boolean tells = delta == 0 && whence == OpenFiles.CURRENT;
    int error = call.check(file, tells ? Rights.FD_TELL : Rights.FD_SEEK);
    if (error != Errno.SUCCESS) {
      return notSeekable(file, error);
    }
    if (!guest.contains(result, 8)) {
      return Errno.EFAULT;
    }
    return putOffset(result, files.seek(file, delta, whence));
  }

  /** Writes the offset. */
  public int tell(int fd, int result) {
    int file = call.file(fd);
    int error = call.check(file, Rights.FD_TELL);
    if (error != Errno.SUCCESS) {
      return notSeekable(file, error);
    }
    return putOffset(result, files.seek(file, 0, OpenFiles.CURRENT));
  }

  private int putOffset(int result, long offset) {
    if (offset < 0) {
      return (int) -offset;
    }
    return guest.putLong(result, offset) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** The walk option of a guest's {@code lookupflags}. */
  static int following(int lookupFlags) {
    return (lookupFlags & 1) != 0 ? PathWalk.FOLLOW : 0;
  }
}
