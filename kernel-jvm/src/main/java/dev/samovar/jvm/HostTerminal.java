package dev.samovar.jvm;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The terminal that this command was called in, in raw mode: keys go to the guest's line discipline as they are pressed.
 * It is Unix's {@code stty} that knows and sets it; where there is none, the guest gets pipes.
 */
final class HostTerminal {
  private static final int STTY_SECONDS = 5;

  private final String before;
  private final int columns;
  private final int rows;
  private boolean closed;

  private HostTerminal(String before, int columns, int rows) {
    this.before = before;
    this.columns = columns;
    this.rows = rows;
  }

  /** Takes it over; null if standard input or output is none. */
  static HostTerminal open() {
    if (System.console() == null) {
      return null;
    }
    String settings = stty("-g");
    if (settings == null) {
      return null;
    }
    int[] size = size();
    if (stty("raw", "-echo") == null) {
      return null;
    }
    HostTerminal terminal = new HostTerminal(settings, size[0], size[1]);
    Runtime.getRuntime().addShutdownHook(new Thread(terminal::close));
    return terminal;
  }

  int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** Columns and rows, as they are now. */
  static int[] size() {
    String size = stty("size");
    String[] words = size == null ? new String[0] : size.trim().split(" ");
    try {
      return words.length == 2 && !words[1].equals("0")
          ? new int[] {Integer.parseInt(words[1]), Integer.parseInt(words[0])} : new int[] {80, 24};
    } catch (NumberFormatException e) {
      return new int[] {80, 24};
    }
  }

  /** Gives it back as it was. */
  synchronized void close() {
    if (!closed) {
      closed = true;
      stty(before);
    }
  }

  /** What stty answers, or null if it cannot. */
  private static String stty(String... args) {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(List.of(args));
    try {
      Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT)
          .redirectError(new File("/dev/null")).start();
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      return process.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? answer : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
