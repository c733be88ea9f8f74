package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.kernel.process.Signals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An OS on the JVM, with the guests that also run in the browser. */
@Timeout(60)
class SamovarTest {
  private final Samovar os = Samovar.boot(64);

  @AfterEach
  void close() {
    os.close();
  }

  private static Program guest(String name) throws IOException {
    return Program.of(Files.readAllBytes(Path.of("../e2e/guests/" + name + ".wasm")), name);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "rust", "go"})
  void runsTheExamples(String language) throws Exception {
    Path example = Path.of("../examples", language + "-hello");
    os.files().makeDirectories("/work/hello");
    os.files().write("/work/hello/greeting.txt", bytes("good day\n"));
    Program program = Program.of(Files.readAllBytes(example.resolve("hello.wasm")), "hello.wasm");
    OsProcess.Result result = os.spawn(program, List.of("7"), SpawnOptions.DEFAULT.in("/work/hello")).result();
    assertEquals(7, result.status());
    assertTrue(text(result.stdout()).contains("argv[1]=7\nUSER=samovar\ngood day\n"), text(result.stdout()));
    assertEquals("greeting.txt: 9 bytes, 2 words\n", text(os.files().read("/work/hello/result.txt")));
  }

  @Test
  void givesExactlyTheArgumentsAndTheEnvironment() throws Exception {
    OsProcess.Result result = os.spawn(guest("env"), List.of("a", "two words", ""),
        SpawnOptions.DEFAULT.calledAs("me").withEnv(Map.of("X", "é=1"))).result();
    assertEquals(0, result.status(), text(result.stderr()));
    assertTrue(text(result.stdout()).contains("X=é=1"), text(result.stdout()));
  }

  @Test
  void feedsAndReadsPipes() throws Exception {
    byte[] much = new byte[3 << 20];
    for (int i = 0; i < much.length; i++) {
      much[i] = (byte) (i * 31 >> 3);
    }
    OsProcess.Result result = os.spawn(guest("cat"), List.of(), SpawnOptions.DEFAULT.reading(much)).result();
    assertEquals(0, result.status());
    assertArrayEquals(much, result.stdout());
  }

  @Test
  void talksToAProcess() throws Exception {
    OsProcess cat = os.spawn(guest("cat"), List.of(), SpawnOptions.DEFAULT.withOpenStdin());
    cat.stdin().write(bytes("one"));
    assertEquals("one", text(cat.stdout().readNBytes(3)));
    cat.stdin().write(bytes("two"));
    assertEquals("two", text(cat.stdout().readNBytes(3)));
    cat.stdin().close();
    assertEquals(-1, cat.stdout().read());
    assertEquals(0, cat.waitFor());
  }

  @Test
  void tellsHowAProcessEnded() throws Exception {
    OsProcess.Result trapped = os.spawn(guest("trap"), List.of(), SpawnOptions.DEFAULT.calledAs("t")).result();
    assertEquals(134, trapped.status());
    assertTrue(text(trapped.stderr()).startsWith("samovar: t: trapped: "), text(trapped.stderr()));

    OsProcess.Result overflowed = os.spawn(guest("recurse"), List.of()).result();
    assertEquals(134, overflowed.status());
    assertTrue(text(overflowed.stderr()).contains("stack overflow"), text(overflowed.stderr()));

    OsProcess loop = os.spawn(guest("loop"), List.of());
    loop.signal(Signals.SIGKILL);
    assertEquals(137, loop.waitFor());

    OsProcess sleeper = os.spawn(guest("cat"), List.of(), SpawnOptions.DEFAULT.withOpenStdin());
    sleeper.signal(Signals.SIGTERM);
    assertEquals(143, sleeper.waitFor());
  }

  /** System calls at every depth of the stack, until it overflows: never inside the kernel. */
  @Test
  void neverOverflowsWithALockHeld() throws Exception {
    for (int i = 0; i < 5; i++) {
      OsProcess.Result result = os.spawn(guest("recurse-call"), List.of("/work/file")).result();
      assertEquals(134, result.status(), text(result.stderr()));
      assertTrue(text(result.stderr()).contains("stack overflow"), text(result.stderr()));
    }
    os.files().write("/work/still-here", bytes("yes"));
    assertEquals("yes", text(os.files().read("/work/still-here")));
  }

  @Test
  void runsManyAtOnce() throws Exception {
    Program cat = guest("cat");
    List<OsProcess> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(os.spawn(cat, List.of(), SpawnOptions.DEFAULT.reading(bytes("number " + i))));
    }
    for (int i = 0; i < all.size(); i++) {
      assertEquals("number " + i, text(all.get(i).result().stdout()));
    }
  }

  @Test
  void saysWhyAProgramCannotRun() throws Exception {
    assertTrue(assertThrows(IllegalArgumentException.class, () -> Program.of(bytes("hello"), "x")).getMessage()
        .contains("x: not a WebAssembly program"));
    assertTrue(assertThrows(IllegalArgumentException.class, () -> guest("unknown-import")).getMessage()
        .contains("which Samovar does not provide"));
    assertEquals("ENOENT", assertThrows(OsException.class,
        () -> os.spawn(guest("cat"), List.of(), SpawnOptions.DEFAULT.in("/nowhere"))).code());
  }

  @ParameterizedTest
  @CsvSource({"read, 20000 records", "churn, 0 wrong"})
  void runsThreads(String what, String says) throws Exception {
    OsProcess.Result result = os.spawn(guest("threads"), List.of(what)).result();
    assertEquals(says + "\n", text(result.stdout()), text(result.stderr()));
    assertEquals(0, result.status());
  }

  @Test
  void letsProcessesStartOthers() throws Exception {
    for (String name : List.of("spawner", "cat", "env")) {
      os.files().write("/work/" + name + ".wasm", Files.readAllBytes(Path.of("../e2e/guests/" + name + ".wasm")));
    }
    SpawnOptions options = SpawnOptions.DEFAULT.withEnv(Map.of("A", "1"));
    assertEquals("started\nthrough a child\n0\n", text(os.spawn("./spawner.wasm",
        List.of("{\"program\": \"./cat.wasm\", \"stdin\": \"pipe\", \"stdout\": \"pipe\"}", "through a child\n"), options)
        .result().stdout()));
    assertEquals("started\nargv[0]=/work/env.wasm\nA=1\n0\n", text(os.spawn("./spawner.wasm",
        List.of("{\"program\": \"/work/env.wasm\", \"stdout\": \"pipe\"}"), options).result().stdout()));
    OsProcess.Result nothing = os.spawn("./spawner.wasm", List.of("{\"program\": \"nothing\"}"), options).result();
    assertTrue((text(nothing.stdout()) + text(nothing.stderr())).contains("not found"), text(nothing.stderr()));
  }

  @Test
  void givesATerminal() throws Exception {
    OsProcess cat = os.spawn(guest("cat"), List.of(), SpawnOptions.DEFAULT.onTerminal(70, 20));
    cat.stdin().write(bytes("good day\r"));
    assertEquals("good day\r\ngood day\r\n", text(cat.stdout().readNBytes(20)));
    cat.stdin().write(3);
    assertEquals(130, cat.waitFor());
  }

  @Test
  void keepsFiles() {
    os.files().makeDirectories("/work/a/b");
    byte[] large = new byte[(1 << 20) + 12_345];
    large[large.length - 1] = 7;
    os.files().write("/work/a/b/large", large);
    assertArrayEquals(large, os.files().read("/work/a/b/large"));
    os.files().symlink("b/large", "/work/a/link");
    assertEquals(OsFiles.Type.SYMLINK, os.files().type("/work/a/link"));
    assertEquals(OsFiles.Type.FILE, os.files().type("/work/a/b/large"));
    assertNull(os.files().type("/work/nothing"));
    assertEquals(List.of("large"), os.files().list("/work/a/b"));
    assertEquals("ENOENT", assertThrows(OsException.class, () -> os.files().read("/work/nothing")).code());
  }

  @Test
  void programsTalkOverSockets() throws Exception {
    Program tcp = guest("tcp");
    SpawnOptions serving = SpawnOptions.DEFAULT.listeningOn(List.of(8000));
    OsProcess server = os.spawn(tcp, List.of("echo", "8000", "20"), serving);
    assertThrows(OsException.class, () -> os.spawn(tcp, List.of("echo", "8000", "1"), serving), "the port is taken");
    assertEquals("20\n", text(os.spawn(tcp, List.of("ask-many", "8000", "20", "good day")).result().stdout()));
    assertEquals(0, server.waitFor());
    assertEquals("connect: Connection refused\n",
        text(os.spawn(tcp, List.of("ask", "8000", "good day")).result().stderr()));
    // There is no way to other hosts on the JVM.
    assertEquals("connect: Connection refused\n", text(os.spawn(tcp, List.of("ask", "80", "good day", "example.com"),
        SpawnOptions.DEFAULT.withCapabilities(Map.of("connect", true))).result().stderr()));
  }
}
