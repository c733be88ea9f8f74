package dev.samovar.jvm;

import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The cases of {@code wasi-bridge/conformance}, and what has to come of each on whatever host it runs. */
public final class Conformance {
  /** What stands for a directory, and for nothing, among files after a run. */
  public static final String DIRECTORY = "<directory>";
  public static final String NOTHING = "<nothing>";

  private Conformance() {}

  /**
   * A case.
   *
   * @param guest the program
   * @param preopens guest paths and directories; a relative one is in the case's own
   * @param files contents by path; null for a directory, a text that begins with {@code ->} for a symlink
   * @param expected null where anything will do
   * @param differs why hosts may differ; null if they may not
   */
  public record Case(String name, Path guest, List<String> args, Map<String, String> env, String stdin,
      Map<String, String> preopens, Map<String, String> files, Outcome expected, String differs) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** How a program ended. {@code after} holds the paths that the case asks for. */
  public record Outcome(int status, String stdout, String stderr, Map<String, String> after) {
    /** Why this is not what was expected, empty if it is. */
    public String problem(Outcome expected) {
      if (status != expected.status) {
        return "status " + status + ", not " + expected.status + "; it said:\n" + tail(stdout) + tail(stderr);
      }
      if (expected.stdout != null && !stdout.equals(expected.stdout)) {
        return "it said:\n" + tail(stdout) + "not:\n" + tail(expected.stdout);
      }
      if (expected.stderr != null && !stderr.equals(expected.stderr)) {
        return "on standard error it said:\n" + tail(stderr);
      }
      return after.equals(expected.after) ? "" : "it left " + after + ", not " + expected.after;
    }

    private static String tail(String text) {
      return text.substring(Math.max(0, text.length() - 500));
    }
  }

  /** All cases of the suite: one for each guest of the folder, and those that the manifest has besides, by name. */
  public static List<Case> load(Path folder) {
    try (Stream<Path> listing = Files.list(folder)) {
      Map<String, Object> specs = new TreeMap<>();
      listing.map(path -> path.getFileName().toString()).filter(name -> name.endsWith(".wasm"))
          .forEach(name -> specs.put(name.substring(0, name.length() - 5), Map.of()));
      specs.putAll(Json.parseObject(Files.readString(folder.resolve("manifest.json"))));
      List<Case> cases = new ArrayList<>();
      specs.forEach((name, spec) -> cases.add(read(name, map(spec), folder)));
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JsonException e) {
      throw new IllegalStateException(folder + "/manifest.json: " + e.getMessage(), e);
    }
  }

  private static Case read(String name, Map<String, Object> spec, Path folder) {
    List<String> args = new ArrayList<>();
    if (spec.get("args") instanceof List<?> list) {
      list.forEach(argument -> args.add((String) argument));
    }
    Map<String, String> files = new LinkedHashMap<>();
    map(spec.get("files")).forEach((path, content) ->
        files.put(path, content instanceof Map<?, ?> link ? "->" + link.get("symlink") : (String) content));
    Map<String, String> after = new LinkedHashMap<>();
    map(spec.get("after")).forEach((path, content) ->
        after.put(path, content == null ? NOTHING : content instanceof String text ? text : DIRECTORY));
    Map<String, String> preopens = spec.containsKey("preopens") ? texts(spec.get("preopens")) : Map.of("/", "");
    int status = spec.get("status") instanceof Number number ? number.intValue() : 0;
    String stderr = spec.containsKey("stderr") ? (String) spec.get("stderr") : "";
    String guest = spec.getOrDefault("guest", name) + ".wasm";
    return new Case(name, folder.resolve(guest), args, texts(spec.get("env")), (String) spec.getOrDefault("stdin", ""),
        preopens, files, new Outcome(status, (String) spec.get("stdout"), stderr, after), (String) spec.get("differs"));
  }

  private static Map<String, String> texts(Object object) {
    Map<String, String> texts = new LinkedHashMap<>();
    map(object).forEach((key, value) -> texts.put(key, (String) value));
    return texts;
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object object) {
    return object == null ? Map.of() : (Map<String, Object>) object;
  }

  /** Runs a case on the JVM, in a directory of its own. */
  public static Outcome run(Samovar os, Case test) {
    String directory = "/tmp/" + test.name();
    OsFiles files = os.files();
    files.makeDirectories(directory);
    test.files().forEach((path, content) -> {
      if (content == null) {
        files.makeDirectories(directory + "/" + path);
      } else if (content.startsWith("->")) {
        files.symlink(content.substring(2), directory + "/" + path);
      } else {
        files.write(directory + "/" + path, content.getBytes(StandardCharsets.UTF_8));
      }
    });
    Map<String, String> preopens = new LinkedHashMap<>();
    test.preopens().forEach((guestPath, path) ->
        preopens.put(guestPath, path.startsWith("/") ? path : directory + "/" + path));
    try {
      Program program = Program.of(Files.readAllBytes(test.guest()), test.name());
      OsProcess.Result result = os.spawn(program, test.args(), SpawnOptions.DEFAULT.in(directory).calledAs(test.name())
          .withEnv(test.env()).withPreopens(preopens)
          .reading(test.stdin().getBytes(StandardCharsets.UTF_8))).result();
      Map<String, String> after = new LinkedHashMap<>();
      test.expected().after().keySet().forEach(path -> after.put(path, look(files, directory + "/" + path)));
      return new Outcome(result.status(), text(result.stdout()), text(result.stderr()), after);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(test.name() + " was interrupted", e);
    }
  }

  private static String look(OsFiles files, String path) {
    OsFiles.Type type = files.type(path);
    return type == null ? NOTHING : type == OsFiles.Type.DIRECTORY ? DIRECTORY : text(files.read(path));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
