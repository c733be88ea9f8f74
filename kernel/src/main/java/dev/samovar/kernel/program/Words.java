package dev.samovar.kernel.program;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** The words of a line. {@code String.split} would bring regular expressions into the kernel, 280 KB. */
final class Words {
  private Words() {}

  /** Those between blanks, without quoting. */
  static List<String> of(String line) {
    StringTokenizer tokens = new StringTokenizer(line);
    List<String> words = new ArrayList<>();
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }

  /** Whether a word of a command gives a variable its value. */
  static boolean isAssignment(String word) {
    int end = word.indexOf('=');
    for (int i = 0; i < end; i++) {
      char c = word.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || i > 0 && c >= '0' && c <= '9')) {
        return false;
      }
    }
    return end > 0;
  }

  /** Those of a simple command, quotes taken off as a shell does; none if it takes a shell to know what is meant. */
  static List<String> ofCommand(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean isBlank = c == ' ' || c == '\t' || c == '\n';
      if (quote != '\'' && ("$`\n".indexOf(c) >= 0 || quote == 0 && ";|&<>()*?[{~#!".indexOf(c) >= 0)) {
        return List.of();
      }
      if (quote == 0 && isBlank) {
        if (word != null) {
          words.add(word.toString());
        }
        word = null;
        continue;
      }
      if (word == null) {
        word = new StringBuilder();
      }
      if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        word.append(line.charAt(++i));
      } else {
        word.append(c);
      }
    }
    if (word != null) {
      words.add(word.toString());
    }
    return quote == 0 ? words : List.of();
  }
}
