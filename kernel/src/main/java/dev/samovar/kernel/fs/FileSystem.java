package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Superblock;

/**
 * The operations on paths and inodes. A path is an address and a length in kernel memory, resolved from a directory
 * that the caller holds; {@code options} are {@link PathWalk}'s. Where nothing else is said, a method answers 0 or an
 * errno.
 */
public final class FileSystem {
  /** {@link #open}: make the file if it is not there. */
  public static final int CREATE = 1;
  /** {@link #open}: fail with ENOTDIR if it is no directory. */
  public static final int DIRECTORY = 2;
  /** {@link #open}, with {@link #CREATE}: fail with EEXIST if it is there. */
  public static final int EXCLUSIVE = 4;
  /** {@link #open}: cut a regular file to size 0. */
  public static final int TRUNCATE = 8;
  /** {@link #open}: the caller will write; EISDIR for a directory. */
  public static final int WRITE = 16;

  private final KernelMemory memory;
  private final Mutex mutex;
  private final RwLock locks;
  private final Inodes inodes;
  private final Changes changes;
  private final Directory directories;
  private final FileData files;
  private final Symlink symlinks;
  private VirtualFiles virtual;
  /** Where a name of a virtual directory is put for a listing. */
  private final int composed;
  private final PathWalk walk;
  private final PathWalk otherWalk;
  private final AbsolutePath absolutePath;
  private final PageAllocator pages;
  private final Host host;
  private final Quota quota;

  /**
   * @param scratch two times {@link PathWalk#SCRATCH} bytes of this worker's own
   * @param composed another 512 of them
   */
  public FileSystem(KernelMemory memory, GuestMemory guest, Host host, Mutex mutex, RwLock locks, PageAllocator pages,
      SlabAllocator slabs, Capabilities capabilities, Quota quota, int scratch, int composed) {
    this.composed = composed;
    this.memory = memory;
    this.mutex = mutex;
    this.locks = locks;
    this.pages = pages;
    this.host = host;
    this.quota = quota;
    files = new FileData(memory, pages, guest, quota);
    directories = new Directory(memory, slabs, pages, quota);
    symlinks = new Symlink(memory, slabs, pages, quota);
    changes = new Changes(memory, mutex, pages);
    inodes = new Inodes(memory, slabs, host, files, directories, symlinks, quota, changes);
    walk = new PathWalk(memory, mutex, locks, inodes, directories, symlinks, capabilities, scratch);
    otherWalk = new PathWalk(memory, mutex, locks, inodes, directories, symlinks, capabilities,
        scratch + PathWalk.SCRATCH);
    absolutePath = new AbsolutePath(memory, locks, inodes, directories, walk);
  }

  /** Makes an empty root directory in a new memory. */
  public void format() {
    memory.putInt(Superblock.RENAME_LOCK, 0);
    memory.putInt(Superblock.DIRECTORY_MOVES, 0);
    memory.putLong(Superblock.NEXT_INODE, 1);
    memory.putInt(Superblock.ZERO_PAGE, pages.allocateZeroed(0));
    host.random(Superblock.HASH_SEED, 4);
    int root = inodes.create(FileType.DIRECTORY, 0755);
    directories.setParent(root, root);
    inodes.addLink(root);
    memory.putInt(Superblock.ROOT_INODE, root);
  }

  /** Writes a directory's path so that it ends at {@code end}. Answers the address of its first byte. */
  public int writePath(int directory, int start, int end) {
    return absolutePath.write(directory, start, end);
  }

  /** Checks the tree of files, once all other holders of inodes are known. */
  public void check(Ledger ledger) {
    ledger.mutex(Superblock.RENAME_LOCK, "rename lock", "file system");
    ledger.run(memory.getInt(Superblock.ZERO_PAGE), 0, "page of zeros");
    changes.check(ledger);
    // The hold of the OS itself.
    inodes.checkHeld(root(), ledger);
    inodes.check(root(), ledger);
  }

  public Inodes inodes() {
    return inodes;
  }

  /** What the kernel worker hears of changes. */
  public Changes changes() {
    return changes;
  }

  /** Says who makes the names in virtual directories up. */
  public void setVirtualFiles(VirtualFiles files) {
    virtual = files;
    walk.setVirtualFiles(files);
    otherWalk.setVirtualFiles(files);
  }

  /** A regular file without a name that holds these bytes of the kernel's, held for the caller; 0 if there is no memory. */
  public int createSnapshot(int from, int length) {
    int inode = inodes.create(FileType.REGULAR, 0444);
    if (inode != 0) {
      inodes.setNode(inode, VirtualFiles.SNAPSHOT, 0);
      if (!files.fill(inode, from, length)) {
        inodes.release(inode);
        return 0;
      }
    }
    return inode;
  }

  /** A virtual directory without a name, held for the caller; 0 if there is no memory. */
  public int createVirtualDirectory(int node, int subject, int parent) {
    int inode = inodes.create(FileType.DIRECTORY, 0555);
    if (inode != 0) {
      inodes.setNode(inode, node, subject);
      directories.setParent(inode, parent);
    }
    return inode;
  }

  /** A device without a name, held for the caller; 0 if there is no memory. */
  public int createDevice(int number, int subject) {
    return createDevice(number, 0, subject);
  }

  /** The same, with a {@link VirtualFiles node}. */
  public int createDevice(int number, int node, int subject) {
    int inode = inodes.create(FileType.CHARACTER_DEVICE, 0600);
    if (inode != 0) {
      inodes.setDevice(inode, number);
      inodes.setNode(inode, node, subject);
    }
    return inode;
  }

  /** Makes a directory that is there a virtual one. The names that it has are out of reach from then on. */
  public void makeVirtual(int directory, int node) {
    inodes.setNode(directory, node, 0);
  }

  /** The root directory; it lives as long as the OS. */
  public int root() {
    return memory.getInt(Superblock.ROOT_INODE);
  }

  /**
   * Finds the inode behind a path.
   *
   * @return the inode, held for the caller, or a negative errno
   */
  public int lookup(int base, int path, int length, int options) {
    int error = walk.walk(base, path, length, options);
    if (error == Errno.SUCCESS && walk.child() == 0) {
      walk.release();
      error = Errno.ENOENT;
    }
    lastBits = walk.bits();
    return error != Errno.SUCCESS ? -error : walk.takeChild();
  }

  private int lastBits;

  /** What {@link #lookup}'s or {@link #open}'s last result is granted to a restricted process: see {@link PathWalk}. */
  public int lastBits() {
    return lastBits;
  }

  /**
   * Finds what a path is granted by: the directory itself, or the directory that has, or would have, the last name.
   *
   * @return the directory, held for the caller, or a negative errno; {@link #grantedNameLength} is 0 for itself
   */
  public int lookupGrant(int path, int length, int options) {
    int error = walk.walk(root(), path, length, options);
    if (error != Errno.SUCCESS) {
      return -error;
    }
    grantedName = walk.name();
    grantedNameLength = walk.nameLength();
    if (walk.child() != 0 && inodes.type(walk.child()) == FileType.DIRECTORY) {
      grantedNameLength = 0;
      return walk.takeChild();
    }
    int directory = walk.parent();
    inodes.hold(directory);
    walk.release();
    return directory;
  }

  /** What a directory that the caller holds is granted, by itself or by what it lies in. */
  public int grantedBits(int record, int directory) {
    int bits = 0;
    int at = directory;
    inodes.hold(at);
    for (;;) {
      bits |= walk.bitsOf(record, at);
      int up = at == root() ? 0 : walk.holdParent(at);
      inodes.release(at);
      if (up == 0) {
        return bits;
      }
      at = up;
    }
  }

  private int grantedName;
  private int grantedNameLength;

  /** The name that {@link #lookupGrant} found, good until the next walk. */
  public int grantedName() {
    return grantedName;
  }

  public int grantedNameLength() {
    return grantedNameLength;
  }

  /**
   * Finds or makes the inode behind a path, as open(2) does.
   *
   * @param flags a sum of {@link #CREATE}, {@link #DIRECTORY}, {@link #EXCLUSIVE}, {@link #TRUNCATE}, {@link #WRITE}
   * @return the inode, held for the caller, or a negative errno
   */
  public int open(int base, int path, int length, int options, int flags) {
    boolean create = (flags & CREATE) != 0;
    boolean exclusive = create && (flags & EXCLUSIVE) != 0;
    if (create && (flags & DIRECTORY) != 0) {
      return -Errno.EINVAL;
    }
    for (;;) {
      int error = walk.walk(base, path, length, (exclusive ? options & ~PathWalk.FOLLOW : options)
          | ((flags & (WRITE | TRUNCATE)) != 0 ? PathWalk.NEED_WRITE : 0));
      if (error != Errno.SUCCESS) {
        return -error;
      }
      int found = walk.child();
      lastBits = walk.bits();
      if (found == 0) {
        if (!create) {
          return abandon(Errno.ENOENT);
        }
        if (walk.trailingSlash()) {
          return abandon(Errno.EISDIR);
        }
        if ((lastBits & Capabilities.WRITE) == 0) {
          return abandon(Errno.ENOTCAPABLE);
        }
        int made = createFile();
        if (made == -Errno.EEXIST && !exclusive) {
          continue;
        }
        return made;
      }
      if (exclusive) {
        return abandon(Errno.EEXIST);
      }
      int type = inodes.type(found);
      if (type == FileType.SYMLINK) {
        return abandon((flags & DIRECTORY) != 0 ? Errno.ENOTDIR : Errno.ELOOP);
      }
      if (type == FileType.DIRECTORY && (flags & (WRITE | CREATE | TRUNCATE)) != 0) {
        return abandon(Errno.EISDIR);
      }
      if (type != FileType.DIRECTORY && (flags & DIRECTORY) != 0) {
        return abandon(Errno.ENOTDIR);
      }
      if ((flags & (WRITE | TRUNCATE)) != 0 && inodes.node(found) == VirtualFiles.SNAPSHOT) {
        return abandon(Errno.EACCES);
      }
      if (type == FileType.REGULAR && (flags & TRUNCATE) != 0) {
        setSize(found, 0);
      }
      return walk.takeChild();
    }
  }

  private int abandon(int error) {
    walk.release();
    return -error;
  }

  private int createFile() {
    int inode = pages.hasRoomForFiles() ? inodes.create(FileType.REGULAR, 0644) : 0;
    if (inode == 0) {
      return abandon(full());
    }
    inodes.addLink(inode);
    int error = enter(walk, inode);
    walk.release();
    if (error != Errno.SUCCESS) {
      inodes.release(inode);
      return -error;
    }
    return inode;
  }

  /** Why there was no room: the process's own quota, or that of the OS. */
  private int full() {
    return quota.wasExceeded() ? Errno.EDQUOT : Errno.ENOSPC;
  }

  /**
   * Gives an inode the name that {@code at} found missing. Its link is counted already, so that nobody who finds the name
   * can take the last one away; on failure it is taken back.
   */
  private int enter(PathWalk at, int inode) {
    int directory = at.parent();
    locks.lock(directory + Inodes.LOCK);
    int error;
    if (inodes.node(directory) != 0) {
      error = Errno.EPERM;
    } else if (directories.parent(directory) == 0) {
      error = Errno.ENOENT;
    } else if (directories.find(directory, at.name(), at.nameLength()) != 0) {
      error = Errno.EEXIST;
    } else {
      if (inodes.type(inode) == FileType.DIRECTORY) {
        directories.setParent(inode, directory);
      }
      error = directories.add(directory, at.name(), at.nameLength(), inode);
      if (error == Errno.SUCCESS) {
        inodes.touch(directory);
      }
    }
    locks.unlock(directory + Inodes.LOCK);
    if (error != Errno.SUCCESS) {
      inodes.removeLink(inode);
    }
    return error;
  }

  /** Makes an inode under a path that is free. Answers a negative errno, or the inode, held. */
  private int make(int base, int path, int length, int options, int type, int mode, int argument, int argumentLength) {
    int error = walk.walk(base, path, length, options & ~PathWalk.FOLLOW | PathWalk.NEED_WRITE);
    if (error != Errno.SUCCESS) {
      return -error;
    }
    if (walk.child() != 0) {
      return abandon(Errno.EEXIST);
    }
    if (walk.trailingSlash() && type != FileType.DIRECTORY) {
      return abandon(Errno.ENOENT);
    }
    int inode = pages.hasRoomForFiles() ? inodes.create(type, mode) : 0;
    if (inode == 0) {
      return abandon(full());
    }
    if (type == FileType.SYMLINK && !symlinks.set(inode, argument, argumentLength)) {
      error = full();
    } else {
      if (type == FileType.CHARACTER_DEVICE) {
        inodes.setDevice(inode, argument);
      }
      inodes.addLink(inode);
      error = enter(walk, inode);
    }
    walk.release();
    if (error != Errno.SUCCESS) {
      inodes.release(inode);
      return -error;
    }
    return inode;
  }

  private int makeOnly(int inodeOrError) {
    if (inodeOrError < 0) {
      return -inodeOrError;
    }
    inodes.release(inodeOrError);
    return Errno.SUCCESS;
  }

  public int makeDirectory(int base, int path, int length, int options) {
    return makeOnly(make(base, path, length, options, FileType.DIRECTORY, 0755, 0, 0));
  }

  /** Makes a character device; {@code number} is one of {@link Devices}. */
  public int makeDevice(int base, int path, int length, int number) {
    return makeOnly(make(base, path, length, 0, FileType.CHARACTER_DEVICE, 0666, number, 0));
  }

  /** Whether reading from an inode draws random numbers, which is a capability of its own. */
  public boolean isRandom(int inode) {
    return inodes.type(inode) == FileType.CHARACTER_DEVICE && inodes.device(inode) == Devices.RANDOM;
  }

  public int makeSymlink(int target, int targetLength, int base, int path, int length, int options) {
    if (targetLength == 0) {
      return Errno.ENOENT;
    }
    if (targetLength > PathWalk.PATH_MAX) {
      return Errno.ENAMETOOLONG;
    }
    return makeOnly(make(base, path, length, options, FileType.SYMLINK, 0777, target, targetLength));
  }

  /** Where a symlink's target is: see {@link #targetLength}. The inode is held by the caller and a symlink. */
  public int target(int inode) {
    return symlinks.target(inode);
  }

  /** Bytes of a symlink's target. */
  public int targetLength(int inode) {
    return symlinks.length(inode);
  }

  /** Removes a name of something that is no directory. */
  public int unlink(int base, int path, int length, int options) {
    int error = walk.walk(base, path, length, options & ~PathWalk.FOLLOW | PathWalk.NEED_NAME);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (walk.last() != PathWalk.Last.NAME) {
      walk.release();
      return Errno.EISDIR;
    }
    int directory = walk.parent();
    locks.lock(directory + Inodes.LOCK);
    int entry = directories.find(directory, walk.name(), walk.nameLength());
    int inode = 0;
    if (entry == 0) {
      error = Errno.ENOENT;
    } else {
      inode = directories.inodeOf(entry);
      if (inodes.type(inode) == FileType.DIRECTORY) {
        error = Errno.EISDIR;
      } else if (walk.trailingSlash()) {
        error = Errno.ENOTDIR;
      } else {
        directories.remove(directory, entry);
        inodes.touch(directory);
      }
    }
    locks.unlock(directory + Inodes.LOCK);
    if (error == Errno.SUCCESS) {
      // Freeing a large file takes a while: not under the directory's lock.
      inodes.removeLink(inode);
    }
    walk.release();
    return error;
  }

  /** Removes an empty directory. */
  public int removeDirectory(int base, int path, int length, int options) {
    int error = walk.walk(base, path, length, options & ~PathWalk.FOLLOW | PathWalk.NEED_NAME);
    if (error != Errno.SUCCESS) {
      return error;
    }
    if (walk.last() != PathWalk.Last.NAME) {
      error = walk.last() == PathWalk.Last.DOT ? Errno.EINVAL : Errno.ENOTEMPTY;
      walk.release();
      return error;
    }
    int directory = walk.parent();
    locks.lock(directory + Inodes.LOCK);
    int entry = directories.find(directory, walk.name(), walk.nameLength());
    int inode = 0;
    if (entry == 0) {
      error = Errno.ENOENT;
    } else {
      inode = directories.inodeOf(entry);
      error = inodes.type(inode) == FileType.DIRECTORY ? bury(inode) : Errno.ENOTDIR;
      if (error == Errno.SUCCESS) {
        directories.remove(directory, entry);
        inodes.touch(directory);
      }
    }
    locks.unlock(directory + Inodes.LOCK);
    if (error == Errno.SUCCESS) {
      inodes.removeLink(inode);
    }
    walk.release();
    return error;
  }

  /** Marks a directory as removed if it is empty. The caller has its parent's lock. */
  private int bury(int directory) {
    if (inodes.node(directory) != 0) {
      return Errno.EBUSY;
    }
    locks.lock(directory + Inodes.LOCK);
    boolean empty = directories.count(directory) == 0;
    if (empty) {
      directories.setParent(directory, 0);
    }
    locks.unlock(directory + Inodes.LOCK);
    return empty ? Errno.SUCCESS : Errno.ENOTEMPTY;
  }

  /** Gives the file behind one path a second name. */
  public int link(int oldBase, int oldPath, int oldLength, int oldOptions, int base, int path, int length,
      int options) {
    int inode = lookup(oldBase, oldPath, oldLength, oldOptions);
    if (inode < 0) {
      return -inode;
    }
    int bits = lastBits;
    int error = inodes.type(inode) == FileType.DIRECTORY ? Errno.EPERM
        : walk.walk(base, path, length, options & ~PathWalk.FOLLOW | PathWalk.NEED_NAME);
    if (error == Errno.SUCCESS) {
      if ((walk.nameBits() & ~bits) != 0) {
        // The new name would allow what the old one does not.
        error = Errno.ENOTCAPABLE;
      } else if (walk.child() != 0) {
        error = Errno.EEXIST;
      } else if (walk.trailingSlash()) {
        error = Errno.ENOENT;
      } else if (!inodes.addLinkIfLinked(inode)) {
        error = Errno.ENOENT;
      } else {
        error = enter(walk, inode);
      }
      walk.release();
    }
    inodes.release(inode);
    return error;
  }

  /** Renames, replacing what has the new name, as rename(2) does. */
  public int rename(int oldBase, int oldPath, int oldLength, int oldOptions, int base, int path, int length,
      int options) {
    int error = walk.walk(oldBase, oldPath, oldLength, oldOptions & ~PathWalk.FOLLOW | PathWalk.NEED_NAME);
    if (error != Errno.SUCCESS) {
      return error;
    }
    error = otherWalk.walk(base, path, length, options & ~PathWalk.FOLLOW | PathWalk.NEED_NAME);
    if (error == Errno.SUCCESS) {
      if ((otherWalk.nameBits() & ~walk.nameBits()) != 0) {
        // The new name would allow what the old one does not.
        error = Errno.ENOTCAPABLE;
      } else if (walk.child() == 0) {
        error = Errno.ENOENT;
      } else if (walk.last() != PathWalk.Last.NAME || otherWalk.last() != PathWalk.Last.NAME) {
        error = Errno.EBUSY;
      } else {
        error = renameFound();
      }
    }
    walk.release();
    otherWalk.release();
    return error;
  }

  private int renameFound() {
    int from = walk.parent();
    int to = otherWalk.parent();
    if (from == to) {
      locks.lock(from + Inodes.LOCK);
    } else {
      mutex.lock(Superblock.RENAME_LOCK);
      boolean fromFirst = climbsTo(to, from) || !climbsTo(from, to) && from < to;
      locks.lock((fromFirst ? from : to) + Inodes.LOCK);
      locks.lock((fromFirst ? to : from) + Inodes.LOCK);
    }
    replaced = 0;
    int error = renameLocked(from, to);
    locks.unlock(from + Inodes.LOCK);
    if (from != to) {
      locks.unlock(to + Inodes.LOCK);
      mutex.unlock(Superblock.RENAME_LOCK);
    }
    if (replaced != 0) {
      inodes.removeLink(replaced);
    }
    return error;
  }

  /** What the last rename took the name from. */
  private int replaced;

  private int renameLocked(int from, int to) {
    int oldEntry = directories.find(from, walk.name(), walk.nameLength());
    if (inodes.node(to) != 0) {
      return Errno.EPERM;
    }
    if (oldEntry == 0 || directories.parent(to) == 0) {
      return Errno.ENOENT;
    }
    int moved = directories.inodeOf(oldEntry);
    boolean movesDirectory = inodes.type(moved) == FileType.DIRECTORY;
    if (!movesDirectory && (walk.trailingSlash() || otherWalk.trailingSlash())) {
      return Errno.ENOTDIR;
    }
    int newEntry = directories.find(to, otherWalk.name(), otherWalk.nameLength());
    int target = newEntry == 0 ? 0 : directories.inodeOf(newEntry);
    if (target == moved) {
      return Errno.SUCCESS;
    }
    if (movesDirectory && from != to && isAncestor(moved, to)) {
      return Errno.EINVAL;
    }
    if (target != 0) {
      if (movesDirectory) {
        if (inodes.type(target) != FileType.DIRECTORY) {
          return Errno.ENOTDIR;
        }
        // One that holds the source cannot be empty, and its lock comes before those held here.
        int error = from != to && isAncestor(target, from) ? Errno.ENOTEMPTY : bury(target);
        if (error != Errno.SUCCESS) {
          return error;
        }
      } else if (inodes.type(target) == FileType.DIRECTORY) {
        return Errno.EISDIR;
      }
      directories.replace(newEntry, moved);
      replaced = target;
    } else {
      int error = directories.add(to, otherWalk.name(), otherWalk.nameLength(), moved);
      if (error != Errno.SUCCESS) {
        return error;
      }
    }
    directories.remove(from, oldEntry);
    if (movesDirectory && from != to) {
      locks.lock(moved + Inodes.LOCK);
      // Before anybody can go up to the new parent: a walk that does must see that it has to start again.
      memory.getAndAdd(Superblock.DIRECTORY_MOVES, 1);
      directories.setParent(moved, to);
      locks.unlock(moved + Inodes.LOCK);
    }
    inodes.touch(from);
    if (from != to) {
      inodes.touch(to);
    }
    return Errno.SUCCESS;
  }

  /**
   * Whether {@code above} is {@code below} or one of its ancestors, found by holding each on the way: without the
   * locks of a rename, a directory that is removed meanwhile could be freed under our feet.
   */
  private boolean climbsTo(int below, int above) {
    int at = below;
    inodes.hold(at);
    while (at != above && at != root()) {
      int up = walk.holdParent(at);
      inodes.release(at);
      if (up == 0) {
        return false;
      }
      at = up;
    }
    inodes.release(at);
    return at == above;
  }

  /**
   * Whether {@code above} is {@code below} or one of its ancestors. The caller has the rename lock and that of
   * {@code below}, which has a parent or a name in it: nothing on the way up can be removed.
   */
  private boolean isAncestor(int above, int below) {
    int root = root();
    int at = below;
    while (at != 0) {
      if (at == above) {
        return true;
      }
      if (at == root) {
        return false;
      }
      at = directories.parent(at);
    }
    return false;
  }

  /**
   * Reads a regular file into the guest.
   *
   * @param offset in bytes
   * @param vectors {@link Vectors} that were checked
   * @return the bytes read, 0 at the end, or a negative errno
   */
  public int read(int inode, long offset, int vectors, int count) {
    int done = 0;
    locks.lockShared(inode + Inodes.LOCK);
    for (int i = 0; i < count; i++) {
      int length = Vectors.length(memory, vectors, i);
      int n = files.read(inode, offset + done, Vectors.address(memory, vectors, i), length);
      if (n < 0) {
        done = done > 0 ? done : n;
        break;
      }
      done += n;
      if (n < length) {
        break;
      }
    }
    inodes.touchAccess(inode);
    locks.unlockShared(inode + Inodes.LOCK);
    return done;
  }

  /**
   * Writes guest bytes to a regular file, all vectors as one.
   *
   * @param offset in bytes; negative appends, and {@link #lastWriteEnd} then says where that ended
   * @param vectors {@link Vectors} that were checked
   * @return the bytes written, or a negative errno
   */
  public int write(int inode, long offset, int vectors, int count) {
    int done = 0;
    locks.lock(inode + Inodes.LOCK);
    long at = offset < 0 ? inodes.size(inode) : offset;
    for (int i = 0; i < count; i++) {
      int length = Vectors.length(memory, vectors, i);
      int n = files.write(inode, at + done, Vectors.address(memory, vectors, i), length);
      if (n < 0) {
        done = done > 0 ? done : n;
        break;
      }
      done += n;
      if (n < length) {
        break;
      }
    }
    if (done > 0) {
      inodes.touch(inode);
    }
    lastWriteEnd = at + Math.max(done, 0);
    locks.unlock(inode + Inodes.LOCK);
    return done;
  }

  private long lastWriteEnd;

  /** The offset behind the last byte of this worker's last {@link #write}. */
  public long lastWriteEnd() {
    return lastWriteEnd;
  }

  /** Sets a regular file's size, in bytes: cut, or filled up with zeros. */
  public int setSize(int inode, long size) {
    if (inodes.type(inode) != FileType.REGULAR) {
      return Errno.EINVAL;
    }
    if (size < 0 || size > quota.fileSize() && size > inodes.size(inode)) {
      return Errno.EFBIG;
    }
    locks.lock(inode + Inodes.LOCK);
    files.truncate(inode, size);
    inodes.touch(inode);
    locks.unlock(inode + Inodes.LOCK);
    return Errno.SUCCESS;
  }

  /** Makes a regular file at least {@code offset + length} bytes long, with memory behind that range. */
  public int allocate(int inode, long offset, long length) {
    if (offset < 0 || length <= 0) {
      return Errno.EINVAL;
    }
    if (offset > Long.MAX_VALUE - length) {
      return Errno.EFBIG;
    }
    if (offset + length > quota.fileSize() && offset + length > inodes.size(inode)) {
      return Errno.EFBIG;
    }
    if ((offset + length >>> PageAllocator.PAGE_SHIFT) > pages.maximumPages()) {
      return Errno.ENOSPC;
    }
    locks.lock(inode + Inodes.LOCK);
    boolean room = files.allocate(inode, offset, length);
    if (!room) {
      // What was added beyond the end would be out of everybody's reach.
      files.truncate(inode, inodes.size(inode));
    } else if (offset + length > inodes.size(inode)) {
      files.truncate(inode, offset + length);
      inodes.touch(inode);
    }
    locks.unlock(inode + Inodes.LOCK);
    return room ? Errno.SUCCESS : full();
  }

  /** Sets times in ns since 1970; a negative one stays as it is. */
  public void setTimes(int inode, long access, long modification) {
    locks.lock(inode + Inodes.LOCK);
    inodes.setTimes(inode, access, modification);
    locks.unlock(inode + Inodes.LOCK);
  }

  /** Begins a look through a directory's names, by {@link #firstName} and {@link #nextName}; ends with {@link #endNames}. */
  public void beginNames(int directory) {
    if (inodes.node(directory) == 0) {
      locks.lockShared(directory + Inodes.LOCK);
    }
  }

  public void endNames(int directory) {
    if (inodes.node(directory) == 0) {
      locks.unlockShared(directory + Inodes.LOCK);
    }
  }

  /** The first name after a cookie from {@link Cookies#AFTER_PARENT} on, 0 at the end. */
  public int firstName(int directory, long cookie) {
    return inodes.node(directory) == 0 ? directories.after(directory, cookie)
        : nextVirtual(directory, Directory.composedNumber(cookie));
  }

  /** The name after another, 0 at the end. */
  public int nextName(int directory, int entry) {
    return inodes.node(directory) == 0 ? directories.next(directory, entry)
        : nextVirtual(directory, Directory.composedNumber(directories.cookie(entry)));
  }

  private int nextVirtual(int directory, int number) {
    int next = virtual.next(directory, number, directories.nameOf(composed));
    if (next < 0) {
      return 0;
    }
    directories.compose(composed, next, virtual.nameLength(), virtual.nameType());
    return composed;
  }

  public long cookieOf(int entry) {
    return directories.cookie(entry);
  }

  /** The {@link FileType} of what a name stands for. */
  public int typeOf(int entry) {
    return directories.typeOf(entry);
  }

  /** The inode number of what a name stands for. */
  public long numberOf(int entry) {
    return directories.numberOf(entry);
  }

  public int nameOf(int entry) {
    return directories.nameOf(entry);
  }

  public int nameLengthOf(int entry) {
    return directories.lengthOf(entry);
  }

  /** The inode number of a directory's parent; its own for the root and for one that was removed. */
  public long parentNumber(int directory) {
    locks.lockShared(directory + Inodes.LOCK);
    int up = directories.parent(directory);
    long number = inodes.number(up == 0 ? directory : up);
    locks.unlockShared(directory + Inodes.LOCK);
    return number;
  }

  /** Reading positions that come before any name's. */
  public static final class Cookies {
    public static final long START = 0;
    public static final long AFTER_SELF = 1;
    public static final long AFTER_PARENT = Directory.FIRST_COOKIE;

    private Cookies() {}
  }
}
