package dev.samovar.kernel.capability;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.Errno;
import dev.samovar.kernel.Kernel;
import dev.samovar.kernel.Machine;
import dev.samovar.kernel.Together;
import dev.samovar.kernel.memory.Arena;
import dev.samovar.kernel.process.Processes;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AuditTest {
  private final Machine machine = new Machine(16);
  private final Kernel kernel = machine.kernel;
  private final int entry = kernel.arena + Arena.BYTES;

  private static void note(Kernel kernel, int pid, String target) {
    byte[] bytes = target.getBytes(StandardCharsets.UTF_8);
    int at = kernel.arena + Arena.PATH;
    for (int i = 0; i < bytes.length; i++) {
      kernel.memory.putByte(at + i, bytes[i]);
    }
    kernel.audit.note(pid, AuditedCall.CONNECT, Errno.ENOTCAPABLE, at, bytes.length);
  }

  private String target() {
    byte[] bytes = new byte[kernel.memory.getInt(entry + 20)];
    machine.memory.read(entry + 24, bytes, 0, bytes.length);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void anEntrySaysWhoAndWhat() {
    note(kernel, 7, "evil.example:80");
    assertEquals(1, kernel.audit.count());
    assertTrue(kernel.audit.copy(0, entry));
    assertTrue(kernel.memory.getLong(entry) > 1_000_000_000_000_000_000L);
    assertEquals(7, kernel.memory.getInt(entry + 8));
    assertEquals("connect", AuditedCall.nameOf(kernel.memory.getInt(entry + 12)));
    assertEquals(Errno.ENOTCAPABLE, kernel.memory.getInt(entry + 16));
    assertEquals("evil.example:80", target());
    int watch = kernel.watches.take();
    assertEquals(Processes.WATCH_AUDIT, kernel.watches.kind(watch));
    assertFalse(kernel.audit.copy(1, entry));
    assertFalse(kernel.audit.copy(-1, entry));
  }

  @Test
  void theRingKeepsTheLast() {
    for (int i = 0; i < 1000; i++) {
      note(kernel, i, "x".repeat(500) + i);
    }
    assertEquals(1000, kernel.audit.count());
    assertFalse(kernel.audit.copy(1000 - Audit.SIZE - 1, entry));
    for (int i = 1000 - Audit.SIZE; i < 1000; i++) {
      assertTrue(kernel.audit.copy(i, entry));
      assertEquals(i, kernel.memory.getInt(entry + 8));
      assertEquals("x".repeat(Audit.TARGET_MAX), target());
    }
  }

  @Test
  void manyNoteAtOnce() {
    Kernel[] workers = machine.workers(4);
    Together.run(4, index -> {
      for (int i = 0; i < 2_000; i++) {
        note(workers[index], index, "of " + index);
      }
    });
    assertEquals(8_000, kernel.audit.count());
    for (long i = 8_000 - Audit.SIZE; i < 8_000; i++) {
      assertTrue(kernel.audit.copy(i, entry));
      assertEquals("of " + kernel.memory.getInt(entry + 8), target());
    }
  }
}
