package dev.samovar.jvm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a process is started, as {@code spawn} of the JavaScript SDK has it. Immutable: each method answers other options.
 *
 * @param cwd the working directory
 * @param argv0 what the program is told that it is called, and messages call it; null for the program's own name
 * @param env exactly the environment; null for a small default
 * @param moreEnv added to that default
 * @param preopens guest paths and the directories of the OS that they stand for; null for the working directory as
 *     {@code .} and every directory at the top under its own name
 * @param stdin what it reads; null if {@link OsProcess#stdin} is to be written
 * @param limits {@code limits} as {@code samovar.json} has them: {@code memory}, {@code cpuSeconds}, {@code wallSeconds},
 *     {@code openFiles}, {@code processes}, {@code outputBytes}, {@code fileSize}, {@code disk}
 * @param capabilities {@code capabilities} as {@code samovar.json} has them; null for everything inside this OS
 * @param terminal the size of a terminal of its own behind its standard streams; null for pipes
 * @param ports on which it listens from its start: sockets from descriptor 3 on
 */
public record SpawnOptions(String cwd, String argv0, Map<String, String> env, Map<String, String> moreEnv,
    Map<String, String> preopens, byte[] stdin, Map<String, Object> limits, Map<String, Object> capabilities,
    TerminalSize terminal, List<Integer> ports) {
  /** In characters, each from 1 to 65535. */
  public record TerminalSize(int columns, int rows) {}

  /** In {@code /work}, with nothing to read. */
  public static final SpawnOptions DEFAULT =
      new SpawnOptions("/work", null, null, Map.of(), null, new byte[0], Map.of(), null, null, List.of());

  public SpawnOptions in(String directory) {
    return new SpawnOptions(directory, argv0, env, moreEnv, preopens, stdin, limits, capabilities, terminal, ports);
  }

  public SpawnOptions calledAs(String name) {
    return new SpawnOptions(cwd, name, env, moreEnv, preopens, stdin, limits, capabilities, terminal, ports);
  }

  public SpawnOptions withEnv(Map<String, String> variables) {
    return new SpawnOptions(cwd, argv0, new LinkedHashMap<>(variables), moreEnv, preopens, stdin, limits, capabilities,
        terminal, ports);
  }

  /** Adds variables to the default environment. */
  public SpawnOptions addingEnv(Map<String, String> variables) {
    Map<String, String> more = new LinkedHashMap<>(moreEnv);
    more.putAll(variables);
    return new SpawnOptions(cwd, argv0, env, more, preopens, stdin, limits, capabilities, terminal, ports);
  }

  public SpawnOptions withPreopens(Map<String, String> directories) {
    return new SpawnOptions(cwd, argv0, env, moreEnv, new LinkedHashMap<>(directories), stdin, limits, capabilities,
        terminal, ports);
  }

  public SpawnOptions reading(byte[] bytes) {
    return new SpawnOptions(cwd, argv0, env, moreEnv, preopens, bytes, limits, capabilities, terminal, ports);
  }

  /** Its standard input stays open until {@link OsProcess#stdin} is closed. */
  public SpawnOptions withOpenStdin() {
    return reading(null);
  }

  public SpawnOptions withLimits(Map<String, Object> most) {
    return new SpawnOptions(cwd, argv0, env, moreEnv, preopens, stdin, most, capabilities, terminal, ports);
  }

  public SpawnOptions withCapabilities(Map<String, Object> granted) {
    return new SpawnOptions(cwd, argv0, env, moreEnv, preopens, stdin, limits, granted, terminal, ports);
  }

  /** Its standard streams are a terminal: what is written to {@link OsProcess#stdin} is typed. */
  public SpawnOptions onTerminal(int columns, int rows) {
    return new SpawnOptions(cwd, argv0, env, moreEnv, preopens, null, limits, capabilities,
        new TerminalSize(columns, rows), ports);
  }

  /** It listens on these ports of the OS, from 1 to 65535, from its start. */
  public SpawnOptions listeningOn(List<Integer> numbers) {
    return new SpawnOptions(cwd, argv0, env, moreEnv, preopens, stdin, limits, capabilities, terminal,
        List.copyOf(numbers));
  }
}
