package dev.samovar.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs several threads at once and waits for all, but not for ever: what hangs shows where. */
public final class Together {
  private static final int PATIENCE_SECONDS = 30;

  private Together() {}

  /** What one of the threads does. */
  public interface Body {
    void run(int index) throws Exception;
  }

  /** Runs {@code body} on {@code count} threads. Fails with the first thread that does, or with all stacks. */
  public static void run(int count, Body body) {
    BlockingQueue<Optional<Throwable>> ends = new LinkedBlockingQueue<>();
    for (int i = 0; i < count; i++) {
      int index = i;
      start("together-" + i, () -> {
        Throwable failure = null;
        try {
          body.run(index);
        } catch (Throwable t) {
          failure = t;
        }
        ends.add(Optional.ofNullable(failure));
      });
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    for (int i = 0; i < count; i++) {
      Optional<Throwable> end;
      try {
        end = ends.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError("interrupted; " + stacks(), e);
      }
      if (end == null) {
        throw new AssertionError((count - i) + " of " + count + " threads hang; " + stacks());
      }
      if (end.isPresent()) {
        throw new AssertionError("a thread failed: " + end.get(), end.get());
      }
    }
  }

  /** Starts a thread that does not keep the JVM alive. */
  public static Thread start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Waits until something holds. */
  public static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain: " + what + "; " + stacks());
      }
      Thread.yield();
    }
  }

  /** Where all threads are. */
  public static String stacks() {
    StringBuilder text = new StringBuilder("stacks:\n");
    for (Map.Entry<Thread, StackTraceElement[]> entry : Thread.getAllStackTraces().entrySet()) {
      if (entry.getValue().length > 0 && entry.getKey().isDaemon()) {
        text.append(entry.getKey()).append('\n');
        for (StackTraceElement element : entry.getValue()) {
          text.append("    ").append(element).append('\n');
        }
      }
    }
    return text.toString();
  }
}
