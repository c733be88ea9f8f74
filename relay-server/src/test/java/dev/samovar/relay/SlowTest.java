package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.bore.BoreConfig;
import dev.samovar.relay.wisp.RelayConfig;
import dev.samovar.relay.wisp.WispPeer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that say a byte now and then, and never what they want. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class SlowTest {

    private static final int MANY = 60;

    @TempDir
    Path root;

    private SamovarServer start(int connections) throws IOException {
        Front front = new Front(List.of(), null, List.of(), List.of(), Front.DEFAULT.proxyHeader(), connections, 2);
        BoreConfig any = BoreConfig.DEFAULT;
        return SamovarServer.start(new ServerConfig(0, List.of(root), List.of(), false, null, RelayConfig.DEFAULT,
            new BoreConfig(any.bind(), 0, null, 20_000, 60_000, 8, 8, 200, 0, 10_000), null, front));
    }

    @Test
    void headsThatComeByteByByteAreCutOff() throws Exception {
        try (SamovarServer server = start(1000);
            WispPeer peer = WispPeer.open(HttpClient.newHttpClient(), URI.create("ws://127.0.0.1:" + server.port() + "/relay"),
                "http://samovar.localhost:" + server.port(), "samovar-wisp.1", true)) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                slow.add(new Socket("127.0.0.1", server.port()));
                say(slow.get(i), "GET /relay HTTP/1.1\r\nHost: samovar.localhost:" + server.port() + "\r\nUpgrade: websocket\r\nX: ");
            }
            while (!slow.isEmpty()) {
                // Each in time for an idle time-out of its connection never to come.
                slow.removeIf(socket -> !say(socket, "x"));
                assertEquals(200, new RawHttp("127.0.0.1", server.port()).get("/health").status());
                Thread.sleep(20);
            }
            // Only the connection that asks is open; and the WebSocket, which had nothing to say all the time.
            while (metric(server, "samovar_connections") != 1) {
                Thread.onSpinWait();
            }
            assertEquals(1, metric(server, "samovar_relay_sockets"));
            peer.connect(1, "127.0.0.1", 0);
            assertEquals(4, peer.next(4).type());
        }
    }

    @Test
    void aConnectionThatWasAnsweredMayAskAgainButNotForEver() throws Exception {
        try (SamovarServer server = start(1000); Socket kept = new Socket("127.0.0.1", server.port())) {
            kept.setSoTimeout(30_000);
            String request = "GET /health HTTP/1.1\r\nHost: localhost:" + server.port() + "\r\n\r\n";
            for (int i = 0; i < 3; i++) {
                say(kept, request);
                String answer = "";
                while (!answer.endsWith("{\"status\":\"ok\"}")) {
                    answer += (char) kept.getInputStream().read();
                }
            }
            while (say(kept, "G")) {
                Thread.sleep(20);
            }
        }
    }

    @Test
    void connectionsOfOneAddressAreCounted() throws Exception {
        try (SamovarServer server = start(8)) {
            List<Socket> open = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                open.add(new Socket("127.0.0.1", server.port()));
            }
            for (Socket socket : open) {
                socket.setSoTimeout(30_000);
                assertEquals(-1, read(socket)); // the first eight by the clock, the others at once
            }
            // Those that were closed count no more, as soon as the server has noticed.
            while (!answers(server)) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void boresControlPortHasNoPatienceEither() throws Exception {
        try (SamovarServer server = start(1000)) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                slow.add(new Socket("127.0.0.1", server.borePort()));
            }
            long most = 0;
            while (!slow.isEmpty()) {
                most = Math.max(most, metric(server, "samovar_bore_connections"));
                slow.removeIf(socket -> !say(socket, "{"));
                Thread.sleep(50);
            }
            assertTrue(most > 0 && most <= MANY, "connections counted: " + most);
            while (metric(server, "samovar_bore_connections") > 0) {
                Thread.onSpinWait();
            }
            assertTrue(metric(server, "samovar_bore_tunnels") == 0);
        }
    }

    private static boolean answers(SamovarServer server) {
        try {
            return new RawHttp("127.0.0.1", server.port()).get("/health").status() == 200;
        } catch (IOException | IndexOutOfBoundsException e) {
            return false; // closed unheard
        }
    }

    private static int read(Socket socket) {
        try {
            return socket.getInputStream().read();
        } catch (IOException e) {
            return -1; // reset
        }
    }

    /** Whether the connection was still there. */
    private static boolean say(Socket socket, String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static long metric(SamovarServer server, String name) throws IOException {
        return new RawHttp("127.0.0.1", server.port()).ask("GET", "/metrics", "localhost:" + server.port()).body().lines()
            .filter(line -> line.startsWith(name + " ")).mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
            .findFirst().orElseThrow();
    }
}
