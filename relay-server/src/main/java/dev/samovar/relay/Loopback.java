package dev.samovar.relay;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Listens on this machine's own addresses, 127.0.0.1 and, where there is one, ::1, on the same port of both: a browser
 * may try either first for a name under {@code localhost}, and must not meet another program there.
 */
final class Loopback {

    /** With port 0, how often a port that was free on one address may turn out to be taken on the other. */
    private static final int TRIES = 10;

    /**
     * Bytes. Not Jetty's 8 KiB: a preview can set cookies for the page's domain, up to 180 of 4 KiB each, and the page has
     * to load all the same.
     */
    private static final int MOST_HEADER = 1 << 20;

    private Loopback() {
    }

    /**
     * Opens {@code server}'s connectors.
     *
     * @param port TCP port; 0 takes any free one
     * @return the port
     * @throws IOException with a sentence for the person, when the port cannot be had
     */
    static int listen(Server server, int port) throws IOException {
        for (int left = TRIES; ; left--) {
            try {
                return open(server, port);
            } catch (IOException e) {
                if (port != 0 || left == 0) {
                    throw sentence(port, e);
                }
            }
        }
    }

    private static int open(Server server, int port) throws IOException {
        ServerConnector first = connector(server, "127.0.0.1", port);
        first.open();
        server.addConnector(first);
        if (hasIpv6()) {
            ServerConnector second = connector(server, "::1", first.getLocalPort());
            try {
                second.open();
            } catch (IOException e) {
                server.removeConnector(first);
                first.close();
                throw e;
            }
            server.addConnector(second);
        }
        return first.getLocalPort();
    }

    private static ServerConnector connector(Server server, String address, int port) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setUriCompliance(UriCompliance.RFC3986);
        http.setRequestHeaderSize(MOST_HEADER);
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(address);
        connector.setPort(port);
        return connector;
    }

    private static boolean hasIpv6() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null;
    }

    private static IOException sentence(int port, IOException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String text = cause instanceof BindException && !String.valueOf(cause.getMessage()).contains("ermission")
            ? "Port " + port + " is taken by another program: stop that one, or choose another port with --port N."
            : "Port " + port + " cannot be had (" + cause.getMessage() + "): choose another with --port N.";
        return new IOException(text, e);
    }
}
