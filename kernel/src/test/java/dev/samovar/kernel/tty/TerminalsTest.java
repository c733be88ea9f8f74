package dev.samovar.kernel.tty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.Sleeper;
import dev.samovar.kernel.memory.WaitQueue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Terminals}, {@link LineDiscipline} and {@link Settings}: a keyboard, a screen and programs between them. */
class TerminalsTest {
  private static final String END = "";

  private final Machine machine = new Machine(4);
  private final Kernel kernel = machine.kernel;
  private final Kernel[] programs = machine.workers(3);
  private final Machine.Usage atFirst = machine.usage();
  private final int terminal = kernel.terminals.create(80, 24);
  private final int keys = kernel.pages.allocate(4);

  @AfterEach
  void nothingIsLost() {
    kernel.pages.free(keys);
    kernel.pipes.closeReader(kernel.terminals.output(terminal));
    kernel.terminals.release(terminal);
    assertEquals(atFirst, machine.usage());
  }

  /** Types on the keyboard. Answers the signals that came of it. */
  private List<Integer> type(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    machine.memory.write(keys, bytes, 0, bytes.length);
    List<Integer> signals = new ArrayList<>();
    for (int done = 0; done < bytes.length; ) {
      done += kernel.keyboard.type(terminal, keys + done, bytes.length - done);
      if (kernel.keyboard.signal() != 0) {
        signals.add(kernel.keyboard.signal());
      }
    }
    return signals;
  }

  /** Takes what is on the screen. */
  private String screen() {
    int output = kernel.terminals.output(terminal);
    StringBuilder text = new StringBuilder();
    while (kernel.pipes.peekLength(output) > 0) {
      byte[] bytes = new byte[kernel.pipes.peekLength(output)];
      machine.memory.read(kernel.pipes.peek(output), bytes, 0, bytes.length);
      kernel.pipes.consume(output, bytes.length);
      text.append(new String(bytes, StandardCharsets.ISO_8859_1));
    }
    return new String(text.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** What one read of a program brings: {@link #END} at an end of file, null if there is nothing. */
  private String read(Kernel program, boolean waits, int... sizes) {
    Buffers buffers = new Buffers(program).room(sizes);
    int n = program.terminals.read(terminal, buffers.vectors(), buffers.total(), !waits);
    if (n == -Errno.EAGAIN) {
      return null;
    }
    assertTrue(n >= 0, () -> Errno.nameOf(-n));
    return new String(buffers.taken(n), StandardCharsets.UTF_8);
  }

  private String read(int... sizes) {
    return read(programs[0], false, sizes);
  }

  private int print(Kernel program, boolean waits, String... pieces) {
    byte[][] bytes = new byte[pieces.length][];
    for (int i = 0; i < pieces.length; i++) {
      bytes[i] = pieces[i].getBytes(StandardCharsets.UTF_8);
    }
    Buffers buffers = new Buffers(program).of(bytes);
    return program.terminals.write(terminal, buffers.vectors(), buffers.total(), !waits);
  }

  /** Writes to the control file. */
  private int set(String words) {
    Buffers buffers = new Buffers(programs[0]).of(words.getBytes(StandardCharsets.UTF_8));
    return programs[0].terminals.writeSettings(terminal, buffers.vectors(), buffers.total());
  }

  private String settings(long offset, int... sizes) {
    Buffers buffers = new Buffers(programs[0]).room(sizes);
    return new String(buffers.taken(
        programs[0].terminals.readSettings(terminal, offset, buffers.vectors(), buffers.total())));
  }

  @Test
  void aLineComesWhenItIsFinished() {
    type("tea");
    assertEquals(null, read(100));
    type("\r");
    assertEquals("tea\n", read(100));
    assertEquals(null, read(100));
    assertEquals("tea\r\n", screen());
  }

  @Test
  void aReadTakesOneLineAtMost() {
    type("one\ntwo\n\nthr");
    assertEquals("on", read(2));
    assertEquals("e\n", read(1, 0, 100));
    assertEquals("two\n", read(4));
    assertEquals("\n", read(100));
    assertEquals(null, read(100));
  }

  @Test
  void charactersWordsAndLinesAreTakenBack() {
    type("cup\u007f\b\b\b\btea\r");
    assertEquals("cup\b \b\b \b\b \btea\r\n", screen());
    assertEquals("tea\n", read(100));
    type("black tea  \u0017\u0017green\r");
    assertEquals("green\n", read(100));
    screen();
    type("all of it\u0015x\r");
    assertEquals("all of it" + "\b \b".repeat(9) + "x\r\n", screen());
    assertEquals("x\n", read(100));
  }

  @Test
  void aCharacterOfSeveralBytesIsOne() {
    type("a\u00e4\u007f\r");
    assertEquals("a\u00e4\b \b\r\n", screen());
    assertEquals("a\n", read(100));
    type("\u8336\ud83c\udf75\u007f\u007f\r");
    assertEquals("\u8336\ud83c\udf75" + "\b \b".repeat(4) + "\r\n", screen());
    assertEquals("\n", read(100));
    // A combining mark lies on the letter before it.
    type("e\u0301\u007f");
    assertEquals("e\u0301", screen());
    type("\u007f\u007f\r");
    assertEquals("\b \b\r\n", screen());
    assertEquals("\n", read(100));
  }

  @Test
  void whatHasBeenReadableCannotBeTakenBack() {
    type("one\n\u007f\u0015\u0017two\n");
    assertEquals("one\n", read(100));
    assertEquals("two\n", read(100));
  }

  @Test
  void endOfFile() {
    type("\u0004");
    assertEquals(END, read(100));
    assertEquals(null, read(100), "it is an end once");
    type("par\u0004t\r\u0004");
    assertEquals("par", read(100));
    assertEquals("t\n", read(2));
    assertEquals(END, read(100));
    // However much is asked for, the mark after a part of a line is no end of the file.
    type("abc\u0004\u0004");
    assertEquals("ab", read(2));
    assertEquals("c", read(1));
    assertEquals(END, read(1));
    assertEquals(null, read(1));
    assertEquals("part\r\nabc", screen());
  }

  @Test
  void nobodyTypesAnyMore() {
    type("last\nhalf");
    kernel.terminals.end(terminal);
    assertEquals("last\n", read(100));
    assertEquals("half", read(100));
    assertEquals(END, read(100));
    assertEquals(END, read(programs[1], true, 100));
  }

  @Test
  void signalsForgetTheLine() {
    assertEquals(List.of(2), type("half a line\u0003"));
    assertEquals("half a line^C", screen());
    assertEquals(List.of(3, 20), type("one\n\u001cand\u001a"));
    assertEquals(null, read(100));
    type("new\n");
    assertEquals("new\n", read(100));
    set("-isig");
    assertEquals(List.of(), type("\u0003\n"));
    assertEquals("\u0003\n", read(100));
  }

  @Test
  void rawIsKeyByKey() {
    type("half");
    set("raw");
    assertEquals("half", read(100), "what was typed so far is there at once");
    set("-echo");
    screen();
    assertEquals(List.of(), type("\u0003\r\u007f\u0004\u001b[A"));
    assertEquals("\u0003\r", read(2));
    assertEquals("\u007f\u0004\u001b[A", read(100));
    assertEquals("", screen());
    print(programs[0], false, "a\nb");
    assertEquals("a\nb", screen());
    set("sane");
    type("x\r");
    assertEquals("x\n", read(100));
    print(programs[0], false, "a\nb");
    assertEquals("x\r\na\r\nb", screen());
  }

  @Test
  void echoShowsWhatCannotBeSeen() {
    type("\t\u001b\u007f\u007f\u0001\n");
    assertEquals("    ^[\b \b\b \b\b \b\b \b\b \b\b \b^A\r\n", screen());
    set("-echo");
    type("secret\u007f\n");
    assertEquals("", screen());
    assertEquals("\u0001\n", read(100));
    assertEquals("secre\n", read(100));
  }

  @Test
  void aLineFeedIsACarriageReturnToo() {
    assertEquals(6, print(programs[0], false, "a\n", "", "\nb\r\n"));
    assertEquals("a\r\n\r\nb\r\r\n", screen());
    String lines = "\n".repeat(10_000);
    assertEquals(10_000, print(programs[0], false, lines));
    assertEquals("\r\n".repeat(10_000), screen());
  }

  @Test
  void aFullScreenIsWaitedFor() {
    String much = "0123456789abcde\n".repeat(20_000);
    Together.run(2, index -> {
      if (index == 0) {
        assertEquals(much.length(), print(programs[0], true, much));
      } else {
        StringBuilder seen = new StringBuilder();
        Together.await("all of it", () -> seen.append(screen()).length() == much.length() + 20_000);
        assertEquals(much.replace("\n", "\r\n"), seen.toString());
      }
    });
    // Without waiting it takes what it has room for, in whole pieces.
    int taken = print(programs[0], false, much);
    assertTrue(taken > 32_768 && taken < 65_536, () -> "took " + taken);
    assertEquals(-Errno.EAGAIN, print(programs[0], false, much));
    assertEquals(much.substring(0, taken).replace("\n", "\r\n"), screen());
  }

  @Test
  void keysBeyondAFullRingRingTheBell() {
    String line = "x".repeat(1023) + "\n";
    int lines = Terminals.RING_SIZE / line.length();
    for (int i = 0; i < lines; i++) {
      type(line);
    }
    screen();
    type("y\n\u0004");
    assertEquals("\7\7\7", screen());
    assertEquals(List.of(2), type("\u0003"), "a signal needs no room");
    assertEquals(null, read(100));
    // One line may fill it; its end has a place of its own.
    screen();
    for (int i = 0; i < lines; i++) {
      type("z".repeat(line.length()));
    }
    assertTrue(screen().endsWith("z\7"));
    type("\n");
    assertEquals(Terminals.RING_SIZE, read(Terminals.RING_SIZE + 1).length());
  }

  @Test
  void theRingWrapsAround() {
    for (int i = 0; i < 5 * Terminals.RING_SIZE / 1000; i++) {
      String line = i % 3 + "t".repeat(998);
      type(i % 2 == 0 ? line + "\n" : line + "\u0004");
      assertEquals(i % 2 == 0 ? line + "\n" : line, read(600, 600));
      assertEquals(null, read(1));
    }
  }

  @Test
  void aReaderSleepsUntilALineIsThere() {
    int rounds = 2_000;
    Together.run(2, index -> {
      if (index == 0) {
        for (int i = 0; i < rounds; i++) {
          assertEquals("line " + i + "\n", read(programs[0], true, 100));
        }
        assertEquals(END, read(programs[0], true, 100));
      } else {
        for (int i = 0; i < rounds; i++) {
          int queue = kernel.terminals.readQueue(terminal);
          if (i % 16 == 0) {
            // Now and then it sleeps for certain; else the two race.
            Together.await("the reader sleeps", () -> kernel.memory.getIntVolatile(queue + 4) != 0);
          }
          type("lin");
          type("e " + i + "?\u007f\n");
          screen();
        }
        type("\u0004");
      }
    });
  }

  @Test
  void aKilledReaderLeaves() {
    int thread = programs[0].process.threads.current();
    Together.run(2, index -> {
      if (index == 0) {
        Buffers buffers = new Buffers(programs[0]).room(10);
        assertEquals(-Errno.EINTR, programs[0].terminals.read(terminal, buffers.vectors(), 10, false));
      } else {
        int queue = kernel.terminals.readQueue(terminal);
        Together.await("the reader sleeps", () -> kernel.memory.getIntVolatile(thread + Sleeper.WAITS_ON) == queue);
        kernel.memory.getAndOr(thread + Sleeper.STATE, Sleeper.KILL_PENDING);
        WaitQueue.wakeAlways(kernel.memory, queue);
      }
    });
    type("for another\n");
    assertEquals("for another\n", read(programs[1], true, 100));
  }

  @Test
  void linesOfManyReadersAreNotTorn() {
    int lines = 3_000;
    int[] seen = new int[lines];
    Together.run(4, index -> {
      if (index == 3) {
        for (int i = 0; i < lines; i++) {
          // No more than the ring holds.
          Together.await("room", () -> kernel.terminals.available(terminal) < Terminals.RING_SIZE / 2);
          type("number " + i + "\n");
          screen();
        }
        kernel.terminals.end(terminal);
      } else {
        for (String line = read(programs[index], true, 5, 100); !line.equals(END);
            line = read(programs[index], true, 5, 100)) {
          assertTrue(line.matches("number \\d+\n"), line);
          synchronized (seen) {
            seen[Integer.parseInt(line.strip().substring(7))]++;
          }
        }
      }
    });
    for (int i = 0; i < lines; i++) {
      assertEquals(1, seen[i], "line " + i);
    }
  }

  @Test
  void settingsAreWordsThatCanBeWrittenBack() {
    String sane = "rows 24 cols 80\nicanon echo isig icrnl opost onlcr\n";
    assertEquals(sane, settings(0, 7, 200));
    assertEquals("24", settings(5, 2));
    assertEquals("", settings(sane.length(), 10));
    assertEquals("", settings(Long.MAX_VALUE, 10));
    assertEquals(27, set("raw -echo cols 132\n\trows 5\n"));
    assertEquals("rows 5 cols 132\n-icanon -echo -isig -icrnl -opost onlcr\n", settings(0, 200));
    assertEquals(sane.length(), set(sane));
    assertEquals(sane, settings(0, 200));
    for (String wrong : new String[] {"rwa", "-", "cols", "cols x", "cols 0", "rows 65536", "rows 99999999999", "-rows 2",
        "raw boiled", "\u0000"}) {
      assertEquals(-Errno.EINVAL, set(wrong), wrong);
    }
    assertEquals(-Errno.E2BIG, set(" ".repeat(5000)));
    assertEquals(sane, settings(0, 200), "nothing of it took effect");
    assertEquals(0, set(""));
  }

  @Test
  void theSizeIsToldFromOutside() {
    assertEquals(Errno.SUCCESS, kernel.terminals.resize(terminal, 132, 50));
    assertEquals(Errno.EINVAL, kernel.terminals.resize(terminal, 0, 50));
    assertEquals(Errno.EINVAL, kernel.terminals.resize(terminal, 10, 65_536));
    assertTrue(settings(0, 200).startsWith("rows 50 cols 132\n"));
  }

  @Test
  void withoutAReaderOfTheScreen() {
    kernel.pipes.addReader(kernel.terminals.output(terminal));
    kernel.pipes.closeReader(kernel.terminals.output(terminal));
    assertEquals(1, print(programs[0], false, "x"));
    assertFalse(kernel.terminals.isReadable(terminal));
    kernel.pipes.closeReader(kernel.terminals.output(terminal));
    assertEquals(-Errno.EIO, print(programs[0], false, "x"));
    set("raw");
    assertEquals(-Errno.EIO, print(programs[0], false, "x"));
    kernel.pipes.addReader(kernel.terminals.output(terminal));
  }
}
