package dev.samovar.relay.wisp;

import dev.samovar.protocol.wisp.CloseReason;
import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.protocol.wisp.WispException;
import dev.samovar.protocol.wisp.WispFrame;
import dev.samovar.relay.net.RateLimit;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;

/** One WebSocket: takes frames apart, finds their streams, and reads on only while all that it caused is bounded. */
final class RelaySocket implements FrameHandler {

    /** The longest message: a plain client may put more into one DATA frame than we do. */
    static final int MAX_MESSAGE = 64 * 1024 + Wisp.HEADER;
    /** DATA frames that a plain client may send before it waits; a stream's bytes are bounded besides. */
    static final int PLAIN_FRAMES = 32;
    /** Answers under way beyond which the client is not read from. */
    private static final int MAX_ANSWERS = 64;
    private static final byte[] NONE = new byte[0];
    private static final ThreadLocal<byte[]> MESSAGE = ThreadLocal.withInitial(() -> new byte[MAX_MESSAGE]);

    private final Relay relay;
    private final InetAddress client;
    private final boolean extended;
    private final RateLimit up;
    final RateLimit down;
    private final Map<Integer, RelayStream> streams = new ConcurrentHashMap<>();
    private final WispFrame frame = new WispFrame();
    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger fullStreams = new AtomicInteger();
    private final AtomicBoolean wantsFrame = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private CoreSession session;
    private byte[] fragments = NONE;

    RelaySocket(Relay relay, InetAddress client, boolean extended) {
        this.relay = relay;
        this.client = client;
        this.extended = extended;
        up = new RateLimit(relay.config.bytesPerSecond());
        down = new RateLimit(relay.config.bytesPerSecond());
    }

    Relay relay() {
        return relay;
    }

    InetAddress client() {
        return client;
    }

    /** Whether CREDIT and END were agreed on. */
    boolean isExtended() {
        return extended;
    }

    // --- WebSocket -------------------------------------------------------------------------------------------------

    @Override
    public void onOpen(CoreSession opened, Callback callback) {
        session = opened;
        callback.succeeded();
        if (!relay.add(this)) {
            refuse(CloseStatus.TRY_AGAIN_LATER, "There are too many connections to the relay from this address.");
            return;
        }
        // Plain clients wait for this before they speak; for others it is the sign that the relay is there.
        answer(Wisp.continues(0, extended ? Wisp.UP_WINDOW : PLAIN_FRAMES));
        wantsFrame.set(true);
        readOn();
    }

    @Override
    public void onFrame(Frame received, Callback callback) {
        long pause = 0;
        switch (received.getOpCode()) {
            case OpCode.BINARY, OpCode.CONTINUATION -> {
                pause = up.spend(received.getPayloadLength());
                data(received);
            }
            case OpCode.TEXT -> refuse(CloseStatus.BAD_DATA, "This is a relay of binary WISP frames, and text is none.");
            case OpCode.PING -> send(new Frame(OpCode.PONG, true, copy(received.getPayload())));
            default -> {
                // Pongs keep the connection from idling out; a close is answered by Jetty.
            }
        }
        callback.succeeded();
        if (received.getOpCode() == OpCode.CLOSE || closed.get()) {
            return;
        }
        if (pause > 0) {
            relay.network.after(pause, this::wantFrame);
        } else {
            wantFrame();
        }
    }

    @Override
    public void onError(Throwable cause, Callback callback) {
        callback.succeeded();
    }

    @Override
    public void onClosed(CloseStatus status, Callback callback) {
        closed.set(true);
        for (RelayStream stream : streams.values()) {
            stream.drop();
        }
        relay.remove(this);
        callback.succeeded();
    }

    private static ByteBuffer copy(ByteBuffer payload) {
        byte[] bytes = new byte[payload == null ? 0 : payload.remaining()];
        if (bytes.length > 0) {
            payload.get(bytes);
        }
        return ByteBuffer.wrap(bytes);
    }

    private void wantFrame() {
        wantsFrame.set(true);
        readOn();
    }

    /** Asks for the next frame, unless it was asked for or something must shrink first. Hold no stream's monitor here. */
    private void readOn() {
        if (answers.get() < MAX_ANSWERS && fullStreams.get() == 0 && !closed.get() && wantsFrame.compareAndSet(true, false)) {
            session.demand();
        }
    }

    /** A stream holds more than it should, or no longer does. */
    void full(boolean isFull) {
        if (isFull) {
            fullStreams.incrementAndGet();
        } else {
            fullStreams.decrementAndGet();
            shrunk();
        }
    }

    /** What kept us from reading may be over. Asking for a frame may bring it on this very thread, so another asks. */
    private void shrunk() {
        if (wantsFrame.get()) {
            later(this::readOn);
        }
    }

    private void refuse(int code, String sentence) {
        if (closed.compareAndSet(false, true)) {
            relay.log.say("relay-protocol-error", "client", client.getHostAddress(), "reason", sentence);
            session.close(code, sentence, Callback.NOOP);
            for (RelayStream stream : streams.values()) {
                stream.drop();
            }
        }
    }

    /** The server stops. */
    void goAway() {
        if (closed.compareAndSet(false, true)) {
            session.close(CloseStatus.SHUTDOWN, "The relay is stopping.", Callback.NOOP);
            for (RelayStream stream : streams.values()) {
                stream.drop();
            }
        }
    }

    // --- frames in ---------------------------------------------------------------------------------------------------

    private void data(Frame received) {
        ByteBuffer payload = received.getPayload();
        int more = payload == null ? 0 : payload.remaining();
        if (fragments.length + more > MAX_MESSAGE) {
            refuse(CloseStatus.MESSAGE_TOO_LARGE, "A frame has at most " + MAX_MESSAGE + " bytes.");
            return;
        }
        if (received.isFin() && fragments.length == 0 && more >= Wisp.HEADER && payload.get(payload.position()) == Wisp.DATA) {
            bytes(payload);
            return;
        }
        if (!received.isFin()) {
            int before = fragments.length;
            fragments = Arrays.copyOf(fragments, before + more);
            if (more > 0) {
                payload.get(fragments, before, more);
            }
            return;
        }
        // What is made of a message is made at once, so that all of a thread's messages may lie in the same place.
        byte[] message = MESSAGE.get();
        int length = fragments.length + more;
        System.arraycopy(fragments, 0, message, 0, fragments.length);
        if (more > 0) {
            payload.get(message, fragments.length, more);
        }
        fragments = NONE;
        try {
            take(frame.wrap(message, 0, length), message);
        } catch (WispException e) {
            refuse(CloseStatus.PROTOCOL, "Not a frame of the protocol: " + e.getMessage() + ".");
        }
    }

    /** A whole DATA frame, which almost all are: its payload goes from where it lies. */
    private void bytes(ByteBuffer payload) {
        byte[] message = MESSAGE.get();
        payload.get(message, 0, Wisp.HEADER);
        try {
            RelayStream stream = streams.get(frame.wrap(message, 0, Wisp.HEADER).stream());
            if (stream != null) {
                stream.send(payload);
            }
        } catch (WispException e) {
            refuse(CloseStatus.PROTOCOL, "Not a frame of the protocol: " + e.getMessage() + ".");
        }
    }

    private void take(WispFrame received, byte[] message) throws WispException {
        if (received.type() == Wisp.CONNECT) {
            connect(received);
            return;
        }
        if (!extended && (received.type() == Wisp.CREDIT || received.type() == Wisp.END)) {
            throw new WispException("CREDIT and END need the subprotocol " + Wisp.SUBPROTOCOL);
        }
        // Frames of a stream that was just closed from here are still under way: they are for nobody.
        RelayStream stream = streams.get(received.stream());
        if (stream == null) {
            return;
        }
        switch (received.type()) {
            case Wisp.DATA -> stream.send(ByteBuffer.wrap(message, received.payloadOffset(), received.payloadLength()));
            case Wisp.CREDIT -> stream.grant(received.number());
            case Wisp.END -> stream.end();
            case Wisp.CLOSE -> stream.leave();
            default -> {
                // CONTINUE is the server's to send, INFO says what a client could do: neither changes anything.
            }
        }
    }

    private void connect(WispFrame received) {
        int id = received.stream();
        RelayStream before = streams.get(id);
        if (before != null) {
            // Which of the two the client means from now on, nobody can tell.
            before.fail(CloseReason.INVALID);
            return;
        }
        String host = received.host();
        CloseReason refusal = null;
        if (received.kind() != Wisp.TCP || host == null || received.port() == 0) {
            refusal = CloseReason.INVALID;
        } else if (relay.isDraining() || streams.size() >= relay.config.streams()) {
            refusal = CloseReason.THROTTLED;
        } else if (!relay.config.allow().mayLead(host, received.port())) {
            refusal = CloseReason.BLOCKED;
        }
        if (refusal != null) {
            refused(host, received.port(), refusal);
            answer(Wisp.close(id, refusal));
            return;
        }
        RelayStream stream = new RelayStream(this, id, host, received.port());
        streams.put(id, stream);
        stream.open();
    }

    void refused(String host, int port, CloseReason reason) {
        relay.metrics.streamsRefused.increment();
        relay.log.say("relay-refused", "client", client.getHostAddress(), "host", host, "port", port, "reason", reason.clause);
    }

    void remove(RelayStream stream) {
        streams.remove(stream.id(), stream);
    }

    // --- frames out --------------------------------------------------------------------------------------------------

    /** Sends what answers a frame of the client's. */
    void answer(byte[] bytes) {
        send(new Frame(OpCode.BINARY, true, ByteBuffer.wrap(bytes)));
    }

    private void send(Frame out) {
        answers.incrementAndGet();
        session.sendFrame(out, Callback.from(this::answered, failure -> answered()), false);
    }

    private void answered() {
        answers.decrementAndGet();
        shrunk();
    }

    /**
     * Sends DATA; {@code sent} is told when its bytes may be written over, {@code failed} if that will not be. Whoever
     * writes to the WebSocket completes the frames of all, maybe holding the monitor of another stream: they must not wait.
     */
    void data(ByteBuffer frame, Runnable sent, Runnable failed) {
        session.sendFrame(new Frame(OpCode.BINARY, true, frame), Callback.from(sent, failure -> failed.run()), false);
    }

    /** Runs {@code task} on a thread that holds no stream's monitor. */
    void later(Runnable task) {
        session.getWebSocketComponents().getExecutor().execute(task);
    }

    void sweep(long now, boolean ping) {
        for (RelayStream stream : streams.values()) {
            stream.sweep(now);
        }
        // One at a time: to a client that does not read they would pile up.
        if (ping && answers.get() == 0 && !closed.get()) {
            send(new Frame(OpCode.PING, true, ByteBuffer.allocate(0)));
        }
    }
}
