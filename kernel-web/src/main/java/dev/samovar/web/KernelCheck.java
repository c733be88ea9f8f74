package dev.samovar.web;

import dev.samovar.kernel.Check;
import dev.samovar.kernel.Errno;
import dev.samovar.kernel.memory.Finding;
import dev.samovar.kernel.memory.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.teavm.interop.Export;

/** {@code os.check()}: the kernel's own walk, and what the kernel worker owns besides. */
final class KernelCheck {
  private KernelCheck() {}

  /** Stages what, where and message of each inconsistency, each ended by a NUL. Answers their bytes. */
  @Export(name = "kernel_check")
  public static int run() {
    List<String> texts = new ArrayList<>();
    for (Finding finding : new Check(KernelWorker.kernel(), KernelWorker.scheduler(), KernelCheck::own).run()) {
      texts.add(finding.what);
      texts.add(finding.where);
      texts.add(finding.message);
    }
    return texts.isEmpty() ? 0 : Programs.stage(texts);
  }

  /** Where a process is at this moment, one of Whereabouts; for tests that strike at it. */
  @Export(name = "kernel_whereabouts")
  public static int whereabouts(int pid) {
    int process = KernelWorker.kernel().process.processes.find(pid);
    return process == 0 ? -Errno.ESRCH : KernelWorker.kernel().process.whereabouts.of(process);
  }

  private static void own(Ledger ledger) {
    KernelWorker.checkStaging(ledger);
    FileOperations.checkOpen(ledger);
    Peers.checkHeld(ledger);
    Relay.checkBuffer(ledger);
  }
}
