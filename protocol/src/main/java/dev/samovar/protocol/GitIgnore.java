package dev.samovar.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the {@code .gitignore} files of a folder leave out, as gitignore(5) has it: later rules win over earlier ones, those
 * of a deeper folder over those above it, {@code !} takes something in again. {@code .git} itself is always left out.
 *
 * <p>Two things are taken in whatever they say: the {@code node_modules} beside a package.json that names dependencies, with all
 * that is in there; and of a Python project's virtual environment its packages, as far as they are no machine code. Nearly every
 * project leaves these out of git, since {@code npm install} and {@code pip install} bring them again; but what copies a folder to
 * where nothing can be installed would leave out half of the program.
 *
 * <p>Paths are {@code /a/b}, seen from the folder's top. Whoever walks the folder adds a directory's rules before asking
 * about what is in it, and does not go into a directory that is left out: nothing in there can be taken in again.
 */
public final class GitIgnore {
  /** The files of a directory that say something of it, first of all its rules. */
  public static final List<String> FILES = List.of(".gitignore", "package.json", "requirements.txt", "pyproject.toml", "Pipfile",
      "setup.py", "manage.py");
  /** Where a Python project has its virtual environment. */
  private static final List<String> ENVIRONMENTS = List.of(".venv", "venv", "env");

  private final List<Rule> rules = new ArrayList<>();
  /** The directories that are taken in. */
  private final List<String> needed = new ArrayList<>();
  /** What may be virtual environments, … */
  private final List<String> environments = new ArrayList<>();
  /** … and those of them that git ignores, of which the packages are taken in. */
  private final List<String> ignoredEnvironments = new ArrayList<>();

  /** A line: the directory whose rules it belongs to ({@code ""} or {@code /a/b}), and its pattern. */
  private record Rule(String directory, String pattern, boolean takesIn, boolean directoriesOnly, boolean anywhere) {}

  /** What a directory's files say. */
  public interface Texts {
    /** The text of the file of a name; null if there is none. */
    String of(String name) throws IOException;
  }

  /**
   * Adds what a directory's own files say of it, where that counts.
   *
   * @param directory {@code ""} for the top, else {@code /a/b}
   */
  public void addDirectory(String directory, Texts texts) throws IOException {
    if (isTakenIn(directory)) {
      return;
    }
    for (String name : FILES) {
      String text = texts.of(name);
      if (text != null) {
        addFile(directory, name, text);
      }
    }
  }

  /**
   * Adds one of {@link #FILES}, in their order.
   *
   * @param directory where it lies: {@code ""} for the top, else {@code /a/b}
   */
  public void addFile(String directory, String name, String text) {
    if (name.equals("package.json")) {
      addPackage(directory, text);
    } else if (!name.equals(".gitignore")) {
      for (String environment : ENVIRONMENTS) {
        environments.add(directory + "/" + environment);
      }
    } else if (environments.contains(directory)) {
      // Since 3.13, Python makes an environment with rules of its own, that leave out all of it.
      ignoredEnvironments.add(directory);
    } else {
      add(directory, text);
    }
  }

  private void addPackage(String directory, String text) {
    try {
      Object dependencies = Json.parseObject(text.startsWith("\ufeff") ? text.substring(1) : text).get("dependencies");
      if (dependencies instanceof Map && !((Map<?, ?>) dependencies).isEmpty()) {
        needed.add(directory + "/node_modules");
      }
    } catch (JsonException e) {
      // Whoever runs the project says what is wrong with it.
    }
  }

  /**
   * Adds the rules of a directory.
   *
   * @param directory as for {@link #addFile}
   */
  public void add(String directory, String text) {
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      Rule rule = parse(directory, text.substring(start, end));
      if (rule != null) {
        rules.add(rule);
      }
      start = end + 1;
    }
  }

  private static Rule parse(String directory, String line) {
    int end = line.length();
    if (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    while (end > 0 && line.charAt(end - 1) == ' ' && !isEscaped(line, end - 1)) {
      end--;
    }
    String pattern = line.substring(0, end);
    if (pattern.isEmpty() || pattern.charAt(0) == '#') {
      return null;
    }
    boolean takesIn = pattern.charAt(0) == '!';
    pattern = takesIn ? pattern.substring(1) : pattern;
    boolean directoriesOnly = pattern.endsWith("/");
    pattern = directoriesOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
    // A slash anywhere but at the end ties a pattern to its own directory.
    boolean anywhere = pattern.indexOf('/') < 0;
    pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
    return pattern.isEmpty() ? null : new Rule(directory, pattern, takesIn, directoriesOnly, anywhere);
  }

  private static boolean isEscaped(String line, int at) {
    int slashes = 0;
    while (at - slashes > 0 && line.charAt(at - slashes - 1) == '\\') {
      slashes++;
    }
    return slashes % 2 == 1;
  }

  /** Whether a path is left out. */
  public boolean matches(String path, boolean isDirectory) {
    if (path.endsWith("/.git")) {
      return true;
    }
    if (isAmong(needed, path)) {
      return false;
    }
    for (int i = 0; i < ignoredEnvironments.size(); i++) {
      String environment = ignoredEnvironments.get(i);
      if (isBelow(path, environment)) {
        return !isPackage(path.substring(environment.length() + 1), isDirectory);
      }
    }
    if (!isIgnored(path, isDirectory)) {
      return false;
    }
    if (isDirectory && environments.contains(path)) {
      ignoredEnvironments.add(path);
      return false;
    }
    return true;
  }

  /**
   * Whether a path in a virtual environment belongs to its packages ({@code lib/python3.13/site-packages/…}, or
   * {@code Lib/site-packages/…} of one made on Windows), or leads there, and is no machine code.
   */
  private static boolean isPackage(String path, boolean isDirectory) {
    int end = path.indexOf("/site-packages/");
    if (end < 0) {
      return isDirectory && (path.equals("lib") || path.startsWith("lib/python") || path.startsWith("Lib"));
    }
    String inside = path.substring(end + "/site-packages/".length());
    return !inside.equals("pip") && !inside.startsWith("pip-") && !path.endsWith("/__pycache__")
        && !path.endsWith(".so") && !path.endsWith(".dylib") && !path.endsWith(".pyd") && !path.endsWith(".dll");
  }

  private boolean isIgnored(String path, boolean isDirectory) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    for (int i = rules.size() - 1; i >= 0; i--) {
      Rule rule = rules.get(i);
      if ((isDirectory || !rule.directoriesOnly) && isBelow(path, rule.directory)
          && matches(rule.pattern, 0, rule.anywhere ? name : path.substring(rule.directory.length() + 1), 0)) {
        return !rule.takesIn;
      }
    }
    return false;
  }

  /** Whether no rules are asked about what is in a directory: nothing in there counts for {@link #addDirectory}. */
  public boolean isTakenIn(String directory) {
    return isAmong(needed, directory) || isAmong(ignoredEnvironments, directory);
  }

  private static boolean isAmong(List<String> directories, String path) {
    for (int i = 0; i < directories.size(); i++) {
      if (path.equals(directories.get(i)) || isBelow(path, directories.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBelow(String path, String directory) {
    return path.length() > directory.length() && path.startsWith(directory) && path.charAt(directory.length()) == '/';
  }

  /** Whether the pattern from {@code p} on matches the text from {@code t} on, to the end of both. */
  private static boolean matches(String pattern, int p, String text, int t) {
    while (p < pattern.length()) {
      char c = pattern.charAt(p);
      if (c == '*') {
        return pattern.startsWith("**", p) ? matchesStars(pattern, p, text, t) : matchesStar(pattern, p + 1, text, t);
      }
      if (t == text.length() || text.charAt(t) == '/' && c != '/') {
        return false;
      }
      if (c == '[') {
        int end = endOfSet(pattern, p);
        if (end < 0 || !isInSet(pattern, p + 1, end, text.charAt(t))) {
          return false;
        }
        p = end + 1;
      } else {
        if (c == '\\' && p + 1 < pattern.length()) {
          c = pattern.charAt(++p);
        } else if (c == '?') {
          c = text.charAt(t);
        }
        if (c != text.charAt(t)) {
          return false;
        }
        p++;
      }
      t++;
    }
    return t == text.length();
  }

  /** {@code *}: any part of one name. */
  private static boolean matchesStar(String pattern, int rest, String text, int t) {
    for (int end = t; ; end++) {
      if (matches(pattern, rest, text, end)) {
        return true;
      }
      if (end == text.length() || text.charAt(end) == '/') {
        return false;
      }
    }
  }

  /**
   * Two stars: as a whole component, any number of directories (or, at the end, everything inside); else they are no more
   * than one.
   */
  private static boolean matchesStars(String pattern, int p, String text, int t) {
    int after = p;
    while (after < pattern.length() && pattern.charAt(after) == '*') {
      after++;
    }
    boolean begins = p == 0 || pattern.charAt(p - 1) == '/';
    if (!begins || after - p > 2 || after < pattern.length() && pattern.charAt(after) != '/') {
      return matchesStar(pattern, after, text, t);
    }
    if (after == pattern.length()) {
      return t < text.length();
    }
    for (int at = t; at >= 0; at = text.indexOf('/', at) + 1) {
      if (matches(pattern, after + 1, text, at)) {
        return true;
      }
      if (text.indexOf('/', at) < 0) {
        return false;
      }
    }
    return false;
  }

  /** The closing bracket of the set that begins at {@code p}, -1 if there is none. */
  private static int endOfSet(String pattern, int p) {
    int at = p + 1;
    if (at < pattern.length() && (pattern.charAt(at) == '!' || pattern.charAt(at) == '^')) {
      at++;
    }
    // A bracket that comes first is a member.
    return pattern.indexOf(']', at + 1);
  }

  private static boolean isInSet(String pattern, int from, int end, char c) {
    boolean inverted = pattern.charAt(from) == '!' || pattern.charAt(from) == '^';
    boolean found = false;
    for (int i = inverted ? from + 1 : from; i < end; i++) {
      char low = pattern.charAt(i);
      if (low == '\\' && i + 1 < end) {
        low = pattern.charAt(++i);
      }
      char high = low;
      if (i + 2 < end && pattern.charAt(i + 1) == '-') {
        high = pattern.charAt(i + 2);
        i += 2;
      }
      found |= low <= c && c <= high;
    }
    return found != inverted;
  }
}
