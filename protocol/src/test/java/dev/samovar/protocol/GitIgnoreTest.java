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
    boolean isDirectory = path.endsWith("/");
    assertEquals(expected, ignore.matches(isDirectory ? path.substring(0, path.length() - 1) : path, isDirectory));
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
    assertTrue(ignore.isNeeded("/node_modules/a"));
    assertFalse(ignore.matches("/node_modules/a/dist", true));
    assertTrue(ignore.matches("/node_modules/a/.git", true));
    assertTrue(ignore.matches("/dist", true));
    // Their own rules, and those of what they brought along, count for nothing.
    ignore.addDirectory("/node_modules/a", Map.of(".gitignore", "*.js")::get);
    assertFalse(ignore.matches("/node_modules/a/index.js", false));
    for (String said : List.of("{}", "{\"dependencies\": {}}", "{\"devDependencies\": {\"a\": \"1\"}}", "{\"dependencies\": \"a\"}", "{")) {
      ignore.addPackage("/tools", said);
      assertTrue(ignore.matches("/tools/node_modules", true), said);
    }
    ignore.addPackage("/tools", "{\"dependencies\": {\"a\": \"1\"}}");
    assertFalse(ignore.matches("/tools/node_modules", true));
    assertTrue(ignore.matches("/src/node_modules", true));
  }
}
