package dev.samovar.kernel.process;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.capability.Capabilities;
import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.capability.Quota;
import dev.samovar.kernel.fs.FileSystem;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.OpenFiles;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.fs.Rights;
import dev.samovar.kernel.host.Host;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Reached;
import dev.samovar.kernel.memory.SlabAllocator;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.memory.WaitQueue;
import dev.samovar.kernel.memory.Watches;
import dev.samovar.kernel.tty.Terminals;

/**
 * The process record and the table of processes.
 *
 * <pre>
 *    0 pid   4 parent's pid   8 state   12 exit status   16 main thread (slot) or 0   20 module   24 next in the queue
 *   28 descriptor table   32 where to look for a free descriptor   36 cwd (inode)   40 argv   44 environ (Strings)
 *   48 system calls   56 CPU ns   64 bytes of guest memory (all: of threads that ended)
 *   72 stdin   76 stdout   80 stderr: the pipes whose other end the kernel worker holds, 0 if none
 *   84 times it was sent back for want of a wasm memory
 *   88 exit watch   104 group   108 session   112 is stopped   116 signals that it ignores, a bit each
 *  120 limits   124 capabilities (records, 0 for none)   128 nice   132 why it ended, see Ending
 *  136 when its wall time is over (monotonic ns), 0 if it has no end   144 its first descriptor that there is not
 *  148 its descriptors are shared by several threads (0 or 1)   152 their lock while they are   156 threads (ThreadSet)
 *  204 controlling terminal or 0
 *  then: signals that others have sent and the kernel worker has not delivered yet, a bit each, and their watch; holders
 *  of this record; the queue of those that wait for the end; whether its end was told (TOLD, COLLECTED); for stdin, stdout
 *  and stderr the pipes whose other end its parent may open, 0 if none; the request that made it while it is NEW; signals that it takes itself, and of
 *  those the ones that have arrived and are not taken yet, a bit each
 * </pre>
 */
public final class Processes {
  /** Waits to be admitted. */
  /** Another process prepares it as its child. Signals to it are left for its start. */
  public static final int NEW = 0;
  public static final int QUEUED = 1;
  public static final int RUNNING = 2;
  /** Has ended; its exit status is not collected yet. */
  public static final int ZOMBIE = 3;

  /** Watch kinds, for {@link Watches#kind}. */
  public static final int WATCH_EXIT = 1;
  public static final int WATCH_STDIN = 2;
  public static final int WATCH_STDOUT = 3;
  public static final int WATCH_STDERR = 4;
  public static final int WATCH_WORKER = 5;
  public static final int WATCH_AUDIT = 6;
  public static final int WATCH_THREADS = 7;
  private static final String PROCESS = "process";

  /** Another process has sent a signal. */
  public static final int WATCH_SIGNAL = 16;
  /** A process asks for another one to be started: the subject is a {@link Spawns} record. */
  public static final int WATCH_SPAWN = 17;

  /** Standard streams have rings of 2<sup>4</sup> pages, 64 KiB. */
  private static final int STREAM_ORDER = 4;
  /** The kernel worker, which adopts orphans. */
  public static final int KERNEL_PID = 1;
  /** Pids from 2 on. */
  private static final int MAX_PIDS = 8192;

  static final int PID = 0;
  private static final int PARENT = 4;
  private static final int STATE = 8;
  private static final int STATUS = 12;
  private static final int MAIN = 16;
  private static final int MODULE = 20;
  private static final int NEXT = 24;
  static final int DESCRIPTORS = 28;
  static final int LOWEST_FREE = 32;
  private static final int CWD = 36;
  private static final int ARGUMENTS = 40;
  private static final int ENVIRONMENT = 44;
  private static final int SYSCALLS = 48;
  private static final int CPU = 56;
  private static final int GUEST_BYTES = 64;
  private static final int STREAMS = 72;
  private static final int RETRIES = 84;
  private static final int EXIT_WATCH = 88;
  private static final int GROUP = EXIT_WATCH + Watches.SIZE;
  private static final int SESSION = GROUP + 4;
  private static final int STOPPED = SESSION + 4;
  private static final int IGNORED = STOPPED + 4;
  private static final int LIMITS = IGNORED + 4;
  private static final int CAPABILITIES = LIMITS + 4;
  private static final int NICE = LIMITS + 8;
  private static final int ENDING = LIMITS + 12;
  private static final int DEADLINE = LIMITS + 16;
  static final int DESCRIPTOR_LIMIT = LIMITS + 24;
  static final int SHARED = DESCRIPTOR_LIMIT + 4;
  static final int DESCRIPTORS_LOCK = SHARED + 4;
  static final int THREADS = DESCRIPTORS_LOCK + 4;
  private static final int TERMINAL = THREADS + ThreadSet.SIZE;
  private static final int SIGNALS = TERMINAL + 4;
  private static final int SIGNAL_WATCH = SIGNALS + 4;
  private static final int REFS = SIGNAL_WATCH + Watches.SIZE;
  private static final int WAIT_QUEUE = REFS + 4;
  private static final int COLLECTION = WAIT_QUEUE + WaitQueue.SIZE;
  private static final int ENDS = COLLECTION + 4;
  private static final int REQUEST = ENDS + 12;
  private static final int CAUGHT = REQUEST + 4;
  private static final int ARRIVED = CAUGHT + 4;
  private static final int RECORD = ARRIVED + 4;

  /** The kernel worker knows of the end. */
  private static final int TOLD = 1;
  /** The parent knows of the end, or will never ask: the process can be reaped. */
  private static final int COLLECTED = 2;

  private final KernelMemory memory;
  private final Host host;
  private final Mutex mutex;
  private final SlabAllocator slabs;
  private final PageAllocator pages;
  private final Watches watches;
  private final FileSystem files;
  private final Pipes pipes;
  private final Terminals terminals;
  private final OpenFiles openFiles;
  private final Descriptors descriptors;
  private final Strings strings;
  private final WorkerTable workers;
  private final Limits limits;
  private final Capabilities capabilities;
  private final Quota quota;
  final ThreadSet threads;
  private Ending ending;

  Processes(KernelMemory memory, Host host, Mutex mutex, SlabAllocator slabs, PageAllocator pages, Watches watches,
      FileSystem files, Pipes pipes, Terminals terminals, OpenFiles openFiles, Descriptors descriptors,
      Strings strings, WorkerTable workers, Limits limits, Capabilities capabilities, Quota quota) {
    this.memory = memory;
    this.host = host;
    this.mutex = mutex;
    this.slabs = slabs;
    this.pages = pages;
    this.watches = watches;
    this.files = files;
    this.pipes = pipes;
    this.terminals = terminals;
    this.openFiles = openFiles;
    this.descriptors = descriptors;
    this.strings = strings;
    this.workers = workers;
    this.limits = limits;
    this.capabilities = capabilities;
    this.quota = quota;
    threads = new ThreadSet(memory, slabs, watches);
  }

  void use(Ending explanation) {
    ending = explanation;
  }

  /** Makes an empty table in a new memory. */
  void format() {
    memory.putInt(Superblock.PROCESS_TABLE, pages.allocateZeroed(PageAllocator.orderFor(MAX_PIDS * 4)));
    memory.putInt(Superblock.NEXT_PID, 2);
    memory.putInt(Superblock.PROCESS_COUNT, 0);
    memory.putInt(Superblock.RUNNABLE, 0);
    memory.putInt(Superblock.ADMISSION_WAITERS, 0);
    memory.putInt(Superblock.WORKERS_CLAIMED, 0);
    memory.putInt(Superblock.READY_LIST, 0);
    memory.putInt(Superblock.PANIC, 0);
  }

  /**
   * A new process, QUEUED, with neither arguments nor descriptors. It has its parent's limits and capabilities.
   *
   * @param cwd its working directory, an inode; the process takes a hold of its own
   * @return its address, or -ENOMEM, or -EAGAIN if there are too many, of all or of its family
   */
  public int create(int parentPid, int cwd) {
    int process = conceive(parentPid, cwd);
    if (process > 0) {
      makeReady(process);
    }
    return process;
  }

  /** A NEW process becomes a QUEUED one. */
  public void makeReady(int process) {
    memory.putIntVolatile(process + STATE, QUEUED);
  }

  /** As {@link #create}, but NEW: any worker may do it, and the others leave the process alone until it is ready. */
  int conceive(int parentPid, int cwd) {
    int process = slabs.allocateZeroed(RECORD);
    int table = process == 0 ? 0 : descriptors.createTable();
    if (table == 0) {
      if (process != 0) {
        slabs.free(process);
      }
      return -Errno.ENOMEM;
    }
    memory.putInt(process + PARENT, parentPid);
    memory.putInt(process + REFS, 1);
    if (!enroll(process)) {
      pages.free(table);
      slabs.free(process);
      return -Errno.EAGAIN;
    }
    memory.putInt(process + DESCRIPTORS, table);
    memory.putInt(process + CWD, cwd);
    files.inodes().hold(cwd);
    watches.init(process + EXIT_WATCH, WATCH_EXIT, process);
    watches.init(process + SIGNAL_WATCH, WATCH_SIGNAL, process);
    memory.putInt(process + DESCRIPTOR_LIMIT, Descriptors.MAX);
    int parent = find(parentPid);
    if (parent != 0) {
      if (!limits.addProcess(limits(parent))) {
        discard(process);
        return -Errno.EAGAIN;
      }
      setNice(process, nice(parent));
      setLimits(process, limits(parent));
      limits.hold(limits(parent));
      setCapabilities(process, capabilities(parent));
      capabilities.hold(capabilities(parent));
    }
    threads.init(process);
    return process;
  }

  private boolean enroll(int process) {
    mutex.lock(Superblock.PROCESS_LOCK);
    int table = memory.getInt(Superblock.PROCESS_TABLE);
    int pid = memory.getInt(Superblock.NEXT_PID);
    int tries = 0;
    while (tries < MAX_PIDS && memory.getInt(table + (pid << 2)) != 0) {
      pid = pid + 1 == MAX_PIDS ? 2 : pid + 1;
      tries++;
    }
    if (tries < MAX_PIDS) {
      memory.putInt(process + PID, pid);
      // A leader of both, until told otherwise.
      memory.putInt(process + GROUP, pid);
      memory.putInt(process + SESSION, pid);
      memory.putIntVolatile(table + (pid << 2), process);
      memory.putInt(Superblock.NEXT_PID, pid + 1 == MAX_PIDS ? 2 : pid + 1);
      memory.putInt(Superblock.PROCESS_COUNT, memory.getInt(Superblock.PROCESS_COUNT) + 1);
    }
    mutex.unlock(Superblock.PROCESS_LOCK);
    return tries < MAX_PIDS;
  }

  /** Sets argv: {@code count} strings, each ended by a NUL. Answers 0, E2BIG or ENOMEM. */
  public int setArguments(int process, int count, int data, int bytes) {
    return setStrings(process + ARGUMENTS, count, data, bytes);
  }

  /** Sets environ, as {@link #setArguments}. */
  public int setEnvironment(int process, int count, int data, int bytes) {
    return setStrings(process + ENVIRONMENT, count, data, bytes);
  }

  private int setStrings(int field, int count, int data, int bytes) {
    if (bytes > Strings.MAX_BYTES) {
      return Errno.E2BIG;
    }
    int list = strings.create(count, data, bytes);
    if (list == 0) {
      return Errno.ENOMEM;
    }
    // Under the lock that those hold who look at another process's strings.
    mutex.lock(Superblock.PROCESS_LOCK);
    int old = memory.getInt(field);
    memory.putInt(field, list);
    mutex.unlock(Superblock.PROCESS_LOCK);
    strings.free(old);
    return Errno.SUCCESS;
  }

  /**
   * Makes standard stream {@code fd} (0, 1 or 2) a pipe whose other end is the kernel worker's.
   *
   * @return the pipe, or -ENOMEM
   */
  public int openStream(int process, int fd) {
    int pipe = pipes.create(STREAM_ORDER);
    if (pipe == 0) {
      return -Errno.ENOMEM;
    }
    int file = fd == 0 ? openFiles.ofPipe(OpenFiles.PIPE_READER, pipe, Rights.READER)
        : openFiles.ofPipe(OpenFiles.PIPE_WRITER, pipe, Rights.WRITER);
    if (file == 0) {
      pipes.closeReader(pipe);
      pipes.closeWriter(pipe);
      return -Errno.ENOMEM;
    }
    if (fd == 0) {
      pipes.watchWriting(pipe, WATCH_STDIN, process);
    } else {
      pipes.watchReading(pipe, fd == 1 ? WATCH_STDOUT : WATCH_STDERR, process);
    }
    memory.putInt(process + STREAMS + 4 * fd, pipe);
    return descriptors.add(process, file) < 0 ? -Errno.ENOMEM : pipe;
  }

  /**
   * Gives a process a terminal of its own, whose screen and keyboard are the kernel worker's.
   *
   * @return the terminal, or -ENOMEM
   */
  public int createTerminal(int process, int columns, int rows) {
    int terminal = terminals.create(columns, rows);
    if (terminal == 0) {
      return -Errno.ENOMEM;
    }
    terminals.setForeground(terminal, group(process));
    memory.putInt(process + TERMINAL, terminal);
    memory.putInt(process + STREAMS + 4, terminals.output(terminal));
    pipes.watchReading(terminals.output(terminal), WATCH_STDOUT, process);
    return terminal;
  }

  /**
   * Opens the controlling terminal as the next descriptor.
   *
   * @return the descriptor, or -ENOMEM, -EMFILE
   */
  public int openTerminal(int process) {
    int terminal = terminal(process);
    terminals.hold(terminal);
    int file = openFiles.ofTerminal(OpenFiles.TERMINAL, terminal, 0, Rights.TERMINAL);
    return file == 0 ? -Errno.ENOMEM : descriptors.add(process, file);
  }

  /** Makes another process's controlling terminal, if it has one, this one's, too. */
  public void inheritTerminal(int process, int from) {
    int terminal = terminal(from);
    if (terminal != 0) {
      terminals.hold(terminal);
      memory.putInt(process + TERMINAL, terminal);
    }
  }

  /** The controlling terminal, 0 if there is none. */
  public int terminal(int process) {
    return memory.getInt(process + TERMINAL);
  }

  /** Whether the terminal was made for this process: its screen and keyboard are gone with it. */
  public boolean leadsTerminal(int process) {
    int terminal = terminal(process);
    return terminal != 0 && stream(process, 1) == terminals.output(terminal);
  }

  /**
   * Opens a directory as the next descriptor, under the name by which the guest knows it.
   *
   * @param inode a directory; the caller keeps its hold
   * @return 0 or an errno
   */
  public int preopen(int process, int inode, int name, int length) {
    if (files.inodes().type(inode) != FileType.DIRECTORY) {
      return Errno.ENOTDIR;
    }
    if (length > SlabAllocator.LARGEST) {
      return Errno.ENAMETOOLONG;
    }
    files.inodes().hold(inode);
    int restricted = capabilities(process);
    int bits = restricted == 0 ? 0 : files.grantedBits(restricted, inode);
    long rights = Rights.DIRECTORY;
    if (restricted != 0) {
      // What lies below may be granted more than the directory itself; each walk looks.
      rights &= Rights.of(bits | capabilities.allBits(restricted)) & ~(Rights.OF_ITSELF & ~Rights.of(bits));
    }
    int file = openFiles.ofInode(inode, 0, rights, Rights.ALL);
    if (file == 0) {
      return Errno.ENOMEM;
    }
    openFiles.setGranted(file, bits);
    if (!openFiles.setPreopen(file, name, length)) {
      openFiles.close(file);
      return Errno.ENOMEM;
    }
    int fd = descriptors.add(process, file);
    return fd < 0 ? -fd : Errno.SUCCESS;
  }

  /** Checks the table and every process. */
  void check(Ledger ledger, Spawns spawns) {
    ledger.mutex(Superblock.PROCESS_LOCK, "lock", "process table");
    int table = memory.getInt(Superblock.PROCESS_TABLE);
    if (!ledger.run(table, PageAllocator.orderFor(MAX_PIDS * 4), "process table")) {
      return;
    }
    int found = 0;
    for (int pid = 0; pid < MAX_PIDS; pid++) {
      int process = memory.getInt(table + (pid << 2));
      if (process != 0) {
        found++;
        if (ledger.record(process, RECORD, "process")) {
          check(process, pid, ledger);
          if (memory.getInt(process + REQUEST) != 0) {
            // The kernel worker's hold.
            spawns.checkHeld(memory.getInt(process + REQUEST), ledger);
          }
        }
      }
    }
    limits.check(ledger);
    capabilities.check(ledger, inode -> files.inodes().checkHeld(inode, ledger));
    if (found != memory.getInt(Superblock.PROCESS_COUNT)) {
      ledger.report("process count", "process table", "counts " + memory.getInt(Superblock.PROCESS_COUNT)
          + " processes, but has " + found + ".");
    }
  }

  /** The table's hold, or another one, was found. */
  void checkHeld(int process, Ledger ledger) {
    ledger.refer(process + REFS);
    ledger.reached(PROCESS).add(process);
  }

  /** Checks who holds the processes that were reached, those among them that are in the table no more. */
  void checkHolds(Ledger ledger) {
    Reached processes = ledger.reached(PROCESS);
    for (int process = processes.next(); process != 0; process = processes.next()) {
      if (isProcess(process) || ledger.record(process, RECORD, "reaped process")) {
        ledger.queue(waitQueue(process));
        ledger.expectReferences(process + REFS, "reference count", Ledger.at(PROCESS, process));
      }
    }
  }

  /** Checks how many threads each process counts, once all promises are known. */
  void checkThreadCounts(Ledger ledger) {
    for (int pid = 2; pid < MAX_PIDS; pid++) {
      int process = find(pid);
      if (process == 0 || !ledger.isRecord(process, RECORD)) {
        continue;
      }
      if (state(process) == QUEUED || state(process) == NEW) {
        threads.checkMain(process, ledger);
      }
      if (state(process) != ZOMBIE) {
        threads.checkCount(process, ledger);
      }
    }
  }

  private void check(int process, int pid, Ledger ledger) {
    String where = "process " + pid;
    if (pid(process) != pid) {
      ledger.report("process", where, "says that its pid is " + pid(process) + ".");
    }
    int state = state(process);
    if (state != NEW && state != QUEUED && state != RUNNING && state != ZOMBIE) {
      ledger.report("process", where, "has state " + state + ", which there is not.");
    }
    if (parent(process) < 1 || parent(process) >= MAX_PIDS || parent(process) == pid) {
      ledger.report("parent", where, "has the parent " + parent(process) + ".");
    }
    if (state != RUNNING && threads.next(process, 0) >= 0) {
      ledger.report("process", where, "does not run, and has a thread.");
    }
    threads.check(process, workers, ledger);
    ledger.mutex(process + DESCRIPTORS_LOCK, "lock", where);
    descriptors.check(process, ledger);
    limits.checkHeld(limits(process), memory.getInt(process + DESCRIPTORS) != 0, ledger);
    capabilities.checkHeld(capabilities(process), ledger);
    if (workingDirectory(process) != 0) {
      files.inodes().checkHeld(workingDirectory(process), ledger);
    }
    strings.check(arguments(process), ledger);
    strings.check(environment(process), ledger);
    for (int fd = 0; fd < 3; fd++) {
      if (stream(process, fd) != 0) {
        if (fd == 0) {
          pipes.checkWriter(stream(process, fd), ledger);
        } else {
          pipes.checkReader(stream(process, fd), ledger);
        }
      }
    }
    if (terminal(process) != 0) {
      terminals.checkHeld(terminal(process), ledger);
    }
    ledger.watch(process + EXIT_WATCH);
    ledger.watch(process + SIGNAL_WATCH);
    for (int fd = 0; fd < 3; fd++) {
      int end = memory.getInt(process + ENDS + 4 * fd);
      if (end != 0 && fd == 0) {
        pipes.checkWriter(end, ledger);
      } else if (end != 0) {
        pipes.checkReader(end, ledger);
      }
    }
    checkHeld(process, ledger);
  }

  /** The process of a pid, 0 if there is none. */
  public int find(int pid) {
    return pid < 2 || pid >= MAX_PIDS ? 0 : memory.getIntVolatile(memory.getInt(Superblock.PROCESS_TABLE) + (pid << 2));
  }

  /** The first process whose pid is at least {@code pid}, 0 if there is none: for listing them all. */
  public int findFrom(int pid) {
    for (int p = Math.max(2, pid); p < MAX_PIDS; p++) {
      int process = find(p);
      if (process != 0) {
        return process;
      }
    }
    return 0;
  }

  /** Whether the table has a process at this address. */
  boolean isProcess(int address) {
    for (int pid = 2; pid < MAX_PIDS; pid++) {
      if (find(pid) == address) {
        return true;
      }
    }
    return false;
  }

  public int pid(int process) {
    return memory.getInt(process + PID);
  }

  public int parent(int process) {
    return memory.getInt(process + PARENT);
  }

  /** {@link #NEW}, {@link #QUEUED}, {@link #RUNNING} or {@link #ZOMBIE}. */
  public int state(int process) {
    return memory.getIntVolatile(process + STATE);
  }

  /** Whether it runs and all its threads sleep in the kernel. One that waits in guest code does not count as asleep. */
  public boolean isSleeping(int process) {
    int slot = threads.next(process, 0);
    boolean sleeping = slot >= 0;
    while (sleeping && slot >= 0) {
      sleeping = memory.getIntVolatile(workers.slot(slot) + Sleeper.WAITS_ON) != 0;
      slot = threads.next(process, slot + 1);
    }
    return sleeping;
  }

  /** The pid of the leader of its process group. */
  public int group(int process) {
    return memory.getIntVolatile(process + GROUP);
  }

  /** The pid of the leader of its session. */
  public int session(int process) {
    return memory.getIntVolatile(process + SESSION);
  }

  /** Puts it into a group and a session, both by their leader's pid. */
  public void setGroup(int process, int group, int session) {
    memory.putIntVolatile(process + GROUP, group);
    memory.putIntVolatile(process + SESSION, session);
  }

  /** Makes a process that was not submitted yet a child in its parent's group and session. */
  void inherit(int process, int parent) {
    setGroup(process, group(parent), session(parent));
    inheritTerminal(process, parent);
  }

  /** Whether it was stopped: it goes no further than its next step into or out of the kernel. */
  public boolean isStopped(int process) {
    return memory.getIntVolatile(process + STOPPED) != 0;
  }

  void setStopped(int process, boolean stopped) {
    memory.putIntVolatile(process + STOPPED, stopped ? 1 : 0);
  }

  /** Whether it ignores a signal. */
  public boolean ignores(int process, int signal) {
    return (memory.getIntVolatile(process + IGNORED) >>> signal & 1) != 0;
  }

  /** Ignores a signal from now on, or no longer. Answers 0, or EINVAL for one that cannot be ignored. */
  public int setIgnored(int process, int signal, boolean ignored) {
    return set(process, signal, ignored, false);
  }

  /** From now on the process takes a signal itself: see {@link #takeArrived}. Answers 0, or EINVAL as above. */
  public int setCaught(int process, int signal) {
    return set(process, signal, false, true);
  }

  private int set(int process, int signal, boolean ignored, boolean caught) {
    if (!Signals.isIgnorable(signal)) {
      return Errno.EINVAL;
    }
    set(process + CAUGHT, signal, caught);
    set(process + IGNORED, signal, ignored);
    return Errno.SUCCESS;
  }

  private void set(int field, int signal, boolean on) {
    int bits = memory.getInt(field);
    memory.putIntVolatile(field, on ? bits | 1 << signal : bits & ~(1 << signal));
  }

  /** Whether it takes a signal itself. */
  public boolean catches(int process, int signal) {
    return (memory.getIntVolatile(process + CAUGHT) >>> signal & 1) != 0;
  }

  /** Has a signal wait to be taken. Answers false if one of its kind does already. */
  boolean arrive(int process, int signal) {
    return (memory.getAndOr(process + ARRIVED, 1 << signal) >>> signal & 1) == 0;
  }

  /** Whether there is a signal to take. */
  boolean hasArrived(int process) {
    return memory.getIntVolatile(process + ARRIVED) != 0;
  }

  /** Takes the signals that have arrived, a bit each. */
  public int takeArrived(int process) {
    return memory.getAndSet(process + ARRIVED, 0);
  }

  /** 0–255, once it is a ZOMBIE. */
  public int status(int process) {
    return memory.getInt(process + STATUS) & 0xff;
  }

  /** The signal that ended it, once it is a ZOMBIE; 0 if it ended by itself. */
  public int endingSignal(int process) {
    return memory.getInt(process + STATUS) >>> 8;
  }

  /** Whether {@code process} is {@code ancestor} or descends from it. The caller holds the process lock. */
  boolean descends(int process, int ancestor) {
    int at = process;
    while (at != 0 && at != ancestor) {
      at = find(parent(at));
    }
    return at == ancestor;
  }

  /** Holds the table still: for looking at other processes than one's own. */
  void lock() {
    mutex.lock(Superblock.PROCESS_LOCK);
  }

  void unlock() {
    mutex.unlock(Superblock.PROCESS_LOCK);
  }

  /** Leaves a signal for the start of a NEW process. */
  void leave(int process, int signal) {
    memory.getAndOr(process + SIGNALS, 1 << signal);
  }

  /** Leaves a signal for the kernel worker to deliver. The caller holds the process lock. */
  void post(int process, int signal) {
    leave(process, signal);
    watches.raise(process + SIGNAL_WATCH);
  }

  /** The signals that were left, a bit each. */
  int takeSignals(int process) {
    return memory.getAndSet(process + SIGNALS, 0);
  }

  /** The queue that is woken when it has ended. */
  int waitQueue(int process) {
    return process + WAIT_QUEUE;
  }

  /** Keeps the record, though not the process, until {@link #release}. The caller holds the process lock. */
  void hold(int process) {
    memory.getAndAdd(process + REFS, 1);
  }

  void release(int process) {
    if (memory.getAndAdd(process + REFS, -1) == 1) {
      slabs.free(process);
    }
  }

  /** The parent has learnt how the process ended: the kernel worker may reap it. */
  void collect(int process) {
    lock();
    if (memory.getInt(process + COLLECTION) < COLLECTED && find(pid(process)) == process) {
      memory.putInt(process + COLLECTION, COLLECTED);
      watches.raise(process + EXIT_WATCH);
    }
    unlock();
  }

  /**
   * The kernel worker was told of a process's end: its children are orphans now, and belong to it.
   *
   * @return whether the process can be reaped; otherwise its parent has not collected it yet, and this is asked again
   */
  public boolean finish(int process) {
    int pid = pid(process);
    lock();
    for (int child = findFrom(2); child != 0; child = findFrom(pid(child) + 1)) {
      if (parent(child) == pid) {
        memory.putInt(child + PARENT, KERNEL_PID);
        if (memory.getInt(child + COLLECTION) == TOLD) {
          memory.putInt(child + COLLECTION, COLLECTED);
          watches.raise(child + EXIT_WATCH);
        }
      }
    }
    boolean done = parent(process) == KERNEL_PID || memory.getInt(process + COLLECTION) == COLLECTED;
    memory.putInt(process + COLLECTION, done ? COLLECTED : TOLD);
    unlock();
    return done;
  }

  /** Sets the {@link Spawns} record of a NEW process, 0 once it was answered. */
  void setRequest(int process, int request) {
    memory.putInt(process + REQUEST, request);
  }

  /** Makes an end of a pipe one that the parent may open, as the other end of standard stream {@code fd}. */
  void offerEnd(int process, int fd, int pipe) {
    memory.putInt(process + ENDS + 4 * fd, pipe);
  }

  /** Takes that end, once; 0 if there is none, or it was taken. */
  int takeEnd(int process, int fd) {
    return memory.getAndSet(process + ENDS + 4 * fd, 0);
  }

  /** Its working directory's inode. */
  public int workingDirectory(int process) {
    return memory.getInt(process + CWD);
  }

  /** Its record of {@link Limits}, 0 if it has none. */
  public int limits(int process) {
    return memory.getInt(process + LIMITS);
  }

  void setLimits(int process, int record) {
    memory.putInt(process + LIMITS, record);
  }

  /** Its record of {@link Capabilities}, 0 if nothing inside this OS is denied to it. */
  public int capabilities(int process) {
    return memory.getInt(process + CAPABILITIES);
  }

  void setCapabilities(int process, int record) {
    memory.putInt(process + CAPABILITIES, record);
  }

  /** From -20, admitted first, to 19. */
  public int nice(int process) {
    return memory.getInt(process + NICE);
  }

  void setNice(int process, int nice) {
    memory.putInt(process + NICE, nice);
  }

  /** Which limit ended it, see {@link Ending}; 0 if none did. */
  int ending(int process) {
    return memory.getInt(process + ENDING);
  }

  /** Says which limit ends it; the first one counts. */
  public void setEnding(int process, int why) {
    memory.compareAndExchange(process + ENDING, 0, why);
  }

  /** When its wall time is over, in monotonic ns; 0 if it has no end or has not begun. */
  long deadline(int process) {
    return memory.getLong(process + DEADLINE);
  }

  void setDeadline(int process, long nanos) {
    memory.putLong(process + DEADLINE, nanos);
  }

  /** From here on it may open so many more files as its limit says. */
  void limitDescriptors(int process) {
    int record = limits(process);
    long more = record == 0 ? Limits.NONE : limits.openFiles(record);
    int first = memory.getInt(process + LOWEST_FREE);
    memory.putInt(process + DESCRIPTOR_LIMIT, (int) (more > Descriptors.MAX - first ? Descriptors.MAX : first + more));
  }

  /** argv, as {@link Strings}. */
  public int arguments(int process) {
    return memory.getInt(process + ARGUMENTS);
  }

  /** environ, as {@link Strings}. */
  public int environment(int process) {
    return memory.getInt(process + ENVIRONMENT);
  }

  /** The kernel worker's end of standard stream {@code fd}, 0 if it has none. */
  public int stream(int process, int fd) {
    return memory.getInt(process + STREAMS + 4 * fd);
  }

  /**
   * Makes what another process writes, and nobody has begun to read, this one's standard input: the kernel worker's
   * reading end changes hands.
   *
   * @param fd the other's standard output or error, 1 or 2
   * @return 0, ENOMEM, or EBADF if the kernel worker does not have that end
   */
  public int joinInput(int process, int source, int fd) {
    int pipe = stream(source, fd);
    if (pipe == 0 || leadsTerminal(source)) {
      return Errno.EBADF;
    }
    int file = openFiles.ofPipe(OpenFiles.PIPE_READER, pipe, Rights.READER);
    if (file == 0) {
      return Errno.ENOMEM;
    }
    pipes.unwatch(pipe);
    memory.putInt(source + STREAMS + 4 * fd, 0);
    closeStream(process, 0);
    descriptors.replace(process, 0, file);
    return Errno.SUCCESS;
  }

  /** Gives the kernel worker's end of a standard stream up. */
  public void closeStream(int process, int fd) {
    int pipe = stream(process, fd);
    if (pipe != 0) {
      memory.putInt(process + STREAMS + 4 * fd, 0);
      pipes.unwatch(pipe);
      if (fd == 0) {
        pipes.closeWriter(pipe);
      } else {
        pipes.closeReader(pipe);
      }
    }
  }

  /** System calls so far, of all its threads. */
  public long systemCalls(int process) {
    long sum = memory.getLong(process + SYSCALLS);
    for (int slot = threads.next(process, 0); slot >= 0; slot = threads.next(process, slot + 1)) {
      sum += memory.getLong(workers.slot(slot) + WorkerTable.SYSCALLS);
    }
    return sum;
  }

  /**
   * ns so far that its threads did not sleep in the kernel: wall time, since a browser has no clock for a thread's own.
   * A thread that waits in guest code ({@code memory.atomic.wait32}) looks busy.
   */
  public long cpuNanos(int process) {
    long sum = memory.getLong(process + CPU);
    for (int slot = threads.next(process, 0); slot >= 0; slot = threads.next(process, slot + 1)) {
      sum += cpuNanosOf(workers.slot(slot));
    }
    return sum;
  }

  private long cpuNanosOf(int thread) {
    long asleepSince = memory.getLong(thread + Sleeper.SLEEPS_SINCE);
    long now = asleepSince != 0 ? asleepSince : host.monotonicNanos();
    return now - memory.getLong(thread + WorkerTable.STARTED) - memory.getLong(thread + Sleeper.SLEPT);
  }

  /** Bytes of linear memory, which all its threads share, as of the last of their slow system calls. */
  public long guestBytes(int process) {
    long most = memory.getLong(process + GUEST_BYTES);
    for (int slot = threads.next(process, 0); slot >= 0; slot = threads.next(process, slot + 1)) {
      most = Math.max(most, memory.getLong(workers.slot(slot) + WorkerTable.GUEST_BYTES));
    }
    return most;
  }

  /** How many threads it has, those among them that wait for a worker. */
  public int threadCount(int process) {
    return threads.count(process);
  }

  /** The main thread, 0 if it has not begun. It lives as long as the process, but for the moment of its end. */
  int main(int process) {
    return memory.getIntVolatile(process + MAIN);
  }

  int module(int process) {
    return memory.getInt(process + MODULE);
  }

  void setModule(int process, int module) {
    memory.putInt(process + MODULE, module);
  }

  int next(int process) {
    return memory.getInt(process + NEXT);
  }

  void setNext(int process, int next) {
    memory.putInt(process + NEXT, next);
  }

  int countRetry(int process) {
    return memory.getAndAdd(process + RETRIES, 1);
  }

  void setRunning(int process, int thread) {
    memory.putIntVolatile(process + MAIN, thread);
    threads.add(process, workers.indexOf(thread));
    memory.putIntVolatile(process + STATE, RUNNING);
  }

  void setQueued(int process, int thread) {
    threads.remove(process, workers.indexOf(thread));
    memory.putIntVolatile(process + MAIN, 0);
    memory.putIntVolatile(process + STATE, QUEUED);
  }

  /** Adds up what a thread that ends has used, and cuts it off the process. */
  void account(int process, int thread) {
    memory.getAndAddLong(process + CPU, cpuNanosOf(thread));
    memory.getAndAddLong(process + SYSCALLS, memory.getLong(thread + WorkerTable.SYSCALLS));
    memory.putLong(process + GUEST_BYTES, guestBytes(process));
    threads.remove(process, workers.indexOf(thread));
  }

  /** Closes a process's descriptors and lets go of its directory. */
  void close(int process) {
    if (memory.getInt(process + DESCRIPTORS) != 0) {
      ending.say(process);
      // What it alone still held goes back to its family's quota, whoever closes it.
      quota.bind(limits(process));
      descriptors.closeAll(process);
      quota.bind(0);
      limits.removeProcess(limits(process));
    }
    int cwd = memory.getInt(process + CWD);
    if (cwd != 0) {
      memory.putInt(process + CWD, 0);
      files.inodes().release(cwd);
    }
  }

  /** Ends a process that was never submitted. */
  public void abandon(int process, int status) {
    close(process);
    announceEnd(process, status);
  }

  /** Takes a process back that was never submitted, as if it had not been created. */
  public void discard(int process) {
    close(process);
    reap(process);
  }

  /** Makes a closed process a ZOMBIE and tells the kernel worker. */
  void announceEnd(int process, int status) {
    memory.putInt(process + STATUS, status);
    // Behind the lock: the kernel worker may reap it from there on, and nobody but a holder touches it any more.
    lock();
    memory.putIntVolatile(process + STATE, ZOMBIE);
    WaitQueue.wake(memory, waitQueue(process));
    watches.raise(process + EXIT_WATCH);
    unlock();
  }

  /** Frees a ZOMBIE, once its end was told. Only the kernel worker does. */
  public void reap(int process) {
    int terminal = terminal(process);
    if (leadsTerminal(process)) {
      terminals.end(terminal);
    }
    for (int fd = 0; fd < 3; fd++) {
      closeStream(process, fd);
      int end = takeEnd(process, fd);
      if (end != 0) {
        closeEnd(end, fd);
      }
    }
    mutex.lock(Superblock.PROCESS_LOCK);
    memory.putIntVolatile(memory.getInt(Superblock.PROCESS_TABLE) + (pid(process) << 2), 0);
    memory.putInt(Superblock.PROCESS_COUNT, memory.getInt(Superblock.PROCESS_COUNT) - 1);
    mutex.unlock(Superblock.PROCESS_LOCK);
    threads.forget(process);
    if (terminal != 0) {
      terminals.release(terminal);
    }
    watches.cancel(process + EXIT_WATCH);
    watches.cancel(process + SIGNAL_WATCH);
    strings.free(arguments(process));
    strings.free(environment(process));
    limits.release(limits(process));
    releaseCapabilities(capabilities(process));
    release(process);
  }

  private void closeEnd(int pipe, int fd) {
    if (fd == 0) {
      pipes.closeWriter(pipe);
    } else {
      pipes.closeReader(pipe);
    }
  }

  /** One holder of a record of capabilities less; the last one frees it. */
  void releaseCapabilities(int record) {
    if (capabilities.release(record)) {
      for (int i = 0; i < capabilities.grants(record); i++) {
        files.inodes().release(capabilities.grantedInode(record, i));
      }
      capabilities.free(record);
    }
  }
}
