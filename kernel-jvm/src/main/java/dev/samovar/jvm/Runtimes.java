package dev.samovar.jvm;

import dev.samovar.kernel.program.Catalogue;
import dev.samovar.kernel.program.Runtime;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The languages' runtimes: a catalogue, and folders with the files that it names. What is used is verified by its
 * SHA-256 first. Compiled once and mounted as needed; may serve several OSs.
 */
public final class Runtimes {
  /** None: compiled programs run, scripts do not. */
  public static final Runtimes NONE = new Runtimes(Catalogue.EMPTY, List.of());
  private static final String MANIFEST = "manifest.json";

  private final Catalogue catalogue;
  private final List<Path> folders;
  private final Map<String, Program> programs = new ConcurrentHashMap<>();

  private Runtimes(Catalogue catalogue, List<Path> folders) {
    this.catalogue = catalogue;
    this.folders = folders;
  }

  /**
   * Those of some folders, in which a file is looked for in this order; the first {@code manifest.json} is the catalogue.
   *
   * @throws IOException if there is no catalogue, or it cannot be read
   */
  public static Runtimes in(Path... folders) throws IOException {
    List<Path> all = List.of(folders);
    Path manifest = find(all, MANIFEST);
    if (manifest == null) {
      throw new IOException("There is no " + MANIFEST + " in " + all + ": build the module runtimes first.");
    }
    try {
      return new Runtimes(Catalogue.parse(Files.readString(manifest)), all);
    } catch (JsonException | IllegalArgumentException e) {
      throw new IOException(manifest + ": " + e.getMessage(), e);
    }
  }

  /** What there is. */
  public Catalogue catalogue() {
    return catalogue;
  }

  /** A runtime that is to be had here: this one, or the one that stands in for it. */
  Runtime available(Runtime wanted) {
    Runtime other = isHere(wanted) ? null : catalogue.standIn(wanted);
    return other != null && isHere(other) ? other : wanted;
  }

  private boolean isHere(Runtime runtime) {
    return programs.containsKey(runtime.sha256) || find(folders, runtime.file) != null;
  }

  /**
   * Makes a runtime that is not here, by the script that the system property {@code samovar.make} names; without one, and
   * when that fails, its use answers RUNTIME_UNAVAILABLE.
   */
  void make(Runtime runtime, Progress progress) throws InterruptedException {
    String script = System.getProperty("samovar.make");
    if (script == null || isHere(available(runtime))) {
      return;
    }
    String version = runtime.commands.get(0) + "@" + runtime.version;
    progress.say("Making " + runtime.title() + " (once; it takes a minute or two)…");
    try {
      Process making = new ProcessBuilder("node", script, "--only", version).redirectErrorStream(true).start();
      making.getOutputStream().close();
      try (BufferedReader lines = making.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          progress.say(line);
        }
      }
      making.waitFor();
    } catch (IOException e) {
      progress.say("node " + script + " could not be run: " + e.getMessage());
    }
  }

  /**
   * A runtime's program.
   *
   * @throws OsException RUNTIME_UNAVAILABLE with the reason, HASH_MISMATCH
   */
  Program program(Runtime runtime, ClassCache cache, Progress progress) {
    Program known = programs.get(runtime.sha256);
    if (known == null) {
      // What is kept was compiled from verified bytes, so these are not read again.
      known = Program.of(runtime.sha256, () -> verified(runtime), runtime.title(), cache, progress);
      programs.put(runtime.sha256, known);
    }
    return known;
  }

  private byte[] verified(Runtime runtime) {
    return read(runtime.file, runtime.sha256, runtime.title(), whyMissing(runtime));
  }

  /** Puts what a runtime needs into an OS. */
  void mount(Runtime runtime, OsFiles files) {
    for (Runtime.Mount mount : runtime.mounts) {
      byte[] contents = read(mount.file(), mount.sha256(), runtime.name + "'s " + mount.file(),
          "it has to be made (node runtimes/make.mjs)");
      files.makeDirectories(mount.at().substring(0, mount.at().lastIndexOf('/')));
      files.write(mount.at(), contents);
    }
  }

  private byte[] read(String name, String sha256, String what, String whyMissing) {
    Path file = find(folders, name);
    if (file == null) {
      throw new OsException("RUNTIME_UNAVAILABLE", what + " is not here: " + whyMissing);
    }
    try {
      byte[] bytes = Files.readAllBytes(file);
      String found = sha256 == null ? null : Program.sha256(bytes);
      if (found != null && !found.equals(sha256)) {
        throw new OsException("HASH_MISMATCH", what + ": the SHA-256 of " + file + " is " + found + ", not " + sha256
            + ". It is another file than the one meant, or it was damaged: remove it, and make it anew.");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String whyMissing(Runtime runtime) {
    Path reasons = find(folders, "unavailable.json");
    try {
      Object reason = reasons == null ? null : Json.parseObject(Files.readString(reasons)).get(runtime.sha256);
      return reason instanceof String text ? text : "it has to be made (node runtimes/make.mjs).";
    } catch (IOException | JsonException e) {
      return "it has to be made (node runtimes/make.mjs); the reason cannot be read (" + e.getMessage() + ").";
    }
  }

  private static Path find(List<Path> folders, String name) {
    for (Path folder : folders) {
      if (name != null && Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    return null;
  }
}
