package dev.samovar.kernel.program;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds out how a folder is run, from the names at its top.
 *
 * <p>So far that is a compiled program, a {@code .wasm} file; of a project that has none, {@link #missing} says how to
 * make it.
 */
public final class Detection {
  /** The language in lower case, {@code wasm} if nothing tells, or empty if nothing was found. */
  public final String language;
  /** The program to run, a path in the folder, or empty. */
  public final String command;
  /** Why, in a sentence. */
  public final String reason;
  /** What has to be done first: a command to run outside of the OS, or empty. */
  public final String missing;

  private Detection(String language, String command, String reason, String missing) {
    this.language = language;
    this.command = command;
    this.reason = reason;
    this.missing = missing;
  }

  /**
   * Looks at a folder.
   *
   * @param folder its own name
   * @param files the names of the files in it
   */
  public static Detection of(String folder, List<String> files) {
    String language = language(files);
    List<String> programs = new ArrayList<>();
    for (String name : files) {
      if (name.endsWith(".wasm") && name.length() > 5) {
        programs.add(name);
      }
    }
    if (programs.isEmpty()) {
      return withoutProgram(folder, language);
    }
    String chosen = programs.get(0);
    String why = "it is the only .wasm file";
    if (programs.size() > 1) {
      chosen = null;
      for (String preferred : new String[] {"main.wasm", folder + ".wasm", "index.wasm"}) {
        if (chosen == null && programs.contains(preferred)) {
          chosen = preferred;
          why = "of " + programs.size() + " .wasm files it has the name that is run by default";
        }
      }
      if (chosen == null) {
        return new Detection(language.isEmpty() ? "wasm" : language, "",
            "There are " + programs.size() + " .wasm files, none of them called main.wasm or " + folder + ".wasm.",
            "Rename the one to run to main.wasm.");
      }
    }
    String what = language.isEmpty() ? "a WebAssembly program" : "a " + title(language) + " program, compiled";
    return new Detection(language.isEmpty() ? "wasm" : language, chosen,
        "Found " + what + ": " + chosen + ", since " + why + ".", "");
  }

  private static String language(List<String> files) {
    if (files.contains("Cargo.toml")) {
      return "rust";
    }
    if (files.contains("go.mod")) {
      return "go";
    }
    boolean c = false;
    for (String name : files) {
      if (name.endsWith(".cc") || name.endsWith(".cpp") || name.endsWith(".cxx")) {
        return "c++";
      }
      c |= name.endsWith(".c");
    }
    return c ? "c" : "";
  }

  private static String title(String language) {
    return language.substring(0, 1).toUpperCase() + language.substring(1);
  }

  private static Detection withoutProgram(String folder, String language) {
    String build;
    switch (language) {
      case "rust":
        build = "cargo build --release --target wasm32-wasip1 && cp target/wasm32-wasip1/release/*.wasm .";
        break;
      case "go":
        build = "GOOS=wasip1 GOARCH=wasm go build -o main.wasm .";
        break;
      case "c":
        build = "clang --target=wasm32-wasi -O2 *.c -o main.wasm";
        break;
      case "c++":
        build = "clang++ --target=wasm32-wasi -O2 -fno-exceptions *.c* -o main.wasm";
        break;
      default:
        return new Detection("", "", "There is no .wasm file at the top of " + folder
            + ", which is all that can be run so far.", "");
    }
    return new Detection(language, "",
        "This is a " + title(language) + " project, but it has no .wasm file at its top yet.", build);
  }
}
