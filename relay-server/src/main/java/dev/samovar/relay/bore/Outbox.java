package dev.samovar.relay.bore;

import dev.samovar.protocol.bore.BoreMessage;
import dev.samovar.relay.net.ByteQueue;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;

/** Messages on their way to a client, written one after the other; bounded, for a client that does not read. */
final class Outbox implements CompletionHandler<Integer, Void> {

    private static final int MOST = 64 * 1024;

    private final AsynchronousSocketChannel channel;
    private final Runnable onFailure;
    private final ByteQueue queue = new ByteQueue();
    private boolean writing;
    private boolean failed;
    private Runnable onEmpty;

    /** @param onFailure told once that the client does not take what it is sent; no lock is held then */
    Outbox(AsynchronousSocketChannel channel, Runnable onFailure) {
        this.channel = channel;
        this.onFailure = onFailure;
    }

    void send(BoreMessage message) {
        byte[] bytes = message.encode();
        boolean tooMuch;
        synchronized (this) {
            tooMuch = queue.size() + bytes.length > MOST;
            if (!tooMuch && !failed) {
                queue.add(bytes, 0, bytes.length);
                write();
            }
        }
        if (tooMuch) {
            failed(null, null);
        }
    }

    /** Sends a last message, then runs {@code then}. */
    void last(BoreMessage message, Runnable then) {
        synchronized (this) {
            onEmpty = then;
        }
        send(message);
    }

    /** Whether something still waits to be written: then a heartbeat would say nothing new. */
    synchronized boolean isBusy() {
        return writing;
    }

    private void write() {
        if (!writing && queue.size() > 0) {
            writing = true;
            channel.write(queue.first(), null, this);
        }
    }

    @Override
    public void completed(Integer count, Void nothing) {
        Runnable then = null;
        synchronized (this) {
            writing = false;
            queue.remove(count);
            if (queue.size() == 0) {
                then = onEmpty;
            } else if (!failed) {
                write();
            }
        }
        if (then != null) {
            then.run();
        }
    }

    @Override
    public void failed(Throwable cause, Void nothing) {
        synchronized (this) {
            if (failed) {
                return;
            }
            failed = true;
        }
        onFailure.run();
    }
}
