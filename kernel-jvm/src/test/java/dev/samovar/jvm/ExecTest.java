package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.protocol.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code exec}. */
@Timeout(240)
class ExecTest {
  private static final Path EXAMPLES = Path.of("../examples");
  private static final Path GUESTS = Path.of("../e2e/guests");

  @TempDir
  Path folder;

  /** How it ended, and what it wrote. */
  private record Ended(int status, String out, String err) {}

  private static Ended exec(String... args) {
    return execReading("", args);
  }

  private static Ended execReading(String input, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = new Exec(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), out, err)
        .run(List.of(args), false);
    return new Ended(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** A project of one guest. */
  private Path project(String guest) throws IOException {
    Files.copy(GUESTS.resolve(guest + ".wasm"), folder.resolve("main.wasm"));
    return folder;
  }

  private static String last(String lines) {
    return lines.stripTrailing().substring(lines.stripTrailing().lastIndexOf('\n') + 1);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "examples.csv", delimiter = '|', quoteCharacter = '`')
  void runsTheExamples(String example, String lastLine, String file, String part) throws IOException {
    Path project = folder.resolve(example);
    try (Stream<Path> all = Files.walk(EXAMPLES.resolve(example))) {
      for (Path from : (Iterable<Path>) all::iterator) {
        Files.copy(from, project.resolve(EXAMPLES.resolve(example).relativize(from)));
      }
    }
    // Of Python the version that is fetched, not built.
    Ended ended = exec("--write-back", "--runtime", example.startsWith("python") ? "python@3.12" : "", project.toString());
    assertEquals(0, ended.status, ended.err);
    assertEquals(lastLine, last(ended.out));
    String text = Files.readString(project.resolve(file));
    assertTrue(text.contains(part), text);
  }

  @Test
  void givesArgumentsEnvironmentAndInput() throws IOException {
    Path project = project("env");
    Ended ended = exec("--env", "X=1", project.toString(), "--env=Y=two words", "a", "--env", "-b");
    assertEquals(0, ended.status, ended.err);
    assertTrue(ended.out.contains("X=1\n") && ended.out.contains("Y=two words\n") && ended.out.contains("USER=samovar\n"), ended.out);
    Files.copy(GUESTS.resolve("cat.wasm"), project.resolve("main.wasm"), StandardCopyOption.REPLACE_EXISTING);
    assertEquals("good\nday\n", execReading("good\nday\n", project.toString()).out);
  }

  /** The sentences are the page's. */
  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      loop  |          | cpu=0.3       | 152 | its limit of 0.300 s of CPU time (limits.cpuSeconds) was reached
      loop  |          | wall=0.3      | 142 | its limit of 0.300 s of time (limits.wallSeconds) was reached
      try   | memory exit:3 | memory=16MiB  | 3   | its memory limit of 16 MiB (limits.memory) was reached
      yes   |          | output=10000  | 153 | its limit of 10000 bytes of output (limits.outputBytes) was reached
      try   | clock    | memory=64KiB  | 126 | of memory to begin with, more than its limit of 64 KiB (limits.memory)
      """)
  void endsWhatTakesTooMuch(String guest, String arguments, String limit, int status, String sentence) throws IOException {
    List<String> args = new ArrayList<>(List.of("--limit", limit, project(guest).toString()));
    if (arguments != null) {
      args.addAll(List.of(arguments.split(" ")));
    }
    Ended ended = exec(args.toArray(String[]::new));
    assertTrue(ended.err.endsWith(sentence + "\n"), ended.err);
    assertEquals(status, ended.status);
  }

  /** What a program is told, and can go on from. */
  @Test
  void refusesWhatIsTooMuch() throws IOException {
    Ended ended = exec("--limit", "filesize=5000,files=20", project("try").toString(), "fill:a", "open:/dev/null");
    assertEquals("5000 EFBIG\n20 EMFILE\n", ended.out, ended.err);
    ended = exec("--limit=disk=40KiB", folder.toString(), "fill:a", "fill:b");
    assertTrue(ended.out.matches("\\d+ EDQUOT\n0 EDQUOT\n"), ended.out + ended.err);
    Files.copy(GUESTS.resolve("spawner.wasm"), folder.resolve("main.wasm"), StandardCopyOption.REPLACE_EXISTING);
    ended = exec("--limit", "processes=1", folder.toString(), "{\"program\": \"./main.wasm\"}");
    assertTrue(ended.out.contains("EAGAIN"), ended.out + ended.err);
  }

  /** A server here, a client there, in two OSs that know nothing of each other but a port of this machine. */
  @Test
  void publishesAndConnectsAsItIsTold() throws Exception {
    String project = project("tcp").toString();
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Thread server = new Thread(() -> new Exec(InputStream.nullInputStream(), OutputStream.nullOutputStream(), said)
        .run(List.of(project, "--publish", "0:8000", "echo", "8000"), false));
    server.setDaemon(true);
    server.start();
    Matcher published = Pattern.compile("samovar: port 8000 is at http://127\\.0\\.0\\.1:(\\d+)/").matcher("");
    while (!published.reset(said.toString(StandardCharsets.UTF_8)).find()) {
      Thread.onSpinWait();
    }
    Ended taken = exec(project, "--publish", published.group(1) + ":8000", "echo", "8000");
    assertEquals(126, taken.status);
    assertTrue(taken.err.contains("publish: port " + published.group(1) + " of this machine cannot be opened"), taken.err);
    // A name of this machine that is none of the OS.
    String port = published.group(1);
    Ended refused = exec(project, "ask", port, "good day", "127.1");
    assertEquals(1, refused.status);
    assertTrue(refused.err.contains("a connection to 127.1:" + port + " was refused: --allow connect=127.1:" + port
        + " grants it"), refused.err);
    Ended other = exec("--allow", "connect=127.1:1", project, "ask", port, "good day", "127.1");
    assertTrue(other.err.contains("--allow connect=127.1:" + port), other.err);
    Ended answered = exec("--allow", "connect=127.1:" + port, project, "ask", port, "good day", "127.1");
    while (answered.status != 0) {      // It does not listen yet.
      answered = exec("--allow", "connect=127.1:" + port, project, "ask", port, "good day", "127.1");
    }
    assertEquals("good day", answered.out);
  }

  @Test
  void runsManyAtOnce() throws Exception {
    ExecutorService all = Executors.newFixedThreadPool(20);
    try {
      List<Future<Ended>> runs = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        String argument = String.valueOf(i);
        runs.add(all.submit(() -> exec(EXAMPLES.resolve("c-hello").toString(), argument)));
      }
      for (int i = 0; i < 20; i++) {
        Ended ended = runs.get(i).get();
        assertEquals(i, ended.status, ended.err);
        assertTrue(ended.out.contains("argv[1]=" + i + "\n"), ended.out);
      }
    } finally {
      all.shutdownNow();
    }
  }

  @Test
  void saysWhyARuntimeIsNotThere() throws Exception {
    Files.writeString(folder.resolve("main.py"), "print(1)");
    Ended unknown = exec("--runtime", "python@2.7", folder.toString());
    assertEquals(126, unknown.status);
    assertTrue(unknown.err.contains("there is no runtime python@2.7"), unknown.err);
    Path site = Files.createDirectory(folder.resolve("site"));
    Files.writeString(site.resolve("manifest.json"), """
        {"runtimes": [{"name": "CPython", "language": "python", "version": "3.9", "commands": ["python"],
          "extensions": [".py"], "file": "abc.wasm", "sha256": "abc", "mounts": []}]}
        """);
    Files.writeString(site.resolve("unavailable.json"), "{\"abc\": \"it was not to be had.\"}");
    try (Samovar os = Samovar.boot(64, Runtimes.in(site), ClassCache.NONE, Progress.NONE)) {
      OsProcess.Result result = os.spawn("python", List.of(), SpawnOptions.DEFAULT).result();
      assertEquals(126, result.status());
      String said = new String(result.stderr(), StandardCharsets.UTF_8);
      assertTrue(said.contains("it was not to be had."), said);
      Files.writeString(site.resolve("abc.wasm"), "not the one");
      said = new String(os.spawn("python", List.of(), SpawnOptions.DEFAULT).result().stderr(), StandardCharsets.UTF_8);
      assertTrue(said.contains("the SHA-256 of"), said);
    }
  }

  @Test
  void tellsMachinesEverything() throws Exception {
    Ended ended = exec("--json", EXAMPLES.resolve("c-hello").toString(), "7");
    Map<String, Object> report = Json.parseObject(ended.out);
    assertEquals(7, ended.status);
    assertEquals(7.0, report.get("status"));
    assertEquals("c", report.get("language"));
    assertTrue(((String) report.get("stdout")).contains("argv[1]=7"), ended.out);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertEquals(2, exec().status);
    assertEquals(2, exec(folder.resolve("nowhere").toString()).status);
    assertEquals(2, exec("--limit", "memory=lots", folder.toString()).status);
    assertEquals(2, exec("--nonsense", folder.toString()).status);
    Ended nothing = exec(folder.toString());
    assertEquals(126, nothing.status);
    assertTrue(nothing.err.contains("samovar.json"), nothing.err);
    Files.writeString(folder.resolve("main.wasm"), "text");
    Ended wrong = exec(folder.toString());
    assertEquals(126, wrong.status);
    assertTrue(wrong.err.contains("neither a WebAssembly program"), wrong.err);
  }

  @Test
  void leavesTheProjectAloneUnlessItIsTold() throws IOException {
    Path project = folder.resolve("c");
    Files.createDirectory(project);
    for (String file : List.of("hello.wasm", "greeting.txt")) {
      Files.copy(EXAMPLES.resolve("c-hello").resolve(file), project.resolve(file));
    }
    assertEquals(0, exec(project.toString()).status);
    assertFalse(Files.exists(project.resolve("result.txt")));
    assertEquals(0, exec(project.toString(), "--write-back").status);
    assertTrue(Files.readString(project.resolve("result.txt")).startsWith("greeting.txt: "));
    try (var all = Files.list(project)) {
      assertEquals(3, all.count(), "nothing is left beside");
    }
  }

  /** A link out of the project is not there, inside or when it is written back. */
  @Test
  void staysInside() throws IOException {
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    Path project = Files.createDirectory(folder.resolve("project"));
    Files.createSymbolicLink(project.resolve("etc"), Path.of("/etc"));
    Files.createSymbolicLink(project.resolve("out"), Path.of("../outside"));
    Files.writeString(project.resolve("a"), "a");
    Files.createSymbolicLink(project.resolve("b"), Path.of("a"));
    try (Samovar os = Samovar.boot(64)) {
      ProjectCopy copy = ProjectCopy.of(project, os.files(), "/work/p");
      assertEquals(List.of("etc", "out"), copy.skipped());
      assertEquals("a", os.files().readSymlink("/work/p/b"));
      // What a guest could do to lead the copy out.
      os.files().makeDirectories("/work/p/out");
      os.files().write("/work/p/out/planted", new byte[1]);
      os.files().symlink("/etc/passwd", "/work/p/link");
      os.files().symlink("../../x", "/work/p/up");
      os.files().write("/work/p/new", "n".getBytes(StandardCharsets.UTF_8));
      Files.writeString(project.resolve("later"), "mine");
      os.files().write("/work/p/later", "theirs".getBytes(StandardCharsets.UTF_8));
      ProjectCopy.Written written = copy.writeBack();
      assertEquals(List.of("new"), written.changed());
      assertEquals(5, written.problems().size(), written.problems().toString());
    }
    assertFalse(Files.exists(outside.resolve("planted")));
    assertFalse(Files.exists(project.resolve("link"), LinkOption.NOFOLLOW_LINKS));
    assertEquals("mine", Files.readString(project.resolve("later")));
    assertTrue(Files.isSymbolicLink(project.resolve("out")));
  }

  @Test
  void keepsCompiledClassesOnceAndMakesDamagedOnesAnew() throws Exception {
    byte[] bytes = Files.readAllBytes(GUESTS.resolve("cat.wasm"));
    ClassCache cache = ClassCache.in(folder);
    Program.of(bytes, "cat", cache, Progress.NONE);
    Path entry;
    try (var all = Files.list(folder)) {
      entry = all.filter(path -> path.toString().endsWith(".classes")).findFirst().orElseThrow();
    }
    byte[] good = Files.readAllBytes(entry);
    for (int at : new int[] {0, 9, 40, good.length - 1}) {
      byte[] damaged = good.clone();
      damaged[at] ^= 1;
      Files.write(entry, damaged);
      Program.of(bytes, "cat", cache, Progress.NONE);
      assertArrayEquals(good, Files.readAllBytes(entry), "damaged at " + at);
    }
    Files.write(entry, new byte[5]);
    Program again = Program.of(bytes, "cat", cache, Progress.NONE);
    assertArrayEquals(good, Files.readAllBytes(entry));
    try (Samovar os = Samovar.boot(64)) {
      assertEquals(0, os.spawn(again, List.of()).result().status());
    }
  }
}
