package dev.samovar.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.memory.Finding;
import java.util.List;
import java.util.function.Supplier;

/** Damages words of a kernel, one at a time, and sees what a check says; puts them right again afterwards. */
public final class Damage {
  private final Kernel kernel;
  private final Supplier<List<Finding>> check;

  public Damage(Kernel kernel, Supplier<List<Finding>> check) {
    this.kernel = kernel;
    this.check = check;
  }

  /** With another value at an address, the check names this kind of inconsistency. */
  public void names(String what, int address, int value) {
    assertEquals(List.of(), check.get(), "before " + what);
    int before = kernel.memory.getInt(address);
    kernel.memory.putInt(address, value);
    List<Finding> findings = check.get();
    kernel.memory.putInt(address, before);
    assertTrue(findings.stream().anyMatch(finding -> finding.what.equals(what)), what + " is not among " + findings);
    assertEquals(List.of(), check.get(), "after " + what);
  }

  /** As {@link #names}, with what is there and {@code delta}. */
  public void namesMore(String what, int address, int delta) {
    names(what, address, kernel.memory.getInt(address) + delta);
  }
}
