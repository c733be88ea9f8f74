package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.wisp.WispPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SIGHUP as an operator sends it, to the program itself. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReloadTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path root;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private int port;

    @Test
    void targetsAndSecretsChangeAndABrokenFileChangesNothing() throws Exception {
        try (ServerSocket one = target(); ServerSocket two = target()) {
            Path file = root.resolve("conf");
            String start = "port 0\nroot " + root + "\nbore-server\nbore-port 0\nrelay-token first\n";
            Files.writeString(file, start + "relay-allow 127.0.0.1:" + one.getLocalPort() + "\n");
            Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), Main.class.getName(), "--config", file.toString())
                .redirectErrorStream(true).start();
            try {
                follow(process);
                String[] said = line("Samovar is at ").split("[:/]+");
                port = Integer.parseInt(said[2]);
                try (WispPeer peer = open("first")) {
                    assertEquals(0xf1, reach(peer, 1, one));
                    try (Socket held = one.accept()) {
                        assertEquals(4, reach(peer, 2, two));

                        Files.writeString(file, start.replace("first", "second").replace("port 0\nroot", "port 1\nroot")
                            + "bore-secret hush\nrelay-allow 127.0.0.1:" + two.getLocalPort() + "\n");
                        hangUp(process);
                        line("\"event\":\"reloaded\"");
                        assertTrue(line("reload-needs-restart").contains("\"settings\":\"port\""), "the port is said to be fixed");
                        assertEquals(4, reach(peer, 3, one));
                        assertEquals(0xf1, reach(peer, 4, two));
                        // What was open goes on.
                        peer.send(2, 1, new byte[] {'x'});
                        assertEquals('x', held.getInputStream().read());
                        open("second").close();

                        Files.writeString(file, "port 0\nroot " + root + "\nrelay-allow nonsense\n");
                        hangUp(process);
                        String failed = line("reload-failed");
                        assertTrue(failed.contains("conf, line 3: relay-allow takes HOST:PORT"), failed);
                        assertEquals(0xf1, reach(peer, 5, two));
                        open("second").close();
                    }
                }
            } finally {
                process.destroy();
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            }
            assertTrue(lines.stream().noneMatch(line -> line.contains("hush") || line.contains("second")), lines.toString());
        }
    }

    private static ServerSocket target() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    }

    private WispPeer open(String token) throws Exception {
        return WispPeer.open(CLIENT, URI.create("ws://127.0.0.1:" + port + "/relay"), null, "samovar-wisp.1", true,
            "Authorization", "Bearer " + token);
    }

    /** The type of the frame that answers a CONNECT: CREDIT or CLOSE. */
    private static int reach(WispPeer peer, int stream, ServerSocket target) throws Exception {
        peer.connect(stream, "127.0.0.1", target.getLocalPort());
        WispPeer.Got got;
        do {
            got = peer.next();
        } while (got.stream() != stream);
        return got.type();
    }

    private static void hangUp(Process process) throws Exception {
        Process kill = new ProcessBuilder("sh", "-c", "kill -HUP " + process.pid()).start();
        assertTrue(kill.waitFor(30, TimeUnit.SECONDS) && kill.exitValue() == 0, "kill sends the signal");
    }

    private void follow(Process process) {
        Thread reader = new Thread(() -> {
            try (BufferedReader from = process.inputReader()) {
                for (String line = from.readLine(); line != null; line = from.readLine()) {
                    lines.add(line);
                }
            } catch (IOException e) {
                // It ended.
            }
        });
        reader.setDaemon(true);
        reader.start();
    }

    /** Waits for a line that contains {@code part}; those before it are passed over. */
    private String line(String part) throws Exception {
        StringBuilder passed = new StringBuilder();
        while (true) {
            String line = lines.poll(60, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no line with " + part + " after " + passed);
            }
            if (line.contains(part)) {
                return line;
            }
            passed.append(line).append('\n');
        }
    }
}
