package dev.samovar.kernel;

import dev.samovar.kernel.host.JvmMemory;
import dev.samovar.kernel.host.KernelMemory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A memory at which a thread may lose its turn before any access: what happens between two instructions once in a
 * million runs happens here all the time.
 */
final class NervousMemory {
  /** One access in so many gives the turn away. */
  private static final int YIELD = 64;
  /** One access in so many is long enough for others to finish a few operations. */
  private static final int PAUSE = 2048;
  private static final long PAUSE_NANOS = 50_000;

  private NervousMemory() {}

  static KernelMemory over(JvmMemory memory) {
    return (KernelMemory) Proxy.newProxyInstance(KernelMemory.class.getClassLoader(),
        new Class<?>[] {KernelMemory.class}, (proxy, method, arguments) -> {
          int chance = ThreadLocalRandom.current().nextInt();
          if (chance % PAUSE == 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
          } else if (chance % YIELD == 0) {
            Thread.yield();
          }
          try {
            return method.invoke(memory, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }
}
