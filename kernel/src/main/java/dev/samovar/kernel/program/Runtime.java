package dev.samovar.kernel.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A language's runtime, as the catalogue describes it ({@code runtimes/README.md} has the fields). */
public final class Runtime {
  public final String name;
  public final String language;
  public final String version;
  /** The names by which it is spawned. */
  public final List<String> commands;
  /** The endings of the files that it runs, with the dot. */
  public final List<String> extensions;
  /** What comes before everything that the caller gives. */
  public final List<String> leadingArguments;
  public final Map<String, String> env;
  /** Guest paths and the directories of the OS behind them that it gets beside the others. */
  public final Map<String, String> preopens;
  /** The name of its program, and the SHA-256 of that in hex. */
  public final String file;
  public final String sha256;
  /** The SHA-256 of the runtime it stands in for; null if it stands for itself. */
  public final String standsInFor;
  /** What has to be in the OS before it runs. */
  public final List<Mount> mounts;
  /** Its options that take a value; null if it finds a relative script by itself. */
  private final List<String> valued;
  /** Its options after which no script comes. */
  private final List<String> last;

  /**
   * A file that is put into the OS.
   *
   * @param file its name beside the catalogue
   * @param at its path in the OS
   * @param sha256 in hex; null for one whose name changes with its contents
   */
  public record Mount(String file, String at, String sha256) {}

  private Runtime(Map<?, ?> entry, Map<?, ?> arguments, Map<?, ?> options) {
    name = text(entry, "name");
    language = text(entry, "language");
    version = text(entry, "version");
    commands = texts(entry.get("commands"));
    extensions = texts(entry.get("extensions"));
    leadingArguments = texts(arguments.get("always"));
    env = pairs(entry.get("env"));
    preopens = pairs(entry.get("preopens"));
    file = optional(entry, "file");
    sha256 = optional(entry, "sha256");
    standsInFor = optional(entry, "fallbackFor");
    mounts = mounts(entry.get("mounts"));
    valued = options == null ? null : texts(options.get("valued"));
    last = options == null ? null : texts(options.get("last"));
  }

  static Runtime of(Map<?, ?> entry) {
    Map<?, ?> arguments = entry.get("arguments") instanceof Map ? (Map<?, ?>) entry.get("arguments") : Map.of();
    return new Runtime(entry, arguments, (Map<?, ?>) arguments.get("options"));
  }

  private static List<Mount> mounts(Object list) {
    List<Mount> mounts = new ArrayList<>();
    if (list instanceof List) {
      for (Object each : (List<?>) list) {
        Map<?, ?> mount = (Map<?, ?>) each;
        if (mount.get("file") instanceof String) {     // an image of the sources has none before it is made
          mounts.add(new Mount(text(mount, "file"), text(mount, "at"), optional(mount, "sha256")));
        }
      }
    }
    return mounts;
  }

  private static String optional(Map<?, ?> entry, String field) {
    return entry.get(field) instanceof String ? (String) entry.get(field) : null;
  }

  private static String text(Map<?, ?> entry, String field) {
    if (!(entry.get(field) instanceof String)) {
      throw new IllegalArgumentException("a runtime of the catalogue has no " + field);
    }
    return (String) entry.get(field);
  }

  private static List<String> texts(Object list) {
    List<String> texts = new ArrayList<>();
    if (list instanceof List) {
      for (Object text : (List<?>) list) {
        texts.add((String) text);
      }
    }
    return texts;
  }

  private static Map<String, String> pairs(Object object) {
    Map<String, String> pairs = new LinkedHashMap<>();
    if (object instanceof Map) {
      for (Map.Entry<?, ?> pair : ((Map<?, ?>) object).entrySet()) {
        pairs.put((String) pair.getKey(), (String) pair.getValue());
      }
    }
    return pairs;
  }

  /**
   * Arguments as a caller gives them, with the script among them under its absolute path, where the runtime would look for
   * it at the root: in WASI it has no other working directory.
   */
  public List<String> withAbsoluteScript(List<String> arguments, String cwd) {
    int at = valued == null ? -1 : scriptIn(arguments);
    if (at < 0 || arguments.get(at).startsWith("/")) {
      return arguments;
    }
    List<String> absolute = new ArrayList<>(arguments);
    String script = arguments.get(at);
    while (script.startsWith("./")) {
      script = script.substring(2);
    }
    absolute.set(at, (cwd.equals("/") ? "" : cwd) + "/" + script);
    return absolute;
  }

  /** Where the script stands: the first argument that is neither an option nor the value of one; -1 if there is none. */
  private int scriptIn(List<String> arguments) {
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (argument.isEmpty() || argument.charAt(0) != '-') {
        return argument.isEmpty() ? -1 : i;
      }
      if (argument.equals("-")) {
        return -1;
      }
      if (argument.startsWith("--")) {
        i += valued.contains(argument) ? 1 : 0;
        continue;
      }
      // Letters may stand together, as in -uWignore: what follows one that takes a value is that value.
      for (int letter = 1; letter < argument.length(); letter++) {
        String option = "-" + argument.charAt(letter);
        if (last.contains(option)) {
          return -1;
        }
        if (valued.contains(option)) {
          i += letter == argument.length() - 1 ? 1 : 0;
          break;
        }
      }
    }
    return -1;
  }

  /** What people call it: {@code python 3.12.0}. */
  public String title() {
    return commands.get(0) + " " + version;
  }

  /** Whether this is version {@code wanted} or one of its kind: 3.12 is 3.12.0, but not 3.1 or 3.120. */
  boolean hasVersion(String wanted) {
    return version.equals(wanted) || version.startsWith(wanted + ".");
  }
}
