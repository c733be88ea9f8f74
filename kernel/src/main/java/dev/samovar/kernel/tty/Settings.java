package dev.samovar.kernel.tty;

import dev.samovar.kernel.host.KernelMemory;

/**
 * A terminal's settings, in the words of POSIX's {@code stty}: {@code icanon echo isig icrnl opost onlcr}, each with
 * {@code -} before it for its opposite; {@code raw}, {@code cooked}, {@code cbreak}, {@code sane} for several at once;
 * {@code cols N}, {@code rows N}. What is read has the size in its first line; the second can be written back, when a
 * program leaves the terminal as it found it, whatever has become of the size.
 */
final class Settings {
  /** Input by lines, which can be edited while they are typed. */
  static final int ICANON = 1;
  /** What is typed is shown. */
  static final int ECHO = 2;
  /** ^C, ^\ and ^Z are signals. */
  static final int ISIG = 4;
  /** A typed carriage return is a line feed. */
  static final int ICRNL = 8;
  /** Output is translated at all. */
  private static final int OPOST = 16;
  /** A written line feed is a carriage return and a line feed. */
  private static final int ONLCR = 32;

  static final int SANE = ICANON | ECHO | ISIG | ICRNL | OPOST | ONLCR;
  private static final int COOKED = ICANON | ISIG | ICRNL | OPOST;
  /** In the order of their bits. */
  private static final String[] NAMES = {"icanon", "echo", "isig", "icrnl", "opost", "onlcr"};

  /** What {@link #parse} understood. */
  int flags;
  int columns;
  int rows;

  private final KernelMemory memory;

  Settings(KernelMemory memory) {
    this.memory = memory;
  }

  static boolean translatesOutput(int flags) {
    return (flags & (OPOST | ONLCR)) == (OPOST | ONLCR);
  }

  /** Puts the settings as two lines of text. Answers their bytes. */
  int print(int to, int flags, int columns, int rows) {
    StringBuilder text = new StringBuilder("rows ").append(rows).append(" cols ").append(columns);
    for (int i = 0; i < NAMES.length; i++) {
      text.append(i == 0 ? '\n' : ' ').append((flags & 1 << i) != 0 ? "" : "-").append(NAMES[i]);
    }
    text.append('\n');
    for (int i = 0; i < text.length(); i++) {
      memory.putByte(to + i, text.charAt(i));
    }
    return text.length();
  }

  /** Works out what words make of settings. Answers whether all of them were understood. */
  boolean parse(int from, int length, int oldFlags, int oldColumns, int oldRows) {
    flags = oldFlags;
    columns = oldColumns;
    rows = oldRows;
    String number = null;
    int at = 0;
    while (at < length) {
      StringBuilder word = new StringBuilder();
      while (at < length && !isBlank(memory.getByte(from + at))) {
        word.append((char) memory.getByte(from + at++));
      }
      at++;
      if (word.length() == 0) {
        continue;
      }
      if (number != null) {
        if (!setSize(number, word)) {
          return false;
        }
        number = null;
      } else {
        String name = word.toString();
        if (name.equals("cols") || name.equals("columns") || name.equals("rows")) {
          number = name;
        } else if (!apply(name)) {
          return false;
        }
      }
    }
    return number == null;
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\n' || c == '\t';
  }

  private boolean setSize(String name, CharSequence digits) {
    int value = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      value = Math.min(10 * value + digit, Terminals.MAX_SIZE + 1);
    }
    if (name.equals("rows")) {
      rows = value;
    } else {
      columns = value;
    }
    return Terminals.isSize(value);
  }

  private boolean apply(String word) {
    switch (word) {
      case "raw":
      case "-cooked":
        flags &= ~COOKED;
        return true;
      case "cooked":
      case "-raw":
        flags |= COOKED;
        return true;
      case "cbreak":
        flags &= ~ICANON;
        return true;
      case "-cbreak":
        flags |= ICANON;
        return true;
      case "sane":
        flags = SANE;
        return true;
      default:
        boolean off = word.charAt(0) == '-';
        for (int i = 0; i < NAMES.length; i++) {
          if (NAMES[i].equals(off ? word.substring(1) : word)) {
            flags = off ? flags & ~(1 << i) : flags | 1 << i;
            return true;
          }
        }
        return false;
    }
  }
}
