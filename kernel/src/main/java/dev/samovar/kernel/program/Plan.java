package dev.samovar.kernel.program;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a folder is run, or why it cannot be. */
public final class Plan {
  /** In lower case; empty if nothing was found. */
  public final String language;
  /** The name of the runtime that it needs, empty for a compiled program. */
  public final String runtime;
  /** Its version. */
  public final String version;
  /** What is spawned: a runtime's command, or without one a path in the folder; empty if nothing can. */
  public final String command;
  public final List<String> args;
  /** Added to the environment. */
  public final Map<String, String> env;
  /** The project's samovar.json, for its limits and capabilities; empty if it has none. */
  public final String project;
  /** Why, in a sentence. */
  public final String reason;
  /** A command to run outside of the OS first, or empty. */
  public final String missing;

  private Plan(String language, String runtime, String version, String command, List<String> args,
      Map<String, String> env, String project, String reason, String missing) {
    this.language = language;
    this.runtime = runtime;
    this.version = version;
    this.command = command;
    this.args = args;
    this.env = env;
    this.project = project;
    this.reason = reason;
    this.missing = missing;
  }

  static Plan nothing(String language, String reason) {
    return missing(language, reason, "");
  }

  static Plan missing(String language, String reason, String missing) {
    return new Plan(language, "", "", "", List.of(), Map.of(), "", reason, missing);
  }

  /** A compiled program. */
  static Plan program(String language, String file, Project project, String why) {
    String what = language.equals("wasm") ? "A WebAssembly program" : "A " + title(language) + " program, compiled";
    return new Plan(language, "", "", file,
        project == null ? List.of() : project.args, project == null ? Map.of() : project.env,
        project == null ? "" : project.text,
        what + ": " + file + ", since " + why + "." + change(project), "");
  }

  /** A script, or with {@code file} null a runtime with the project's own arguments. */
  static Plan script(Runtime runtime, String command, String file, Project project, String why) {
    List<String> args = new ArrayList<>();
    if (file != null) {
      args.add(file);
    }
    if (project != null) {
      args.addAll(project.args);
    }
    return new Plan(runtime.language, runtime.name, runtime.version, command, args,
        project == null ? Map.of() : project.env, project == null ? "" : project.text, title(runtime.language) + ": "
            + (file == null ? command : file + " on " + runtime.name + " " + runtime.version) + ", since " + why + "."
            + change(project), "");
  }

  /** How to have it otherwise. */
  private static String change(Project project) {
    return project == null ? " A samovar.json can say otherwise." : "";
  }

  /** Also these arguments and, where samovar.json does not say otherwise, these variables. */
  Plan with(List<String> moreArguments, Map<String, String> variables) {
    List<String> allArguments = new ArrayList<>(args);
    allArguments.addAll(moreArguments);
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.putAll(env);
    return new Plan(language, runtime, version, command, allArguments, all, project, reason, missing);
  }

  /** With these arguments in place of the first one, {@code file}. */
  Plan instead(String file, List<String> arguments) {
    List<String> allArguments = new ArrayList<>(arguments);
    allArguments.addAll(args.subList(args.indexOf(file) + 1, args.size()));
    return new Plan(language, runtime, version, command, allArguments, env, project, reason, missing);
  }

  static String title(String language) {
    switch (language) {
      case "javascript":
        return "JavaScript";
      case "php":
        return "PHP";
      default:
        return language.substring(0, 1).toUpperCase() + language.substring(1);
    }
  }
}
