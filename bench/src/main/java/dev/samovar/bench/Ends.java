package dev.samovar.bench;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * What relays connect to: says after one byte what it is. {@code e} sends back what it gets; {@code d} and a number of
 * eight bytes sends as many; {@code u} and a number takes as many, and then sends one.
 */
final class Ends implements AutoCloseable {

    private final ServerSocket listener;

    Ends() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(() -> {
            while (true) {
                Socket socket = listener.accept();
                socket.setTcpNoDelay(true);
                start(() -> serve(socket));
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    /** How a client begins. */
    static byte[] ask(char what, long count) {
        byte[] said = new byte[9];
        said[0] = (byte) what;
        for (int i = 0; i < 8; i++) {
            said[1 + i] = (byte) (count >> 8 * (7 - i));
        }
        return said;
    }

    private static void serve(Socket socket) throws IOException {
        try (socket) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            int what = in.read();
            long count = in.readLong();
            byte[] buffer = new byte[1 << 16];
            if (what == 'd') {
                for (; count > 0; count -= buffer.length) {
                    out.write(buffer, 0, (int) Math.min(count, buffer.length));
                }
                in.read(); // websockify would throw away what it has when this end closes first
            } else if (what == 'u') {
                while (count > 0) {
                    count -= in.read(buffer, 0, (int) Math.min(count, buffer.length));
                }
                out.write('!');
            } else {
                for (int got = in.read(buffer); got >= 0; got = in.read(buffer)) {
                    out.write(buffer, 0, got);
                }
            }
        }
    }

    interface Work {
        void run() throws IOException;
    }

    static Thread start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // The other end is gone; who waits for it sees that.
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
