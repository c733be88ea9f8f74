package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code exec} as a process: signals, and what the system refuses it. */
@Timeout(60)
class ExecCommandTest {
  @TempDir
  Path folder;

  /** Whoever starts the tests in the background has them ignore ^C, and so all that they start. */
  private static final String HEAR_INTERRUPTS = "heard=; ! env --default-signal=INT true 2>&- || heard='env --default-signal=INT'; ";

  private Process exec(String before, String guest, String... args) throws IOException {
    Files.copy(Path.of("../e2e/guests/" + guest + ".wasm"), folder.resolve("main.wasm"));
    List<String> command = new ArrayList<>(List.of("bash", "-c", HEAR_INTERRUPTS + before + "exec $heard \"$0\" \"$@\"",
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
        "-Dsamovar.classes=" + System.getProperty("samovar.classes"),
        "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        "dev.samovar.jvm.Exec", folder.toString()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectError(folder.resolve("../" + folder.getFileName() + ".err").toFile()).start();
  }

  @Test
  void interruptEndsTheGuest() throws Exception {
    Process yes = exec("", "yes");
    assertEquals('y', yes.getInputStream().read());
    assertEquals(0, new ProcessBuilder("kill", "-INT", String.valueOf(yes.pid())).start().waitFor());
    yes.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertEquals(130, yes.waitFor());
  }

  /** What cannot be written whole is not written at all. */
  @Test
  void aFullDiskLosesNothing() throws Exception {
    Files.writeString(folder.resolve("keep"), "precious");
    // No file may become larger than 64 KiB: that is how a full disk looks to one who writes.
    Process process = exec("ulimit -f 64; ", "try", "--write-back", "truncate:keep", "fill:big");
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(74, process.waitFor(), out);
    assertEquals("precious", Files.readString(folder.resolve("keep")));
    assertFalse(Files.exists(folder.resolve("big")));
    try (var all = Files.list(folder)) {
      assertEquals(2, all.count());
    }
    String said = Files.readString(folder.resolve("../" + folder.getFileName() + ".err"));
    assertTrue(said.contains("Nothing was written back, and nothing was lost"), said);
  }
}
