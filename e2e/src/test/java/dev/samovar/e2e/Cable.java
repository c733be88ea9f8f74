package dev.samovar.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A way for HTTP to a port of this machine that can be cut: so that both sides hear of it, or so that neither does. */
final class Cable implements AutoCloseable {

    private static final Pattern SUBPROTOCOL = Pattern.compile("(?i)\r\nSec-WebSocket-Protocol:[^\r]*");

    private enum State { WHOLE, CUT, MUTE }

    private final int target;
    private final boolean plain;
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final Set<Socket> sockets = new HashSet<>();
    private final AtomicInteger asked = new AtomicInteger();
    private State state = State.WHOLE;

    /**
     * @param plain whether WebSockets lose the subprotocols that they ask for, as if the target knew none: in turn as one that
     *     accepts whatever is asked for, as many do, and as one that does not
     */
    Cable(int target, boolean plain) throws IOException {
        this.target = target;
        this.plain = plain;
        start(this::accept);
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    /** Connections end, and new ones do at once. */
    void cut() throws IOException {
        become(State.CUT);
        drop();
    }

    /** Nothing comes through any more, and nobody is told. */
    void mute() {
        become(State.MUTE);
    }

    /** The cable is whole again; what was connected before is not. */
    void mend() throws IOException {
        drop();
        become(State.WHOLE);
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private synchronized void become(State next) {
        state = next;
        notifyAll();
    }

    private synchronized void drop() throws IOException {
        for (Socket socket : sockets) {
            reset(socket);
        }
        sockets.clear();
    }

    /** Waits while nothing comes through. */
    private synchronized void pass(Socket socket) throws IOException {
        while (state == State.MUTE && !socket.isClosed()) {
            try {
                wait(100);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private synchronized boolean keep(Socket socket) throws IOException {
        if (state == State.CUT) {
            reset(socket);
            return false;
        }
        return sockets.add(socket);
    }

    private static void reset(Socket socket) throws IOException {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (SocketException e) {
            // It is closed already.
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                if (keep(near)) {
                    start(() -> join(near));
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void join(Socket near) {
        try (near) {
            pass(near);
            String head = head(near.getInputStream())
                .replaceFirst("(?i)(\r\nHost:[^\r]*):" + port(), "$1:" + target);
            Matcher subprotocol = SUBPROTOCOL.matcher(head);
            boolean taken = plain && subprotocol.find();
            String accepted = taken && asked.getAndIncrement() % 2 == 0 ? subprotocol.group() : "";
            Socket far = new Socket(InetAddress.getByName("127.0.0.1"), target);
            if (keep(far)) {
                far.getOutputStream().write((taken ? subprotocol.replaceFirst("") : head).getBytes(ISO_8859_1));
                start(() -> {
                    try {
                        if (!accepted.isEmpty()) {
                            near.getOutputStream().write(head(far.getInputStream()).replaceFirst("\r\n", accepted + "\r\n")
                                .getBytes(ISO_8859_1));
                        }
                        pump(far, near);
                    } catch (IOException e) {
                        // It was cut.
                    }
                });
                pump(near, far);
            }
        } catch (IOException e) {
            // It was cut.
        }
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new SocketException("It ended within a head.");
            }
            head.write(b);
        }
        return head.toString(ISO_8859_1);
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                pass(from);
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // It was cut.
        }
    }
}
