package dev.samovar.kernel.process;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;

/** One worker's views of processes, threads, descriptors and workers. */
public final class KernelProcesses {
  public final WorkerTable workers;
  public final Strings strings;
  public final Descriptors descriptors;
  public final Processes processes;
  public final Threads threads;
  public final Confinement confinement;
  private final Kernel kernel;

  /** Made by {@link Kernel}, whose other views are there already. */
  public KernelProcesses(Kernel kernel, Mutex mutex) {
    this.kernel = kernel;
    workers = new WorkerTable(kernel.memory);
    strings = new Strings(kernel.memory, kernel.slabs, kernel.pages);
    descriptors = new Descriptors(kernel.memory, mutex, kernel.pages, kernel.openFiles);
    processes = new Processes(kernel.memory, kernel.host, mutex, kernel.slabs, kernel.pages, kernel.watches,
        kernel.files, kernel.pipes, kernel.terminals, kernel.openFiles, descriptors, strings, workers, kernel.limits,
        kernel.capabilities, kernel.quota);
    Ending ending = new Ending(kernel.memory, processes, descriptors, kernel.openFiles, strings,
        kernel.limits, kernel.arena);
    processes.use(ending);
    threads = new Threads(kernel.memory, kernel.guest, kernel.host, mutex, kernel.sleeper, processes, descriptors,
        kernel.quota, ending);
    confinement = new Confinement(kernel.memory, kernel.files, kernel.capabilities, kernel.limits, processes, kernel.arena);
  }

  /** Lays the tables out in a new memory. */
  public void format(PageAllocator pages) {
    workers.format(pages);
    processes.format();
  }

  /** The scheduler, for the kernel worker. */
  public Scheduler scheduler(Workers machine, int maximumWorkers) {
    return new Scheduler(kernel.memory, kernel.host, kernel.limits, kernel.pages, kernel.watches, workers, threads, processes, machine,
        maximumWorkers);
  }

  /** A worker says that its guest's frames are gone: it can take the next guest. */
  public void announceIdle(int slotIndex) {
    kernel.watches.raise(workers.watch(workers.slot(slotIndex)));
  }
}
