package dev.samovar.relay.wisp;

import dev.samovar.protocol.wisp.CloseReason;
import dev.samovar.protocol.wisp.ReceiveCredit;
import dev.samovar.protocol.wisp.SendCredit;
import dev.samovar.protocol.wisp.Wisp;
import dev.samovar.protocol.wisp.WispException;
import dev.samovar.relay.net.ByteQueue;
import dev.samovar.relay.net.Network;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/** One TCP connection of a WebSocket's. */
final class RelayStream {

    /** What a plain client's stream may hold before the whole WebSocket waits; one message may come on top. */
    private static final int PLAIN_HOLD = 128 * 1024;

    private final RelaySocket socket;
    private final int id;
    private final String host;
    private final int port;
    private final long born = System.nanoTime();

    private AsynchronousSocketChannel channel;
    private Future<?> deadline;
    private boolean connected;
    private CloseReason failure = CloseReason.UNREACHABLE;
    private boolean closed;

    // to the target
    private final ByteQueue queue = new ByteQueue();
    private final ReceiveCredit received = new ReceiveCredit();
    private boolean writing;
    private boolean ended;         // the client said END, or left
    private boolean left;          // the client, a plain one, said CLOSE and hears nothing more
    private boolean shut;          // and the target was told
    private boolean holdsUp;       // the WebSocket waits for this stream
    private int framesSinceContinue;

    // from the target
    private final SendCredit credit = new SendCredit();
    private byte[] frame;
    private boolean reading;
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
        try {
            channel = AsynchronousSocketChannel.open(socket.relay().network.channels());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
            AsynchronousSocketChannel tried = channel;
            tried.connect(new InetSocketAddress(addresses.next(), port), null, new CompletionHandler<Void, Void>() {
                @Override
                public void completed(Void nothing, Void attachment) {
                    connected();
                }

                @Override
                public void failed(Throwable cause, Void attachment) {
                    Network.close(tried);
                    failure = failure == CloseReason.REFUSED ? failure : reason(cause);
                    if (addresses.hasNext()) {
                        connect(addresses);
                    } else {
                        fail(failure);
                    }
                }
            });
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            fail(CloseReason.NETWORK_ERROR); // no descriptors left, a family that this machine lacks, a stopping server
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

    private synchronized void connected() {
        if (closed) {
            Network.close(channel);
            return;
        }
        connected = true;
        deadline.cancel(false);
        socket.relay().metrics.streamsOpened.increment();
        socket.answer(socket.isExtended() ? Wisp.credit(id, 0) : Wisp.continues(id, RelaySocket.PLAIN_FRAMES));
        write();
        read();
    }

    // --- to the target -----------------------------------------------------------------------------------------------

    synchronized void send(byte[] from, int offset, int count) {
        if (closed) {
            return;
        }
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
        queue.add(from, offset, count);
        framesSinceContinue++;
        write();
        if (!closed && !holdsUp && queue.size() > PLAIN_HOLD) {
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
        if (!connected || writing || closed) {
            return;
        }
        if (queue.size() == 0) {
            if (ended && !shut) {
                shut = true;
                try {
                    channel.shutdownOutput();
                } catch (IOException e) {
                    fail(CloseReason.NETWORK_ERROR);
                    return;
                }
                closeIfDone();
            }
            return;
        }
        writing = true;
        channel.write(queue.first(), null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                written(count);
            }

            @Override
            public void failed(Throwable cause, Void nothing) {
                fail(CloseReason.NETWORK_ERROR);
            }
        });
    }

    private synchronized void written(int count) {
        writing = false;
        if (closed) {
            return;
        }
        queue.remove(count);
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
        write();
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

    private synchronized void read() {
        int most = socket.isExtended() ? Math.min(Wisp.MAX_DATA, credit.available()) : Wisp.MAX_DATA;
        if (!connected || reading || finished || left || closed || most == 0) {
            return;
        }
        reading = true;
        if (frame == null) {
            frame = new byte[Wisp.HEADER + Wisp.MAX_DATA];
            Wisp.header(frame, Wisp.DATA, id);
        }
        channel.read(ByteBuffer.wrap(frame, Wisp.HEADER, most), null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                arrived(count);
            }

            @Override
            public void failed(Throwable cause, Void nothing) {
                fail(CloseReason.NETWORK_ERROR);
            }
        });
    }

    private synchronized void arrived(int count) {
        if (closed || left) {
            return;
        }
        if (count < 0) {
            finished = true;
            frame = null;
            if (!socket.isExtended()) {
                fail(CloseReason.VOLUNTARY); // plain WISP knows no half of a connection
                return;
            }
            socket.answer(Wisp.end(id));
            closeIfDone();
            return;
        }
        if (socket.isExtended()) {
            credit.spend(count);
        }
        socket.relay().metrics.bytesDown.add(count);
        long pause = socket.down.spend(count);
        socket.data(frame, Wisp.HEADER + count, () -> sent(pause), this::drop);
    }

    private void sent(long pause) {
        if (pause > 0) {
            socket.relay().network.after(pause, () -> sent(0));
            return;
        }
        synchronized (this) {
            reading = false;
            read();
        }
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
        frame = null;
        socket.remove(this);
        socket.relay().metrics.streams.decrement();
        if (deadline != null) {
            deadline.cancel(false);
        }
        if (channel != null) {
            Network.close(channel);
        }
        if (holdsUp) {
            holdsUp = false;
            socket.full(false);
        }
    }
}
