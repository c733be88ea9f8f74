package dev.samovar.relay.wisp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of the relay, written from WISP's description and not with our codecs. */
public final class WispPeer implements WebSocket.Listener, AutoCloseable {

    /** A frame that came. */
    public record Got(int type, int stream, byte[] payload) {

        public int number() {
            return ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).getInt();
        }
    }

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Got CLOSED = new Got(-1, 0, new byte[0]);

    private final BlockingQueue<Got> frames = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final boolean reads;
    private volatile String closed;
    WebSocket socket;

    private WispPeer(boolean reads) {
        this.reads = reads;
    }

    static WispPeer open(int port, String origin, String protocol) throws Exception {
        return open(port, origin, protocol, true);
    }

    /** @param reads whether what comes is read at all */
    static WispPeer open(int port, String origin, String protocol, boolean reads) throws Exception {
        return open(CLIENT, URI.create("ws://127.0.0.1:" + port + "/relay"), origin, protocol, reads);
    }

    /** @param headers names and values in turn, of the request that opens the WebSocket */
    public static WispPeer open(HttpClient client, URI relay, String origin, String protocol, boolean reads, String... headers)
        throws Exception {
        WispPeer peer = new WispPeer(reads);
        WebSocket.Builder builder = client.newWebSocketBuilder();
        if (origin != null) {
            builder.header("Origin", origin);
        }
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        if (protocol != null) {
            builder.subprotocols(protocol);
        }
        peer.socket = builder.buildAsync(relay, peer).get(30, TimeUnit.SECONDS);
        return peer;
    }

    public void send(int type, int stream, byte[] payload) throws Exception {
        ByteBuffer frame = ByteBuffer.allocate(5 + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put((byte) type).putInt(stream).put(payload);
        raw(frame.array());
    }

    public void raw(byte[] message) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(message), true).get(30, TimeUnit.SECONDS);
    }

    public void connect(int stream, String host, int port) throws Exception {
        byte[] name = host.getBytes(UTF_8);
        ByteBuffer payload = ByteBuffer.allocate(3 + name.length).order(ByteOrder.LITTLE_ENDIAN);
        send(1, stream, payload.put((byte) 1).putShort((short) port).put(name).array());
    }

    public void credit(int stream, int bytes) throws Exception {
        send(0xf1, stream, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes).array());
    }

    /** The next frame; it fails when none comes. */
    public Got next() throws Exception {
        Got got = frames.poll(30, TimeUnit.SECONDS);
        if (got == null) {
            throw new AssertionError("no frame came");
        }
        if (got == CLOSED) {
            throw new AssertionError("closed: " + closed);
        }
        return got;
    }

    /** The next frame, if one has come. */
    public Got poll() {
        return frames.poll();
    }

    /** The next frame of that type; others before it are passed over. */
    public Got next(int type) throws Exception {
        Got got;
        do {
            got = next();
        } while (got.type != type);
        return got;
    }

    /** Waits for the WebSocket's end: its code and reason. */
    public String closed() throws Exception {
        Got got;
        do {
            got = frames.poll(30, TimeUnit.SECONDS);
            if (got == null) {
                throw new AssertionError("it stays open");
            }
        } while (got != CLOSED);
        return closed;
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reads) {
            opened.request(1);
        }
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        while (data.hasRemaining()) {
            partial.write(data.get());
        }
        if (last) {
            ByteBuffer frame = ByteBuffer.wrap(partial.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
            partial.reset();
            int type = frame.get() & 255;
            int stream = frame.getInt();
            byte[] payload = new byte[frame.remaining()];
            frame.get(payload);
            frames.add(new Got(type, stream, payload));
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed = code + " " + reason;
        frames.add(CLOSED);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed = error.toString();
        frames.add(CLOSED);
    }

    @Override
    public void close() {
        socket.abort();
    }
}
