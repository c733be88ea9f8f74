package dev.samovar.kernel.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Buffers;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Histories;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;

/** Random calls of a pipe that never sleeps, against a string: alone, and by three workers at once. */
class PipeModelTest {
  private static final int THREADS = 3;
  private static final int SIZE = 4096;

  private final Machine machine = new Machine(4);
  private final Kernel[] workers = machine.nervousWorkers(THREADS);

  /** Writes so many of a letter, reads at most so many, or closes an end. */
  private record Call(char letter, int bytes) {
    static final char READ = '<';
    static final char CLOSE_READER = ')';
    static final char CLOSE_WRITER = '(';
  }

  /** What POSIX says of a pipe of 4 KiB, all of whose writes are atomic. */
  private static final class Reference implements Histories.Model<Call> {
    private String held = "";
    private boolean reader = true;
    private boolean writer = true;

    @Override
    public String call(Call call) {
      switch (call.letter) {
        case Call.CLOSE_READER:
          reader = false;
          return "closed";
        case Call.CLOSE_WRITER:
          writer = false;
          return "closed";
        case Call.READ:
          if (held.isEmpty()) {
            return writer ? "EAGAIN" : "''";
          }
          String taken = held.substring(0, Math.min(call.bytes, held.length()));
          held = held.substring(taken.length());
          return runs(taken);
        default:
          if (!reader) {
            return "EPIPE";
          }
          if (call.bytes > SIZE - held.length()) {
            return "EAGAIN";
          }
          held += String.valueOf(call.letter).repeat(call.bytes);
          return "wrote";
      }
    }

    /** Room is given back at a read's end, not where it took the bytes: meanwhile a write may not find it. */
    @Override
    public boolean explains(Call call, String answer) {
      boolean late = call.letter >= 'a' && answer.equals("EAGAIN");
      return late || call(call).equals(answer);
    }

    @Override
    public Reference copy() {
      Reference copy = new Reference();
      copy.held = held;
      copy.reader = reader;
      copy.writer = writer;
      return copy;
    }

    @Override
    public String state() {
      return runs(held);
    }
  }

  /** A text of few letters, shortened: {@code 'a12 b3'}. */
  private static String runs(String text) {
    StringBuilder runs = new StringBuilder("'");
    for (int i = 0, j; i < text.length(); i = j) {
      for (j = i; j < text.length() && text.charAt(j) == text.charAt(i); j++) {
        continue;
      }
      runs.append(text.charAt(i)).append(j - i).append(j < text.length() ? " " : "");
    }
    return runs.append("'").toString();
  }

  /** A worker's calls. */
  private static final class Caller implements Histories.Doer<Call> {
    private final Kernel kernel;
    private final Buffers buffers;
    private final int pipe;

    Caller(Kernel kernel, int pipe) {
      this.kernel = kernel;
      this.pipe = pipe;
      buffers = new Buffers(kernel);
    }

    @Override
    public String call(Call call) {
      switch (call.letter) {
        case Call.CLOSE_READER:
          kernel.pipes.closeReader(pipe);
          return "closed";
        case Call.CLOSE_WRITER:
          kernel.pipes.closeWriter(pipe);
          return "closed";
        case Call.READ:
          buffers.room(call.bytes);
          int taken = kernel.pipes.read(pipe, buffers.vectors(), buffers.total(), true);
          return taken < 0 ? Errno.nameOf(-taken)
              : runs(new String(buffers.taken(taken), StandardCharsets.US_ASCII));
        default:
          buffers.of(String.valueOf(call.letter).repeat(call.bytes).getBytes(StandardCharsets.US_ASCII));
          int n = kernel.pipes.write(pipe, buffers.vectors(), buffers.total(), true);
          return n == call.bytes ? "wrote" : Errno.nameOf(-n);
      }
    }
  }

  private static Arbitrary<Call> call(String letters) {
    Arbitrary<Integer> bytes = Arbitraries.of(1, 2, 700, 2_000, SIZE - 1, SIZE);
    return Combinators.combine(Arbitraries.chars().with(letters), bytes).as(Call::new);
  }

  @Provide
  Arbitrary<List<Call>> calls() {
    return call("abc<<<<").list().ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<List<Call>>> histories() {
    return call("abc<<<").list().ofMinSize(1).ofMaxSize(3).list().ofMinSize(2).ofMaxSize(THREADS);
  }

  @Property(tries = 500)
  void everyAnswerIsThatOfAString(@ForAll("calls") List<Call> calls, @ForAll boolean readerFirst) {
    Caller caller = new Caller(machine.kernel, machine.kernel.pipes.create(0));
    Reference reference = new Reference();
    for (Call call : calls) {
      assertEquals(reference.call(call), caller.call(call), call::toString);
    }
    // A pipe lives as long as one of its ends.
    for (Call call : readerFirst
        ? List.of(new Call(Call.CLOSE_READER, 0), new Call('a', 1), new Call(Call.CLOSE_WRITER, 0))
        : List.of(new Call(Call.CLOSE_WRITER, 0), new Call(Call.READ, 1_000), new Call(Call.READ, SIZE),
            new Call(Call.READ, 1), new Call(Call.CLOSE_READER, 0))) {
      assertEquals(reference.call(call), caller.call(call), call::toString);
    }
    assertEquals(List.of(), machine.check());
  }

  @Property(tries = 500, shrinking = ShrinkingMode.OFF)
  void someOrderExplainsWhatThreeWorkersSee(@ForAll("histories") List<List<Call>> calls) {
    int pipe = machine.kernel.pipes.create(0);
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      callers.add(new Caller(workers[i], pipe));
    }
    Histories<Call> histories = new Histories<>(callers, calls);
    Caller last = new Caller(machine.kernel, pipe);
    String rest = last.call(new Call(Call.READ, SIZE));
    assertTrue(histories.isExplainedBy(new Reference(), rest.equals("EAGAIN") ? "''" : rest),
        () -> histories + "and then " + rest);
    last.call(new Call(Call.CLOSE_READER, 0));
    last.call(new Call(Call.CLOSE_WRITER, 0));
  }
}
