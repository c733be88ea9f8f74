package dev.samovar.web;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.capability.Audit;
import dev.samovar.kernel.capability.AuditedCall;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Doorbell;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.PageAllocator;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.net.Outside;
import dev.samovar.kernel.net.Sockets;
import dev.samovar.kernel.process.Processes;
import dev.samovar.kernel.process.Scheduler;
import dev.samovar.kernel.process.WorkerTable;
import dev.samovar.kernel.tty.Terminals;
import org.teavm.interop.Export;
import org.teavm.interop.Import;

/**
 * What kernel-worker.js calls to boot, to spawn and watch processes, and to pump events. Strings come in at the
 * {@link #staging} address. Errors are negative errnos.
 */
final class KernelWorker {
  private static final int KERNEL_PID = 1;
  /** A kind of watch beside those of {@link Processes}: files have changed. */
  private static final int WATCH_CHANGES = 64;
  /** Spare workers booted at the start. */
  private static final int SPARES = 2;

  /** Bytes staged at most in one go by what has to work when memory has run out. */
  private static final int STAGING = 1 << 18;

  /** Bytes that a process may write before anybody begins to read. */
  private static final int MOST_UNREAD = 1 << 20;

  private static Kernel kernel;
  private static Scheduler scheduler;
  private static Processes processes;
  private static Pipes pipes;
  private static boolean panicked;
  private static int staging;
  private static int stagingOrder;

  private KernelWorker() {}

  static Kernel kernel() {
    return kernel;
  }

  /**
   * Makes a new OS in the memory.
   *
   * @param maximum bytes that the memory may grow to
   * @param runnable threads that may run at once
   * @param workers workers that there may be
   * @param timeOrigin {@code performance.timeOrigin}, ms
   */
  @Export(name = "kernel_boot")
  public static void boot(double maximum, int runnable, int workers, double timeOrigin) {
    kernel = Kernel.format(new WebMemory(), new WebGuest(), new WebHost(timeOrigin, timeOrigin), (long) maximum,
        runnable);
    processes = kernel.process.processes;
    pipes = kernel.pipes;
    scheduler = kernel.process.scheduler(new WebWorkers(), workers);
    staging(STAGING);
    scheduler.start(SPARES);
  }

  /** The address of at least {@code bytes} bytes (up to 4 MiB) that the script may fill; 0 if there is no memory. */
  @Export(name = "kernel_staging")
  public static int staging(int bytes) {
    int order = Math.max(4, PageAllocator.orderFor(bytes));
    if (staging == 0 || order > stagingOrder) {
      int larger = order > PageAllocator.MAX_ORDER ? 0 : kernel.pages.allocate(order);
      if (larger == 0) {
        return 0;
      }
      if (staging != 0) {
        kernel.pages.free(staging);
      }
      staging = larger;
      stagingOrder = order;
    }
    return staging;
  }

  /** The address of the futex that rings when there is something to {@link #pump}: 0 while there is not. */
  @Export(name = "kernel_doorbell")
  public static int doorbell() {
    return Superblock.DOORBELL;
  }

  /** Where the staging memory is now. */
  static int staging() {
    return staging;
  }

  static Scheduler scheduler() {
    return scheduler;
  }

  static void checkStaging(Ledger ledger) {
    ledger.run(staging, stagingOrder, "staging memory");
  }

  /** Begins a process in the directory whose path is staged: the process, or -ENOENT, -ENOTDIR, -EAGAIN, -ENOMEM. */
  @Export(name = "spawn_begin")
  public static int spawnBegin(int length) {
    if (!scheduler.hasRoom()) {
      return -Errno.EAGAIN;
    }
    int cwd = kernel.files.lookup(kernel.files.root(), staging, length, FileOperations.FOLLOW);
    if (cwd < 0) {
      return cwd;
    }
    int process = kernel.files.inodes().type(cwd) == FileType.DIRECTORY ? processes.create(KERNEL_PID, cwd)
        : -Errno.ENOTDIR;
    kernel.files.inodes().release(cwd);
    return process;
  }

  /**
   * Confines a process as the staged JSON says, see {@code process.Confinement}. Answers 0 or a negative errno, about
   * which {@link #spawnProblem} has a sentence.
   */
  @Export(name = "spawn_confine")
  public static int spawnConfine(int process, int length) {
    return -kernel.process.confinement.confine(process, Programs.text(staging, length));
  }

  /** Stages what was wrong with the last confinement. Answers its bytes. */
  @Export(name = "spawn_problem")
  public static int spawnProblem() {
    return Programs.stageText(kernel.process.confinement.problem());
  }

  /** Sets argv from {@code count} staged strings, each ended by a NUL. */
  @Export(name = "spawn_arguments")
  public static int spawnArguments(int process, int count, int bytes) {
    return -processes.setArguments(process, count, staging, bytes);
  }

  @Export(name = "spawn_environment")
  public static int spawnEnvironment(int process, int count, int bytes) {
    return -processes.setEnvironment(process, count, staging, bytes);
  }

  /** Opens the standard streams as pipes. */
  @Export(name = "spawn_streams")
  public static int spawnStreams(int process) {
    int result = Errno.SUCCESS;
    for (int fd = 0; fd < 3 && result >= 0; fd++) {
      result = processes.openStream(process, fd);
    }
    return Math.min(result, Errno.SUCCESS);
  }

  /** Opens the standard streams as a terminal of the process's own; standard input, if {@code piped}, as a pipe. */
  @Export(name = "spawn_terminal")
  public static int spawnTerminal(int process, int columns, int rows, int piped) {
    if (!Terminals.isSize(columns) || !Terminals.isSize(rows)) {
      return -Errno.EINVAL;
    }
    int result = processes.createTerminal(process, columns, rows);
    for (int fd = 0; fd < 3 && result >= 0; fd++) {
      result = fd == 0 && piped != 0 ? processes.openStream(process, fd) : processes.openTerminal(process);
    }
    return Math.min(result, Errno.SUCCESS);
  }

  /**
   * Makes the output {@code fd} of a process its standard input, if nobody has begun to read that. Answers 0, -EBADF if
   * it cannot be had, or -ENOMEM.
   */
  @Export(name = "spawn_join")
  public static int spawnJoin(int process, int sourcePid, int fd) {
    int source = processes.find(sourcePid);
    return source == 0 ? -Errno.EBADF : -processes.joinInput(process, source, fd);
  }

  /** Gives a process a listener on a port. Answers 0, or -EADDRINUSE, -EMFILE, -ENOMEM. */
  @Export(name = "spawn_listen")
  public static int spawnListen(int process, int port) {
    return -kernel.process.network.giveListener(process, port);
  }

  /** Preopens the directory whose path is staged, behind the name by which the guest shall know it. */
  @Export(name = "spawn_preopen")
  public static int spawnPreopen(int process, int nameLength, int pathLength) {
    int inode = kernel.files.lookup(kernel.files.root(), staging + nameLength, pathLength, FileOperations.FOLLOW);
    if (inode < 0) {
      return inode;
    }
    int error = processes.preopen(process, inode, staging, nameLength);
    kernel.files.inodes().release(inode);
    return -error;
  }

  /** Hands a process over to the scheduler, to run the script's module of that number. Answers the pid. */
  @Export(name = "spawn_submit")
  public static int spawnSubmit(int process, int module) {
    int pid = processes.pid(process);
    scheduler.submit(process, module);
    return pid;
  }

  /** Ends a process that cannot run, with a staged message on its standard error. Answers the pid. */
  @Export(name = "spawn_refuse")
  public static int spawnRefuse(int process, int status, int messageLength) {
    int pid = processes.pid(process);
    if (processes.terminal(process) != 0) {
      kernel.terminals.say(processes.terminal(process), staging, messageLength);
    } else if (processes.stream(process, 2) != 0) {
      pipes.put(processes.stream(process, 2), staging, messageLength);
    }
    processes.abandon(process, status);
    return pid;
  }

  /** Takes a process back that was begun and not submitted: it never was. */
  @Export(name = "spawn_abort")
  public static void spawnAbort(int process) {
    processes.discard(process);
  }

  /** Sends a signal. Answers 0, -ESRCH or -EINVAL. */
  @Export(name = "process_signal")
  public static int signal(int pid, int signal) {
    int process = processes.find(pid);
    return process == 0 ? -Errno.ESRCH : -scheduler.signal(process, signal);
  }

  /** Writes staged bytes to a process's standard input. Answers how many it took, or -EPIPE once nobody reads. */
  @Export(name = "stdin_write")
  public static int stdinWrite(int pid, int length) {
    int process = processes.find(pid);
    int pipe = process == 0 ? 0 : processes.stream(process, 0);
    return pipe == 0 ? -Errno.EPIPE : pipes.put(pipe, staging, length);
  }

  /** Ends a process's standard input. */
  @Export(name = "stdin_close")
  public static void stdinClose(int pid) {
    int process = processes.find(pid);
    if (process != 0) {
      processes.closeStream(process, 0);
    }
  }

  /** The terminal that a process leads, 0 if it has none or was not made for it. */
  private static int terminal(int pid) {
    int process = processes.find(pid);
    return process != 0 && processes.leadsTerminal(process) ? processes.terminal(process) : 0;
  }

  /** Types staged keys on a process's terminal. Those that it has no room for are lost. Answers 0 or -ESRCH. */
  @Export(name = "terminal_type")
  public static int type(int pid, int length) {
    int terminal = terminal(pid);
    if (terminal == 0) {
      return -Errno.ESRCH;
    }
    for (int done = 0; done < length; ) {
      done += kernel.keyboard.type(terminal, staging + done, length - done);
      if (kernel.keyboard.signal() != 0) {
        scheduler.signalGroup(kernel.terminals.foreground(terminal), kernel.keyboard.signal());
      }
    }
    return Errno.SUCCESS;
  }

  /** Says that nobody types any more. Answers 0 or -ESRCH. */
  @Export(name = "terminal_end")
  public static int endTyping(int pid) {
    int terminal = terminal(pid);
    if (terminal != 0) {
      kernel.terminals.end(terminal);
    }
    return terminal == 0 ? -Errno.ESRCH : Errno.SUCCESS;
  }

  /** Tells the size of a process's terminal in characters. Answers 0, -EINVAL or -ESRCH. */
  @Export(name = "terminal_resize")
  public static int resize(int pid, int columns, int rows) {
    int terminal = terminal(pid);
    return terminal == 0 ? -Errno.ESRCH : -kernel.terminals.resize(terminal, columns, rows);
  }

  /** The page has taken what it was given of an output stream: sends more. */
  @Export(name = "output_resume")
  public static void outputResume(int pid, int fd) {
    int process = processes.find(pid);
    if (process != 0) {
      drain(process, fd, false);
    }
  }

  /**
   * Stages what is known of the first process from {@code pid} on, as 8-byte integers: pid, parent, state (1 queued,
   * 2 running, 3 ended, 4 sleeping, 5 stopped), CPU ns, system calls, memory in bytes, bytes of argv; then argv. Answers its pid,
   * or 0 if there is none.
   */
  @Export(name = "process_describe")
  public static int describe(int from) {
    int process = processes.findFrom(from);
    if (process == 0) {
      return 0;
    }
    int arguments = processes.arguments(process);
    int bytes = arguments == 0 ? 0 : Math.min(kernel.process.strings.bytes(arguments), 4096);
    int state = processes.state(process);
    if (state != Processes.RUNNING) {
      state = state == Processes.QUEUED && processes.isStopped(process) ? 5 : state;
    } else if (processes.isSleeping(process)) {
      state = processes.isStopped(process) ? 5 : 4;
    }
    put(0, processes.pid(process));
    put(1, processes.parent(process));
    put(2, state);
    put(3, processes.cpuNanos(process));
    put(4, processes.systemCalls(process));
    put(5, processes.guestBytes(process));
    put(6, bytes);
    if (bytes > 0) {
      kernel.memory.copy(staging + 56, kernel.process.strings.data(arguments), bytes);
    }
    return processes.pid(process);
  }

  /** Stages figures of the kernel as 8-byte integers, for tests and the benchmark; their order is kernel-worker.js's. */
  @Export(name = "kernel_figures")
  public static void figures() {
    put(0, kernel.pages.totalPages());
    put(1, kernel.pages.freePages());
    put(2, kernel.slabs.pagesHeld());
    put(3, kernel.slabs.recordsInUse());
    put(4, scheduler.workersIn(WorkerTable.BOOTING));
    put(5, scheduler.workersIn(WorkerTable.IDLE));
    put(6, scheduler.workersIn(WorkerTable.BUSY));
    put(7, scheduler.workersIn(WorkerTable.ENDING));
    put(8, kernel.memory.getIntVolatile(Superblock.RUNNABLE));
    put(9, kernel.memory.getIntVolatile(Superblock.PROCESS_COUNT));
    put(10, kernel.memory.getIntVolatile(Superblock.WAITS_PAGES));
    put(11, kernel.memory.getIntVolatile(Superblock.WAITS_SLABS));
    put(12, kernel.memory.getIntVolatile(Superblock.WAITS_INODES));
    put(13, kernel.memory.getIntVolatile(Superblock.WAITS_OTHER));
  }

  private static void put(int index, long value) {
    kernel.memory.putLong(staging + 8 * index, value);
  }

  /** Refusals ever noted. */
  @Export(name = "audit_count")
  public static double auditCount() {
    return kernel.audit.count();
  }

  /** The first of them that can still be read. */
  @Export(name = "audit_first")
  public static double auditFirst() {
    return Math.max(0, kernel.audit.count() - Audit.SIZE);
  }

  /**
   * Stages one: ns since 1970, pid, call, target, name of the errno, with a NUL between. Answers the bytes, 0 if it is
   * gone.
   */
  @Export(name = "audit_entry")
  public static int auditEntry(double number) {
    int entry = kernel.arena + Arena.BYTES;
    if (!kernel.audit.copy((long) number, entry)) {
      return 0;
    }
    KernelMemory memory = kernel.memory;
    return Programs.stageText(memory.getLong(entry) + "\0" + memory.getInt(entry + 8) + "\0"
        + AuditedCall.nameOf(memory.getInt(entry + 12)) + "\0"
        + Programs.text(entry + 24, memory.getInt(entry + 20)).replace('\0', '?') + "\0"
        + Errno.nameOf(memory.getInt(entry + 16)));
  }

  @Export(name = "worker_booted")
  public static void workerBooted(int slot, int generation) {
    scheduler.booted(slot, generation);
  }

  @Export(name = "worker_gone")
  public static void workerGone(int slot, int generation) {
    scheduler.gone(slot, generation);
  }

  /** A worker had no memory for its guest. Answers 1 if the process is queued again, 0 if the worker shall end it. */
  @Export(name = "worker_starved")
  public static int workerStarved(int slot) {
    return scheduler.sendBack(slot) ? 1 : 0;
  }

  /** A worker could not be started, or its script broke: what it ran ends with the status of an abort. */
  @Export(name = "worker_failed")
  public static void workerFailed(int slot) {
    scheduler.failed(slot);
  }

  @Export(name = "kernel_alarm")
  public static void alarm(int pid) {
    scheduler.expire(pid);
  }

  /** Begins to listen for changes of files. Answers 0 if there is no memory for that. */
  @Export(name = "changes_listen")
  public static int listenForChanges() {
    return kernel.files.changes().listen(WATCH_CHANGES) ? 1 : 0;
  }

  @Export(name = "changes_stop")
  public static void stopListening() {
    kernel.files.changes().stop();
  }

  /** Stages the numbers of inodes that changed. Answers how many, or -1 if any may have. */
  @Export(name = "changes_take")
  public static int takeChanges() {
    return kernel.files.changes().take(staging);
  }

  /** Ends all workers, for teardown. */
  @Export(name = "kernel_stop")
  public static void stop() {
    scheduler.stopAll();
  }

  /** The doorbell rang: deals with everything that happened since the last pump. */
  @Export(name = "kernel_pump")
  public static void pump() {
    Doorbell.answer(kernel.memory);
    if (!panicked && kernel.memory.getIntVolatile(Superblock.PANIC) != 0) {
      panicked = true;
      scheduler.stopAll();
      pagePanic();
    }
    for (int watch = kernel.watches.take(); watch != 0; watch = kernel.watches.take()) {
      int subject = kernel.watches.subject(watch);
      switch (kernel.watches.kind(watch)) {
        case Processes.WATCH_STDOUT:
          drain(subject, 1, false);
          break;
        case Processes.WATCH_STDERR:
          drain(subject, 2, false);
          break;
        case Processes.WATCH_STDIN:
          pageInput(processes.pid(subject));
          break;
        case WATCH_CHANGES:
          pageChanges();
          break;
        case Peers.WATCH_PEER:
          Peers.pagePeer(subject);
          break;
        case Sockets.WATCH_PORTS:
          Ports.pagePorts();
          break;
        case Outside.WATCH_OUTSIDE:
          OutsideConnections.pageOutside(subject);
          break;
        case Peers.WATCH_SPLICE:
          Splice.ready(subject);
          break;
        case Processes.WATCH_WORKER:
          scheduler.idle(subject);
          break;
        case Processes.WATCH_AUDIT:
          pageAudit();
          break;
        case Processes.WATCH_THREADS:
          if (!panicked) {
            scheduler.attend(subject);
          }
          break;
        case Processes.WATCH_SIGNAL:
          scheduler.deliver(subject);
          break;
        case Processes.WATCH_SPAWN:
          pageSpawn(subject);
          break;
        default:
          finish(subject);
          break;
      }
    }
    if (!panicked) {
      scheduler.admit();
    }
  }

  /** Gives the page what a process wrote, as far as it takes it ({@code force}: all of it). */
  private static void drain(int process, int fd, boolean force) {
    int pipe = processes.stream(process, fd);
    if (pipe == 0) {
      return;
    }
    int pid = processes.pid(process);
    boolean open = pipes.hasWriters(pipe);
    for (int length = pipes.peekLength(pipe); length > 0; length = pipes.peekLength(pipe)) {
      int taken = pageOutput(pid, fd, pipes.peek(pipe), length, force ? 1 : 0);
      if (taken <= 0) {
        if (taken < 0 && pipes.room(pipe) < Pipes.ATOMIC) {
          // It stays here, where another process may yet become its reader.
          pipes.grow(pipe, MOST_UNREAD);
        }
        return;
      }
      pipes.consume(pipe, taken);
    }
    if (!open) {
      processes.closeStream(process, fd);
      pageEnd(pid, fd);
    }
  }

  private static void finish(int process) {
    for (int fd = 1; fd <= 2; fd++) {
      drain(process, fd, true);
    }
    pageExit(processes.pid(process), processes.status(process));
    if (processes.leadsTerminal(process)) {
      scheduler.hangUp(processes.terminal(process));
    }
    if (processes.finish(process)) {
      processes.reap(process);
    }
  }

  /** Offers bytes that a process wrote. Answers how many the page took, or -1 if nobody has begun to read them. */
  @Import(module = "page", name = "output")
  private static native int pageOutput(int pid, int fd, int address, int length, int force);

  /** Files have changed, see {@link #takeChanges}. */
  @Import(module = "page", name = "changes")
  private static native void pageChanges();

  /** An output stream of a process has ended. */
  @Import(module = "page", name = "end")
  private static native void pageEnd(int pid, int fd);

  /** A process's standard input has room again, or nobody reads it any more. */
  @Import(module = "page", name = "input")
  private static native void pageInput(int pid);

  @Import(module = "page", name = "exit")
  private static native void pageExit(int pid, int status);

  /** Something was refused. */
  @Import(module = "page", name = "audit")
  private static native void pageAudit();

  /** A process asks for another one: the subject is for {@link Inside}. */
  @Import(module = "page", name = "spawn")
  private static native void pageSpawn(int request);

  @Import(module = "page", name = "panic")
  private static native void pagePanic();
}
