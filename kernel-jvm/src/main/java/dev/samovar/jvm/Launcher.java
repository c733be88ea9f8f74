package dev.samovar.jvm;

import dev.samovar.kernel.program.Catalogue;
import dev.samovar.kernel.program.Runtime;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds what a program is that is asked for by a name or a path, in one OS: the rules are those of the page. */
final class Launcher {
  private static final int HEAD = 256;

  private final OsFiles files;
  private final Runtimes runtimes;
  private final ClassCache cache;
  private final Progress progress;
  private final Set<String> mounted = new HashSet<>();
  private final Map<String, Program> programs = new HashMap<>();

  /**
   * What to run.
   *
   * @param leading arguments before those of the caller
   * @param runtime the one whose program it is; null for a compiled program
   * @param isScript whether the last of {@code leading} is the script
   */
  record Launch(Program program, List<String> leading, Runtime runtime, boolean isScript) {
    static Launch of(Program program) {
      return new Launch(program, List.of(), null, false);
    }

    Map<String, String> env() {
      return runtime == null ? Map.of() : runtime.env;
    }

    Map<String, String> preopens() {
      return runtime == null ? Map.of() : runtime.preopens;
    }

    /** What of the OS's files is the runtime's own: directories of /usr/lib, or files in it. */
    List<String> library() {
      if (runtime == null) {
        return List.of();
      }
      Set<String> library = new LinkedHashSet<>(runtime.preopens.values());
      runtime.mounts.forEach(mount -> {
        int end = mount.at().indexOf('/', "/usr/lib/".length());
        library.add(end < 0 ? mount.at() : mount.at().substring(0, end));
      });
      return List.copyOf(library);
    }

    /** A caller's arguments, with its script under its absolute path where the runtime wants that. */
    List<String> arguments(List<String> args, String cwd) {
      return runtime == null || isScript ? args : runtime.withAbsoluteScript(args, cwd);
    }
  }

  Launcher(OsFiles files, Runtimes runtimes, ClassCache cache, Progress progress) {
    this.files = files;
    this.runtimes = runtimes;
    this.cache = cache;
    this.progress = progress;
  }

  Catalogue catalogue() {
    return runtimes.catalogue();
  }

  /**
   * What a name without a slash (a runtime's command, or a file of the working directory) or a path means. It may compile,
   * so the caller does not hold the OS.
   */
  synchronized Launch find(String program, String name, String cwd) throws NotRunnable {
    Runtime runtime = program.contains("/") ? null : runtimes.catalogue().forCommand(program);
    try {
      return runtime != null ? launch(runtime, List.of()) : file(absolute(program, cwd), program, name);
    } catch (OsException e) {
      throw new NotRunnable(NotRunnable.REFUSED, name + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new NotRunnable(NotRunnable.REFUSED, e.getMessage());
    }
  }

  /**
   * What a program is that a process starts.
   *
   * @param path where its file would be, in the eyes of that process
   * @param inode its file, which somebody holds; 0 if there is none
   */
  synchronized Launch findInside(String program, String path, int inode) throws NotRunnable {
    Runtime runtime = program.contains("/") ? null : runtimes.catalogue().forCommand(program);
    try {
      if (runtime == null && inode == 0) {
        throw new NotRunnable(NotRunnable.NOT_FOUND, program + ": not found (looked for " + path + ")");
      }
      return runtime != null ? launch(runtime, List.of()) : file(files.read(inode, path), path, program);
    } catch (OsException e) {
      throw new NotRunnable(NotRunnable.REFUSED, program + ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new NotRunnable(NotRunnable.REFUSED, e.getMessage());
    }
  }

  private Launch file(String path, String program, String name) throws NotRunnable {
    if (files.kind(path) == null) {
      throw new NotRunnable(NotRunnable.NOT_FOUND, program + ": not found (looked for " + path + ")");
    }
    return file(files.read(path), path, name);
  }

  private Launch file(byte[] bytes, String path, String name) throws NotRunnable {
    if (bytes.length >= 4 && bytes[0] == 0 && bytes[1] == 'a' && bytes[2] == 's' && bytes[3] == 'm') {
      String hash = Program.sha256(bytes);
      Program known = programs.get(hash);
      if (known == null) {
        known = Program.of(hash, () -> bytes, name, cache, progress);
        programs.put(hash, known);
      }
      return Launch.of(known);
    }
    String head = new String(bytes, 0, Math.min(HEAD, bytes.length), StandardCharsets.UTF_8);
    Runtime runtime = runtimes.catalogue().forFile(path, head);
    if (runtime == null) {
      throw new NotRunnable(NotRunnable.REFUSED, name + ": neither a WebAssembly program (it does not begin with \\0asm),"
          + " nor a script that a runtime is known for");
    }
    return launch(runtime, List.of(path));
  }

  private Launch launch(Runtime wanted, List<String> script) {
    Runtime runtime = runtimes.available(wanted);
    Program program = runtimes.program(runtime, cache, progress);
    if (mounted.add(runtime.sha256)) {
      runtimes.mount(runtime, files);
    }
    List<String> leading = new ArrayList<>(runtime.leadingArguments);
    leading.addAll(script);
    return new Launch(program, leading, runtime, !script.isEmpty());
  }

  /** A path from a directory on, without {@code .} and {@code ..}. */
  static String absolute(String path, String cwd) {
    ArrayDeque<String> names = new ArrayDeque<>();
    for (String name : (path.startsWith("/") ? path : cwd + "/" + path).split("/")) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
  }
}
