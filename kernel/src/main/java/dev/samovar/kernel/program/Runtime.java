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
  /** Its options that take a value; null if it finds a relative script by itself. */
  private final List<String> valued;
  /** Its options after which no script comes. */
  private final List<String> last;

  private Runtime(String name, String language, String version, List<String> commands, List<String> extensions,
      List<String> leadingArguments, Map<String, String> env, Map<?, ?> options) {
    this.name = name;
    this.language = language;
    this.version = version;
    this.commands = commands;
    this.extensions = extensions;
    this.leadingArguments = leadingArguments;
    this.env = env;
    valued = options == null ? null : texts(options.get("valued"));
    last = options == null ? null : texts(options.get("last"));
  }

  static Runtime of(Map<?, ?> entry) {
    Map<?, ?> arguments = entry.get("arguments") instanceof Map ? (Map<?, ?>) entry.get("arguments") : Map.of();
    return new Runtime(text(entry, "name"), text(entry, "language"), text(entry, "version"),
        texts(entry.get("commands")), texts(entry.get("extensions")),
        texts(arguments.get("always")), pairs(entry.get("env")), (Map<?, ?>) arguments.get("options"));
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

  /** Whether this is version {@code wanted} or one of its kind: 3.12 is 3.12.0, but not 3.1 or 3.120. */
  boolean hasVersion(String wanted) {
    return version.equals(wanted) || version.startsWith(wanted + ".");
  }
}
