package dev.samovar.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GitIgnoreTest {

  /** Rules (separated by blanks), a path (with a slash at its end for a directory), and whether it is left out. */
  @ParameterizedTest
  @CsvSource(nullValues = "-", value = {
      "node_modules,        /node_modules/,         true",
      "node_modules/,       /a/b/node_modules/,     true",
      "node_modules/,       /node_modules,          false",
      "*.log,               /a/x.log,               true",
      "*.log !keep.log,     /a/keep.log,            false",
      "!keep.log *.log,     /a/keep.log,            true",
      "/build,              /build/,                true",
      "/build,              /a/build/,              false",
      "a/b,                 /a/b,                   true",
      "a/b,                 /c/a/b,                 false",
      "**/b,                /b,                     true",
      "**/b,                /x/y/b,                 true",
      "**/b/c,              /x/b/c,                 true",
      "**/b/c,              /x/b/d/c,               false",
      "a/**/z,              /a/z,                   true",
      "a/**/z,              /a/b/c/z,               true",
      "a/**/z,              /az,                    false",
      "a/**,                /a/b,                   true",
      "a/**,                /a/,                    false",
      "a**b,                /axxb,                  true",
      "a/*/c,               /a/b/c,                 true",
      "a/*/c,               /a/b/b/c,               false",
      "?.txt,               /a.txt,                 true",
      "?.txt,               /ab.txt,                false",
      "[a-c]x,              /bx,                    true",
      "[a-c]x,              /dx,                    false",
      "[!a-c]x,             /dx,                    true",
      "[^a-c]x,             /ax,                    false",
      "[]]x,                /]x,                    true",
      "[a,                  /[a,                    false",
      "\\!x,                /!x,                    true",
      "\\#x,                /#x,                    true",
      "#x,                  /#x,                    false",
      "*,                   /anything,              true",
      "* !*.py,             /main.py,               false",
      "a?b,                 /a/b,                   false",
      "/,                   /a,                     false",
      "é*,                  /a/bé,                  false",
      "é*,                  /école,                 true",
      "-,                   /.git/,                 true",
      "-,                   /sub/.git,              true",
      "!.git,               /.git/,                 true",
      "-,                   /.gitignore,            false",
      "*a*a*a*a*a*b,        /aaaaaaaaaaaaaaaaaaaaaa, false",
  })
  void doesAsGitDoes(String rules, String path, boolean expected) {
    GitIgnore ignore = new GitIgnore();
    ignore.add("", rules == null ? "" : rules.replace(' ', '\n'));
    assertEquals(expected, matches(ignore, path));
  }

  @Test
  void aDeeperFileWins() {
    GitIgnore ignore = new GitIgnore();
    ignore.add("", "*.txt\r\n");
    ignore.add("/docs", "!*.txt\n/secret.txt");
    assertTrue(ignore.matches("/a.txt", false));
    assertFalse(ignore.matches("/docs/a.txt", false));
    assertTrue(ignore.matches("/docs/secret.txt", false));
    assertFalse(ignore.matches("/docs/x/secret.txt", false));
    assertTrue(ignore.matches("/docs2/a.txt", false));
  }

  @Test
  void blanksAtTheEndCountOnlyIfEscaped() {
    GitIgnore ignore = new GitIgnore();
    ignore.add("", "a  \nb\\ ");
    assertTrue(ignore.matches("/a", false));
    assertTrue(ignore.matches("/b ", false));
    assertFalse(ignore.matches("/b", false));
  }

  @Test
  void whatAPackageDependsOnIsTakenIn() throws Exception {
    GitIgnore ignore = new GitIgnore();
    Map<String, String> top = Map.of(".gitignore", "node_modules/\ndist\n", "package.json", "\ufeff{\"dependencies\": {\"a\": \"1\"}}");
    ignore.addDirectory("", top::get);
    assertFalse(ignore.matches("/node_modules", true));
    assertTrue(ignore.isTakenIn("/node_modules/a"));
    assertFalse(ignore.matches("/node_modules/a/dist", true));
    assertTrue(ignore.matches("/node_modules/a/.git", true));
    assertTrue(ignore.matches("/dist", true));
    // Their own rules, and those of what they brought along, count for nothing.
    ignore.addDirectory("/node_modules/a", Map.of(".gitignore", "*.js")::get);
    assertFalse(ignore.matches("/node_modules/a/index.js", false));
    for (String said : List.of("{}", "{\"dependencies\": {}}", "{\"devDependencies\": {\"a\": \"1\"}}", "{\"dependencies\": \"a\"}", "{")) {
      ignore.addFile("/tools", "package.json", said);
      assertTrue(ignore.matches("/tools/node_modules", true), said);
    }
    ignore.addFile("/tools", "package.json", "{\"dependencies\": {\"a\": \"1\"}}");
    assertFalse(ignore.matches("/tools/node_modules", true));
    assertTrue(ignore.matches("/src/node_modules", true));
  }

  @Test
  void packagesOfAVirtualEnvironmentAreTakenIn() throws Exception {
    GitIgnore ignore = new GitIgnore();
    ignore.addDirectory("", Map.of(".gitignore", ".venv/\n*.log", "requirements.txt", "flask")::get);
    for (String in : List.of("/.venv/", "/.venv/lib/", "/.venv/lib/python3.12/", "/.venv/lib/python3.12/site-packages/",
        "/.venv/lib/python3.12/site-packages/flask/", "/.venv/lib/python3.12/site-packages/flask/app.py",
        "/.venv/lib/python3.12/site-packages/flask/a.log", "/.venv/Lib/site-packages/click/core.py", "/env/lib/x")) {
      assertFalse(matches(ignore, in), in);
    }
    for (String out : List.of("/.venv/bin/", "/.venv/pyvenv.cfg", "/.venv/lib64", "/.venv/lib/x", "/a.log",
        "/.venv/lib/python3.12/site-packages/pip/", "/.venv/lib/python3.12/site-packages/pip-24.0.dist-info/",
        "/.venv/lib/python3.12/site-packages/markupsafe/_speedups.cpython-312-x86_64-linux-gnu.so",
        "/.venv/lib/python3.12/site-packages/flask/__pycache__/", "/.venv/lib/python3.12/site-packages/.git/")) {
      assertTrue(matches(ignore, out), out);
    }
    // One with rules of its own, as Python 3.13 makes it.
    ignore.addDirectory("/env", Map.of(".gitignore", "*")::get);
    assertTrue(matches(ignore, "/env/bin/"));
    assertFalse(matches(ignore, "/env/lib/python3.13/site-packages/flask/app.py"));

    GitIgnore other = new GitIgnore();
    other.addDirectory("", Map.of(".gitignore", ".venv/")::get);
    assertTrue(matches(other, "/.venv/"), "no Python project");
  }

  /** @param path with a slash at its end for a directory */
  private static boolean matches(GitIgnore ignore, String path) {
    boolean isDirectory = path.endsWith("/");
    return ignore.matches(isDirectory ? path.substring(0, path.length() - 1) : path, isDirectory);
  }
}
