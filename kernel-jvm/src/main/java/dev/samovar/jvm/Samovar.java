package dev.samovar.jvm;

import dev.samovar.jvm.Launcher.Launch;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.fs.FileType;
import dev.samovar.kernel.fs.PathWalk;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.memory.Doorbell;
import dev.samovar.kernel.memory.Superblock;
import dev.samovar.kernel.net.Listeners;
import dev.samovar.kernel.net.Outside;
import dev.samovar.kernel.process.Processes;
import dev.samovar.kernel.process.Scheduler;
import dev.samovar.kernel.process.Signals;
import dev.samovar.kernel.process.WorkerTable;
import dev.samovar.kernel.process.Workers;
import dev.samovar.kernel.program.Detection;
import dev.samovar.kernel.program.Plan;
import dev.samovar.kernel.tty.Terminals;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * An operating system of its own, with files and processes, in the memory of this JVM. Safe for use by several threads;
 * {@link #close} ends all its processes.
 */
public final class Samovar implements AutoCloseable {
  private static final int MEBIBYTE = 1 << 20;
  private static final int DEFAULT_MEBIBYTES = 256;
  private static final int INITIAL = MEBIBYTE;
  private static final int KERNEL_PID = 1;
  private static final int SPARES = 2;
  private static final int MAX_WORKERS = 64;
  /** The kernel worker looks around that often although nobody rang, as it does in a browser. */
  private static final long PUMP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SIGKILL_STATUS = 128 + Signals.SIGKILL;

  private final JvmMemory memory;
  private final Kernel kernel;
  private final Processes processes;
  private final Staging staging;
  private final OsFiles files;
  private final Scheduler scheduler;
  private final Launcher launcher;
  private final Inside inside;
  private final HostNetwork network;
  private final Queue<Consumer<Scheduler>> events = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Alarm> alarms = new PriorityQueue<>(Comparator.comparingLong(Alarm::due));
  private final Map<Integer, OsProcess> live = new HashMap<>();
  private final Map<Integer, Worker.Run> runs = new HashMap<>();
  /** Of processes that others have started, by their records. */
  private final Map<Integer, Integer> runOf = new HashMap<>();
  private final Worker[] workers = new Worker[WorkerTable.SLOTS];
  private int nextRun = 1;
  private boolean panicked;
  private volatile boolean closed;

  private record Alarm(long due, int pid) {}

  private Samovar(int mebibytes, Runtimes runtimes, ClassCache cache, Progress progress) {
    long maximum = (long) mebibytes * MEBIBYTE;
    try {
      memory = new JvmMemory(INITIAL, (int) maximum);
    } catch (OutOfMemoryError e) {
      throw new OsException("ENOMEM", "boot: this JVM has no " + mebibytes + " MiB outside of its heap (" + e.getMessage()
          + "); java's option -XX:MaxDirectMemorySize gives more");
    }
    int runnable = Math.max(8, 4 * Runtime.getRuntime().availableProcessors());
    kernel = Kernel.format(memory, new OwnMemory(memory), new JvmHost(memory), maximum, runnable);
    processes = kernel.process.processes;
    staging = new Staging(kernel, memory);
    files = new OsFiles(this, kernel, memory, staging);
    scheduler = kernel.process.scheduler(new Crew(), MAX_WORKERS);
    launcher = new Launcher(files, runtimes, cache, progress);
    network = new HostNetwork(this, kernel, memory, progress);
    inside = new Inside(this, kernel, memory, staging, launcher);
  }

  /** A new OS with the default memory of 256 MiB. */
  public static Samovar boot() {
    return boot(DEFAULT_MEBIBYTES);
  }

  /** A new OS without runtimes. */
  public static Samovar boot(int mebibytes) {
    return boot(mebibytes, Runtimes.NONE, ClassCache.standard(), Progress.NONE);
  }

  /**
   * A new OS.
   *
   * @param mebibytes what its files and the kernel may take, up to 2047 MiB, reserved at once; guests' memory not counted
   * @param runtimes what runs scripts
   * @param cache where compiled classes are kept
   * @param progress hears about programs that take long to compile
   */
  public static Samovar boot(int mebibytes, Runtimes runtimes, ClassCache cache, Progress progress) {
    Samovar os = new Samovar(mebibytes, runtimes, cache, progress);
    Thread pump = new Thread(os::pumpUntilClosed, "samovar-kernel");
    pump.setDaemon(true);
    synchronized (os) {
      os.scheduler.start(SPARES);
    }
    pump.start();
    return os;
  }

  public OsFiles files() {
    return files;
  }

  /** Lets programs that may connect at all connect to a target of this machine's network, {@code host:port}. */
  public void allowConnect(String target) {
    int colon = target.lastIndexOf(':');
    network.allow(target, InetSocketAddress.createUnresolved(target.substring(0, colon),
        Integer.parseInt(target.substring(colon + 1))));
  }

  /**
   * Opens a port of this OS on this machine's loopback, and nowhere else.
   *
   * @param hostPort the port there; 0 for a free one
   * @return the port there
   * @throws IOException if it is taken
   */
  public int publish(int hostPort, int port) throws IOException {
    return network.publish(hostPort, port);
  }

  HostNetwork network() {
    return network;
  }

  /** Whether it was closed. */
  boolean hasClosed() {
    return closed;
  }

  /** Whether nobody may use the kernel's memory any more. The caller holds this OS. */
  boolean isClosed() {
    return closed || panicked;
  }

  /** {@link #spawn(Program, List, SpawnOptions)} with the default options. */
  public OsProcess spawn(Program program, List<String> args) {
    return spawn(program, args, SpawnOptions.DEFAULT);
  }

  /**
   * Starts a process.
   *
   * @param args without argv[0]
   * @throws OsException EAGAIN if there are too many, or for what is wrong with the options
   */
  public OsProcess spawn(Program program, List<String> args, SpawnOptions options) {
    return start(Launch.of(program), null, options.argv0() == null ? "program.wasm" : options.argv0(), args, options);
  }

  /**
   * Starts what a name or a path means: a runtime's command such as {@code python} or {@code python@3.12}, a program or
   * a script. One that is not there or cannot run is a process, too: it says so on its standard error and exits with 127
   * or 126. Compiles it first, if nobody has.
   */
  public OsProcess spawn(String program, List<String> args, SpawnOptions options) {
    String name = options.argv0() == null ? program : options.argv0();
    try {
      return start(launcher.find(program, name, options.cwd()), null, name, args, options);
    } catch (NotRunnable e) {
      return start(null, e, name, args, options);
    }
  }

  /** How a folder of this OS is run, or why it cannot be. */
  public Plan detect(String directory) {
    return detect(directory, "");
  }

  /** As the other one, with a runtime, such as {@code python@3.11}, in place of the project's; empty for none. */
  public Plan detect(String directory, String runtime) {
    return Detection.of(new OsFolder(files, directory), launcher.catalogue(), runtime);
  }

  /**
   * Runs a folder: what {@link #detect} finds, isolated from everything else in this OS. It has a {@code /tmp} of its own,
   * which goes with the OS.
   *
   * @param args behind those that the project has
   * @param options {@code cwd}, {@code argv0} and {@code preopens} are the folder's; limits take the place of the
   *     project's, each by its name; capabilities count where the project names none, and {@code connect} in any case
   * @throws OsException ENOEXEC, with a sentence, if nothing says how it is run
   */
  public OsProcess run(String directory, List<String> args, SpawnOptions options) {
    Plan plan = detect(directory);
    if (plan.command.isEmpty()) {
      throw new OsException("ENOEXEC", plan.reason + (plan.missing.isEmpty() ? "" : " To make it: " + plan.missing));
    }
    return run(plan, directory, args, options);
  }

  /** Compiles what a plan needs, if nobody has, so that {@link #run} has nothing left to do but start it. */
  void prepare(Plan plan, String directory) {
    try {
      launcher.find(program(plan), plan.command, directory);
    } catch (NotRunnable e) {
      // Its process will say so.
    }
  }

  private static String program(Plan plan) {
    return plan.runtime.isEmpty() ? "./" + plan.command : plan.command;
  }

  /** Runs a folder by a plan of {@link #detect}. */
  OsProcess run(Plan plan, String directory, List<String> args, SpawnOptions options) {
    String temporary = files.makeTemporary("/tmp/run-");
    Map<String, String> preopens = new LinkedHashMap<>();
    preopens.put(directory, directory);
    preopens.put(".", directory);
    preopens.put("/tmp", temporary);
    for (String shared : List.of("/dev", "/proc", "/usr")) {
      preopens.put(shared, shared);
    }
    Confined confined = Confined.of(plan, options).withTemporary(temporary);
    List<String> all = new ArrayList<>(plan.args);
    all.addAll(args);
    Map<String, String> more = new LinkedHashMap<>(plan.env);
    more.putAll(options.moreEnv());
    SpawnOptions own = options.in(directory).calledAs(plan.command).withPreopens(preopens).addingEnv(more)
        .withLimits(confined.limits()).withCapabilities(confined.capabilities()).listeningOn(ports(plan, options));
    try {
      return start(launcher.find(program(plan), plan.command, directory), null, plan.command, all, own);
    } catch (NotRunnable e) {
      return start(null, e, plan.command, all, own);
    }
  }

  /** Those that the project has and those of the options. */
  private static List<Integer> ports(Plan plan, SpawnOptions options) {
    List<Integer> ports = new ArrayList<>(options.ports());
    if (!plan.project.isEmpty()) {
      try {
        Object named = Json.parseObject(plan.project).get("ports");
        ports.addAll(named == null ? List.of() : Listeners.ports(named));
      } catch (JsonException e) {
        throw new IllegalStateException("detection has read it", e);
      }
    }
    return ports;
  }

  private OsProcess start(Launch launch, NotRunnable problem, String name, List<String> args, SpawnOptions options) {
    OsProcess started;
    synchronized (this) {
      if (closed || panicked) {
        throw new IllegalStateException(closed ? "spawn: this OS was closed" : "spawn: the kernel of this OS is broken");
      }
      int process = begin(name, options.cwd());
      try {
        prepare(process, name, launch, args, options);
      } catch (RuntimeException e) {
        processes.discard(process);
        throw e;
      }
      int run = nextRun++;
      started = new OsProcess(this, memory, kernel, staging, process, run);
      live.put(process, started);
      if (problem == null) {
        runs.put(run, Worker.Run.of(launch.program(), name));
        scheduler.submit(process, run);
      } else {
        started.say("samovar: " + problem.getMessage() + "\n");
        processes.abandon(process, problem.status);
      }
    }
    if (options.stdin() != null) {
      feed(started, options.stdin());
    }
    return started;
  }

  private int begin(String name, String cwd) {
    if (!scheduler.hasRoom()) {
      throw new OsException("spawn " + name + ": too many processes wait", Errno.EAGAIN);
    }
    int inode = directory(cwd, "spawn " + name + " in " + cwd, 0);
    int process = processes.create(KERNEL_PID, inode);
    kernel.files.inodes().release(inode);
    if (process < 0) {
      throw new OsException("spawn " + name, -process);
    }
    return process;
  }

  /** A directory's inode, held; its path is staged behind {@code offset} bytes. */
  private int directory(String path, String what, int offset) {
    int length = staging.put(path, offset);
    int inode = kernel.files.lookup(kernel.files.root(), staging.address + offset, length, PathWalk.FOLLOW);
    if (inode < 0) {
      throw new OsException(what, -inode);
    }
    if (kernel.files.inodes().type(inode) != FileType.DIRECTORY) {
      kernel.files.inodes().release(inode);
      throw new OsException(what, Errno.ENOTDIR);
    }
    return inode;
  }

  private void prepare(int process, String name, Launch launch, List<String> args, SpawnOptions options) {
    String what = "spawn " + name;
    confine(process, what, launch, options);
    List<String> argv = new ArrayList<>(List.of(name));
    Map<String, String> env = new LinkedHashMap<>();
    Map<String, String> preopens = new LinkedHashMap<>();
    if (launch != null) {
      argv.addAll(launch.leading());
      env.putAll(launch.env());
    }
    argv.addAll(launch == null ? args : launch.arguments(args, options.cwd()));
    check(processes.setArguments(process, argv.size(), staging.address, staging.putList(argv)), what);
    env.putAll(new Confined(options.limits(), options.capabilities()).environment(
        options.env() == null ? defaultEnvironment(options) : options.env()));
    if (launch != null && !launch.library().isEmpty() && !env.containsKey("PWD")) {
      // WASI has no working directory. What a runtime's library is told it forgets before the program begins.
      env.put("SAMOVAR_PWD", options.cwd());
    }
    List<String> environ = new ArrayList<>();
    env.forEach((variable, value) -> environ.add(variable + "=" + value));
    if (!options.ports().isEmpty()) {
      environ.addAll(Listeners.environment(options.ports()));
    }
    check(processes.setEnvironment(process, environ.size(), staging.address, staging.putList(environ)), what);
    openStreams(process, what, options.terminal());
    for (int port : options.ports()) {
      check(kernel.process.network.giveListener(process, port), what + ": listen on port " + port);
    }
    preopens.putAll(options.preopens() == null ? defaultPreopens(options.cwd()) : options.preopens());
    if (launch != null) {
      preopens.putAll(launch.preopens());
    }
    preopens.forEach((guestPath, path) -> preopen(process, guestPath, path, what));
  }

  /** Before anything else, since what comes then is counted and restricted. */
  private void confine(int process, String what, Launch launch, SpawnOptions options) {
    String request = new Confined(options.limits(), options.capabilities())
        .request(options.cwd(), launch == null ? List.of() : launch.library());
    int error = kernel.process.confinement.confine(process, request);
    if (error != Errno.SUCCESS) {
      throw new OsException(Errno.nameOf(error), what + ": " + kernel.process.confinement.problem());
    }
  }

  private void openStreams(int process, String what, SpawnOptions.TerminalSize terminal) {
    int result = 0;
    if (terminal != null) {
      if (!Terminals.isSize(terminal.columns()) || !Terminals.isSize(terminal.rows())) {
        throw new OsException(what + ": a terminal of " + terminal.columns() + " × " + terminal.rows(), Errno.EINVAL);
      }
      result = processes.createTerminal(process, terminal.columns(), terminal.rows());
    }
    for (int fd = 0; fd < 3 && result >= 0; fd++) {
      result = terminal == null ? processes.openStream(process, fd) : processes.openTerminal(process);
    }
    check(result < 0 ? -result : Errno.SUCCESS, what);
  }

  void preopen(int process, String guestPath, String path, String what) {
    int nameLength = staging.put(guestPath, 0);
    int inode = directory(path, what + ": preopen " + guestPath + " as " + path, nameLength);
    int error = processes.preopen(process, inode, staging.address, nameLength);
    kernel.files.inodes().release(inode);
    check(error, what + ": preopen " + guestPath);
  }

  /**
   * Submits a process that another one has begun. The caller holds this OS.
   *
   * @return false if there are too many
   */
  boolean submit(int process, Program program, String name, Runnable beforehand) {
    if (closed || panicked || !scheduler.hasRoom()) {
      return false;
    }
    int run = nextRun++;
    runs.put(run, Worker.Run.of(program, name));
    runOf.put(process, run);
    beforehand.run();
    processes.makeReady(process);
    scheduler.submit(process, run);
    // What was sent to it before it began.
    scheduler.deliver(process);
    return true;
  }

  static void check(int error, String what) {
    if (error != Errno.SUCCESS) {
      throw new OsException(what, error);
    }
  }

  private static Map<String, String> defaultEnvironment(SpawnOptions options) {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("PATH", "/usr/bin");
    env.put("HOME", "/home");
    env.put("PWD", options.cwd());
    env.put("LANG", "C.UTF-8");
    env.put("TERM", options.terminal() == null ? "dumb" : "xterm-256color");
    env.put("USER", "samovar");
    if (options.terminal() != null) {
      env.put("COLUMNS", String.valueOf(options.terminal().columns()));
      env.put("LINES", String.valueOf(options.terminal().rows()));
    }
    env.putAll(options.moreEnv());
    return env;
  }

  private Map<String, String> defaultPreopens(String cwd) {
    Map<String, String> preopens = new LinkedHashMap<>();
    preopens.put(cwd, cwd);
    preopens.put(".", cwd);
    for (String name : files.list("/")) {
      String path = "/" + name;
      if (files.type(path) == OsFiles.Type.DIRECTORY) {
        preopens.putIfAbsent(path, path);
      }
    }
    return preopens;
  }

  private static void closeStdin(OsProcess process) {
    try {
      process.stdin().close();
    } catch (IOException e) {
      throw new AssertionError("closing a pipe cannot fail", e);
    }
  }

  /** Feeds a new process; what does not fit into its ring is fed by a thread of its own. */
  private static void feed(OsProcess process, byte[] bytes) {
    if (bytes.length == 0) {
      closeStdin(process);
      return;
    }
    Thread feeder = new Thread(() -> {
      try (var stdin = process.stdin()) {
        stdin.write(bytes);
      } catch (IOException e) {
        // It reads no more: as much as it wanted.
      }
    }, "samovar-stdin-" + process.pid());
    feeder.setDaemon(true);
    feeder.start();
  }

  synchronized void signal(OsProcess process, int signal) {
    if (process.record() != 0) {
      int error = scheduler.signal(process.record(), signal);
      if (error == Errno.EINVAL) {
        throw new OsException("signal " + signal, error);
      }
    }
  }

  /**
   * Types keys that are staged; those that a terminal has no room for are lost. The caller holds this OS.
   *
   * @return whether one was SIGINT
   */
  boolean type(int terminal, int length) {
    boolean interrupts = false;
    for (int done = 0; done < length; ) {
      done += kernel.keyboard.type(terminal, staging.address + done, length - done);
      int signal = kernel.keyboard.signal();
      if (signal != 0) {
        scheduler.signalGroup(kernel.terminals.foreground(terminal), signal);
        interrupts |= signal == Signals.SIGINT;
      }
    }
    return interrupts;
  }

  /** Lets the kernel worker do something at its next pump. */
  void post(Consumer<Scheduler> event) {
    events.add(event);
    Doorbell.ring(memory);
  }

  private void pumpUntilClosed() {
    long patience = PUMP_NANOS;
    for (;;) {
      memory.await(Superblock.DOORBELL, 0, patience);
      synchronized (this) {
        pump();
        notifyAll();
        if (closed && live.isEmpty() && scheduler.workersIn(WorkerTable.ENDING) == 0) {
          return;
        }
        patience = alarms.isEmpty() ? PUMP_NANOS
            : Math.max(1, Math.min(PUMP_NANOS, alarms.peek().due() - System.nanoTime()));
      }
    }
  }

  private void pump() {
    Doorbell.answer(memory);
    if (!panicked && memory.getIntVolatile(Superblock.PANIC) != 0) {
      panicked = true;
      scheduler.stopAll();
      live.values().forEach(process -> process.abandon(SIGKILL_STATUS));
      live.clear();
    }
    for (Consumer<Scheduler> event = events.poll(); event != null; event = events.poll()) {
      event.accept(scheduler);
    }
    while (!alarms.isEmpty() && alarms.peek().due() <= System.nanoTime()) {
      scheduler.expire(alarms.remove().pid());
    }
    for (int watch = kernel.watches.take(); watch != 0; watch = kernel.watches.take()) {
      int subject = kernel.watches.subject(watch);
      switch (kernel.watches.kind(watch)) {
        case Processes.WATCH_WORKER:
          scheduler.idle(subject);
          break;
        case Processes.WATCH_THREADS:
          scheduler.attend(subject);
          break;
        case Processes.WATCH_SIGNAL:
          scheduler.deliver(subject);
          break;
        case Processes.WATCH_SPAWN:
          inside.spawn(subject);
          break;
        case Outside.WATCH_OUTSIDE:
          network.request(subject);
          break;
        case Processes.WATCH_EXIT:
          finish(subject);
          break;
        default:
          // Whoever reads or writes that stream is woken when the pump is done.
          break;
      }
    }
    if (!panicked && !closed) {
      scheduler.admit();
    }
  }

  private void finish(int process) {
    OsProcess ended = live.remove(process);
    if (ended != null) {
      ended.finish();
    }
    if (processes.leadsTerminal(process)) {
      scheduler.hangUp(processes.terminal(process));
    }
    Integer run = ended == null ? runOf.remove(process) : Integer.valueOf(ended.run());
    runs.remove(run);
    if (processes.finish(process)) {
      processes.reap(process);
    }
  }

  /** Kills all processes and ends the threads. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      network.close();
      for (OsProcess process : List.copyOf(live.values())) {
        scheduler.signal(process.record(), Signals.SIGKILL);
      }
      Doorbell.ring(memory);
      boolean interrupted = false;
      while (!live.isEmpty()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      scheduler.stopAll();
      Doorbell.ring(memory);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The threads, as the scheduler uses them: always from within the monitor. */
  private final class Crew implements Workers {
    @Override
    public void boot(int slot, int generation) {
      workers[slot] = new Worker(Samovar.this, memory, slot, generation);
      workers[slot].start();
    }

    @Override
    public void run(int slot, int generation, int module) {
      workers[slot].run(runs.get(module));
    }

    @Override
    public void runThread(int slot, int generation, int main) {
      workers[slot].run(workers[main].threadOfCurrent());
    }

    @Override
    public void terminate(int slot, int generation) {
      workers[slot].terminate();
    }

    @Override
    public void alarm(int millis, int pid) {
      alarms.add(new Alarm(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), pid));
    }
  }
}
