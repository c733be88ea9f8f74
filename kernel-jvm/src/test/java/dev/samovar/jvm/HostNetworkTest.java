package dev.samovar.jvm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What of this machine's network reaches an OS, and the other way round: what was allowed, and nothing else. */
@Timeout(60)
class HostNetworkTest {
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private final Samovar os = Samovar.boot(64, Runtimes.NONE, ClassCache.standard(), said::add);

  @AfterEach
  void close() {
    os.close();
  }

  private OsProcess tcp(String... args) throws IOException {
    Program program = Program.of(Files.readAllBytes(Path.of("../e2e/guests/tcp.wasm")), "tcp");
    return os.spawn(program, List.of(args), SpawnOptions.DEFAULT.withCapabilities(Map.of("connect", true, "listen", true)));
  }

  private static String ask(int port, byte[] question) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(question);
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void publishesAPort() throws Exception {
    int port = os.publish(0, 8000);
    assertNotEquals(0, port);
    OsProcess server = tcp("echo", "8000");
    String answer = "";
    while (answer.isEmpty()) {
      try {
        answer = ask(port, "good day".getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        Thread.onSpinWait();      // It does not listen yet.
      }
    }
    assertEquals("good day", answer);
    String much = "0123456789".repeat(100_000);
    Thread[] clients = new Thread[4];
    List<String> answers = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < clients.length; i++) {
      clients[i] = new Thread(() -> {
        try {
          answers.add(ask(port, "good day".getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
          answers.add(e.toString());
        }
      });
      clients[i].start();
    }
    for (Thread client : clients) {
      client.join();
    }
    assertEquals(Collections.nCopies(4, "good day"), answers);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      Thread writer = new Thread(() -> {
        try {
          socket.getOutputStream().write(much.getBytes(StandardCharsets.UTF_8));
          socket.shutdownOutput();
        } catch (IOException e) {
          said.add(e.toString());
        }
      });
      writer.start();
      assertEquals(much, new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      writer.join();
    }
    server.signal(9);
    assertEquals(137, server.waitFor());
  }

  @Test
  void connectsWhereItMayAndNowhereElse() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answering = new Thread(() -> {
        try (Socket socket = server.accept()) {
          socket.getOutputStream().write(socket.getInputStream().readNBytes(4));
        } catch (IOException e) {
          said.add(e.toString());
        }
      });
      answering.start();
      os.network().allow("echo.test:7", new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort()));
      OsProcess.Result refused = tcp("ask", "8", "four", "echo.test").result();
      assertNotEquals(0, refused.status());
      assertTrue(said.contains("a connection to echo.test:8 was refused: --allow connect=echo.test:8 grants it"), said.toString());
      OsProcess.Result answered = tcp("ask", "7", "four", "echo.test").result();
      assertEquals("four", new String(answered.stdout(), StandardCharsets.UTF_8).strip(),
          new String(answered.stderr(), StandardCharsets.UTF_8));
      answering.join();
    }
  }
}
