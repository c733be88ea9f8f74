package dev.samovar.kernel.memory;

import dev.samovar.kernel.host.KernelMemory;

/** The one futex that the kernel worker listens to; everything that concerns it rings here. */
public final class Doorbell {
  private Doorbell() {}

  /** Asks for a pump. Cheap while one is due already. */
  public static void ring(KernelMemory memory) {
    if (memory.getIntVolatile(Superblock.DOORBELL) == 0 && memory.getAndSet(Superblock.DOORBELL, 1) == 0) {
      memory.wakeAll(Superblock.DOORBELL);
    }
  }

  /** Called by the kernel worker before it looks at what happened. */
  public static void answer(KernelMemory memory) {
    memory.putIntVolatile(Superblock.DOORBELL, 0);
  }
}
