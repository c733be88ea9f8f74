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

  /** Stages the names of the files that say something of their directory. Answers their bytes. */
  @Export(name = "ignore_files")
  public static int files() {
    return Programs.stage(GitIgnore.FILES);
  }

  /** Adds one of these: its directory, its name and its text are staged. */
  @Export(name = "ignore_add")
  public static void add(int number, int directoryLength, int nameLength, int textLength) {
    int staging = KernelWorker.staging();
    int name = staging + directoryLength;
    SETS.get(number).addFile(Programs.text(staging, directoryLength), Programs.text(name, nameLength),
        Programs.text(name + nameLength, textLength));
  }

  /** Whether nothing that lies in the staged directory is to be added: 1 or 0. */
  @Export(name = "ignore_takes")
  public static int takesIn(int number, int length) {
    return SETS.get(number).isTakenIn(Programs.text(KernelWorker.staging(), length)) ? 1 : 0;
  }

  /** Whether the staged path is left out: 1 or 0. */
  @Export(name = "ignore_matches")
  public static int matches(int number, int length, int isDirectory) {
    return SETS.get(number).matches(Programs.text(KernelWorker.staging(), length), isDirectory != 0) ? 1 : 0;
  }
}
