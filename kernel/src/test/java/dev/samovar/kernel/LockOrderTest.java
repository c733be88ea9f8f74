package dev.samovar.kernel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.Superblock;
import org.junit.jupiter.api.Test;

/** What watches over the other tests does notice. */
class LockOrderTest {
  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final Mutex mutex = new Mutex(machine.memory, 1);
  private final RwLock locks = new RwLock(machine.memory, 1);
  private final int root = kernel.files.root();
  private final int work = directory("work");
  private final int tmp = directory("tmp");

  private int directory(String name) {
    for (int i = 0; i < name.length(); i++) {
      kernel.memory.putByte(kernel.arena + i, name.charAt(i));
    }
    int inode = kernel.files.lookup(root, kernel.arena, name.length(), 0);
    kernel.files.inodes().release(inode);
    return inode;
  }

  @Test
  void theStatedOrderIsFine() {
    assertDoesNotThrow(() -> {
      mutex.lock(Superblock.PROCESS_LOCK);
      mutex.lock(Superblock.RENAME_LOCK);
      locks.lock(root);
      locks.lock(work);
      int pipe = kernel.pipes.create(0);
      mutex.lock(pipe);
      mutex.lock(pipe + 4);
      kernel.pages.free(kernel.pages.allocate(0));
      mutex.unlock(pipe + 4);
      mutex.unlock(pipe);
      kernel.pipes.closeReader(pipe);
      kernel.pipes.closeWriter(pipe);
      locks.unlock(root);
      locks.unlock(work);
      mutex.unlock(Superblock.RENAME_LOCK);
      mutex.unlock(Superblock.PROCESS_LOCK);
    });
  }

  @Test
  void inversionsAreNot() {
    mutex.lock(Superblock.RENAME_LOCK);
    assertThrows(AssertionError.class, () -> mutex.lock(Superblock.PROCESS_LOCK));
    mutex.unlock(Superblock.RENAME_LOCK);

    locks.lockShared(root);
    assertThrows(AssertionError.class, () -> locks.lockShared(root), "not reentrant, not even for readers");
    assertThrows(AssertionError.class, () -> mutex.lock(Superblock.RENAME_LOCK));
    locks.unlockShared(root);

    locks.lock(work);
    assertThrows(AssertionError.class, () -> locks.lock(root), "the descendant first");
    assertThrows(AssertionError.class, () -> locks.lock(tmp), "two directories without the rename lock");
    locks.unlock(work);

    int pipe = kernel.pipes.create(0);
    mutex.lock(pipe + 4);
    assertThrows(AssertionError.class, () -> mutex.lock(pipe));
    assertThrows(AssertionError.class, () -> locks.lock(root));
    mutex.unlock(pipe + 4);
    assertThrows(AssertionError.class, () -> mutex.unlock(pipe));
  }

  @Test
  void unrelatedDirectoriesGoByAddress() {
    int first = Math.min(work, tmp);
    int second = Math.max(work, tmp);
    mutex.lock(Superblock.RENAME_LOCK);
    locks.lock(first);
    assertDoesNotThrow(() -> locks.lock(second));
    locks.unlock(first);
    assertThrows(AssertionError.class, () -> locks.lock(first));
    locks.unlock(second);
    mutex.unlock(Superblock.RENAME_LOCK);
  }

  @Test
  void nobodySleepsWithALock() {
    mutex.lock(Superblock.PROCESS_LOCK);
    assertThrows(AssertionError.class, () -> kernel.memory.await(kernel.arena, 0, 1));
    mutex.unlock(Superblock.PROCESS_LOCK);
  }
}
