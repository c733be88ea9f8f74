package dev.samovar.relay.bore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.net.Log;
import dev.samovar.relay.net.Metrics;
import dev.samovar.relay.net.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bore server as a client and its visitors meet it. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BoreServerTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Metrics metrics = new Metrics();
    private Network network;
    private BoreServer server;

    /** Starts a server that waits {@code claimMillis} for a visitor to be fetched. */
    private void serve(String secret, int claimMillis) throws IOException {
        network = new Network();
        server = BoreServer.start(new BoreConfig(LOOPBACK, 0, secret, 20_000, 60_000, 2, 64, 200, 0, claimMillis), network,
            metrics, new Log(null));
    }

    @AfterEach
    void stop() {
        server.close();
        network.close();
    }

    private BorePeer client(String secret) throws Exception {
        return new BorePeer(server.port(), secret);
    }

    private BorePeer fetch(String secret, String id) throws Exception {
        BorePeer fetched = client(secret);
        fetched.say("{\"Accept\":\"" + id + "\"}");
        return fetched;
    }

    // --- getting a port ----------------------------------------------------------------------------------------------

    @Test
    void aClientGetsAPortAndItsVisitors() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null)) {
            int port = control.hello(0);
            assertTrue(port >= 20_000 && port <= 60_000);
            assertEquals("\"Heartbeat\"", control.next());
            try (Socket visitor = new Socket(LOOPBACK, port); BorePeer fetched = fetch(null, control.visitor())) {
                talk(visitor, fetched.socket);
            }
        }
        until(() -> metrics.tunnels.sum() == 0 && metrics.visitors.sum() == 0);
    }

    private static void talk(Socket visitor, Socket fetched) throws IOException {
        visitor.getOutputStream().write("GET /".getBytes(UTF_8));
        assertEquals("GET /", new String(fetched.getInputStream().readNBytes(5), UTF_8));
        fetched.getOutputStream().write("200".getBytes(UTF_8));
        assertEquals("200", new String(visitor.getInputStream().readNBytes(3), UTF_8));
    }

    @Test
    void aChosenPortIsGivenAndGivenAgain() throws Exception {
        serve(null, 10_000);
        int port;
        try (BorePeer control = client(null)) {
            port = control.hello(0);
            try (BorePeer other = client(null)) {
                other.say("{\"Hello\":" + port + "}");
                assertEquals("{\"Error\":\"port already in use\"}", other.next());
                assertNull(other.next());
            }
        }
        until(() -> metrics.tunnels.sum() == 0);
        try (BorePeer again = client(null)) {
            assertEquals(port, again.hello(port));
        }
    }

    @Test
    void aPortOutOfRangeIsRefused() throws Exception {
        serve(null, 10_000);
        for (int port : new int[] {1, 19_999, 60_001, 65_535}) {
            try (BorePeer control = client(null)) {
                control.say("{\"Hello\":" + port + "}");
                assertEquals("{\"Error\":\"client port number not in allowed range\"}", control.next());
            }
        }
    }

    @Test
    void aPortThatAnotherProgramHasIsRefused() throws Exception {
        serve(null, 10_000);
        try (ServerSocket taken = taken(); BorePeer control = client(null)) {
            control.say("{\"Hello\":" + taken.getLocalPort() + "}");
            assertEquals("{\"Error\":\"port already in use\"}", control.next());
        }
    }

    private static ServerSocket taken() throws IOException {
        Random random = new Random();
        while (true) {
            try {
                return new ServerSocket(20_000 + random.nextInt(40_000), 1, LOOPBACK);
            } catch (java.net.BindException e) {
                // Another, then.
            }
        }
    }

    // --- the secret --------------------------------------------------------------------------------------------------

    @Test
    void theSecretIsAskedOfEveryConnection() throws Exception {
        serve("secret", 10_000);
        try (BorePeer control = client("secret")) {
            int port = control.hello(0);
            try (Socket visitor = new Socket(LOOPBACK, port)) {
                String id = control.visitor();
                try (BorePeer thief = client(null)) {
                    assertTrue(thief.next().startsWith("{\"Challenge\":"));
                    thief.say("{\"Accept\":\"" + id + "\"}");
                    assertEquals("{\"Error\":\"server requires secret, but no secret was provided\"}", thief.next());
                }
                try (BorePeer fetched = fetch("secret", id)) {
                    talk(visitor, fetched.socket);
                }
            }
        }
        try (BorePeer wrong = client("Secret")) {
            assertEquals("{\"Error\":\"invalid secret\"}", wrong.next());
            assertNull(wrong.next());
        }
    }

    @Test
    void anAnswerIsGoodForOneChallenge() throws Exception {
        serve("secret", 10_000);
        try (BorePeer first = client(null); BorePeer second = client(null)) {
            assertNotEquals(first.next(), second.next());
        }
    }

    // --- visitors ----------------------------------------------------------------------------------------------------

    @Test
    void bytesAfterAcceptAreTheVisitors() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null); Socket visitor = new Socket(LOOPBACK, control.hello(0));
            BorePeer fetched = client(null)) {
            fetched.socket.getOutputStream().write(("{\"Accept\":\"" + control.visitor() + "\"}\0first").getBytes(UTF_8));
            assertEquals("first", new String(visitor.getInputStream().readNBytes(5), UTF_8));
        }
    }

    @Test
    void eachDirectionEndsByItself() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null)) {
            int port = control.hello(0);
            try (Socket visitor = new Socket(LOOPBACK, port); BorePeer fetched = fetch(null, control.visitor())) {
                visitor.getOutputStream().write("question".getBytes(UTF_8));
                visitor.shutdownOutput();
                assertEquals("question", new String(fetched.in.readAllBytes(), UTF_8));
                fetched.socket.getOutputStream().write("answer".getBytes(UTF_8));
                fetched.socket.shutdownOutput();
                assertEquals("answer", new String(visitor.getInputStream().readAllBytes(), UTF_8));
            }
            try (Socket visitor = new Socket(LOOPBACK, port); BorePeer fetched = fetch(null, control.visitor())) {
                fetched.socket.shutdownOutput();
                assertEquals(-1, visitor.getInputStream().read());
                visitor.getOutputStream().write("late".getBytes(UTF_8));
                visitor.shutdownOutput();
                assertEquals("late", new String(fetched.in.readAllBytes(), UTF_8));
            }
            until(() -> metrics.visitors.sum() == 0);
        }
    }

    @Test
    void fiftyVisitorsAtOnceEachGetTheirOwn() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null)) {
            int port = control.hello(0);
            List<Socket> visitors = new ArrayList<>();
            List<CompletableFuture<Void>> echoes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                Socket visitor = new Socket(LOOPBACK, port);
                visitors.add(visitor);
                BorePeer fetched = fetch(null, control.visitor());
                echoes.add(CompletableFuture.runAsync(() -> echo(fetched)));
            }
            byte[] bytes = new byte[200_000];
            for (int i = 0; i < 50; i++) {
                new Random(i).nextBytes(bytes);
                OutputStream out = visitors.get(i).getOutputStream();
                byte[] own = bytes.clone();
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                    try {
                        out.write(own);
                        out.flush();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                assertArrayEquals(bytes, visitors.get(i).getInputStream().readNBytes(bytes.length));
                sent.get();
            }
            for (int i = 0; i < 50; i++) {
                visitors.get(i).close();
                echoes.get(i).get(30, TimeUnit.SECONDS);
            }
            until(() -> metrics.visitors.sum() == 0);
            assertEquals(50 * 2 * 200_000, metrics.tunnelBytes.sum());
        }
    }

    private static void echo(BorePeer fetched) {
        try (fetched; InputStream in = fetched.in) {
            in.transferTo(fetched.socket.getOutputStream());
        } catch (IOException e) {
            // The visitor left; the test looks at what it got.
        }
    }

    @Test
    void aWholeClientOfAnothersMaking() throws Exception {
        serve("secret", 10_000);
        try (ServerSocket inside = new ServerSocket(0, 50, LOOPBACK)) {
            Thread echoing = new Thread(() -> {
                try {
                    while (true) {
                        Socket socket = inside.accept();
                        new Thread(() -> {
                            try (socket) {
                                socket.getInputStream().transferTo(socket.getOutputStream());
                                socket.shutdownOutput();
                            } catch (IOException e) {
                                // Its visitor left.
                            }
                        }).start();
                    }
                } catch (IOException e) {
                    // The test is over.
                }
            });
            echoing.start();
            int port;
            try (BoreClientPeer client = new BoreClientPeer(server.port(), "secret", inside.getLocalPort(), 0)) {
                port = client.port();
                List<Socket> visitors = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    visitors.add(new Socket(LOOPBACK, port));
                    visitors.get(i).getOutputStream().write(("visitor " + i).getBytes(UTF_8));
                    visitors.get(i).shutdownOutput();
                }
                for (int i = 0; i < 20; i++) {
                    assertEquals("visitor " + i, new String(visitors.get(i).getInputStream().readAllBytes(), UTF_8));
                    visitors.get(i).close();
                }
            }
            until(() -> metrics.tunnels.sum() == 0 && metrics.visitors.sum() == 0 && metrics.boreConnections.sum() == 0);
            try (BoreClientPeer again = new BoreClientPeer(server.port(), "secret", inside.getLocalPort(), port)) {
                assertEquals(port, again.port());
            }
        }
    }

    @Test
    void aVisitorThatNobodyFetchesIsDropped() throws Exception {
        serve(null, 50);
        try (BorePeer control = client(null); Socket visitor = new Socket(LOOPBACK, control.hello(0))) {
            String id = control.visitor();
            assertEquals(-1, visitor.getInputStream().read());
            try (BorePeer late = fetch(null, id)) {
                assertNull(late.next());
            }
            assertEquals(1, metrics.visitorsUnclaimed.sum());
            assertEquals(0, server.waiting());
        }
    }

    @Test
    void aVisitorIsFetchedOnce() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null); Socket visitor = new Socket(LOOPBACK, control.hello(0))) {
            String id = control.visitor();
            try (BorePeer fetched = fetch(null, id)) {
                talk(visitor, fetched.socket);
                try (BorePeer second = fetch(null, id)) {
                    assertNull(second.next());
                }
                talk(visitor, fetched.socket);
            }
        }
    }

    @Test
    void moreVisitorsThanAllowedAreTurnedAway() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null)) {
            int port = control.hello(0);
            List<Socket> waiting = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                waiting.add(new Socket(LOOPBACK, port));
                control.visitor();
            }
            try (Socket one = new Socket(LOOPBACK, port)) {
                assertEquals(-1, one.getInputStream().read());
            }
            assertEquals(64, server.waiting());
            for (Socket visitor : waiting) {
                visitor.close();
            }
        }
        until(() -> server.waiting() == 0 && metrics.visitors.sum() == 0);
    }

    @Test
    void theEndOfTheControlConnectionEndsTheTunnel() throws Exception {
        serve(null, 10_000);
        BorePeer control = client(null);
        int port = control.hello(0);
        try (Socket visitor = new Socket(LOOPBACK, port); BorePeer fetched = fetch(null, control.visitor());
            Socket waiting = new Socket(LOOPBACK, port)) {
            talk(visitor, fetched.socket);
            control.visitor();
            control.close();
            assertEquals(-1, waiting.getInputStream().read());
            assertEquals(-1, fetched.in.read());
        }
        until(() -> metrics.tunnels.sum() == 0);
        try (Socket nobody = new Socket(LOOPBACK, port)) {
            throw new AssertionError("the port is still open");
        } catch (ConnectException e) {
            // As it should be.
        }
    }

    @Test
    void aVisitorThatNeverReadsHoldsUpItselfAlone() throws Exception {
        serve(null, 10_000);
        try (BorePeer control = client(null)) {
            int port = control.hello(0);
            try (Socket lazy = new Socket(LOOPBACK, port); BorePeer flooding = fetch(null, control.visitor());
                Socket visitor = new Socket(LOOPBACK, port); BorePeer fetched = fetch(null, control.visitor())) {
                CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
                    try {
                        while (true) {
                            flooding.socket.getOutputStream().write(new byte[64 * 1024]);
                        }
                    } catch (IOException e) {
                        // The test is over.
                    }
                });
                talk(visitor, fetched.socket);
                assertEquals("\"Heartbeat\"", control.next());
                lazy.close();
                flood.get(30, TimeUnit.SECONDS);
            }
        }
    }

    // --- hostile -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "{\"Hello\":-1}", "{\"Hello\":65536}", "\"Heartbeat\"", "{\"Challenge\":"
        + "\"00000000-0000-0000-0000-000000000000\"}", "{\"Accept\":\"x\"}", "{\"Authenticate\":\"00\"}", "\u00ff"})
    void whatMakesNoSenseIsAnsweredAndTheEnd(String message) throws Exception {
        serve(null, 10_000);
        try (BorePeer peer = client(null)) {
            peer.say(message);
            BorePeer.field(peer.next(), "Error");
            assertNull(peer.next());
        }
    }

    @Test
    void aMessageWithoutEndIsCutOff() throws Exception {
        serve(null, 10_000);
        try (BorePeer peer = client(null)) {
            peer.socket.getOutputStream().write("x".repeat(257).getBytes(UTF_8));
            assertTrue(BorePeer.field(peer.next(), "Error").contains("longer than 256 bytes"));
        }
    }

    @Test
    void whoSaysNothingInTimeIsSentAway() throws Exception {
        serve(null, 10_000);
        try (BorePeer slow = client(null)) {
            slow.socket.getOutputStream().write('{');
            assertEquals(-1, slow.in.read());
        }
    }

    @Test
    void tunnelsAndConnectionsOfOneAddressAreCounted() throws Exception {
        serve(null, 10_000);
        List<BorePeer> peers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            peers.add(client(null));
            peers.get(i).hello(0);
        }
        try (BorePeer third = client(null)) {
            third.say("{\"Hello\":0}");
            assertEquals("{\"Error\":\"too many tunnels from this address\"}", third.next());
        }
        peers.remove(0).close();
        until(() -> metrics.tunnels.sum() == 1);
        peers.add(client(null));
        peers.get(1).hello(0);
        int closed = 0;
        for (int i = 0; i < 300; i++) {
            peers.add(client(null));
        }
        // Beyond the two hundredth, a connection is closed unheard; it may take a moment to show.
        for (BorePeer peer : peers.subList(202, 302)) {
            peer.socket.setSoTimeout(10_000);
            try {
                closed += peer.in.read() == -1 ? 1 : 0;
            } catch (IOException e) {
                closed++;
            }
        }
        assertEquals(100, closed);
        for (BorePeer peer : peers) {
            peer.close();
        }
    }

    private static void until(BooleanSupplier condition) {
        for (long end = System.nanoTime() + 30_000_000_000L; !condition.getAsBoolean(); ) {
            assertTrue(System.nanoTime() < end, "it did not come to that");
            Thread.onSpinWait();
        }
    }
}
