package dev.samovar.jvm;

import dev.samovar.jvm.Launcher.Launch;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.process.Spawns;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Processes that other processes start, by /dev/spawn: the parent has prepared its child; here its program is found. */
final class Inside {
  private final Samovar os;
  private final Kernel kernel;
  private final JvmMemory memory;
  private final Staging staging;
  private final Launcher launcher;
  private final Spawns spawns;

  Inside(Samovar os, Kernel kernel, JvmMemory memory, Staging staging, Launcher launcher) {
    this.os = os;
    this.kernel = kernel;
    this.memory = memory;
    this.staging = staging;
    this.launcher = launcher;
    spawns = kernel.process.spawns;
  }

  /** Carries a request out, which gets its answer through the kernel's memory. The caller holds the OS. */
  void spawn(int request) {
    List<String> names = strings(spawns.names(request));
    int error = spawns.error(request);
    if (error != 0) {
      refuse(request, error, names.isEmpty() ? "spawn" : names.get(0) + ": " + names.get(2));
      return;
    }
    int inode = spawns.program(request);
    // It may have to be compiled, and meanwhile the kernel goes on.
    Thread finder = new Thread(() -> find(request, names.get(0), names.get(1), inode), "samovar-spawn");
    finder.setDaemon(true);
    finder.start();
  }

  private void find(int request, String program, String path, int inode) {
    try {
      Launch launch = launcher.findInside(program, path, inode);
      synchronized (os) {
        start(request, launch, program);
      }
    } catch (NotRunnable e) {
      synchronized (os) {
        refuse(request, e.status == NotRunnable.NOT_FOUND ? Errno.ENOENT : Errno.ENOEXEC, e.getMessage());
      }
    } catch (RuntimeException e) {
      synchronized (os) {
        refuse(request, Errno.EIO, String.valueOf(e.getMessage()));
      }
    }
  }

  private void start(int request, Launch launch, String name) {
    int child = spawns.child(request);
    String what = "spawn " + name;
    if (!launch.leading().isEmpty()) {
      List<String> argv = strings(kernel.process.processes.arguments(child));
      argv.addAll(1, launch.leading());
      Samovar.check(kernel.process.processes.setArguments(child, argv.size(), staging.address, staging.putList(argv)), what);
    }
    if (!launch.env().isEmpty()) {
      List<String> env = strings(kernel.process.processes.environment(child));
      launch.env().forEach((variable, value) -> {
        if (env.stream().noneMatch(each -> each.startsWith(variable + "="))) {
          env.add(variable + "=" + value);
        }
      });
      Samovar.check(kernel.process.processes.setEnvironment(child, env.size(), staging.address, staging.putList(env)), what);
    }
    launch.preopens().forEach((guestPath, path) -> os.preopen(child, guestPath, path, what));
    boolean submitted = !spawns.isAbandoned(request) && os.submit(child, launch.program(), name,
        () -> spawns.finish(request, kernel.process.processes.pid(child)));
    if (!submitted) {
      refuse(request, Errno.EAGAIN, "there are too many processes; wait for one to end");
    }
  }

  private void refuse(int request, int error, String sentence) {
    kernel.process.processes.discard(spawns.child(request));
    spawns.fail(request, error, sentence);
  }

  private List<String> strings(int list) {
    if (list == 0) {
      return new ArrayList<>();
    }
    byte[] bytes = new byte[kernel.process.strings.bytes(list)];
    memory.read(kernel.process.strings.data(list), bytes, 0, bytes.length);
    String all = new String(bytes, StandardCharsets.UTF_8);
    return all.isEmpty() ? new ArrayList<>()
        : new ArrayList<>(Arrays.asList(all.substring(0, all.length() - 1).split("\0", -1)));
  }
}
