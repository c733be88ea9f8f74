package dev.samovar.jvm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The terminal that this command was called in. In raw mode keys go to the guest's line discipline as they are pressed.
 * It is Unix's {@code stty} that knows and sets it; where there is none, the guest gets pipes.
 */
final class HostTerminal {
  private static final int STTY_SECONDS = 5;
  private static final SpawnOptions.TerminalSize USUAL = new SpawnOptions.TerminalSize(80, 24);

  private final String before;
  private boolean isRaw;

  private HostTerminal(String before) {
    this.before = before;
  }

  /** Looks for it; null if standard input or output is none. */
  static HostTerminal find() {
    // From Java 22 on there is a console even where there is no terminal.
    String settings = System.console() == null ? null : ask("test -t 0 && test -t 1 && stty -g >&2");
    return settings == null ? null : new HostTerminal(settings);
  }

  /** Columns and rows, as they are now. */
  SpawnOptions.TerminalSize size() {
    String size = ask("stty size >&2");
    String[] words = size == null ? new String[0] : size.split(" ");
    try {
      int rows = Integer.parseInt(words[0]);
      int columns = Integer.parseInt(words[words.length - 1]);
      return rows == 0 || columns == 0 ? USUAL : new SpawnOptions.TerminalSize(columns, rows);
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return USUAL;
    }
  }

  /** From here on keys come as they are pressed, and none is a signal to this process. */
  synchronized void enterRawMode() {
    isRaw = true;
    ask("stty raw -echo");
  }

  boolean isRaw() {
    return isRaw;
  }

  /** Gives it back as it was; may come from any thread, and again. */
  synchronized void close() {
    if (isRaw) {
      ask("stty " + before);
      isRaw = false;
    }
  }

  /** What a command of the shell writes to its standard error, or null if it fails; the other two streams are ours. */
  private static String ask(String command) {
    try {
      Process process = new ProcessBuilder("sh", "-c", command).redirectInput(ProcessBuilder.Redirect.INHERIT)
          .redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
      String answer = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8).trim();
      return process.waitFor(STTY_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0 ? answer : null;
    } catch (IOException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
