package dev.samovar.kernel.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Damage;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each kind of damage to pages, records, locks, queues and watches is named. */
class MemoryCheckTest {
  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final Damage damage = new Damage(kernel, machine::check);

  private int int32(int address) {
    return kernel.memory.getInt(address);
  }

  /** The address of a 4-byte word of the map that holds a page's byte, and that word with another byte. */
  private void damageMap(String what, int page, int value) {
    int at = PageAllocator.MAP + page;
    int word = at & -4;
    int shift = (at & 3) * 8;
    damage.names(what, word, int32(word) & ~(0xff << shift) | value << shift);
  }

  private int freeRun() {
    for (int order = PageAllocator.MAX_ORDER; order > 0; order--) {
      int run = int32(Superblock.PAGES_LISTS + 4 * order);
      if (run != 0) {
        return run;
      }
    }
    throw new AssertionError("no free run");
  }

  @Test
  void pages() {
    damage.namesMore("page count", Superblock.PAGES_FREE, 1);
    int run = freeRun();
    int page = run >>> PageAllocator.PAGE_SHIFT;
    damageMap("page map", page, 0);
    damageMap("page map", page + 1, PageAllocator.USED);
    damageMap("page list", page, PageAllocator.USED | kernel.memory.getByte(PageAllocator.MAP + page) & 15);
    int order = kernel.memory.getByte(PageAllocator.MAP + page) & PageAllocator.ORDER;
    damage.names("page list", Superblock.PAGES_LISTS + 4 * order, 0);
    damage.names("page list", run, run);
    damage.names("page list", run + PageAllocator.PREVIOUS, run);
    damage.names("lock held", Superblock.PAGES_LOCK, 3);
  }

  @Test
  void freeBuddiesThatAreNotJoined() {
    int run = kernel.pages.allocate(1);
    kernel.memory.putByte(PageAllocator.MAP + (run >>> PageAllocator.PAGE_SHIFT), PageAllocator.USED);
    kernel.memory.putByte(PageAllocator.MAP + (run >>> PageAllocator.PAGE_SHIFT) + 1, PageAllocator.USED);
    kernel.pages.free(run);
    // Behind the allocator's back: the second is what the first would have been joined with.
    int other = run + PageAllocator.PAGE;
    int list = int32(Superblock.PAGES_LISTS);
    kernel.memory.putInt(other, list);
    kernel.memory.putInt(other + PageAllocator.PREVIOUS, 0);
    kernel.memory.putInt(list + PageAllocator.PREVIOUS, other);
    kernel.memory.putInt(Superblock.PAGES_LISTS, other);
    kernel.memory.putByte(PageAllocator.MAP + (other >>> PageAllocator.PAGE_SHIFT), PageAllocator.FREE);
    kernel.memory.putInt(Superblock.PAGES_FREE, int32(Superblock.PAGES_FREE) + 1);
    List<Finding> findings = machine.check();
    assertTrue(findings.stream().anyMatch(finding -> finding.message.contains("buddy")), findings.toString());
  }

  @Test
  void whatBelongsToNobody() {
    int run = kernel.pages.allocate(2);
    assertEquals("leak", machine.check().get(0).what);
    kernel.pages.free(run);
    int record = kernel.slabs.allocateZeroed(100);
    assertEquals("leak", machine.check().get(0).what);
    kernel.slabs.free(record);
    assertEquals(List.of(), machine.check());
  }

  @Test
  void records() {
    int record = kernel.files.root();
    int page = record & -PageAllocator.PAGE;
    int kind = SlabAllocator.kindOf(int32(page));
    int type = Superblock.SLABS + kind * SlabAllocator.CLASS_SIZE;
    damage.namesMore("slab count", type + SlabAllocator.IN_USE, 1);
    damage.namesMore("slab count", type + SlabAllocator.PAGES, -1);
    damage.names("lock held", type + SlabAllocator.LOCK, 2);
    damage.namesMore("slab count", page + SlabAllocator.FREE_COUNT, 1);
    damage.names("slab list", type + SlabAllocator.ROOMY, 0);
    damage.names("slab list", page + SlabAllocator.PREVIOUS_PAGE, page);
    damage.namesMore("slab list", page + SlabAllocator.FREE_HEAD, 4);
    int head = int32(page + SlabAllocator.FREE_HEAD);
    damage.names("slab list", head, head);
    // A record in use that is in the list of free ones.
    damage.names("freed", page + SlabAllocator.FREE_HEAD, record);
    // One that is free, and is not in the list.
    damage.names("leak", page + SlabAllocator.FREE_HEAD, int32(head));
  }

  @Test
  void queuesAndWatches() {
    Kernel worker = machine.workers(1)[0];
    int pipe = kernel.pipes.create(0);
    int process = kernel.process.processes.create(1, kernel.files.root());
    kernel.pipes.closeReader(pipe);
    kernel.pipes.closeWriter(pipe);
    int input = kernel.process.processes.openStream(process, 0);
    int slot = worker.process.workers.slot(1);
    damage.namesMore("wait queue", input + 48 + WaitQueue.WAITERS, 1);
    damage.names("wait queue", input + 48 + WaitQueue.POLLERS, 2);
    damage.names("wait queue", slot + Sleeper.WAITS_ON, input);
    int watch = int32(input + 36);
    damage.names("watch", watch + 4, 1);
    damage.names("watch", Superblock.READY_LIST, watch);
    damage.names("watch", input + 36, watch - 16);
    kernel.watches.raise(watch);
    damage.names("watch", watch + 4, 0);
    assertEquals(watch, kernel.watches.take());
    kernel.process.processes.discard(process);
    assertEquals(List.of(), machine.check());
  }
}
