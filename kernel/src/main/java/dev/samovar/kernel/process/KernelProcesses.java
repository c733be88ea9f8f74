package dev.samovar.kernel.process;

import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Ledger;
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
  public final Whereabouts whereabouts;
  private final Standstill standstill;
  public final Spawns spawns;
  public final ProcessDevices devices;
  public final Network network;
  private final Kernel kernel;

  /** Made by {@link Kernel}, whose other views are there already. */
  public KernelProcesses(Kernel kernel, Mutex mutex) {
    this.kernel = kernel;
    workers = new WorkerTable(kernel.memory);
    strings = new Strings(kernel.memory, kernel.slabs, kernel.pages);
    descriptors = new Descriptors(kernel.memory, mutex, kernel.pages, kernel.openFiles, kernel.arena);
    processes = new Processes(kernel.memory, kernel.host, mutex, kernel.slabs, kernel.pages, kernel.watches,
        kernel.files, kernel.pipes, kernel.terminals, kernel.openFiles, descriptors, strings, workers, kernel.limits,
        kernel.capabilities, kernel.quota);
    Ending ending = new Ending(kernel.memory, processes, descriptors, kernel.openFiles, strings,
        kernel.limits, kernel.arena);
    processes.use(ending);
    threads = new Threads(kernel.memory, kernel.guest, kernel.host, mutex, kernel.sleeper, processes, descriptors,
        kernel.quota, ending);
    confinement = new Confinement(kernel.memory, kernel.files, kernel.capabilities, kernel.limits, processes, kernel.arena);
    whereabouts = new Whereabouts(kernel.memory, processes, descriptors, kernel.openFiles, workers);
    standstill = new Standstill(kernel.memory, kernel.host, kernel.watches, workers);
    SocketNames socketNames = new SocketNames(kernel.memory, kernel.slabs, kernel.files, kernel.openFiles, kernel.sockets);
    ProcTree tree = new ProcTree(kernel.memory, kernel.host, kernel.files, kernel.openFiles, kernel.pages, processes,
        threads, descriptors, strings, kernel.limits, kernel.capabilities, socketNames);
    kernel.files.setVirtualFiles(tree);
    network = new Network(kernel.memory, kernel.files, kernel.openFiles, kernel.sockets, processes, threads,
        descriptors, kernel.capabilities, kernel.audit, socketNames, kernel.arena + Arena.BYTES);
    Child child = new Child(kernel.memory, kernel.pages, kernel.files, kernel.pipes, kernel.openFiles, descriptors,
        processes, threads, strings, confinement, kernel.capabilities, network, kernel.arena + Arena.OTHER_PATH);
    spawns = new Spawns(kernel.memory, kernel.guest, kernel.slabs, kernel.pages, kernel.watches, kernel.sleeper, strings,
        child);
    devices = new ProcessDevices(kernel.memory, kernel.guest, kernel.files, kernel.openFiles, processes, threads,
        descriptors, tree, spawns, kernel.capabilities, kernel.sleeper, kernel.arena + Arena.BYTES);
    kernel.openFiles.setProcessFiles(devices);
  }

  /** Lays the tables out in a new memory. */
  public void format(PageAllocator pages) {
    workers.format(pages);
    processes.format();
  }

  /** Keeps all threads out of the kernel. Answers false if one does not leave it; for the kernel worker. */
  public boolean holdAll() {
    return standstill.begin();
  }

  /** Ends {@link #holdAll}. */
  public void letGo() {
    standstill.end();
  }

  /** Checks processes, threads and workers. */
  public void check(Ledger ledger) {
    processes.check(ledger, spawns);
    workers.check(ledger);
    for (int index = 1; index < WorkerTable.SLOTS; index++) {
      int arena = workers.arena(workers.slot(index));
      if (ledger.isPages(arena)) {
        descriptors.checkHeld(arena, ledger);
      }
    }
  }

  /** Checks what open files of this package hold, once all of those are known. */
  public void checkHolds(Ledger ledger) {
    processes.checkHolds(ledger);
    spawns.check(ledger);
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
