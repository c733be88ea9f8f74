package dev.samovar.kernel.process;

import dev.samovar.kernel.net.Listeners;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a line to {@code /dev/spawn} says. Whatever is wrong with it is an IllegalArgumentException with a sentence. */
final class SpawnRequest {
  static final String[] STREAMS = {"stdin", "stdout", "stderr"};

  /** A runtime's command, or a path. */
  String program;
  /** Without argv[0]. */
  List<String> args = List.of();
  /** Null for the program. */
  String argv0;
  /** Null for the caller's. */
  String cwd;
  /** Null for the caller's. */
  Map<String, String> env;
  /** For each of {@link #STREAMS} {@code inherit}, {@code pipe}, {@code null}, {@code stdout}, or a descriptor. */
  final Object[] streams = {"inherit", "inherit", "inherit"};
  /** The fields that are {@link Confinement}'s. */
  final Map<String, Object> confinement = new LinkedHashMap<>();
  /** Those that it shall listen on from its start. */
  List<Integer> ports = List.of();
  boolean newGroup;
  boolean newSession;

  SpawnRequest(Map<String, Object> fields) {
    for (Map.Entry<String, Object> field : fields.entrySet()) {
      set(field.getKey(), field.getValue());
    }
    if (program == null || program.isEmpty()) {
      throw new IllegalArgumentException("there is no program");
    }
  }

  private void set(String field, Object value) {
    switch (field) {
      case "program":
        program = text(field, value);
        break;
      case "args":
        args = texts(field, value);
        break;
      case "argv0":
        argv0 = text(field, value);
        break;
      case "cwd":
        cwd = text(field, value);
        break;
      case "env":
        env = variables(field, value);
        break;
      case "stdin":
        streams[0] = stream(field, value);
        break;
      case "stdout":
        streams[1] = stream(field, value);
        break;
      case "stderr":
        streams[2] = "stdout".equals(value) ? value : stream(field, value);
        break;
      case "limits":
      case "capabilities":
      case "nice":
        confinement.put(field, value);
        break;
      case "ports":
        ports = Listeners.ports(value);
        break;
      case "newGroup":
        newGroup = Boolean.TRUE.equals(value);
        break;
      case "newSession":
        newSession = Boolean.TRUE.equals(value);
        break;
      default:
        throw new IllegalArgumentException("there is no field " + field);
    }
  }

  private static String text(String field, Object value) {
    if (!(value instanceof String) || ((String) value).indexOf('\0') >= 0) {
      throw new IllegalArgumentException(field + " has to be a text without NUL");
    }
    return (String) value;
  }

  private static List<String> texts(String field, Object value) {
    if (!(value instanceof List)) {
      throw new IllegalArgumentException(field + " has to be a list of texts");
    }
    List<String> texts = new ArrayList<>();
    for (Object each : (List<?>) value) {
      texts.add(text(field, each));
    }
    return texts;
  }

  private static Map<String, String> variables(String field, Object value) {
    if (!(value instanceof Map)) {
      throw new IllegalArgumentException(field + " has to be an object of texts");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
      String name = text(field, each.getKey());
      if (name.isEmpty() || name.indexOf('=') >= 0) {
        throw new IllegalArgumentException(field + ": " + name + " cannot be a variable's name");
      }
      variables.put(name, text(field, each.getValue()));
    }
    return variables;
  }

  private static Object stream(String field, Object value) {
    double number = value instanceof Double ? (Double) value : -1;
    if (number >= 0 && number < Descriptors.MAX && number == (int) number) {
      return (int) number;
    }
    if ("inherit".equals(value) || "pipe".equals(value) || "null".equals(value)) {
      return value;
    }
    throw new IllegalArgumentException(field + " has to be inherit, pipe, null, or a descriptor's number"
        + (field.equals("stderr") ? ", or stdout" : ""));
  }
}
