package dev.samovar.kernel;

import dev.samovar.kernel.host.KernelMemory;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.memory.Finding;
import dev.samovar.kernel.memory.Ledger;
import dev.samovar.kernel.memory.WaitQueue;
import dev.samovar.kernel.process.Scheduler;
import java.util.List;

/**
 * Walks every structure of the kernel and lists what is inconsistent. All threads are kept out of the kernel meanwhile,
 * so that a busy system is checked as exactly as a quiet one. How a record kind becomes part of it stands at
 * {@link Ledger}.
 */
public final class Check {
  /** A walk that finds something is made again: what is only on its way is elsewhere by then. */
  private static final int WALKS = 3;
  private static final long NAP_NANOS = 1_000_000;

  private final Kernel kernel;
  private final Scheduler scheduler;
  private final Owner other;

  /** Somebody above the kernel who owns memory or holds records of it. */
  public interface Owner {
    /** Claims what is its own. */
    void check(Ledger ledger);
  }

  /**
   * @param scheduler the kernel worker's
   * @param other what the layer above owns
   */
  public Check(Kernel kernel, Scheduler scheduler, Owner other) {
    this.kernel = kernel;
    this.scheduler = scheduler;
    this.other = other;
  }

  /** What is inconsistent; nothing if all is well. For the kernel worker, which then has to look at its doorbell. */
  public List<Finding> run() {
    List<Finding> findings = walkHeld();
    for (int i = 1; i < WALKS && !findings.isEmpty(); i++) {
      nap();
      findings = walkHeld();
    }
    return findings;
  }

  private List<Finding> walkHeld() {
    if (!kernel.process.holdAll()) {
      Ledger ledger = new Ledger(kernel.memory);
      ledger.report("busy", "kernel", "could not be checked: a thread did not leave it. Try again.");
      return ledger.findings();
    }
    try {
      return walk();
    } finally {
      kernel.process.letGo();
    }
  }

  private void nap() {
    KernelMemory memory = kernel.memory;
    memory.await(kernel.arena, memory.getIntVolatile(kernel.arena), NAP_NANOS);
  }

  /** The pages first, since all else is looked up there; records last, once all owners have claimed theirs. */
  private List<Finding> walk() {
    Ledger ledger = new Ledger(kernel.memory);
    kernel.pages.check(ledger);
    ledger.run(kernel.arena, Arena.ORDER, "arena");
    other.check(ledger);
    kernel.process.check(ledger);
    scheduler.check(ledger);
    kernel.audit.check(ledger);
    kernel.openFiles.check(ledger);
    kernel.process.checkHolds(ledger);
    kernel.files.check(ledger);
    kernel.sockets.check(ledger);
    kernel.terminals.check(ledger);
    kernel.pipes.check(ledger);
    kernel.watches.check(ledger);
    WaitQueue.check(kernel.memory, ledger);
    kernel.slabs.check(ledger);
    return ledger.findings();
  }
}
