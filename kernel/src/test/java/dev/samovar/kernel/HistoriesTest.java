package dev.samovar.kernel;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The judge of the concurrent models accepts what is right and nothing else. */
class HistoriesTest {
  /** A counter: the only call adds one and answers what it was. */
  private static final class Counter implements Histories.Model<String> {
    private int value;

    @Override
    public String call(String call) {
      return String.valueOf(value++);
    }

    @Override
    public Counter copy() {
      Counter copy = new Counter();
      copy.value = value;
      return copy;
    }

    @Override
    public String state() {
      return String.valueOf(value);
    }
  }

  private static final List<List<String>> CALLS = List.of(List.of("add", "add"), List.of("add", "add"));

  @Test
  void anAtomicCounterIsExplained() {
    for (int i = 0; i < 200; i++) {
      AtomicInteger counter = new AtomicInteger();
      Histories.Doer<String> doer = call -> String.valueOf(counter.getAndIncrement());
      Histories<String> histories = new Histories<>(List.of(doer, doer), CALLS);
      assertTrue(histories.isExplainedBy(new Counter(), "4"), histories.toString());
      assertFalse(histories.isExplainedBy(new Counter(), "3"));
    }
  }

  @Test
  void anUpdateThatIsLostIsNot() {
    Histories.Doer<String> doer = call -> "0";
    assertFalse(new Histories<>(List.of(doer, doer), CALLS).isExplainedBy(new Counter(), "1"));
  }

  @Test
  void anAnswerFromTheFutureIsNot() {
    // Within one thread, one call has ended before the next begins.
    List<Histories.Doer<String>> alone = List.of(call -> call);
    Histories<String> backwards = new Histories<>(alone, List.of(List.of("1", "0")));
    assertFalse(backwards.isExplainedBy(new Counter(), "2"));
    assertTrue(new Histories<>(alone, List.of(List.of("0", "1"))).isExplainedBy(new Counter(), "2"));
  }
}
