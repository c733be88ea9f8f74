package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code exec} as a process: signals, and what the system refuses it. */
@Timeout(120)
class ExecCommandTest {
  @TempDir
  Path folder;

  /** Whoever starts the tests in the background has them ignore ^C, and so all that they start. */
  private static final String HEAR_INTERRUPTS = "heard=; ! env --default-signal=INT true 2>&- || heard='env --default-signal=INT'; ";

  private Process exec(String before, String guest, String... args) throws IOException {
    if (guest != null) {
      project(guest);
    }
    List<String> command = new ArrayList<>(List.of("bash", "-c", HEAR_INTERRUPTS + before + "exec $heard \"$0\" \"$@\""));
    command.addAll(command(args));
    return new ProcessBuilder(command).redirectError(folder.resolve("../" + folder.getFileName() + ".err").toFile()).start();
  }

  private void project(String guest) throws IOException {
    Files.copy(Path.of("../e2e/guests/" + guest + ".wasm"), folder.resolve("main.wasm"));
  }

  private List<String> command(String... args) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:-UsePerfData", "-XX:TieredStopAtLevel=1",
        "-Dsamovar.classes=" + System.getProperty("samovar.classes"),
        "-Dsamovar.runtimes=" + System.getProperty("samovar.runtimes"),
        "-cp", System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        "dev.samovar.jvm.Exec", folder.toString()));
    command.addAll(List.of(args));
    return command;
  }

  @Test
  void interruptEndsTheGuest() throws Exception {
    Process yes = exec("", "yes");
    assertEquals('y', yes.getInputStream().read());
    assertEquals(0, new ProcessBuilder("kill", "-INT", String.valueOf(yes.pid())).start().waitFor());
    yes.getInputStream().transferTo(OutputStream.nullOutputStream());
    assertEquals(130, yes.waitFor());
  }

  /** As in CI: a server in the background, asked from this machine, ended by a signal. */
  @Test
  void servesOnAPublishedPort() throws Exception {
    for (String file : List.of("package.json", "page.html", "server.js")) {
      Files.copy(Path.of("../examples/js-server", file), folder.resolve(file));
    }
    Process server = exec("", null, "--publish", "0:8000");
    Path said = folder.resolve("../" + folder.getFileName() + ".err");
    Matcher published = Pattern.compile("http://127[^ ]*/\n").matcher("");
    while (!published.reset(Files.readString(said)).find()) {
      assertTrue(server.isAlive(), () -> "it ended: " + published);
      Thread.onSpinWait();
    }
    // Until it listens, connections are closed.
    server.inputReader(StandardCharsets.UTF_8).readLine();
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest cup = HttpRequest.newBuilder(URI.create(published.group().strip() + "api/cups")).build();
    HttpResponse<String> answer = client.send(cup, HttpResponse.BodyHandlers.ofString());
    assertEquals("200 {}", answer.statusCode() + " " + answer.body().strip());
    server.destroy();
    assertEquals(143, server.waitFor());
  }

  /** Pressed once it is the program's, which may ignore it; twice it is ours. */
  @Test
  void theSecondInterruptEndsTheHost() throws Exception {
    Files.writeString(folder.resolve("main.js"), """
        require('fs').writeFileSync('/proc/self/ctl', 'ignore SIGINT');
        console.log('deaf');
        setInterval(() => {}, 1000);
        """);
    Process deaf = exec("", null);
    assertEquals('d', deaf.getInputStream().read());
    do {
      new ProcessBuilder("kill", "-INT", String.valueOf(deaf.pid())).start().waitFor();
    } while (!deaf.waitFor(100, TimeUnit.MILLISECONDS));
    assertEquals(130, deaf.exitValue());
  }

  /** In a terminal: its size, its modes, its keys; afterwards it is as it was. */
  @Test
  void aTerminalIsTheProgramsForAsLongAsItRuns() throws Exception {
    project("term");
    if (new ProcessBuilder("script", "-qec", "true", "/dev/null").start().waitFor() != 0) {
      // A machine without pseudo-terminals (a chroot without devpts): a program is told that it has none.
      Process process = exec("", null, "--", "isatty");
      assertEquals("isatty 0 0 0\n", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(0, process.waitFor());
      return;
    }
    Path script = folder.resolve("../" + folder.getFileName() + ".sh");
    Files.writeString(script, HEAR_INTERRUPTS + "stty rows 33 cols 99; tty; stty -g; $heard \"$@\"; echo \"status $?\"; stty -g\n");
    List<String> words = new ArrayList<>(List.of("bash", script.toString()));
    words.addAll(command("--", "isatty", "size", "raw", "line"));
    for (int i = 0; i < 200; i++) {
      words.addAll(List.of("size", "line"));
    }
    String quoted = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    Process process = new ProcessBuilder("script", "-qec", quoted, "/dev/null").redirectErrorStream(true).start();
    BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
    OutputStream keys = process.getOutputStream();
    final String device = lines.readLine();
    final String settings = lines.readLine();
    expect(lines, "isatty 1 1 1");
    expect(lines, "size 99 x 33");
    expect(lines, "raw");
    type(keys, "a\003q");
    expect(lines, "key 61");
    expect(lines, "key 03");
    expect(lines, "key 71");
    assertEquals(0, new ProcessBuilder("stty", "-F", device, "rows", "44", "cols", "111").start().waitFor());
    type(keys, "\r");
    for (String line = lines.readLine(); !line.equals("size 111 x 44"); line = lines.readLine()) {
      if (line.startsWith("size")) {
        type(keys, "\r");
      }
    }
    type(keys, "\003");
    expect(lines, "^Cstatus 130");
    expect(lines, settings);
    keys.close();
    assertEquals(0, process.waitFor());
  }

  private static void type(OutputStream keys, String what) throws IOException {
    keys.write(what.getBytes(StandardCharsets.UTF_8));
    keys.flush();
  }

  /** Reads on until a line. */
  private static void expect(BufferedReader lines, String wanted) throws IOException {
    StringBuilder before = new StringBuilder();
    for (String line = lines.readLine(); !wanted.equals(line); line = lines.readLine()) {
      assertNotNull(line, "no line \"" + wanted + "\" in:\n" + before);
      before.append(line).append('\n');
    }
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
