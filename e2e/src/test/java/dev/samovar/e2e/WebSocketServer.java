package dev.samovar.e2e;

import dev.samovar.protocol.websocket.FrameReader;
import dev.samovar.protocol.websocket.Frames;
import dev.samovar.protocol.websocket.Handshake;
import dev.samovar.protocol.websocket.WebSocketException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A WebSocket server on this machine: /echo takes the first subprotocol, /close says so, /drop hangs up, and all else is 404. */
final class WebSocketServer implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private volatile String origin;

    WebSocketServer() throws IOException {
        start(() -> {
            while (true) {
                Socket socket = server.accept();
                start(() -> serve(socket));
            }
        });
    }

    private interface Action {
        void run() throws IOException, WebSocketException;
    }

    private static void start(Action action) {
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (IOException | WebSocketException e) {
                // Whoever asked has gone, or the test is over.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** The Origin of the last handshake. */
    String origin() {
        return origin;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void serve(Socket socket) throws IOException, WebSocketException {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) read(in));
                if (head.charAt(0) != 'G') {
                    return;
                }
            }
            String path = head.toString().split(" ")[1];
            String key = field(head, "Sec-WebSocket-Key");
            if (key == null || path.equals("/none")) {
                out.write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return;
            }
            origin = field(head, "Origin");
            String protocols = field(head, "Sec-WebSocket-Protocol");
            out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + Handshake.accept(key) + (protocols == null ? "" : "\r\nSec-WebSocket-Protocol: " + protocols.split(",")[0])
                + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            if (path.equals("/close")) {
                send(out, Frames.CLOSE, new byte[] {4002 >> 8, (byte) 4002, 'g', 'o', 'n', 'e'});
                in.readNBytes(8);
            } else if (!path.equals("/drop")) {
                echo(in, out);
            }
        }
    }

    private static String field(CharSequence head, String name) {
        return head.toString().lines().filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
            .map(line -> line.substring(name.length() + 2)).findFirst().orElse(null);
    }

    private static void echo(InputStream in, OutputStream out) throws IOException, WebSocketException {
        FrameReader reader = new FrameReader(true);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int opcode = 0; opcode != Frames.CLOSE;) {
            while (!reader.feed(read(in))) {
                continue;
            }
            byte[] payload = in.readNBytes((int) reader.ahead());
            reader.skip(payload.length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= (byte) (reader.key() >>> 24 - 8 * (i & 3));
            }
            message.write(payload);
            opcode = reader.opcode() == Frames.CONTINUATION ? opcode : reader.opcode();
            if (reader.isFinal()) {
                send(out, opcode, message.toByteArray());
                message.reset();
            }
        }
    }

    private static void send(OutputStream out, int opcode, byte[] payload) throws IOException {
        out.write(Frames.header(opcode, payload.length));
        out.write(payload);
        out.flush();
    }

    private static int read(InputStream in) throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new IOException("the end");
        }
        return b;
    }
}
