package dev.samovar.jvm;

import dev.samovar.kernel.capability.CapabilitiesRequest;
import dev.samovar.kernel.capability.LimitsRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The command line of {@code samovar exec}.
 *
 * @param project the folder
 * @param args for the program
 * @param env added to its environment
 * @param limits as samovar.json has them
 * @param connect hosts outside, {@code host:port} each, that may be connected to
 * @param runtime such as {@code python@3.12}; empty for what the project says
 * @param publish ports of the OS that get one on this machine's loopback, by the latter
 */
record ExecOptions(Path project, List<String> args, Map<String, String> env, Map<String, Object> limits,
    List<String> connect, String runtime, Map<Integer, Integer> publish, boolean writeBack, boolean json) {
  /** What a limit is called here, and in samovar.json. */
  private static final Map<String, String> LIMITS = Map.of("memory", "memory", "cpu", "cpuSeconds", "wall", "wallSeconds",
      "files", "openFiles", "processes", "processes", "output", "outputBytes", "filesize", "fileSize", "disk", "disk");
  private static final List<String> VALUED = List.of("--env", "--limit", "--allow", "--runtime", "--publish");
  private static final String HELP = " (./samovar --help lists the options.)";

  /** What is wrong, in a sentence. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    Wrong(String sentence) {
      super(sentence);
    }
  }

  /**
   * Options may stand before the project and after it; the first word after it that is none of ours begins what the
   * program gets, as does {@code --}.
   */
  static ExecOptions parse(List<String> words) throws Wrong {
    Path project = null;
    Map<String, String> env = new LinkedHashMap<>();
    Map<String, Object> limits = new LinkedHashMap<>();
    List<String> connect = new ArrayList<>();
    Map<Integer, Integer> publish = new LinkedHashMap<>();
    String runtime = "";
    boolean writeBack = false;
    boolean json = false;
    int i = 0;
    for (; i < words.size(); i++) {
      String word = words.get(i);
      String option = word.startsWith("--") && word.indexOf('=') > 0 ? word.substring(0, word.indexOf('=')) : word;
      if (VALUED.contains(option)) {
        String value = option.length() < word.length() ? word.substring(option.length() + 1)
            : i + 1 < words.size() ? words.get(++i) : null;
        if (value == null) {
          throw new Wrong(option + " needs a value after it." + HELP);
        }
        switch (option) {
          case "--env" -> variable(value, env);
          case "--limit" -> limits(value, limits);
          case "--allow" -> allow(value, connect);
          case "--publish" -> publish(value, publish);
          default -> runtime = value;
        }
      } else if (word.equals("--write-back")) {
        writeBack = true;
      } else if (word.equals("--json")) {
        json = true;
      } else if (word.equals("--") && project != null) {
        i++;
        break;
      } else if (project != null) {
        break;
      } else if (word.startsWith("-")) {
        throw new Wrong("There is no option " + word + " of exec." + HELP);
      } else {
        project = Path.of(word);
      }
    }
    if (project == null) {
      throw new Wrong("exec needs a PROJECT to run: a folder." + HELP);
    }
    return new ExecOptions(project, List.copyOf(words.subList(i, words.size())), env, limits,
        connect, runtime, publish, writeBack, json);
  }

  private static void variable(String value, Map<String, String> env) throws Wrong {
    int equals = value.indexOf('=');
    if (equals <= 0) {
      throw new Wrong("--env takes NAME=VALUE, not \"" + value + "\".");
    }
    env.put(value.substring(0, equals), value.substring(equals + 1));
  }

  /** {@code memory=256MiB,cpu=10}. */
  private static void limits(String value, Map<String, Object> limits) throws Wrong {
    for (String each : value.split(",")) {
      int equals = each.indexOf('=');
      String name = equals < 0 ? null : LIMITS.containsValue(each.substring(0, equals)) ? each.substring(0, equals)
          : LIMITS.get(each.substring(0, equals));
      if (name == null) {
        throw new Wrong("--limit takes NAME=VALUE with memory, cpu, wall (seconds), output, disk, filesize (bytes, or such as"
            + " 256MiB), files or processes; not \"" + each + "\".");
      }
      limits.put(name, number(each.substring(equals + 1)));
    }
    try {
      LimitsRequest.of(limits);
    } catch (IllegalArgumentException e) {
      throw new Wrong("--limit " + value + ": " + e.getMessage());
    }
  }

  private static Object number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** {@code connect=HOST:PORT}, several times over. */
  private static void allow(String value, List<String> connect) throws Wrong {
    if (!value.startsWith("connect=")) {
      throw new Wrong("--allow takes connect=HOST:PORT, not \"" + value + "\".");
    }
    connect.addAll(List.of(value.substring(value.indexOf('=') + 1).split(",")));
    try {
      CapabilitiesRequest.of(Map.of("connect", connect));
    } catch (IllegalArgumentException e) {
      throw new Wrong("--allow " + value + ": " + e.getMessage());
    }
  }

  /** {@code 8000:80}: the host's port, then the OS's; {@code 8000} for the same. */
  private static void publish(String value, Map<Integer, Integer> ports) throws Wrong {
    String[] parts = value.split(":", 2);
    try {
      int host = Integer.parseInt(parts[0]);
      int inside = Integer.parseInt(parts[parts.length - 1]);
      if (host < 0 || host > 65_535 || inside < 1 || inside > 65_535) {
        throw new NumberFormatException();
      }
      ports.put(host, inside);
    } catch (NumberFormatException e) {
      throw new Wrong("--publish takes HOSTPORT:PORT, such as 8000:8000; not \"" + value + "\".");
    }
  }
}
