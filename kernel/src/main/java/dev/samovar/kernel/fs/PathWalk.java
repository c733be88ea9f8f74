package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.Superblock;

/**
 * Resolves a path to the directory that holds its last name, that name, and the inode behind it. A view with room for
 * one result; an operation on two paths uses two. Follows POSIX.1-2017 §4.13, and for guests the sandbox of WASI: a
 * confined walk never leaves the directory it starts in, whatever {@code ..}, symlinks and concurrent renames there
 * are.
 *
 * <p><b>Restricted walks.</b> A process with a record of {@link Capabilities} walks with that record in its options, and
 * with what the directory that it starts at was granted. Each step down gains what the name or the directory is granted,
 * {@code ..} loses it again, and a symlink's target is walked like any other path: what counts is where the walk ends,
 * not how it was written. What is outside of every grant answers ENOTCAPABLE, whether it is there or not.
 */
public final class PathWalk {
  /** Follow a symlink that the last name stands for. */
  public static final int FOLLOW = 1;
  /** A guest's walk: absolute paths are refused, and so is {@code ..} at the base. */
  public static final int CONFINED = 2;
  /** What a restricted walk's start was granted: {@link Capabilities#READ} and {@link Capabilities#WRITE}. */
  private static final int START_BITS = Capabilities.READ | Capabilities.WRITE;
  /** A restricted walk: what is found, or the place for it, has to be readable. */
  public static final int NEED_READ = 16;
  /** A restricted walk: what is found, or the place for it, has to be writable. */
  public static final int NEED_WRITE = 32;
  /**
   * The name itself is to be changed. A restricted walk: it has to be writable. And a symlink that it stands for is not
   * followed even if a slash comes after it: ENOTDIR, as in Linux.
   */
  public static final int NEED_NAME = 64;
  /** The rest of the options is the address of the record of {@link Capabilities}, which has a page: 0 restricts nothing. */
  private static final int RECORD = -4096;

  /** Walks that moving directories may spoil before the next one makes them wait. */
  private static final int MAX_RESTARTS = 8;

  /** The longest path, its terminating NUL not counted, as in Linux. */
  public static final int PATH_MAX = 4095;
  public static final int NAME_MAX = 255;
  /** Symlinks met in one walk before it is called a loop: 40, as in Linux. */
  private static final int MAX_SYMLINKS = 40;
  /** Bytes of scratch memory that a walk needs: two paths, since a symlink's rest is put behind its target. */
  public static final int SCRATCH = 2 * (PATH_MAX + 1);

  /** What the path's last component is. */
  enum Last { NAME, DOT, DOT_DOT }

  private final KernelMemory memory;
  private final Mutex mutex;
  private final RwLock locks;
  private final Inodes inodes;
  private final Directory directories;
  private final Symlink symlinks;
  private final Capabilities capabilities;
  private final int scratch;

  /** The record that restricts this walk, or 0; then what the present directory is granted, and since which depth. */
  private int record;
  private int bits;
  private int depth;
  private int readSince;
  private int writeSince;
  private int nameBits;
  private int childBits;

  private VirtualFiles virtual;
  private int base;
  private boolean confined;
  private int parent;
  private int name;
  private int nameLength;
  private int child;
  private boolean trailingSlash;
  private boolean sawDotDot;
  private Last last = Last.NAME;

  PathWalk(KernelMemory memory, Mutex mutex, RwLock locks, Inodes inodes, Directory directories, Symlink symlinks,
      Capabilities capabilities, int scratch) {
    this.memory = memory;
    this.capabilities = capabilities;
    this.mutex = mutex;
    this.locks = locks;
    this.inodes = inodes;
    this.directories = directories;
    this.symlinks = symlinks;
    this.scratch = scratch;
  }

  void setVirtualFiles(VirtualFiles files) {
    virtual = files;
  }

  /** The directory that holds the last name; for {@code .} and {@code ..} the directory itself. */
  int parent() {
    return parent;
  }

  /** The address of the last name. */
  int name() {
    return name;
  }

  int nameLength() {
    return nameLength;
  }

  /** The inode found, 0 if there is none of that name. */
  int child() {
    return child;
  }

  boolean trailingSlash() {
    return trailingSlash;
  }

  Last last() {
    return last;
  }

  /** What a directory's own grants give. */
  int bitsOf(int capabilityRecord, int directory) {
    return capabilities.bitsOf(capabilityRecord, directory);
  }

  /** What the last name is granted to a restricted process: all to any other. */
  int bits() {
    return record == 0 ? START_BITS : childBits;
  }

  /**
   * What the place of the last name is granted to a restricted process, whatever stands there now: all to any other.
   */
  int nameBits() {
    return record == 0 ? START_BITS : nameBits;
  }

  /** The options of a walk that {@code record} of {@link Capabilities} restricts, from a directory granted {@code bits}. */
  public static int restricted(int record, int bits) {
    return record | bits & START_BITS;
  }

  /** Gives the result's holds back. */
  void release() {
    if (parent != 0) {
      inodes.release(parent);
      parent = 0;
    }
    if (child != 0) {
      inodes.release(child);
      child = 0;
    }
  }

  /** Hands the hold on {@link #child} to the caller and gives the other one back. */
  int takeChild() {
    int taken = child;
    child = 0;
    release();
    return taken;
  }

  /**
   * Walks. On success {@link #parent} and {@link #child} (if any) are held until {@link #release}.
   *
   * @param start the directory at which a relative path begins, held by the caller
   * @param path the path's bytes in kernel memory; not changed, not read again after the walk
   * @return 0, or ENOENT (also for an empty path), ENOTDIR, ELOOP, ENAMETOOLONG, or ENOTCAPABLE where it would leave the base or
   *     where a restricted process was not granted what the options say it needs
   */
  int walk(int start, int path, int length, int options) {
    base = start;
    confined = (options & CONFINED) != 0;
    record = options & RECORD;
    for (int restarts = 0; restarts < MAX_RESTARTS; restarts++) {
      int moves = memory.getIntVolatile(Superblock.DIRECTORY_MOVES);
      int error = walkOnce(path, length, options);
      // A directory that moved while we went up through it could lead out of the base: go again.
      if (!sawDotDot || memory.getIntVolatile(Superblock.DIRECTORY_MOVES) == moves) {
        return error;
      }
      release();
    }
    // Somebody moves directories all the time.
    mutex.lock(Superblock.RENAME_LOCK);
    int error = walkOnce(path, length, options);
    mutex.unlock(Superblock.RENAME_LOCK);
    return error;
  }

  private int walkOnce(int path, int length, int options) {
    begin(options);
    int error = resolve(path, length, (options & FOLLOW) != 0, (options & NEED_NAME) != 0);
    return record != 0 ? judge(error, options) : error;
  }

  private void begin(int options) {
    bits = options & START_BITS;
    depth = 0;
    readSince = 0;
    writeSince = 0;
  }

  /** One step down, into {@code inode}, which the name stands for. */
  private void descend(int directory, int start, int size, int inode) {
    depth++;
    gain(capabilities.bitsOfName(record, directory, start, size) | capabilities.bitsOf(record, inode)
        // Who opens what lies in a directory of the network is asked for other grants.
        | (VirtualFiles.isNetwork(inodes.node(inode)) ? START_BITS : 0));
  }

  private void gain(int more) {
    if ((more & ~bits & Capabilities.READ) != 0) {
      readSince = depth;
    }
    if ((more & ~bits & Capabilities.WRITE) != 0) {
      writeSince = depth;
    }
    bits |= more;
  }

  /** At the root, of which everything else is below: no grant of a start counts. */
  private void restart(int root) {
    begin(0);
    gain(capabilities.bitsOf(record, root));
  }

  /** One step up: what was gained below is lost. */
  private void ascend() {
    depth--;
    if (depth < readSince) {
      bits &= ~Capabilities.READ;
      readSince = 0;
    }
    if (depth < writeSince) {
      bits &= ~Capabilities.WRITE;
      writeSince = 0;
    }
  }

  /** What a restricted walk comes to. */
  private int judge(int error, int options) {
    if (error != Errno.SUCCESS) {
      // A name outside of what is granted must not even be known to be missing.
      return bits == 0 ? Errno.ENOTCAPABLE : error;
    }
    if (last == Last.NAME) {
      nameBits = bits | capabilities.bitsOfName(record, parent, name, nameLength);
      childBits = nameBits | (child == 0 ? 0 : capabilities.bitsOf(record, child))
          | (child != 0 && inodes.node(child) == VirtualFiles.OWN ? START_BITS : 0);
    } else {
      nameBits = bits;
      childBits = bits;
    }
    boolean granted = childBits != 0
        && ((options & NEED_READ) == 0 || (childBits & Capabilities.READ) != 0)
        && ((options & NEED_WRITE) == 0 || (childBits & Capabilities.WRITE) != 0)
        && ((options & NEED_NAME) == 0 || (nameBits & Capabilities.WRITE) != 0);
    if (!granted) {
      release();
      return Errno.ENOTCAPABLE;
    }
    return Errno.SUCCESS;
  }

  private int resolve(int path, int length, boolean follow, boolean changesName) {
    sawDotDot = false;
    parent = 0;
    child = 0;
    trailingSlash = false;
    if (length == 0) {
      return Errno.ENOENT;
    }
    if (length > PATH_MAX) {
      return Errno.ENAMETOOLONG;
    }
    int at = path;
    int end = path + length;
    int links = 0;
    int half = 0;
    int here = base;
    if (memory.getByte(at) == '/') {
      if (confined) {
        return Errno.ENOTCAPABLE;
      }
      here = memory.getInt(Superblock.ROOT_INODE);
      if (record != 0) {
        restart(here);
      }
    }
    inodes.hold(here);
    for (;;) {
      while (at < end && memory.getByte(at) == '/') {
        at++;
      }
      if (at == end) {
        // Only slashes: the root.
        return finish(here, Last.DOT, 0, 0);
      }
      int start = at;
      while (at < end && memory.getByte(at) != '/') {
        at++;
      }
      int size = at - start;
      int rest = at;
      while (rest < end && memory.getByte(rest) == '/') {
        rest++;
      }
      boolean isLast = rest == end;
      trailingSlash = isLast && rest > at;
      if (size > NAME_MAX) {
        return fail(here, Errno.ENAMETOOLONG);
      }
      if (memory.getByte(start) == '.' && size == 1) {
        if (isLast) {
          return finish(here, Last.DOT, 0, 0);
        }
        at = rest;
        continue;
      }
      if (memory.getByte(start) == '.' && size == 2 && memory.getByte(start + 1) == '.') {
        sawDotDot = true;
        if (confined && here == base) {
          return fail(here, Errno.ENOTCAPABLE);
        }
        if (record != 0 && bits == 0 && depth > 0) {
          // Coming back from what is not granted would tell that it is there.
          return fail(here, Errno.ENOTCAPABLE);
        }
        int up = holdParent(here);
        if (up == 0) {
          return fail(here, Errno.ENOENT);
        }
        inodes.release(here);
        here = up;
        if (record != 0 && here != memory.getInt(Superblock.ROOT_INODE)) {
          ascend();
        } else if (record != 0) {
          restart(here);
        }
        if (isLast) {
          return finish(here, Last.DOT_DOT, 0, 0);
        }
        at = rest;
        continue;
      }

      int found = holdChild(here, start, size);
      if (found < 0) {
        return fail(here, -found);
      }
      if (found == 0) {
        return isLast ? finish(here, Last.NAME, start, size) : fail(here, Errno.ENOENT);
      }
      int type = inodes.type(found);
      if (type == FileType.SYMLINK && (!isLast || follow || trailingSlash && !changesName)) {
        if (++links > MAX_SYMLINKS) {
          inodes.release(found);
          return fail(here, Errno.ELOOP);
        }
        int targetLength = symlinks.length(found);
        int tail = end - at;
        if (targetLength + tail > PATH_MAX) {
          inodes.release(found);
          return fail(here, Errno.ENAMETOOLONG);
        }
        int buffer = scratch + half * (PATH_MAX + 1);
        half ^= 1;
        memory.copy(buffer + targetLength, at, tail);
        memory.copy(buffer, symlinks.target(found), targetLength);
        inodes.release(found);
        at = buffer;
        end = buffer + targetLength + tail;
        if (memory.getByte(at) == '/') {
          if (confined) {
            return fail(here, Errno.ENOTCAPABLE);
          }
          inodes.release(here);
          here = memory.getInt(Superblock.ROOT_INODE);
          inodes.hold(here);
          if (record != 0) {
            restart(here);
          }
        }
        continue;
      }
      if (isLast) {
        if (trailingSlash && type != FileType.DIRECTORY) {
          inodes.release(found);
          return fail(here, Errno.ENOTDIR);
        }
        child = found;
        return finish(here, Last.NAME, start, size);
      }
      if (record != 0) {
        descend(here, start, size, found);
      }
      inodes.release(here);
      here = found;
      if (type != FileType.DIRECTORY) {
        return fail(here, Errno.ENOTDIR);
      }
      at = rest;
    }
  }

  private int finish(int directory, Last kind, int start, int size) {
    parent = directory;
    last = kind;
    name = start;
    nameLength = size;
    if (kind != Last.NAME) {
      inodes.hold(directory);
      child = directory;
    }
    return Errno.SUCCESS;
  }

  private int fail(int held, int error) {
    inodes.release(held);
    return error;
  }

  /** The inode, 0 if there is none, or a negative errno. */
  private int holdChild(int directory, int start, int size) {
    if (inodes.node(directory) != 0) {
      return virtual.child(directory, start, size);
    }
    locks.lockShared(directory + Inodes.LOCK);
    int entry = directories.find(directory, start, size);
    int inode = 0;
    if (entry != 0) {
      inode = directories.inodeOf(entry);
      inodes.hold(inode);
    }
    locks.unlockShared(directory + Inodes.LOCK);
    return inode;
  }

  /** The parent is alive as long as it has a child, and the child's lock keeps it so while we take our hold. */
  int holdParent(int directory) {
    locks.lockShared(directory + Inodes.LOCK);
    int up = directories.parent(directory);
    if (up != 0) {
      inodes.hold(up);
    }
    locks.unlockShared(directory + Inodes.LOCK);
    return up;
  }
}
