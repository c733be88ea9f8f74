package dev.samovar.kernel;

import dev.samovar.kernel.capability.Audit;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.fs.Devices;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.fs.VirtualFiles;
import dev.samovar.kernel.host.GuestMemory;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.RwLock;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.Watches;
import dev.samovar.kernel.net.Sockets;
import dev.samovar.kernel.process.KernelProcesses;
import dev.samovar.kernel.process.Processes;
import dev.samovar.kernel.process.ProcTree;
import dev.samovar.kernel.process.WorkerTable;
import dev.samovar.kernel.tty.LineDiscipline;
import dev.samovar.kernel.tty.Terminals;

/**
 * One worker's view of the OS: all the views over the shared memory that it needs, made once. It holds no state of the
 * OS; any number of workers have one each over the same memory.
 */
public final class Kernel {
  public final KernelMemory memory;
  public final GuestMemory guest;
  public final Host host;
  public final PageAllocator pages;
  public final SlabAllocator slabs;
  public final Watches watches;
  public final Sleeper sleeper;
  public final Capabilities capabilities;
  public final Limits limits;
  public final Quota quota;
  public final Audit audit;
  public final FileSystem files;
  public final Pipes pipes;
  public final Sockets sockets;
  public final Terminals terminals;
  public final LineDiscipline keyboard;
  public final OpenFiles openFiles;
  public final KernelProcesses process;
  /** The address of this worker's scratch memory, see {@link Arena}. */
  public final int arena;

  private Kernel(KernelMemory memory, GuestMemory guest, Host host, int worker, int arena, boolean fresh,
      long maximum) {
    this.memory = memory;
    this.guest = guest;
    this.host = host;
    Mutex mutex = new Mutex(memory, worker);
    RwLock locks = new RwLock(memory, worker);
    pages = new PageAllocator(memory, mutex);
    slabs = new SlabAllocator(memory, mutex, pages);
    if (fresh) {
      memory.fill(Superblock.BASE, 0, PageAllocator.PAGE);
      pages.format(maximum);
      slabs.format();
      this.arena = pages.allocate(Arena.ORDER);
    } else {
      this.arena = arena;
    }
    watches = new Watches(memory);
    sleeper = new Sleeper(memory, host);
    capabilities = new Capabilities(memory, pages);
    limits = new Limits(memory, slabs);
    quota = new Quota(limits);
    audit = new Audit(memory, mutex, watches, host);
    files = new FileSystem(memory, guest, host, mutex, locks, pages, slabs, capabilities, quota,
        this.arena + Arena.WALKS, this.arena + Arena.VIRTUAL);
    pipes = new Pipes(memory, guest, mutex, slabs, pages, watches, sleeper);
    sockets = new Sockets(memory, mutex, slabs, pipes, watches, sleeper);
    Devices devices = new Devices(memory, guest, host, this.arena + Arena.BYTES);
    terminals = new Terminals(memory, guest, mutex, slabs, pages, pipes, sleeper, this.arena + Arena.TERMINAL);
    keyboard = new LineDiscipline(memory, mutex, pipes, terminals, this.arena + Arena.TERMINAL);
    openFiles = new OpenFiles(memory, mutex, slabs, files, pipes, sockets, devices, quota, terminals);
    process = new KernelProcesses(this, mutex);
  }

  /**
   * Lays a new OS out in an empty memory, for the kernel worker: {@code /work /tmp /home /dev /proc /usr}, no process.
   *
   * @param maximum bytes that the memory may grow to
   * @param runnableLimit threads that may run at once
   */
  public static Kernel format(KernelMemory memory, GuestMemory guest, Host host, long maximum, int runnableLimit) {
    Kernel kernel = new Kernel(memory, guest, host, 1, 0, true, maximum);
    kernel.files.format();
    kernel.sockets.format();
    kernel.process.format(kernel.pages);
    kernel.audit.format(kernel.pages, Processes.WATCH_AUDIT);
    memory.putInt(Superblock.RUNNABLE_LIMIT, runnableLimit);
    kernel.makeTree();
    memory.putIntVolatile(Superblock.MAGIC, Superblock.MAGIC_VALUE);
    return kernel;
  }

  /** Joins an OS as the worker of a slot, whose arena the kernel worker has made. */
  public static Kernel attach(KernelMemory memory, GuestMemory guest, Host host, int slot) {
    if (memory.getIntVolatile(Superblock.MAGIC) != Superblock.MAGIC_VALUE) {
      throw new IllegalStateException("no kernel in this memory");
    }
    WorkerTable table = new WorkerTable(memory);
    return new Kernel(memory, guest, host, slot + 1, table.arena(table.slot(slot)), false, 0);
  }

  private void makeTree() {
    for (String name : new String[] {"work", "tmp", "home", "dev", "proc", "usr"}) {
      files.makeDirectory(files.root(), putPath(name), name.length(), 0);
    }
    makeDevice("dev/null", Devices.NULL);
    makeDevice("dev/zero", Devices.ZERO);
    makeDevice("dev/random", Devices.RANDOM);
    makeDevice("dev/tty", Devices.TERMINAL);
    makeDevice("dev/ttyctl", Devices.TERMINAL_SETTINGS);
    makeDevice("dev/urandom", Devices.RANDOM);
    makeDevice("dev/stdin", Devices.STANDARD);
    makeDevice("dev/stdout", Devices.STANDARD + 1);
    makeDevice("dev/stderr", Devices.STANDARD + 2);
    makeDevice("dev/spawn", Devices.SPAWN);
    files.makeDirectory(files.root(), putPath("dev/fd"), 6, 0);
    makeVirtual("dev/fd", ProcTree.DESCRIPTORS);
    files.makeDirectory(files.root(), putPath("dev/tcp"), 7, 0);
    makeVirtual("dev/tcp", VirtualFiles.TCP);
    files.makeDirectory(files.root(), putPath("dev/tcp-listen"), 14, 0);
    makeVirtual("dev/tcp-listen", VirtualFiles.TCP_LISTEN);
    makeVirtual("proc", ProcTree.ROOT);
  }

  private void makeVirtual(String path, int node) {
    int directory = files.lookup(files.root(), putPath(path), path.length(), 0);
    files.makeVirtual(directory, node);
    files.inodes().release(directory);
  }

  private void makeDevice(String path, int number) {
    files.makeDevice(files.root(), putPath(path), path.length(), number);
  }

  /** Puts an ASCII path into the arena; longer ones than {@link PathWalk#PATH_MAX} are not made here. */
  private int putPath(String path) {
    for (int i = 0; i < path.length(); i++) {
      memory.putByte(arena + Arena.PATH + i, path.charAt(i));
    }
    return arena + Arena.PATH;
  }
}
