package dev.samovar.kernel.fs;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Superblock;

/**
 * The names in a directory: a hash table whose buckets are chosen by the hash's <em>top</em> bits and whose chains are
 * sorted by hash. All names are therefore in the order of their hashes however many buckets there are, and a position
 * in that order survives every change: reading on from one costs a look into a single chain.
 *
 * <pre>
 *   inode + 64  parent directory, 0 once removed (the root is its own)
 *   inode + 68  buckets: an array of addresses of names, 0 while there never was a name
 *   inode + 72  its size, as a power of two
 *   inode + 76  names
 *
 *   name (dentry):  0 next   4 hash   8 rank among equal hashes (8 bits)   9 FileType (8 bits)   10 length (16 bits)
 *                  12 inode   16 ino   24 bytes
 * </pre>
 *
 * A name knows its inode's type and number, which never change: a listing reads no inodes.
 *
 * The caller has the directory's lock: shared for looking, exclusive for changing.
 */
final class Directory {
  static final int PARENT = Inodes.BODY;
  private static final int BUCKETS = Inodes.BODY + 4;
  private static final int BITS = Inodes.BODY + 8;
  private static final int COUNT = Inodes.BODY + 12;

  private static final int NEXT = 0;
  private static final int HASH = 4;
  private static final int RANK = 8;
  private static final int TYPE = 9;
  private static final int LENGTH = 10;
  private static final int INODE = 12;
  private static final int NUMBER = 16;
  private static final int NAME = 24;

  /** Bits of a hash. With the rank's, a cookie fits into the 31 bits that wasi-libc's telldir keeps of it. */
  private static final int HASH_BITS = 24;
  private static final int RANK_BITS = 6;
  private static final int MAX_RANK = (1 << RANK_BITS) - 1;

  /** Cookies 1 and 2 stand after {@code .} and {@code ..}; those of names follow. */
  static final long FIRST_COOKIE = 2;

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final PageAllocator pages;
  private final Quota quota;

  Directory(KernelMemory memory, SlabAllocator slabs, PageAllocator pages, Quota quota) {
    this.memory = memory;
    this.slabs = slabs;
    this.pages = pages;
    this.quota = quota;
  }

  int parent(int directory) {
    return memory.getInt(directory + PARENT);
  }

  void setParent(int directory, int parent) {
    memory.putInt(directory + PARENT, parent);
  }

  int count(int directory) {
    return memory.getInt(directory + COUNT);
  }

  /** The name's record, 0 if it is not there. */
  int find(int directory, int name, int length) {
    int buckets = memory.getInt(directory + BUCKETS);
    if (buckets == 0) {
      return 0;
    }
    int hash = hash(name, length);
    int entry = memory.getInt(buckets + (bucketOf(directory, hash) << 2));
    while (entry != 0) {
      int other = memory.getInt(entry + HASH);
      if (other == hash) {
        if (memory.getShort(entry + LENGTH) == length && sameBytes(entry + NAME, name, length)) {
          return entry;
        }
      } else if (other > hash) {
        return 0;
      }
      entry = memory.getInt(entry + NEXT);
    }
    return 0;
  }

  int inodeOf(int entry) {
    return memory.getInt(entry + INODE);
  }

  /** The {@link FileType} of what a name stands for. */
  int typeOf(int entry) {
    return memory.getByte(entry + TYPE);
  }

  /** The inode number of what a name stands for. */
  long numberOf(int entry) {
    return memory.getLong(entry + NUMBER);
  }

  int nameOf(int entry) {
    return entry + NAME;
  }

  int lengthOf(int entry) {
    return memory.getShort(entry + LENGTH);
  }

  /**
   * Makes a record of a name that is in no table, for a listing; the name itself is at {@link #nameOf} already.
   *
   * @param number orders the names of a listing, from 0
   */
  void compose(int entry, int number, int length, int type) {
    memory.putInt(entry + HASH, number);
    memory.putByte(entry + RANK, 0);
    memory.putByte(entry + TYPE, type);
    memory.putShort(entry + LENGTH, length);
    memory.putInt(entry + INODE, 0);
    memory.putLong(entry + NUMBER, 0);
  }

  /** The number that a record was composed with, from a reading position. */
  static int composedNumber(long cookie) {
    return cookie <= FIRST_COOKIE ? -1 : (int) (cookie - FIRST_COOKIE - 1 >>> RANK_BITS);
  }

  /** Lets a name stand for another inode. Links are the caller's business. */
  void replace(int entry, int inode) {
    memory.putInt(entry + INODE, inode);
    memory.putByte(entry + TYPE, memory.getInt(inode + Inodes.TYPE));
    memory.putLong(entry + NUMBER, memory.getLong(inode + Inodes.INO));
  }

  /**
   * Adds a name that is not there. Links are the caller's business.
   *
   * @return 0, ENOSPC or EDQUOT
   */
  int add(int directory, int name, int length, int inode) {
    if (!quota.take(NAME + length)) {
      quota.wasExceeded();
      return Errno.EDQUOT;
    }
    int entry = slabs.allocate(NAME + length);
    if (entry == 0 || !makeRoom(directory)) {
      if (entry != 0) {
        slabs.free(entry);
      }
      quota.give(NAME + length);
      return Errno.ENOSPC;
    }
    int hash = hash(name, length);
    memory.putInt(entry + HASH, hash);
    memory.putShort(entry + LENGTH, length);
    replace(entry, inode);
    memory.copy(entry + NAME, name, length);

    int slot = memory.getInt(directory + BUCKETS) + (bucketOf(directory, hash) << 2);
    int rank = 0;
    for (int other = memory.getInt(slot); other != 0; other = memory.getInt(slot)) {
      int otherHash = memory.getInt(other + HASH);
      if (otherHash > hash) {
        break;
      }
      if (otherHash == hash) {
        if (memory.getByte(other + RANK) > rank) {
          // A rank that was given back: names that come and go do not use them up.
          break;
        }
        rank++;
      }
      slot = other + NEXT;
    }
    if (rank > MAX_RANK) {
      slabs.free(entry);
      quota.give(NAME + length);
      return Errno.ENOSPC;
    }
    memory.putByte(entry + RANK, rank);
    memory.putInt(entry + NEXT, memory.getInt(slot));
    memory.putInt(slot, entry);
    memory.putInt(directory + COUNT, count(directory) + 1);
    memory.putLong(directory + Inodes.SIZE, memory.getLong(directory + Inodes.SIZE) + NAME + length);
    return Errno.SUCCESS;
  }

  /** Takes a name out and frees its record. Links are the caller's business. */
  void remove(int directory, int entry) {
    int slot = memory.getInt(directory + BUCKETS) + (bucketOf(directory, memory.getInt(entry + HASH)) << 2);
    while (memory.getInt(slot) != entry) {
      slot = memory.getInt(slot) + NEXT;
    }
    memory.putInt(slot, memory.getInt(entry + NEXT));
    int size = NAME + lengthOf(entry);
    memory.putLong(directory + Inodes.SIZE, memory.getLong(directory + Inodes.SIZE) - size);
    quota.give(size);
    slabs.free(entry);
    int left = count(directory) - 1;
    memory.putInt(directory + COUNT, left);
    if (left == 0) {
      freeTable(directory);
    }
  }

  /** The first name whose cookie is greater than {@code cookie}, 0 after the last. */
  int after(int directory, long cookie) {
    int buckets = memory.getInt(directory + BUCKETS);
    long key = cookie - FIRST_COOKIE;
    if (buckets == 0 || cookie < 0 || key > 1L << (HASH_BITS + RANK_BITS)) {
      return 0;
    }
    // The key is that of a name plus one: the name itself has been seen.
    int bucket = key <= 0 ? 0 : bucketOf(directory, (int) (key - 1) >>> RANK_BITS);
    for (int entry = memory.getInt(buckets + (bucket << 2)); entry != 0; entry = memory.getInt(entry + NEXT)) {
      if (cookie(entry) > cookie) {
        return entry;
      }
    }
    return firstFrom(directory, bucket + 1);
  }

  /** The name after one that is there, 0 after the last. */
  int next(int directory, int entry) {
    int next = memory.getInt(entry + NEXT);
    return next != 0 ? next : firstFrom(directory, bucketOf(directory, memory.getInt(entry + HASH)) + 1);
  }

  private int firstFrom(int directory, int bucket) {
    int slot = memory.getInt(directory + BUCKETS) + (bucket << 2);
    int end = memory.getInt(directory + BUCKETS) + (4 << memory.getInt(directory + BITS));
    for (; slot < end; slot += 4) {
      int entry = memory.getInt(slot);
      if (entry != 0) {
        return entry;
      }
    }
    return 0;
  }

  /** The reading position after a name: above {@link #FIRST_COOKIE}, and the same as long as the name is there. */
  long cookie(int entry) {
    return (memory.getInt(entry + HASH) << RANK_BITS | memory.getByte(entry + RANK)) + 1 + FIRST_COOKIE;
  }

  /** Checks the names; what they stand for is reached through them. */
  void check(int directory, Ledger ledger, Inodes inodes) {
    String where = Ledger.at("directory", directory);
    int buckets = memory.getInt(directory + BUCKETS);
    int bits = memory.getInt(directory + BITS);
    int found = 0;
    long bytes = 0;
    if (buckets != 0) {
      int size = 4 << bits;
      if (bits < 3 || bits > 20) {
        ledger.report("directory table", where, "has 2^" + bits + " buckets.");
        return;
      }
      if (!(size <= SlabAllocator.LARGEST ? ledger.record(buckets, size, "directory's table")
          : ledger.run(buckets, PageAllocator.orderFor(size), "directory's table"))) {
        return;
      }
      for (int bucket = 0; bucket < 1 << bits; bucket++) {
        int before = 0;
        int entry = memory.getInt(buckets + (bucket << 2));
        while (entry != 0 && ledger.record(entry, NAME, "name")
            && checkName(directory, bucket, before, entry, ledger)) {
          found++;
          bytes += NAME + lengthOf(entry);
          inodes.checkNamed(directory, inodeOf(entry), ledger);
          if (ledger.isRecord(inodeOf(entry), Inodes.RECORD) && (inodes.type(inodeOf(entry)) != typeOf(entry)
              || inodes.number(inodeOf(entry)) != numberOf(entry))) {
            ledger.report("directory name", Ledger.at("name", entry), "says another type or number than its inode.");
          }
          before = entry;
          entry = memory.getInt(entry + NEXT);
        }
      }
    }
    if (found != count(directory)) {
      ledger.report("directory count", where, "counts " + count(directory) + " names, but has " + found + ".");
    }
    if (bytes != memory.getLong(directory + Inodes.SIZE)) {
      ledger.report("directory size", where, "says " + memory.getLong(directory + Inodes.SIZE)
          + " bytes, but its names take " + bytes + ".");
    }
  }

  /** Answers whether the chain can be followed further. */
  private boolean checkName(int directory, int bucket, int before, int entry, Ledger ledger) {
    String where = Ledger.at("name", entry);
    int length = lengthOf(entry);
    if (length == 0 || length > PathWalk.NAME_MAX || !SlabAllocator.fits(entry, NAME + length, memory)) {
      ledger.report("directory name", where, "has " + length + " bytes.");
      return false;
    }
    boolean dots = length <= 2 && memory.getByte(nameOf(entry)) == '.'
        && memory.getByte(nameOf(entry) + length - 1) == '.';
    for (int i = 0; !dots && i < length; i++) {
      dots = memory.getByte(nameOf(entry) + i) == '/';
    }
    if (dots) {
      ledger.report("directory name", where, "is none that a file can have.");
    }
    int hash = memory.getInt(entry + HASH);
    if (hash != hash(nameOf(entry), length)) {
      ledger.report("directory hash", where, "has another hash than its bytes give.");
    } else if (bucketOf(directory, hash) != bucket) {
      ledger.report("directory order", where, "stands in a bucket of other hashes.");
    }
    if (before != 0) {
      if (cookie(before) >= cookie(entry)) {
        ledger.report("directory order", where, "stands behind one with a larger hash or rank.");
      }
      // Equal names have equal hashes: they would stand in one chain.
      for (int other = memory.getInt(memory.getInt(directory + BUCKETS) + (bucket << 2)); other != entry;
          other = memory.getInt(other + NEXT)) {
        if (lengthOf(other) == length && sameBytes(nameOf(other), nameOf(entry), length)) {
          ledger.report("directory name", where, "is there twice.");
        }
      }
    }
    return true;
  }

  void freeTable(int directory) {
    int buckets = memory.getInt(directory + BUCKETS);
    if (buckets != 0) {
      freeArray(buckets, memory.getInt(directory + BITS));
      memory.putInt(directory + BUCKETS, 0);
      memory.putInt(directory + BITS, 0);
    }
  }

  private int bucketOf(int directory, int hash) {
    return hash >>> (HASH_BITS - memory.getInt(directory + BITS));
  }

  /** Makes the table larger when there are two names a bucket. Answers whether there is a table. */
  private boolean makeRoom(int directory) {
    int buckets = memory.getInt(directory + BUCKETS);
    int bits = memory.getInt(directory + BITS);
    if (buckets != 0 && (count(directory) < 2 << bits || bits >= 20)) {
      return true;
    }
    int moreBits = buckets == 0 ? 3 : bits == 3 ? 6 : bits == 6 ? 10 : bits + 1;
    int more = allocateArray(moreBits);
    if (more == 0) {
      // Longer chains are better than no room.
      return buckets != 0;
    }
    memory.fill(more, 0, 4 << moreBits);
    if (buckets != 0) {
      int shift = HASH_BITS - moreBits;
      for (int i = 0; i < 1 << bits; i++) {
        int entry = memory.getInt(buckets + (i << 2));
        int slot = 0;
        int bucket = -1;
        while (entry != 0) {
          int next = memory.getInt(entry + NEXT);
          int belongs = memory.getInt(entry + HASH) >>> shift;
          if (belongs != bucket) {
            bucket = belongs;
            slot = more + (bucket << 2);
          }
          memory.putInt(slot, entry);
          memory.putInt(entry + NEXT, 0);
          slot = entry + NEXT;
          entry = next;
        }
      }
      freeArray(buckets, bits);
    }
    memory.putInt(directory + BUCKETS, more);
    memory.putInt(directory + BITS, moreBits);
    return true;
  }

  private int allocateArray(int bits) {
    int bytes = 4 << bits;
    return bytes <= SlabAllocator.LARGEST ? slabs.allocate(bytes) : pages.allocate(PageAllocator.orderFor(bytes));
  }

  private void freeArray(int array, int bits) {
    if (4 << bits <= SlabAllocator.LARGEST) {
      slabs.free(array);
    } else {
      pages.free(array);
    }
  }

  /** A keyed hash (multiply and rotate over 4 bytes at a time, well mixed at the end), {@link #HASH_BITS} long. */
  private int hash(int name, int length) {
    int h = memory.getInt(Superblock.HASH_SEED) ^ length * 0x9E3779B1;
    int at = name;
    int end = name + (length & -4);
    while (at < end) {
      h = Integer.rotateLeft((h ^ memory.getInt(at)) * 0xCC9E2D51, 15) * 0x1B873593;
      at += 4;
    }
    int tail = 0;
    for (int i = length & 3; i > 0; i--) {
      tail = tail << 8 | memory.getByte(at++);
    }
    h = (h ^ tail) * 0xCC9E2D51;
    h ^= h >>> 15;
    h *= 0x2C1B3C6D;
    h ^= h >>> 12;
    h *= 0x297A2D39;
    return (h ^ h >>> 15) >>> (32 - HASH_BITS);
  }

  private boolean sameBytes(int a, int b, int length) {
    int i = 0;
    for (; i + 4 <= length; i += 4) {
      if (memory.getInt(a + i) != memory.getInt(b + i)) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (memory.getByte(a + i) != memory.getByte(b + i)) {
        return false;
      }
    }
    return true;
  }
}
