package dev.samovar.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What several threads did at once, and whether it can be explained: a history is linearizable if some order of all
 * calls, in which no call comes before one that had ended when it began, gives on a plain model the very answers that
 * were seen, and the final state.
 *
 * @param <C> a call
 */
public final class Histories<C> {
  /** Does a call and says what came of it, in words. */
  public interface Doer<C> {
    String call(C call);
  }

  /** What a call does to a plain, sequential thing. */
  public interface Model<C> extends Doer<C> {
    Model<C> copy();

    /** Does a call, and says whether it could have been answered so. */
    default boolean explains(C call, String answer) {
      return call(call).equals(answer);
    }

    /** All of its state, in words. */
    String state();
  }

  /** A call that was made: when it began and ended, on one clock for all threads. */
  private record Done<C>(C call, int began, int ended, String answer) {}

  private final List<List<Done<C>>> threads = new ArrayList<>();

  /** Has each thread make its calls, all threads at once. */
  public Histories(List<? extends Doer<C>> doers, List<List<C>> calls) {
    AtomicInteger clock = new AtomicInteger();
    AtomicInteger ready = new AtomicInteger();
    for (int i = 0; i < calls.size(); i++) {
      threads.add(new ArrayList<>());
    }
    Together.run(calls.size(), index -> {
      ready.incrementAndGet();
      while (ready.get() < calls.size()) {
        Thread.onSpinWait();
      }
      for (C call : calls.get(index)) {
        int began = clock.incrementAndGet();
        String answer = doers.get(index).call(call);
        threads.get(index).add(new Done<>(call, began, clock.incrementAndGet(), answer));
      }
    });
  }

  /** Whether some order explains it, from the model's state to the final one. */
  public boolean isExplainedBy(Model<C> model, String finalState) {
    return explains(model, finalState, new int[threads.size()]);
  }

  private boolean explains(Model<C> model, String finalState, int[] done) {
    int firstEnd = Integer.MAX_VALUE;
    for (int i = 0; i < done.length; i++) {
      if (done[i] < threads.get(i).size()) {
        firstEnd = Math.min(firstEnd, threads.get(i).get(done[i]).ended);
      }
    }
    if (firstEnd == Integer.MAX_VALUE) {
      return model.state().equals(finalState);
    }
    for (int i = 0; i < done.length; i++) {
      if (done[i] < threads.get(i).size() && threads.get(i).get(done[i]).began < firstEnd) {
        Done<C> next = threads.get(i).get(done[i]);
        Model<C> after = model.copy();
        if (after.explains(next.call, next.answer)) {
          done[i]++;
          boolean explained = explains(after, finalState, done);
          done[i]--;
          if (explained) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<Done<C>> thread : threads) {
      text.append(thread).append('\n');
    }
    return text.toString();
  }
}
