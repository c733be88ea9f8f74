package dev.samovar.web;

import dev.samovar.kernel.process.Workers;
import org.teavm.interop.Import;

/** {@link Workers} as the script of the kernel worker has them. */
final class WebWorkers implements Workers {
  @Override
  public void boot(int slot, int generation) {
    bootWorker(slot, generation);
  }

  @Override
  public void run(int slot, int generation, int module) {
    runWorker(slot, generation, module);
  }

  @Override
  public void runThread(int slot, int generation, int main) {
    runThreadOn(slot, generation, main);
  }

  @Override
  public void terminate(int slot, int generation) {
    terminateWorker(slot, generation);
  }

  @Override
  public void alarm(int millis, int pid) {
    setAlarm(millis, pid);
  }

  @Import(module = "workers", name = "boot")
  private static native void bootWorker(int slot, int generation);

  @Import(module = "workers", name = "run")
  private static native void runWorker(int slot, int generation, int module);

  @Import(module = "workers", name = "run_thread")
  private static native void runThreadOn(int slot, int generation, int main);

  @Import(module = "workers", name = "terminate")
  private static native void terminateWorker(int slot, int generation);

  @Import(module = "workers", name = "alarm")
  private static native void setAlarm(int millis, int pid);
}
