package dev.samovar.kernel;

import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.host.KernelMemory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.function.IntToLongFunction;

/** Memories that make rare mishaps frequent. */
public final class TestMemory {
  /** One access in so many gives the turn away. */
  private static final int YIELD = 64;
  /** One access in so many waits until others have finished a few operations. */
  private static final int PAUSE = 2048;
  private static final long PAUSE_NANOS = 50_000;

  private TestMemory() {}

  /** No sleep in it ends by time: a wake-up that is lost stays lost, and the test hangs. */
  public static KernelMemory patient(JvmMemory memory) {
    return over(memory, address -> 0);
  }

  /** A {@link #patient} one where a thread may lose its turn before any access. */
  public static KernelMemory nervous(JvmMemory memory) {
    return over(memory, address -> {
      int chance = ThreadLocalRandom.current().nextInt();
      if (chance % YIELD == 0) {
        Thread.yield();
      }
      return chance % PAUSE == 0 ? PAUSE_NANOS : 0;
    });
  }

  /** A {@link #patient} one where a thread often halts before an access to certain addresses. */
  public static KernelMemory haltingAt(JvmMemory memory, IntPredicate addresses) {
    return over(memory, address ->
        addresses.test(address) && ThreadLocalRandom.current().nextInt(4) == 0 ? PAUSE_NANOS : 0);
  }

  private static KernelMemory over(JvmMemory memory, IntToLongFunction pause) {
    return (KernelMemory) Proxy.newProxyInstance(KernelMemory.class.getClassLoader(),
        new Class<?>[] {KernelMemory.class}, (proxy, method, arguments) -> {
          if (method.getName().equals("await")) {
            arguments[2] = -1L;
          }
          long nanos = arguments == null ? 0 : pause.applyAsLong((int) arguments[0]);
          if (nanos != 0) {
            LockSupport.parkNanos(nanos);
          }
          try {
            return method.invoke(memory, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
