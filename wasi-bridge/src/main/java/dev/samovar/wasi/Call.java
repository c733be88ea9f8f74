package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.capability.Audit;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.Inodes;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.process.Processes;

/** What most functions begin with: a descriptor looked up, vectors or a path copied in and checked. */
final class Call {
  /** Bytes in a {@code filestat}. */
  private static final int FILESTAT = 64;
  /** Bytes for the path of a directory in the audit ring. */
  private static final int PATH_ROOM = 1024;

  private final Kernel kernel;
  private final KernelMemory memory;
  private final GuestMemory guest;
  private final int arena;

  Call(Kernel kernel) {
    this.kernel = kernel;
    memory = kernel.memory;
    guest = kernel.guest;
    arena = kernel.arena;
  }

  /** The open file of a descriptor of the calling process, 0 if there is none (EBADF). */
  int file(int fd) {
    return kernel.process.descriptors.get(kernel.process.threads.process(), fd);
  }

  /** 0 if the descriptor stands for something that may be used for {@code rights}, or EBADF, ENOTCAPABLE. */
  int check(int file, long rights) {
    if (file == 0) {
      return Errno.EBADF;
    }
    return (kernel.openFiles.rights(file) & rights) == rights ? Errno.SUCCESS : refuse(file, rights);
  }

  private int refuse(int file, long rights) {
    return note(Errno.ENOTCAPABLE, rights & ~kernel.openFiles.rights(file), file, 0, 0);
  }

  /** {@link #check} for a directory that a path starts at: ENOTDIR, too. A refusal is still to be {@link #note}d. */
  int checkDirectory(int file, long rights) {
    if (file == 0) {
      return Errno.EBADF;
    }
    if (kernel.openFiles.type(file) != FileType.DIRECTORY) {
      return Errno.ENOTDIR;
    }
    return (kernel.openFiles.rights(file) & rights) == rights ? Errno.SUCCESS : Errno.ENOTCAPABLE;
  }

  /** The record of what the calling process may do, 0 if nothing inside this OS is denied to it. */
  int capabilities() {
    return kernel.process.processes.capabilities(kernel.process.threads.process());
  }

  /** The options of a guest's walk from an open directory. */
  int walkFrom(int file) {
    int record = capabilities();
    return record == 0 ? PathWalk.CONFINED
        : PathWalk.CONFINED | PathWalk.restricted(record, kernel.openFiles.granted(file));
  }

  /**
   * Passes the result of a call on, and notes in the audit ring if a restricted process was refused.
   *
   * @param right of {@code Rights}: the one that the call needs, or several of which the first names it
   * @param path kernel memory, {@code length} bytes from the open file on, if that is a directory
   */
  int note(int error, long right, int file, int path, int length) {
    if (error == Errno.ENOTCAPABLE && capabilities() != 0) {
      noteRefusal(Long.numberOfTrailingZeros(right), file, path, length);
    }
    return error;
  }

  private void noteRefusal(int call, int file, int path, int length) {
    int room = arena + Arena.BYTES;
    int end = room + PATH_ROOM;
    int start = end;
    int inode = inode(file);
    if (inode != 0 && kernel.openFiles.type(file) == FileType.DIRECTORY) {
      start = kernel.files.writePath(inode, room, end);
      if (length > 0 && start != end - 1) {
        memory.putByte(end++, '/');
      }
      int kept = Math.min(length, Audit.TARGET_MAX);
      memory.copy(end, path, kept);
      end += kept;
    }
    refused(call, start, end - start);
  }

  /** Notes that the calling process was refused a call. Answers ENOTCAPABLE. */
  int refused(int call, int target, int length) {
    Processes processes = kernel.process.processes;
    kernel.audit.note(processes.pid(kernel.process.threads.process()), call, Errno.ENOTCAPABLE, target, length);
    return Errno.ENOTCAPABLE;
  }

  /** Likewise, for what is at a path from an open directory on. */
  int refusedAt(int call, int file, int path, int length) {
    noteRefusal(call, file, path, length);
    return Errno.ENOTCAPABLE;
  }

  /** The inode that an open file stands for, 0 for a stream. */
  int inode(int file) {
    return kernel.openFiles.kind(file) == OpenFiles.INODE ? kernel.openFiles.target(file) : 0;
  }

  /** Where {@link #copyVectors} puts them. */
  int vectors() {
    return arena + Arena.VECTORS;
  }

  /** Copies vectors in and checks them. Answers their sum in bytes, or -EINVAL, -EFAULT. */
  int copyVectors(int pointer, int count) {
    if (count < 0 || count > Vectors.MAX) {
      // Too many to copy; whether they lie in memory at all is still worth telling apart.
      return -(vectorsFit(pointer, count) ? Errno.EINVAL : Errno.EFAULT);
    }
    int vectors = arena + Arena.VECTORS;
    if (!guest.copyIn(vectors, pointer, count * Vectors.SIZE)) {
      return -Errno.EFAULT;
    }
    return Vectors.check(memory, guest, vectors, count);
  }

  /**
   * Takes the first {@code done} bytes off vectors that hold more than that.
   *
   * @return the address of the first vector that is left, which is cut
   */
  int vectorsAfter(int vectors, int done) {
    int at = vectors;
    int left = done;
    while (left >= memory.getInt(at + 4)) {
      left -= memory.getInt(at + 4);
      at += Vectors.SIZE;
    }
    Vectors.put(memory, at, 0, memory.getInt(at) + left, memory.getInt(at + 4) - left);
    return at;
  }

  private boolean vectorsFit(int pointer, int count) {
    long bytes = (count & 0xffff_ffffL) * Vectors.SIZE;
    return bytes <= 0xffff_ffffL && guest.contains(pointer, (int) bytes);
  }

  /** Where {@link #copyPath} puts it. */
  int path() {
    return arena + Arena.PATH;
  }

  /** Where {@link #copyOtherPath} puts it. */
  int otherPath() {
    return arena + Arena.OTHER_PATH;
  }

  /** Copies a path in and checks it. Answers 0, EFAULT, ENAMETOOLONG, EINVAL (a NUL) or EILSEQ (no UTF-8). */
  int copyPath(int pointer, int length) {
    return copyPathTo(arena + Arena.PATH, pointer, length);
  }

  int copyOtherPath(int pointer, int length) {
    return copyPathTo(arena + Arena.OTHER_PATH, pointer, length);
  }

  private int copyPathTo(int to, int pointer, int length) {
    if (length < 0 || length > PathWalk.PATH_MAX) {
      return guest.contains(pointer, length) ? Errno.ENAMETOOLONG : Errno.EFAULT;
    }
    if (!guest.copyIn(to, pointer, length)) {
      return Errno.EFAULT;
    }
    return Utf8.checkPath(memory, to, length);
  }

  /** Writes an inode's {@code filestat} to the guest. Answers 0 or EFAULT. */
  int putFilestat(int pointer, int inode) {
    Inodes inodes = kernel.files.inodes();
    putFilestatRecord(inodes.number(inode), inodes.type(inode), inodes.links(inode), inodes.size(inode),
        inodes.accessTime(inode), inodes.modificationTime(inode), inodes.changeTime(inode));
    return guest.copyOut(pointer, arena + Arena.RECORDS, FILESTAT) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** Writes the {@code filestat} of a stream, which has no inode, to the guest. Answers 0 or EFAULT. */
  int putStreamFilestat(int pointer, int type) {
    putFilestatRecord(0, type, 1, 0, 0, 0, 0);
    return guest.copyOut(pointer, arena + Arena.RECORDS, FILESTAT) ? Errno.SUCCESS : Errno.EFAULT;
  }

  private void putFilestatRecord(long number, int type, int links, long size, long accessed, long modified,
      long changed) {
    int record = arena + Arena.RECORDS;
    memory.putLong(record, 1);
    memory.putLong(record + 8, number);
    memory.putLong(record + 16, type);
    memory.putLong(record + 24, links);
    memory.putLong(record + 32, size);
    memory.putLong(record + 40, accessed);
    memory.putLong(record + 48, modified);
    memory.putLong(record + 56, changed);
  }

  /**
   * Works out new times from {@code fstflags}; {@link #accessTime} and {@link #modificationTime} then hold them, -1
   * for "as it is". Answers 0, or EINVAL for contradictory flags.
   */
  int chooseTimes(long access, long modification, int flags) {
    if ((flags & 3) == 3 || (flags & 12) == 12 || (flags & ~15) != 0) {
      return Errno.EINVAL;
    }
    long now = (flags & 10) != 0 ? kernel.host.realtimeNanos() : 0;
    accessTime = (flags & 1) != 0 ? access : (flags & 2) != 0 ? now : -1;
    modificationTime = (flags & 4) != 0 ? modification : (flags & 8) != 0 ? now : -1;
    return Errno.SUCCESS;
  }

  /** ns since 1970, or -1. */
  long accessTime;
  /** ns since 1970, or -1. */
  long modificationTime;
}
