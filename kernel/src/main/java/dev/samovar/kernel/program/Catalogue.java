package dev.samovar.kernel.program;

import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The runtimes that there are, in the order of {@code runtimes/manifest.json}: an earlier one is preferred. */
public final class Catalogue {
  /** A catalogue without runtimes. */
  public static final Catalogue EMPTY = new Catalogue(List.of());

  private final List<Runtime> runtimes;

  private Catalogue(List<Runtime> runtimes) {
    this.runtimes = runtimes;
  }

  /** Reads {@code manifest.json}. */
  public static Catalogue parse(String text) throws JsonException {
    List<Runtime> runtimes = new ArrayList<>();
    Object entries = Json.parseObject(text).get("runtimes");
    if (!(entries instanceof List)) {
      throw new IllegalArgumentException("the catalogue has no list of runtimes");
    }
    for (Object entry : (List<?>) entries) {
      runtimes.add(Runtime.of((Map<?, ?>) entry));
    }
    return new Catalogue(runtimes);
  }

  public List<Runtime> runtimes() {
    return runtimes;
  }

  /** The runtime that a command means, such as {@code python} or {@code python@3.11}; null if none does. */
  public Runtime forCommand(String command) {
    int at = command.indexOf('@');
    String name = at < 0 ? command : command.substring(0, at);
    for (Runtime runtime : runtimes) {
      if ((runtime.commands.contains(name) || runtime.language.equals(name))
          && (at < 0 || runtime.hasVersion(command.substring(at + 1)))) {
        return runtime;
      }
    }
    return null;
  }

  /** The runtime that stands in for one that is not to be had; null if none does. */
  public Runtime standIn(Runtime missing) {
    for (Runtime runtime : runtimes) {
      if (missing.sha256 != null && missing.sha256.equals(runtime.standsInFor)) {
        return runtime;
      }
    }
    return null;
  }

  /** The runtime for a file that is no WebAssembly program: by its first line if that names one, else by its ending. */
  public Runtime forFile(String name, String head) {
    String command = commandOf(head);
    Runtime runtime = command == null ? null : forCommand(command);
    return runtime == null ? forFile(name) : runtime;
  }

  /** The runtime for a file, by its ending; null if none does. */
  public Runtime forFile(String name) {
    for (Runtime runtime : runtimes) {
      for (String extension : runtime.extensions) {
        if (name.endsWith(extension) && name.length() > extension.length()) {
          return runtime;
        }
      }
    }
    return null;
  }

  /** The command that a script's first line names: {@code #!/usr/bin/env python3 -u} is python3; null if it names none. */
  public static String commandOf(String head) {
    if (!head.startsWith("#!")) {
      return null;
    }
    int end = head.indexOf('\n');
    List<String> words = Words.of(end < 0 ? head.substring(2) : head.substring(2, end));
    if (words.isEmpty()) {
      return null;
    }
    String command = words.get(0).substring(words.get(0).lastIndexOf('/') + 1);
    for (int i = 1; command.equals("env") && i < words.size(); i++) {
      if (!words.get(i).startsWith("-") && words.get(i).indexOf('=') < 0) {
        return words.get(i);
      }
    }
    return command.isEmpty() ? null : command;
  }

  /** What can be asked for, in words. */
  public String offer() {
    StringBuilder out = new StringBuilder();
    for (Runtime runtime : runtimes) {
      out.append(out.length() == 0 ? "" : ", ").append(runtime.commands.get(0)).append('@').append(runtime.version);
    }
    return out.toString();
  }
}
