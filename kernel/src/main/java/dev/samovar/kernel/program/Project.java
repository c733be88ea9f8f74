package dev.samovar.kernel.program;

import dev.samovar.kernel.capability.CapabilitiesRequest;
import dev.samovar.kernel.capability.LimitsRequest;
import dev.samovar.kernel.net.Listeners;
import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A project's {@code samovar.json}: how its author wants it run. Every field may be missing. */
public final class Project {
  /** The program: a file of the project, or a runtime's command; empty if it says none. */
  public final String command;
  public final List<String> args;
  /** {@code python} or {@code python@3.12}; empty if it says none. */
  public final String runtime;
  public final Map<String, String> env;
  /** The whole file, of which every field has been checked: ports, limits and capabilities are handed on as they stand. */
  public final String text;

  private Project(String command, List<String> args, String runtime, Map<String, String> env, String text) {
    this.command = command;
    this.args = args;
    this.runtime = runtime;
    this.env = env;
    this.text = text;
  }

  /** Reads the file. What is said in it and cannot be done yet is refused, not passed over. */
  public static Project parse(String text) throws JsonException {
    String command = "";
    List<String> args = new ArrayList<>();
    String runtime = "";
    Map<String, String> env = new LinkedHashMap<>();
    for (Map.Entry<String, Object> field : Json.parseObject(text).entrySet()) {
      Object value = field.getValue();
      switch (field.getKey()) {
        case "command":
          command = string("command", value);
          break;
        case "runtime":
          runtime = string("runtime", value);
          break;
        case "args":
          if (!(value instanceof List)) {
            throw new IllegalArgumentException("args is not a list");
          }
          for (Object arg : (List<?>) value) {
            args.add(string("args", arg));
          }
          break;
        case "env":
          for (Map.Entry<?, ?> variable : object("env", value).entrySet()) {
            env.put((String) variable.getKey(), string("env", variable.getValue()));
          }
          break;
        case "limits":
          LimitsRequest.of(object("limits", value));
          break;
        case "capabilities":
          CapabilitiesRequest.of(object("capabilities", value));
          break;
        case "ports":
          Listeners.ports(value);
          break;
        default:
          throw new IllegalArgumentException("there is no field " + field.getKey()
              + "; there are command, args, runtime, env, ports, limits, capabilities");
      }
    }
    return new Project(command, args, runtime, env, text);
  }

  private static Map<?, ?> object(String field, Object value) {
    if (!(value instanceof Map)) {
      throw new IllegalArgumentException(field + " is not an object");
    }
    return (Map<?, ?>) value;
  }

  private static String string(String field, Object value) {
    if (!(value instanceof String) || ((String) value).indexOf('\0') >= 0) {
      throw new IllegalArgumentException(field + " holds something that is not a text");
    }
    return (String) value;
  }
}
