package dev.samovar.relay.bore;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A whole bore client, as version 0.6 is described to behave, without our codecs: it holds a tunnel, and for each visitor
 * opens a connection to the server and one to a port of this machine, and joins the two until both ways have ended.
 */
public final class BoreClientPeer implements AutoCloseable {

    private final int server;
    private final String secret;
    private final int local;
    private final BorePeer control;
    private final int port;

    /**
     * Opens a tunnel.
     *
     * @param server the server's control port, on this machine
     * @param secret null for none
     * @param local  where visitors are led to, on this machine
     * @param wanted the public port; 0 for any
     */
    public BoreClientPeer(int server, String secret, int local, int wanted) throws Exception {
        this.server = server;
        this.secret = secret;
        this.local = local;
        control = new BorePeer(server, secret);
        port = control.hello(wanted);
        start(this::listen);
    }

    /** The public port. */
    public int port() {
        return port;
    }

    private void listen() throws Exception {
        for (String news = control.news(); news != null; news = control.news()) {
            String id = BorePeer.field(news, "Connection");
            start(() -> fetch(id));
        }
    }

    private void fetch(String id) throws Exception {
        try (BorePeer fetched = new BorePeer(server, secret); Socket inside = new Socket(InetAddress.getByName("127.0.0.1"), local)) {
            fetched.socket.setSoTimeout(0);
            fetched.say("{\"Accept\":\"" + id + "\"}");
            Thread back = start(() -> copy(inside.getInputStream(), fetched.socket));
            copy(fetched.in, inside);
            back.join();
        }
    }

    /** Until the end of {@code from}, which becomes the end of what {@code to} is sent. */
    private static void copy(InputStream from, Socket to) throws IOException {
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
            out.write(buffer, 0, count);
        }
        to.shutdownOutput();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Thread start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // A visitor or the server is gone: the test looks at what it got.
            }
        }, "bore client");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        control.close();
    }
}
