package dev.samovar.jvm;

import dev.samovar.kernel.capability.Limits;
import dev.samovar.kernel.capability.LimitsRequest;
import dev.samovar.kernel.process.Signals;
import dev.samovar.kernel.program.Plan;
import dev.samovar.protocol.Json;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;

/**
 * {@code samovar exec}: copies a project into an OS of its own, runs it there, and ends with its status. What the program
 * writes goes straight through.
 */
public final class Exec {
  private static final int MEBIBYTE = 1 << 20;
  /** For the kernel and what runtimes get mounted; and the least for what the program writes. */
  private static final int BASE_MEBIBYTES = 48;
  private static final int MOST_MEBIBYTES = 2047;
  private static final int WRITE_BACK_FAILED = 74;     // EX_IOERR of sysexits.h
  /** ^C twice within this time is meant for us. */
  private static final long TWICE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final InputStream in;
  private final OutputStream out;
  private final OutputStream err;
  private ExecOptions options;
  private volatile OsProcess process;
  private long lastInterrupt = System.nanoTime() - TWICE_NANOS;
  private volatile HostTerminal terminal;

  Exec(InputStream in, OutputStream out, OutputStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    Exec exec = new Exec(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out),
        new FileOutputStream(FileDescriptor.err));
    exec.handleSignals();
    int status = exec.run(List.of(args), true);
    // Not exit: a thread may sit in a read of standard input.
    java.lang.Runtime.getRuntime().halt(status);
  }

  private void tell(String sentence) {
    HostTerminal on = terminal;
    try {
      err.write(("samovar: " + sentence + (on != null && on.isRaw() ? "\r\n" : "\n")).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // Nobody listens.
    }
  }

  /**
   * Runs what a command line says.
   *
   * @param onTerminal whether standard input and output are this process's own, and so may be a terminal
   * @return the program's status; 2 for what is wrong with the command line, 126 if there is nothing to run
   */
  int run(List<String> args, boolean onTerminal) {
    try {
      options = ExecOptions.parse(args);
      if (!Files.isDirectory(options.project())) {
        throw new ExecOptions.Wrong(options.project() + " is not a folder; a project is one.");
      }
      return run(onTerminal && !options.json());
    } catch (ExecOptions.Wrong e) {
      tell(e.getMessage());
      return 2;
    } catch (OsException | IOException e) {
      tell(e.getMessage());
      return NotRunnable.REFUSED;
    } catch (InterruptedException e) {
      return 128 + Signals.SIGINT;
    } finally {
      leaveTerminal();
    }
  }

  private int run(boolean onTerminal) throws IOException, InterruptedException {
    long started = System.nanoTime();
    Path project = options.project().toRealPath();
    Runtimes runtimes = runtimes();
    long disk = LimitsRequest.of(options.limits()).disk;
    long room = Math.max(BASE_MEBIBYTES, disk == Limits.NONE ? 0 : disk / MEBIBYTE) + 3 * ProjectCopy.size(project) / MEBIBYTE;
    try (Samovar os = Samovar.boot((int) Math.min(MOST_MEBIBYTES, BASE_MEBIBYTES + room), runtimes, ClassCache.standard(), this::tell)) {
      String at = "/work/" + (project.getFileName() == null ? "project" : project.getFileName());
      ProjectCopy copy = ProjectCopy.of(project, os.files(), at);
      Plan plan = os.detect(at, options.runtime());
      if (plan.command.isEmpty()) {
        throw new OsException("ENOEXEC", plan.reason + (plan.missing.isEmpty() ? "" : " To make it: " + plan.missing));
      }
      if (!plan.runtime.isEmpty()) {
        runtimes.make(runtimes.catalogue().forCommand(plan.command), this::tell);
      }
      options.connect().forEach(os::allowConnect);
      for (Map.Entry<Integer, Integer> each : options.publish().entrySet()) {
        int port = os.publish(each.getKey(), each.getValue());
        tell("port " + each.getValue() + " is at http://127.0.0.1:" + port + "/");
      }
      SpawnOptions how = SpawnOptions.DEFAULT.withOpenStdin().addingEnv(options.env()).withLimits(options.limits())
          .withCapabilities(everything());
      // Until it runs, ^C is ours.
      os.prepare(plan, at);
      terminal = onTerminal ? HostTerminal.find() : null;
      if (terminal == null) {
        process = os.run(plan, at, options.args(), how);
      } else {
        SpawnOptions.TerminalSize size = terminal.size();
        terminal.enterRawMode();
        process = os.run(plan, at, options.args(), how.onTerminal(size.columns(), size.rows()));
        process.onInterrupt(this::interrupted);
        Signal.handle(new Signal("WINCH"), signal -> tellSize());
        tellSize();
      }
      return options.json() ? runForMachines(copy, plan, started) : runThrough(copy);
    }
  }

  /** What a program has inside of its OS if nothing is said. Outside, the OS grants or refuses, and says which option it wants. */
  private static Map<String, Object> everything() {
    return Map.of("read", List.of("/"), "write", List.of("/"), "env", true, "listen", true, "connect", true, "spawn", true,
        "clock", true, "random", true);
  }

  private static Runtimes runtimes() throws IOException {
    String folders = System.getProperty("samovar.runtimes", "");
    return folders.isEmpty() ? Runtimes.NONE
        : Runtimes.in(List.of(folders.split(File.pathSeparator)).stream().map(Path::of).toArray(Path[]::new));
  }

  /** ^C is the guest's; who wants to leave in any case presses it twice. */
  private void handleSignals() {
    for (String name : List.of("INT", "TERM", "HUP")) {
      Signal.handle(new Signal(name), signal -> {
        OsProcess guest = process;
        if (guest == null) {
          leave(signal.getNumber());
        }
        if (name.equals("INT")) {
          interrupted();
        }
        guest.signal(signal.getNumber());
      });
    }
  }

  /** Somebody pressed ^C, or sent it. */
  private synchronized void interrupted() {
    long now = System.nanoTime();
    if (now - lastInterrupt < TWICE_NANOS) {
      leave(Signals.SIGINT);
    }
    lastInterrupt = now;
  }

  private void leave(int signal) {
    leaveTerminal();
    java.lang.Runtime.getRuntime().halt(128 + signal);
  }

  private void leaveTerminal() {
    HostTerminal left = terminal;
    if (left != null) {
      left.close();
    }
  }

  private void tellSize() {
    SpawnOptions.TerminalSize size = terminal.size();
    process.resize(size.columns(), size.rows());
  }

  private int runThrough(ProjectCopy copy) throws InterruptedException {
    feed();
    Thread errors = pump(process.stderr(), err, "samovar-stderr");
    Thread output = pump(process.stdout(), out, "samovar-stdout");
    int status = process.waitFor();
    output.join();
    errors.join();
    leaveTerminal();
    if (options.writeBack()) {
      ProjectCopy.Written written = copy.writeBack();
      written.problems().forEach(this::tell);
      status = status == 0 && !written.problems().isEmpty() ? WRITE_BACK_FAILED : status;
    }
    return status;
  }

  private void feed() {
    Thread feeder = new Thread(() -> {
      try (OutputStream stdin = process.stdin()) {
        in.transferTo(stdin);
      } catch (IOException e) {
        // It reads no more, or there is nothing to read from.
      }
    }, "samovar-stdin");
    feeder.setDaemon(true);
    feeder.start();
  }

  /** Copies as it comes. When nobody reads here any more, the guest hears of it as a program on this machine would. */
  private static Thread pump(InputStream from, OutputStream to, String name) {
    Thread thread = new Thread(() -> {
      byte[] piece = new byte[1 << 16];
      try (from) {
        for (int n = from.read(piece); n >= 0; n = from.read(piece)) {
          to.write(piece, 0, n);
        }
      } catch (IOException e) {
        // Closed: so is the guest's end.
      }
    }, name);
    thread.start();
    return thread;
  }

  /** One JSON object on standard output, whatever happens. */
  private int runForMachines(ProjectCopy copy, Plan plan, long started) throws InterruptedException, IOException {
    feed();
    OsProcess.Result result = process.result();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("status", result.status());
    report.put("stdout", text(result.stdout()));
    report.put("stderr", text(result.stderr()));
    report.put("milliseconds", (System.nanoTime() - started) / 1_000_000);
    report.put("language", plan.language);
    report.put("runtime", plan.runtime);
    report.put("version", plan.version);
    report.put("command", plan.command);
    report.put("args", new ArrayList<Object>(plan.args));
    report.put("reason", plan.reason);
    report.put("leftOut", new ArrayList<Object>(copy.skipped()));
    int status = result.status();
    if (options.writeBack()) {
      ProjectCopy.Written written = copy.writeBack();
      report.put("written", new ArrayList<Object>(written.changed()));
      report.put("removed", new ArrayList<Object>(written.removed()));
      report.put("problems", new ArrayList<Object>(written.problems()));
      status = status == 0 && !written.problems().isEmpty() ? WRITE_BACK_FAILED : status;
    }
    out.write((Json.write(report) + "\n").getBytes(StandardCharsets.UTF_8));
    return status;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
