package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.Inodes;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;

/** What most functions begin with: a descriptor looked up, vectors or a path copied in and checked. */
final class Call {
  /** Bytes in a {@code filestat}. */
  private static final int FILESTAT = 64;

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
    return (kernel.openFiles.rights(file) & rights) == rights ? Errno.SUCCESS : Errno.ENOTCAPABLE;
  }

  /** {@link #check} for a directory that a path starts at: ENOTDIR, too. */
  int checkDirectory(int file, long rights) {
    if (file == 0) {
      return Errno.EBADF;
    }
    if (kernel.openFiles.type(file) != FileType.DIRECTORY) {
      return Errno.ENOTDIR;
    }
    return (kernel.openFiles.rights(file) & rights) == rights ? Errno.SUCCESS : Errno.ENOTCAPABLE;
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
