package dev.samovar.kernel;

import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Finding;
import dev.samovar.kernel.process.WorkerTable;
import dev.samovar.kernel.process.Workers;
import java.util.ArrayList;
import java.util.List;

/** A fresh OS in a memory of its own, and as many workers' views of it as a test has threads. */
public final class Machine {
  private static final int MEBIBYTE = 1 << 20;
  private static final int ARENA_PAGES = 1 << Arena.ORDER;

  public final WatchedMemory memory;
  /** The kernel worker's view. */
  public final Kernel kernel;

  /** @param mebibytes that the memory may grow to */
  public Machine(int mebibytes) {
    this(mebibytes, 8);
  }

  public Machine(int mebibytes, int runnableLimit) {
    memory = new WatchedMemory(MEBIBYTE, mebibytes * MEBIBYTE);
    kernel = Kernel.format(memory, new TestGuest(memory), new TestHost(memory), (long) mebibytes * MEBIBYTE,
        runnableLimit);
  }

  /** Views for {@code count} workers, each bound to its slot's thread record: they can sleep. */
  public Kernel[] workers(int count) {
    return workers(count, memory);
  }

  /** {@link #workers} that lose their turn at any access to the memory, see {@link TestMemory}. */
  public Kernel[] nervousWorkers(int count) {
    return workers(count, TestMemory.nervous(memory));
  }

  /** {@link #workers} that see the memory through another one over it. */
  public Kernel[] workers(int count, KernelMemory seenAs) {
    if (kernel.process.workers.arena(kernel.process.workers.slot(count)) == 0) {
      kernel.process.scheduler(new NoWorkers(), count).start(count);
    }
    Kernel[] views = new Kernel[count];
    for (int i = 0; i < count; i++) {
      views[i] = Kernel.attach(seenAs, new TestGuest(memory), new TestHost(memory), i + 1);
      views[i].process.threads.bind(kernel.process.workers.slot(i + 1));
    }
    return views;
  }

  /** The view of the worker of a slot that has an arena. */
  public Kernel attach(int slot) {
    return Kernel.attach(memory, new TestGuest(memory), new TestHost(memory), slot);
  }

  /** {@link #attach} to a memory where it may lose its turn at any access. */
  public Kernel attachNervous(int slot) {
    return Kernel.attach(TestMemory.nervous(memory), new TestGuest(memory), new TestHost(memory), slot);
  }

  /** Puts an ASCII text into the kernel worker's arena. */
  public void put(int field, String text) {
    for (int i = 0; i < text.length(); i++) {
      memory.putByte(kernel.arena + field + i, text.charAt(i));
    }
  }

  /** The names in a directory. */
  public List<String> list(String path) {
    put(Arena.PATH, path);
    int directory = kernel.files.lookup(kernel.files.root(), kernel.arena + Arena.PATH, path.length(), 0);
    List<String> names = new ArrayList<>();
    kernel.files.beginNames(directory);
    for (int entry = kernel.files.firstName(directory, FileSystem.Cookies.AFTER_PARENT); entry != 0;
        entry = kernel.files.nextName(directory, entry)) {
      StringBuilder name = new StringBuilder();
      for (int i = 0; i < kernel.files.nameLengthOf(entry); i++) {
        name.append((char) memory.getByte(kernel.files.nameOf(entry) + i));
      }
      names.add(name.toString());
    }
    kernel.files.endNames(directory);
    kernel.files.inodes().release(directory);
    return names;
  }

  /** What is inconsistent. */
  public List<Finding> check() {
    return check(ledger -> {});
  }

  /** What is inconsistent, where somebody else holds records, too. */
  public List<Finding> check(Check.Owner other) {
    return new Check(kernel, kernel.process.scheduler(new NoWorkers(), WorkerTable.SLOTS - 1), other).run();
  }

  /** What is in use now; two of them are equal if nothing was lost between. */
  public Usage usage() {
    int arenas = 0;
    for (int slot = 1; slot < WorkerTable.SLOTS; slot++) {
      arenas += kernel.process.workers.arena(kernel.process.workers.slot(slot)) != 0 ? 1 : 0;
    }
    int pages = kernel.pages.totalPages() - kernel.pages.freePages() - kernel.slabs.pagesHeld() - arenas * ARENA_PAGES;
    return new Usage(pages, kernel.slabs.recordsInUse());
  }

  /** Pages, without those that slabs and arenas keep, and records. */
  public record Usage(int pages, int records) {}

  /** Workers that never report: their slots have arenas, and that is all a test of other things needs. */
  private static final class NoWorkers implements Workers {
    @Override
    public void boot(int slot, int generation) {}

    @Override
    public void run(int slot, int generation, int module) {
      throw new AssertionError("no worker reported, so none can be idle");
    }

    @Override
    public void runThread(int slot, int generation, int main) {
      throw new AssertionError("no process runs, so none has threads");
    }

    @Override
    public void terminate(int slot, int generation) {}

    @Override
    public void alarm(int millis, int pid) {}
  }
}
