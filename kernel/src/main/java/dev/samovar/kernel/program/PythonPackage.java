package dev.samovar.kernel.program;

import java.util.List;
import java.util.StringTokenizer;

/**
 * How a Python package is started that was not installed: by its {@code pyproject.toml}
 * (https://packaging.python.org/en/latest/specifications/pyproject-toml/, and Poetry's own table), of which only tables of
 * plain strings are understood. The package lies at the folder's top or in {@code src}.
 */
final class PythonPackage {
  /** The import name of what the project makes; empty if nothing says it. */
  private String name = "";
  /** The first command that an installation would make, and its {@code module:function}; empty if there is none. */
  private String command = "";
  private String entry = "";

  PythonPackage(String pyproject) {
    String table = "";
    StringTokenizer lines = new StringTokenizer(pyproject, "\r\n");
    while (lines.hasMoreTokens()) {
      String line = lines.nextToken().trim();
      int equals = line.indexOf('=');
      if (line.startsWith("[")) {
        table = line.substring(1, Math.max(1, line.indexOf(']'))).trim();
      } else if (equals > 0) {
        take(table, unquoted(line.substring(0, equals).trim()), unquoted(line.substring(equals + 1).trim()));
      }
    }
  }

  private void take(String table, String key, String value) {
    if (table.equals("project") || table.equals("tool.poetry")) {
      if (key.equals("name") && isName(value.replace('-', '_'))) {
        name = value.replace('-', '_');
      }
    } else if (table.equals("project.scripts") || table.equals("tool.poetry.scripts")) {
      int colon = value.indexOf(':');
      if (command.isEmpty() && colon > 0 && isName(value.substring(0, colon)) && isName(value.substring(colon + 1))
          && isName(key.replace('-', '_'))) {
        command = key;
        entry = value;
      }
    }
  }

  /** A string's contents; a key without quotes is itself. What follows a string is a comment. */
  private static String unquoted(String text) {
    char quote = text.isEmpty() ? 0 : text.charAt(0);
    if (quote != '"' && quote != '\'') {
      return text;
    }
    int end = text.indexOf(quote, 1);
    return end < 0 ? "" : text.substring(1, end);
  }

  /** Whether a text is made of letters, digits, underscores and full stops, so that it can stand in a program. */
  private static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!Character.isLetterOrDigit(text.charAt(i)) && text.charAt(i) != '_' && text.charAt(i) != '.') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** The first command that an installation would make, or empty. */
  String command() {
    return command;
  }

  /** Arguments that do what this command does. */
  List<String> commandArguments() {
    int colon = entry.indexOf(':');
    String function = entry.substring(colon + 1);
    int dot = function.indexOf('.');
    return List.of("-c", "import sys; sys.path.insert(1, 'src'); sys.argv[0] = '" + command + "'; from " + entry.substring(0, colon)
        + " import " + (dot < 0 ? function : function.substring(0, dot)) + "; sys.exit(" + function + "())");
  }

  /** The file by which the package itself is run, if it lies in {@code where}; empty if the package has no name. */
  String main(String where) {
    return name.isEmpty() ? "" : where + name.replace('.', '/') + "/__main__.py";
  }

  /** Arguments that run the package. */
  List<String> mainArguments(String where) {
    return where.isEmpty() ? List.of("-m", name)
        : List.of("-c", "import runpy, sys; sys.path.insert(1, 'src'); runpy.run_module('" + name
            + "', run_name='__main__', alter_sys=True)");
  }
}
