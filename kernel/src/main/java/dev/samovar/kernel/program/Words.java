package dev.samovar.kernel.program;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** The words of a line, without quoting. {@code String.split} would bring regular expressions into the kernel, 280 KB. */
final class Words {
  private Words() {}

  static List<String> of(String line) {
    StringTokenizer tokens = new StringTokenizer(line);
    List<String> words = new ArrayList<>();
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }
}
