package dev.samovar.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A way to carry TCP over WebSockets. */
interface Carrier {

    int FRAME = 32 * 1024;

    /** One byte there and back, over a connection that is kept. */
    interface Trip extends AutoCloseable {
        void go() throws IOException;

        @Override
        void close() throws IOException;
    }

    Trip trip() throws IOException;

    /** Fetches {@code bytes} by each of {@code streams} connections at once. */
    void download(int streams, long bytes) throws IOException;

    /** Sends as many, and waits until they have arrived. */
    void upload(int streams, long bytes) throws IOException;

    /** Ours: many streams over one WebSocket, with credit. */
    record Wisp(int relay, int target) implements Carrier {

        // As Wisp.UP_WINDOW and DOWN_WINDOW.
        private static final int UP_WINDOW = 128 * 1024;
        private static final int DOWN_WINDOW = 240 * 1024;
        private static final int CONNECT = 1;
        private static final int DATA = 2;
        private static final int CREDIT = 0xf1;

        private RawWebSocket open() throws IOException {
            return new RawWebSocket(relay, "/relay", "samovar-wisp.1", "http://samovar.localhost:" + relay);
        }

        private static byte[] frame(int type, int stream, byte[] payload) {
            return RawWebSocket.message(ByteBuffer.allocate(5 + payload.length).order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) type).putInt(stream).put(payload).array());
        }

        private static byte[] credit(int stream, int bytes) {
            return frame(CREDIT, stream, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes).array());
        }

        private void connect(RawWebSocket socket, int stream, byte[] said) throws IOException {
            byte[] host = "127.0.0.1".getBytes(StandardCharsets.US_ASCII);
            socket.write(frame(CONNECT, stream, ByteBuffer.allocate(3 + host.length).order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 1).putShort((short) target).put(host).array()));
            socket.write(frame(DATA, stream, said));
        }

        @Override
        public Trip trip() throws IOException {
            RawWebSocket socket = open();
            connect(socket, 1, Ends.ask('e', 0));
            byte[] one = frame(DATA, 1, new byte[] {'x'});
            return new Trip() {
                private int got;

                @Override
                public void go() throws IOException {
                    socket.write(one);
                    while (true) {
                        int length = socket.next();
                        if ((socket.data()[socket.offset()] & 255) == DATA) {
                            got += length - 5;
                            if (got >= DOWN_WINDOW / 2) {
                                socket.write(credit(1, got));
                                got = 0;
                            }
                            return;
                        }
                    }
                }

                @Override
                public void close() throws IOException {
                    socket.close();
                }
            };
        }

        @Override
        public void download(int streams, long bytes) throws IOException {
            try (RawWebSocket socket = open()) {
                for (int stream = 1; stream <= streams; stream++) {
                    connect(socket, stream, Ends.ask('d', bytes));
                }
                int[] owed = new int[streams + 1];
                for (long left = streams * bytes; left > 0; ) {
                    int length = socket.next() - 5;
                    if ((socket.data()[socket.offset()] & 255) == DATA) {
                        left -= length;
                        int stream = socket.data()[socket.offset() + 1];
                        owed[stream] += length;
                        if (owed[stream] >= DOWN_WINDOW / 2) {
                            socket.write(credit(stream, owed[stream]));
                            owed[stream] = 0;
                        }
                    }
                }
            }
        }

        @Override
        public void upload(int streams, long bytes) throws IOException {
            try (RawWebSocket socket = open()) {
                byte[][] pieces = new byte[streams + 1][];
                long[] left = new long[streams + 1];
                int[] credit = new int[streams + 1];
                for (int stream = 1; stream <= streams; stream++) {
                    connect(socket, stream, Ends.ask('u', bytes));
                    pieces[stream] = frame(DATA, stream, new byte[FRAME]);
                    left[stream] = bytes;
                    credit[stream] = UP_WINDOW - 9;
                }
                for (int arrived = 0; arrived < streams; ) {
                    boolean sent = false;
                    for (int stream = 1; stream <= streams; stream++) {
                        int count = (int) Math.min(FRAME, left[stream]);
                        if (count > 0 && credit[stream] >= count) {
                            socket.write(count == FRAME ? pieces[stream] : frame(DATA, stream, new byte[count]));
                            left[stream] -= count;
                            credit[stream] -= count;
                            sent = true;
                        }
                    }
                    if (!sent) {
                        socket.next();
                        ByteBuffer frame = ByteBuffer.wrap(socket.data()).order(ByteOrder.LITTLE_ENDIAN).position(socket.offset());
                        int type = frame.get() & 255;
                        int stream = frame.getInt();
                        if (type == CREDIT && stream > 0) {
                            credit[stream] += frame.getInt();
                        } else if (type == DATA) {
                            arrived++;
                        }
                    }
                }
            }
        }
    }

    /** Debian's websockify: a WebSocket, and a process, for each connection. */
    final class Websockify implements Carrier, AutoCloseable {

        private final Process process;
        private final int port;

        private Websockify(Process process, int port) {
            this.process = process;
            this.port = port;
        }

        /** Starts it; null when this machine has none. */
        static Websockify start(int target) throws IOException {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Process process;
            try {
                process = new ProcessBuilder("websockify", "127.0.0.1:" + port, "127.0.0.1:" + target)
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            } catch (IOException e) {
                return null;
            }
            for (int tries = 0; tries < 100; tries++) {
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                    return new Websockify(process, port);
                } catch (IOException e) {
                    sleep();
                }
            }
            process.destroy();
            throw new IOException("websockify does not answer");
        }

        private static void sleep() {
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private RawWebSocket open() throws IOException {
            return new RawWebSocket(port, "/", "binary", "http://localhost");
        }

        @Override
        public Trip trip() throws IOException {
            RawWebSocket socket = open();
            socket.write(RawWebSocket.message(Ends.ask('e', 0)));
            byte[] one = RawWebSocket.message(new byte[] {'x'});
            return new Trip() {
                @Override
                public void go() throws IOException {
                    socket.write(one);
                    socket.next();
                }

                @Override
                public void close() throws IOException {
                    socket.close();
                }
            };
        }

        @Override
        public void download(int streams, long bytes) throws IOException {
            each(streams, () -> {
                try (RawWebSocket socket = open()) {
                    socket.write(RawWebSocket.message(Ends.ask('d', bytes)));
                    for (long left = bytes; left > 0; ) {
                        left -= socket.next();
                    }
                }
            });
        }

        @Override
        public void upload(int streams, long bytes) throws IOException {
            byte[] piece = RawWebSocket.message(new byte[FRAME]);
            each(streams, () -> {
                try (RawWebSocket socket = open()) {
                    socket.write(RawWebSocket.message(Ends.ask('u', bytes)));
                    long left = bytes;
                    for (; left >= FRAME; left -= FRAME) {
                        socket.write(piece);
                    }
                    if (left > 0) {
                        socket.write(RawWebSocket.message(new byte[(int) left]));
                    }
                    socket.next();
                }
            });
        }

        private static void each(int streams, Ends.Work work) throws IOException {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < streams; i++) {
                CompletableFuture<Void> done = new CompletableFuture<>();
                all.add(done);
                Ends.start(() -> {
                    try {
                        work.run();
                        done.complete(null);
                    } catch (IOException e) {
                        done.completeExceptionally(e);
                    }
                });
            }
            try {
                CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
            } catch (CompletionException e) {
                throw new IOException("websockify broke off: " + e.getCause(), e);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
