package dev.samovar.jvm;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Hears about work that takes a while, a sentence at a time, from any thread. */
public interface Progress {
  /** Nobody listens. */
  Progress NONE = sentence -> { };

  void say(String sentence);

  /**
   * Does some work. If that takes more than a second it says so: what, every few seconds how long by now, and at the end.
   *
   * @param what such as {@code Compiling hello.wasm for the JVM}
   */
  default <T> T during(String what, Supplier<T> work) {
    if (this == NONE) {
      return work.get();
    }
    CountDownLatch done = new CountDownLatch(1);
    long started = System.nanoTime();
    Thread teller = new Thread(() -> {
      try {
        for (int pause = 1; !done.await(pause, TimeUnit.SECONDS); pause = 5) {
          say(what + " (once; it is kept)… " + seconds(started) + " s");
        }
      } catch (InterruptedException e) {
        // Nobody interrupts it.
      }
    }, "samovar-progress");
    teller.setDaemon(true);
    teller.start();
    try {
      return work.get();
    } finally {
      done.countDown();
      if (seconds(started) > 0) {
        say(what + ": done after " + seconds(started) + " s");
      }
    }
  }

  private static long seconds(long since) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - since);
  }
}
