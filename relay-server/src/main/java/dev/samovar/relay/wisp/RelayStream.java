package dev.samovar.relay.wisp;

import dev.samovar.protocol.wisp.CloseReason;
import dev.samovar.protocol.wisp.ReceiveCredit;
import dev.samovar.protocol.wisp.SendCredit;
import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.protocol.wisp.WispException;
import dev.samovar.relay.net.ByteQueue;
import dev.samovar.relay.net.Reactor;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** One TCP connection of a WebSocket's. */
final class RelayStream {

    /** What a plain client's stream may hold before the whole WebSocket waits; one message may come on top. */
    private static final int PLAIN_HOLD = 64 * 1024;
    /** Frames that are read at one go, before others have their turn. */
    private static final int TURN = 8;

    /** A frame: it is being handed over; it was, and is on its way; it has gone out. */
    private static final int CALLING = 0;
    private static final int RETURNED = 1;
    private static final int GONE = 2;

    private final RelaySocket socket;
    private final int id;
    private final String host;
    private final int port;
    private final long born = System.nanoTime();

    private SocketChannel channel;
    private Reactor.Watch watch;
    private Iterator<InetAddress> attempts;
    private Future<?> deadline;
    private boolean connected;
    private CloseReason failure = CloseReason.UNREACHABLE;
    private boolean closed;

    // to the target
    private final ByteQueue queue = new ByteQueue();
    private final ReceiveCredit received = new ReceiveCredit(Wisp.UP_WINDOW);
    private boolean ended;         // the client said END, or left
    private boolean left;          // the client, a plain one, said CLOSE and hears nothing more
    private boolean shut;          // and the target was told
    private boolean holdsUp;       // the WebSocket waits for this stream
    private int framesSinceContinue;

    // from the target
    private final SendCredit credit = new SendCredit(Wisp.DOWN_WINDOW);
    private final byte[] header = new byte[Wisp.HEADER];
    private boolean sendingFrame;  // until it has gone out, and the pause after it
    private boolean finished;      // the target ended

    RelayStream(RelaySocket socket, int id, String host, int port) {
        this.socket = socket;
        this.id = id;
        this.host = host;
        this.port = port;
        socket.relay().metrics.streams.increment();
    }

    int id() {
        return id;
    }

    // --- connecting --------------------------------------------------------------------------------------------------

    void open() {
        synchronized (this) {
            deadline = socket.relay().network.after(socket.relay().config.connectMillis(), () -> {
                if (!isConnected()) {
                    fail(CloseReason.CONNECT_TIMEOUT);
                }
            });
        }
        try {
            socket.relay().network.resolver().execute(this::resolve);
        } catch (RejectedExecutionException e) {
            fail(CloseReason.THROTTLED);
        }
    }

    private void resolve() {
        try {
            List<InetAddress> addresses = socket.relay().config.allow().resolve(host, port);
            if (addresses.isEmpty()) {
                fail(CloseReason.BLOCKED);
            } else {
                connect(addresses.iterator());
            }
        } catch (UnknownHostException e) {
            fail(CloseReason.UNREACHABLE);
        }
    }

    /** Tries the addresses in turn: those that were checked, never the name again. */
    private synchronized void connect(Iterator<InetAddress> addresses) {
        if (closed) {
            return;
        }
        attempts = addresses;
        InetAddress address = addresses.next();
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            watch = socket.relay().network.reactor().watch(channel, this::ready);
            if (channel.connect(new InetSocketAddress(address, port))) {
                connected();
            } else {
                watch.want(SelectionKey.OP_CONNECT);
            }
        } catch (IOException e) {
            next(e);
        } catch (UnsupportedAddressTypeException e) {
            fail(CloseReason.NETWORK_ERROR); // a family that this machine lacks
        }
    }

    /** This address would not have us: is there another? */
    private void next(IOException cause) {
        close();
        failure = failure == CloseReason.REFUSED ? failure : reason(cause);
        if (attempts.hasNext()) {
            connect(attempts);
        } else {
            fail(failure);
        }
    }

    private void close() {
        if (watch != null) {
            watch.close();
        }
    }

    /** The target has answered, has sent something, or can take more. */
    private synchronized void ready() {
        if (closed) {
            return;
        }
        if (connected) {
            write();
            read();
            return;
        }
        try {
            if (channel.finishConnect()) {
                connected();
            }
        } catch (IOException e) {
            next(e);
        }
    }

    private static CloseReason reason(Throwable cause) {
        String said = String.valueOf(cause.getMessage());
        if (cause instanceof ConnectException && said.contains("refused")) {
            return CloseReason.REFUSED;
        }
        return said.contains("timed out") ? CloseReason.CONNECT_TIMEOUT : CloseReason.UNREACHABLE;
    }

    private synchronized boolean isConnected() {
        return connected;
    }

    private void connected() {
        connected = true;
        deadline.cancel(false);
        socket.relay().metrics.streamsOpened.increment();
        socket.answer(socket.isExtended() ? Wisp.credit(id, 0) : Wisp.continues(id, RelaySocket.PLAIN_FRAMES));
        write();
        read();
    }

    // --- to the target -----------------------------------------------------------------------------------------------

    /** Takes what {@code from} has left: writes what the target takes at once, and keeps the rest. */
    synchronized void send(ByteBuffer from) {
        if (closed) {
            return;
        }
        int count = from.remaining();
        if (ended) {
            fail(CloseReason.INVALID);
            return;
        }
        if (socket.isExtended()) {
            try {
                received.received(count);
            } catch (WispException e) {
                fail(CloseReason.INVALID);
                return;
            }
        }
        framesSinceContinue++;
        if (connected && queue.size() == 0) {
            try {
                moved(channel.write(from));
            } catch (IOException e) {
                fail(CloseReason.NETWORK_ERROR);
                return;
            }
        }
        if (from.hasRemaining()) {
            socket.relay().metrics.bytesHeld.add(from.remaining());
            queue.add(from);
            if (connected) {
                watch.want(SelectionKey.OP_WRITE);
            }
        }
        if (!socket.isExtended() && !closed && !holdsUp && queue.size() > PLAIN_HOLD) {
            holdsUp = true;
            socket.full(true);
        }
        continueIfDue();
    }

    synchronized void end() {
        ended = true;
        write();
    }

    /** The client said CLOSE. That is how a plain one says END, so what it sent before is still delivered. */
    synchronized void leave() {
        if (socket.isExtended() || queue.size() == 0) {
            drop();
        } else {
            left = true;
            ended = true;
        }
    }

    private void write() {
        if (!connected || closed) {
            return;
        }
        try {
            while (queue.size() > 0) {
                int count = channel.write(queue.first());
                if (count == 0) {
                    watch.want(SelectionKey.OP_WRITE);
                    return;
                }
                queue.remove(count);
                socket.relay().metrics.bytesHeld.add(-count);
                moved(count);
            }
            if (ended && !shut) {
                shut = true;
                channel.shutdownOutput();
                closeIfDone();
            }
        } catch (IOException e) {
            fail(CloseReason.NETWORK_ERROR);
        }
    }

    /** The target took {@code count} bytes more. */
    private void moved(int count) {
        if (count == 0) {
            return;
        }
        socket.relay().metrics.bytesUp.add(count);
        if (socket.isExtended()) {
            int due = received.consumed(count);
            if (due > 0) {
                socket.answer(Wisp.credit(id, due));
            }
        }
        if (holdsUp && queue.size() <= PLAIN_HOLD / 2) {
            holdsUp = false;
            socket.full(false);
        }
        continueIfDue();
    }

    /** Plain WISP: allows as many frames again, once half of them came and most of what they carried is gone. */
    private void continueIfDue() {
        if (!socket.isExtended() && !closed && connected && framesSinceContinue >= RelaySocket.PLAIN_FRAMES / 2
            && !left && queue.size() <= PLAIN_HOLD / 2) {
            framesSinceContinue = 0;
            socket.answer(Wisp.continues(id, RelaySocket.PLAIN_FRAMES));
        }
    }

    // --- from the target ---------------------------------------------------------------------------------------------

    synchronized void grant(long bytes) {
        if (closed) {
            return;
        }
        try {
            credit.grant(bytes);
            read();
        } catch (WispException e) {
            fail(CloseReason.INVALID);
        }
    }

    /** Reads what is there, as far as there is credit, and sends each piece before the next is read. */
    private synchronized void read() {
        if (sendingFrame || !connected || finished || left || closed) {
            return;
        }
        for (int frames = 0; ; frames++) {
            int most = socket.isExtended() ? Math.min(Wisp.MAX_DOWN, credit.available()) : Wisp.MAX_DOWN;
            if (most == 0) {
                break; // until credit comes
            }
            if (frames == TURN) {
                watch.want(SelectionKey.OP_READ);
                break;
            }
            ByteBuffer frame = socket.relay().buffers.take().limit(Wisp.HEADER + most).position(Wisp.HEADER);
            int count = fill(frame);
            if (count <= 0) {
                socket.relay().buffers.give(frame);
                break;
            }
            long pause = socket.down.spend(count);
            if (!isSent(frame, pause)) {
                break;
            }
        }
    }

    /** Bytes read; 0 when there are none now, or never again. */
    private int fill(ByteBuffer frame) {
        try {
            int count = channel.read(frame);
            if (count > 0) {
                if (socket.isExtended()) {
                    credit.spend(count);
                }
                socket.relay().metrics.bytesDown.add(count);
                Wisp.header(header, Wisp.DATA, id);
                frame.flip().put(0, header);
            } else if (count == 0) {
                watch.want(SelectionKey.OP_READ);
            } else {
                finished = true;
                if (socket.isExtended()) {
                    socket.answer(Wisp.end(id));
                    closeIfDone();
                } else {
                    fail(CloseReason.VOLUNTARY); // plain WISP knows no half of a connection
                }
            }
            return count;
        } catch (IOException e) {
            fail(CloseReason.NETWORK_ERROR);
            return 0;
        }
    }

    /** Hands a frame over. Mostly the WebSocket takes it at once, and the next may follow; else that is for who tells. */
    private boolean isSent(ByteBuffer frame, long pause) {
        sendingFrame = true;
        int held = frame.remaining();
        AtomicInteger state = new AtomicInteger(CALLING);
        socket.data(frame, () -> {
            if (!state.compareAndSet(CALLING, GONE)) {
                socket.relay().metrics.bytesHeld.add(-held);
                socket.later(() -> sent(frame, pause));
            }
        }, () -> {
            socket.relay().metrics.bytesHeld.add(-held);
            socket.later(() -> fail(CloseReason.NETWORK_ERROR));
        });
        if (state.compareAndSet(CALLING, RETURNED)) {
            socket.relay().metrics.bytesHeld.add(held);
            return false;
        }
        socket.relay().buffers.give(frame);
        if (pause > 0) {
            socket.relay().network.after(pause, this::goOn);
            return false;
        }
        sendingFrame = false;
        return !closed;
    }

    private void sent(ByteBuffer frame, long pause) {
        socket.relay().buffers.give(frame);
        if (pause > 0) {
            socket.relay().network.after(pause, this::goOn);
        } else {
            goOn();
        }
    }

    private synchronized void goOn() {
        sendingFrame = false;
        read();
    }

    // --- the end -----------------------------------------------------------------------------------------------------

    private void closeIfDone() {
        if ((finished || left) && shut) {
            drop();
        }
    }

    synchronized void sweep(long now) {
        int seconds = socket.relay().config.streamSeconds();
        if (seconds > 0 && now - born > seconds * 1_000_000_000L) {
            fail(CloseReason.THROTTLED);
        }
    }

    /** Ends the stream and says why. */
    synchronized void fail(CloseReason reason) {
        if (!closed) {
            if (!connected) {
                socket.refused(host, port, reason);
            }
            drop();
            socket.answer(Wisp.close(id, reason));
        }
    }

    /** Ends the stream and says nothing: the client knows, or is gone. */
    synchronized void drop() {
        if (closed) {
            return;
        }
        closed = true;
        socket.relay().metrics.bytesHeld.add(-queue.size());
        socket.remove(this);
        socket.relay().metrics.streams.decrement();
        if (deadline != null) {
            deadline.cancel(false);
        }
        close();
        if (holdsUp) {
            holdsUp = false;
            socket.full(false);
        }
    }
}
