package dev.samovar.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.Executor;

/** Somebody on the internet, who has the address of a tunnel. */
final class Visitor {

    static final HttpClient HTTP = HttpClient.newHttpClient();
    /** A thread for each task: most of them wait. */
    static final Executor EACH = task -> {
        Thread thread = new Thread(task, "visitor");
        thread.setDaemon(true);
        thread.start();
    };

    private Visitor() {
    }

    static Socket visit(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(60_000);
        return socket;
    }

    static byte[] get(int port, String path) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
        assertEquals(200, response.statusCode());
        return response.body();
    }

    /** Whether there is nobody to visit: no connection, or one that ends at once. */
    static boolean isRefused(int port) {
        try (Socket socket = visit(port)) {
            socket.setSoTimeout(1_000);
            return ends(socket);
        } catch (IOException e) {
            return true;
        }
    }

    static void awaitRefused(int port) {
        for (long end = System.nanoTime() + 20_000_000_000L; !isRefused(port); ) {
            assertTrue(System.nanoTime() < end, "port " + port + " stays open");
        }
    }

    static boolean ends(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    /** Reads on until it ends, however it does. */
    static boolean drains(Socket socket) {
        try {
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (IOException e) {
            return !(e instanceof SocketTimeoutException);
        }
    }

    /** The bytes that serve.c makes. */
    static byte[] made(int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (i * 0x9E3779B1 >>> 24);
        }
        return bytes;
    }
}
