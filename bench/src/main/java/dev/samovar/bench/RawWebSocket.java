package dev.samovar.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's end of a WebSocket that costs next to nothing: messages are masked beforehand and read where they lie. */
final class RawWebSocket implements AutoCloseable {

    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Socket socket;
    private final InputStream in;
    private byte[] buffer = new byte[512];
    private int from;
    private int to;
    private int length;

    RawWebSocket(int port, String path, String protocol, String origin) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: localhost:" + port + "\r\nUpgrade: websocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nOrigin: " + origin
            + "\r\nSec-WebSocket-Protocol: " + protocol + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        in = socket.getInputStream();
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.append((char) b);
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("no WebSocket: " + head);
        }
    }

    /** {@code payload} as a binary message, ready to be written again and again. */
    static byte[] message(byte[] payload) {
        int head = payload.length < 126 ? 2 : payload.length < 65536 ? 4 : 10;
        byte[] message = new byte[head + 4 + payload.length];
        message[0] = (byte) 0x82;
        message[1] = (byte) (0x80 | (head == 2 ? payload.length : head == 4 ? 126 : 127));
        for (int i = 0; i < (head == 2 ? 0 : head - 2); i++) {
            message[head - 1 - i] = (byte) (payload.length >> 8 * Math.min(i, 3));
        }
        System.arraycopy(MASK, 0, message, head, 4);
        for (int i = 0; i < payload.length; i++) {
            message[head + 4 + i] = (byte) (payload[i] ^ MASK[i & 3]);
        }
        return message;
    }

    void write(byte[] message) throws IOException {
        socket.getOutputStream().write(message);
    }

    /** Waits for the next data message, and answers its length; it lies in {@link #data} from {@link #offset} on. */
    int next() throws IOException {
        while (true) {
            from += length;
            length = 0;
            fill(2);
            int opcode = buffer[from] & 15;
            int size = buffer[from + 1] & 127;
            int head = size == 126 ? 4 : size == 127 ? 10 : 2;
            fill(head);
            if (head > 2) {
                size = 0;
                for (int i = 2; i < head; i++) {
                    size = size << 8 | buffer[from + i] & 255;
                }
            }
            fill(head + size);
            from += head;
            length = size;
            if (opcode <= 2) {
                return size;
            }
            if (opcode == 8) {
                throw new EOFException("the WebSocket was closed");
            }
        }
    }

    byte[] data() {
        return buffer;
    }

    int offset() {
        return from;
    }

    /** Has at least {@code count} bytes lie in the buffer. */
    private void fill(int count) throws IOException {
        if (to - from >= count) {
            return;
        }
        if (from + count > buffer.length || from == to) {
            byte[] place = count * 2 > buffer.length ? new byte[Math.max(count * 2, 1 << 18)] : buffer;
            System.arraycopy(buffer, from, place, 0, to - from);
            to -= from;
            from = 0;
            buffer = place;
        }
        while (to - from < count) {
            int got = in.read(buffer, to, buffer.length - to);
            if (got < 0) {
                throw new EOFException("the WebSocket broke off");
            }
            to += got;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
