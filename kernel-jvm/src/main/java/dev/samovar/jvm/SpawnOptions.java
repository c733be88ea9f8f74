package dev.samovar.jvm;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a process is started, as {@code spawn} of the JavaScript SDK has it. Immutable: each method answers other options.
 *
 * @param cwd the working directory
 * @param argv0 what the program is told that it is called, and messages call it; null for the program's own name
 * @param env exactly the environment; null for a small default
 * @param preopens guest paths and the directories of the OS that they stand for; null for the working directory as
 *     {@code .} and every directory at the top under its own name
 * @param stdin what it reads; null if {@link OsProcess#stdin} is to be written
 */
public record SpawnOptions(String cwd, String argv0, Map<String, String> env, Map<String, String> preopens,
    byte[] stdin) {
  /** In {@code /work}, with nothing to read. */
  public static final SpawnOptions DEFAULT = new SpawnOptions("/work", null, null, null, new byte[0]);

  public SpawnOptions in(String directory) {
    return new SpawnOptions(directory, argv0, env, preopens, stdin);
  }

  public SpawnOptions calledAs(String name) {
    return new SpawnOptions(cwd, name, env, preopens, stdin);
  }

  public SpawnOptions withEnv(Map<String, String> variables) {
    return new SpawnOptions(cwd, argv0, new LinkedHashMap<>(variables), preopens, stdin);
  }

  public SpawnOptions withPreopens(Map<String, String> directories) {
    return new SpawnOptions(cwd, argv0, env, new LinkedHashMap<>(directories), stdin);
  }

  public SpawnOptions reading(byte[] bytes) {
    return new SpawnOptions(cwd, argv0, env, preopens, bytes);
  }

  /** Its standard input stays open until {@link OsProcess#stdin} is closed. */
  public SpawnOptions withOpenStdin() {
    return new SpawnOptions(cwd, argv0, env, preopens, null);
  }
}
