package dev.samovar.kernel.fs;

import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.SlabAllocator;

/**
 * A symbolic link's target: bytes, never changed once made. The inode's size is its length.
 *
 * <pre>
 *   inode + 64  address of the target
 * </pre>
 */
final class Symlink {
  private static final int TARGET = Inodes.BODY;

  private final KernelMemory memory;
  private final SlabAllocator slabs;
  private final PageAllocator pages;
  private final Quota quota;

  Symlink(KernelMemory memory, SlabAllocator slabs, PageAllocator pages, Quota quota) {
    this.memory = memory;
    this.slabs = slabs;
    this.pages = pages;
    this.quota = quota;
  }

  /** Stores the target of a new link. Answers whether there was room. */
  boolean set(int inode, int target, int length) {
    if (!quota.take(length)) {
      return false;
    }
    int copy = length <= SlabAllocator.LARGEST ? slabs.allocate(length) : pages.allocate(0);
    if (copy == 0) {
      quota.give(length);
      return false;
    }
    memory.copy(copy, target, length);
    memory.putInt(inode + TARGET, copy);
    memory.putLong(inode + Inodes.SIZE, length);
    return true;
  }

  int target(int inode) {
    return memory.getInt(inode + TARGET);
  }

  int length(int inode) {
    return (int) memory.getLong(inode + Inodes.SIZE);
  }

  void check(int inode, Ledger ledger) {
    int length = length(inode);
    if (length <= 0 || length > PathWalk.PATH_MAX) {
      ledger.report("symlink", Ledger.at("symlink", inode), "has a target of " + length + " bytes.");
    } else if (length <= SlabAllocator.LARGEST) {
      ledger.record(target(inode), length, "symlink's target");
    } else {
      ledger.run(target(inode), 0, "symlink's target");
    }
  }

  void free(int inode) {
    int target = target(inode);
    if (target == 0) {
      return;
    }
    quota.give(length(inode));
    if (length(inode) <= SlabAllocator.LARGEST) {
      slabs.free(target);
    } else {
      pages.free(target);
    }
  }
}
