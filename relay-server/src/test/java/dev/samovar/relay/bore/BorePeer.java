package dev.samovar.relay.bore;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A connection of a bore client, written from the protocol's description and not with our codecs. */
public final class BorePeer implements AutoCloseable {

    public final Socket socket;
    public final InputStream in;

    public BorePeer(int port) throws IOException {
        socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
    }

    /** A connection that has shown that it knows the secret. */
    public BorePeer(int port, String secret) throws Exception {
        this(port);
        if (secret != null) {
            authenticate(secret);
        }
    }

    public void authenticate(String secret) throws Exception {
        UUID id = UUID.fromString(field(next(), "Challenge"));
        ByteBuffer bytes = ByteBuffer.allocate(16).putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8)), "HmacSHA256"));
        say("{\"Authenticate\":\"" + HexFormat.of().formatHex(mac.doFinal(bytes.array())) + "\"}");
    }

    public void say(String message) throws IOException {
        socket.getOutputStream().write((message + "\0").getBytes(UTF_8));
    }

    /** The next message; null at the end of the stream. */
    public String next() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int b; (b = in.read()) != 0; ) {
            if (b < 0) {
                return null;
            }
            message.write(b);
        }
        return message.toString(UTF_8);
    }

    /** The next message that is no heartbeat. */
    public String news() throws IOException {
        String message;
        do {
            message = next();
        } while ("\"Heartbeat\"".equals(message));
        return message;
    }

    /** Asks for a port and returns the one it got. */
    public int hello(int port) throws IOException {
        say("{\"Hello\":" + port + "}");
        String answer = next();
        if (!answer.matches("\\{\"Hello\":[0-9]+}")) {
            throw new AssertionError(answer);
        }
        return Integer.parseInt(answer.substring(9, answer.length() - 1));
    }

    /** Waits for a visitor and returns its id. */
    public String visitor() throws IOException {
        return field(news(), "Connection");
    }

    public static String field(String message, String name) {
        String start = "{\"" + name + "\":\"";
        if (message == null || !message.startsWith(start) || !message.endsWith("\"}")) {
            throw new AssertionError(message + " is no " + name);
        }
        return message.substring(start.length(), message.length() - 2);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
