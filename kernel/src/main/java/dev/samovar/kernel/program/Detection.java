package dev.samovar.kernel.program;

import dev.samovar.protocol.Json;
import dev.samovar.protocol.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds out how a folder is run, from the names at its top and a few files that say so. The first of these that applies:
 * {@code samovar.json}; a compiled project (Cargo.toml, go.mod) by its .wasm; package.json; Python's files; JavaScript's;
 * a .wasm file; C sources; a page.
 */
public final class Detection {
  private static final int MAX_TEXT = 1 << 20;

  private final Folder folder;
  private final Catalogue catalogue;
  private final List<String> files;
  /** Asked for from outside, or else by the project; empty if nobody does. */
  private String runtime;
  private Project project;

  private Detection(Folder folder, Catalogue catalogue, String runtime) {
    this.folder = folder;
    this.catalogue = catalogue;
    this.runtime = runtime;
    files = folder.files();
  }

  /** Looks at a folder. */
  public static Plan of(Folder folder, Catalogue catalogue) {
    return of(folder, catalogue, "");
  }

  /** Looks at a folder, with a runtime such as {@code python@3.11} in place of the project's; empty for none. */
  public static Plan of(Folder folder, Catalogue catalogue, String runtime) {
    return new Detection(folder, catalogue, runtime).plan();
  }

  private Plan plan() {
    if (files.contains("samovar.json")) {
      try {
        project = Project.parse(text("samovar.json"));
      } catch (JsonException | IllegalArgumentException e) {
        return Plan.nothing("", "samovar.json cannot be used: " + e.getMessage() + ".");
      }
      if (runtime.isEmpty()) {
        runtime = project.runtime;
      }
      if (!project.command.isEmpty()) {
        return stated();
      }
    }
    String compiled = compiledLanguage();
    if (compiled.equals("rust") || compiled.equals("go")) {
      return program(compiled);
    }
    String script = firstOf("main.py", "app.py", "__main__.py");
    if (files.contains("package.json")) {
      Plan plan = node();
      if (!plan.command.isEmpty() || script.isEmpty()) {
        return plan;                 // otherwise it is of the tools that a Python project uses for its pages
      }
    }
    if (!script.isEmpty()) {
      return python(script, script + " is there");
    }
    if (files.contains("manage.py") && text("manage.py").contains("django")) {
      return script("python", "manage.py", "it is Django's").with(List.of("runserver"), Map.of());
    }
    if (files.contains("pyproject.toml") || files.contains("requirements.txt")) {
      Plan plan = pythonPackage();
      if (plan != null) {
        return plan;
      }
      String only = only(".py");
      return only.isEmpty()
          ? Plan.nothing("python", "A Python project, but none of main.py, app.py and __main__.py is there, nor a single"
              + " .py file. samovar.json can say which file runs.")
          : python(only, "it is the only .py file");
    }
    script = firstOf("index.js", "index.mjs", "main.js", "main.mjs");
    if (!script.isEmpty() && !isOfPage(script)) {
      return script("javascript", script, script + " is there");
    }
    if (has(".wasm") || has(".c") || compiled.equals("c++")) {
      return program(compiled);
    }
    for (String extension : new String[] {".py", ".js", ".mjs"}) {
      String only = only(extension);
      if (!only.isEmpty() && !isOfPage(only)) {
        String why = "it is the only " + extension + " file";
        return extension.equals(".py") ? python(only, why) : script("javascript", only, why);
      }
    }
    if (!compiled.isEmpty()) {
      return program(compiled);      // a Makefile alone, which may belong to anything: so it comes late
    }
    if (files.contains("index.html")) {
      Runtime server = catalogue.forCommand("serve");
      return server == null
          ? Plan.nothing("static", "A static site: it has an index.html; but the server for it, serve, is not here.")
          : Plan.script(server, command(server), null, project, "it has an index.html");
    }
    return Plan.nothing("", "Nothing in " + folder.name() + " says how to run it: no samovar.json, package.json, main.py,"
        + " index.js or .wasm file. samovar.json can say.");
  }

  /** A file's text, without the byte order mark that some editors begin one with; empty if it cannot be read. */
  private String text(String file) {
    String text = folder.read(file, MAX_TEXT);
    return text == null ? "" : text.startsWith("\ufeff") ? text.substring(1) : text;
  }

  /** Whether a script is named by the folder's page: then it is for a browser. */
  private boolean isOfPage(String script) {
    String page = files.contains("index.html") ? folder.read("index.html", MAX_TEXT) : null;
    return page != null && page.contains(script);
  }

  /** What samovar.json says. */
  private Plan stated() {
    String command = project.command;
    if (!runtime.isEmpty()) {
      Runtime wanted = catalogue.forCommand(runtime);
      return wanted == null ? unknown(runtime)
          : Plan.script(wanted, command(wanted), command, project, "samovar.json says so");
    }
    if (command.endsWith(".wasm")) {
      return Plan.program(compiledOrWasm(), command, project, "samovar.json says so");
    }
    Runtime found = catalogue.forCommand(command);
    if (found != null) {
      return Plan.script(found, command(found), null, project, "samovar.json says so");
    }
    found = catalogue.forFile(command);
    return found == null ? unknown(command)
        : Plan.script(found, command(found), command, project, "samovar.json says so");
  }

  private Plan unknown(String wanted) {
    return Plan.nothing("", "samovar.json asks for " + wanted + ", which is neither a .wasm file, nor a script that a"
        + " runtime is known for, nor a runtime; there are " + catalogue.offer() + ".");
  }

  private Plan node() {
    String main = "";
    boolean isBuilt = false;
    try {
      Map<String, Object> described = Json.parseObject(text("package.json"));
      Object scripts = described.get("scripts");
      Object start = scripts instanceof Map ? ((Map<?, ?>) scripts).get("start") : null;
      if (start instanceof String) {
        List<String> words = Words.ofCommand((String) start);
        // NAME=value words come first, as in a shell; cross-env is for a Windows that has none.
        Map<String, String> env = new LinkedHashMap<>();
        int program = 0;
        while (program < words.size() && (Words.isAssignment(words.get(program)) || words.get(program).equals("cross-env"))) {
          String word = words.get(program++);
          int equals = word.indexOf('=');
          if (equals > 0) {
            env.put(word.substring(0, equals), word.substring(equals + 1));
          }
        }
        boolean isNode = program < words.size() && words.get(program).equals("node");
        do {
          program++;
        } while (program < words.size() && isForNodeAlone(words.get(program)));
        if (isNode && program < words.size() && !words.get(program).startsWith("-")) {
          return script("javascript", words.get(program), "package.json starts it")
              .with(words.subList(program + 1, words.size()), env);
        }
      }
      isBuilt = scripts instanceof Map && ((Map<?, ?>) scripts).get("build") instanceof String;
      if (described.get("main") instanceof String) {
        main = (String) described.get("main");
      }
    } catch (JsonException e) {
      return Plan.nothing("javascript", "package.json is not JSON: " + e.getMessage() + ".");
    }
    if (!main.isEmpty()) {
      return script("javascript", main, "it is package.json's main");
    }
    // npm starts a server.js by itself, too.
    String script = firstOf("index.js", "index.mjs", "main.js", "main.mjs", "server.js", "app.js");
    if (script.isEmpty() && isBuilt) {
      return Plan.missing("javascript", "package.json starts nothing that runs here, but it has a build script: drop the folder that"
          + " this makes (often dist or build).", "npm run build");
    }
    return script.isEmpty()
        ? Plan.nothing("javascript", "package.json names neither a main nor a start script of the form \"node FILE\", and"
            + " there is no index.js.")
        : script("javascript", script, script + " is there");
  }

  /** Whether an option of Node's changes nothing of what a program does here. */
  private static boolean isForNodeAlone(String option) {
    for (String beginning : List.of("--watch", "--inspect", "--no-", "--trace-", "--enable-", "--experimental-")) {
      if (option.startsWith(beginning)) {
        return true;
      }
    }
    return false;
  }

  private Plan script(String language, String file, String why) {
    String wanted = runtime.isEmpty() ? language : runtime;
    Runtime found = catalogue.forCommand(wanted);
    if (found == null) {
      return Plan.nothing(language, "Found " + file + ", but there is no runtime " + wanted + " here; there are "
          + (catalogue.runtimes().isEmpty() ? "none" : catalogue.offer()) + ".");
    }
    return Plan.script(found, command(found), file, project, why);
  }

  /** The command to spawn: with the version where one is asked for. */
  private String command(Runtime found) {
    String name = found.commands.get(0);
    return runtime.indexOf('@') >= 0 ? name + "@" + found.version : name;
  }

  /** A script; one that makes a Flask application and leaves it to others to serve it is served. */
  private Plan python(String file, String why) {
    String text = text(file);
    if (!text.contains("Flask(") || text.contains(".run(") || text.contains("serve(")) {
      return script("python", file, why);
    }
    return script("python", file, why + ", and Flask serves what it makes", List.of("-m", "flask", "--app", file, "run"));
  }

  /** Something that is started by these arguments. */
  private Plan script(String language, String what, String why, List<String> arguments) {
    Plan plan = script(language, what, why);
    return plan.command.isEmpty() ? plan : plan.instead(what, arguments);
  }

  /** What pyproject.toml names, or null. */
  private Plan pythonPackage() {
    PythonPackage described = new PythonPackage(text("pyproject.toml"));
    if (!described.command().isEmpty()) {
      return script("python", described.command(), "pyproject.toml has this command", described.commandArguments());
    }
    for (String where : new String[] {"", "src/"}) {
      String main = described.main(where);
      if (!main.isEmpty() && !text(main).isEmpty()) {
        return script("python", main, "it is that of pyproject.toml's package", described.mainArguments(where));
      }
    }
    return null;
  }

  private Plan program(String language) {
    List<String> programs = new ArrayList<>();
    for (String name : files) {
      if (name.endsWith(".wasm") && name.length() > 5) {
        programs.add(name);
      }
    }
    if (programs.isEmpty()) {
      return Plan.missing(language, "A " + Plan.title(language) + " project, but it has no .wasm file at its top yet.",
          buildCommand(language));
    }
    if (programs.size() == 1) {
      return Plan.program(compiledOrWasm(), programs.get(0), project, "it is the only .wasm file");
    }
    String chosen = firstOf("main.wasm", folder.name() + ".wasm", "index.wasm");
    return chosen.isEmpty()
        ? Plan.missing(compiledOrWasm(), "There are " + programs.size() + " .wasm files, none of them called main.wasm or "
            + folder.name() + ".wasm.", "mv PROGRAM.wasm main.wasm")
        : Plan.program(compiledOrWasm(), chosen, project,
            "of " + programs.size() + " .wasm files it has the name that is run by default");
  }

  /** What makes the .wasm, as far as the project's files tell. */
  private String buildCommand(String language) {
    if (language.startsWith("c") && files.contains("CMakeLists.txt")) {
      return "cmake -B build -DCMAKE_SYSTEM_NAME=WASI -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY"
          + " -DCMAKE_C_COMPILER=clang -DCMAKE_C_COMPILER_TARGET=wasm32-wasi -DCMAKE_CXX_COMPILER=clang++"
          + " -DCMAKE_CXX_COMPILER_TARGET=wasm32-wasi -DCMAKE_EXECUTABLE_SUFFIX=.wasm"
          + " && cmake --build build && cp build/*.wasm .";
    }
    if (language.startsWith("c") && hasMakefile()) {
      return "make CC='clang --target=wasm32-wasi' CXX='clang++ --target=wasm32-wasi' && mv PROGRAM main.wasm";
    }
    switch (language) {
      case "rust":
        return "cargo build --release --target wasm32-wasip1 && cp target/wasm32-wasip1/release/*.wasm .";
      case "go":
        return "GOOS=wasip1 GOARCH=wasm go build -o main.wasm .";
      case "c++":
        return "clang++ --target=wasm32-wasi -O2 -fno-exceptions *.c* -o main.wasm";
      default:
        return "clang --target=wasm32-wasi -O2 *.c -o main.wasm";
    }
  }

  private String compiledOrWasm() {
    String language = compiledLanguage();
    return language.isEmpty() ? "wasm" : language;
  }

  private String compiledLanguage() {
    if (files.contains("Cargo.toml")) {
      return "rust";
    }
    if (files.contains("go.mod")) {
      return "go";
    }
    if (has(".cc") || has(".cpp") || has(".cxx")) {
      return "c++";
    }
    return has(".c") || files.contains("CMakeLists.txt") || hasMakefile() ? "c" : "";
  }

  private boolean hasMakefile() {
    return files.contains("Makefile") || files.contains("makefile") || files.contains("GNUmakefile");
  }

  private boolean has(String extension) {
    for (String name : files) {
      if (name.endsWith(extension) && name.length() > extension.length()) {
        return true;
      }
    }
    return false;
  }

  /** The only file with an extension, besides those that set a package up; empty if there are more. */
  private String only(String extension) {
    String found = "";
    for (String name : files) {
      if (name.endsWith(extension) && !name.equals("setup.py") && !name.equals("conftest.py")) {
        if (!found.isEmpty()) {
          return "";
        }
        found = name;
      }
    }
    return found;
  }

  private String firstOf(String... names) {
    for (String name : names) {
      if (files.contains(name)) {
        return name;
      }
    }
    return "";
  }
}
