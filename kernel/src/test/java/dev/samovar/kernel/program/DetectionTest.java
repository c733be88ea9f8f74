package dev.samovar.kernel.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.protocol.JsonException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectionTest {

  private static final Catalogue CATALOGUE = catalogue();

  private static Catalogue catalogue() {
    try {
      return Catalogue.parse("""
          {"runtimes": [
            {"name": "QuickJS-ng", "language": "javascript", "version": "0.16.2", "commands": ["qjs", "node"], "extensions": [".js", ".mjs"]},
            {"name": "Samovar serve", "language": "static", "version": "0.1.0", "commands": ["serve"], "extensions": []},
            {"name": "CPython", "language": "python", "version": "3.12.0", "commands": ["python", "python3"], "extensions": [".py"]},
            {"name": "CPython", "language": "python", "version": "3.11.3", "commands": ["python", "python3"], "extensions": [".py"]}]}
          """);
    } catch (JsonException e) {
      throw new AssertionError(e);
    }
  }

  /** Files are given as {@code NAME} or {@code NAME=CONTENTS}. */
  private static Plan detect(String... files) {
    Map<String, String> contents = new TreeMap<>();
    for (String file : files) {
      int at = file.indexOf('=');
      contents.put(at < 0 ? file : file.substring(0, at), at < 0 ? "" : file.substring(at + 1));
    }
    return Detection.of(new Folder() {
      @Override
      public String name() {
        return "project";
      }

      @Override
      public List<String> files() {
        return List.copyOf(contents.keySet());
      }

      @Override
      public String read(String file, int maximum) {
        return contents.get(file);
      }
    }, CATALOGUE);
  }

  private static void check(String language, String command, String args, Plan plan) {
    assertEquals(language + " " + command + " " + args, plan.language + " " + plan.command + " " + String.join(" ", plan.args),
        plan.reason);
    assertTrue(plan.reason.endsWith("."), plan.reason);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      main.py app.py                       | python     | python      | main.py
      app.py requirements.txt              | python     | python      | app.py
      __main__.py pyproject.toml           | python     | python      | __main__.py
      tool.py pyproject.toml               | python     | python      | tool.py
      tool.py README.md                    | python     | python      | tool.py
      index.js                             | javascript | qjs         | index.js
      index.mjs other.mjs                  | javascript | qjs         | index.mjs
      main.py index.html Makefile          | python     | python      | main.py
      only.js                              | javascript | qjs         | only.js
      Cargo.toml project.wasm main.py      | rust       | project.wasm | ''
      go.mod main.wasm other.wasm          | go         | main.wasm   | ''
      main.c prog.wasm                     | c          | prog.wasm   | ''
      main.cpp prog.wasm                   | c++        | prog.wasm   | ''
      anything.wasm                        | wasm       | anything.wasm | ''
      Makefile index.js                    | javascript | qjs         | index.js
      """)
  void namesSayHowAFolderIsRun(String files, String language, String command, String args) {
    Plan plan = detect(files.split(" "));
    check(language, command, args, plan);
    assertTrue(plan.reason.contains("A samovar.json can say otherwise"), plan.reason);
  }

  @Test
  void packageJsonSaysWhatStarts() {
    check("javascript", "qjs", "server.js --fast", detect("package.json={\"scripts\":{\"start\":\"node server.js --fast\"},\"main\":\"x.js\"}"));
    Plan quoted = detect("package.json={\"scripts\":{\"start\":\"node --watch a.js --name 'b  c' \\\"d\\\" e\\\\ f ''\"}}");
    assertEquals(List.of("a.js", "--name", "b  c", "d", "e f", ""), quoted.args);
    Plan prefixed = detect("package.json={\"scripts\":{\"start\":\"cross-env NODE_ENV=production A='b c' node --no-warnings s.js D=1\"}}",
        "samovar.json={\"env\":{\"A\":\"mine\"}}");
    check("javascript", "qjs", "s.js D=1", prefixed);
    assertEquals(Map.of("NODE_ENV", "production", "A", "mine"), prefixed.env);
    check("javascript", "qjs", "x.js", detect("package.json={\"scripts\":{\"start\":\"A=1\"},\"main\":\"x.js\"}"));
    check("javascript", "qjs", "x.js", detect("package.json={\"scripts\":{\"start\":\"node a.js && node b.js\"},\"main\":\"x.js\"}"));
    check("javascript", "qjs", "src/a.js", detect("package.json={\"main\":\"src/a.js\",\"scripts\":{\"start\":\"vite\"}}"));
    check("javascript", "qjs", "index.js", detect("package.json={}", "index.js"));
    check("javascript", "", "", detect("package.json={}", "a.js"));
    Plan built = detect("package.json={\"scripts\":{\"dev\":\"vite\",\"build\":\"vite build\"}}", "index.html");
    check("javascript", "", "", built);
    assertTrue(built.missing.contains("npm run build"), built.missing);
    check("javascript", "qjs", "server.js", detect("package.json=\ufeff{\"scripts\":{\"start\":\"nodemon .\"}}", "server.js"));
    check("python", "python", "app.py", detect("package.json={\"devDependencies\":{}}", "app.py"));
    check("javascript", "", "", detect("package.json=no json"));
  }

  @Test
  void frameworksServe() {
    check("python", "python", "-m flask --app hello.py run", detect("hello.py=app = Flask(__name__)"));
    check("python", "python", "app.py", detect("app.py=app = Flask(__name__)\napp.run()"));
    check("python", "python", "-m flask --app app.py run --debug", detect("app.py=app = Flask(__name__)", "samovar.json={\"args\":[\"--debug\"]}"));
    check("python", "python", "manage.py runserver",
        detect("manage.py=from django.core.management import execute_from_command_line", "setup.py"));
    check("", "", "", detect("manage.py=print(1)", "other.py"));
  }

  @Test
  void aPackageIsStartedAsPyprojectSays() {
    String commands = "pyproject.toml=[project]\r\nname = \"tea-pot\"\r\n[project.scripts]\r\n\"brew-tea\" = 'tea.cli:App.main' # hot\r\nother = \"a:b\"\r\n";
    Plan plan = detect(commands, "setup.py", "tea_pot/__main__.py=1");
    check("python", "python", "-c import sys; sys.path.insert(1, 'src'); sys.argv[0] = 'brew-tea'; from tea.cli import App; sys.exit(App.main())", plan);
    assertTrue(plan.reason.startsWith("Python: brew-tea on CPython"), plan.reason);
    check("python", "python", "main.py", detect(commands, "main.py"));
    String named = "pyproject.toml=[build-system]\nname = \"no\"\n[ tool.poetry ]\nname=\"tea-pot\"\n";
    check("python", "python", "-m tea_pot", detect(named, "setup.py", "tea_pot/__main__.py=1"));
    plan = detect(named, "src/tea_pot/__main__.py=1", "samovar.json={\"args\":[\"green\"]}");
    check("python", "python", "-c import runpy, sys; sys.path.insert(1, 'src'); runpy.run_module('tea_pot', run_name='__main__', alter_sys=True) green", plan);
    check("python", "", "", detect(named, "setup.py"));
    check("python", "python", "tool.py", detect(named, "setup.py", "conftest.py", "tool.py"));
    // What could be more than a name is none.
    check("python", "", "", detect("pyproject.toml=[project.scripts]\ntea = \"os;x:main\"\npot = { reference = \"a:b\" }\n= 1\n[\nx"));
  }

  @Test
  void samovarJsonComesFirst() {
    check("python", "python@3.11.3", "tool.py x", detect("samovar.json={\"command\":\"tool.py\",\"args\":[\"x\"],\"runtime\":\"python@3.11\"}", "main.py"));
    check("python", "python@3.11.3", "main.py", detect("samovar.json={\"runtime\":\"python@3.11\"}", "main.py"));
    check("wasm", "bin/a.wasm", "1", detect("samovar.json={\"command\":\"bin/a.wasm\",\"args\":[\"1\"]}"));
    check("javascript", "qjs", "-e 1", detect("samovar.json={\"command\":\"node\",\"args\":[\"-e\",\"1\"]}"));
    check("", "", "", detect("samovar.json={\"command\":\"perl\"}", "main.py"));
    check("", "", "", detect("samovar.json={", "main.py"));
    check("", "", "", detect("samovar.json={\"comand\":\"main.py\"}", "main.py"));
    assertEquals(Map.of("A", "1"), detect("samovar.json={\"env\":{\"A\":\"1\"}}", "main.py").env);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      Cargo.toml             | rust | cargo build --release --target wasm32-wasip1 && cp target/wasm32-wasip1/release/*.wasm .
      go.mod main.go         | go   | GOOS=wasip1 GOARCH=wasm go build -o main.wasm .
      main.c                 | c    | clang --target=wasm32-wasi -O2 *.c -o main.wasm
      main.cc                | c++  | clang++ --target=wasm32-wasi -O2 -fno-exceptions *.c* -o main.wasm
      Makefile               | c    | make CC='clang --target=wasm32-wasi' CXX='clang++ --target=wasm32-wasi' && mv PROGRAM main.wasm
      a.wasm b.wasm go.mod   | go   | mv PROGRAM.wasm main.wasm
      """)
  void whatIsMissingIsACommand(String files, String language, String command) {
    Plan plan = detect(files.split(" "));
    check(language, "", "", plan);
    assertEquals(command, plan.missing);
  }

  @Test
  void cmakeIsAskedForWasm() {
    Plan plan = detect("CMakeLists.txt", "main.c");
    assertTrue(plan.missing.startsWith("cmake -B build ") && plan.missing.endsWith("&& cmake --build build && cp build/*.wasm ."), plan.missing);
  }

  @Test
  void aFolderOfFilesIsServed() {
    Plan plan = detect("index.html", "style.css");
    assertEquals("serve", plan.command);
    assertEquals("static", plan.language);
    assertTrue(plan.args.isEmpty(), plan.reason);
    // A script that the page names is the page's; another one may be its server.
    for (String script : new String[] {"timer.js", "main.js", "index.mjs"}) {
      check("static", "serve", "", detect("index.html=<script src=\"" + script + "\"></script>", script));
      check("javascript", "qjs", script, detect("index.html=<p>Tea", script));
    }
  }

  @Test
  void whatCannotBeRunIsSaid() {
    assertTrue(detect("notes.txt").reason.contains("samovar.json can say"));
    assertTrue(detect().reason.startsWith("Nothing in project"));
  }

  @Test
  void aScriptIsGivenByItsAbsolutePath() throws JsonException {
    Runtime python = Catalogue.parse("""
        {"runtimes": [{"name": "CPython", "language": "python", "version": "3.12.0", "commands": ["python"],
          "arguments": {"options": {"valued": ["-W", "-X", "--check-hash-based-pycs"], "last": ["-c", "-m"]}}}]}
        """).runtimes().get(0);
    String[][] cases = {
        {"main.py main.py", "/w/main.py main.py"}, {"./a/b.py", "/w/a/b.py"}, {"/x.py y.py", "/x.py y.py"}, {"- x.py", "- x.py"},
        {"-u -X dev m.py", "-u -X dev /w/m.py"}, {"-uWignore m.py -c", "-uWignore /w/m.py -c"}, {"-Werror m.py", "-Werror /w/m.py"},
        {"-m pkg x.py", "-m pkg x.py"}, {"-um pkg x.py", "-um pkg x.py"}, {"-c 1 x.py", "-c 1 x.py"}, {"-c1 x.py", "-c1 x.py"},
        {"--check-hash-based-pycs never m.py", "--check-hash-based-pycs never /w/m.py"}, {"-V", "-V"}, {"-X", "-X"},
    };
    for (String[] each : cases) {
      assertEquals(each[1], String.join(" ", python.withAbsoluteScript(List.of(each[0].split(" ")), "/w")));
    }
    assertEquals(List.of("/m.py"), python.withAbsoluteScript(List.of("m.py"), "/"));
    assertEquals(List.of(), python.withAbsoluteScript(List.of(), "/w"));
    assertEquals(List.of("m.js"), CATALOGUE.forCommand("qjs").withAbsoluteScript(List.of("m.js"), "/w"), "it looks by itself");
  }
}
