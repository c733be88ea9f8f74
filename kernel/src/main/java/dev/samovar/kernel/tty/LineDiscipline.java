package dev.samovar.kernel.tty;

import dev.samovar.kernel.fs.Pipes;
import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Mutex;
import dev.samovar.kernel.memory.WaitQueue;

/**
 * What becomes of a key: input, a change to the line that is being typed, an end of file or a signal; and its echo. It
 * never waits: where there is no room, a key is dropped and the bell rings.
 */
public final class LineDiscipline {
  /** Signal numbers, as {@code process.Signals} has them. */
  private static final int SIGINT = 2;
  private static final int SIGQUIT = 3;
  private static final int SIGTSTP = 20;

  private static final int INTERRUPT = 'C' & 0x1f;
  private static final int QUIT = '\\' & 0x1f;
  private static final int SUSPEND = 'Z' & 0x1f;
  private static final int END_OF_FILE = 'D' & 0x1f;
  private static final int ERASE = 0x7f;
  private static final int BACKSPACE = '\b';
  private static final int KILL_LINE = 'U' & 0x1f;
  private static final int ERASE_WORD = 'W' & 0x1f;
  private static final int BELL = 7;
  /** Where a tab leads is the screen's business; shown as blanks, it can be taken back. */
  private static final int TAB_WIDTH = 4;
  /** Keys that are dealt with under one hold of the lock. */
  private static final int BATCH = 4096;
  /** Bytes of echo gathered before they are sent; no key echoes more than its margin at a time. */
  private static final int ECHO_ROOM = 4096;
  private static final int ECHO_MARGIN = 16;

  private final KernelMemory memory;
  private final Mutex mutex;
  private final Pipes pipes;
  private final Terminals terminals;
  private final int scratch;
  private int terminal;
  private int settings;
  private int echoed;
  private int signal;

  /** @param scratch 4 KiB of this worker's own */
  public LineDiscipline(KernelMemory memory, Mutex mutex, Pipes pipes, Terminals terminals, int scratch) {
    this.memory = memory;
    this.mutex = mutex;
    this.pipes = pipes;
    this.terminals = terminals;
    this.scratch = scratch;
  }

  /**
   * Types keys, as far as the first one that is a signal.
   *
   * @param from kernel memory other than the scratch
   * @return the bytes taken; {@link #signal} says whether to go on after sending one
   */
  public int type(int terminal, int from, int length) {
    this.terminal = terminal;
    signal = 0;
    echoed = 0;
    mutex.lock(terminal + Terminals.LOCK);
    settings = memory.getInt(terminal + Terminals.SETTINGS);
    int before = memory.getInt(terminal + Terminals.COMMITTED);
    int most = Math.min(length, BATCH);
    int taken = 0;
    while (taken < most && signal == 0) {
      press(memory.getByte(from + taken++));
    }
    sendEcho();
    boolean news = memory.getInt(terminal + Terminals.COMMITTED) != before;
    mutex.unlock(terminal + Terminals.LOCK);
    if (news) {
      WaitQueue.wake(memory, terminal + Terminals.READ_QUEUE);
    }
    return taken;
  }

  /** The signal that the last key taken by {@link #type} stands for, 0 if none. */
  public int signal() {
    return signal;
  }

  private boolean is(int setting) {
    return (settings & setting) != 0;
  }

  private void press(int key) {
    int c = key == '\r' && is(Settings.ICRNL) ? '\n' : key;
    if (is(Settings.ISIG) && (c == INTERRUPT || c == QUIT || c == SUSPEND)) {
      signal = c == INTERRUPT ? SIGINT : c == QUIT ? SIGQUIT : SIGTSTP;
      terminals.discard(terminal);
      echoKey(c);
    } else if (!is(Settings.ICANON)) {
      if (terminals.room(terminal) > 0) {
        terminals.append(terminal, c, false);
        terminals.commit(terminal);
        echoKey(c);
      } else {
        ring();
      }
    } else {
      edit(c);
    }
  }

  private void edit(int c) {
    switch (c) {
      case ERASE:
      case BACKSPACE:
        eraseCharacter();
        break;
      case KILL_LINE:
        while (hasLine()) {
          eraseCharacter();
        }
        break;
      case ERASE_WORD:
        while (hasLine() && isBlank(last())) {
          eraseCharacter();
        }
        while (hasLine() && !isBlank(last())) {
          eraseCharacter();
        }
        break;
      case END_OF_FILE:
      case '\n':
        if (terminals.room(terminal) > 0) {
          terminals.append(terminal, c, c == END_OF_FILE);
          terminals.commit(terminal);
          if (c == '\n') {
            echoKey(c);
          }
        } else {
          ring();
        }
        break;
      default:
        // The last place is kept for the end of the line.
        if (terminals.room(terminal) > 1) {
          terminals.append(terminal, c, false);
          echoKey(c);
        } else {
          ring();
        }
        break;
    }
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t';
  }

  private boolean hasLine() {
    return memory.getInt(terminal + Terminals.TAIL) != memory.getInt(terminal + Terminals.COMMITTED);
  }

  private int last() {
    return terminals.byteAt(terminal, memory.getInt(terminal + Terminals.TAIL) - 1);
  }

  /** Takes the last character back: all the bytes of its UTF-8, and as many columns as it has on the screen. */
  private void eraseCharacter() {
    if (!hasLine()) {
      return;
    }
    int committed = memory.getInt(terminal + Terminals.COMMITTED);
    int tail = memory.getInt(terminal + Terminals.TAIL);
    int bytes = 0;
    int point = 0;
    int c;
    do {
      c = terminals.byteAt(terminal, tail - ++bytes);
      point |= (c & 0x3f) << 6 * (bytes - 1);
    } while (isContinuation(c) && bytes < 4 && tail - bytes != committed);
    memory.putInt(terminal + Terminals.TAIL, tail - bytes);
    int columns;
    if (bytes == 1) {
      columns = c == '\t' ? TAB_WIDTH : isControl(c) ? 2 : isContinuation(c) ? 0 : 1;
    } else {
      // What the leading byte says of the length is no part of the character.
      columns = Width.of(point & (bytes == 2 ? 0x7ff : bytes == 3 ? 0xffff : 0x1f_ffff));
    }
    for (int i = 0; is(Settings.ECHO) && i < columns; i++) {
      echo('\b');
      echo(' ');
      echo('\b');
    }
  }

  private static boolean isContinuation(int c) {
    return (c & 0xc0) == 0x80;
  }

  private static boolean isControl(int c) {
    return c < ' ' || c == ERASE;
  }

  private void echoKey(int c) {
    if (!is(Settings.ECHO)) {
      return;
    }
    if (c == '\n') {
      if (Settings.translatesOutput(settings)) {
        echo('\r');
      }
      echo('\n');
    } else if (c == '\t') {
      for (int i = 0; i < TAB_WIDTH; i++) {
        echo(' ');
      }
    } else if (isControl(c)) {
      echo('^');
      echo(c ^ 0x40);
    } else {
      echo(c);
    }
  }

  private void ring() {
    echo(BELL);
  }

  private void echo(int c) {
    if (echoed > ECHO_ROOM - ECHO_MARGIN) {
      sendEcho();
    }
    memory.putByte(scratch + echoed++, c);
  }

  /** What finds no room is not seen: the program has filled the screen faster than anybody reads. */
  private void sendEcho() {
    if (echoed > 0) {
      pipes.put(memory.getInt(terminal + Terminals.OUTPUT), scratch, echoed);
      echoed = 0;
    }
  }
}
