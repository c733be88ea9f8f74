package dev.samovar.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A bore server as 0.6 is, written from the protocol's description and not with our codecs. */
final class BorePeer implements AutoCloseable {

    private static final Pattern MESSAGE = Pattern.compile("\\s*\\{\\s*\"(\\w+)\"\\s*:\\s*\"?([^\"}]*?)\"?\\s*}\\s*");
    private static final InetAddress LOCAL = InetAddress.getLoopbackAddress();

    private final String secret;
    private final ServerSocket control = new ServerSocket(0, 50, LOCAL);
    private final Map<String, Socket> visitors = new ConcurrentHashMap<>();

    /** @param secret null for none */
    BorePeer(String secret) throws IOException {
        this.secret = secret;
        Visitor.EACH.execute(() -> {
            try {
                while (true) {
                    Socket client = control.accept();
                    Visitor.EACH.execute(() -> serve(client));
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
    }

    String address() {
        return "localhost:" + control.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        control.close();
    }

    private void serve(Socket client) {
        try {
            if (secret != null && !knowsSecret(client)) {
                client.close();
                return;
            }
            Matcher message = next(client);
            if (message.group(1).equals("Hello")) {
                lend(client, Integer.parseInt(message.group(2)));
            } else if (message.group(1).equals("Accept")) {
                join(client, visitors.remove(message.group(2)));
            }
        } catch (IOException | GeneralSecurityException e) {
            // The client is gone.
        }
    }

    private boolean knowsSecret(Socket client) throws IOException, GeneralSecurityException {
        UUID id = UUID.randomUUID();
        say(client, "{\"Challenge\":\"" + id + "\"}");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8)), "HmacSHA256"));
        mac.update(ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits()).array());
        Matcher answer = next(client);
        if (!answer.group(1).equals("Authenticate")) {
            say(client, "{\"Error\":\"server requires secret, but no secret was provided\"}");
        } else if (!answer.group(2).equals(HexFormat.of().formatHex(mac.doFinal()))) {
            say(client, "{\"Error\":\"invalid secret\"}");
        } else {
            return true;
        }
        return false;
    }

    /** Makes a port public until the client goes. */
    private void lend(Socket client, int port) throws IOException {
        ServerSocket bound;
        try {
            bound = new ServerSocket(port, 50, LOCAL);
        } catch (BindException e) {
            say(client, "{\"Error\":\"port already in use\"}");
            client.close();
            return;
        }
        try (client; ServerSocket server = bound) {
            server.setSoTimeout(200);
            Visitor.EACH.execute(() -> {
                Visitor.drains(client);
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            say(client, "{\"Hello\":" + server.getLocalPort() + "}");
            while (true) {
                say(client, "\"Heartbeat\"");
                try {
                    Socket visitor = server.accept();
                    String id = UUID.randomUUID().toString();
                    visitors.put(id, visitor);
                    say(client, "{\"Connection\":\"" + id + "\"}");
                } catch (SocketTimeoutException e) {
                    // Nobody came.
                }
            }
        }
    }

    /** From here on the two speak with each other, and either may end before the other. */
    private static void join(Socket client, Socket visitor) throws IOException {
        if (visitor == null) {
            client.close();
            return;
        }
        Visitor.EACH.execute(() -> pump(visitor, client));
        pump(client, visitor);
    }

    private static void pump(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                from.close();
                to.close();
            }
        } catch (IOException e) {
            try (from; to) {
                from.setSoLinger(true, 0);
                to.setSoLinger(true, 0);
            } catch (IOException gone) {
                // It was closed by the other way's end.
            }
        }
    }

    private static void say(Socket client, String message) throws IOException {
        client.getOutputStream().write((message + "\0").getBytes(UTF_8));
    }

    private static Matcher next(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int b = in.read(); b != 0; b = in.read()) {
            if (b < 0 || message.size() == 256) {
                throw new IOException("no message: " + message.toString(UTF_8));
            }
            message.write(b);
        }
        Matcher matcher = MESSAGE.matcher(message.toString(UTF_8));
        if (!matcher.matches()) {
            throw new IOException("not the protocol's: " + message.toString(UTF_8));
        }
        return matcher;
    }
}
