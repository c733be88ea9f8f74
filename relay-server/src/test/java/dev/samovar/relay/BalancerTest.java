package dev.samovar.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.net.AllowList;
import dev.samovar.relay.net.Target;
import dev.samovar.relay.wisp.RelayConfig;
import dev.samovar.relay.wisp.WispPeer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two servers under one name, behind a balancer of TCP that takes turns and passes over who does not answer. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BalancerTest {

    @TempDir
    Path root;

    @Test
    void oneDiesAndTheOthersClientsDoNotNotice() throws Exception {
        try (ServerSocket front = listening(); ServerSocket target = listening()) {
            String origin = "http://127.0.0.1:" + front.getLocalPort();
            RelayConfig relay = new RelayConfig(
                new AllowList(List.of(Target.parse("127.0.0.1:" + target.getLocalPort()))), null, 16, 16, 0, 0, 10_000, 0);
            Front under = new Front(List.of(), URI.create(origin), List.of(), List.of(), Front.DEFAULT.proxyHeader(), 64, 30);
            ServerConfig config = new ServerConfig(0, List.of(root), List.of(), false, null, relay, null, null, under);
            try (SamovarServer one = SamovarServer.start(config); SamovarServer two = SamovarServer.start(config)) {
                balance(front, one.port(), two.port());
                URI address = URI.create("ws://127.0.0.1:" + front.getLocalPort() + "/relay");
                try (WispPeer first = open(address, origin); Socket firsts = connect(first, target);
                    WispPeer second = open(address, origin); Socket seconds = connect(second, target)) {
                    assertEquals(1, metric(one));
                    assertEquals(1, metric(two));
                    one.close();
                    assertTrue(first.closed().startsWith("1001 "), "the client of the stopped one is told");
                    assertEquals(-1, firsts.getInputStream().read());
                    second.send(2, 1, new byte[] {'x'});
                    assertEquals('x', seconds.getInputStream().read());
                    // Whose turn it would be is gone: the one that is there takes it.
                    for (int i = 0; i < 2; i++) {
                        try (WispPeer again = open(address, origin); Socket reached = connect(again, target)) {
                            reached.getOutputStream().write('y');
                            assertEquals('y', again.next(2).payload()[0]);
                        }
                    }
                }
            }
        }
    }

    private static WispPeer open(URI address, String origin) throws Exception {
        return WispPeer.open(HttpClient.newHttpClient(), address, origin, "samovar-wisp.1", true);
    }

    private static Socket connect(WispPeer peer, ServerSocket target) throws Exception {
        peer.connect(1, "127.0.0.1", target.getLocalPort());
        Socket reached = target.accept();
        reached.setSoTimeout(30_000);
        peer.next(0xf1);
        return reached;
    }

    private static long metric(SamovarServer server) throws IOException {
        return new RawHttp("127.0.0.1", server.port()).ask("GET", "/metrics", "localhost:" + server.port()).body().lines()
            .filter(line -> line.startsWith("samovar_relay_streams ")).mapToLong(line -> Long.parseLong(line.substring(22)))
            .findFirst().orElseThrow();
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    private static void balance(ServerSocket front, int... ports) {
        AtomicInteger turn = new AtomicInteger();
        run(() -> {
            while (true) {
                Socket client = front.accept();
                Socket server = null;
                for (int tries = 0; tries < ports.length && server == null; tries++) {
                    try {
                        server = new Socket("127.0.0.1", ports[turn.getAndIncrement() % ports.length]);
                    } catch (IOException e) {
                        // The next one, then.
                    }
                }
                join(client, server);
                join(server, client);
            }
        });
    }

    private static void join(Socket from, Socket to) {
        run(() -> {
            try (from; to) {
                from.getInputStream().transferTo(to.getOutputStream());
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
