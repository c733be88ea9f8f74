package dev.samovar.kernel.fs;

import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Superblock;

/**
 * The inode record.
 *
 * <pre>
 *    0 lock        RwLock: contents, times and size; a directory's names
 *    4 refs        holders, and one for having names
 *    8 type        FileType
 *   12 nlink       names
 *   16 ino    24 size (bytes)    32 atime   40 mtime   48 ctime (ns since 1970)
 *   56 version     moves on with every change of contents
 *   60 mode        permission bits as stat shows them
 *   64 … 88        by type: FileData, Directory, Symlink, or the device's number
 *   88 node        0, or what the inode is in VirtualFiles   92 what that is about, a pid for instance
 * </pre>
 */
public final class Inodes {
  public static final int LOCK = 0;
  static final int REFS = 4;
  static final int TYPE = 8;
  static final int NLINK = 12;
  static final int INO = 16;
  static final int SIZE = 24;
  static final int ATIME = 32;
  static final int MTIME = 40;
  static final int CTIME = 48;
  static final int VERSION = 56;
  static final int MODE = 60;
  static final int BODY = 64;
  private static final int NODE = 88;
  private static final int SUBJECT = 92;
  static final int RECORD = 96;

  private static final String INODE = "inode";

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final Host host;
  private final FileData files;
  private final Directory directories;
  private final Symlink symlinks;
  private final Quota quota;
  private final Changes changes;

  Inodes(KernelMemory memory, SlabAllocator slabs, Host host, FileData files, Directory directories,
      Symlink symlinks, Quota quota, Changes changes) {
    this.memory = memory;
    this.slabs = slabs;
    this.host = host;
    this.files = files;
    this.directories = directories;
    this.symlinks = symlinks;
    this.quota = quota;
    this.changes = changes;
  }

  /** A new inode with one holder (the caller) and no name; 0 if there is no memory, or no room in the quota. */
  int create(int type, int mode) {
    if (!quota.take(Quota.INODE)) {
      return 0;
    }
    int inode = slabs.allocateZeroed(RECORD);
    if (inode == 0) {
      quota.give(Quota.INODE);
    } else {
      long now = host.fileTimeNanos();
      memory.putInt(inode + REFS, 1);
      memory.putInt(inode + TYPE, type);
      memory.putInt(inode + MODE, mode);
      memory.putLong(inode + INO, memory.getAndAddLong(Superblock.NEXT_INODE, 1));
      memory.putLong(inode + ATIME, now);
      memory.putLong(inode + MTIME, now);
      memory.putLong(inode + CTIME, now);
    }
    return inode;
  }

  /** One holder more. The caller holds the inode already, or the lock of a directory that names it. */
  public void hold(int inode) {
    memory.getAndAdd(inode + REFS, 1);
  }

  /** One holder less; the last one frees the inode and what it holds. */
  public void release(int inode) {
    if (memory.getAndAdd(inode + REFS, -1) == 1) {
      switch (type(inode)) {
        case FileType.REGULAR:
          files.truncate(inode, 0);
          break;
        case FileType.DIRECTORY:
          directories.freeTable(inode);
          break;
        case FileType.SYMLINK:
          symlinks.free(inode);
          break;
        default:
          break;
      }
      if (ownsSubject(inode)) {
        slabs.free(subject(inode));
      }
      slabs.free(inode);
      quota.give(Quota.INODE);
    }
  }

  /** Whether its subject is a record of its own, which goes with it: the name of a host, as somebody wrote it. */
  private boolean ownsSubject(int inode) {
    return node(inode) == VirtualFiles.HOST || device(inode) == Devices.CONNECT;
  }

  /** A name was added; the caller holds the inode, and keeps its hold. */
  void addLink(int inode) {
    if (memory.getAndAdd(inode + NLINK, 1) == 0) {
      hold(inode);
    }
  }

  /** One name more, unless the last one is gone already. */
  boolean addLinkIfLinked(int inode) {
    for (;;) {
      int links = memory.getIntVolatile(inode + NLINK);
      if (links == 0) {
        return false;
      }
      if (memory.compareAndExchange(inode + NLINK, links, links + 1) == links) {
        return true;
      }
    }
  }

  /** A name was removed. The caller holds the inode if it goes on using it. */
  void removeLink(int inode) {
    memory.putLong(inode + CTIME, host.fileTimeNanos());
    if (memory.getAndAdd(inode + NLINK, -1) == 1) {
      release(inode);
    }
  }

  /** A holder was found: an open file, a working directory. */
  public void checkHeld(int inode, Ledger ledger) {
    ledger.refer(inode + REFS);
    ledger.reached(INODE).add(inode);
  }

  /** A name was found. */
  void checkNamed(int directory, int inode, Ledger ledger) {
    ledger.refer(inode + NLINK);
    ledger.reached(INODE).add(inode);
    if (ledger.isRecord(inode, RECORD) && type(inode) == FileType.DIRECTORY
        && directories.parent(inode) != directory) {
      ledger.report("parent", Ledger.at("directory", inode), "has a name in another directory than its parent.");
    }
  }

  /** Checks all inodes that were reached, and what is reached from them. */
  void check(int root, Ledger ledger) {
    Reached inodes = ledger.reached(INODE);
    checkNamed(root, root, ledger);
    for (int inode = inodes.next(); inode != 0; inode = inodes.next()) {
      if (ledger.record(inode, RECORD, INODE)) {
        checkContents(inode, ledger);
      }
    }
    for (int i = 0; i < inodes.size(); i++) {
      if (ledger.isRecord(inodes.get(i), RECORD)) {
        checkCounts(inodes.get(i), ledger);
      }
    }
  }

  private void checkContents(int inode, Ledger ledger) {
    ledger.rwLock(inode + LOCK, Ledger.at(INODE, inode));
    if (number(inode) <= 0 || number(inode) >= memory.getLong(Superblock.NEXT_INODE)) {
      ledger.report("inode number", Ledger.at(INODE, inode), "has the number " + number(inode)
          + ", which was never given out.");
    }
    if (size(inode) < 0) {
      ledger.report("inode size", Ledger.at(INODE, inode), "has " + size(inode) + " bytes.");
    }
    if (ownsSubject(inode)) {
      ledger.record(subject(inode), 1, "name of a host");
    }
    switch (type(inode)) {
      case FileType.REGULAR:
        files.check(inode, ledger);
        break;
      case FileType.DIRECTORY:
        directories.check(inode, ledger, this);
        break;
      case FileType.SYMLINK:
        symlinks.check(inode, ledger);
        break;
      case FileType.CHARACTER_DEVICE:
        break;
      default:
        ledger.report("inode type", Ledger.at(INODE, inode), "has type " + type(inode) + ", which there is not.");
        break;
    }
  }

  private void checkCounts(int inode, Ledger ledger) {
    String where = Ledger.at(INODE, inode);
    int names = ledger.references(inode + NLINK);
    ledger.expectReferences(inode + NLINK, "link count", where);
    if (memory.getInt(inode + NLINK) > 0) {
      // Having names at all counts as one.
      ledger.refer(inode + REFS);
    }
    ledger.expectReferences(inode + REFS, "reference count", where);
    if (type(inode) == FileType.DIRECTORY) {
      if (names > 1) {
        ledger.report("cycle", where, "is a directory with " + names + " names.");
      } else if (names == 0 && directories.parent(inode) != 0 && node(inode) == 0) {
        ledger.report("unreachable", where, "is a directory that has a parent, and no name there.");
      } else if (names == 1 && directories.parent(inode) == 0) {
        ledger.report("parent", where, "is a directory that has a name, and no parent.");
      }
      if (directories.parent(inode) == 0 && directories.count(inode) != 0) {
        ledger.report("unreachable", where, "is a directory that was removed, and has names.");
      }
    }
  }

  public int type(int inode) {
    return memory.getInt(inode + TYPE);
  }

  public int links(int inode) {
    return memory.getIntVolatile(inode + NLINK);
  }

  /** The inode number: unique in an OS and never used again. */
  public long number(int inode) {
    return memory.getLong(inode + INO);
  }

  /** Bytes. */
  public long size(int inode) {
    return memory.getLong(inode + SIZE);
  }

  public int mode(int inode) {
    return memory.getInt(inode + MODE);
  }

  /** A number that every change of the contents moves on. */
  public int version(int inode) {
    return memory.getIntVolatile(inode + VERSION);
  }

  /** Nanoseconds since 1970. */
  public long accessTime(int inode) {
    return memory.getLong(inode + ATIME);
  }

  /** Nanoseconds since 1970. */
  public long modificationTime(int inode) {
    return memory.getLong(inode + MTIME);
  }

  /** Nanoseconds since 1970. */
  public long changeTime(int inode) {
    return memory.getLong(inode + CTIME);
  }

  /** The device's number, one of {@link Devices}; 0 for all else. */
  public int device(int inode) {
    return type(inode) == FileType.CHARACTER_DEVICE ? memory.getInt(inode + BODY) : 0;
  }

  /** 0, or which of {@link VirtualFiles} it is: they are made as they are looked up, and cannot be changed. */
  public int node(int inode) {
    return memory.getInt(inode + NODE);
  }

  /** What a virtual file is about, a pid for instance. */
  public int subject(int inode) {
    return memory.getInt(inode + SUBJECT);
  }

  void setNode(int inode, int node, int subject) {
    memory.putInt(inode + NODE, node);
    memory.putInt(inode + SUBJECT, subject);
  }

  void setDevice(int inode, int number) {
    memory.putInt(inode + BODY, number);
  }

  /** Stamps a change of the contents. The caller has the inode's lock. */
  void touch(int inode) {
    long now = host.fileTimeNanos();
    memory.putLong(inode + MTIME, now);
    memory.putLong(inode + CTIME, now);
    memory.putInt(inode + VERSION, memory.getInt(inode + VERSION) + 1);
    changes.note(inode);
  }

  /**
   * Stamps a read, as relatime does: only if the last stamp is not younger than the last change, so that a loop of
   * reads costs nothing.
   */
  void touchAccess(int inode) {
    if (memory.getLong(inode + ATIME) <= memory.getLong(inode + MTIME)) {
      memory.putLong(inode + ATIME, Math.max(host.fileTimeNanos(), memory.getLong(inode + MTIME) + 1));
    }
  }

  /** Sets times in ns; a negative one stays as it is. The caller has the inode's lock. */
  void setTimes(int inode, long access, long modification) {
    if (access >= 0) {
      memory.putLong(inode + ATIME, access);
    }
    if (modification >= 0) {
      memory.putLong(inode + MTIME, modification);
    }
    memory.putLong(inode + CTIME, host.fileTimeNanos());
  }
}
