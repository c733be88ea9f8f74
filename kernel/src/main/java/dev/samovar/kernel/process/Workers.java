package dev.samovar.kernel.process;

/**
 * The machine's threads, as the {@link Scheduler} uses them. A slot's {@code generation} tells one worker in it from
 * the next; what an older one still says is ignored.
 */
public interface Workers {
  /** Starts a worker for a slot. {@link Scheduler#booted} follows. */
  void boot(int slot, int generation);

  /** Lets an idle worker run a module as the process that its slot's thread record names. */
  void run(int slot, int generation, int module);

  /**
   * Lets an idle worker run a further thread of the process whose main thread is in slot {@code main}: the same module,
   * over the same memory. The slot's thread record has its tid and what it starts with.
   */
  void runThread(int slot, int generation, int main);

  /** Ends a worker wherever it is. {@link Scheduler#gone} follows once it is really gone. */
  void terminate(int slot, int generation);

  /** Asks that {@link Scheduler#expire} be called in {@code millis} ms. */
  void alarm(int millis, int pid);
}
