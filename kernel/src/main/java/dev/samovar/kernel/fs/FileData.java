package dev.samovar.kernel.fs;

import static dev.samovar.kernel.memory.PageAllocator.PAGE;
import static dev.samovar.kernel.memory.PageAllocator.PAGE_SHIFT;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Superblock;

/**
 * The contents of a regular file: a radix tree of 4 KiB blocks with 1 024 children a node, as high as the largest
 * offset written needs. A missing block reads as zeros. Append, random write, truncate and sparse files cost what they
 * touch.
 *
 * <pre>
 *   inode + 64  root: the block itself at height 0, otherwise a page of 1 024 addresses
 *   inode + 68  height
 *   inode + 72  blocks held, nodes included
 * </pre>
 *
 * The caller has the inode's lock: shared for reading, exclusive for the rest.
 */
final class FileData {
  static final int ROOT = Inodes.BODY;
  static final int HEIGHT = Inodes.BODY + 4;
  static final int BLOCKS = Inodes.BODY + 8;
  private static final int FANOUT_BITS = 10;
  private static final int FANOUT_MASK = (1 << FANOUT_BITS) - 1;
  /** 2<sup>63</sup> bytes. */
  private static final int MAX_HEIGHT = 6;

  private final KernelMemory memory;
  private final PageAllocator pages;
  private final GuestMemory guest;
  private final Quota quota;

  FileData(KernelMemory memory, PageAllocator pages, GuestMemory guest, Quota quota) {
    this.memory = memory;
    this.pages = pages;
    this.guest = guest;
    this.quota = quota;
  }

  /**
   * Reads up to {@code length} bytes at {@code offset} into the guest.
   *
   * @return the bytes read, 0 at or after the end, or -EFAULT
   */
  int read(int inode, long offset, int to, int length) {
    long left = memory.getLong(inode + Inodes.SIZE) - offset;
    if (left <= 0 || length == 0) {
      return 0;
    }
    int count = (int) Math.min(left, length & 0xffff_ffffL);
    if (count < 0) {
      count = Integer.MAX_VALUE;
    }
    if (!guest.contains(to, count)) {
      return -Errno.EFAULT;
    }
    int done = 0;
    while (done < count) {
      long at = offset + done;
      int within = (int) at & (PAGE - 1);
      int n = Math.min(PAGE - within, count - done);
      int block = find(inode, at >>> PAGE_SHIFT);
      if (!guest.copyOut(to + done, block == 0 ? memory.getInt(Superblock.ZERO_PAGE) : block + within, n)) {
        return -Errno.EFAULT;
      }
      done += n;
    }
    return done;
  }

  /**
   * Writes {@code length} bytes of the guest at {@code offset}, beyond the end if need be.
   *
   * @return the bytes written, fewer than asked for where a limit or memory ends; if none, -ENOSPC, -EDQUOT or -EFBIG;
   *     -EFAULT
   */
  int write(int inode, long offset, int from, int length) {
    if (length == 0) {
      return 0;
    }
    if (!guest.contains(from, length)) {
      return -Errno.EFAULT;
    }
    int count = length < 0 ? Integer.MAX_VALUE : length;
    if (offset > quota.fileSize() - count) {
      long room = quota.fileSize() - offset;
      if (room <= 0 || quota.fileSize() == Limits.NONE) {
        return -Errno.EFBIG;
      }
      count = (int) Math.min(count, room);
    }
    int done = 0;
    while (done < count) {
      long at = offset + done;
      int within = (int) at & (PAGE - 1);
      int n = Math.min(PAGE - within, count - done);
      int block = findOrAdd(inode, at >>> PAGE_SHIFT, n == PAGE);
      if (block == 0 || !guest.copyIn(block + within, from + done, n)) {
        break;
      }
      done += n;
    }
    long end = offset + done;
    if (done > 0 && end > memory.getLong(inode + Inodes.SIZE)) {
      memory.putLong(inode + Inodes.SIZE, end);
    }
    if (done == count) {
      return done;
    }
    boolean overQuota = quota.wasExceeded();
    return done > 0 ? done : overQuota ? -Errno.EDQUOT : -Errno.ENOSPC;
  }

  /** Fills a new file with bytes of the kernel's own. Answers whether there was room. */
  boolean fill(int inode, int from, int length) {
    for (int done = 0; done < length; done += PAGE) {
      int block = findOrAdd(inode, done >>> PAGE_SHIFT, false);
      if (block == 0) {
        return false;
      }
      memory.copy(block, from + done, Math.min(PAGE, length - done));
    }
    memory.putLong(inode + Inodes.SIZE, length);
    return true;
  }

  /** Sets the size, in bytes, and gives blocks beyond it back. */
  void truncate(int inode, long size) {
    int root = memory.getInt(inode + ROOT);
    if (root != 0) {
      // Also when it grows: a write that ran out of memory may have left nodes beyond the end.
      if (prune(inode, root, memory.getInt(inode + HEIGHT), (size + PAGE - 1) >>> PAGE_SHIFT)) {
        memory.putInt(inode + ROOT, 0);
        memory.putInt(inode + HEIGHT, 0);
      }
      int within = (int) size & (PAGE - 1);
      int last = size >= memory.getLong(inode + Inodes.SIZE) || within == 0 ? 0 : find(inode, size >>> PAGE_SHIFT);
      if (last != 0) {
        memory.fill(last + within, 0, PAGE - within);
      }
    }
    memory.putLong(inode + Inodes.SIZE, size);
  }

  /** Makes sure that blocks exist for a range. Answers whether there was room. */
  boolean allocate(int inode, long offset, long length) {
    long last = (offset + length - 1) >>> PAGE_SHIFT;
    for (long block = offset >>> PAGE_SHIFT; block <= last; block++) {
      if (findOrAdd(inode, block, false) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Pages that the file holds, the nodes of its tree included. */
  int blocks(int inode) {
    return memory.getInt(inode + BLOCKS);
  }

  /** The address of a block, 0 if it is a hole. */
  int find(int inode, long index) {
    int node = memory.getInt(inode + ROOT);
    int height = memory.getInt(inode + HEIGHT);
    if (index >>> (FANOUT_BITS * height) != 0) {
      return 0;
    }
    for (int level = height - 1; level >= 0 && node != 0; level--) {
      node = memory.getInt(node + (((int) (index >>> (FANOUT_BITS * level)) & FANOUT_MASK) << 2));
    }
    return node;
  }

  private int findOrAdd(int inode, long index, boolean overwritten) {
    int height = memory.getInt(inode + HEIGHT);
    int root = memory.getInt(inode + ROOT);
    while (index >>> (FANOUT_BITS * height) != 0) {
      if (root != 0) {
        int above = add(inode, false);
        if (above == 0) {
          return 0;
        }
        memory.putInt(above, root);
        root = above;
        memory.putInt(inode + ROOT, root);
      }
      height++;
      memory.putInt(inode + HEIGHT, height);
    }
    int slot = inode + ROOT;
    for (int level = height - 1; ; level--) {
      int node = memory.getInt(slot);
      if (node == 0) {
        node = add(inode, level < 0 && overwritten);
        if (node == 0) {
          return 0;
        }
        memory.putInt(slot, node);
      }
      if (level < 0) {
        return node;
      }
      slot = node + (((int) (index >>> (FANOUT_BITS * level)) & FANOUT_MASK) << 2);
    }
  }

  private int add(int inode, boolean overwritten) {
    if (!pages.hasRoomForFiles() || !quota.take(PAGE)) {
      return 0;
    }
    int page = overwritten ? pages.allocate(0) : pages.allocateZeroed(0);
    if (page != 0) {
      memory.putInt(inode + BLOCKS, memory.getInt(inode + BLOCKS) + 1);
    } else {
      quota.give(PAGE);
    }
    return page;
  }

  void check(int inode, Ledger ledger) {
    int height = memory.getInt(inode + HEIGHT);
    if (height < 0 || height > MAX_HEIGHT) {
      ledger.report("block map", Ledger.at("file", inode), "has a height of " + height + ".");
      return;
    }
    int root = memory.getInt(inode + ROOT);
    int found = root == 0 ? 0 : claim(root, height, ledger);
    if (found != blocks(inode)) {
      ledger.report("block count", Ledger.at("file", inode), "counts " + blocks(inode) + " blocks, but has " + found
          + ".");
    }
    long size = memory.getLong(inode + Inodes.SIZE);
    int within = (int) size & (PAGE - 1);
    int last = found != blocks(inode) || size < 0 || within == 0 ? 0 : find(inode, size >>> PAGE_SHIFT);
    for (int i = within; last != 0 && ledger.isRun(last) && i < PAGE; i++) {
      if (memory.getByte(last + i) != 0) {
        ledger.report("bytes beyond the end", Ledger.at("file", inode), "has some at " + (size + i - within) + ".");
        return;
      }
    }
  }

  private int claim(int node, int height, Ledger ledger) {
    if (!ledger.run(node, 0, "file's block")) {
      return 0;
    }
    int found = 1;
    for (int i = 0; height > 0 && i <= FANOUT_MASK; i++) {
      int child = memory.getInt(node + (i << 2));
      if (child != 0) {
        found += claim(child, height - 1, ledger);
      }
    }
    return found;
  }

  /** Frees all blocks of a subtree from its {@code keep}-th on. Answers whether the node itself went, too. */
  private boolean prune(int inode, int node, int height, long keep) {
    if (height > 0) {
      int shift = FANOUT_BITS * (height - 1);
      for (int i = (int) Math.min(keep >>> shift, FANOUT_MASK + 1); i <= FANOUT_MASK; i++) {
        int child = memory.getInt(node + (i << 2));
        if (child != 0) {
          long below = Math.max(0, keep - ((long) i << shift));
          if (prune(inode, child, height - 1, below)) {
            memory.putInt(node + (i << 2), 0);
          }
        }
      }
    }
    if (keep > 0) {
      return false;
    }
    pages.free(node);
    quota.give(PAGE);
    memory.putInt(inode + BLOCKS, memory.getInt(inode + BLOCKS) - 1);
    return true;
  }
}
