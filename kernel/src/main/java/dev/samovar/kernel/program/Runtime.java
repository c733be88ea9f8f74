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

  private Runtime(String name, String language, String version, List<String> commands, List<String> extensions,
      List<String> leadingArguments, Map<String, String> env) {
    this.name = name;
    this.language = language;
    this.version = version;
    this.commands = commands;
    this.extensions = extensions;
    this.leadingArguments = leadingArguments;
    this.env = env;
  }

  static Runtime of(Map<?, ?> entry) {
    Object arguments = entry.get("arguments");
    return new Runtime(text(entry, "name"), text(entry, "language"), text(entry, "version"),
        texts(entry.get("commands")), texts(entry.get("extensions")),
        arguments instanceof Map ? texts(((Map<?, ?>) arguments).get("always")) : List.of(), pairs(entry.get("env")));
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

  /** Whether this is version {@code wanted} or one of its kind: 3.12 is 3.12.0, but not 3.1 or 3.120. */
  boolean hasVersion(String wanted) {
    return version.equals(wanted) || version.startsWith(wanted + ".");
  }
}
