package dev.samovar.relay.bore;

import dev.samovar.protocol.bore.BoreAuth;
import dev.samovar.protocol.bore.BoreException;
import dev.samovar.protocol.bore.BoreMessage;
import dev.samovar.protocol.bore.BoreMessage.Kind;
import dev.samovar.protocol.bore.BoreReader;
import dev.samovar.relay.net.Network;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Arrays;
import java.util.concurrent.Future;

/** A connection to the control port: says who it is, then what it wants. */
final class BoreConnection implements CompletionHandler<Integer, Void> {

    /** For a client to say what it wants, however slowly it says it. */
    private static final int PATIENCE_MILLIS = 3000;
    private static final int BUFFER = 512;

    private final BoreServer server;
    private final AsynchronousSocketChannel channel;
    private final InetAddress client;
    private final Outbox outbox;
    private final BoreReader reader = new BoreReader();
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final Future<?> patience;
    private final BoreAuth auth; // the secret of when it came
    private String challenge;   // what is still to be answered, null when nothing is
    private Tunnel tunnel;      // what this controls, if it came to that
    private boolean given;      // the channel is another's now
    private boolean closed;

    BoreConnection(BoreServer server, AsynchronousSocketChannel channel, InetAddress client) {
        this.server = server;
        this.channel = channel;
        this.client = client;
        auth = server.auth;
        outbox = new Outbox(channel, this::close);
        patience = server.network.after(PATIENCE_MILLIS, this::close);
    }

    void start() {
        if (auth != null) {
            challenge = server.newId();
            outbox.send(BoreMessage.of(Kind.CHALLENGE, challenge));
        }
        read();
    }

    private void read() {
        channel.read(buffer.clear(), null, this);
    }

    @Override
    public void completed(Integer count, Void nothing) {
        if (count < 0) {
            close();
            return;
        }
        try {
            byte[] bytes = buffer.array();
            // A tunnel's client has nothing more to say; that it is there is all that reading tells.
            for (int at = 0; at < count && !given && tunnel == null; ) {
                at += reader.read(bytes, at, count - at);
                if (reader.message() != null) {
                    take(reader.message(), bytes, at, count);
                }
            }
            if (!given) {
                read();
            }
        } catch (BoreException e) {
            refuse("not a message of bore: " + e.getMessage());
        }
    }

    @Override
    public void failed(Throwable cause, Void nothing) {
        close();
    }

    private void take(BoreMessage message, byte[] bytes, int from, int to) throws BoreException {
        if (challenge != null) {
            if (message.kind() != Kind.AUTHENTICATE) {
                refuse("server requires secret, but no secret was provided");
            } else if (!auth.accepts(challenge, message.text())) {
                refuse("invalid secret");
            } else {
                challenge = null;
            }
            return;
        }
        switch (message.kind()) {
            case HELLO -> hello(message.port());
            case ACCEPT -> accept(message.text(), Arrays.copyOfRange(bytes, from, to));
            case AUTHENTICATE -> refuse("this server has no secret");
            default -> throw new BoreException("a client does not say " + message.kind());
        }
    }

    private void hello(int port) {
        Tunnel opened = new Tunnel(server, client, outbox);
        String error = opened.open(port);
        if (error != null) {
            refuse(error);
            return;
        }
        synchronized (this) {
            tunnel = opened;
            patience.cancel(false);
        }
        if (isClosed()) {
            opened.close(); // by the clock, while the port was being bound
        } else {
            opened.start();
        }
    }

    private void accept(String id, byte[] first) {
        Visitor visitor = server.fetch(id);
        synchronized (this) {
            given = visitor != null && !closed;
        }
        if (given) {
            patience.cancel(false);
            visitor.join(channel, first, () -> server.gone(client));
        } else {
            close();
            if (visitor != null) {
                visitor.close();
            }
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void refuse(String sentence) {
        server.log.say("bore-refused", "client", client.getHostAddress(), "reason", sentence);
        given = true; // nothing more is read
        outbox.last(BoreMessage.of(Kind.ERROR, sentence), () -> {
            given = false;
            close();
        });
    }

    void close() {
        Tunnel controlled;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            controlled = tunnel;
        }
        patience.cancel(false);
        Network.close(channel);
        server.gone(client);
        if (controlled != null) {
            controlled.close();
        }
    }
}
