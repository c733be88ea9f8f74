package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileSystem.Cookies;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.Inodes;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Vectors;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;

/**
 * The SDK's {@code fs}, as kernel-worker.js calls it. Paths are staged, two of them one behind the other, and start at
 * the root. Where nothing else is said, a function answers 0 or a negative errno.
 */
final class FileOperations {
  static final int FOLLOW = PathWalk.FOLLOW;
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** What the script has open. */
  private static List<Integer> held = new ArrayList<>();

  private FileOperations() {}

  private static Kernel kernel() {
    return KernelWorker.kernel();
  }

  private static FileSystem files() {
    return KernelWorker.kernel().files;
  }

  private static int path() {
    return KernelWorker.staging();
  }

  private static int root() {
    return files().root();
  }

  /** Opens a file; {@code flags} are FileSystem's. Answers the inode, to be given to {@link #close}. */
  @Export(name = "fs_open")
  public static int open(int length, int flags) {
    return hold(files().open(root(), path(), length, FOLLOW, flags));
  }

  @Export(name = "fs_close")
  public static void close(int inode) {
    held.remove(Integer.valueOf(inode));
    files().inodes().release(inode);
  }

  private static int hold(int inode) {
    if (inode > 0) {
      held.add(inode);
    }
    return inode;
  }

  static void checkOpen(Ledger ledger) {
    for (int inode : held) {
      files().inodes().checkHeld(inode, ledger);
    }
  }

  /** Bytes of a regular file, -1 for anything else. */
  @Export(name = "fs_size")
  public static double size(int inode) {
    return files().inodes().type(inode) == FileType.REGULAR ? files().inodes().size(inode) : -1;
  }

  /** Bytes that files may still take. */
  @Export(name = "fs_room")
  public static double room() {
    PageAllocator pages = kernel().pages;
    return (double) (pages.maximumPages() - pages.totalPages() + pages.freePages()) * PageAllocator.PAGE;
  }

  /** A number that every change of the contents moves on. */
  @Export(name = "fs_version")
  public static int version(int inode) {
    return files().inodes().version(inode);
  }

  @Export(name = "fs_number")
  public static double number(int inode) {
    return files().inodes().number(inode);
  }

  /** Reads a regular file into staging memory. Answers the bytes read. */
  @Export(name = "fs_read")
  public static int read(int inode, double offset, int length) {
    if (files().inodes().type(inode) != FileType.REGULAR) {
      return files().inodes().type(inode) == FileType.DIRECTORY ? -Errno.EISDIR : -Errno.EINVAL;
    }
    return files().read(inode, (long) offset, vector(length), 1);
  }

  /** Writes staged bytes to a regular file. Answers the bytes written. */
  @Export(name = "fs_write")
  public static int write(int inode, double offset, int length) {
    if (files().inodes().type(inode) != FileType.REGULAR) {
      return -Errno.EINVAL;
    }
    return files().write(inode, (long) offset, vector(length), 1);
  }

  /** A file's contents as text, by its name in an open directory; null if it is none or is too large. */
  static String readText(int directory, String name, int maximum) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int address = KernelWorker.staging(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      kernel().memory.putByte(address + i, bytes[i]);
    }
    int inode = hold(files().open(directory, address, bytes.length, FOLLOW, 0));
    if (inode < 0) {
      return null;
    }
    double size = size(inode);
    String text = null;
    if (size >= 0 && size <= maximum && KernelWorker.staging((int) size) != 0) {
      int length = read(inode, 0, (int) size);
      text = length < 0 ? null : Programs.text(KernelWorker.staging(), length);
    }
    close(inode);
    return text;
  }

  private static int vector(int length) {
    int vectors = kernel().arena + Arena.VECTORS;
    Vectors.put(kernel().memory, vectors, 0, KernelWorker.staging(), length);
    return vectors;
  }

  /**
   * Stages what is known of a path as 8-byte integers: type, size, mode, number, links, and the times of access,
   * modification and change in ns.
   */
  @Export(name = "fs_stat")
  public static int stat(int length, int options) {
    int inode = files().lookup(root(), path(), length, options);
    if (inode < 0) {
      return inode;
    }
    Inodes inodes = files().inodes();
    long[] values = {inodes.type(inode), inodes.size(inode), inodes.mode(inode), inodes.number(inode),
        inodes.links(inode), inodes.accessTime(inode), inodes.modificationTime(inode), inodes.changeTime(inode)};
    for (int i = 0; i < values.length; i++) {
      kernel().memory.putLong(path() + 8 * i, values[i]);
    }
    inodes.release(inode);
    return Errno.SUCCESS;
  }

  /** Opens a directory for {@link #readNames}. Answers the inode, to be given to {@link #close}. */
  @Export(name = "fs_open_directory")
  public static int openDirectory(int length) {
    return hold(files().open(root(), path(), length, FOLLOW, FileSystem.DIRECTORY));
  }

  /**
   * Stages names from a cookie on: a byte with the type, two with the length, the name. Answers their bytes, 0 at the
   * end; {@link #nextCookie} then says where to go on.
   */
  @Export(name = "fs_read_names")
  public static int readNames(int directory, double cookie, int room) {
    FileSystem files = files();
    long at = Math.max((long) cookie, Cookies.AFTER_PARENT);
    int used = 0;
    files.beginNames(directory);
    for (int entry = files.firstName(directory, at); entry != 0; entry = files.nextName(directory, entry)) {
      int length = files.nameLengthOf(entry);
      if (used + 3 + length > room) {
        break;
      }
      int record = path() + used;
      kernel().memory.putByte(record, files.typeOf(entry));
      kernel().memory.putShort(record + 1, length);
      kernel().memory.copy(record + 3, files.nameOf(entry), length);
      used += 3 + length;
      at = files.cookieOf(entry);
    }
    files.endNames(directory);
    nextCookie = at;
    return used;
  }

  private static long nextCookie;

  @Export(name = "fs_next_cookie")
  public static double nextCookie() {
    return nextCookie;
  }

  @Export(name = "fs_mkdir")
  public static int makeDirectory(int length) {
    return -files().makeDirectory(root(), path(), length, 0);
  }

  /** Makes a directory and those above it that are missing; it may be there already. */
  @Export(name = "fs_mkdirs")
  public static int makeDirectories(int length) {
    for (int end = 1; end <= length; end++) {
      if (end == length || kernel().memory.getByte(path() + end) == '/') {
        int error = files().makeDirectory(root(), path(), end, 0);
        if (error != Errno.SUCCESS && error != Errno.EEXIST) {
          return -error;
        }
      }
    }
    int inode = openDirectory(length);
    if (inode < 0) {
      // Something else has the name: as Node says it.
      return inode == -Errno.ENOTDIR ? -Errno.EEXIST : inode;
    }
    close(inode);
    return Errno.SUCCESS;
  }

  @Export(name = "fs_unlink")
  public static int unlink(int length) {
    return -files().unlink(root(), path(), length, 0);
  }

  @Export(name = "fs_rmdir")
  public static int removeDirectory(int length) {
    return -files().removeDirectory(root(), path(), length, 0);
  }

  /** Removes a file, or a directory with all that is in it. */
  @Export(name = "fs_remove_tree")
  public static int removeTree(int length) {
    FileSystem files = files();
    int end = length;
    for (;;) {
      int error = files.unlink(root(), path(), end, 0);
      if (error == Errno.EISDIR) {
        error = files.removeDirectory(root(), path(), end, 0);
      }
      if (error == Errno.ENOTEMPTY) {
        end = appendFirstName(end);
        if (end < 0) {
          return end;
        }
      } else if (error != Errno.SUCCESS && (error != Errno.ENOENT || end == length)) {
        return -error;
      } else if (end == length) {
        return Errno.SUCCESS;
      } else {
        do {
          end--;
        } while (kernel().memory.getByte(path() + end) != '/');
      }
    }
  }

  /** Puts a slash and the first name in a directory behind its staged path. Answers the new length. */
  private static int appendFirstName(int length) {
    int directory = openDirectory(length);
    if (directory < 0) {
      return directory;
    }
    int end = length;
    files().beginNames(directory);
    int entry = files().firstName(directory, Cookies.AFTER_PARENT);
    if (entry != 0) {
      int size = files().nameLengthOf(entry);
      end = length + 1 + size > PathWalk.PATH_MAX ? -Errno.ENAMETOOLONG : length + 1 + size;
      if (end > 0) {
        kernel().memory.putByte(path() + length, '/');
        kernel().memory.copy(path() + length + 1, files().nameOf(entry), size);
      }
    }
    files().endNames(directory);
    close(directory);
    return end;
  }

  @Export(name = "fs_rename")
  public static int rename(int oldLength, int newLength) {
    return -files().rename(root(), path(), oldLength, 0, root(), path() + oldLength, newLength, 0);
  }

  @Export(name = "fs_link")
  public static int link(int oldLength, int newLength) {
    return -files().link(root(), path(), oldLength, 0, root(), path() + oldLength, newLength, 0);
  }

  @Export(name = "fs_symlink")
  public static int symlink(int targetLength, int length) {
    return -files().makeSymlink(path(), targetLength, root(), path() + targetLength, length, 0);
  }

  /** Stages a symlink's target. Answers its bytes. */
  @Export(name = "fs_readlink")
  public static int readlink(int length) {
    int inode = files().lookup(root(), path(), length, 0);
    if (inode < 0) {
      return inode;
    }
    int size = -Errno.EINVAL;
    if (files().inodes().type(inode) == FileType.SYMLINK) {
      size = files().targetLength(inode);
      kernel().memory.copy(path(), files().target(inode), size);
    }
    files().inodes().release(inode);
    return size;
  }

  /** Sets times, in ms since 1970. */
  @Export(name = "fs_utimes")
  public static int setTimes(int length, double access, double modification) {
    int inode = files().lookup(root(), path(), length, FOLLOW);
    if (inode < 0) {
      return inode;
    }
    files().setTimes(inode, (long) (access * NANOS_PER_MILLI), (long) (modification * NANOS_PER_MILLI));
    files().inodes().release(inode);
    return Errno.SUCCESS;
  }
}
