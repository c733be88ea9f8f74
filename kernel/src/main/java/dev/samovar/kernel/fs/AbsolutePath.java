package dev.samovar.kernel.fs;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.Superblock;

/** From a directory's inode back to its path, for people to read: a look through the names of each parent. */
final class AbsolutePath {
  /** In a directory with more names than this nobody looks for one. */
  private static final int MOST_NAMES = 4096;

  private final KernelMemory memory;
  private final RwLock locks;
  private final Inodes inodes;
  private final Directory directories;
  private final PathWalk walk;

  AbsolutePath(KernelMemory memory, RwLock locks, Inodes inodes, Directory directories, PathWalk walk) {
    this.memory = memory;
    this.locks = locks;
    this.inodes = inodes;
    this.directories = directories;
    this.walk = walk;
  }

  /**
   * Writes a path so that it ends at {@code end}; a name that cannot be found is {@code ?}.
   *
   * @param directory held by the caller
   * @param start where the room begins: what does not fit of the path's beginning is left out
   * @return the address of its first byte
   */
  int write(int directory, int start, int end) {
    int root = memory.getInt(Superblock.ROOT_INODE);
    int at = end;
    int here = directory;
    inodes.hold(here);
    while (here != root) {
      int up = walk.holdParent(here);
      at = up == 0 ? put(at, start, '?') : prepend(up, here, at, start);
      inodes.release(here);
      if (up == 0) {
        return at;
      }
      here = up;
    }
    inodes.release(here);
    return at == end ? put(at, start, '/') : at;
  }

  private int prepend(int parent, int child, int end, int start) {
    int at = end;
    boolean found = false;
    locks.lockShared(parent + Inodes.LOCK);
    long cookie = FileSystem.Cookies.AFTER_PARENT;
    for (int i = 0; i < MOST_NAMES && !found; i++) {
      int entry = directories.after(parent, cookie);
      if (entry == 0) {
        break;
      }
      cookie = directories.cookie(entry);
      found = directories.inodeOf(entry) == child;
      if (found) {
        int length = Math.min(directories.lengthOf(entry), at - start);
        at -= length;
        memory.copy(at, directories.nameOf(entry) + directories.lengthOf(entry) - length, length);
      }
    }
    locks.unlockShared(parent + Inodes.LOCK);
    return put(found ? at : put(at, start, '?'), start, '/');
  }

  private int put(int at, int start, char c) {
    if (at > start) {
      memory.putByte(at - 1, c);
      return at - 1;
    }
    return at;
  }
}
