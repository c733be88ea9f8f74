package dev.samovar.relay.wisp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.samovar.relay.SamovarServer;
import dev.samovar.relay.ServerConfig;
import dev.samovar.relay.net.AllowList;
import dev.samovar.relay.net.Target;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The relay as a client meets it: a real WebSocket, real targets. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RelayTest {

    private static final String SAMOVAR = "samovar-wisp.1";
    private static final int UP_WINDOW = 128 * 1024;
    private static final int DOWN_WINDOW = 240 * 1024;
    /** The most bytes of a frame of the relay's, with its header. */
    private static final int DOWN_FRAME = 120 * 1024 + 5;

    @TempDir
    Path root;
    private ServerSocket target;
    private SamovarServer server;

    @BeforeEach
    void serve() throws Exception {
        target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        server = SamovarServer.start(config(16, 3));
    }

    private ServerConfig config(int streams, int sockets) {
        AllowList allow = new AllowList(List.of(Target.parse("127.0.0.1:" + target.getLocalPort()), Target.parse("127.0.0.1:1")));
        return new ServerConfig(0, List.of(root), List.of(), false, null,
            new RelayConfig(allow, "s3cret", streams, sockets, 0, 0, 10_000, 0), null);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        target.close();
    }

    private WispPeer page() throws Exception {
        return peer(SAMOVAR);
    }

    private WispPeer peer(String protocol) throws Exception {
        WispPeer peer = WispPeer.open(server.port(), origin(), protocol);
        WispPeer.Got hello = peer.next();
        assertEquals(3, hello.type());
        assertEquals(0, hello.stream());
        assertEquals(protocol == null ? 32 : UP_WINDOW, hello.number());
        return peer;
    }

    private String origin() {
        return "http://samovar.localhost:" + server.port();
    }

    private Socket connect(WispPeer peer, int stream) throws Exception {
        peer.connect(stream, "127.0.0.1", target.getLocalPort());
        Socket socket = target.accept();
        while (peer.next().stream() != stream) {
            // CONTINUE or CREDIT of another stream may be under way.
        }
        return socket;
    }

    // --- who may -----------------------------------------------------------------------------------------------------

    @Test
    void onlyThePagesOriginMay() throws Exception {
        for (String origin : List.of("http://p8000-abc.samovar.localhost:" + server.port(), "http://localhost:" + server.port(),
            "http://samovar.localhost", "https://samovar.localhost:" + server.port(), "null", "http://evil.example")) {
            assertEquals(403, refusal(() -> WispPeer.open(server.port(), origin, SAMOVAR)), origin);
        }
    }

    @Test
    void anotherClientNeedsTheToken() throws Exception {
        assertEquals(403, status("/relay"));
        assertEquals(403, status("/relay", "Authorization", "Bearer wrong"));
        assertEquals(426, status("/relay", "Authorization", "Bearer s3cret"));
        assertEquals(426, status("/relay/", "Origin", origin()));
    }

    private int status(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    void socketsOfOneAddressAreCounted() throws Exception {
        WispPeer first = page();
        page();
        page();
        assertEquals(429, refusal(this::page));
        first.close();
        until(() -> metric("samovar_relay_sockets") == 2);
        page();
    }

    private interface Attempt {
        void run() throws Exception;
    }

    private static int refusal(Attempt attempt) {
        Throwable cause = assertThrows(ExecutionException.class, attempt::run).getCause();
        return ((WebSocketHandshakeException) cause).getResponse().statusCode();
    }

    // --- bytes -------------------------------------------------------------------------------------------------------

    @Test
    void bytesGoBothWaysAndEachWayEndsByItself() throws Exception {
        try (WispPeer peer = page(); Socket socket = connect(peer, 7)) {
            peer.send(2, 7, "question".getBytes(UTF_8));
            peer.send(0xf2, 7, new byte[0]);
            assertEquals("question", new String(socket.getInputStream().readAllBytes(), UTF_8));
            socket.getOutputStream().write("answer".getBytes(UTF_8));
            WispPeer.Got got = peer.next();
            assertEquals("answer", new String(got.payload(), UTF_8));
            socket.shutdownOutput();
            assertEquals(0xf2, peer.next().type());
            until(() -> metric("samovar_relay_streams") == 0);
            // Both ways ended, so the number is free again.
            connect(peer, 7).close();
        }
    }

    @Test
    void theTargetsEndLeavesTheOtherWayOpen() throws Exception {
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            socket.shutdownOutput();
            assertEquals(0xf2, peer.next().type());
            peer.send(2, 1, "late".getBytes(UTF_8));
            assertEquals("late", new String(socket.getInputStream().readNBytes(4), UTF_8));
        }
    }

    @Test
    void whatIsSentBeforeTheConnectionStandsArrives() throws Exception {
        try (WispPeer peer = page()) {
            peer.connect(1, "127.0.0.1", target.getLocalPort());
            peer.send(2, 1, "early".getBytes(UTF_8));
            try (Socket socket = target.accept()) {
                assertEquals("early", new String(socket.getInputStream().readNBytes(5), UTF_8));
            }
        }
    }

    @Test
    void manyMegabytesBothWaysWithCredit() throws Exception {
        byte[] bytes = new byte[4 << 20];
        new Random(6).nextBytes(bytes);
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            CompletableFuture<Void> echo = CompletableFuture.runAsync(() -> {
                try {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                    socket.shutdownOutput();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            ByteArrayOutputStream back = new ByteArrayOutputStream();
            int credit = UP_WINDOW;
            int at = 0;
            while (back.size() < bytes.length) {
                while (at < bytes.length && credit > 0) {
                    int count = Math.min(Math.min(credit, 30_000), bytes.length - at);
                    peer.send(2, 1, Arrays.copyOfRange(bytes, at, at + count));
                    at += count;
                    credit -= count;
                }
                WispPeer.Got got = peer.next();
                if (got.type() == 0xf1) {
                    credit += got.number();
                } else {
                    assertEquals(2, got.type());
                    back.writeBytes(got.payload());
                    peer.credit(1, got.payload().length);
                }
            }
            assertArrayEquals(bytes, back.toByteArray());
            peer.send(0xf2, 1, new byte[0]);
            peer.next(0xf2);
            echo.get(30, TimeUnit.SECONDS);
        }
    }

    // --- plain WISP --------------------------------------------------------------------------------------------------

    @Test
    void aPlainClientIsServedToo() throws Exception {
        try (WispPeer peer = peer(null)) {
            peer.send(5, 0, new byte[] {2, 0}); // what a client of WISP 2 may say
            Socket socket = connect(peer, 0xdeadbeef);
            CompletableFuture<Long> count = CompletableFuture.supplyAsync(() -> {
                try {
                    return socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            int frames = 32;
            for (int sent = 0; sent < 300; sent++) {
                if (frames == 0) {
                    frames = peer.next(3).number();
                }
                peer.send(2, 0xdeadbeef, new byte[10_000]);
                frames--;
            }
            socket.getOutputStream().write("bye".getBytes(UTF_8));
            assertEquals("bye", new String(peer.next(2).payload(), UTF_8));
            until(() -> metric("samovar_relay_up_bytes_total") == 3_000_000);
            peer.send(4, 0xdeadbeef, new byte[] {2});
            assertEquals(3_000_000, count.get(30, TimeUnit.SECONDS));
            Socket second = connect(peer, 2);
            second.close();
            assertEquals(2, peer.next(4).payload()[0]);
            // It has no other way to say that it sends no more, so what it sent before arrives.
            try (Socket third = connect(peer, 3)) {
                double before = metric("samovar_relay_up_bytes_total");
                int sent = 0;
                // Until the system's own buffers are full, and the rest lies in the relay.
                do {
                    peer.send(2, 3, new byte[30_000]);
                    sent += 30_000;
                } while (comes(before + sent));
                peer.send(4, 3, new byte[] {2});
                peer.connect(4, "127.0.0.1", 1); // whose refusal says that CLOSE was read
                assertEquals(0x44, peer.next(4).payload()[0]);
                assertEquals(sent, third.getInputStream().readAllBytes().length);
            }
            until(() -> metric("samovar_relay_streams") == 0);
        }
    }

    /** Whether the relay passes so many bytes on, within half a second. */
    private boolean comes(double bytes) throws Exception {
        return comes("samovar_relay_up_bytes_total", bytes);
    }

    private boolean comes(String direction, double bytes) throws Exception {
        for (long end = System.nanoTime() + 500_000_000L; metric(direction) < bytes; ) {
            if (System.nanoTime() > end) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aPlainClientThatFloodsATargetThatDoesNotReadIsHeldUp() throws Exception {
        try (WispPeer peer = peer(null); Socket socket = connect(peer, 1)) {
            ByteBuffer frame = ByteBuffer.allocate(5 + 32 * 1024);
            frame.put(0, (byte) 2).put(1, (byte) 1);
            CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
            int sent = 0;
            // The system's own buffers take some megabytes; then a send no longer completes, since nobody reads it.
            for (; sent < 4000; sent++) {
                sending = peer.socket.sendBinary(frame.duplicate(), true);
                try {
                    sending.get(1, TimeUnit.SECONDS);
                } catch (java.util.concurrent.TimeoutException e) {
                    break;
                }
            }
            assertTrue(sent < 4000, "all of " + sent + " frames were taken");
            socket.getInputStream().skipNBytes((long) (sent + 1) * 32 * 1024);
            sending.get(30, TimeUnit.SECONDS);
        }
    }

    // --- targets -----------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.2", "localhost.evil", "example.org", "0.0.0.0", "[::1]", "2130706433", "0177.0.0.1",
        "127.1", "[::ffff:127.0.0.2]", "10.0.0.1", "169.254.169.254"})
    void aTargetThatIsNotAllowedIsNot(String host) throws Exception {
        try (WispPeer peer = page()) {
            peer.connect(1, host, 80);
            assertEquals(0x48, peer.next().payload()[0]);
            peer.connect(1, host, target.getLocalPort());
            int reason = peer.next().payload()[0];
            assertTrue(reason == 0x48 || reason == 0x42, host + " " + reason);
        }
    }

    @Test
    void aNameThatLeadsElsewhereTheNextTimeIsConnectedToWhereItWasChecked() throws Exception {
        server.close();
        AtomicInteger asked = new AtomicInteger();
        AllowList allow = new AllowList(List.of(Target.parse("127.0.0.1:" + target.getLocalPort())),
            name -> new InetAddress[] {InetAddress.getByName("127.0.0." + asked.incrementAndGet())});
        server = SamovarServer.start(new ServerConfig(0, List.of(root), List.of(), false, null,
            new RelayConfig(allow, null, 16, 3, 0, 0, 10_000, 0), null));
        try (WispPeer peer = page()) {
            peer.connect(1, "rebinding.example", target.getLocalPort());
            Socket socket = target.accept();
            assertEquals(0xf1, peer.next().type());
            assertEquals(1, asked.get());
            stillWorks(peer, socket, 1);
            peer.connect(2, "rebinding.example", target.getLocalPort());
            assertEquals(0x48, peer.next(4).payload()[0]);
            assertEquals(2, asked.get());
        }
    }

    @Test
    void anAllowedAddressMayComeInAnotherForm() throws Exception {
        try (WispPeer peer = page()) {
            peer.connect(1, "[::ffff:127.0.0.1]", target.getLocalPort());
            target.accept().close();
            peer.connect(2, "localhost", target.getLocalPort());
            target.accept().close();
        }
    }

    @Test
    void whyThereIsNoConnectionIsSaid() throws Exception {
        try (WispPeer peer = page()) {
            peer.connect(1, "127.0.0.1", 1);
            assertEquals(0x44, peer.next().payload()[0]);
            peer.connect(2, "127.0.0.1", 0);
            assertEquals(0x41, peer.next().payload()[0]);
            peer.send(1, 3, new byte[] {2, 80, 0, 'a'});
            assertEquals(0x41, peer.next().payload()[0]);
            assertTrue(metric("samovar_relay_streams_refused_total") == 3);
        }
    }

    // --- hostile -----------------------------------------------------------------------------------------------------

    @Test
    void whatIsNoFrameEndsTheWebSocket() throws Exception {
        for (byte[] message : new byte[][] {{}, {2}, {2, 1, 0, 0}, {9, 1, 0, 0, 0}, {2, 0, 0, 0, 0}, {4, 1, 0, 0, 0},
            {3, 1, 0, 0, 0, 1}, {(byte) 0xf2, 1, 0, 0, 0, 1}, new byte[300]}) {
            try (WispPeer peer = page()) {
                peer.raw(message);
                String closed = peer.closed();
                assertTrue(closed.startsWith("1002 Not a frame"), closed);
            }
            until(() -> metric("samovar_relay_sockets") == 0);
        }
        try (WispPeer peer = page()) {
            peer.socket.sendText("hello", true);
            assertTrue(peer.closed().startsWith("1003 "));
        }
        try (WispPeer peer = page()) {
            byte[] large = new byte[100_000];
            large[0] = 2;
            large[1] = 1;
            peer.socket.sendBinary(ByteBuffer.wrap(large), true);
            assertTrue(peer.closed().startsWith("1009 "));
        }
        try (WispPeer peer = peer(null)) {
            peer.send(0xf2, 1, new byte[0]);
            assertTrue(peer.closed().startsWith("1002 "));
        }
    }

    @Test
    void aMessageMayComeInFragmentsAndNoLongerForThat() throws Exception {
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            peer.socket.sendBinary(ByteBuffer.wrap(new byte[] {2, 1}), false).get();
            peer.socket.sendBinary(ByteBuffer.wrap(new byte[] {0, 0, 0, 'h'}), false).get();
            peer.socket.sendBinary(ByteBuffer.wrap(new byte[] {'i'}), true).get();
            assertEquals("hi", new String(socket.getInputStream().readNBytes(2), UTF_8));
            peer.socket.sendBinary(ByteBuffer.wrap(new byte[60_000]), false).get();
            peer.socket.sendBinary(ByteBuffer.wrap(new byte[60_000]), false);
            assertTrue(peer.closed().startsWith("1009 "));
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    @Test
    void aStreamInUseIsNotOpenedAgain() throws Exception {
        try (WispPeer peer = page(); Socket other = connect(peer, 2); Socket socket = connect(peer, 1)) {
            peer.connect(1, "127.0.0.1", target.getLocalPort());
            WispPeer.Got close = peer.next();
            assertEquals(4, close.type());
            assertEquals(1, close.stream());
            assertEquals(0x41, close.payload()[0]);
            assertEquals(-1, socket.getInputStream().read());
            stillWorks(peer, other, 2);
        }
    }

    @Test
    void whatATargetDoesNotTakeIsHeldWithinBounds() throws Exception {
        try (WispPeer peer = page()) {
            List<Socket> stuck = new java.util.ArrayList<>();
            for (int stream = 1; stream <= 8; stream++) {
                stuck.add(connect(peer, stream));
            }
            // All the credit there is, again and again: the system takes in some of it, and the rest is held.
            int[] credit = new int[9];
            Arrays.fill(credit, UP_WINDOW);
            long held;
            do {
                for (int stream = 1; stream <= 8; stream++) {
                    for (; credit[stream] > 0; credit[stream] -= Math.min(credit[stream], 60_000)) {
                        peer.send(2, stream, new byte[Math.min(credit[stream], 60_000)]);
                    }
                }
                for (WispPeer.Got got = peer.poll(); got != null; got = peer.poll()) {
                    credit[got.stream()] += got.number();
                }
                held = metric("samovar_relay_held_bytes");
                assertTrue(held <= 8 * UP_WINDOW, "held: " + held);
            } while (held <= 8 * UP_WINDOW / 2);
            // Another client does not notice, and when these are gone nothing is left of them.
            try (WispPeer other = page(); Socket socket = connect(other, 1)) {
                stillWorks(other, socket, 1);
            }
            for (Socket socket : stuck) {
                socket.close();
            }
        }
        until(() -> metric("samovar_relay_held_bytes") == 0 && metric("samovar_relay_streams") == 0);
    }

    @Test
    void creditOverrunEndsTheStreamAlone() throws Exception {
        try (WispPeer peer = page(); Socket other = connect(peer, 2); Socket socket = connect(peer, 1)) {
            // The target does not read; what the system takes in is given credit for, and then there is none.
            int sent = 0;
            WispPeer.Got got = null;
            while (got == null || got.type() != 4) {
                peer.send(2, 1, new byte[64 * 1024]);
                assertTrue(++sent < 1000);
                got = metric("samovar_relay_streams") < 2 ? peer.next(4) : null;
            }
            assertEquals(1, got.stream());
            assertEquals(0x41, got.payload()[0]);
            peer.credit(2, -1);
            assertEquals(0x41, peer.next(4).payload()[0]);
            other.close();
            stillWorks(peer, connect(peer, 3), 3);
        }
    }

    @Test
    void framesAtRandomLeaveNothingBehind() throws Exception {
        CompletableFuture<Void> draining = CompletableFuture.runAsync(() -> {
            while (true) {
                try {
                    target.accept().close();
                } catch (java.io.IOException e) {
                    return; // the test is over
                }
            }
        });
        int[] types = {1, 1, 2, 2, 2, 3, 4, 5, 0xf1, 0xf2};
        Random random = new Random(42);
        for (int round = 0; round < 40; round++) {
            try (WispPeer peer = page()) {
                for (int i = 0; i < 500; i++) {
                    int type = types[random.nextInt(types.length)];
                    byte[] payload = new byte[switch (random.nextInt(4)) {
                        case 0 -> 4;
                        case 1 -> random.nextInt(8);
                        default -> random.nextInt(2000);
                    }];
                    random.nextBytes(payload);
                    if (type == 1 && random.nextInt(8) > 0) {
                        peer.connect(1 + random.nextInt(20), "127.0.0.1", target.getLocalPort());
                    } else if (type == 4 || type == 0xf2 || type == 0xf1) {
                        // Mostly of the length that is right, or the first of them would end it all.
                        int right = type == 4 ? 1 : type == 0xf1 ? 4 : 0;
                        peer.send(type, 1 + random.nextInt(20), random.nextInt(200) == 0 ? payload : Arrays.copyOf(payload, right));
                    } else if (type != 5 && type != 3 || random.nextInt(100) == 0) {
                        peer.send(type, random.nextInt(2000) == 0 ? 0 : 1 + random.nextInt(20), payload);
                    }
                }
            } catch (ExecutionException e) {
                // It was closed for one of them.
            }
        }
        until(() -> metric("samovar_relay_streams") == 0 && metric("samovar_relay_sockets") == 0);
        assertEquals(0, metric("samovar_relay_held_bytes"));
        target.close();
        draining.get(30, TimeUnit.SECONDS);
        target = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        server.configure(config(16, 3));
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            stillWorks(peer, socket, 1);
        }
    }

    @Test
    void framesForNobodyAreForNobody() throws Exception {
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            peer.send(2, 99, new byte[10]);
            peer.send(0xf2, 99, new byte[0]);
            peer.send(4, 99, new byte[] {1});
            peer.credit(99, 5);
            peer.send(3, 1, new byte[] {1, 0, 0, 0});
            stillWorks(peer, socket, 1);
            peer.send(0xf2, 1, new byte[0]);
            peer.send(2, 1, new byte[1]);
            assertEquals(0x41, peer.next(4).payload()[0]);
        }
    }

    private static void stillWorks(WispPeer peer, Socket socket, int stream) throws Exception {
        peer.send(2, stream, "ping".getBytes(UTF_8));
        assertEquals("ping", new String(socket.getInputStream().readNBytes(4), UTF_8));
        socket.getOutputStream().write("pong".getBytes(UTF_8));
        assertEquals("pong", new String(peer.next(2).payload(), UTF_8));
    }

    @Test
    void tenThousandConnectsAreBounded() throws Exception {
        List<Socket> accepted = new CopyOnWriteArrayList<>(); // what is not held would be closed by the collector
        CompletableFuture<Void> accepting = CompletableFuture.runAsync(() -> {
            try {
                while (true) {
                    accepted.add(target.accept());
                }
            } catch (Exception e) {
                // The test is over.
            }
        });
        try (WispPeer peer = page()) {
            for (int stream = 1; stream <= 10_000; stream++) {
                peer.connect(stream, "127.0.0.1", target.getLocalPort());
            }
            int throttled = 0;
            for (int i = 0; i < 10_000; i++) {
                WispPeer.Got got = peer.next();
                throttled += got.type() == 4 && got.payload()[0] == 0x49 ? 1 : 0;
            }
            assertEquals(10_000 - 16, throttled);
            assertEquals(16, metric("samovar_relay_streams"));
        }
        until(() -> metric("samovar_relay_streams") == 0);
        target.close();
        accepting.get(30, TimeUnit.SECONDS);
        assertEquals(16, accepted.size());
    }

    @Test
    void aClientThatAsksAndNeverReadsIsNotReadEither() throws Exception {
        try (WispPeer peer = WispPeer.open(server.port(), origin(), SAMOVAR, false)) {
            // Each of these is answered by a CLOSE of 6 bytes and more of framing.
            ByteBuffer frame = ByteBuffer.wrap(new byte[] {1, 1, 0, 0, 0, 1, 80, 0, 'x'});
            int sent = 0;
            CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
            for (; sent < 3_000_000; sent++) {
                sending = peer.socket.sendBinary(frame.duplicate(), true);
                if (!sending.isDone()) {
                    try {
                        sending.get(1, TimeUnit.SECONDS);
                    } catch (java.util.concurrent.TimeoutException e) {
                        break;
                    }
                }
            }
            assertTrue(sent < 3_000_000);
        }
    }

    @Test
    void aTargetThatIsNotReadIsHeldUp() throws Exception {
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            CompletableFuture<Void> flood = CompletableFuture.runAsync(() -> {
                try {
                    while (true) {
                        socket.getOutputStream().write(new byte[64 * 1024]);
                    }
                } catch (Exception e) {
                    // The test is over.
                }
            });
            int got = 0;
            while (got < DOWN_WINDOW) {
                got += peer.next().payload().length;
            }
            assertEquals(DOWN_WINDOW, got);
            // No more without credit; and with it exactly as much.
            peer.credit(1, 10);
            assertEquals(10, peer.next().payload().length);
            assertEquals(DOWN_WINDOW + 10, metric("samovar_relay_down_bytes_total"));
            peer.send(4, 1, new byte[] {2});
            flood.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aClientThatDoesNotReadIsWaitedForWithinBounds() throws Exception {
        List<Socket> sockets = new java.util.ArrayList<>();
        List<CompletableFuture<Void>> floods = new java.util.ArrayList<>();
        try (WispPeer peer = WispPeer.open(server.port(), origin(), SAMOVAR, false)) {
            for (int stream = 1; stream <= 4; stream++) {
                // As much credit as there can be: what is read must not be more for that.
                peer.connect(stream, "127.0.0.1", target.getLocalPort());
                peer.credit(stream, (1 << 30) - DOWN_WINDOW);
                Socket socket = target.accept();
                sockets.add(socket);
                floods.add(CompletableFuture.runAsync(() -> {
                    try {
                        while (true) {
                            socket.getOutputStream().write(new byte[64 * 1024]);
                        }
                    } catch (java.io.IOException e) {
                        // The test is over.
                    }
                }));
            }
            // The system takes some megabytes first.
            until(() -> metric("samovar_relay_held_bytes") > 0);
            double taken;
            do {
                taken = metric("samovar_relay_down_bytes_total");
                long held = metric("samovar_relay_held_bytes");
                assertTrue(held <= 4 * DOWN_FRAME, "held: " + held);
            } while (comes("samovar_relay_down_bytes_total", taken + 1));
        }
        for (CompletableFuture<Void> flood : floods) {
            flood.get(30, TimeUnit.SECONDS);
        }
        until(() -> metric("samovar_relay_held_bytes") == 0 && metric("samovar_relay_streams") == 0);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void aClientThatVanishesTakesItsStreamsAlong() throws Exception {
        WispPeer peer = page();
        try (Socket socket = connect(peer, 1)) {
            peer.close();
            assertEquals(-1, socket.getInputStream().read());
        }
        until(() -> metric("samovar_relay_streams") == 0 && metric("samovar_relay_sockets") == 0);
    }

    // --- quotas ------------------------------------------------------------------------------------------------------

    private void limit(long bytesPerSecond, int streamSeconds, int drainMillis) throws Exception {
        server.close();
        server = SamovarServer.start(new ServerConfig(0, List.of(root), List.of(), false, null, new RelayConfig(
            new AllowList(List.of(Target.parse("127.0.0.1:" + target.getLocalPort()))), null, 16, 3, bytesPerSecond, streamSeconds,
            10_000, drainMillis), null));
    }

    @Test
    void bytesPerSecondAreCountedEachWay() throws Exception {
        limit(200_000, 0, 0);
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            // A second's worth goes at once; the rest takes two, whatever the machine, and the last piece of it is not waited for.
            long begin = System.nanoTime();
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                try {
                    socket.getOutputStream().write(new byte[600_000]);
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int got = 0; got < 600_000; ) {
                WispPeer.Got frame = peer.next(2);
                got += frame.payload().length;
                peer.credit(1, frame.payload().length);
            }
            writing.get(30, TimeUnit.SECONDS);
            assertTrue(System.nanoTime() - begin > 1_300_000_000L, "down is slowed");
            begin = System.nanoTime();
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    int credit = UP_WINDOW;
                    for (int left = 600_000; left > 0; ) {
                        int count = Math.min(Math.min(credit, left), 30_000);
                        if (count == 0) {
                            credit += peer.next(0xf1).number();
                        } else {
                            peer.send(2, 1, new byte[count]);
                            credit -= count;
                            left -= count;
                        }
                    }
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            socket.getInputStream().readNBytes(600_000);
            sending.get(30, TimeUnit.SECONDS);
            assertTrue(System.nanoTime() - begin > 1_300_000_000L, "up is slowed");
        }
    }

    @Test
    void aStreamsTimeEnds() throws Exception {
        limit(0, 1, 0);
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            assertEquals(0x49, peer.next(4).payload()[0]);
            assertEquals(-1, socket.getInputStream().read());
            connect(peer, 1).close();
        }
    }

    @Test
    void aStoppingServerLetsStreamsEndAndTakesNoNewOnes() throws Exception {
        limit(0, 0, 60_000);
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            until(() -> {
                try {
                    return status("/ready") == 503;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertEquals(503, refusal(this::page));
            peer.connect(2, "127.0.0.1", target.getLocalPort());
            assertEquals(0x49, peer.next(4).payload()[0]);
            stillWorks(peer, socket, 1);
            peer.send(4, 1, new byte[] {2});
            assertEquals("1001 The relay is stopping.", peer.closed());
            closing.get(30, TimeUnit.SECONDS);
        }
    }

    // --- the end -----------------------------------------------------------------------------------------------------

    @Test
    void aStoppingServerSaysGoodbye() throws Exception {
        try (WispPeer peer = page(); Socket socket = connect(peer, 1)) {
            assertEquals(200, status("/ready"));
            server.close();
            assertEquals("1001 The relay is stopping.", peer.closed());
            assertEquals(-1, socket.getInputStream().read());
        }
    }

    /** One for all: a client that nobody holds may be collected, and its connection closed, in the middle of a request. */
    private static final HttpClient ASKER = HttpClient.newHttpClient();

    private long metric(String name) {
        try {
            String text = ASKER.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
            return text.lines().filter(line -> line.startsWith(name + " ")).mapToLong(
                line -> Long.parseLong(line.substring(name.length() + 1))).findFirst().orElseThrow();
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void until(BooleanSupplier condition) throws Exception {
        for (long end = System.nanoTime() + 30_000_000_000L; !condition.getAsBoolean(); ) {
            assertTrue(System.nanoTime() < end, "it did not come to that");
            Thread.onSpinWait();
        }
    }
}
