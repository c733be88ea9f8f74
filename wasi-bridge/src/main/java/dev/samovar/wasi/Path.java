package dev.samovar.wasi;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.capability.AuditedCall;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.GuestMemory;

/** {@code path_*}: what is done to a path below a directory. No path leads out of that directory. */
public final class Path {
  private static final int OFLAGS = 15;
  private static final int FDFLAGS = 0x1f;

  private final Kernel kernel;
  private final Call call;
  private final GuestMemory guest;
  private final OpenFiles files;
  private final FileSystem system;

  Path(Kernel kernel, Call call) {
    this.kernel = kernel;
    this.call = call;
    guest = kernel.guest;
    files = kernel.openFiles;
    system = kernel.files;
  }

  public int createDirectory(int fd, int path, int length) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_CREATE_DIRECTORY, path, length);
    return error != Errno.SUCCESS ? error : noted(Rights.PATH_CREATE_DIRECTORY, file, length,
        system.makeDirectory(files.target(file), call.path(), length, call.walkFrom(file)));
  }

  public int filestatGet(int fd, int flags, int path, int length, int result) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_FILESTAT_GET, path, length);
    if (error != Errno.SUCCESS) {
      return error;
    }
    int inode = system.lookup(files.target(file), call.path(), length, call.walkFrom(file) | Fd.following(flags));
    if (inode < 0) {
      return noted(Rights.PATH_FILESTAT_GET, file, length, -inode);
    }
    error = call.putFilestat(result, inode);
    system.inodes().release(inode);
    return error;
  }

  public int filestatSetTimes(int fd, int flags, int path, int length, long access, long modification, int timeFlags) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_FILESTAT_SET_TIMES, path, length);
    if (error == Errno.SUCCESS) {
      error = call.chooseTimes(access, modification, timeFlags);
    }
    if (error != Errno.SUCCESS) {
      return error;
    }
    int inode = system.lookup(files.target(file), call.path(), length,
        call.walkFrom(file) | Fd.following(flags) | PathWalk.NEED_WRITE);
    if (inode < 0) {
      return noted(Rights.PATH_FILESTAT_SET_TIMES, file, length, -inode);
    }
    system.setTimes(inode, call.accessTime, call.modificationTime);
    system.inodes().release(inode);
    return Errno.SUCCESS;
  }

  public int link(int oldFd, int oldFlags, int oldPath, int oldLength, int newFd, int newPath, int newLength) {
    int oldFile = call.file(oldFd);
    int newFile = call.file(newFd);
    int error = begin(oldFile, Rights.PATH_LINK_SOURCE, oldPath, oldLength);
    if (error == Errno.SUCCESS) {
      error = beginOther(newFile, Rights.PATH_LINK_TARGET, newPath, newLength);
    }
    return error != Errno.SUCCESS ? error : noted(Rights.PATH_LINK_SOURCE, oldFile, oldLength,
        system.link(files.target(oldFile), call.path(), oldLength, call.walkFrom(oldFile) | Fd.following(oldFlags),
            files.target(newFile), call.otherPath(), newLength, call.walkFrom(newFile)));
  }

  /** Opens a path and writes the new descriptor, the lowest one free. */
  public int open(int fd, int lookupFlags, int path, int length, int openFlags, long base, long inheriting, int flags,
      int result) {
    int directory = call.file(fd);
    long needed = Rights.PATH_OPEN | ((openFlags & FileSystem.CREATE) != 0 ? Rights.PATH_CREATE_FILE : 0)
        | ((openFlags & FileSystem.TRUNCATE) != 0 ? Rights.PATH_FILESTAT_SET_SIZE : 0);
    int error = begin(directory, needed, path, length);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (!guest.contains(result, 4)) {
      return Errno.EFAULT;
    }
    if ((openFlags & ~OFLAGS) != 0 || (flags & ~FDFLAGS) != 0) {
      return Errno.EINVAL;
    }
    long granted = files.inheriting(directory);
    if ((base & ~granted & Rights.ALL) != 0 || (inheriting & ~granted & Rights.ALL) != 0) {
      return noted(Rights.PATH_OPEN, directory, length, Errno.ENOTCAPABLE);
    }
    boolean writes = (base & Rights.FD_WRITE) != 0;
    boolean reads = (base & (Rights.FD_READ | Rights.FD_READDIR)) != 0;
    int walk = call.walkFrom(directory) | Fd.following(lookupFlags);
    int inode = system.open(files.target(directory), call.path(), length, reads ? walk | PathWalk.NEED_READ : walk,
        openFlags | (writes ? FileSystem.WRITE : 0));
    if (inode < 0) {
      return noted(Rights.PATH_OPEN, directory, length, -inode);
    }
    boolean isDirectory = system.inodes().type(inode) == FileType.DIRECTORY;
    int record = call.capabilities();
    int bits = 0;
    long sensible = isDirectory ? Rights.DIRECTORY : Rights.FILE;
    if (record != 0) {
      if (!kernel.capabilities.mayDrawRandom(record) && system.isRandom(inode)) {
        system.inodes().release(inode);
        return noted(Rights.PATH_OPEN, directory, length, Errno.ENOTCAPABLE);
      }
      bits = system.lastBits();
      sensible &= Rights.of(isDirectory ? bits | kernel.capabilities.allBits(record) : bits)
          & ~(Rights.OF_ITSELF & ~Rights.of(bits));
    }
    int device = system.inodes().device(inode);
    int file;
    if (device >= Devices.CONNECT) {
      file = kernel.process.network.open(inode, flags, base);
      system.inodes().release(inode);
      if (file < 0) {
        return -file;
      }
    } else if (device >= Devices.OF_PROCESSES) {
      file = kernel.process.devices.open(inode, flags, base & sensible);
      system.inodes().release(inode);
      if (file == -Errno.ENOTCAPABLE) {
        return call.refusedAt(AuditedCall.SPAWN, directory, call.path(), length);
      }
      if (file < 0) {
        return -file;
      }
    } else if (device == Devices.TERMINAL || device == Devices.TERMINAL_SETTINGS) {
      system.inodes().release(inode);
      int terminal = kernel.process.processes.terminal(kernel.process.threads.process());
      if (terminal == 0) {
        return Errno.ENXIO;
      }
      kernel.terminals.hold(terminal);
      file = files.ofTerminal(device == Devices.TERMINAL ? OpenFiles.TERMINAL : OpenFiles.TERMINAL_SETTINGS, terminal,
          flags, base & sensible & Rights.TERMINAL);
    } else {
      file = files.ofInode(inode, flags, base & sensible, inheriting & Rights.ALL);
    }
    if (file == 0) {
      return Errno.ENOMEM;
    }
    if (device < Devices.OF_PROCESSES) {
      // Those may be open files that have their own grants already.
      files.setGranted(file, bits);
    }
    int opened = kernel.process.descriptors.add(kernel.process.threads.process(), file);
    if (opened < 0) {
      return -opened;
    }
    return guest.putInt(result, opened) ? Errno.SUCCESS : Errno.EFAULT;
  }

  /** Writes a symlink's target, as much of it as fits, and its length so cut. */
  public int readlink(int fd, int path, int length, int buffer, int bufferLength, int result) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_READLINK, path, length);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (!guest.contains(buffer, bufferLength) || !guest.contains(result, 4)) {
      return Errno.EFAULT;
    }
    int inode = system.lookup(files.target(file), call.path(), length, call.walkFrom(file) | PathWalk.NEED_READ);
    if (inode < 0) {
      return noted(Rights.PATH_READLINK, file, length, -inode);
    }
    if (system.inodes().type(inode) != FileType.SYMLINK) {
      error = Errno.EINVAL;
    } else {
      int size = system.targetLength(inode);
      int n = Integer.compareUnsigned(bufferLength, size) < 0 ? bufferLength : size;
      error = guest.copyOut(buffer, system.target(inode), n) && guest.putInt(result, n) ? Errno.SUCCESS : Errno.EFAULT;
    }
    system.inodes().release(inode);
    return error;
  }

  public int removeDirectory(int fd, int path, int length) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_REMOVE_DIRECTORY, path, length);
    return error != Errno.SUCCESS ? error : noted(Rights.PATH_REMOVE_DIRECTORY, file, length,
        system.removeDirectory(files.target(file), call.path(), length, call.walkFrom(file)));
  }

  public int rename(int fd, int oldPath, int oldLength, int newFd, int newPath, int newLength) {
    int oldFile = call.file(fd);
    int newFile = call.file(newFd);
    int error = begin(oldFile, Rights.PATH_RENAME_SOURCE, oldPath, oldLength);
    if (error == Errno.SUCCESS) {
      error = beginOther(newFile, Rights.PATH_RENAME_TARGET, newPath, newLength);
    }
    return error != Errno.SUCCESS ? error : noted(Rights.PATH_RENAME_SOURCE, oldFile, oldLength,
        system.rename(files.target(oldFile), call.path(), oldLength, call.walkFrom(oldFile), files.target(newFile),
            call.otherPath(), newLength, call.walkFrom(newFile)));
  }

  /** Makes a symlink. An absolute target is refused: nothing below the directory could ever follow it. */
  public int symlink(int target, int targetLength, int fd, int path, int length) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_SYMLINK, path, length);
    if (error == Errno.SUCCESS) {
      error = call.copyOtherPath(target, targetLength);
    }
    if (error == Errno.SUCCESS && targetLength > 0 && kernel.memory.getByte(call.otherPath()) == '/') {
      error = Errno.ENOTCAPABLE;
    }
    return error != Errno.SUCCESS ? error : noted(Rights.PATH_SYMLINK, file, length,
        system.makeSymlink(call.otherPath(), targetLength, files.target(file), call.path(), length, call.walkFrom(file)));
  }

  public int unlinkFile(int fd, int path, int length) {
    int file = call.file(fd);
    int error = begin(file, Rights.PATH_UNLINK_FILE, path, length);
    return error != Errno.SUCCESS ? error : noted(Rights.PATH_UNLINK_FILE, file, length,
        system.unlink(files.target(file), call.path(), length, call.walkFrom(file)));
  }

  /** Checks the directory and copies the path in. */
  private int begin(int file, long rights, int path, int length) {
    int error = call.checkDirectory(file, rights);
    if (error == Errno.SUCCESS) {
      return call.copyPath(path, length);
    }
    return error == Errno.ENOTCAPABLE && call.copyPath(path, length) == Errno.SUCCESS
        ? noted(rights & ~files.rights(file), file, length, error) : error;
  }

  private int beginOther(int file, long rights, int path, int length) {
    int error = call.checkDirectory(file, rights);
    if (error == Errno.SUCCESS) {
      return call.copyOtherPath(path, length);
    }
    return error == Errno.ENOTCAPABLE && call.copyOtherPath(path, length) == Errno.SUCCESS
        ? call.note(error, rights & ~files.rights(file), file, call.otherPath(), length) : error;
  }

  /** {@link Call#note} of the path that was copied in first. */
  private int noted(long right, int file, int length, int error) {
    return call.note(error, right, file, call.path(), length);
  }
}
