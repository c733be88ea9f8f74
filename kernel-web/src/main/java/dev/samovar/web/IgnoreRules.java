package dev.samovar.web;

import dev.samovar.protocol.GitIgnore;
import java.util.HashMap;
import java.util.Map;
import org.teavm.interop.Export;

/** The rules of {@code .gitignore} files, as ignore.js asks about them: a set of rules for each mount. */
final class IgnoreRules {
  private static final Map<Integer, GitIgnore> SETS = new HashMap<>();
  private static int next;

  private IgnoreRules() {}

  /** Makes a set without rules. Answers its number. */
  @Export(name = "ignore_open")
  public static int open() {
    SETS.put(++next, new GitIgnore());
    return next;
  }

  @Export(name = "ignore_close")
  public static void close(int number) {
    SETS.remove(number);
  }

  /** Adds a file of rules: its directory and its text are staged. */
  @Export(name = "ignore_add")
  public static void add(int number, int directoryLength, int textLength) {
    int staging = KernelWorker.staging();
    SETS.get(number).add(Programs.text(staging, directoryLength), Programs.text(staging + directoryLength, textLength));
  }

  /** Adds a package.json: its directory and its text are staged. */
  @Export(name = "ignore_package")
  public static void addPackage(int number, int directoryLength, int textLength) {
    int staging = KernelWorker.staging();
    SETS.get(number).addPackage(Programs.text(staging, directoryLength), Programs.text(staging + directoryLength, textLength));
  }

  /** Whether the staged path is taken in whatever the rules say: 1 or 0. */
  @Export(name = "ignore_needs")
  public static int needs(int number, int length) {
    return SETS.get(number).isNeeded(Programs.text(KernelWorker.staging(), length)) ? 1 : 0;
  }

  /** Whether the staged path is left out: 1 or 0. */
  @Export(name = "ignore_matches")
  public static int matches(int number, int length, int isDirectory) {
    return SETS.get(number).matches(Programs.text(KernelWorker.staging(), length), isDirectory != 0) ? 1 : 0;
  }
}
