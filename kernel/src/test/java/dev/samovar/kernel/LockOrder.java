package dev.samovar.kernel;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.LockRank;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lock order that the package comments of {@code process}, {@code fs} and {@code memory} state, asserted: a thread
 * that takes a lock out of order, or sleeps while it holds one, fails.
 */
final class LockOrder {
  private static final int PARENT = 64;
  private static final int TYPE = 8;
  private static final int DIRECTORY = 3;
  /** Trees in tests are not deeper. */
  private static final int DEEPEST = 100_000;

  private final KernelMemory memory;
  private final Map<Thread, Held> threads = new ConcurrentHashMap<>();

  LockOrder(KernelMemory memory) {
    this.memory = memory;
  }

  /** What a thread holds; the last one may be what it waits for. */
  private static final class Held {
    final int[] words = new int[16];
    final int[] ranks = new int[16];
    volatile int count;
  }

  private Held held() {
    return threads.computeIfAbsent(Thread.currentThread(), thread -> new Held());
  }

  void locking(int word, boolean shareable) {
    Held held = held();
    int rank = LockRank.of(word, shareable, memory);
    for (int i = 0; i < held.count; i++) {
      boolean inOrder = held.ranks[i] < rank
          || held.ranks[i] == rank && mayFollow(held, held.words[i], word, rank);
      if (!inOrder) {
        throw new AssertionError("lock order: " + name(rank, word) + " after " + name(held.ranks[i], held.words[i]));
      }
    }
    held.words[held.count] = word;
    held.ranks[held.count] = rank;
    held.count++;
  }

  private static String name(int rank, int word) {
    return LockRank.NAMES[rank] + " (0x" + Integer.toHexString(word) + ")";
  }

  /** Whether a second lock of one rank may be taken. */
  private boolean mayFollow(Held held, int first, int second, int rank) {
    if (rank == LockRank.OBJECT) {
      return first < second;
    }
    if (rank != LockRank.INODE || first == second) {
      return false;
    }
    if (memory.getInt(second + TYPE) != DIRECTORY || memory.getInt(second + PARENT) == first) {
      // The inode that a name in the directory stands for.
      return memory.getInt(first + TYPE) == DIRECTORY || first < second;
    }
    boolean renames = false;
    for (int i = 0; i < held.count; i++) {
      // A directory that is moved, and has its name in the other one of the two.
      renames |= held.ranks[i] == LockRank.RENAME;
      if (held.ranks[i] == LockRank.INODE && memory.getInt(second + PARENT) == held.words[i]) {
        return true;
      }
    }
    return renames && !isAncestor(second, first) && (isAncestor(first, second) || first < second);
  }

  private boolean isAncestor(int above, int below) {
    int at = below;
    for (int i = 0; i < DEEPEST && at != 0; i++) {
      int up = memory.getInt(at + PARENT);
      if (up == above) {
        return true;
      }
      if (up == at) {
        return false;
      }
      at = up;
    }
    return false;
  }

  void unlocked(int word) {
    Held held = held();
    for (int i = held.count - 1; i >= 0; i--) {
      if (held.words[i] == word) {
        for (int j = i + 1; j < held.count; j++) {
          held.words[j - 1] = held.words[j];
          held.ranks[j - 1] = held.ranks[j];
        }
        held.count--;
        return;
      }
    }
    throw new AssertionError("lock order: 0x" + Integer.toHexString(word) + " is unlocked, and was not locked");
  }

  /** A thread is about to sleep: on the lock that it waits for, or holding none. */
  void sleeping(int word) {
    Held held = held();
    if (held.count > 0 && held.words[held.count - 1] != word) {
      throw new AssertionError("it sleeps at 0x" + Integer.toHexString(word) + " while it holds "
          + name(held.ranks[0], held.words[0]));
    }
  }

  /** Whether a worker's thread holds a lock at this moment, or waits for one. */
  boolean holds(Thread thread) {
    Held held = threads.get(thread);
    return held != null && held.count > 0;
  }
}
